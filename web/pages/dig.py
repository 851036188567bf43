"""The string of a party: everybody who hangs on it, ranked, each with his chain; dug anew at every address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from explorer.digging import LIMITS, Dig
from explorer.exports import Rows, scores
from explorer.leafing import Listing, cores_within_2
from explorer.origins import Origins, of_string
from explorer.view import View
from graph.algorithms.network import DIRECTIONS, Array, Direction
from web.commands import command
from web.page import Asked, Download, Page
from web.pages.chains import Chain, chains
from web.pages.filtering import Facet, FilterArguments, facets, usual
from web.parts import Pager, Who, pager, whos

FURTHER = 5
"""How many times as many rows a list that was cut offers next."""


@dataclass(frozen=True, kw_only=True)
class DigArguments(FilterArguments):
    party: str
    direction: str | None = None
    tiers: int | None = None
    top: int | None = None
    min_score: float | None = None
    traded_after: date | None = None
    amount_at_least: str | None = None

    @property
    def settings(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in ("direction", "tiers", "top", "min_score")}


@dataclass(frozen=True)
class ListFacts:
    """One direction's list: how many it holds, where it ends, and who was passed over."""

    direction: Direction
    found: int
    limits: tuple[str, ...]
    passed_customers: int
    passed_do_not_contact: int
    lowest: float | None
    """score of its last row, where it was cut"""


@dataclass(frozen=True)
class Prospect:
    """A party of a list: what it does and where."""

    who: Who
    kind: str | None
    industry: str | None
    place: str | None
    """its grid, else its region"""


@dataclass(frozen=True)
class DigRow:
    rank: int
    direction: Direction
    tier: int
    score: float
    prospect: Prospect
    cores: int
    chain: Chain


@dataclass(frozen=True)
class DigPage:
    anchor: Who
    direction: str
    directions: tuple[Direction, ...]
    tiers: int
    top: int
    min_score: float
    traded_after: date | None
    amount_at_least: str
    usual: dict[str, Any]
    """the settings where the address does not say them"""
    as_of: date | None
    lists: tuple[ListFacts, ...]
    found: int
    shown: int
    passed_customers: int
    passed_do_not_contact: int
    cut: bool
    further: int | None
    """how many rows to ask for next, where a list was cut"""
    filtered: bool
    facets: tuple[Facet, ...]
    rows: tuple[DigRow, ...]
    pager: Pager
    sort: str
    command: str


def dig(asked: Asked, arguments: DigArguments) -> DigPage:
    """Raises UnknownParty, AmbiguousName and BadSetting."""
    filters = arguments.filters(arguments.traded_after, arguments.amount_at_least)
    found = asked.explorer.listing(arguments.party, filters, **arguments.settings)
    view, dug = found.dug.view, found.dug
    chosen = asked.explorer.settings.but(arguments.settings)
    sort = arguments.sort or "-score"
    order = found.ordered(sort)
    place, part = pager(len(order), arguments.page, asked.explorer.settings.integer("page_rows"))
    anchor = whos(view, dug.anchors)[0]
    summaries = dug.summaries
    return DigPage(
        anchor, chosen.text("direction"), dug.directions, dug.tiers, dug.top, dug.min_score, arguments.traded_after,
        arguments.amount_at_least or "", usual(asked, arguments.settings), view.as_of, _lists(found),
        sum(one.rows for one in summaries), len(order),
        sum(one.passed_customers for one in summaries), sum(one.passed_do_not_contact for one in summaries),
        dug.cut, _further(dug), bool(filters.facts()),
        facets(asked, found.facets, arguments.options), _rows(asked, view, found.rows.at(order[part])), place, sort,
        _command(arguments, anchor),
    )  # fmt: skip


def _further(dug: Dig) -> int | None:
    return min(dug.top * FURTHER, 10_000) if dug.cut and dug.top < 10_000 else None


def _lists(found: Listing) -> tuple[ListFacts, ...]:
    lists = []
    for summary in found.dug.summaries:
        cost = found.rows.cost[found.rows.direction == DIRECTIONS.index(summary.direction)]
        lowest = float(scores(cost.max())) if summary.cut and len(cost) else None
        limits = tuple(name for name in LIMITS if name in summary.limits)
        lists.append(
            ListFacts(
                summary.direction, summary.rows, limits, summary.passed_customers, summary.passed_do_not_contact,
                lowest,
            )
        )  # fmt: skip
    return tuple(lists)


def _rows(asked: Asked, view: View, rows: Rows) -> tuple[DigRow, ...]:
    columns = (
        rows.rank.tolist(), rows.direction.tolist(), rows.tier.tolist(), scores(rows.cost).tolist(),
        prospects_at(asked, view, rows.prospect), cores_within_2(view, rows).tolist(),
        chains(view, rows.path, rows.direction == 0),
    )  # fmt: skip
    return tuple(
        DigRow(rank, DIRECTIONS[direction], tier, score, prospect, cores, chain)
        for rank, direction, tier, score, prospect, cores, chain in zip(*columns, strict=True)
    )


def prospects_at(asked: Asked, view: View, rows: Array | Sequence[int]) -> list[Prospect]:
    """The parties at some rows, with what a list says of them."""
    at = np.asarray(rows, np.int64)
    kind, industry, grid, region = (
        view.parties.take(name, at).to_pylist() for name in ("kind", "industry", "grid", "region")
    )
    names = asked.names("Industry")
    return [
        Prospect(who, of, names.get(code, code) if code else None, one or other)
        for who, of, code, one, other in zip(whos(view, at), kind, industry, grid, region, strict=True)
    ]


def _command(arguments: DigArguments, anchor: Who) -> str:
    return command(
        "dig", anchor=anchor.party_id, **arguments.settings, traded_after=arguments.traded_after,
        amount_at_least=arguments.amount_at_least, **arguments.options,
    )  # fmt: skip


def _dug(asked: Asked, arguments: DigArguments) -> Dig:
    filters = arguments.filters(arguments.traded_after, arguments.amount_at_least)
    return asked.explorer.dig([arguments.party], filters=filters, **arguments.settings)  # type: ignore[arg-type]


def rows(asked: Asked, arguments: DigArguments) -> Download:
    """The same rows as `explorer dig` writes, in its order."""
    return Download(_dug(asked, arguments).table(), f"dig-{arguments.party}")


def origins(asked: Asked, arguments: DigArguments, ticked: Sequence[str]) -> Origins:
    return of_string(_dug(asked, arguments), ticked)


DIG = Page("dig", "/party/<id:party>/dig", DigArguments, DigPage, dig, menu="dig", rows=rows, origins=origins)
