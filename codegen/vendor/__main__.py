"""``python -m codegen.vendor``: what the documents of the vendor say, compared with the spec."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from codegen.openapi import document
from codegen.openapi_schemas import Schema
from codegen.problems import SpecError
from codegen.spec import Spec, load_spec
from codegen.vendor.adopt import AdoptError, adopt
from codegen.vendor.compare import differences
from codegen.vendor.coverage import coverage
from codegen.vendor.deviations import Deviation, admitted, load_deviations
from codegen.vendor.documents import DocumentError, read, revision_of
from codegen.vendor.edits import EditError, SpecText
from codegen.vendor.report import Report

_SPEC = Path(__file__).parents[2] / "spec"
_FAILED = 2


class UnknownBaseError(Exception):
    """There is nothing to compare with."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 nothing differs, 1 something does, 2 it cannot be told."""
    options = _parser().parse_args(arguments)
    try:
        return _adopt(options) if options.command == "adopt" else _diff(options)
    except (DocumentError, SpecError, UnknownBaseError, AdoptError, EditError, OSError) as error:
        print(error, file=sys.stderr)
        return _FAILED


def _diff(options: argparse.Namespace) -> int:
    upstream = read(options.document)
    base, name, deviations = _base(options.base, upstream, options.spec)
    others, covered = admitted(differences(base, upstream), deviations)
    report = Report(
        base=name,
        upstream=revision_of(upstream),
        differences=tuple(others),
        deviations=covered,
        coverage=coverage(upstream, others),
    )
    print(json.dumps(report.json(), indent=1) if options.json else report.page())
    return 1 if others else 0


def _adopt(options: argparse.Namespace) -> int:
    upstream = read(options.document)
    spec = SpecText.read(options.spec)
    start = time.perf_counter()
    adopted = adopt(spec, upstream, load_deviations(options.spec))
    spec.write(options.spec)
    seconds = time.perf_counter() - start
    print(f"{adopted.edits:6d} edits for {adopted.revision:22s} {seconds:6.2f} s")
    print(
        f"{len(adopted.files):6d} files changed{''.join(f'{chr(10)}       {file}' for file in adopted.files)}"
    )
    print(f"{adopted.unwritten:6d} summaries to be written")
    print(f"{len(adopted.left):6d} differences left")
    for difference in adopted.left:
        print(f"       {difference.operation} {difference}")
    return 1 if adopted.left else 0


def _base(chosen: str | None, upstream: Schema, spec: Path) -> tuple[Schema, str, tuple[Deviation, ...]]:
    """Return the document to compare with, what it is called, and the deviations that hold against it."""
    if chosen is not None and Path(chosen).is_file():
        document_ = read(Path(chosen))
        return document_, f"the document of {revision_of(document_)}", ()
    loaded = load_spec(spec)
    revision = _revision(loaded, revision_of(upstream)) if chosen is None else chosen
    if revision not in loaded.revisions:
        known = ", ".join(loaded.revisions)
        raise UnknownBaseError(f"{chosen!r} is no file and no revision of the spec; it has {known}")
    return document(loaded.at(revision)), f"the spec at {revision}", load_deviations(spec)


def _revision(spec: Spec, wanted: str) -> str:
    """Return the revision if the spec lists it, else the latest before it."""
    if wanted in spec.revisions:
        return wanted
    earlier = [revision for revision in spec.revisions if revision < wanted]
    if not earlier:
        known = ", ".join(spec.revisions)
        raise UnknownBaseError(f"the spec has no revision {wanted} and none before it; it has {known}")
    print(f"the spec has no revision {wanted}; the latest before it is {earlier[-1]}", file=sys.stderr)
    return earlier[-1]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m codegen.vendor", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    diff = commands.add_parser("diff", help="tell what a document says differently; exit 1 if it does")
    diff.add_argument(
        "document", type=Path, metavar="DOCUMENT", help="a document of the vendor, JSON or YAML"
    )
    diff.add_argument(
        "--base", metavar="BASE", help="a revision of the spec, or another document, to compare with"
    )
    diff.add_argument("--json", action="store_true", help="print the differences for programs")
    taken = commands.add_parser("adopt", help="edit the spec so that it covers a document")
    taken.add_argument(
        "document", type=Path, metavar="DOCUMENT", help="a document of the vendor, JSON or YAML"
    )
    for command in (diff, taken):
        command.add_argument("--spec", type=Path, default=_SPEC, metavar="DIR", help="where the spec stands")
    return parser


if __name__ == "__main__":
    sys.exit(main())
