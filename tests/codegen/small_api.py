"""A small API as values of the IR, with one of everything that the OpenAPI document has to tell."""

from __future__ import annotations

from attrs import evolve

from codegen import ir

# ------------------------------------------------------------------------------- members and resources

_EMAIL = ir.Property("email", "email", ir.Nullable(ir.Text()), required=False, summary="Where mails go.")
_NAME = ir.Property("name", "name", ir.Text(), required=True, summary="")
_SCORE = ir.Property("churn_score", "churn_score", ir.Real(), required=True, summary="")
_CITY = ir.Property("city", "city", ir.Nullable(ir.Text()), required=False, summary="", example='"Ulm"')
_LOCATION = ir.Property("location", "location", ir.Nullable(ir.Ref("Location")), required=False, summary="")
_FRIENDS = ir.Property("friends", "friends", ir.Nested("Friend", many=True), required=False, summary="")

_PROFILE = ir.Resource(
    type="profile",
    name="Profile",
    family="profiles",
    summary="A person.",
    has_id=True,
    id_required=False,
    has_links=True,
    attributes=(
        ir.Attribute(_EMAIL, frozenset(), additional=False),
        ir.Attribute(_LOCATION, frozenset(), additional=False),
        ir.Attribute(_SCORE, frozenset({"get_profile"}), additional=True),
    ),
    relationships=(
        ir.Relationship("lists", "lists", "list_ids", "list", many=True),
        ir.Relationship("owner", "owner", "owner_id", "profile", many=False),
    ),
)
_LIST = evolve(
    _PROFILE,
    type="list",
    name="List",
    summary="",
    id_required=True,
    attributes=(ir.Attribute(_NAME, frozenset(), additional=False),),
    relationships=(ir.Relationship("profiles", "profiles", "profile_ids", "profile", many=True),),
)
_REPORT = evolve(_LIST, type="report", name="Report", has_id=False, has_links=False, relationships=())
_ATTRIBUTION = evolve(_LIST, type="attribution", name="Attribution", attributes=(), always_linked=True)

# ---------------------------------------------------------------------------------------------- requests

_FRIEND = ir.Form(
    name="Friend",
    family="profiles",
    summary="A person that another one knows.",
    type="profile",
    id="required",
    attributes=(_NAME,),
    linkages=(),
    meta=None,
    has_attributes=True,
)
_CREATION = evolve(
    _FRIEND,
    name="",
    id="optional",
    attributes=(_EMAIL, _FRIENDS),
    linkages=(
        ir.Linkage("lists", "list_ids", "list", many=True, required=False),
        ir.Linkage("owner", "owner_id", "profile", many=False, required=True),
    ),
    meta=ir.Nullable(ir.Ref("Location")),
)
_START = evolve(_FRIEND, name="", type="job", attributes=(), has_attributes=False)

# -------------------------------------------------------------------------------------------- operations

