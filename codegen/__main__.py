"""``python -m codegen``: renders the spec to the generated tree, or checks that the tree is current."""

from __future__ import annotations

import argparse
import json
import keyword
import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from . import names, output, record, schema, writing
from .changelog import changelog
from .names import is_device
from .problems import SpecError, UnrenderableError
from .spec import Spec, load_spec

_ROOT = Path(__file__).parent.parent
_MISUSED = 2

# A package of such a name would be imported in the place of Python's own, or of what the clients depend on:
# themselves, below one another, and where it is installed. Which of them are depends on versions and extras.
_DEPENDENCIES = {
    *("attr", "attrs", "httpx", "msgspec"),
    *("anyio", "certifi", "exceptiongroup", "h11", "httpcore", "idna", "sniffio", "typing_extensions"),
    *("brotli", "brotlicffi", "h2", "hpack", "hyperframe", "outcome", "socksio", "trio", "zstandard"),
    *("hypothesis", "sortedcontainers"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run the generator; returns the exit status: 0 done, 1 not current, 2 mistakes in the spec."""
    options = _parser().parse_args(arguments)
    if options.schema:
        print(json.dumps(schema.json_schema(), indent=1))
        return 0
    try:
        return _run(options, _Steps(quiet=_prints(options)))
    except (SpecError, UnrenderableError, writing.ForeignFileError) as error:
        print(error, file=sys.stderr)
        return _MISUSED


class _Steps:
    """Prints a line a step: what, how many, and the seconds since the last."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._last = time.perf_counter()

    def __call__(self, what: str, count: int) -> None:
        now = time.perf_counter()
        if not self._quiet:
            print(f"{count:6d} {what:34s} {now - self._last:6.2f} s", flush=True)
        self._last = now


def _run(options: argparse.Namespace, step: _Steps) -> int:
    if _prints(options):
        return _print(options, load_spec(options.spec))
    target = Path(options.output or _ROOT / "generated")
    hash_of_inputs = record.inputs(options.spec, _shaping(options))
    if not options.check and (count := record.unchanged(target, hash_of_inputs)):
        step("files are current, nothing changed", count)
        return 0
    spec = load_spec(options.spec)
    step("revisions of the spec read", len(spec.revisions))
    for warning in spec.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    chosen = _known(options.revision or (), spec)
    # In the project itself other revisions stand beside the committed ones; elsewhere those chosen are all.
    revisions = tuple(chosen) if chosen and options.output else spec.committed
    aside = [revision for revision in chosen if revision not in revisions]
    files = output.build(spec, revisions, options.package, step, aside)
    if options.check:
        others = () if options.output else set(spec.revisions) - {*revisions, *aside}
        return _compare(files, target, output.places(others, options.package), step)
    record.refuse_foreign(target)
    step(f"files made, {writing.write(files, target)} of them changed", len(files))
    record.keep(target, hash_of_inputs, files)
    return 0


def _prints(options: argparse.Namespace) -> bool:
    """Tell whether what is asked for is printed, and nothing rendered."""
    return bool(options.names or options.changelog)


def _print(options: argparse.Namespace, spec: Spec) -> int:
    if options.changelog:
        _known(options.changelog, spec)
        print(changelog(*map(spec.at, options.changelog)), end="")
    else:
        for revision in _known(options.revision or (), spec) or spec.committed:
            for name in names.names(spec.at(revision)):
                print(revision, name.scope, name.name, name.kind)
    return 0


def _shaping(options: argparse.Namespace) -> list[str]:
    """The options that have a say in what is rendered."""
    return [options.package, "alone" if options.output else "beside", *sorted(options.revision or ())]


def _compare(files: dict[str, str], target: Path, apart: tuple[str, ...], step: _Steps) -> int:
    found = writing.differences(files, target, apart)
    for path, what in found.items():
        print(f"{target.name}/{path} {what}", file=sys.stderr)
    step(f"files compared, {len(found)} differ", len(files))
    if found:
        print('run "make generate" and commit what it changes', file=sys.stderr)
    return 1 if found else 0


def _known(revisions: Iterable[str], spec: Spec) -> list[str]:
    unknown = sorted(set(revisions) - set(spec.revisions))
    if unknown:
        print(f"unknown revision {unknown[0]}; the spec has {', '.join(spec.revisions)}", file=sys.stderr)
        raise SystemExit(_MISUSED)
    return sorted(set(revisions))


def _package(name: str) -> str:
    if not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name) or keyword.iskeyword(name) or is_device(name):
        raise argparse.ArgumentTypeError(f"{name!r} is no name of a package")
    if name.lower() in {beside.lower() for beside in output.BESIDE}:
        raise argparse.ArgumentTypeError(f"{name!r} stands beside the package: choose another name")
    if name in sys.stdlib_module_names or name.lower() in _DEPENDENCIES:
        raise argparse.ArgumentTypeError(f"{name!r} is a package that clients need: choose another name")
    return name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="compare instead of writing; exit 1 if something differs"
    )
    parser.add_argument(
        "--revision", action="append", metavar="R", help="render this revision (may be repeated)"
    )
    parser.add_argument(
        "--spec", type=Path, default=_ROOT / "spec", metavar="DIR", help="where the spec stands"
    )
    parser.add_argument("--output", metavar="DIR", help="where the generated tree goes")
    parser.add_argument(
        "--package", type=_package, default="klaviyo_maton", metavar="NAME", help="the import package's name"
    )
    parser.add_argument(
        "--changelog",
        nargs=2,
        metavar=("OLD", "NEW"),
        help="print what differs between two revisions instead",
    )
    parser.add_argument("--names", action="store_true", help="list the public names instead")
    parser.add_argument(
        "--schema", action="store_true", help="print the JSON Schema of the spec's files instead"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
