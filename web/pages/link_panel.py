"""The panel of one supply link: what it is, how much and when, how sure that is, and what to do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from explorer.chain import Chain
from explorer.chain_shown import Branch, Shown
from explorer.linking import Hint, Link
from explorer.view import View
from graph.algorithms.network import Direction
from web.commands import command
from web.page import Asked
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


def panels(
    asked: Asked, chain: Chain, shown: Shown | None, pick: int | None, ends: tuple[str, str]
) -> tuple[LinkPanel, ...]:  # fmt: skip
    """The link between `ends`, supplier and buyer, else those into the picked party on its walks, one a side at most.

    Raises UnknownParty, AmbiguousName, and InputError where the two ends have no link.
    """
    view = chain.view
    if all(ends):
        supplier, buyer = map(view.resolve, ends)
        down = any((one.party, one.parent, one.direction) == (buyer, supplier, "downstream") for one in _boxes(shown))
        return (_panel(asked, view, supplier, buyer, "downstream" if down else "upstream"),)
    found = []
    for side in chain.sides if pick is not None else ():
        at = side.at(pick) if pick is not None else None
        parents = [one.parent for one in _boxes(shown) if (one.party, one.direction) == (pick, side.direction)]
        parents += [] if at is None else [int(side.parent[at])]
        if parents and pick is not None:
            two = (pick, parents[0]) if side.direction == "upstream" else (parents[0], pick)
            found.append(_panel(asked, view, *two, side.direction))
    return tuple(found)


def _boxes(shown: Shown | None) -> tuple[Branch, ...]:
    return shown.branches if shown else ()


def _panel(asked: Asked, view: View, supplier: int, buyer: int, direction: Direction) -> LinkPanel:
    ids = view.parties.take("party_id", np.array([supplier, buyer])).to_pylist()
    found = asked.explorer.link(*ids, direction=direction)
    far, near = ids if direction == "upstream" else ids[::-1]
    return panel(view, found, command("show", far, **{"from": near}, direction=direction, tiers=1))


def panel(view: View, link: Link, behind: str) -> LinkPanel:
    supplier, buyer = whos(view, [link.supplier, link.buyer])
    hop, upstream = link.hop, link.direction == "upstream"
    return LinkPanel(
        supplier, buyer, link.direction, supplier if upstream else buyer, buyer if upstream else supplier,
        Money(hop.amount), hop.n, hop.first, hop.last, link.share_of_sales, link.share_of_purchases,
        link.buyers_known, link.suppliers_known, hop.confidence, hop.strength, hop.recency, hop.habit, hop.alive,
        hop.share_in if upstream else hop.share_out, link.sources, _bars(link), Money(link.year),
        Money(link.year_before), link.hints, behind,
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
