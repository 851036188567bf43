"""The chain of a party: who sells to it and who buys from it, tier by tier, each on its best walk (DESIGN 4.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

import numpy as np
import pyarrow as pa

from explorer.exports import PARTY, _batch, _columns, scores
from explorer.formats import Table
from explorer.view import View
from graph.algorithms.network import DIRECTIONS, MISSING, PROSPECT, Array, Direction
from graph.loaders.links import day_of

CHAIN_COLUMNS = _columns(
    f"anchor_id anchor_name direction tier:integer party_id party_name {' '.join(PARTY)} standing score:score"
    " cost:integer parent_id parent_name amount:amount count:integer last_date:date share:score"
)
WALKS = 20_000
"""Parties of one side at most; where there are more, those on the best walks, and totals are lower bounds."""
FARTHEST = 4
"""Tiers of a side at most."""


@dataclass(frozen=True)
class ChainRow:
    """A party on one side of a chain, on its best walk; the link is the one into it, seen from the chain's party."""

    row: int
    direction: Direction
    tier: int
    parent: int
    """row of the party before it on that walk"""
    cost: int
    score: float
    link: int
    amount: Decimal | None
    n: int
    last: date | None
    share: float
    """the link's part in what the party before it is known to buy (upstream) or to sell (downstream)"""
    strength: float


@dataclass(frozen=True)
class Side:
    """The parties of one side by (cost, tier, id): arrays of one length, as in `Strings`."""

    direction: Direction
    tiers: int
    party: Array
    tier: Array
    parent: Array
    cost: Array
    link: Array
    whole: bool
    """whether all are there; else only those on the best walks"""

    @cached_property
    def totals(self) -> tuple[int, ...]:
        """Parties whose best walk has 1, 2, … tiers; lower bounds where the side is not whole."""
        return tuple(np.bincount(self.tier, minlength=self.tiers + 1)[1:].tolist())

    def take(self, at: Array) -> Side:
        """Only the rows at these places, in this order."""
        columns = (self.party[at], self.tier[at], self.parent[at], self.cost[at], self.link[at])
        return Side(self.direction, self.tiers, *columns, self.whole)

    def at(self, party: int) -> int | None:
        """Where a party stands among these; None where it does not."""
        found = np.flatnonzero(self.party == party)
        return int(found[0]) if len(found) else None


@dataclass(frozen=True)
class Chain:
    """Both sides of a party. Parties with more than `hub` partners end walks, but for `party` itself."""

    view: View
    party: int
    hub: int
    upstream: Side
    downstream: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.upstream, self.downstream

    @property
    def crowded(self) -> tuple[Direction, ...]:
        """The sides on which the party itself has more partners than a picture can hold: they are counted alone."""
        return tuple(direction for direction in DIRECTIONS if self.known(direction) > self.hub)

    def known(self, direction: Direction) -> int:
        """How many suppliers (upstream) or buyers (downstream) of the party are known."""
        ptr, _ = self.view.graph.rows(direction)
        return int(ptr[self.party + 1] - ptr[self.party])

    def side(self, direction: Direction) -> Side:
        return self.upstream if direction == "upstream" else self.downstream

    def rows(self, side: Side, at: Sequence[int] | Array) -> list[ChainRow]:
        """Some rows of a side, in the order of `at`."""
        from graph.algorithms.strength import link_strength

        graph, places = self.view.graph, np.asarray(at, np.int64)
        link = side.link[places]
        share = (graph.share_in if side.direction == "upstream" else graph.share_out)[link]
        columns = (
            side.party[places], side.tier[places], side.parent[places], side.cost[places], scores(side.cost[places]),
            link,
            graph.amount[link], graph.n[link], graph.last[link], share, graph.alive[link],
        )  # fmt: skip
        return [
            ChainRow(
                party, side.direction, tier, parent, cost, score, where,
                None if amount < 0 else Decimal(amount).scaleb(-2), n, None if last == MISSING else day_of(last),
                part, float(link_strength(alive, part)),
            )
            for party, tier, parent, cost, score, where, amount, n, last, part, alive in zip(
                *(column.tolist() for column in columns), strict=True
            )
        ]  # fmt: skip

    def table(self, sides: Sequence[Side] | None = None) -> Table:
        """All rows of both sides, upstream first, each side by (cost, tier, id); or those of some `sides` of it."""
        return Table(CHAIN_COLUMNS, self._batches(self.sides if sides is None else sides))

    def _batches(self, sides: Sequence[Side]) -> Iterator[pa.RecordBatch]:
        for side in sides:
            yield _batch(CHAIN_COLUMNS, self._exported(side))

    def _exported(self, side: Side) -> dict[str, object]:
        view, graph, rows = self.view, self.view.graph, len(side.party)
        parties, last, amount = view.parties, graph.last[side.link], graph.amount[side.link]
        anchor = np.full(rows, self.party)
        words = pa.array(["", "prospect", "customer", "do_not_contact"]).take(pa.array(view.standing[side.party]))
        return {
            "anchor_id": parties.take("party_id", anchor),
            "anchor_name": parties.take("name", anchor),
            "direction": pa.array([side.direction] * rows, pa.string()),
            "tier": side.tier.astype(np.int32),
            "party_id": parties.take("party_id", side.party),
            "party_name": parties.take("name", side.party),
            **{name: parties.take(name, side.party) for name in PARTY},
            "standing": words,
            "score": scores(side.cost),
            "cost": side.cost,
            "parent_id": parties.take("party_id", side.parent),
            "parent_name": parties.take("name", side.parent),
            "amount": pa.array(amount, mask=amount < 0),
            "count": graph.n[side.link],
            "last_date": pa.array(last, pa.int32(), mask=last == MISSING).cast(pa.date32()),
            "share": (graph.share_in if side.direction == "upstream" else graph.share_out)[side.link],
        }


def chain_of(view: View, party: int, up: int, down: int, hub: int) -> Chain:
    """Dig `up` and `down` tiers, 0 to FARTHEST, to everybody, whatever they are to the bank."""
    closed = view.partners > hub
    upstream, downstream = (
        _side(view, party, direction, tiers, closed) for direction, tiers in zip(DIRECTIONS, (up, down), strict=True)
    )
    return Chain(view, party, hub, upstream, downstream)


def _side(view: View, party: int, direction: Direction, tiers: int, closed: Array) -> Side:
    from graph.algorithms.strings import dig

    if not tiers:
        none = np.empty(0, np.int32)
        return Side(direction, 0, none, none, none, none, none, whole=True)
    found = dig(
        view.graph, np.array([party]), direction=direction, tiers=tiers, top=WALKS,
        standing=np.full(len(view.parties), PROSPECT, np.uint8), closed=closed,
    )  # fmt: skip
    parent = found.path[np.arange(len(found.path)), found.tier - 1]
    return Side(
        direction, tiers, found.prospect, found.tier, parent, found.cost, found.link, whole=not bool(found.cut[0])
    )
