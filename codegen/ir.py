"""What one revision of the API is, as values: the only thing the renderers see.

The classes are frozen, sorted where order carries no meaning, and know nothing of how they are
printed. Every consumer of a type is one ``match`` that ends in ``assert_never``, so that a new
kind of type is a type error in exactly the places that must learn it.
"""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

# --------------------------------------------------------------------------------------- types


@frozen
class Text:
    """A JSON string."""


@frozen
class Whole:
    """A JSON number without a fraction."""


@frozen
class Real:
    """Any JSON number."""


@frozen
class Flag:
    """A JSON boolean."""


@frozen
class Instant:
    """A date and a time of day, written as RFC 3339."""


@frozen
class Day:
    """A calendar date, written as RFC 3339."""


@frozen
class Json:
    """Any JSON value."""


@frozen
class JsonObject:
    """A JSON object whose members nobody documents."""


def _typed(values: tuple[str | int | bool, ...]) -> tuple[object, ...]:
    """Return what tells constants apart, of which Python takes 0 and False for the same."""
    return tuple((type(value), value) for value in values)


@frozen
class Choice:
    """One of a few constants, all text, all whole numbers or all booleans."""

    values: tuple[str | int | bool, ...] = field(eq=_typed)


@frozen
class ListOf:
    """A JSON array."""

    item: Type


@frozen
class Ref:
    """A value object of the same revision, by its name."""

    name: str


@frozen
class OneOf:
    """Any of several types; the first that fits is meant."""

    members: tuple[Type, ...]


@frozen
class Nullable:
    """What the inner type allows, or null."""

    inner: Type


@frozen
class Nested:
    """A resource inside an attribute, as only requests have it: ``{"data": …}`` around a form."""

    form: str
    many: bool


Type = (
    Text
    | Whole
    | Real
    | Flag
    | Instant
    | Day
    | Json
    | JsonObject
    | Choice
    | ListOf
    | Ref
    | OneOf
    | Nullable
    | Nested
)


def plain(kind: Type) -> Type:
    """What a type allows beside null."""
    return kind.inner if isinstance(kind, Nullable) else kind


# ------------------------------------------------------------------------- objects and resources


@frozen
class Property:
    """A member of an object: required means present, :class:`Nullable` means that null is allowed.

    ``key`` is the name on the wire, ``name`` the name in Python, ``example`` a JSON text or empty.
    ``secret`` values are never shown in a repr or a log.
    """

    key: str
    name: str
    type: Type
    required: bool
    summary: str
    example: str = ""
    secret: bool = False


@frozen
class ValueObject:
    """An object below an attribute, shared by whatever mentions its name."""

    name: str
    family: str
    summary: str
    properties: tuple[Property, ...]


@frozen
class Attribute:
    """A property of a resource's ``attributes`` as answers show it.

    ``only_in`` names the operations that show it (empty: all of them, ``included`` as well);
    ``additional`` marks those that must be asked for with ``additional-fields``.
    """

    property: Property
    only_in: frozenset[str]
    additional: bool


@frozen
class Relationship:
    """A named link to one resource or to many of one type.

    ``name`` is the property that gives the included resources, ``ids_name`` the one that gives ids.
    """

    key: str
    name: str
    ids_name: str
    target: str
    many: bool


@frozen
class Resource:
    """A JSON:API resource as answers show it, its attributes flattened onto it.

    ``always_linked`` says that its relationships show their ``data``, and no links, wherever it stands.
    """

    type: str
    name: str
    family: str
    summary: str
    has_id: bool
    id_required: bool
    has_links: bool
    attributes: tuple[Attribute, ...]
    relationships: tuple[Relationship, ...]
    always_linked: bool = False


# ----------------------------------------------------------------------------------- request bodies


@frozen
class Linkage:
    """A relationship that a request writes, given by the ids of resources of one type.

    ``key`` is its name on the wire, ``name`` the keyword: ``list_ids``, ``coupon_id``.
    """

    key: str
    name: str
    target: str
    many: bool
    required: bool


@frozen
class Form:
    """A resource as a request carries it.

    ``name`` is the class people fill in, or empty where the keywords of a method are the form.
    ``id`` says whether the resource's id stands in the body; ``meta`` is the type of the member of
    that name beside the attributes.
    """

    name: str
    family: str
    summary: str
    type: str
    id: Literal["absent", "optional", "required"]
    attributes: tuple[Property, ...]
    linkages: tuple[Linkage, ...]
    meta: Type | None
    has_attributes: bool


@frozen
class FormBody:
    """``{"data": {"type": …, "attributes": …}}``."""

    form: Form


@frozen
class IdentifierBody:
    """``{"data": [{"type": …, "id": …}]}``: a write of a relationship."""

    target: str
    many: bool


@frozen
class MultipartBody:
    """A file, whose part of the body is called ``file``, and a few text fields."""

    file: str
    fields: tuple[Property, ...]


@frozen
class JsonBody:
    """A plain JSON object, as the gateway's own API takes it."""

    properties: tuple[Property, ...]


