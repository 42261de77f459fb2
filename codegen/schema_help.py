"""What the keys of the spec's YAML are for, in the sentence that editors show beside them.

A key that means the same in several mappings is told once, under ``EVERYWHERE``.
"""

from __future__ import annotations

EVERYWHERE = "*"

_TYPES = {
    "type": "A type of JSON, the name of a type or resource of the spec, or =text for one constant.",
    "enum": "The values there are; more may come.",
    "items": "The type of the items of an array.",
    "oneOf": "The types of a union; the first that fits is meant.",
    "extends": "The named types that this one has all of.",
    "resource": "The form of one resource that stands inside of an attribute.",
    "resources": "The form of the resources that stand inside of an attribute.",
    "nullable": "Whether null is allowed where the member is present.",
    "example": "An example, as JSON.",
}

_NAMED_TYPE = {
    "signed": "Whether each value may have a minus before it.",
    "properties": "The members, by name: ? marks what may be absent or null, ~ what may be absent.",
}

_FORM = {
    "resource": "The resource that it is about.",
    "extends": "The form that it adds to.",
    "as": "Whether it begins as a create or as an update of the resource.",
    "id": "Whether the id is required, optional or absent.",
    "attributes": "Attributes that are added or replaced, by name; a name alone is that of the resource.",
    "relationships": "Relationships that are added or replaced; a name alone is that of the resource.",
    "meta": "The type of the meta beside the attributes, which must be there.",
    "meta?": "The type of the meta beside the attributes, which may be left out.",
}

