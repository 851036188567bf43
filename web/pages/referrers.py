"""Who brings most new customers, how sure that is, and whom to ask together in a campaign."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from explorer.campaigning import CHECKS, CampaignFound, affordable
from explorer.errors import InputError
from explorer.leafing import alphabetical
from explorer.referrers import Referrers
from graph.algorithms.network import Array
from web.commands import command
from web.page import Asked, Download, Page
from web.pages.chains import parties
from web.parts import Money, Pager, Who, pager, whos

LARGEST = 1000
"""Referrers of a campaign that a page works out; larger ones are the command line's."""
LISTED = 200
"""Rows of a campaign on the page; its files have all."""


@dataclass(frozen=True, kw_only=True)
class ReferrersArguments:
    """`k`: how many to ask together; with `budget` and `cost` (in units) at most as many as can be paid."""

    grid: tuple[str, ...] = ()
    by_value: bool = False
    k: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    budget: str | None = None
    cost: str | None = None
    sort: str = ""
    page: int = 1

    @property
    def size(self) -> int | None:
        """Raises InputError where a budget lacks its cost, or pays nobody, and BadSetting for what is no amount."""
        size = affordable(self.k, self.budget, self.cost)
        if size is not None and size > LARGEST:
            raise InputError("campaign_large", size=size, most=LARGEST)
        return size


@dataclass(frozen=True)
class Likely:
    """Whom a referrer most likely brings, with the chance of the whole path."""

    who: Who
    chance: float


@dataclass(frozen=True)
class ReferrerRow:
    """`rate` is the share of his referrals that become customers, 9 times of 10 from `rate_low` to `rate_high`."""

    rank: int
    who: Who
    kind: str | None
    grid: str | None
    branch: str | None
    expected: float
    error: float
    one_hop: float
    converted: int
    known: int
    rate: float
    rate_low: float | None
    rate_high: float | None
    degree: int
    reach_2: int
    prospects_2: int
    value_expected: float | None
    likely: tuple[Likely, ...]
    chosen: int | None
    """his place in the campaign"""


@dataclass(frozen=True)
class Asking:
    """One referrer of a campaign, in the order of the choice; sums are of all up to him."""

    rank: int
    who: Who
    gain: float
    gain_error: float
    together: float


@dataclass(frozen=True)
class Choice:
    """What the referrers that one method chose bring."""

    method: str
    expected: float
    won: bool


@dataclass(frozen=True)
class CampaignPart:
    size: int
    asked: tuple[Asking, ...]
    count: int
    expected: float
    error: float
    method: str
    choices: tuple[Choice, ...]
    lead: float
    lead_error: float
    certificate: float
    lower: float
    upper: float
    target: float
    settled: bool
    checks: int
    each: Money | None
    total: Money | None
    """cost of each and of all of them, where a cost was given"""
    per_customer: Money | None


@dataclass(frozen=True)
class ReferrersPage:
    count: int
    simulations: int
    seed: int
    contact: float
    grids: tuple[str, ...]
    by_value: bool
    recorded: Literal["nothing", "little", "enough"]
    outcomes: int
    outcomes_of: int
    mean: float
    knows_value: bool
    without_value: int
    k: int | None
    budget: str
    cost: str
    rows: tuple[ReferrerRow, ...]
    pager: Pager
    sort: str
    widest: float
    """the largest expectation with its error on this page, at least 1: the scale of the error bars"""
    campaign: CampaignPart | None
    command: str


def referrers(asked: Asked, arguments: ReferrersArguments) -> ReferrersPage:
    """Raises InputError and BadSetting for what cannot be asked."""
    size = arguments.size
    found = asked.explorer.ranked(arguments.grid, by_value=arguments.by_value)
    some = size is not None and len(found.basis.referrers) > 0
    campaign = asked.explorer.campaigned(size, arguments.grid, by_value=arguments.by_value) if some and size else None
    sort = arguments.sort or "-expected"
    order = _order(found, sort)
    place, part = pager(len(order), arguments.page, asked.explorer.settings.integer("page_rows"))
    shown = _rows(found, order[part], place.first, campaign)
    basis, prior = found.basis, found.basis.rates.prior
    return ReferrersPage(
        len(order), found.simulations, found.seed, asked.explorer.settings.number("contact"), arguments.grid,
        arguments.by_value, basis.recorded, prior.outcomes, prior.referrers, prior.mean,  # type: ignore[arg-type]
        basis.value is not None, basis.without_value, arguments.k, arguments.budget or "", arguments.cost or "",
        shown, place, sort, max([1.0, *(row.expected + row.error for row in shown)]),
        _campaign(campaign, arguments) if campaign else None, _command(arguments, size),
    )  # fmt: skip


