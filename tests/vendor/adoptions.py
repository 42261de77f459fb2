"""What may happen to the minimal spec from one revision to the next, and the lines that say so."""

from __future__ import annotations

from attrs import frozen

from tests.vendor.publishing import Change


@frozen
class Adoption:
    """What the vendor changed, in the notation of the spec, and how the spec differs once it adopted that."""

    what: str
    changes: tuple[Change, ...]
    lines: str

    def __repr__(self) -> str:
        return self.what


_DELETE = """\
  delete:
    id: delete_profile
    delete: /api/profiles/{id}
    summary: Deletes a profile.
    scopes: [profiles:write]
    limit: S
"""
_BLOCK = """\
  block:
    id: block_profile
    post: /api/profiles/{id}/block
    summary: Blocks a profile.
    scopes: [profiles:write]
    limit: L
    body: {resource: profile-block, attributes: {reason?: string}}
    answer: none
    status: 202
"""
_TAG = """\
  Tag:
    summary: A word on a place.
"""
_REGION = """\
  Region:
    properties: {name: string, tags~: {items: Tag}}
"""

ADOPTIONS = (
    Adoption(
        "an operation that is new",
        ((_DELETE, _BLOCK + _DELETE),),
        """\
+   block:
+     id: block_profile
+     post: /api/profiles/{id}/block
+     since: 2026-04-15
+     summary: ~
+     scopes: [profiles:write]
+     limit: L
+     answer: none
+     status: 202
+     body:
+       resource: profile-block
+       attributes:
+         reason?: string
""",
    ),
    Adoption(
        "an operation that vanished",
        ((_DELETE, ""),),
        """\
+     until: 2026-04-15
""",
    ),
    Adoption(
        "an operation with another id",
        (("id: delete_profile", "id: remove_profile"),),
        """\
-     id: delete_profile
+     id: {by-revision: {2024-10-15: delete_profile, 2026-04-15: remove_profile}}
""",
    ),
    Adoption(
        "an attribute that is new",
        (
            (
                "      created: date-time\n",
                "      created: date-time\n      score?: {type: number, write: update}\n",
            ),
        ),
        """\
+       score?: {type: number, write: update, since: 2026-04-15}
""",
    ),
    Adoption(
        "an attribute that vanished",
        (
            ("      created: date-time\n", ""),
            (", created: date-time greater-than less-than", ""),
            ("[created, email]", "[email]"),
        ),
        """\
-       created: date-time
+       created: {type: date-time, until: 2026-04-15}
-     filter: {email: string any equals, created: date-time greater-than less-than}
+     filter:
+       email: string any equals
+       created: {type: date-time, operators: [greater-than, less-than], until: 2026-04-15}
-     sort: [created, email]
+     sort: [{value: created, until: 2026-04-15}, email]
""",
    ),
    Adoption(
        "an attribute that requests write",
        (("{type: string, since: 2026-01-15}", "{type: string, write: create}"),),
        """\
-       _kx?: {type: string, since: 2026-01-15}
+       _kx?: {type: string, write: {by-revision: {2026-04-15: create}}, since: 2026-01-15}
""",
    ),
    Adoption(
        "an attribute that must be written",
        (
            (
                "email?: {type: string, write: [create, update]",
                "email: {type: string, write: [create!, update]",
            ),
        ),
        """\
-       email?: {type: string, write: [create, update], summary: The address.}
+       email?: {type: string, write: [create, update], summary: The address., until: 2026-04-15}
+       email: {type: string, write: [create!, update], summary: The address., since: 2026-04-15}
""",
    ),
    Adoption(
        "a property that is required",
        (("      city?: string", "      city: string"),),
        """\
-       city?: string
+       city?: {type: string, until: 2026-04-15}
+       city: {type: string, since: 2026-04-15}
""",
    ),
    Adoption(
        "a property that is nullable",
        (("tags~: {items: Tag}", "tags?: {items: Tag}"),),
        """\
-       tags~: {items: Tag}
+       tags~: {items: Tag, until: 2026-04-15}
+       tags?: {items: Tag, since: 2026-04-15}
""",
    ),
    Adoption(
        "a value that is new",
        (("State: {enum: [open,", "State: {enum: [open, half,"),),
        """\
-   State: {enum: [open, {value: closed, since: 2026-01-15}]}
+   State: {enum: [open, {value: closed, since: 2026-01-15}, {value: half, since: 2026-04-15}]}
""",
    ),
    Adoption(
        "a value that vanished",
        (("[open, {value: closed, since: 2026-01-15}]", "[closed]"),),
        """\
-   State: {enum: [open, {value: closed, since: 2026-01-15}]}
+   State: {enum: [{value: open, until: 2026-04-15}, {value: closed, since: 2026-01-15}]}
""",
    ),
    Adoption(
        "constants",
        (
            ("      city?: string\n", "      city?: {type: =Wien, nullable: true}\n      kind: =place\n"),
            (
                "      word: string\n",
                '      word: string\n      rank: =1\n      code: {enum: ["1"]}\n      two: {enum: [a b]}\n',
            ),
        ),
        """\
-       city?: string
+       city?: {by-revision: {2024-10-15: string, 2026-04-15: =Wien}}
+       kind: {type: =place, since: 2026-04-15}
+       code: {enum: [1], since: 2026-04-15}
+       rank: {type: =1, since: 2026-04-15}
+       two: {enum: [a b], since: 2026-04-15}
""",
    ),
    Adoption(
        "a member of a union that is new",
        (("[string, number]", "[string, number, boolean]"),),
        """\
-       latitude?: {oneOf: [string, number]}
+       latitude?: {oneOf: [string, number, {value: boolean, since: 2026-04-15}]}
""",
    ),
    Adoption(
        "a union that is none any more",
        (("{oneOf: [string, number]}", "string"),),
        """\
-       latitude?: {oneOf: [string, number]}
+       latitude?: {oneOf: [string, {value: number, until: 2026-04-15}]}
""",
    ),
    Adoption(
        "an object that is new",
        (
            ("      city?: string\n", "      city?: string\n      region?: Region\n"),
            (_TAG, _REGION + _TAG),
        ),
        """\
+       tags~: {items: Tag}
+       region?: {type: Region, since: 2026-04-15}
+   Region:
+     properties:
+       name: string
""",
    ),
    Adoption(
        "an object that is new and has one that changed",
        (
            ("      word: string\n", "      word: string\n      weight~: integer\n"),
            ("      city?: string\n", "      city?: string\n      region?: Region\n"),
            (_TAG, _REGION + _TAG),
        ),
        """\
+       region?: {type: Region, since: 2026-04-15}
+   Region:
+     properties:
+       name: string
+       tags~: {items: Tag}
+       weight~: {type: integer, since: 2026-04-15}
""",
    ),
    Adoption(
        "a nested form that is new",
        (
            (
                "operations:\n  list:\n    id: get_p",
                "  Friend: {resource: profile, attributes: {email: }}\noperations:\n  list:\n    id: get_p",
            ),
            (
                "      anonymous_id?: string\n",
                "      anonymous_id?: string\n      friends?: {resources: Friend}\n",
            ),
        ),
        """\
+       friends?: {resources: NewProfile, since: 2026-04-15}
+
+   NewProfile:
+     resource: profile
+     attributes:
+       email:
""",
    ),
    Adoption(
        "links that are others everywhere",
        (
            ("many: [self, first, last, prev, next]", "many: [self, next]"),
            ("2026-01-15: [self, first, last, prev, next]", "2026-01-15: [self, next]"),
        ),
        """\
-     many: [self, first, last, prev, next]
+     many: {by-revision: {2024-10-15: [self, first, last, prev, next], 2026-04-15: [self, next]}}
-     identifiers: {by-revision: {2026-01-15: [self, first, last, prev, next]}}
+     identifiers: {by-revision: {2026-01-15: [self, first, last, prev, next], 2026-04-15: [self, next]}}
""",
    ),
    Adoption(
        "a tier with another limit",
        (("S: 3/s 60/m", "S: 4/s 60/m"),),
        """\
-   S: 3/s 60/m
+   S: {by-revision: {2024-10-15: 3/s 60/m, 2026-04-15: 4/s 60/m}}
""",
    ),
    Adoption(
        "an operation of another tier",
        (
            (
                "Deletes a profile.\n    scopes: [profiles:write]\n    limit: S",
                "Deletes a profile.\n    scopes: [profiles:write]\n    limit: L",
            ),
        ),
        """\
-     limit: S
+     limit: {by-revision: {2024-10-15: S, 2026-04-15: L}}
""",
    ),
    Adoption(
        "filters",
        (("email: string any equals,", "email: string any contains equals, phone: string equals,"),),
        """\
-     filter: {email: string any equals, created: date-time greater-than less-than}
+     filter:
+       email: {by-revision: {2024-10-15: string any equals, 2026-04-15: string any contains equals}}
+       created: date-time greater-than less-than
+       phone: {type: string, operators: [equals], since: 2026-04-15}
""",
    ),
    Adoption(
        "sort keys",
        (("[created, email]", "[created, updated]"),),
        """\
-     sort: [created, email]
+     sort: [created, {value: email, until: 2026-04-15}, {value: updated, since: 2026-04-15}]
""",
    ),
    Adoption(
        "an include that vanished",
        (("include: [lists]\n", "include: []\n"),),
        """\
-     include: [lists]
+     include: [{value: lists, until: 2026-04-15}]
""",
    ),
    Adoption(
        "pages of another size",
        (("{default: 20, maximum: 100}", "{default: 10, maximum: 50}"),),
        """\
-     pages: {default: 20, maximum: 100}
+     pages: {by-revision: {2024-10-15: {default: 20, maximum: 100}, 2026-04-15: {default: 10, maximum: 50}}}
""",
    ),
    Adoption(
        "a parameter that is new",
        (
            (
                "    sort: [created, email]\n",
                "    sort: [created, email]\n    parameters: {company_id: string}\n",
            ),
        ),
        """\
+     parameters:
+       company_id: {type: string, since: 2026-04-15}
""",
    ),
    Adoption(
        "an answer that is none any more",
        (("    id: update_profile\n", "    id: update_profile\n    answer: none\n    status: 204\n"),),
        """\
+     answer: {by-revision: {2026-04-15: none}}
+     status: {by-revision: {2026-04-15: 204}}
""",
    ),
)
