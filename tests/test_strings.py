"""Strings are exact: the worked example of the definitions, and every answer of a brute-force search over hops."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from graph.algorithms.network import Direction, Graph, Links
from graph.algorithms.strength import strength
from graph.algorithms.strings import dig
from graph.snapshot import build

EPOCH = date(1970, 1, 1)
B1, D1, F1, F2, M1, M2, R1, R2 = range(8)


def day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


@pytest.fixture
def example() -> Graph:
    rows = sorted([
        (M1, B1, 60000000, "2026-06-30", 12), (M2, B1, 20000000, "2026-06-30", 4), (F1, M1, 8000000, "2026-06-30", 4),
        (F2, M1, 2000000, "2025-06-30", 1), (F2, M2, 5000000, "2026-06-30", 2), (B1, D1, 50000000, "2026-06-30", 24),
        (D1, R1, 9000000, "2026-06-30", 12), (D1, R2, 1000000, "2025-12-31", 2),
    ])  # fmt: skip
    supplier, buyer, amount, last, n = zip(*rows, strict=True)
    days = [day(text) for text in last]
    links = Links(supplier, buyer, amount, n, days, days, np.ones(len(rows)))
    return build(links, strength(links, 8, day("2026-06-30")), 8)


@pytest.mark.parametrize(
    ("direction", "rows"),
    [
        ("upstream", [(M2, 1, 774565, [B1, M2]), (F1, 2, 1075874, [B1, M1, F1]), (F2, 2, 2083348, [B1, M2, F2])]),
        ("downstream", [(D1, 1, 53723, [B1, D1]), (R1, 2, 537069, [B1, D1, R1]), (R2, 2, 2066863, [B1, D1, R2])]),
    ],
)
def test_worked_example_comes_out_to_the_digit(example: Graph, direction: Direction, rows: list[object]) -> None:
    standing = np.ones(8, np.uint8)
    standing[M1] = 2
    found = dig(example, [B1], direction=direction, tiers=4, top=200, standing=standing)
    paths = [[party for party in path if party >= 0] for path in found.path.tolist()]
    listed = list(zip(found.prospect.tolist(), found.tier.tolist(), found.cost.tolist(), paths, strict=True))
    assert listed == rows
    assert found.passed_customers.tolist() == [1 if direction == "upstream" else 0]