Body = FormBody | IdentifierBody | MultipartBody | JsonBody


# -------------------------------------------------------------------------------------- operations


@frozen
class PathParameter:
    """A variable of the path, which is also the first argument of the method."""

    key: str
    name: str
    summary: str


@frozen
class FilterField:
    """A field that ``filter`` accepts, with its operators in the vendor's spelling.

    ``type`` is None where no operator takes a value: ``has(profile)``.
    """

    key: str
    type: Type | None
    operators: tuple[str, ...]


@frozen
class Filtering:
    """All that the ``filter`` parameter of one operation accepts, or the header in its place."""

    fields: tuple[FilterField, ...]
    required: bool
    header: str = ""


@frozen
class Paging:
    """How a collection is cut into pages; sizes are numbers of items.

    ``maximum`` is None where the operation offers no ``page[size]``; ``default`` is then the
    fixed size, or None where nobody says it.
    """

    cursor: bool
    default: int | None
    minimum: int | None
    maximum: int | None


@frozen
class Fieldset:
    """The members that ``fields[type]`` (or ``additional-fields[type]``) accepts, dotted."""

    type: str
    values: tuple[str, ...]


@frozen
class QueryParameter:
    """A query parameter that no rule derives."""

    key: str
    name: str
    type: Type
    required: bool
    summary: str


@frozen
class RateLimit:
    """Requests allowed a second, a minute and (0: no such limit) a day."""

    burst: int
    steady: int
    daily: int


@frozen
class Answer:
    """What a success carries.

    ``many`` tells a collection from one resource; ``identifiers`` that only types and ids come;
    ``type`` is empty where the operation declares no body. ``linked`` names the relationships
    whose ``data`` stands beside their links. ``hidden`` names the members (``attributes``,
    ``relationships``) that its primary data has not; ``included_relationships`` says whether the
    resources in ``included`` have theirs.
    """

    statuses: tuple[int, ...]
    type: str
    many: bool
    identifiers: bool
    links: tuple[str, ...]
    included: tuple[str, ...]
    linked: tuple[str, ...]
    nullable: bool
    hidden: tuple[Literal["attributes", "relationships"], ...] = ()
    included_relationships: bool = False


@frozen
class JsonAnswer:
    """A plain JSON object of the gateway's own API.

    ``value`` is the type of what people get, found under ``member`` of the body (empty: the body
    itself).
    """

    statuses: tuple[int, ...]
    value: Type | None
    member: str


@frozen
class Operation:
    """An endpoint, with every fact about it that some consumer reads."""

    id: str
    family: str
    name: str
    summary: str
    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    effect: Literal["read", "write", "delete"]
    repeatable: bool
    repeat_key: str
    scopes: tuple[str, ...]
    limit: RateLimit | None
    notes: tuple[str, ...]
    path_parameters: tuple[PathParameter, ...]
    query_parameters: tuple[QueryParameter, ...]
    fieldsets: tuple[Fieldset, ...]
    additional_fieldsets: tuple[Fieldset, ...]
    filtering: Filtering | None
    include: tuple[str, ...]
    sort: tuple[str, ...]
    paging: Paging | None
    body: Body | None
    answer: Answer | JsonAnswer

    @property
    def may_answer_null(self) -> bool:
        """Whether a success may carry no resource: a relationship to one may be empty.

        The documents of the vendor tell it from 2026-04-15 on only, of the same endpoints.
        """
        if not isinstance(self.answer, Answer) or self.answer.many or not self.answer.type:
            return False
        return self.answer.nullable or (self.method == "GET" and "}/" in self.path)


@frozen
class EachOf:
    """A method that lists the children of every item of another list, in order.

    ``parents`` and ``children`` are operation ids: the flow's actions, then each action's messages.
    """

    family: str
    name: str
    summary: str
    parents: str
    children: str


@frozen
class JobResult:
    """A method that starts a job, waits for its end and fetches what it made.

    ``start``, ``poll`` and ``result`` are operation ids; ``attribute`` is the member that tells
    the state, ``done`` and ``failed`` its final values.
    """

    family: str
    name: str
    summary: str
    start: str
    poll: str
    result: str
    attribute: str
    done: tuple[str, ...]
    failed: tuple[str, ...]


Composition = EachOf | JobResult


@frozen
class Family:
    """An attribute of the client, such as ``profiles``: the operations of one spec file."""

    name: str
    title: str
    summary: str
    source: str
    operations: tuple[Operation, ...]
    compositions: tuple[Composition, ...]


@frozen
class Gateway:
    """Maton's own connections API, beside the passthrough road."""

    server: str
    app: str
    family: Family
    values: tuple[ValueObject, ...]


@frozen
class Api:
    """One revision of the whole API."""

    title: str
    summary: str
    revision: str
    deprecated: str
    retired: str
    server: str
    families: tuple[Family, ...]
    resources: tuple[Resource, ...]
    forms: tuple[Form, ...]
    values: tuple[ValueObject, ...]
    gateway: Gateway
