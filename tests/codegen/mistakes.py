"""Mistakes that one can make in the minimal spec, each with the problem that tells it."""

from __future__ import annotations

from attrs import frozen

PROFILES_FILE = "resources/profiles.yaml"


@frozen
class Mistake:
    """A text of the minimal spec and what stands instead; ``«`` marks the place of the problem."""

    old: str
    new: str
    what: str
    file: str = PROFILES_FILE


FORM = [
    Mistake(
        "city?: string",
        "city?: {«properties: {name: string}}",
        "unknown key 'properties'; an object has a name, below 'types'",
    ),
    Mistake("word: string", "word: {type: string, «secret: true}", "unknown key 'secret'"),
    Mistake("title: Profiles", "«titel: x\ntitle: P", "unknown key 'titel'; did you mean 'title'?"),
    Mistake("title: Profiles\n", "«", "missing key 'title'"),
    Mistake("city?: string", "city?: «[string]", "a list where a name or a mapping belongs"),
    Mistake(
        "{get: included",
        "{get: «include",
        "'include' where 'included' or 'all' belongs; did you mean 'included'?",
        "klaviyo.yaml",
    ),
    Mistake("additional: true", "additional: «yes", "'yes' where 'true' or 'false' belongs"),
    Mistake("status: 202", "status: «fine", "'fine' where a whole number belongs"),
    Mistake("sort: [created, email]", "sort: «created", "'created' where a list belongs"),
    Mistake("sort: [created, email]", "sort: [«{by: created}]", "a mapping where a name belongs"),
    Mistake("{value: lists,", "{value: lists, «sinc: x,", "unknown key 'sinc'; did you mean 'since'?"),
    Mistake("summary: A word on a place.", "summary:« ", "nothing where a text belongs"),
    Mistake(
        "city?: string",
        "city?: «{since: 2026-01-15}",
        "missing key: enum/extends/type or extends/oneOf or items or resource or resources",
    ),
    Mistake(
        "    id: create_profile\n    post: /api/profiles\n",
        "    «id: create_profile\n",
        "missing key: get or post or patch or delete",
    ),
    Mistake(
        "    id: create_profile\n",
        "    «id: create_profile\n    get: /api/x\n",
        "keys that exclude each other: 'get', 'post'; use get or post or patch or delete",
    ),
    Mistake(
        "tags~: {items: Tag}",
        "tags~: «{items: Tag, type: Tag}",
        "keys that exclude each other: 'items', 'type'; "
        "use enum/extends/type or extends/oneOf or items or resource or resources",
    ),
]

DATES = [
    Mistake(
        "  Location:\n    summary: A place.",
        "  «location:\n    summary: A place.",
        "'location' can be no name in the classes of the package: a type is called as its class is, "
        "'Location'",
    ),
    Mistake(
        "  ImportedProfile:\n    summary",
        "  «importedProfile:\n    summary",
        "'importedProfile' can be no name in the classes of the package: a type is called as its class is, "
        "'ImportedProfile'",
    ),
    Mistake(
        "since: 2026-01-15}\n      created",
        "since: «2026-02-29}\n      created",
        "bad date '2026-02-29'; write a day of the calendar as YYYY-MM-DD",
    ),
    Mistake(
        "2026-01-15: {deprecated: 2027-01-15,",
        "2026-01-15: {deprecated: «2027-02-29,",
        "'2027-02-29' where a date belongs",
        "klaviyo.yaml",
    ),
    Mistake(
        "  2026-01-15: {deprecated: 2027-01-15,",
        "  «2026-02-30: {deprecated: 2027-01-15}\n  2026-01-15: {deprecated: 2027-01-15,",
        "bad date '2026-02-30'; write a day of the calendar as YYYY-MM-DD",
        "klaviyo.yaml",
    ),
    Mistake(
        "_kx?: {type: string, since: 2",
        "_kx?: {type: string, since: «26-1-15, x: 2",
        "bad date '26-1-15'; write a day of the calendar as YYYY-MM-DD",
    ),
    Mistake(
        "_kx?: {type: string, since: 2", "_kx?: {type: string, since: «[a], x: 2", "'since' takes a date"
    ),
    Mistake(
        "2026-01-15: 75/s 750/m",
        "«2026-01-16: 75/s 750/m",
        "unknown revision '2026-01-16'; did you mean '2026-01-15'?",
        "klaviyo.yaml",
    ),
    Mistake(
        "string, since: 2026-01-15}",
        "string, since: «2026-01-15, until: 2026-01-15}",
        "since 2026-01-15 is not before until 2026-01-15",
    ),
    Mistake(
        "{by-revision: {2024-10-15: 75/s 700/m, 2026-01-15: 75/s 750/m}}",
        "{by-revision: «{}}",
        "'by-revision' without dates",
        "klaviyo.yaml",
    ),
    Mistake(
        "{by-revision: {2024-10-15: 75/s 700/m, 2026-01-15: 75/s 750/m}}",
        "{by-revision: «x}",
        "'by-revision' takes dates with values",
        "klaviyo.yaml",
    ),
    Mistake("one: {by-revision", "one: {«x: y, by-revision", "'x' beside 'by-revision'", "klaviyo.yaml"),
    Mistake(
        "  2024-10-15: {dep",
        "  «2024-1-15: {deprecated: 2025-10-15, retired: 2025-10-15}\n  2024-10-15: {dep",
        "bad date '2024-1-15'; write a day of the calendar as YYYY-MM-DD",
        "klaviyo.yaml",
    ),
]

