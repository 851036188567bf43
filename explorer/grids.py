"""How far grids are won, counted straight from the parties: quick enough for a first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.gathering import coded
from explorer.view import View
from graph.algorithms.network import CUSTOMER, PROSPECT


@dataclass(frozen=True)
class GridCount:
    """Parties of one grid; prospects are those that are no customers and may be contacted."""

    grid: str
    members: int
    customers: int
    prospects: int

    @property
    def penetration(self) -> float:
        return self.customers / self.members if self.members else 0.0


def grid_counts(view: View, grids: Sequence[str]) -> tuple[GridCount, ...]:
    """Count the parties of some grids, in the order given; one without parties has zeros."""
    numbers, texts = coded(view, "grid")
    place = {text: at for at, text in enumerate(texts)}
    counted = [
        np.bincount(numbers[(numbers >= 0) & met], minlength=len(texts))
        for met in (np.True_, view.standing == CUSTOMER, view.standing == PROSPECT)
    ]
    return tuple(
        GridCount(grid, *((int(one[place[grid]]) if grid in place else 0) for one in counted)) for grid in grids
    )
