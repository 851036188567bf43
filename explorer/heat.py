"""Grids beside their branches: how far each is won, and what is left in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.circling import cores_touched
from explorer.gathering import coded, gather_grids
from explorer.view import View
from graph.algorithms.network import PROSPECT, Array

Measure = Literal["penetration", "prospects", "customers", "cores_touched"]


@dataclass(frozen=True)
class Grid:
    """One grid; `branch` is the one most of its parties belong to, of several the first, None where none does."""

    grid: str
    branch: str | None
    members: int
    customers: int
    prospects: int
    cores_touched: int
    """distinct cores that sell to a member or buy from one"""

    @property
    def penetration(self) -> float:
        return self.customers / self.members


@dataclass(frozen=True)
class Grids:
    """All grids by branch, those without one last, then by id."""

    grids: tuple[Grid, ...]
    without: int
    """parties that stand in no grid"""

    def steps(self, measure: Measure) -> tuple[float, ...]:
        """Four bounds between five shades: rising, so that each shade has about as many grids; fewer where equal."""
        values = np.array([getattr(one, measure) for one in self.grids], np.float64)
        if not len(values):
            return ()
        found = np.quantile(values, (0.2, 0.4, 0.6, 0.8), method="higher")
        return tuple(np.unique(found).tolist())


def grids(view: View) -> Grids:
    """Count every grid's parties; raises StoreError where the load is older than bonds are."""
    found = gather_grids(view)
    members = np.diff(found.members.indptr)
    counts = (
        members, found.members @ view.parties.flag("is_customer").astype(np.int64),
        found.members @ (view.standing == PROSPECT).astype(np.int64), cores_touched(view, found),
    )  # fmt: skip
    rows = [
        Grid(*row) for row in zip(found.ids, _branches(view), *(column.tolist() for column in counts), strict=True)
    ]
    rows.sort(key=lambda one: (one.branch is None, one.branch or "", one.grid))
    return Grids(tuple(rows), len(view.parties) - int(members.sum()))


def _branches(view: View) -> list[str | None]:
    """The branch of each grid, in the order of the ids of the grids."""
    grid, ids = coded(view, "grid")
    branch, names = coded(view, "branch")
    both = (grid >= 0) & (branch >= 0)
    pairs, counts = np.unique(grid[both].astype(np.int64) << 32 | branch[both], return_counts=True)
    chosen: list[str | None] = [None] * len(ids)
    for pair in _best_last(pairs, counts).tolist():
        chosen[pair >> 32] = names[pair & 0xFFFFFFFF]
    return chosen


def _best_last(pairs: Array, counts: Array) -> Array:
    """The pairs with the most frequent ones last, of equals the lower one."""
    best: Array = pairs[np.lexsort((-pairs, counts))]
    return best
