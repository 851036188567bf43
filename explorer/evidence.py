"""Why a prospect is on a list: its string hop by hop, with the rows behind each link and the factors of its score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

import numpy as np

from explorer.errors import InputError
from explorer.view import View
from graph.algorithms.network import MISSING, Direction, Graph, link_index
from graph.loaders.links import day_of, days_of
from graph.stores.base import unglobbed

FEW = 5
"""A share of a ledger of which fewer partners are known is not shown: a stranger known by one deal has share 1."""


@dataclass(frozen=True)
class SupplyRow:
    """One row of the bank's table behind a link."""

    date: date | None
    amount: Decimal | None
    count: int | None
    product: str | None
    source: str | None
    confidence: float | None


@dataclass(frozen=True)
class Month:
    """What a link did in one month; undated rows stand under None."""

    month: str | None
    rows: int
    count: int
    amount: Decimal | None


@dataclass(frozen=True)
class Hop:
    """One link of a string, in the direction of the walk; `rows` and `months` are None where no rows are kept.

    cost = `link_cost` + `decay` + `dilution`, all in millionths of a natural logarithm; `strength` is the link's own.
    `partners` counts those known on the other side of its ledger, whose share says little where they are FEW.
    """

    from_id: str
    from_name: str
    to_id: str
    to_name: str
    to_standing: str
    supplier_id: str
    buyer_id: str
    amount: Decimal | None
    n: int
    first: date | None
    last: date | None
    share_out: float
    share_in: float
    partners: int
    recency: float
    habit: float
    confidence: float
    alive: float
    strength: float
    link_cost: int
    decay: int
    dilution: int
    months: tuple[Month, ...] | None
    rows: tuple[SupplyRow, ...] | None


@dataclass(frozen=True)
class Evidence:
    """The best walk from an anchor to a party in one direction."""

    anchor_id: str
    party_id: str
    direction: Direction
    tier: int
    cost: int
    score: float
    hops: tuple[Hop, ...]


def explain(view: View, anchor: int, party: int, direction: Direction, tiers: int) -> Evidence | None:
    """Dig from `anchor` to `party` alone, whoever it is; None where no walk of at most `tiers` hops leads there."""
    from graph.algorithms.network import PROSPECT
    from graph.algorithms.strings import dig

    if anchor == party:
        raise InputError("same_party")
    standing = np.zeros(len(view.parties), np.uint8)
    standing[party] = PROSPECT
    found = dig(view.graph, np.array([anchor]), direction=direction, tiers=tiers, top=1, standing=standing)
    if not len(found.prospect):
        return None
    path = [int(step) for step in found.path[0] if step >= 0]
    ids = view.parties.take("party_id", np.array(path)).to_pylist()
    cost = int(found.cost[0])
    hops = _hops(view, path, direction)
    return Evidence(ids[0], ids[-1], direction, int(found.tier[0]), cost, round(float(np.exp(-cost / 1e6)), 6), hops)


def hop_of(view: View, at: int, to: int, direction: Direction) -> Hop:
    """The link from `at` to `to` alone, as the first hop of a walk; raises InputError where there is none."""
    supplier, buyer = (to, at) if direction == "upstream" else (at, to)
    if link_index(view.graph, np.array([supplier]), np.array([buyer]))[0] < 0:
        ids = view.parties.take("party_id", np.array([supplier, buyer])).to_pylist()
        raise InputError("no_link", supplier=ids[0], buyer=ids[1])
    return _hops(view, [at, to], direction)[0]


def _hops(view: View, path: list[int], direction: Direction) -> tuple[Hop, ...]:
    pairs = list(pairwise(path))
    ends = [(to, at) if direction == "upstream" else (at, to) for at, to in pairs]
    links = link_index(view.graph, np.array([s for s, _ in ends]), np.array([b for _, b in ends]))
    rows = supply_rows(view, ends)
    return tuple(
        _hop(view, at, to, direction, tier, int(link), rows[tier] if rows else None)
        for tier, ((at, to), link) in enumerate(zip(pairs, links, strict=True))
    )