HELP: dict[str, dict[str, str]] = {
    EVERYWHERE: {
        "since": "The first revision that has it.",
        "until": "The first revision that has it no more.",
        "title": "Its name for people.",
        "summary": "One sentence for docstrings; ~ where nobody has written it yet.",
        "notes": "More sentences for the docstring of the method.",
        "parameters": "Query parameters that no rule derives, by name.",
        "path": "What the variables of the path are, by name; {id} needs no word.",
        "status": "The statuses of a success, where they are not the usual one of the method.",
        **_TYPES,
    },
    "klaviyo": {
        "server": "The origin of the API.",
        "revisions": "The revisions of the API by date, and how long each lives.",
        "tiers": "Names for rate limits that many operations have, as in 3/s 60/m.",
        "envelope": "What answers have around their resources, so that no operation repeats it.",
    },
    "revision": {
        "deprecated": "When the revision is deprecated.",
        "retired": "When requests for the revision are answered by a later one.",
        "default": "Whether the package without a date is of this revision.",
        "committed": "Whether the package is kept in the repository.",
    },
    "envelope": {
        "links": "The members of the top-level links.",
        "linkage": "Which relationships have data beside their links.",
        "included-relationships": "Whether included resources have relationships.",
        "sparse-ids": "Whether sparse fields may name the id as well.",
        "nullable-related": "Whether the data of a related resource may be null.",
        "fixed-sizes": "Whether pages of a fixed size have a page[size] all the same.",
        "sparse-fields": "The methods whose operations offer fields for the types that they answer.",
    },
    "links": {
        "many": "Of answers with several resources; the first is always there.",
        "one": "Of answers with one resource.",
        "identifiers": "Of answers with ids.",
    },
    "linkage": {
        "get": "In answers to reads: of all relationships, or of those that can be included.",
        "write": "In answers to writes: of all relationships, or of those that can be included.",
    },
    "maton": {
        "server": "The origin of the gateway.",
        "app": "The first part of the path to Klaviyo.",
        "types": "The objects that its operations mention.",
        "operations": "Its methods, by their names in Python.",
    },
    "gateway type": _NAMED_TYPE,
    "gateway property": {"secret": "Whether reprs and pickles leave the member out."},
    "gateway operation": {
        "get": "The path of a read.",
        "post": "The path of a create.",
        "delete": "The path of a delete.",
        "body": "The members of the body, by name; ? marks what may be left out.",
        "answer": "What a success holds, or none.",
    },
    "gateway answer": {
        "member": "The member that holds it; without one it is the whole body.",
        "type": "The type of the one object.",
        "items": "The type of the objects in an array.",
    },
    "family": {
        "scope": "What operations without scopes need: this with :read to read, with :write for all else.",
        "resources": "The resources, by their JSON:API types.",
        "types": "The objects, enums and unions that the attributes mention, by name.",
        "forms": "What requests carry, where it needs a name of its own.",
        "operations": "The methods, by their names in Python.",
        "compositions": "Methods that are composed of several operations.",
    },
    "types": {"types": "The objects, enums and unions, by name."},
    "resource": {
        "id": "Whether the id is required, optional or absent.",
        "links": "Whether the resource has links; it has unless this is false.",
        "linked": "Whether its relationships show their data, and no links, wherever it stands.",
        "class": "The name of its class, where it is not that of the type.",
        "attributes": "The attributes, by name: ? marks what may be absent or null, ~ what may be absent.",
        "relationships": "The relationships, by name.",
    },
    "attribute": {
        "write": "Which requests carry it: create, update; with ! where they must.",
        "send": "The type that requests carry, where it is another one.",
        "read": "Whether answers show it; they do unless this is false.",
        "on": "The operations whose answers show it, by id; primary for those that answer this resource.",
        "additional": "Whether answers show it only when additional fields ask for it.",
    },
    "sent type": {
        "create": "The type that a create carries.",
        "update": "The type that an update carries.",
    },
    "relationship": {
        "one": "The type of the one resource that it leads to.",
        "many": "The type of the resources that it leads to.",
        "write": "Which requests carry it: create, update; with ! where they must.",
        "read": "Whether answers show it; they do unless this is false.",
    },
    "named type": _NAMED_TYPE,
    "form": _FORM,
    "body": _FORM,
    "form relationship": {
        "one": "The type of the one resource whose id it takes.",
        "many": "The type of the resources whose ids it takes.",
        "required": "Whether a request must carry it.",
    },
    "operation": {
        "id": "The vendor's operation id.",
        "get": "The path of a read.",
        "post": "The path of a create, or of what else is done by a POST.",
        "patch": "The path of an update.",
        "delete": "The path of a delete.",
        "scopes": "The scopes that a key needs.",
        "limit": "The rate limit: a tier of klaviyo.yaml, or numbers as in 3/s 60/m or 1/s 15/m 100/d.",
        "pages": "How the collection is paged: cursor where no size can be chosen.",
        "filter": "The fields that can be filtered by, each with its type and operators.",
        "filter-required": "Whether the API demands a filter.",
        "filter-header": "The header that a filter travels in, where it is no query parameter.",
        "include": "The relationships that can be included.",
        "sort": "The sort keys, without their minus.",
        "body": "The form of the body, where it is not the resource's own.",
        "identifiers": "The type of the resources whose ids the body holds.",
        "upload": "The multipart form of the body.",
        "answer": "What a success holds, or none; list, get, create and update need no word.",
        "linked": "The relationships whose data stands beside their links, though they cannot be included.",
        "hidden": "The members of the resource that this answer has not.",
        "effect": "What it does to the account, where method and names do not tell: a POST may read.",
        "repeatable": "Whether repeating it does no harm, where that does not follow from its effect.",
        "repeat-key": "The attribute by which the server knows a write again; dots lead into resources.",
        "wait": "How to wait for the job that it starts.",
    },
    "upload": {
        "file": "The part that holds the file.",
        "fields": "The other parts, by name.",
    },
    "pages": {
        "fixed": "How many items a page has, where nobody can choose.",
        "default": "How many items a page has unless a request says.",
        "minimum": "The fewest items that a request may ask for; 1 unless given.",
        "maximum": "The most items that a request may ask for.",
        "cursor": "Whether a cursor leads to other pages; it does unless this is false.",
    },
    "filter field": {"operators": "The operators that the field takes."},
    "identifiers": {
        "one": "The type of the one resource.",
        "many": "The type of the resources.",
    },
    "answer": {
        "one": "The type of the one resource.",
        "many": "The type of the resources.",
        "id": "The type of the one resource of which only the id is told.",
        "ids": "The type of the resources of which only the ids are told.",
    },
    "wait": {
        "poll": "The operation that reads the job.",
        "attribute": "The attribute that tells how far it is.",
        "done": "The values of a job that ended well.",
        "failed": "The values of a job that ended badly.",
    },
    "composition": {
        "each": "The operation that lists the parents.",
        "list": "The operation that lists the children of one parent.",
        "start": "The operation that starts a job.",
        "result": "The operation that reads what the job found.",
    },
}
