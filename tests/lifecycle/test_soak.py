"""The small version of ``make soak``: 500 calls of every kind and with every end."""

from __future__ import annotations

from attrs import evolve

from tests.soak.soaking import Sample, growth, soak


def test_nothing_piles_up(url: str) -> None:
    samples = list(soak(url, 500))
    assert [sample.calls for sample in samples] == [0, 100, 200, 300, 400, 500, 500]
    assert growth(samples) == []


def test_what_piles_up_is_told() -> None:
    flat = Sample(0, descriptors=9, threads=1, tasks=1, objects=50_000, memory=40_000)
    assert growth([flat] * 6) == []
    left = evolve(flat, descriptors=10, tasks=2, threads=3)
    assert len(growth([flat, flat, flat, left])) == 3
    grown = evolve(flat, objects=52_000, memory=50_000)
    assert len(growth([flat, flat, flat, grown, flat])) == 2