def _hop(
    view: View, at: int, to: int, direction: Direction, tier: int, link: int, rows: tuple[SupplyRow, ...] | None
) -> Hop:
    from graph.algorithms.strength import HABIT, recency
    from graph.algorithms.walks import DECAY, passage

    graph = view.graph
    ids, names = (view.parties.take(column, np.array([at, to])).to_pylist() for column in ("party_id", "name"))
    ptr, packed = graph.rows(direction)
    row = packed[ptr[at] : ptr[at + 1]]
    link_cost = int(row[(row & 0xFFFFFFFF) == to][0] >> 32)
    through = int(passage(tier, int(ptr[at + 1] - ptr[at])))
    decay = DECAY if tier else 0
    amount, n, first, last = (int(getattr(graph, name)[link]) for name in ("amount", "n", "first", "last"))
    recent = float(recency(last, days_of(view.as_of) if view.as_of else 0))
    habit = 1.0 - float(np.exp(-n / HABIT))
    alive = float(graph.alive[link])
    return Hop(
        from_id=ids[0], from_name=names[0], to_id=ids[1], to_name=names[1], to_standing=view.standing_word(to),
        supplier_id=ids[1] if direction == "upstream" else ids[0],
        buyer_id=ids[0] if direction == "upstream" else ids[1],
        amount=None if amount < 0 else Decimal(amount).scaleb(-2),
        n=n, first=_day(first), last=_day(last),
        share_out=float(graph.share_out[link]), share_in=float(graph.share_in[link]),
        partners=_partners(graph, to, direction),
        recency=recent, habit=habit, confidence=alive / (recent * habit), alive=alive,
        strength=float(np.exp(-link_cost / 1e6)), link_cost=link_cost, decay=decay, dilution=through - decay,
        months=None if rows is None else by_month(rows), rows=rows,
    )  # fmt: skip


def _partners(graph: Graph, party: int, direction: Direction) -> int:
    """How many a party walked to trades with on the side it was reached from."""
    ptr = graph.out_ptr if direction == "upstream" else graph.up_ptr
    return int(ptr[party + 1] - ptr[party])


def _day(days: int) -> date | None:
    return None if days == MISSING else day_of(days)


def supply_rows(view: View, links: list[tuple[int, int]]) -> list[tuple[SupplyRow, ...]] | None:
    """The checked rows behind each (supplier, buyer), newest first, up to as_of; None where no rows are kept."""
    import duckdb

    file = view.version / "rows" / "supplies.parquet"
    if not file.exists():
        return None
    query = (
        'SELECT date, amount, "count", product, source, confidence FROM read_parquet($file)'
        " WHERE supplier_n = $supplier AND buyer_n = $buyer AND (date IS NULL OR date <= $as_of)"
        ' ORDER BY date DESC NULLS LAST, amount DESC, "count", product, source, confidence'
    )
    found = []
    with duckdb.connect() as db:
        for supplier, buyer in links:
            given = {"file": unglobbed(file), "supplier": supplier, "buyer": buyer, "as_of": view.as_of or date.max}
            rows = db.execute(query, given).fetchall()
            found.append(
                tuple(SupplyRow(day, None if cents is None else Decimal(cents).scaleb(-2), *rest)
                      for day, cents, *rest in rows)
            )  # fmt: skip
    return found


def by_month(rows: tuple[SupplyRow, ...]) -> tuple[Month, ...]:
    """Sum rows by month, newest first."""
    months: dict[str | None, list[SupplyRow]] = {}
    for row in rows:
        months.setdefault(row.date.isoformat()[:7] if row.date else None, []).append(row)
    return tuple(
        Month(
            month,
            len(of),
            sum(row.count or 1 for row in of),
            sum((row.amount for row in of if row.amount is not None), Decimal(0)) or None,
        )
        for month, of in months.items()
    )
