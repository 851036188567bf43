"""Villages' teams, markets, associations, co-operatives and courses, and who belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from explorer.county import names
from explorer.county.draws import Floats, Ints, blocks, digits, joined, stream, words
from explorer.county.goods import Goods
from explorer.county.parties import COMPANY, COOPERATIVE, FARMER, HOUSEHOLD, TRADER, Population
from explorer.county.places import Places
from explorer.county.write import TableFile

BLOCK = 500_000


@dataclass(frozen=True)
class Club:
    """A kind of group: which kinds of party, what share of them, how many members about, and who leads it."""

    kind: str
    kinds: tuple[int, ...]
    share: float
    members: float
    leader: str
    sorting: str
    ending: str


CLUBS = (
    Club("village", (FARMER, HOUSEHOLD), 0.60, 28.0, "组长", "grid", "村民小组"),
    Club("market", (TRADER,), 0.35, 110.0, "市场管理方", "town", "市场"),
    Club("association", (COMPANY, TRADER), 0.15, 45.0, "会长", "sector", "协会"),
    Club("cooperative", (FARMER, COOPERATIVE), 0.12, 35.0, "理事长", "sector", "联合社"),
    Club("course", (COMPANY, TRADER, FARMER), 0.03, 30.0, "班长", "chance", "研修班"),
)


def write_groups(
    files: Mapping[str, TableFile], population: Population, goods: Goods, places: Places, seed: int
) -> None:
    """Write groups as runs of parties that are alike: the same grid, town, or sector within a town."""
    first = 0
    for club in CLUBS:
        rng = stream(seed, f"groups {club.kind}")
        members = _members(rng, club, population, goods)
        group = _runs(rng, club, len(members))
        n_groups = int(group[-1]) + 1 if len(group) else 0
        starts = np.searchsorted(group, np.arange(n_groups))
        files["groups"].add(_groups(rng, club, population, goods, places, members[starts], first))
        for _, start, end in blocks(len(members), BLOCK):
            leads = np.isin(np.arange(start, end), starts)
            files["memberships"].add(
                {
                    "group_id": digits(group[start:end] + first + 1, 7, "C"),
                    "party_id": population.ids.take(pa.array(members[start:end])),
                    "role": words((club.leader, "成员"), np.where(leads, 0, 1)),
                }
            )
        first += n_groups


def _members(rng: Generator, club: Club, population: Population, goods: Goods) -> Ints:
    """Choose the members, those who are alike next to one another."""
    chosen = np.isin(population.kind, club.kinds) & (rng.random(len(population)) < club.share)
    members = rng.permutation(np.flatnonzero(chosen))
    keys = {
        "grid": population.grid[members],
        "town": population.town[members],
        "sector": population.town[members].astype(np.int64) * 1_000 + goods.sector[population.product[members]],
        "chance": np.zeros(len(members), dtype=np.int64),
    }
    return members[np.argsort(keys[club.sorting], kind="stable")]


def _runs(rng: Generator, club: Club, length: int) -> Ints:
    """Number the group of each place: runs of gamma-distributed lengths, 3 at least."""
    sizes: Floats = np.maximum(3, rng.gamma(4.0, club.members / 4.0, int(2 * length / club.members) + 2))
    ends = np.cumsum(sizes.astype(np.int64))
    return np.searchsorted(ends, np.arange(length), side="right")


def _groups(
    rng: Generator, club: Club, population: Population, goods: Goods, places: Places, heads: Ints, first: int
) -> dict[str, pa.Array]:
    """Name each group after its first member's town and, where trade binds it, its goods."""
    n = len(heads)
    town = words(places.towns, population.town[heads])
    trade = words(goods.trade_words, population.product[heads])
    middle = trade if club.sorting == "sector" else names.brands(rng, n)
    return {
        "group_id": digits(np.arange(n) + first + 1, 7, "C"),
        "name": joined(town, middle, club.ending),
        "kind": pa.repeat(club.kind, n).cast(pa.string()),
    }
