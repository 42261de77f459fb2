"""Makes the operations of the spec say what a vendor's document says of them, new ones included."""

from __future__ import annotations

from collections.abc import Iterable

from codegen.openapi_schemas import Schema
from codegen.parse_operations import usual_scope
from codegen.parse_queries import OPERATORS
from codegen.vendor.adopt_forms import Forms, is_standard
from codegen.vendor.adopt_names import camel, collection, family_for, method_for
from codegen.vendor.adopt_resources import Resources
from codegen.vendor.adopt_types import Types
from codegen.vendor.catalogue import Mention
from codegen.vendor.deviations import Deviation
from codegen.vendor.edits import Plain
from codegen.vendor.endpoints import Endpoint, Endpoints, Success
from codegen.vendor.filters import FilterField
from codegen.vendor.normalise import mapping
from codegen.vendor.sketch import Fields, Place, Sketch, fields

_STATUSES = {"GET": [200], "POST": [201], "PATCH": [200], "DELETE": [204]}
_DERIVED = ("fields[", "additional-fields[", "page[")
_INSTANTS = {"greater-than", "greater-or-equal", "less-than", "less-or-equal"}


class Operations:
    """The operations of the spec at the revision, by their routes."""

    def __init__(
        self,
        sketch: Sketch,
        endpoints: Endpoints,
        types: Types,
        resources: Resources,
        forms: Forms,
        deviations: Iterable[Deviation],
    ) -> None:
        self._deviations = [*deviations]
        self._sketch = sketch
        self._endpoints = endpoints
        self._types = types
        self._resources = resources
        self._forms = forms
        self._places: dict[str, Place] = {}
        for place, name, node in sketch.entries("family", under="operations"):
            route = route_of(node)
            if route:
                self._places[route] = place / name
        self._envelope = sketch.at(Place(sketch.of_kind("klaviyo")[0], ("envelope",)))
        self._tiers = sketch.at(Place(sketch.of_kind("klaviyo")[0], ("tiers",)))

    def begin(self) -> None:
        """Let the routes be those of the document, and the resources that they answer be there."""
        known = {endpoint.route for endpoint in self._endpoints}
        for route, place in [*self._places.items()]:
            if route not in known:
                self._sketch.end(Place(place.file, place.path[:-1]), place.path[-1])
                del self._places[route]
        for endpoint in self._endpoints:
            if endpoint.route not in self._places:
                self._add(endpoint)
            file = self._places[endpoint.route].file
            if endpoint.success is not None:
                self._resources.begin(endpoint.success.data.type, file)
        for endpoint in self._endpoints:
            if endpoint.success is not None:
                for resource in endpoint.success.included:
                    type_ = self._endpoints.constant(resource, "type")
                    if type_ and self._resources.place(type_) is None:
                        self._resources.begin(type_, self._places[endpoint.route].file)

    def begin_forms(self) -> None:
        """Note which requests are the standard ones of their resources."""
        for endpoint in self._endpoints:
            place = self._places[endpoint.route]
            if "body" not in self._sketch.at(place) and self._is_standard(endpoint, place):
                self._forms.note_default(endpoint)

    def settle(self) -> None:
        """Let every operation be as the document has it."""
        for endpoint in self._endpoints:
            self._settle(endpoint, self._places[endpoint.route])

    # -------------------------------------------------------------------------------------------- new

    def _add(self, endpoint: Endpoint) -> None:
        families = {
            file.rpartition("/")[2].removesuffix(".yaml"): file for file in self._sketch.of_kind("family")
        }
        many = endpoint.success is not None and endpoint.success.data.many
        family = self._same_family(endpoint) or family_for(endpoint.path, families)
        file = families.get(family, f"{self._directory()}/{family}.yaml")
        if family not in families:
            title = family.replace("_", " ").capitalize()
            content: Fields = {"title": title, "summary": "~"}
            if endpoint.scopes:
                content["scope"] = endpoint.scopes[0].partition(":")[0]
            if any(
                one.success for one in self._endpoints if collection(one.path) == collection(endpoint.path)
            ):
                content["resources"] = {}
            self._sketch.create(file, "family", {**content, "operations": {}})
        place = Place(file, ("operations",))
        taken = self._sketch.at(place)
        method = method_for(
            endpoint.method, endpoint.path, family, self._own(family, taken), many=many, taken=taken
        )
        node: Fields = {"id": endpoint.id, endpoint.method.lower(): endpoint.path, "summary": "~"}
        if not self._is_usual(endpoint, file, node):
            node["scopes"] = [*endpoint.scopes]
        if endpoint.limit:
            node["limit"] = self._limit(endpoint)
        said = self._answer(endpoint, self._default(file), node)
        node |= {key: value for key, value in said.items() if value is not None}
        self._sketch.add(place, method, node, after=self._before(taken, endpoint))
        self._places[endpoint.route] = place / method

    def _same_family(self, endpoint: Endpoint) -> str:
        """Return the family that has operations of the same collection."""
        for route, place in self._places.items():
            known = route.partition(" ")[2]
            if known.split("/")[1] == endpoint.path.split("/")[1] and collection(known) == collection(
                endpoint.path
            ):
                return place.file.rpartition("/")[2].removesuffix(".yaml")
        return ""

    def _own(self, family: str, operations: Fields) -> str:
        """Return the collection that a family is about: that of its plainest method, else its name."""
        plain = (operations[name] for name in ("list", "get", "create") if name in operations)
        routes = (route_of(fields(node)).partition(" ")[2] for node in plain)
        return next(map(collection, routes), family.replace("_", "-"))

    def _directory(self) -> str:
        return self._sketch.of_kind("family")[0].rpartition("/")[0]

    def _before(self, taken: Fields, endpoint: Endpoint) -> str:
        """Return the last operation of the same collection, after which a new one stands."""
        same = [
            name
            for name, node in taken.items()
            if collection((route_of(fields(node)) or " ").partition(" ")[2]) == collection(endpoint.path)
        ]
        return same[-1] if same else ""

    def _default(self, file: str) -> str:
        return next(iter(self._sketch.at(Place(file, ("resources",)))), "")

    def _is_standard(self, endpoint: Endpoint, place: Place) -> bool:
        data = self._endpoints.data(endpoint.body) if endpoint.body is not None else None
        standard = data is not None and not data.identifiers and is_standard(endpoint, data.type)
        return standard and data is not None and data.type == self._default(place.file)

    # ----------------------------------------------------------------------------------------- settle

    def _settle(self, endpoint: Endpoint, place: Place) -> None:
        node = self._sketch.at(place)
        default = self._default(place.file)
        if node.get("id") != endpoint.id:
            self._sketch.change(place, "id", endpoint.id)
        self._scopes(endpoint, place)
        if endpoint.limit and self._resolved(str(node.get("limit", ""))) != endpoint.limit:
            self._sketch.change(place, "limit", self._limit(endpoint))
        self._pages(endpoint, place)
        self._filters(endpoint, place)
        self._words(endpoint, place)
        self._parameters(endpoint, place)
        if endpoint.media_type.startswith("multipart/"):
            self._upload(endpoint, place)
        else:
            self._forms.settle(endpoint, place, default if self._is_standard(endpoint, place) else "")
        for key, value in self._answer(endpoint, default, node).items():
            if key in {"linked", "hidden"}:
                self._sketch.set_items(place, key, value if isinstance(value, list) else [])
            elif value is None:
                if key in self._sketch.at(place):
                    self._sketch.end(place, key)
            elif _texts(self._sketch.at(place).get(key)) != _texts(value):
                self._sketch.change(place, key, value)

    def _scopes(self, endpoint: Endpoint, place: Place) -> None:
        node = self._sketch.at(place)
        if "scopes" in node:
            self._sketch.set_items(place, "scopes", [*endpoint.scopes])
        elif not self._is_usual(endpoint, place.file, node):
            self._sketch.add(place, "scopes", [*endpoint.scopes])

    def _is_usual(self, endpoint: Endpoint, file: str, node: Fields) -> bool:
        """Tell whether an operation that says no scopes has those of the document."""
        scope = self._sketch.at(Place(file)).get("scope")
        effect = node.get("effect", "read" if endpoint.method == "GET" else "write")
        return [*endpoint.scopes] == ([usual_scope(str(scope), str(effect))] if scope else [])

    def _resolved(self, limit: str) -> str:
        return str(self._tiers.get(limit, limit))

    def _limit(self, endpoint: Endpoint) -> str:
        tier = next((name for name, limit in self._tiers.items() if limit == endpoint.limit), None)
        return tier or endpoint.limit

    def _pages(self, endpoint: Endpoint, place: Place) -> None:
        cursor = "page[cursor]" in endpoint.parameters
        size = endpoint.parameters.get("page[size]")
        node = self._sketch.at(place).get("pages")
        known = fields(node)
        fixed = str(known.get("fixed", ""))
        sized = self._envelope.get("fixed-sizes") in {True, "true"}
        if size is None:
            if not cursor:
                wanted: Plain = None
            elif node == "cursor" or (fixed and not sized):
                return
            else:
                wanted = "cursor"
        else:
            bounds = {name: str(size.schema.get(name, "")) for name in ("default", "minimum", "maximum")}
            if fixed and sized and fixed == bounds["default"] == bounds["maximum"]:
                return
            wanted = {"default": int(bounds["default"])}
            if bounds["minimum"] not in {"", "1"}:
                wanted["minimum"] = int(bounds["minimum"])
            wanted["maximum"] = int(bounds["maximum"])
            if not cursor:
                wanted["cursor"] = False
            if sized and bounds["default"] == bounds["maximum"] and cursor:
                wanted = {"fixed": int(bounds["default"])}
        if wanted is None:
            if node is not None:
                self._sketch.end(place, "pages")
        elif _texts(node) != _texts(wanted):
            self._sketch.change(place, "pages", wanted)

    def _filters(self, endpoint: Endpoint, place: Place) -> None:
        inner = place / "filter"
        present = self._sketch.at(inner)
        if present and not endpoint.filters:
            self._sketch.end(place, "filter")
        for key in [key for key in present if key not in endpoint.filters and endpoint.filters]:
            self._sketch.end(inner, key)
        for key, wanted in endpoint.filters.items():
            node = self._sketch.at(inner).get(key)
            if node is None:
                self._sketch.add(inner, key, self._filter(endpoint, inner, key, wanted))
            elif isinstance(node, str):
                known = frozenset(word for word in node.split() if word in OPERATORS)
                type_ = " ".join(word for word in node.split() if word not in OPERATORS)
                if wanted.value and type_ and not self._types.same(type_, wanted.value):
                    self._sketch.change(inner, key, self._filter(endpoint, inner, key, wanted))
                elif known != wanted.operators:
                    self._sketch.change(inner, key, " ".join([*type_.split(), *sorted(wanted.operators)]))
            else:
                self._sketch.set_items(inner / key, "operators", [*sorted(wanted.operators)])
                if wanted.value is not None:
                    self._types.settle(inner, key, wanted.value, self._mention(inner, key))
        parameter = endpoint.parameters.get("filter")
        header = next((one.name for one in endpoint.parameters.values() if one.place == "header"), None)
        if header and endpoint.filters and self._sketch.at(place).get("filter-header") != header:
            self._sketch.change(place, "filter-header", header)
        required = parameter is not None and parameter.required
        if required != (self._sketch.at(place).get("filter-required") in {True, "true"}):
            self._sketch.change(place, "filter-required", required)

    def _filter(self, endpoint: Endpoint, inner: Place, key: str, wanted: FilterField) -> Plain:
        """Return the notation of a filter field; prose names no type, but an attribute may have the name."""
        operators = sorted(wanted.operators)
        if operators == ["has"]:
            return "has"
        if wanted.value:
            type_ = self._types.describe(wanted.value, self._mention(inner, key))
            if isinstance(type_, dict):
                return {**type_, "operators": [*operators]}
            return " ".join([str(type_), *operators])
        return " ".join([self._guessed(endpoint, key, wanted), *operators])

    def _guessed(self, endpoint: Endpoint, key: str, wanted: FilterField) -> str:
        if endpoint.success is not None:
            place = self._resources.place(endpoint.success.data.type)
            attributes = self._sketch.at(place / "attributes") if place else {}
            node = next((value for name, value in attributes.items() if name.rstrip("?") == key), None)
            word = node if isinstance(node, str) else fields(node).get("type")
            if word in {"boolean", "integer", "number", "date-time"}:
                return str(word)
        return "date-time" if wanted.operators & _INSTANTS else "string"

    def _mention(self, place: Place, key: str) -> Mention:
        return Mention(place.file, camel(*place.path[1:2], key.replace(".", "-")))

    def _words(self, endpoint: Endpoint, place: Place) -> None:
        self._sketch.set_items(place, "include", [*endpoint.words("include")])
        keys = [key for key in endpoint.words("sort") if not key.startswith("-")]
        self._sketch.set_items(place, "sort", [*keys])

    def _parameters(self, endpoint: Endpoint, place: Place) -> None:
        rest = {
            name: parameter
            for name, parameter in endpoint.parameters.items()
            if name not in {"filter", "include", "sort"}
            and parameter.place == "query"
            and not name.startswith(_DERIVED)
        }
        inner = place / "parameters"
        present = {name.rstrip("?~"): name for name in self._sketch.at(inner)}
        for name in [name for name in present if name not in rest]:
            self._sketch.end(inner, present[name])
        for name, parameter in rest.items():
            schema: Schema = {key: parameter.schema[key] for key in parameter.schema if key != "default"}
            wanted = name if parameter.required else f"{name}?"
            mention = Mention(place.file, f"{place.path[-1]}-{name}")
            if name not in present:
                self._sketch.add(inner, wanted, self._types.describe(schema, mention))
            elif present[name] != wanted:
                self._sketch.rename(inner, present[name], wanted)
            else:
                self._types.settle(inner, wanted, schema, mention)

    def _upload(self, endpoint: Endpoint, place: Place) -> None:
        if "upload" in self._sketch.at(place) or endpoint.body is None:
            return
        properties = mapping(self._endpoints.object(endpoint.body)["properties"])
        file = next(name for name, value in properties.items() if mapping(value).get("format") == "binary")
        others = {
            f"{name}?": self._types.describe(mapping(value), Mention(place.file, name))
            for name, value in properties.items()
            if name != file
        }
        self._sketch.add(place, "upload", {"file": file, "fields": others})

    # ----------------------------------------------------------------------------------------- answers

    def _answer(self, endpoint: Endpoint, default: str, node: Fields) -> Fields:
        """Return the keys that say what an operation answers, None for those that a rule derives."""
        success = endpoint.success
        identifiers = "/relationships/" in endpoint.path and endpoint.method != "GET"
        wanted: Fields = {"answer": None, "status": None, "linked": None, "hidden": None}
        plain = endpoint.path.split("/")[3:]
        derived = (
            endpoint.method != "DELETE" and not identifiers and (endpoint.method != "GET" or not plain[1:])
        )
        if success is None:
            wanted["answer"] = "none" if derived else None
        else:
            wanted["answer"] = self._data(endpoint, success, default, derived=derived)
            wanted |= self._around(endpoint, success)
        if any(deviation.holds(endpoint.id, "statuses") for deviation in self._deviations):
            del wanted["status"]
        else:
            usual = [204] if identifiers else _STATUSES[endpoint.method]
            listed: list[Plain] = [*endpoint.statuses]
            if listed != usual or _texts(node.get("status")) == _texts(listed):
                wanted["status"] = listed[0] if len(listed) == 1 else listed
        return wanted

    def _data(self, endpoint: Endpoint, success: Success, default: str, *, derived: bool) -> Plain:
        data = success.data
        many = endpoint.method == "GET" and not endpoint.path.endswith("}")
        to_one = endpoint.method == "GET" and not data.many and "}/" in endpoint.path
        rule = to_one and self._envelope.get("nullable-related") in {True, "true"}
        if (
            derived
            and data.type == default
            and data.many == many
            and not data.identifiers
            and not data.nullable
        ):
            return None
        kind = ("ids" if data.many else "id") if data.identifiers else ("many" if data.many else "one")
        said: Fields = {kind: data.type}
        if data.nullable != rule:
            said["nullable"] = data.nullable
        return said

    def _around(self, endpoint: Endpoint, success: Success) -> Fields:
        """Return which relationships show data although no rule says so, and which members are missing."""
        found: Fields = {"linked": None, "hidden": None}
        if success.data.identifiers:
            return found
        place = self._resources.place(success.data.type)
        if place is None:
            return found
        shown = self._endpoints.member(success.data.resource, "relationships")
        hidden: list[Plain] = []
        seen = self._resources.appearances.get(success.data.type, [])
        if any(self._endpoints.member(one.resource, "attributes") is not None for one in seen):
            hidden += [] if self._endpoints.member(success.data.resource, "attributes") else ["attributes"]
        if any(one.primary and self._endpoints.member(one.resource, "relationships") for one in seen):
            hidden += [] if shown else ["relationships"]
        if hidden:
            found["hidden"] = hidden
        linkage = fields(self._envelope.get("linkage")).get("get" if endpoint.method == "GET" else "write")
        if shown and linkage == "included" and self._sketch.at(place).get("linked") not in {True, "true"}:
            include = endpoint.words("include")
            keys = [
                key
                for key, schema in mapping(self._endpoints.object(shown).get("properties", {})).items()
                if key not in include and self._endpoints.member(mapping(schema), "data") is not None
            ]
            if keys:
                found["linked"] = [*keys]
        return found


def route_of(node: Fields) -> str:
    """Return the route of an operation of the spec; empty where it has none."""
    for method in ("get", "post", "patch", "delete"):
        path = node.get(method)
        if isinstance(path, str):
            return f"{method.upper()} {path}"
    return ""


def _texts(value: Plain) -> Plain:
    """Return a value with texts only, and lists of one as their item, as the spec's notations are equal."""
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        texts = sorted(str(_texts(item)) for item in value)
        return texts[0] if len(texts) == 1 else [*texts]
    return str(value).lower() if isinstance(value, bool) else str(value)
