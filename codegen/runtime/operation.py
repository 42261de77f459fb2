"""An endpoint as a value.

The generated code holds one :class:`Operation` an endpoint; :mod:`.prepare` turns it and the
arguments of a method into a :class:`Call`, which :mod:`.flow` carries out. Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from .effects import Effect
from .secret import Sealed, sealed_body
from .upload import Multipart


@frozen
class RateLimit:
    """Requests allowed a second (``burst``), a minute (``steady``) and a day (0: no daily limit)."""

    burst: int
    steady: int
    daily: int = 0


@frozen
class Linkage:
    """A relationship that a request writes: keyword, key on the wire, and type of what it points to."""

    name: str
    key: str
    type: str
    many: bool = False


@frozen
class Form:
    """A resource as a request carries it.

    ``attributes`` maps keywords to keys on the wire and ``required`` names the keywords that must be
    given. ``id`` tells that the resource's id may stand beside them, ``meta`` likewise; ``nested``
    names the attributes (by key) that are resources themselves.
    """

    type: str
    attributes: Mapping[str, str] = field(factory=dict[str, str])
    required: frozenset[str] = frozenset()
    linkages: tuple[Linkage, ...] = ()
    nested: Mapping[str, Nested] = field(factory=dict[str, "Nested"])
    id: bool = False
    meta: bool = False


@frozen
class Nested:
    """An attribute that holds one resource, or many, each wrapped as JSON:API wants it."""

    form: Form
    many: bool = False


@frozen
class Identifiers:
    """The body of a write to a relationship: one resource identifier, or many of one type."""

    type: str
    many: bool = True


@frozen
class Members:
    """A plain JSON object as a body: keywords to keys, and the keywords that must be given."""

    attributes: Mapping[str, str] = field(factory=dict[str, str])
    required: frozenset[str] = frozenset()


@frozen
class Upload:
    """A body of a file, which ``file`` names, and text fields: keywords to keys."""

    file: str
    attributes: Mapping[str, str] = field(factory=dict[str, str])


@frozen
class Paging:
    """How a collection is cut: ``maximum`` is the largest ``page[size]``, None where it has none.

    ``default`` is the number of items a page has when nobody asks, None where nobody says.
    """

    cursor: bool = True
    default: int | None = None
    minimum: int | None = None
    maximum: int | None = None


@frozen
class QueryParameter:
    """A query parameter of one operation only."""

    name: str
    key: str
    required: bool = False


@frozen
class Returns:
    """What a success carries: a resource type (empty: nothing), and how it comes.

    ``identifiers`` tells that only types and ids come, ``nullable`` that there may be no resource.
    """

    type: str = ""
    many: bool = False
    identifiers: bool = False
    nullable: bool = False


@frozen
class ReturnsJson:
    """What a success of the gateway's own API carries.

    ``model`` names the class (empty: nothing is promised), ``member`` where in the body it stands.
    """

    model: str = ""
    member: str = ""
    many: bool = False


@frozen(eq=False)
class Operation:
    """An endpoint: what it is called, takes, answers, costs and may do.

    ``filters`` maps a field to its operators, ``filter_header`` names the header that takes their place in
    the query; ``effect`` tells what it does to the account;
    ``repeatable`` whether doing it twice is the same as once, ``repeat_key`` which attribute makes it so
    (``a.b``: the attribute ``b`` of each resource in the attribute ``a``).
    """

    id: str
    method: str
    path: str
    effect: Effect = "read"
    repeatable: bool = False
    repeat_key: str = ""
    statuses: tuple[int, ...] = ()
    scopes: tuple[str, ...] = ()
    limit: RateLimit | None = None
    variables: tuple[tuple[str, str], ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(factory=dict[str, tuple[str, ...]])
    additional_fields: Mapping[str, tuple[str, ...]] = field(factory=dict[str, tuple[str, ...]])
    filters: Mapping[str, tuple[str, ...]] = field(factory=dict[str, tuple[str, ...]])
    filter_required: bool = False
    filter_header: str = ""
    include: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    paging: Paging | None = None
    query: tuple[QueryParameter, ...] = ()
    body: Form | Identifiers | Members | Upload | None = None
    returns: Returns | ReturnsJson = Returns()


@frozen
class Call:
    """One request to be made, checked and encoded, without host or credential.

    ``path`` is percent-encoded already, ``query`` is not. ``upload`` stands in the place of ``body`` where
    a file is sent, and brings its own content type.
    """

    operation: Operation
    path: str
    query: tuple[tuple[str, str], ...]
    _body: Sealed[bytes | None] = field(alias="body", converter=sealed_body)
    content_type: str | None
    upload: Multipart | None = None

    @property
    def body(self) -> bytes | None:
        """The bytes to send, which may hold a secret of a webhook."""
        return self._body.reveal()

    @property
    def replayable(self) -> bool:
        """Whether the same body can be sent a second time."""
        return self.upload is None or self.upload.replayable
