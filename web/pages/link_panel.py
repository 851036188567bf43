"""The panel of one supply link: what it is, how much and when, how sure that is, and what to do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from explorer.linking import Hint, Link
from explorer.view import View
from graph.algorithms.network import Direction
from web.parts import Money, Who, whos


@dataclass(frozen=True)
class MonthBar:
    """One month; `part` is its amount (else its deliveries) in that of the greatest month, 0 to 1."""

    month: str
    amount: Money
    count: int
    part: float


@dataclass(frozen=True)
class LinkPanel:
    """A link seen from one end. `months`, `sources` are None where the checked rows are not on this machine."""

    supplier: Who
    buyer: Who
    direction: Direction
    far: Who
    near: Who
    amount: Money
    n: int
    first: date | None
    last: date | None
    share_of_sales: float | None
    share_of_purchases: float | None
    buyers_known: int
    suppliers_known: int
    confidence: float
    strength: float
    recency: float
    habit: float
    alive: float
    share: float
    sources: tuple[str, ...] | None
    months: tuple[MonthBar, ...] | None
    year: Money
    year_before: Money
    hints: tuple[Hint, ...]
    command: str


def panel(view: View, link: Link, command: str) -> LinkPanel:
    supplier, buyer = whos(view, [link.supplier, link.buyer])
    hop, upstream = link.hop, link.direction == "upstream"
    return LinkPanel(
        supplier, buyer, link.direction, supplier if upstream else buyer, buyer if upstream else supplier,
        Money(hop.amount), hop.n, hop.first, hop.last, link.share_of_sales, link.share_of_purchases,
        link.buyers_known, link.suppliers_known, hop.confidence, hop.strength, hop.recency, hop.habit, hop.alive,
        hop.share_in if upstream else hop.share_out, link.sources, _bars(link), Money(link.year),
        Money(link.year_before), link.hints, command,
    )  # fmt: skip


def _bars(link: Link) -> tuple[MonthBar, ...] | None:
    if link.months is None:
        return None
    tallest: Any = max((month.amount or 0 for month in link.months), default=0)
    most = max((month.count for month in link.months), default=0)
    return tuple(
        MonthBar(
            month.month, Money(month.amount), month.count,
            float((month.amount or 0) / tallest) if tallest else month.count / most if most else 0.0,
        )
        for month in link.months
    )  # fmt: skip
