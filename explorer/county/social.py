"""Who knows whom: people in the order of their grids, tied to others some places further along that order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from explorer.county.draws import Ints, blocks, days, only, stream, words
from explorer.county.parties import COMPANY, FARMER, HOUSEHOLD, LAST_DAY, PERSON, TRADER, Population
from explorer.county.places import Places
from explorer.county.write import TableFile

BLOCK = 500_000
SOURCES = ("走访登记", "户籍资料", "客户自述", "同村名单")


@dataclass(frozen=True)
class Bond:
    """A kind of tie: how many each person has to others `nearest` to `farthest` places further along."""

    kind: str
    chance: float
    nearest: int
    farthest: int


# Distances of one kind do not overlap, so no pair comes twice with the same kind.
BONDS = (
    Bond("kin", 0.30, 2, 12),
    Bond("kin", 0.15, 13, 60),
    Bond("neighbour", 0.35, 1, 3),
    Bond("neighbour", 0.20, 4, 9),
    Bond("friend", 0.20, 5, 120),
    Bond("friend", 0.10, 121, 8_000),
    Bond("classmate", 0.12, 40, 3_000),
    Bond("colleague", 0.08, 10, 400),
)


@dataclass(frozen=True)
class Neighbourhood:
    """Natural persons in the order of their grids, those of one grid shuffled; `starts` gives each grid's first."""

    order: Ints
    starts: Ints

    def somebody(self, rng: Generator, grid: Ints) -> Ints:
        """Draw a person of each grid, or the next one along where it has none."""
        low, high = self.starts[grid], self.starts[grid + 1]
        place = low + (rng.random(len(grid)) * (high - low)).astype(np.int64)
        return self.order[np.minimum(place, len(self.order) - 1)]


def make_neighbourhood(population: Population, places: Places, seed: int) -> Neighbourhood:
    rng = stream(seed, "neighbourhood")
    natural = np.flatnonzero(np.isin(population.kind, (TRADER, FARMER, HOUSEHOLD, PERSON)))
    order = rng.permutation(natural).astype(np.int32)
    order = order[np.argsort(population.grid[order], kind="stable")]
    starts = np.searchsorted(population.grid[order], np.arange(places.n_grids + 1))
    return Neighbourhood(order, starts)


def write_ties(
    files: Mapping[str, TableFile], population: Population, circle: Neighbourhood, owners: Ints, seed: int
) -> None:
    """Write all ties: spouses, the bonds above, and the legal representatives of companies."""
    n = len(circle.order)
    for number, start, end in blocks(n, BLOCK):
        rng = stream(seed, "ties", number)
        position = np.arange(start, end)
        couples = position[(position % 2 == 0) & (position + 1 < n) & (rng.random(end - start) < 0.5)]
        files["ties"].add(_ties(rng, population, "spouse", circle.order[couples], circle.order[couples + 1]))
        for bond in BONDS:
            farthest = min(bond.farthest, n // 2 - 1)
            having = position[rng.random(end - start) < bond.chance]
            other = having + rng.integers(min(bond.nearest, farthest), farthest + 1, len(having))
            inside = other < n
            ends = circle.order[having[inside]], circle.order[other[inside]]
            files["ties"].add(_ties(rng, population, bond.kind, *ends))
    companies = np.flatnonzero(population.kind == COMPANY)
    rng = stream(seed, "representatives")
    files["ties"].add(_ties(rng, population, "legal_representative", owners, companies))


def _ties(rng: Generator, population: Population, kind: str, a: Ints, b: Ints) -> dict[str, pa.Array]:
    n = len(a)
    day = LAST_DAY - (rng.random(n) ** 2 * 3_650).astype(np.int64)
    return {
        "a_id": population.ids.take(pa.array(a)),
        "b_id": population.ids.take(pa.array(b)),
        "kind": pa.repeat(kind, n).cast(pa.string()),
        "date": days(day, rng.random(n) < 0.6),
        "strength": only(rng.random(n) < 0.4, pa.array(np.round(rng.beta(4.0, 2.5, n), 2))),
        "source": words(SOURCES, np.where(rng.random(n) < 0.7, rng.integers(0, len(SOURCES), n), -1)),
    }
