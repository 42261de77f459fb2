"""Makes requests of the spec carry what the request bodies of a vendor's document carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from codegen.names import singular
from codegen.vendor.adopt_names import camel, class_for, collection
from codegen.vendor.adopt_resources import Resources
from codegen.vendor.adopt_types import Types
from codegen.vendor.catalogue import Mention, class_names
from codegen.vendor.deviations import Deviation
from codegen.vendor.edits import Plain
from codegen.vendor.endpoints import Endpoint, Endpoints
from codegen.vendor.notation import split
from codegen.vendor.requests import Member, Requests, Written
from codegen.vendor.sketch import Fields, Place, Sketch, fields, words

_METAS = ("meta", "meta?")


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
        self._requests = Requests(endpoints)
        self._decided: dict[str, str] = {}
        self._made: dict[str, str] = {}
        self._taken = class_names(sketch)
        self._kept: set[str] = set()
        self.defaults: dict[str, str] = {}

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
        written = self._requests.written(data.resource)
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

    # ------------------------------------------------------------------------------------- named forms

    def _named(self, name: str, written: Written, mention: Mention) -> str:
        """Let a named form be what a request carries; another form is named where it is something else."""
        signature = self._requests.signature(written)
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
        signature = self._requests.signature(written)
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
        known = {split(key)[0]: (key, value) for key, value in fields(inherited.get("attributes")).items()}
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
            elif not (default or self._is_inherited(known.get(key), key, member, written.type)):
                self._sketch.add(
                    attributes, key + member.mark, self._describe(member, written.type, key, mention)
                )
        if default:
            inherited["relationships"] = {key: None for key, _ in self._default_linkages(default, verb)}
        self._linkages(place, written, fields(inherited.get("relationships")))
        self._meta(place, written, mention, next((key for key in _METAS if key in inherited), ""))

    def _inherited(self, form: Fields) -> Fields:
        """Return what a form has from the one that it extends, or from its resource."""
        base = form.get("extends")
        if isinstance(base, str):
            extended = self._sketch.at(self._places[base] / base) if base in self._places else {}
            found = self._inherited(extended)
            for member in ("attributes", "relationships"):
                found[member] = {**fields(found.get(member)), **fields(extended.get(member))}
            return found | {key: extended[key] for key in _METAS if key in extended}
        return self._writable(str(form.get("resource")), str(form["as"])) if "as" in form else {}

    def _writable(self, type_: str, verb: str) -> Fields:
        """Return what requests of a verb write of a resource."""
        place = self._resources.place(type_)
        attributes: Fields = {}
        for name, node in self._sketch.at(place / "attributes").items() if place else ():
            said = words(fields(node).get("write"))
            if {verb, f"{verb}!"} & {*said}:
                mark = "" if f"{verb}!" in said else "?"
                attributes[split(name)[0] + mark] = fields(node).get("send", node)
        relationships: Fields = {key: None for key, _ in self._default_linkages(type_, verb)}
        return {"attributes": attributes, "relationships": relationships}

    def _is_inherited(self, known: tuple[str, Plain] | None, key: str, member: Member, type_: str) -> bool:
        if known is None or known[0] != key + member.mark:
            return False
        node = known[1] if known[1] not in (None, "") else self._resource_type(type_, key)
        return self._requests.nested(member.schema) is not None or self._types.same(node, member.schema)

    def _attribute(
        self, place: Place, present: str, key: str, member: Member, type_: str, mention: Mention
    ) -> None:
        wanted = key + member.mark
        if present != wanted:
            self._sketch.rename(place, present, wanted)
        node = self._sketch.at(place).get(wanted)
        nested = self._requests.nested(member.schema)
        below = mention.below(key)
        if nested:
            resource, many = nested
            word = "resources" if many else "resource"
            form = fields(node).get(word)
            named = self._form(form if isinstance(form, str) else "", self._requests.written(resource), below)
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
        nested = self._requests.nested(member.schema)
        below = mention.below(key)
        if nested:
            resource, many = nested
            return {
                "resources" if many else "resource": self._declare(self._requests.written(resource), below)
            }
        if self._types.same(self._resource_type(type_, key), member.schema):
            return None
        return self._types.describe(member.schema, below)

    def _linkages(self, place: Place, written: Written, inherited: Fields) -> None:
        relationships = place / "relationships"
        own = self._sketch.at(relationships)
        for key in [*own]:
            if key not in written.linkages:
                self._sketch.end(relationships, key)
        for key, linked in written.linkages.items():
            wanted: Fields = {"many" if linked.many else "one": linked.type}
            wanted |= {"required": True} if linked.required else {}
            if key not in own:
                base = fields(inherited.get(key))
                if key not in inherited or (base and _texts(base) != _texts(wanted)):
                    self._sketch.add(relationships, key, wanted)
            elif own[key] not in (None, "") and _texts(fields(own[key])) != _texts(wanted):
                self._sketch.change(relationships, key, wanted)

    def _meta(self, place: Place, written: Written, mention: Mention, inherited: str) -> None:
        node = self._sketch.at(place)
        present = next((key for key in _METAS if key in node), None)
        if written.meta is None:
            if present:
                self._sketch.end(place, present)
            return
        wanted = f"meta{'' if written.meta.required else '?'}"
        if present is None and inherited == wanted:
            return
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
            written = self._requests.written(data.resource)
            verb = "update" if endpoint.method == "PATCH" else "create"
            self.defaults.setdefault(f"{written.type} {verb}", self._requests.signature(written))

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
        nested = self._requests.nested(member.schema)
        if nested:
            word = "resources" if nested[1] else "resource"
            form = node.get(word)
            named = self._form(
                form if isinstance(form, str) else "", self._requests.written(nested[0]), mention
            )
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
