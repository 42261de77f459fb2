# Copied by "make generate" from codegen/runtime/sandbox/jobs.py. Edit that file, not this one.
"""Jobs and other requests that write many resources at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from ..operation import Form
from .body import Given
from .store import Identity, Stored
from .writing import Writer

_COMPLETE = "complete"
_UNDER_WAY = "processing"


def is_job(form: Form) -> bool:
    """Tell whether a form starts a job."""
    return form.type.endswith("-job")


@frozen(eq=False)
class Foreman:
    """Starts jobs: what they shall do is done at once, and ``polls`` questions later they say so.

    What no answer shows, such as a subscription, is such work as well.
    """

    writer: Writer
    polls: int

    def start(self, given: Given) -> Stored:
        """Do a job's work and keep the job itself, under the id it was given or a new one.

        Raises:
            RefusedError: some part of the work is refused.
        """
        self.writer.check_links(given)
        kind = given.form.type
        for known in self._subjects(kind):
            if given.id:
                self.writer.found((known, given.id))
        inside = [one for nested in given.nested.values() for one in nested]
        work = inside if is_job(given.form) else [given]
        written = [stored.identity for one in work for stored in self._do(one, kind)]
        for targets in given.links.values():
            for target in targets:
                self._relate(target, written, removing="-delete-" in kind)
        return self._kept(given, len(written))

    def ask(self, stored: Stored) -> None:
        """Bring a job that is asked for a step nearer to its end."""
        if stored.unfinished:
            stored.unfinished -= 1
            if not stored.unfinished:
                self._finish(stored)

    def _subjects(self, kind: str) -> Iterator[str]:
        """The types of resources that a job's name begins with, such as ``campaign``."""
        for known in self.writer.interface.revision.models:
            if kind.startswith(f"{known}-") and self.writer.interface.links(known):
                yield known

    def _do(self, given: Given, job: str) -> Iterator[Stored]:
        """Write what is nested in a job; what is no resource itself only holds some."""
        kind = given.form.type
        if self.writer.interface.model(kind) is None:
            yield from self._hold(given)
        elif job == f"{kind}-bulk-delete-job":
            stored = self.writer.found((kind, given.id))
            self.writer.store.remove(stored.identity)
            yield stored
        else:
            yield self.writer.upsert(given)[0]

    def _hold(self, given: Given) -> Iterator[Stored]:
        """Write the resources of a mere holder, linked to the ones that stand beside them."""
        written = {
            key: [self.writer.upsert(one)[0] for one in nested] for key, nested in given.nested.items()
        }
        everything = [stored for group in written.values() for stored in group]
        for key, group in written.items():
            for other in everything:
                if len(group) == 1 and key in self.writer.interface.links(other.type):
                    self.writer.link(other.identity, key, group[0].identity)
        yield from everything

    def _relate(self, target: Identity, written: list[Identity], *, removing: bool) -> None:
        for key, link in self.writer.interface.links(target[0]).items():
            for identity in written:
                if link.type == identity[0]:
                    change = self.writer.unlink if removing else self.writer.link
                    change(target, key, identity)

    def _kept(self, given: Given, total: int) -> Stored:
        store = self.writer.store
        known = self.writer.interface.keys(given.form.type)
        now = store.tick()
        values: dict[str, Any] = {
            "total_count": total,
            "completed_count": total,
            "failed_count": 0,
            "created_at": now,
            "created": now,
            "status": _UNDER_WAY,
        }
        attributes = {key: value for key, value in values.items() if key in known}
        identifier = given.id or store.new_id(given.form.type, {})
        job = Stored(given.form.type, identifier, attributes, unfinished=self.polls + 1 if self.polls else 0)
        store.add(job)
        shown = self.writer.interface.links(job.type)
        for linkage, targets in given.links.items():
            key = next((key for key in shown if key in {linkage.key, f"{linkage.key}s"}), linkage.key)
            for target in targets:
                store.link(job.identity, key, target)
        if not self.polls:
            self._finish(job)
        return job

    def _finish(self, job: Stored) -> None:
        known = self.writer.interface.keys(job.type)
        changes = {"status": _COMPLETE, "completed_at": self.writer.store.now()}
        job.attributes.update({key: value for key, value in changes.items() if key in known})
        result = job.type.removesuffix("-job")
        if self.writer.interface.model(result) is not None:
            self.writer.store.add(Stored(result, job.id, {}))
