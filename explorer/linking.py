"""One supply link as a person reads it: what was traded month by month, both shares, and what to do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from explorer.evidence import FEW, Hop, SupplyRow, hop_of
from explorer.view import View
from graph.algorithms.network import Direction

MONTHS = 24
"""How far back the months of a link are laid out."""
RISING = Decimal("1.2")
"""Times the year before that a year's amount must reach to be called rising."""
QUIET = 12
"""Months without trade after which a link is called quiet."""
FRESH = 3
DEPENDENT = 0.5
UNSURE = 0.5

Hint = Literal["stop", "unsure", "quiet", "introduce", "sells_dependent", "buys_dependent", "rising", "fresh"]
HINTS = 2
"""Pieces of advice at most: more are not read."""


@dataclass(frozen=True)
class Dealt:
    """One month of a link, also one without any trade; `month` as 2026-06, `amount` None where no row has one."""

    month: str
    amount: Decimal | None
    count: int


@dataclass(frozen=True)
class Link:
    """A supply link seen from one end. Parties by their rows; the far one is the one walked to.

    A share is None where too few partners of that side are known; `months`, `sources` are None where the checked rows
    are not on this machine. `year` and `year_before` are the amounts of the last 12 months up to as_of and of the 12
    before.
    """

    supplier: int
    buyer: int
    direction: Direction
    hop: Hop
    share_of_sales: float | None
    """of all that the supplier is known to sell"""
    share_of_purchases: float | None
    buyers_known: int
    """of the supplier"""
    suppliers_known: int
    """of the buyer"""
    months: tuple[Dealt, ...] | None
    sources: tuple[str, ...] | None
    year: Decimal | None
    year_before: Decimal | None
    hints: tuple[Hint, ...]


def link_of(view: View, supplier: int, buyer: int, direction: Direction) -> Link:
    """Raises InputError where there is no such link."""
    at, to = (buyer, supplier) if direction == "upstream" else (supplier, buyer)
    hop = hop_of(view, at, to, direction)
    graph = view.graph
    buyers = int(graph.out_ptr[supplier + 1] - graph.out_ptr[supplier])
    suppliers = int(graph.up_ptr[buyer + 1] - graph.up_ptr[buyer])
    sales = hop.share_out if direction == "downstream" or buyers >= FEW else None
    purchases = hop.share_in if direction == "upstream" or suppliers >= FEW else None
    months = None if hop.rows is None else _months(hop.rows, view.as_of)
    year, before = (None, None) if months is None else (_sum(months[MONTHS // 2 :]), _sum(months[: MONTHS // 2]))
    sources = None if hop.rows is None else tuple(sorted({row.source for row in hop.rows if row.source}))
    hints = _hints(view, at, to, hop, (sales, purchases), (year, before))
    return Link(
        supplier, buyer, direction, hop, sales, purchases, buyers, suppliers, months, sources, year, before, hints
    )


def _months(rows: tuple[SupplyRow, ...], as_of: date | None) -> tuple[Dealt, ...]:
    """The MONTHS calendar months that end with as_of's, oldest first."""
    last = as_of or max((row.date for row in rows if row.date), default=None)
    if last is None:
        return ()
    amounts: dict[str, Decimal] = {}
    counts: dict[str, int] = {}
    for row in rows:
        if row.date is not None:
            month = f"{row.date:%Y-%m}"
            counts[month] = counts.get(month, 0) + (row.count or 1)
            if row.amount is not None:
                amounts[month] = amounts.get(month, Decimal(0)) + row.amount
    end = last.year * 12 + last.month - 1
    names = [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(end - MONTHS + 1, end + 1)]
    return tuple(Dealt(name, amounts.get(name), counts.get(name, 0)) for name in names)


def _sum(months: tuple[Dealt, ...]) -> Decimal | None:
    known = [month.amount for month in months if month.amount is not None]
    return sum(known, Decimal(0)) if known else None


def _hints(
    view: View, at: int, to: int, hop: Hop, shares: tuple[float | None, float | None],
    years: tuple[Decimal | None, Decimal | None],
) -> tuple[Hint, ...]:  # fmt: skip
    """What to do with the link on a visit, each from a fact; the first ones matter most."""
    near, far = (view.standing_word(party) for party in (at, to))
    sales, purchases = shares
    year, before = years
    age = (view.as_of - hop.last).days / 30.4375 if view.as_of and hop.last else None
    quiet = age is not None and age > QUIET
    met: dict[Hint, bool] = {
        "stop": far == "do_not_contact",
        "unsure": hop.confidence < UNSURE,
        "quiet": quiet,
        "introduce": near == "customer" and far == "prospect" and not quiet,
        "rising": year is not None and before is not None and before > 0 and year >= RISING * before,
        "sells_dependent": sales is not None and sales >= DEPENDENT,
        "buys_dependent": purchases is not None and purchases >= DEPENDENT,
        "fresh": age is not None and age <= FRESH,
    }
    return tuple([hint for hint, true in met.items() if true][: 1 if met["stop"] else HINTS])