REFERENCES = [
    Mistake("status: 202", "status: «٢٠٢", "'٢٠٢' where a whole number belongs"),
    Mistake("status: 202", f"status: «{'9' * 30}", f"'{'9' * 30}' where a whole number belongs"),
    Mistake(
        "{email: string any equals",
        "{«email: object any equals",
        "filter field 'email' has a type that nothing is compared with; "
        "use a text, a number, a boolean or a time",
    ),
    Mistake(
        "{email: string any equals",
        "{metric: string equals, «metric.id: string equals",
        "'metric' is a filter field, and has none below it",
    ),
    Mistake("word: string", "word: {type: integer, enum: [«²]}", "'²' is no constant of type 'integer'"),
    Mistake(
        "limit: L\n    pages",
        "limit: «1234567890/s 1/m\n    pages",
        "unknown rate limit '1234567890/s 1/m'; write one of S, L, or numbers as in '3/s 60/m'",
    ),
    Mistake(
        "{member: connection, type: Connection}",
        "«{member: connection, type: string}",
        "an answer of the gateway has objects; name a type that is one",
        "maton.yaml",
    ),
    Mistake(
        "    summary: Creates a profile.\n",
        "    summary: C.\n    body: {extends: «Imported}\n",
        "unknown form 'Imported'; did you mean 'ImportedProfile'?",
    ),
    Mistake(
        "operations:\n",
        "compositions:\n  wait_for: {summary: X., start: start, result: get_profile}\noperations:\n"
        "  start: {id: start, post: /api/start, summary: X., limit: S, "
        "wait: {poll: «start_it, attribute: state, done: [open]}}\n",
        "unknown operation 'start_it'; did you mean 'start'?",
    ),
    Mistake(
        "    summary: Creates a profile.\n",
        "    summary: C.\n    body: «Imported\n",
        "unknown form 'Imported'; did you mean 'ImportedProfile'?",
    ),
    Mistake("{ids: list}", "«{nullable: true}", "missing key: one or many or id or ids"),
    Mistake(
        "city?: string",
        "city?: «metropolis",
        "unknown type 'metropolis'; declare it below 'types', or write '=metropolis' for a constant",
    ),
    Mistake("city?: string", "city?: «strng", "unknown type 'strng'; did you mean 'string'?"),
    Mistake(
        "{resources: ImportedProfile}",
        "{resources: «Imported}",
        "unknown form 'Imported'; did you mean 'ImportedProfile'?",
    ),
    Mistake("lists: {many: list}", "lists: {many: «lst}", "unknown resource 'lst'; did you mean 'list'?"),
    Mistake("{ids: list}", "{ids: «lst}", "unknown resource 'lst'; did you mean 'list'?"),
    Mistake(
        "on: primary", "on: [«get_profil]", "unknown operation 'get_profil'; did you mean 'get_profile'?"
    ),
    Mistake(
        "include: [lists]",
        "include: [«list]",
        "unknown relationship 'list' of resource 'profile'; did you mean 'lists'?",
    ),
    Mistake("status: 202", "status: 202\n    repeat-key: «id", "unknown attribute 'id' of the body"),
    Mistake(
        "status: 202",
        "status: 202\n    repeat-key: «profiles.emil",
        "unknown attribute 'emil' of form 'ImportedProfile'; did you mean 'email'?",
    ),
    Mistake(
        "status: 202",
        "status: 202\n    repeat-key: «profiles.email.x",
        "unknown attribute 'x' of attribute 'email'",
    ),
    Mistake(
        "status: 202",
        "status: 202\n    wait: {poll: «x, attribute: state, done: [open]}",
        "unknown operation 'x'",
    ),
    Mistake(
        "status: 202",
        "status: 202\n    wait: {poll: get_profile, attribute: «mail, done: [x]}",
        "unknown attribute 'mail' of what 'get_profile' answers; did you mean 'email'?",
    ),
    Mistake(
        "answer: none\n    status: 202",
        "answer: {one: list}\n    wait: {poll: bulk_import_profiles, attribute: state, done: [«opened]}",
        "unknown value 'opened' of 'state'; did you mean 'open'?",
    ),
    Mistake(
        "operations:\n",
        "compositions:\n  x: {summary: X., start: «bulk_import, result: get_profile}\noperations:\n",
        "unknown operation 'bulk_import'; did you mean 'bulk_import_profiles'?",
    ),
    Mistake(
        "operations:\n",
        "compositions:\n  x: «{summary: X., start: get_profile, result: get_profile}\noperations:\n",
        "nothing says how to wait for 'get_profile'; write its 'wait'",
    ),
    Mistake(
        "operations:\n",
        "compositions:\n  x: «{summary: X., each: get_profile}\noperations:\n",
        "missing key 'list'",
    ),
    Mistake(
        "  Connection:\n    summary: The authorisation of one account.\n    properties:\n",
        "  «Inner: {properties: {key: {type: string, secret: true}}}\n"
        "  Connection:\n    properties:\n      inner?: {items: Inner}\n",
        "type 'Inner' has a secret, and stands inside of another type; "
        "only what an answer holds itself can have one",
        "maton.yaml",
    ),
    Mistake(
        "  State: {enum",
        "  «Extra: {enum: [a]}\n  State: {enum",
        "unused type 'Extra'; remove it, or refer to it",
    ),
    Mistake(
        "forms:\n",
        "forms:\n  «Extra: {resource: profile}\n",
        "unused form 'Extra'; remove it, or refer to it",
    ),
    Mistake(
        "  list:\n    summary: People",
        "  «tag: {summary: X.}\n  list:\n    summary: People",
        "unused resource 'tag'; remove it, or refer to it",
    ),
    Mistake("string any equals", "«string any equal", "unknown operator 'equal'; did you mean 'equals'?"),
    Mistake("email: string any", "«email: any", "filter field 'email' has no type"),
    Mistake(
        "limit: S\n    body",
        "limit: «3 a second\n    body",
        "unknown rate limit '3 a second'; write one of S, L, or numbers as in '3/s 60/m'",
    ),
    Mistake(
        "{default: 20, maximum: 100}",
        "«{default: 20, maximum: 10}",
        "sized pages have a default between their minimum and their maximum; or write 'cursor' or 'fixed'",
    ),
    Mistake(
        "delete: /api/profiles/{id}",
        "delete: «/api/profiles/{profile}",
        "path variable 'profile' has no definition; add it to 'path'",
    ),
    Mistake(
        "delete: /api/profiles/{id}",
        "delete: /api/profiles/{id}\n    path: {«it: A thing.}",
        "unknown path variable 'it'",
    ),
    Mistake(
        "delete: /api/profiles/{id}",
        "delete: «/api//{id}",
        "'/api//{id}' is no path; write it as /api/things/{id}",
    ),
    Mistake(
        "  delete:\n    id: delete_profile\n    delete:",
        "  «delete:\n    id: delete_profile\n    get:",
        "GET /api/profiles/{id} is 'get_profile' already",
    ),
    Mistake(
        "get: /api/profiles/{id}\n",
        "get: «/api/profiles/{id}/lists\n",
        "no rule tells what '/api/profiles/{id}/lists' answers; write 'answer'",
    ),
    Mistake(
        "      email:\n", "      «emial:\n", "resource 'profile' has no attribute 'emial'; say its type here"
    ),
    Mistake(
        "    resource: profile\n", "    extends: «ImportedProfile\n", "form 'ImportedProfile' extends itself"
    ),
    Mistake(
        "    resource: profile\n",
        "    resource: profile\n    relationships:\n      «tags:\n",
        "resource 'profile' has no relationship 'tags'; say its target here",
    ),
]

