"""Every prospect that some core enterprise reaches, the nearest first, with the cores it hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from explorer.exports import scores
from explorer.leafing import ProspectListing
from explorer.origins import Origins, of_prospects
from explorer.prospecting import Prospects
from graph.algorithms.network import DIRECTIONS, Array, Direction
from web.commands import command
from web.page import Asked, Download, Page
from web.pages.chains import Chain, chains, parties
from web.pages.dig import Prospect, prospects_at
from web.pages.filtering import Facet, FilterArguments, facets, usual
from web.parts import Pager, Who, pager


@dataclass(frozen=True, kw_only=True)
class ProspectsArguments(FilterArguments):
    tiers: int | None = None
    min_score: float | None = None

    @property
    def settings(self) -> dict[str, object]:
        return {"tiers": self.tiers, "min_score": self.min_score}


@dataclass(frozen=True)
class Core:
    """A core enterprise that reaches the prospect."""

    who: Who
    direction: Direction
    tier: int
    score: float


@dataclass(frozen=True)
class ProspectRow:
    """`chain` leads to the first of `cores`."""

    rank: int
    prospect: Prospect
    cores_within_2: int
    cores: tuple[Core, ...]
    chain: Chain


@dataclass(frozen=True)
class ProspectsPage:
    tiers: int
    min_score: float
    usual: dict[str, Any]
    """the settings where the address does not say them"""
    as_of: date | None
    shown: int
    passed_customers: int
    passed_do_not_contact: int
    filtered: bool
    facets: tuple[Facet, ...]
    rows: tuple[ProspectRow, ...]
    pager: Pager
    sort: str
    command: str


def prospects(asked: Asked, arguments: ProspectsArguments) -> ProspectsPage:
    """Raises BadSetting, and InputError where there is no core enterprise."""
    filters = arguments.filters()
    found = asked.explorer.prospect_listing(filters, **arguments.settings)
    sort = arguments.sort or "-score"
    order = found.ordered(sort)
    place, part = pager(len(order), arguments.page, asked.explorer.settings.integer("page_rows"))
    chosen = asked.explorer.settings.but(arguments.settings)
    listed = found.found
    return ProspectsPage(
        chosen.integer("tiers"), chosen.number("min_score"), usual(asked, arguments.settings), listed.view.as_of,
        len(order), listed.passed_customers, listed.passed_do_not_contact, bool(filters.facts()),
        facets(asked, found.facets, arguments.options), _rows(asked, found, order[part]), place, sort,
        command("prospects", **arguments.settings, **arguments.options),
    )  # fmt: skip


def _rows(asked: Asked, found: ProspectListing, places: Array) -> tuple[ProspectRow, ...]:
    view, best, at = found.found.view, found.found.anchors(), found.rows[places]
    core, direction, tier = best.core[at], best.direction[at], best.tier[at]
    score = scores(best.cost[at])
    known = parties(view, core[core >= 0])
    columns = (
        (places + 1).tolist(), prospects_at(asked, view, at), view.cores_within_2["either"][at].tolist(),
        [
            tuple(
                Core(known[int(core[i, j])], DIRECTIONS[direction[i, j]], int(tier[i, j]), float(score[i, j]))
                for j in np.flatnonzero(core[i] >= 0).tolist()
            )
            for i in range(len(at))
        ],
        chains(view, best.paths(at)[:, 0], direction[:, 0] == 0),
    )  # fmt: skip
    return tuple(ProspectRow(*row) for row in zip(*columns, strict=True))


def _listed(asked: Asked, arguments: ProspectsArguments) -> Prospects:
    return asked.explorer.prospects(filters=arguments.filters(), **arguments.settings)  # type: ignore[arg-type]


def rows(asked: Asked, arguments: ProspectsArguments) -> Download:
    """The same rows as `explorer prospects` writes, in its order."""
    return Download(_listed(asked, arguments).table(), "prospects")


def origins(asked: Asked, arguments: ProspectsArguments, ticked: Sequence[str]) -> Origins:
    return of_prospects(_listed(asked, arguments), ticked)


PROSPECTS = Page(
    "prospects", "/prospects", ProspectsArguments, ProspectsPage, prospects, menu="dig", rows=rows, origins=origins
)