_ONE = ir.Answer(
    statuses=(200,),
    type="profile",
    many=False,
    identifiers=False,
    links=("self",),
    included=(),
    linked=(),
    nullable=False,
)
_NOTHING = evolve(_ONE, statuses=(204,), type="", links=())
_GET = ir.Operation(
    id="get_profile",
    family="profiles",
    name="get",
    summary="Reads a profile.",
    method="GET",
    path="/api/profiles/{id}",
    effect="read",
    repeatable=True,
    repeat_key="",
    scopes=("profiles:read",),
    limit=ir.RateLimit(10, 150, 0),
    notes=(),
    path_parameters=(ir.PathParameter("id", "id", "The profile."),),
    query_parameters=(),
    fieldsets=(),
    additional_fieldsets=(),
    filtering=None,
    include=(),
    sort=(),
    paging=None,
    body=None,
    answer=_ONE,
)
_LISTING = evolve(
    _GET,
    id="get_profiles",
    name="list",
    path="/api/profiles",
    path_parameters=(),
    fieldsets=(ir.Fieldset("profile", ("email", "location", "location.city")),),
    additional_fieldsets=(ir.Fieldset("profile", ("churn_score",)),),
    filtering=ir.Filtering(
        (ir.FilterField("email", ir.Text(), ("any", "equals")), ir.FilterField("owner", None, ("has",))),
        required=True,
    ),
    include=("lists", "attribution"),
    sort=("email", "-email"),
    paging=ir.Paging(cursor=True, default=20, minimum=1, maximum=100),
    notes=("A note.", "Another."),
    answer=evolve(
        _ONE,
        many=True,
        links=("self", "first", "last", "prev", "next"),
        included=("attribution", "list"),
        linked=("lists",),
    ),
)
_CREATE = evolve(
    _LISTING,
    id="create_profile",
    name="create",
    method="POST",
    effect="write",
    repeatable=False,
    repeat_key="email",
    limit=ir.RateLimit(1, 2, 225),
    filtering=None,
    paging=None,
    sort=(),
    body=ir.FormBody(_CREATION),
    answer=evolve(_ONE, statuses=(200, 201), linked=("lists", "owner")),
)
_OPERATIONS = (
    _LISTING,
    _GET,
    _CREATE,
    evolve(
        _GET,
        id="get_owner_for_profile",
        name="owner",
        path="/api/profiles/{id}/owner",
        answer=evolve(_ONE, nullable=True, hidden=("relationships",), links=()),
    ),
    evolve(
        _GET,
        id="get_list_ids_for_profile",
        name="list_ids",
        path="/api/profiles/{id}/relationships/lists",
        answer=evolve(_ONE, type="list", many=True, identifiers=True, links=()),
    ),
    evolve(
        _GET,
        id="add_lists_to_profile",
        name="add_lists",
        method="POST",
        path="/api/profiles/{id}/relationships/lists",
        body=ir.IdentifierBody("list", many=True),
        answer=_NOTHING,
    ),
    evolve(
        _CREATE,
        id="merge_profiles",
        name="merge",
        path="/api/profile-merge",
        body=ir.FormBody(_START),
        answer=evolve(_ONE, hidden=("attributes", "relationships")),
    ),
    evolve(
        _LISTING,
        id="get_lists",
        name="lists",
        path="/api/lists",
        answer=evolve(_ONE, type="list", included=("profile",), included_relationships=True),
    ),
    evolve(
        _CREATE,
        id="query_values",
        name="report",
        path="/api/reports",
        body=ir.MultipartBody("file", (_NAME,)),
        answer=evolve(_ONE, type="report"),
    ),
    evolve(
        _CREATE,
        id="create_client_event",
        name="create_client",
        path="/client/events",
        query_parameters=(ir.QueryParameter("company_id", "company_id", ir.Text(), True, "The account."),),
        scopes=(),
        body=ir.FormBody(_FRIEND),
        answer=evolve(_NOTHING, statuses=(202,)),
    ),
)
_CONNECTIONS = (
    evolve(
        _GET,
        id="list_connections",
        name="list",
        path="/connections",
        path_parameters=(),
        limit=None,
        answer=ir.JsonAnswer((200,), ir.ListOf(ir.Ref("Connection")), "connections"),
    ),
    evolve(
        _GET,
        id="create_connection",
        name="create",
        method="POST",
        path="/connections",
        path_parameters=(),
        body=ir.JsonBody((_NAME,)),
        answer=ir.JsonAnswer((200,), ir.Ref("Connection"), ""),
    ),
    evolve(
        _GET,
        id="delete_connection",
        name="delete",
        method="DELETE",
        path="/connections/{id}",
        answer=ir.JsonAnswer((200, 204), None, ""),
    ),
)

_LOCATION_VALUE = ir.ValueObject("Location", "profiles", "Where somebody lives.", (_CITY,))
_PROFILES = ir.Family("profiles", "Profiles", "People.", "spec/profiles.yaml", _OPERATIONS, ())

API = ir.Api(
    title="Klaviyo",
    summary="An API.",
    revision="2026-01-15",
    deprecated="2027-01-15",
    retired="2028-01-15",
    server="https://a.klaviyo.com",
    families=(_PROFILES,),
    resources=(_PROFILE, _LIST, _REPORT, _ATTRIBUTION),
    forms=(_FRIEND,),
    values=(_LOCATION_VALUE,),
    gateway=ir.Gateway(
        server="https://api.maton.ai",
        app="klaviyo",
        family=evolve(
            _PROFILES, name="connections", title="Connections", summary="Grants.", operations=_CONNECTIONS
        ),
        values=(evolve(_LOCATION_VALUE, name="Connection", summary="", properties=(_NAME,)),),
    ),
)
