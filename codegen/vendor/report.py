"""The differences between two documents as a page for people, or as JSON for programs.

What is said of several operations in the same words stands on one line with their number.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from codegen.openapi_schemas import Json, Schema
from codegen.vendor.changes import changes
from codegen.vendor.compare import Difference
from codegen.vendor.coverage import Coverage
from codegen.vendor.deviations import Deviation
from codegen.vendor.page import page


@frozen
class Report:
    """What was compared, and what came out of it.

    ``differences`` are those that no deviation admits; ``deviations`` are the others, by entry.
    """

    base: str
    upstream: str
    differences: tuple[Difference, ...]
    deviations: Mapping[Deviation, list[Difference]]
    coverage: Coverage

    @property
    def summary(self) -> str:
        """The line that tells how much is covered: ``2026-01-15: operations 304/304, …``."""
        used = [found for found in self.deviations.values() if found]
        facts = sum(map(len, used))
        return f"{self.upstream}: {self.coverage}, deviations {len(used)} ({facts} facts)"

    def page(self) -> str:
        """Return the page."""
        lines = [f"{self.upstream} against {self.base}", self.summary]
        lines += page(self.differences)
        if not self.differences:
            lines += ["", "No difference beyond spec/deviations.yaml."]
        return "\n".join(lines)

    def json(self) -> Schema:
        """Return the same for programs, each difference by itself."""
        return {
            "base": self.base,
            "upstream": self.upstream,
            "operations": [*self.coverage.operations],
            "fields": [*self.coverage.fields],
            "differences": [_json(difference) for difference in self.differences],
            "deviations": [
                {"entry": str(entry), "reason": entry.reason, "facts": len(found)}
                for entry, found in self.deviations.items()
                if found
            ],
        }


def _json(difference: Difference) -> Json:
    told: list[Json] = [
        {"verdict": change.verdict, "subject": change.subject, "what": change.what}
        for change in changes(difference)
    ]
    return {
        "operation": difference.operation,
        "route": difference.route,
        "place": difference.place,
        "kind": difference.kind,
        "component": difference.component,
        "below": difference.below,
        "ours": difference.ours,
        "vendors": difference.vendors,
        "changes": told,
    }
