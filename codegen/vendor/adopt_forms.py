"""Makes requests of the spec carry what the request bodies of a vendor's document carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve, frozen

from codegen.names import singular
from codegen.openapi_schemas import Schema
from codegen.vendor.adopt_names import camel, class_for, collection
from codegen.vendor.adopt_resources import Resources
from codegen.vendor.adopt_types import Types
from codegen.vendor.catalogue import Mention, class_names
from codegen.vendor.deviations import Deviation
from codegen.vendor.edits import Plain
from codegen.vendor.endpoints import Endpoint, Endpoints, without_null
from codegen.vendor.normalise import mapping, sequence
from codegen.vendor.notation import Signatures, split
from codegen.vendor.sketch import Fields, Place, Sketch, fields, words


@frozen
class Member:
    """An attribute that a request writes; the schema is without null."""

    schema: Schema
    required: bool
    null: bool

    @property
    def mark(self) -> str:
        """How the spec marks it."""
        return "" if self.required else "?" if self.null or not self.schema else "~"


@frozen
class Linked:
    """A relationship that a request writes."""

    type: str
    many: bool
    required: bool


@frozen
class Written:
    """A resource as a request carries it."""

    type: str
    id: str
    attributes: Mapping[str, Member]
    linkages: Mapping[str, Linked]
    meta: Member | None
    has_attributes: bool


class Forms:
    """The forms of the spec at the revision, and what the document's requests carry."""

    def __init__(
        self,
        sketch: Sketch,
        endpoints: Endpoints,
        types: Types,
        resources: Resources,
        deviations: Iterable[Deviation],
    ) -> None:
        self._deviations = [*deviations]
        self._sketch = sketch
        self._endpoints = endpoints
        self._types = types
        self._resources = resources
        self._places = {name: place for place, name, _ in sketch.entries("family", under="forms")}
        self._vendors = Signatures(endpoints.schemas)
        self._decided: dict[str, str] = {}
        self._made: dict[str, str] = {}
        self._taken = class_names(sketch)
        self._kept: set[str] = set()
        self.defaults: dict[str, str] = {}

    def written(self, resource: Schema) -> Written:
        """Return what a resource of a request carries."""
        properties = mapping(resource.get("properties", {}))
        required = sequence(resource.get("required", []))
        attributes = self._endpoints.object(mapping(properties.get("attributes", {})))
        needed = sequence(attributes.get("required", []))
        linkages = self._endpoints.object(mapping(properties.get("relationships", {})))
        linked = sequence(linkages.get("required", []))
        return Written(
            type=self._endpoints.constant(resource, "type") or "",
            id="absent" if "id" not in properties else "required" if "id" in required else "optional",
            attributes={
                key: self._member(mapping(schema), required=key in needed)
                for key, schema in mapping(attributes.get("properties", {})).items()
            },
            linkages={
                key: self._linked(mapping(schema), required=key in linked)
                for key, schema in mapping(linkages.get("properties", {})).items()
            },
            meta=self._member(mapping(properties["meta"]), required="meta" in required)
            if "meta" in properties
            else None,
            has_attributes="attributes" in properties,
        )

    def signature(self, written: Written) -> str:
        """Return a text that is equal for requests that carry the same."""
        attributes = sorted(
            f"{key}{member.mark}{self._vendors.of(member.schema)}"
            for key, member in written.attributes.items()
        )
        linkages = sorted(f"{key}{linked}" for key, linked in written.linkages.items())
        meta = f"{written.meta.mark}{self._vendors.of(written.meta.schema)}" if written.meta else ""
        return f"{written.type} {written.id} {attributes} {linkages} {meta}"

    def settle(self, endpoint: Endpoint, place: Place, default: str) -> None:
        """Let an operation carry what the endpoint carries; ``default`` is its family's resource."""
        data = self._endpoints.data(endpoint.body) if endpoint.body is not None else None
        if data is None:
            return
        node = self._sketch.at(place)
        if data.identifiers and "/relationships/" in endpoint.path:
            wanted: Fields = {"many" if data.many else "one": data.type}
            if node.get("identifiers") != wanted:
                self._sketch.change(place, "identifiers", wanted)
            return
        written = self.written(data.resource)
        self._kept = {
            key
            for key in written.attributes
            if any(d.holds(endpoint.id, f"body.data.attributes.{key}") for d in self._deviations)
        }
        verb = "update" if endpoint.method == "PATCH" else "create"
        body = node.get("body")
        mention = Mention(place.file, camel(written.type))
        if isinstance(body, str) and body in self._places:
            named = self._named(body, written, mention)
            if named != body:
                self._sketch.change(place, "body", named)
        elif isinstance(body, dict):
            base = "" if "resource" in body or "extends" in body else default
            self._settle(place / "body", written, mention, base, verb)
        elif default and is_standard(endpoint, written.type):
            self._default(written.type, written, verb)
        else:
            self._sketch.add(place, "body", {"resource": written.type})
            self._settle(place / "body", written, mention, "", verb)

    # ------------------------------------------------------------------------------------------- facts

    def _member(self, schema: Schema, *, required: bool) -> Member:
        inner, null = without_null(self._endpoints.schemas, schema)
        return Member(inner, required, null)

    def _linked(self, schema: Schema, *, required: bool) -> Linked:
        data = self._endpoints.data(self._endpoints.object(schema))
        return Linked(data.type, data.many, required) if data else Linked("", False, required)

    def _nested(self, schema: Schema) -> tuple[Schema, bool] | None:
        """Return the resource inside an attribute, and whether there are many."""
        found = self._endpoints.object(schema)
        if {*mapping(found.get("properties", {}))} != {"data"}:
            return None
        data = self._endpoints.data(found)
        return (data.resource, data.many) if data else None

    # ------------------------------------------------------------------------------------- named forms

    def _named(self, name: str, written: Written, mention: Mention) -> str:
        """Let a named form be what a request carries; another form is named where it is something else."""
        signature = self.signature(written)
        if self._decided.setdefault(name, signature) != signature:
            return self._declare(written, mention)
        self._made.setdefault(signature, name)
        place = self._places[name]
        kind = str(self._sketch.at(place / name).get("as", ""))
        if kind and self.defaults.get(f"{written.type} {kind}") == signature:
            return name
        self._settle(place / name, written, Mention(place.file, mention.hint), "", kind or "create")
        return name

    def _declare(self, written: Written, mention: Mention) -> str:
        signature = self.signature(written)
        if signature in self._made:
            return self._made[signature]
        verb = "update" if written.id == "required" else "create"
        lead = {"create": "New", "update": "Changed"}[verb]
        type_ = camel(written.type)
        name = class_for([f"{lead}{type_}", f"{mention.hint}Form", f"{mention.hint}{type_}Form"], self._taken)
        self._taken.add(name.lower())
        self._made[signature] = name
        self._decided[name] = signature
        place = Place(mention.file, ("forms",))
        self._places[name] = place
        if self.defaults.get(f"{written.type} {verb}") == signature:
            self._sketch.add(place, name, {"resource": written.type, "as": verb})
            return name
        self._sketch.add(place, name, {"resource": written.type})
        self._settle(place / name, written, Mention(mention.file, name), "", verb)
        return name

    # ------------------------------------------------------------------------------------------ settle

    def _settle(self, place: Place, written: Written, mention: Mention, default: str, verb: str) -> None:
        node = self._sketch.at(place)
        if "resource" in node and node["resource"] != written.type:
            self._sketch.change(place, "resource", written.type)
        verb = str(node.get("as", verb))
        implied = "required" if (default or "as" in node) and verb == "update" else "absent"
        if "extends" not in node and node.get("id", implied) != written.id:
            self._sketch.change(place, "id", written.id)
        inherited = self._inherited(node)
        attributes = place / "attributes"
        own = {split(key)[0]: key for key in self._sketch.at(attributes)}
        for key, name in own.items():
            if key not in written.attributes:
                self._sketch.end(attributes, name)
        if default:
            left = {key: member for key, member in written.attributes.items() if key not in own}
            self._default(default, evolve(written, attributes=left), verb)
        for key, member in written.attributes.items():
            if key in own:
                self._attribute(attributes, own[key], key, member, written.type, mention)
            elif not (default or self._is_inherited(inherited.get(key), key, member, written.type)):
                self._sketch.add(
                    attributes, key + member.mark, self._describe(member, written.type, key, mention)
                )
        self._linkages(place, written, default, verb)
        self._meta(place, written, mention)

    def _inherited(self, form: Fields) -> dict[str, tuple[str, Plain]]:
        """Return the marks and the types of what a form has from the one it extends, or from its resource."""
        base = form.get("extends")
        if not isinstance(base, str):
            return self._writable(str(form.get("resource")), str(form["as"])) if "as" in form else {}
        extended = self._sketch.at(self._places[base] / base) if base in self._places else {}
        found = self._inherited(extended)
        for key, value in fields(extended.get("attributes")).items():
            plain_key, mark = split(key)
            found[plain_key] = mark, value
        return found

    def _writable(self, type_: str, verb: str) -> dict[str, tuple[str, Plain]]:
        """Return the marks and the types of what requests of a verb write of a resource."""
        place = self._resources.place(type_)
        found: dict[str, tuple[str, Plain]] = {}
        for name, node in self._sketch.at(place / "attributes").items() if place else ():
            said = words(fields(node).get("write"))
            if {verb, f"{verb}!"} & {*said}:
                found[split(name)[0]] = ("" if f"{verb}!" in said else "?"), fields(node).get("send", node)
        return found

    def _is_inherited(self, known: tuple[str, Plain] | None, key: str, member: Member, type_: str) -> bool:
        if known is None or known[0] != member.mark:
            return False
        node = known[1] if known[1] not in (None, "") else self._resource_type(type_, key)
        return self._nested(member.schema) is not None or self._types.same(node, member.schema)

    def _attribute(
        self, place: Place, present: str, key: str, member: Member, type_: str, mention: Mention
    ) -> None:
        wanted = key + member.mark
        if present != wanted:
            self._sketch.rename(place, present, wanted)
        node = self._sketch.at(place).get(wanted)
        nested = self._nested(member.schema)
        below = mention.below(key)
        if nested:
            resource, many = nested
            word = "resources" if many else "resource"
            form = fields(node).get(word)
            named = self._form(form if isinstance(form, str) else "", self.written(resource), below)
            if named != form:
                self._retype(place, wanted, node, {word: named})
        elif node in (None, ""):
            if not self._types.same(self._resource_type(type_, key), member.schema):
                self._sketch.change(place, wanted, self._types.describe(member.schema, below))
        else:
            self._types.settle(place, wanted, member.schema, below)

    def _form(self, name: str, written: Written, mention: Mention) -> str:
        return (
            self._named(name, written, mention) if name in self._places else self._declare(written, mention)
        )

    def _retype(self, place: Place, key: str, node: Plain, new: Fields) -> None:
        rest = {name: value for name, value in fields(node).items() if name == "summary"}
        self._sketch.change(place, key, {**new, **rest})

    def _resource_type(self, type_: str, key: str) -> Plain:
        """Return the type that requests write an attribute of a resource with."""
        place = self._resources.place(type_)
        attributes = self._sketch.at(place / "attributes") if place else {}
        found = next((value for name, value in attributes.items() if split(name)[0] == key), None)
        return fields(found).get("send", found)

    def _describe(self, member: Member, type_: str, key: str, mention: Mention) -> Plain:
        nested = self._nested(member.schema)
        below = mention.below(key)
        if nested:
            resource, many = nested
            return {"resources" if many else "resource": self._declare(self.written(resource), below)}
        if self._types.same(self._resource_type(type_, key), member.schema):
            return None
        return self._types.describe(member.schema, below)

    def _linkages(self, place: Place, written: Written, default: str, verb: str) -> None:
        relationships = place / "relationships"
        own = self._sketch.at(relationships)
        base = default or (written.type if "as" in self._sketch.at(place) else "")
        inherited = {key for key, _ in self._default_linkages(base, verb)} if base else set[str]()
        for key in [*own]:
            if key not in written.linkages:
                self._sketch.end(relationships, key)
        for key, linked in written.linkages.items():
            wanted: Fields = {"many" if linked.many else "one": linked.type}
            wanted |= {"required": True} if linked.required else {}
            if key not in own:
                if key not in inherited:
                    self._sketch.add(relationships, key, wanted)
            elif own[key] not in (None, "") and _texts(fields(own[key])) != _texts(wanted):
                self._sketch.change(relationships, key, wanted)

    def _meta(self, place: Place, written: Written, mention: Mention) -> None:
        node = self._sketch.at(place)
        present = next((key for key in ("meta", "meta?") if key in node), None)
        if written.meta is None:
            if present:
                self._sketch.end(place, present)
            return
        wanted = f"meta{'' if written.meta.required else '?'}"
        if present is None:
            self._sketch.add(place, wanted, self._types.describe(written.meta.schema, mention.below("meta")))
            return
        if present != wanted:
            self._sketch.rename(place, present, wanted)
        self._types.settle(place, wanted, written.meta.schema, mention.below("meta"))

    # ----------------------------------------------------------------------------------------- default

    def note_default(self, endpoint: Endpoint) -> None:
        """Keep what the standard create or update of a resource carries."""
        data = self._endpoints.data(endpoint.body) if endpoint.body is not None else None
        if data:
            written = self.written(data.resource)
            verb = "update" if endpoint.method == "PATCH" else "create"
            self.defaults.setdefault(f"{written.type} {verb}", self.signature(written))

    def _default_linkages(self, type_: str, verb: str) -> Iterator[tuple[str, bool]]:
        place = self._resources.place(type_)
        for key, value in self._sketch.at(place / "relationships").items() if place else ():
            directions = words(fields(value).get("write"))
            if verb in directions or f"{verb}!" in directions:
                yield key, f"{verb}!" in directions

    def _default(self, type_: str, written: Written, verb: str) -> None:
        """Let the attributes and relationships of a resource be writable as the request writes them."""
        place = self._resources.place(type_)
        if place is None:
            return
        attributes, relationships = place / "attributes", place / "relationships"
        mention = Mention(place.file, camel(type_))
        present = {split(key)[0]: key for key in self._sketch.at(attributes)}
        for key, name in present.items():
            self._direct(attributes, name, verb, written.attributes.get(key))
        for key, member in written.attributes.items():
            if key not in present:
                nested = self._describe(member, type_, key, mention)
                described = nested if isinstance(nested, dict) else {"type": nested}
                self._sketch.add(
                    attributes, f"{key}?", {**described, "write": _direction(verb, member), "read": False}
                )
            elif key not in self._kept:
                self._sent(attributes, present[key], verb, member, mention.below(key))
        known = self._sketch.at(relationships)
        for key in [*known]:
            linked = written.linkages.get(key)
            self._direct(relationships, key, verb, Member({}, linked.required, False) if linked else None)
        for key, linked in written.linkages.items():
            if key not in known:
                wanted: Fields = {"many" if linked.many else "one": linked.type}
                direction = f"{verb}!" if linked.required else verb
                self._sketch.add(relationships, key, {**wanted, "write": direction, "read": False})

    def _direct(self, place: Place, key: str, verb: str, member: Member | None) -> None:
        """Let requests of a verb write an entry, or not."""
        node = self._sketch.at(place).get(key)
        said = words(fields(node).get("write"))
        others = [word for word in said if word.rstrip("!") != verb]
        wanted = [*others, _direction(verb, member)] if member else others
        wanted.sort()
        if wanted == sorted(said):
            return
        new: Plain = wanted[0] if len(wanted) == 1 else [*wanted]
        if not isinstance(node, dict):
            self._sketch.change(place, key, {"type": node, "write": new})
        elif wanted:
            self._sketch.change(place / key, "write", new)
        elif node.get("read") in {False, "false"}:
            self._sketch.end(place, key)
        else:
            self._sketch.end(place / key, "write")

    def _sent(self, place: Place, key: str, verb: str, member: Member, mention: Mention) -> None:
        """Let the type that an attribute is written with be that of the request."""
        node = fields(self._sketch.at(place).get(key))
        nested = self._nested(member.schema)
        if nested:
            word = "resources" if nested[1] else "resource"
            form = node.get(word)
            named = self._form(form if isinstance(form, str) else "", self.written(nested[0]), mention)
            if form != named:
                rest = {
                    name: value
                    for name, value in node.items()
                    if name not in {"type", "resource", "resources"}
                }
                self._sketch.change(place, key, {word: named, **rest})
        elif "send" not in node:
            if node.get("read") in {False, "false"}:
                self._types.settle(place, key, member.schema, mention)
            elif not self._types.same(
                {name: node[name] for name in node if name != "nullable"}, member.schema
            ):
                self._sketch.change(place / key, "send", self._types.describe(member.schema, mention))
        else:
            send = fields(node["send"])
            if verb in send:
                self._types.settle(place / key / "send", verb, member.schema, mention)
            elif {"create", "update"} & {*send}:
                if not self._types.same({name: node[name] for name in node if name != "send"}, member.schema):
                    self._sketch.add(place / key / "send", verb, self._types.describe(member.schema, mention))
            else:
                self._types.settle(place / key, "send", member.schema, mention)


def is_standard(endpoint: Endpoint, type_: str) -> bool:
    """Tell whether an operation creates or updates a resource of the collection that its path names."""
    parts = endpoint.path.split("/")[3:]
    length = {"POST": 0, "PATCH": 1}.get(endpoint.method)
    return len(parts) == length and singular(collection(endpoint.path)) == type_


def _direction(verb: str, member: Member) -> str:
    return f"{verb}!" if member.required else verb


def _texts(value: Fields) -> dict[str, str]:
    return {key: str(inner).lower() for key, inner in value.items() if str(inner).lower() != "false"}