TYPES = [
    Mistake(
        "properties?: {type: object, write: [create, update], ",
        "properties?: {type: object, write: «delete, ",
        "'delete' where 'create' or 'create!' or 'update' or 'update!' belongs",
    ),
    Mistake(
        "word: string", "word: «{resource: ImportedProfile}", "only requests have resources inside attributes"
    ),
    Mistake(
        "word: string",
        "word: «=",
        "unknown type '='; declare it below 'types', or write '=text' for a constant",
    ),
    Mistake("enum: [open,", "enum: [open, «open,", "'open' stands twice in this enum"),
    Mistake("{enum: [open,", "{type: integer, enum: [«open,", "'open' is no constant of type 'integer'"),
    Mistake(
        "{enum: [open, {value: closed, since: 2026-01-15}]}",
        "{oneOf: [«State]}",
        "type 'State' contains itself",
    ),
    Mistake("State: {enum:", "State: {extends: «Tag, enum:", "an enum extends 'Tag', which is none"),
    Mistake(
        "    properties:\n      word",
        "    extends: «State\n    properties:\n      word",
        "an object extends 'State', which is none",
    ),
    Mistake(
        "    properties:\n      word",
        "    extends: [«Tga]\n    properties:\n      word",
        "unknown type 'Tga'; did you mean 'Tag'?",
    ),
    Mistake(
        "    properties:\n      word",
        "    extends: «Tag\n    properties:\n      word",
        "type 'Tag' extends itself",
    ),
    Mistake(
        "    properties:\n      word: string\n  State: {enum",
        "    extends: Base\n    properties:\n      word: string\n"
        "  Base:\n    extends: «Tag\n    properties: {more: string}\n  State: {enum",
        "type 'Tag' extends itself",
    ),
    Mistake(
        "word: string", "word: «{oneOf: [{value: string, since: 2026-01-15}]}", "a union without members"
    ),
    Mistake("word: string", "word: «{enum: []}", "an enum without values"),
    Mistake("word: string", "word: «{enum: [{value: a, since: 2026-01-15}]}", "an enum without values"),
    Mistake("word: string", "word: {type: object, example: «'{'}", "example '{' is not JSON"),
]

