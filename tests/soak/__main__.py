"""``make soak``: 20,000 calls, or as many as the command line says, and whether anything piled up."""

from __future__ import annotations

import sys

from attrs import astuple, fields

from tests.lifecycle.loopback import serving
from tests.soak.soaking import Sample, growth, soak

_CALLS = 20_000
_LINES = 20


def main() -> int:
    """Print a line now and then; the status tells whether all was given back."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else _CALLS
    print("".join(f"{attribute.name:>13}" for attribute in fields(Sample)))
    samples: list[Sample] = []
    with serving() as url:
        for sample in soak(url, calls, every=max(calls // _LINES, 1)):
            samples.append(sample)
            print("".join(f"{value:13,}" for value in astuple(sample)), flush=True)
    found = growth(samples)
    print("\n".join(found) or "nothing piled up")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
