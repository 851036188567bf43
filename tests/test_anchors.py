"""The best three cores of every party are those that digging from every core without a limit would give."""

from __future__ import annotations

import random
from dataclasses import fields

import numpy as np
import pytest

from graph.algorithms.anchors import BestAnchors, best_anchors, cores_within_2
from graph.algorithms.network import DIRECTIONS, Graph
from graph.algorithms.strength import strength
from graph.algorithms.strings import dig
from graph.snapshot import build
from tests import oracles, toy
from tests.toy import B1, D1, F1, F2, M1, M2, R1, R2

Rows = list[list[tuple[int, int, int, int, list[int]]]]
UP, DOWN = 0, 1


def rows(found: BestAnchors) -> Rows:
    """Core, direction, tier, cost and path, of every party."""
    columns = (found.core, found.direction, found.tier, found.cost, found.paths(np.arange(len(found.core))))
    each = [
        list(zip(*(column[party].tolist() for column in columns), strict=True)) for party in range(len(found.core))
    ]
    return [
        [(*label[:4], [step for step in label[4] if step >= 0]) for label in three if label[0] >= 0] for three in each
    ]


def test_worked_example_from_its_core_and_from_its_distributor() -> None:
    assert rows(best_anchors(toy.graph(), [B1, D1], tiers=2, threads=1)) == [
        [(D1, UP, 1, 53723, [D1, B1])],
        [(B1, DOWN, 1, 53723, [B1, D1])],
        [(B1, UP, 2, 1075874, [B1, M1, F1])],
        [(B1, UP, 2, 2083348, [B1, M2, F2])],
        [(B1, UP, 1, 169009, [B1, M1]), (D1, UP, 2, 579407, [D1, B1, M1])],
        [(B1, UP, 1, 774565, [B1, M2]), (D1, UP, 2, 1184963, [D1, B1, M2])],
        [(D1, DOWN, 1, 126671, [D1, R1]), (B1, DOWN, 2, 537069, [B1, D1, R1])],
        [(D1, DOWN, 1, 1656465, [D1, R2]), (B1, DOWN, 2, 2066863, [B1, D1, R2])],
    ]


@pytest.mark.parametrize("seed", range(15))
def test_anchors_equal_the_brute_force_search(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(60):
        made, links, costs = oracles.random_costs(rng)
        graph = build(links, costs, made.parties)
        cores = sorted(rng.sample(range(made.parties), rng.randint(0, min(made.parties, 9))))
        tiers = rng.randint(1, 6)
        assert rows(best_anchors(graph, cores, tiers=tiers, threads=2)) == oracles.anchors(made, cores, tiers)


@pytest.mark.parametrize("seed", range(5))
def test_cores_within_two_hops_equal_the_brute_force_count(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(40):
        made, links, costs = oracles.random_costs(rng)
        is_core = [rng.random() < 0.5 for _ in range(made.parties)]
        found = cores_within_2(build(links, costs, made.parties), is_core, threads=rng.randint(1, 3))
        cores = [party for party, core in enumerate(is_core) if core]
        assert tuple(counts.tolist() for counts in found) == oracles.within_2(made, cores)


@pytest.fixture
def larger() -> Graph:
    rng = np.random.default_rng(8)
    supplier, buyer = np.divmod(np.unique((rng.power(0.3, 9_000) * 1_000_000).astype(np.int64)), 1_000)
    apart = supplier != buyer
    size = int(apart.sum())
    days = rng.integers(19_000, 20_000, size)
    links = oracles.Links(
        supplier[apart],
        buyer[apart],
        rng.integers(1, 900, size),
        rng.integers(1, 30, size),
        days,
        days,
        np.ones(size),
    )
    return build(links, strength(links, 1_000, 20_000), 1_000)


def test_anchors_agree_with_digging_from_every_core(larger: Graph) -> None:
    cores = list(range(0, 1_000, 40))
    candidates: Rows = [[] for _ in range(1_000)]
    for number, direction in enumerate(DIRECTIONS):
        found = dig(larger, cores, direction=direction, tiers=4, top=10_000, standing=[1] * 1_000)
        core = np.repeat(cores, np.diff(found.start)).tolist()
        columns = (found.prospect, found.cost, found.tier, found.path)
        for anchor, party, cost, tier, path in zip(core, *(column.tolist() for column in columns), strict=True):
            candidates[party].append((cost, tier, anchor, number, [step for step in path if step >= 0]))
    expected: Rows = []
    for labels in candidates:
        first: dict[int, tuple[int, int, int, int, list[int]]] = {}
        for cost, tier, core, number, path in sorted(labels):
            first.setdefault(core, (core, number, tier, cost, path))
        expected.append(list(first.values())[:3])
    assert rows(best_anchors(larger, cores, tiers=4, threads=2)) == expected


def test_any_number_of_threads_gives_the_same_arrays(larger: Graph) -> None:
    one, three = (best_anchors(larger, range(0, 1_000, 7), tiers=4, threads=threads) for threads in (1, 3))
    for field in fields(BestAnchors)[:4]:
        assert getattr(one, field.name).tobytes() == getattr(three, field.name).tobytes()
