"""Reads the methods that are composed of several operations.

A composition whose operations do not all exist at a revision does not exist there either.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping

from codegen import ir
from codegen.parse_nodes import as_mapping, scalar, scalars, text, texts
from codegen.parse_types import not_null
from codegen.problems import Problems
from codegen.tree import Entry, Mapping


class Compositions:
    """Reads compositions, once the operations and resources of the revision are known."""

    def __init__(
        self,
        api: AbstractMapping[str, tuple[Mapping, ir.Operation]],
        known: frozenset[str],
        resources: AbstractMapping[str, ir.Resource],
        problems: Problems,
    ) -> None:
        self._nodes = {id_: node for id_, (node, _) in api.items()}
        self._operations = {id_: operation for id_, (_, operation) in api.items()}
        self._known = known
        self._resources = resources
        self._problems = problems

    def check_waits(self) -> None:
        """Add the mistakes in how operations say that one waits for their jobs."""
        for node in self._nodes.values():
            wait = node.get("wait")
            if isinstance(wait, Mapping):
                self._check_wait(wait)

    def read(self, entry: Entry, family: str, name: str) -> ir.Composition | None:
        """Return the composition of an entry, or None where an operation of it does not exist."""
        node = as_mapping(entry.value, entry.key.position)
        pair = ("each", "list") if "each" in node or "list" in node else ("start", "result")
        first, second = (self._operation(node, key) for key in pair)
        if first is None or second is None:
            return None
        summary = text(node, "summary")
        if pair == ("each", "list"):
            return ir.EachOf(family, name, summary, parents=first.id, children=second.id)
        return self._job(node, first, second, family, name)

    def _job(
        self, node: Mapping, start: ir.Operation, result: ir.Operation, family: str, name: str
    ) -> ir.JobResult | None:
        wait = self._nodes[start.id].get("wait")
        if not isinstance(wait, Mapping):
            position = node.position
            self._problems.add(position, f"nothing says how to wait for {start.id!r}", "write its 'wait'")
            return None
        poll = self._operation(wait, "poll")
        if poll is None:
            return None
        return ir.JobResult(
            family=family,
            name=name,
            summary=text(node, "summary"),
            start=start.id,
            poll=poll.id,
            result=result.id,
            attribute=text(wait, "attribute"),
            done=tuple(sorted(texts(wait, "done"))),
            failed=tuple(sorted(texts(wait, "failed"))),
        )

    def _operation(self, node: Mapping, key: str) -> ir.Operation | None:
        wanted = scalar(node, key)
        if wanted is None:
            self._problems.add(node.position, f"missing key {key!r}")
            return None
        if wanted.text not in self._known:
            self._problems.unknown(wanted.position, "operation", wanted.text, self._known)
        return self._operations.get(wanted.text)

    def _check_wait(self, wait: Mapping) -> None:
        poll = self._operation(wait, "poll")
        attribute = scalar(wait, "attribute")
        if poll is None or attribute is None or not isinstance(poll.answer, ir.Answer):
            return
        resource = self._resources.get(poll.answer.type)
        shown = {member.property.key: member.property for member in resource.attributes} if resource else {}
        if attribute.text not in shown:
            owner = f"what {poll.id!r} answers"
            self._problems.unknown(attribute.position, "attribute", attribute.text, shown, owner)
            return
        type_ = not_null(shown[attribute.text].type)
        for value in (*scalars(wait, "done"), *scalars(wait, "failed")):
            if isinstance(type_, ir.Choice) and value.text not in type_.values:
                states = [str(state) for state in type_.values]
                self._problems.unknown(value.position, "value", value.text, states, repr(attribute.text))
