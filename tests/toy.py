"""The worked example of the definitions (DESIGN 4.2): one core enterprise, its makers, farmers and retailers."""

from __future__ import annotations

from datetime import date

from graph.algorithms.network import CUSTOMER, PROSPECT, Graph, Links
from graph.algorithms.strength import strength
from graph.snapshot import build

B1, D1, F1, F2, M1, M2, R1, R2 = range(8)
STANDING = [CUSTOMER if party == M1 else PROSPECT for party in range(8)]
SUPPLIES = [
    (B1, D1, 500000, "2026-06-30", 24), (D1, R1, 90000, "2026-06-30", 12), (D1, R2, 10000, "2025-12-31", 2),
    (F1, M1, 80000, "2026-06-30", 4), (F2, M1, 20000, "2025-06-30", 1), (F2, M2, 50000, "2026-06-30", 2),
    (M1, B1, 600000, "2026-06-30", 12), (M2, B1, 200000, "2026-06-30", 4),
]  # fmt: skip
"""Supplier, buyer, amount, date, count."""


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


AS_OF = day("2026-06-30")


def links() -> Links:
    supplier, buyer, amount, last, n = zip(*SUPPLIES, strict=True)
    days = [day(text) for text in last]
    return Links(supplier, buyer, [100 * yuan for yuan in amount], n, days, days, [1.0] * len(SUPPLIES))


def graph() -> Graph:
    return build(links(), strength(links(), 8, AS_OF), 8)