def _order(found: Referrers, sort: str) -> Array:
    """Places of the referrers; of equals the more promising first, then the lower id."""
    rows, influence, basis = found.basis.referrers, found.found, found.basis
    best = (influence.worth if found.asked.by_value else influence.expected).round(6)
    name = sort.lstrip("-")
    by = {
        "expected": best, "one_hop": influence.one_hop, "converted": basis.rates.converted[rows],
        "known": basis.rates.known[rows], "rate": basis.rates.rate[rows], "degree": influence.degree,
        "reach_2": influence.reach_2, "prospects_2": influence.open_2,
    }  # fmt: skip
    key = alphabetical(basis.view, rows) if name == "name" else by.get(name, best)
    down = sort.startswith("-") or name not in (*by, "name")
    return np.lexsort((-best, -key if down else key))


def _rows(found: Referrers, places: Array, first: int, campaign: CampaignFound | None) -> tuple[ReferrerRow, ...]:
    basis, influence = found.basis, found.found
    view, at = basis.view, basis.referrers[places]
    low, high = basis.interval(at)
    chosen = {row: place for place, row in enumerate(campaign.found.referrer.tolist(), 1)} if campaign else {}
    numbers = (
        influence.expected[places].round(4), influence.error[places].round(4), influence.one_hop[places].round(4),
        basis.rates.converted[at], basis.rates.known[at], basis.rates.rate[at].round(4),
    )  # fmt: skip
    counts = (influence.degree[places], influence.reach_2[places], influence.open_2[places])
    worth = influence.worth[places].tolist() if basis.value is not None else [None] * len(places)
    columns = (
        range(first, first + len(places)), whos(view, at),
        *(view.parties.take(name, at).to_pylist() for name in ("kind", "grid", "branch")),
        *(column.tolist() for column in numbers), _bounds(low), _bounds(high), *(one.tolist() for one in counts),
        worth, _likely(found, at), [chosen.get(row) for row in at.tolist()],
    )  # fmt: skip
    return tuple(ReferrerRow(*row) for row in zip(*columns, strict=True))


def _bounds(values: Array) -> list[float | None]:
    return [None if np.isnan(value) else round(value, 4) for value in values.tolist()]


def _likely(found: Referrers, rows: Array) -> list[tuple[Likely, ...]]:
    brought = found.likely(rows)
    known = parties(found.basis.view, brought.party[brought.party >= 0])
    chance = np.exp(-brought.cost / 1e6).round(4)
    return [
        tuple(Likely(known[party], float(chance[i, j])) for j, party in enumerate(row) if party >= 0)
        for i, row in enumerate(brought.party.tolist())
    ]


def _campaign(answer: CampaignFound, arguments: ReferrersArguments) -> CampaignPart:
    found, view = answer.found, answer.basis.view
    count = len(found.referrer)
    together = np.cumsum(found.gain)
    each = Decimal(arguments.cost) if arguments.cost and arguments.budget else None
    rows = zip(
        whos(view, found.referrer[:LISTED]), found.gain.round(4).tolist(), found.gain_error.round(4).tolist(),
        together.round(4).tolist(), strict=False,
    )  # fmt: skip
    return CampaignPart(
        answer.size, tuple(Asking(rank, *row) for rank, row in enumerate(rows, 1)), count,
        round(found.expected, 4), round(found.error, 4), found.method,
        tuple(Choice(method, round(of, 4), method == found.method) for method, of in found.brought),
        round(found.lead, 4), round(found.lead_error, 4), round(found.certificate, 4), round(found.lower, 4),
        round(found.upper, 4), answer.certificate, found.settled, CHECKS, Money(each) if each else None,
        Money(each * count) if each else None,
        Money(each * count / Decimal(found.expected)) if each and found.expected else None,
    )  # fmt: skip


def _command(arguments: ReferrersArguments, size: int | None) -> str:
    return command("referrers", campaign=size, grid=arguments.grid, by_value=arguments.by_value)


def rows(asked: Asked, arguments: ReferrersArguments) -> Download:
    """The rows of `explorer referrers`, of a campaign where one is asked for."""
    size, explorer = arguments.size, asked.explorer
    if size is None:
        return Download(explorer.ranked(arguments.grid, by_value=arguments.by_value).table(), "referrers")
    return Download(explorer.campaigned(size, arguments.grid, by_value=arguments.by_value).table(), "campaign")


REFERRERS = Page(
    "referrers", "/referrers", ReferrersArguments, ReferrersPage, referrers, menu="referrers", rows=rows
)  # fmt: skip
