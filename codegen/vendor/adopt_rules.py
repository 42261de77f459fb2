"""Fits the rules that hold everywhere to a vendor's document: rate tiers, and what surrounds answers.

A rule is what most operations follow; what deviates from it is said where it deviates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from codegen.vendor.adopt_operations import route_of
from codegen.vendor.edits import Plain
from codegen.vendor.endpoints import Endpoint, Endpoints, Success
from codegen.vendor.normalise import mapping
from codegen.vendor.sketch import Place, Sketch, fields, words

T = TypeVar("T")


class Rules:
    """The rules of ``klaviyo.yaml`` at the revision, and what the document does."""

    def __init__(self, sketch: Sketch, endpoints: Endpoints) -> None:
        self._sketch = sketch
        self._endpoints = endpoints
        self._file = Place(sketch.of_kind("klaviyo")[0])
        self._nodes = {route_of(node): node for _, _, node in sketch.entries("family", under="operations")}
        self._answers = [(one, one.success) for one in endpoints if one.success is not None]

    def settle(self) -> None:
        """Let each rule be what most operations of the document follow."""
        self._tiers()
        for kind in ("many", "one", "identifiers"):
            links = _usual(success.links for _, success in self._answers if _kind(success) == kind)
            place = self._file / "envelope" / "links"
            current = tuple(words(self._sketch.at(place).get(kind)))
            if links is not None and current != links and (links or kind in self._sketch.at(place)):
                self._sketch.change(place, kind, [*links])
        linkage = self._file / "envelope" / "linkage"
        for verb, reads in (("get", True), ("write", False)):
            shown = _usual(
                self._shows_data(one, success)
                for one, success in self._answers
                if (one.method == "GET") == reads and not success.data.identifiers
            )
            if shown is not None:
                self._set(linkage, verb, "all" if shown else "included")
        envelope = self._file / "envelope"
        self._flag(envelope, "included-relationships", self._included())
        self._flag(envelope, "sparse-ids", _usual(self._sparse_ids()))
        self._flag(envelope, "nullable-related", _usual(self._nullable()))
        self._flag(envelope, "fixed-sizes", _usual(self._sizes()))
        methods = [
            method
            for method in ("get", "post", "patch")
            if any(
                name.startswith("fields[")
                for one in self._endpoints
                if one.method == method.upper()
                for name in one.parameters
            )
        ]
        if {*words(self._sketch.at(envelope).get("sparse-fields"))} != {*methods}:
            self._sketch.set_items(envelope, "sparse-fields", [*methods])

    def _tiers(self) -> None:
        tiers = self._file / "tiers"
        known = {one.route: one.limit for one in self._endpoints}
        for name, limit in [*self._sketch.at(tiers).items()]:
            seen = _usual(
                known[route]
                for route, node in self._nodes.items()
                if node.get("limit") == name and route in known
            )
            if seen is not None and seen != limit:
                self._sketch.change(tiers, name, seen)

    def _set(self, place: Place, key: str, value: Plain) -> None:
        if str(self._sketch.at(place).get(key)) != str(value):
            self._sketch.change(place, key, value)

    def _flag(self, place: Place, key: str, value: bool | None) -> None:
        current = self._sketch.at(place).get(key) in {True, "true"}
        if value is not None and value != current:
            self._sketch.change(place, key, value)

    def _shows_data(self, one: Endpoint, success: Success) -> bool | None:
        """Tell whether relationships that nobody includes show their data; None where there is none."""
        shown = self._endpoints.member(success.data.resource, "relationships")
        include = one.words("include")
        others = [
            self._endpoints.member(mapping(schema), "data") is not None
            for key, schema in mapping(self._endpoints.object(shown or {}).get("properties", {})).items()
            if key not in include
        ]
        return all(others) if others else None

    def _included(self) -> bool | None:
        having = {
            success.data.type
            for _, success in self._answers
            if self._endpoints.member(success.data.resource, "relationships")
        }
        return _usual(
            self._endpoints.member(resource, "relationships") is not None
            for _, success in self._answers
            for resource in success.included
            if (self._endpoints.constant(resource, "type") or "") in having
        )

    def _sparse_ids(self) -> Iterable[bool]:
        for one in self._endpoints:
            for name in one.parameters:
                if name.startswith("fields["):
                    yield "id" in one.words(name)

    def _nullable(self) -> Iterable[bool]:
        for one, success in self._answers:
            if one.method == "GET" and not success.data.many and "}/" in one.path:
                yield success.data.nullable

    def _sizes(self) -> Iterable[bool]:
        for one in self._endpoints:
            if "fixed" in fields(self._nodes.get(one.route, {}).get("pages")):
                yield "page[size]" in one.parameters


def _kind(success: Success) -> str:
    return "one" if not success.data.many else "identifiers" if success.data.identifiers else "many"


def _usual(values: Iterable[T | None]) -> T | None:
    """Return what stands there most often, nothing aside."""
    counted = Counter(value for value in values if value is not None)
    return counted.most_common(1)[0][0] if counted else None
