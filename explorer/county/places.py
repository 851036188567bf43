"""Places of the county: towns, their grids, the branches and account managers that serve them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.county import names
from explorer.county.draws import Floats, Ints, stream

GRID = 659
"""Parties a grid, so that 680,000 parties live in 1,032."""
TOWN = 17_000
"""Parties a town."""
GRIDS_PER_BRANCH = 12


@dataclass(frozen=True)
class Places:
    """Towns and grids. Grids of a town are neighbours in number; `starts` holds the first grid of each town."""

    towns: list[str]
    starts: Ints
    grid_town: Ints
    grid_weight: Floats
    branches: list[str]
    grid_branch: Ints
    grid_manager: Ints
    n_managers: int
    centre: Floats
    """Towns x (longitude, latitude), in open sea."""

    @property
    def n_grids(self) -> int:
        return len(self.grid_town)


def make_places(parties: int, seed: int) -> Places:
    """Lay out the places of a county of that many parties."""
    rng = stream(seed, "places")
    n_grids = max(6, round(parties / GRID))
    n_towns = max(3, round(parties / TOWN))
    extra = rng.multinomial(n_grids - n_towns, rng.dirichlet(np.full(n_towns, 4.0)))
    grid_town = np.repeat(np.arange(n_towns), extra + 1)
    starts = np.searchsorted(grid_town, np.arange(n_towns + 1))
    towns = names.towns(rng, n_towns)
    rank = (np.arange(n_grids) - starts[grid_town]) // GRIDS_PER_BRANCH
    pairs = np.stack([grid_town, rank], axis=1)
    found, grid_branch = np.unique(pairs, axis=0, return_inverse=True)
    branches = [towns[town] + (f"第{number + 1}" if number else "") + "支行" for town, number in found.tolist()]
    change = rng.random(n_grids) < 0.5
    grid_manager = np.cumsum(change) - change[0]
    width = np.ceil(np.sqrt(n_towns))
    place = np.stack(np.divmod(np.arange(n_towns), int(width)), axis=1)
    centre = np.array([125.2, 27.1]) + 0.12 * (place + 0.5 * rng.random((n_towns, 2)))
    weight = rng.gamma(12.0, size=n_grids)
    return Places(
        towns,
        starts,
        grid_town,
        weight,
        branches,
        grid_branch.ravel(),
        grid_manager,
        int(grid_manager[-1]) + 1,
        centre,
    )
