"""The table beside a chain's picture: the same parties, sorted and by pages; and the few that the picture shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np

from explorer.chain import Chain, ChainRow, Side
from explorer.chain_shown import Shown
from graph.algorithms.network import DIRECTIONS, Array, Direction
from web.parts import Money, Who, whos


@dataclass(frozen=True)
class Apart:
    """What tells a party from others of the same name."""

    kind: str | None
    region: str | None


@dataclass(frozen=True)
class TableRow:
    """A party of a chain; `via` is the one before it on its best walk, None where that is the page's own party.

    `apart` is there where another row of the page has the same name.
    """

    who: Who
    direction: Direction
    tier: int
    via: Who | None
    score: float
    strength: float
    amount: Money
    n: int
    last: date | None
    share: float
    picked: bool
    apart: Apart | None = None


def joined(chain: Chain, direction: Direction, shown: Shown | None) -> Side:
    """A side with the parties that were expanded beyond it, by (cost, tier, id)."""
    side = chain.side(direction)
    more = [
        one
        for one in (shown.branches if shown else ())
        if one.direction == direction and one.party >= 0 and side.at(one.party) is None
    ]
    if not more:
        return side

    def column(name: str) -> Array:
        own = getattr(side, name)
        found: Array = np.concatenate((own, np.array([getattr(one, name) for one in more], own.dtype)))
        return found

    party, tier, parent, cost, link = map(column, ("party", "tier", "parent", "cost", "link"))
    at = np.lexsort((party, tier, cost))
    return Side(direction, side.tiers, party[at], tier[at], parent[at], cost[at], link[at], side.whole)


def table_rows(chain: Chain, side: Side, at: Array, pick: int | None) -> tuple[TableRow, ...]:
    return _rows(chain, chain.rows(side, at), pick)


def shown_rows(chain: Chain, shown: Shown, pick: int | None) -> tuple[TableRow, ...]:
    """A row for every box of the picture, side by side, each side by score."""
    found: list[ChainRow] = []
    for direction in DIRECTIONS:
        mine = [one for one in shown.branches if one.direction == direction and one.party >= 0]
        party, tier, parent, cost, link = (
            np.array([getattr(one, name) for one in mine], np.int64)
            for name in ("party", "tier", "parent", "cost", "link")
        )
        side = Side(direction, 0, party, tier, parent, cost, link, whole=True)
        found += chain.rows(side, np.argsort(side.cost, kind="stable"))
    return _rows(chain, found, pick)


def _rows(chain: Chain, rows: list[ChainRow], pick: int | None) -> tuple[TableRow, ...]:
    far = whos(chain.view, [row.row for row in rows])
    same = Counter(who.name for who in {who.party_id: who for who in far}.values())
    kinds, regions = (
        chain.view.parties.take(name, np.array([row.row for row in rows], np.int64)).to_pylist()
        for name in ("kind", "region")
    )
    near = whos(chain.view, [row.parent for row in rows])
    return tuple(
        TableRow(
            who, row.direction, row.tier, None if row.parent == chain.party else via, row.score, row.strength,
            Money(row.amount), row.n, row.last, row.share, row.row == pick,
            Apart(kind, region) if same[who.name] > 1 else None,
        )
        for who, via, row, kind, region in zip(far, near, rows, kinds, regions, strict=True)
    )  # fmt: skip