NAMES = [
    Mistake("      email:\n", "      email:\n      «email?:\n", "'email' stands twice in this form"),
    Mistake(
        "city?: string", "«class?: string", "'class' can be no name in Location: it is a keyword of Python"
    ),
    Mistake(
        "latitude?: {oneOf: [string, number]}\n      tags",
        "_tags?: string\n      «tags",
        "'_tags' and 'tags' are both 'tags' in Location",
    ),
    Mistake("city?: string", "city?: string\n      «city: string", "'city' stands twice in Location"),
    Mistake(
        "    relationships:\n      lists",
        "      list_ids: string\n    relationships:\n      «lists",
        "'list_ids' and 'lists' are both 'list_ids' in class Profile",
    ),
    Mistake(
        "      created: date-time\n",
        "      «id: string\n      created: date-time\n",
        "'id' is taken in class Profile; choose another name",
    ),
    Mistake(
        "  import_many:",
        "  «import:",
        "'import' can be no name in the methods of profiles: it is a keyword of Python",
    ),
    Mistake(
        "  import_many:",
        "  «imports2:",
        "'imports2' can be no name in the methods of profiles: "
        "such a name has small letters only, with underscores between words",
    ),
    Mistake(
        "operations:\n",
        "compositions:\n  «list: {summary: X., each: get_profiles, list: get_profile}\noperations:\n",
        "'list' stands twice in the methods of profiles",
    ),
    Mistake(
        "{profiles: {resources: ImportedProfile}}",
        "{profiles: {resources: ImportedProfile}, «extra: string}",
        "'extra' is taken in the arguments of bulk_import_profiles; choose another name",
    ),
    Mistake(
        "status: 202",
        "status: 202\n    parameters: {«profiles: string}",
        "'profiles' stands twice in the arguments of bulk_import_profiles",
    ),
    Mistake(
        "  delete:\n    id: delete_profile",
        "  «delete:\n    id: get_profile",
        "operation id 'get_profile' stands twice",
    ),
    Mistake(
        "  State: {enum",
        "  «TAG: {enum: [a]}\n  State: {enum",
        "'Tag' and 'TAG' are both 'TAG' in the classes of the package",
    ),
    Mistake(
        "  State: {enum",
        "  «Link: {enum: [a]}\n  State: {enum",
        "'Link' can be no name in the classes of the package: "
        "Python or the package means something else by it",
    ),
    Mistake(
        "  State: {enum",
        "  «State2: {enum: [a]}\n  State: {enum",
        "'State2' can be no name in the classes of the package: a digit at the end tells nobody what it is",
    ),
    Mistake(
        "  State: {enum",
        "  «TheStateOfTheListsThatSomebodySubscribedTo: {enum: [a]}\n  State: {enum",
        "'TheStateOfTheListsThatSomebodySubscribedTo' can be no name in the classes of the package: "
        "it is longer than 40 characters",
    ),
]
