"""Grids beside their branches as a heat table, and the parties of one; a table, since a map needs a service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from explorer.errors import InputError
from explorer.heat import Grid, Measure
from web.commands import command
from web.page import Asked, Download, Page
from web.pages.dig import Prospect, prospects_at
from web.parts import Pager, pager

BRANCHES = 30
"""Branches of a page of the heat table."""


@dataclass(frozen=True, kw_only=True)
class GridsArguments:
    """`pick`: the grid whose parties are shown; `page` turns the branches, `parties` the parties of the grid."""

    measure: Measure = "penetration"
    branch: str = ""
    pick: str = ""
    page: int = 1
    parties: int = 1


@dataclass(frozen=True)
class HeatCell:
    """A grid: its number, and its shade from 0 to 4; `mine` where the person who asks serves it."""

    grid: str
    value: float
    shade: int
    mine: bool


@dataclass(frozen=True)
class BranchRow:
    branch: str | None
    cells: tuple[HeatCell, ...]
    total: float
    """of the branch: its penetration, or the sum; of cores touched the most in one grid, since grids share cores"""


@dataclass(frozen=True)
class Picked:
    grid: str
    branch: str | None
    members: int
    customers: int
    prospects: int
    cores_touched: int
    penetration: float
    parties: tuple[Prospect, ...]
    pager: Pager


@dataclass(frozen=True)
class GridsPage:
    """`steps` are the least values of the darker shades, ascending."""

    measure: Measure
    branch: str
    branches: tuple[str, ...]
    grids: int
    without: int
    steps: tuple[float, ...]
    columns: int
    rows: tuple[BranchRow, ...]
    pager: Pager
    picked: Picked | None
    command: str


def grids(asked: Asked, arguments: GridsArguments) -> GridsPage:
    """Raises InputError for a grid that nobody stands in."""
    heat, measure = asked.explorer.heat(), arguments.measure
    steps = heat.steps(measure)
    mine = frozenset(asked.explorer.grids_of(asked.person.manager_id)) if asked.person.manager_id else frozenset()
    chosen = [one for one in heat.grids if not arguments.branch or one.branch == arguments.branch]
    by_branch = [(branch, [*of]) for branch, of in groupby(chosen, key=lambda one: one.branch)]
    place, part = pager(len(by_branch), arguments.page, BRANCHES)
    rows = tuple(_row(branch, of, measure, steps, mine) for branch, of in by_branch[part])
    branches = tuple(dict.fromkeys(one.branch for one in heat.grids if one.branch))
    return GridsPage(
        measure, arguments.branch, branches, len(chosen), heat.without, steps,
        max((len(row.cells) for row in rows), default=0), rows, place,
        _picked(asked, heat.grids, arguments) if arguments.pick else None,
        command("circles", kind="grid", circle=arguments.pick),
    )  # fmt: skip


def _row(
    branch: str | None, of: Sequence[Grid], measure: Measure, steps: tuple[float, ...], mine: frozenset[str]
) -> BranchRow:
    cells = []
    for one in of:
        value = float(getattr(one, measure))
        cells.append(HeatCell(one.grid, value, sum(value >= step for step in steps), one.grid in mine))
    return BranchRow(branch, tuple(cells), _total(of, measure))


def _total(of: Sequence[Grid], measure: Measure) -> float:
    if measure == "penetration":
        return sum(one.customers for one in of) / sum(one.members for one in of)
    values = [getattr(one, measure) for one in of]
    return float(max(values) if measure == "cores_touched" else sum(values))


def _picked(asked: Asked, of: Sequence[Grid], arguments: GridsArguments) -> Picked:
    found = next((one for one in of if one.grid == arguments.pick), None)
    if found is None:
        raise InputError("grid_unknown", grid=arguments.pick)
    view = asked.explorer.view()
    rows = view.parties.where("grid", [found.grid])
    place, part = pager(len(rows), arguments.parties, asked.explorer.settings.integer("page_rows"))
    return Picked(
        found.grid, found.branch, found.members, found.customers, found.prospects, found.cores_touched,
        found.penetration, tuple(prospects_at(asked, view, rows[part])), place,
    )  # fmt: skip


def rows(asked: Asked, _: GridsArguments) -> Download:
    """The same rows as `explorer circles --kind grid` writes, in its order."""
    return Download(asked.explorer.circle_rows("grid"), "grids")


GRIDS = Page("grids", "/grids", GridsArguments, GridsPage, grids, menu="circles", rows=rows)
