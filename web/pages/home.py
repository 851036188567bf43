"""The first page: one box that finds everything, my grids, what the last load changed; suggestions while typing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from explorer.errors import NothingLoaded
from explorer.finding import How
from explorer.grids import GridCount
from explorer.narrowing import split
from graph.loaders.changes import Change
from graph.model import NODE
from web.commands import command
from web.page import Asked, Page
from web.parts import Who, whos

SUGGESTED = 8


@dataclass(frozen=True)
class FindArguments:
    find: str = ""
    find_limit: int | None = None
    manager: str = ""
    """whose grids are shown; the person's own where she is a manager"""


@dataclass(frozen=True)
class Hit:
    """A party that was found, with what tells it apart from its namesakes."""

    who: Who
    kind: str | None
    region: str | None
    industry: str | None
    how: How


@dataclass(frozen=True)
class SuggestionsPage:
    wanted: str
    hits: tuple[Hit, ...]
    total: int


@dataclass(frozen=True)
class Changed:
    """What one kind of node or relationship gained and lost with the last load."""

    name: str
    is_node: bool
    appeared: int
    changed: int
    vanished: int


@dataclass(frozen=True)
class Load:
    """The load in force; `changes` is None for a first one."""

    loaded_at: str
    as_of: str | None
    parties: int
    links: int
    rejected: int
    changes: tuple[Changed, ...] | None


@dataclass(frozen=True)
class HomePage:
    """`hits` are None where nothing was looked for, `load` where nothing is loaded."""

    wanted: str
    wider: str
    """what to look for where nothing was found: the same without the word before a colon"""
    hits: tuple[Hit, ...] | None
    total: int
    manager: str
    manager_name: str
    managers: tuple[tuple[str, str], ...]
    grids: tuple[GridCount, ...]
    load: Load | None
    examples: tuple[Who, ...]
    command: str


def home(asked: Asked, arguments: FindArguments) -> HomePage:
    wanted = arguments.find.strip()
    try:
        load = _load(asked)
    except NothingLoaded:
        return HomePage(wanted, "", None, 0, "", "", (), (), None, (), command("load", "TABLES"))
    hits, total = _hits(asked, wanted, arguments.find_limit) if wanted else (None, 0)
    prefixes, rest = split(wanted)
    wider = rest if prefixes else ""
    managers = asked.names("Manager")
    manager = arguments.manager.strip() or asked.person.manager_id or ""
    manager = next((one for one, name in managers.items() if manager in (one, name)), manager)
    explorer = asked.explorer
    grids = explorer.grid_counts(explorer.grids_of(manager)) if manager and not wanted else ()
    behind = command("find", wanted, find_limit=arguments.find_limit) if wanted else command("status")
    return HomePage(
        wanted, wider, hits, total, manager, managers.get(manager, manager), tuple(managers.items()), grids, load,
        () if wanted else _examples(asked), behind,
    )  # fmt: skip


def suggestions(asked: Asked, arguments: FindArguments) -> SuggestionsPage:
    wanted = arguments.find.strip()
    hits, total = _hits(asked, wanted, SUGGESTED, near=False) if wanted else ((), 0)
    return SuggestionsPage(wanted, hits, total)


def _hits(asked: Asked, wanted: str, limit: int | None, *, near: bool = True) -> tuple[tuple[Hit, ...], int]:
    view = asked.explorer.view()
    found = asked.explorer.find(wanted, limit=limit, near=near)
    rows = np.asarray(found.rows)
    kinds, regions, codes = (view.parties.take(name, rows).to_pylist() for name in ("kind", "region", "industry"))
    called = asked.names("Industry")
    industries = [called.get(code, code) for code in codes]
    return tuple(map(Hit, whos(view, rows), kinds, regions, industries, found.how)), found.total


def _load(asked: Asked) -> Load:
    report = asked.explorer.status()
    rejected = sum(sum(table["rejected"].values()) for table in report.checked["tables"])
    changes = None if report.changes is None else _changes(report.changes)
    counts = report.counts["parties"], report.links
    return Load(report.loaded_at, report.as_of, *counts, rejected, changes)


def _changes(changes: Iterable[Change]) -> tuple[Changed, ...]:
    """Those of the kinds of nodes and relationships that changed at all."""
    return tuple(
        Changed(one.name.partition(".")[0], one.name in NODE, one.appeared, one.changed, one.vanished)
        for one in changes
        if one.appeared or one.changed or one.vanished
    )


def _examples(asked: Asked) -> tuple[Who, ...]:
    """Some core enterprises to begin with: those with most partners, but not more than a picture holds."""
    view = asked.explorer.view()
    counts = [view.parties.take(name, view.cores).fill_null(0).to_numpy() for name in ("n_suppliers", "n_buyers")]
    partners = counts[0] + counts[1]
    partners[partners > asked.explorer.settings.integer("view_hub")] = 0
    return tuple(whos(view, view.cores[np.argsort(-partners, kind="stable")[:6]]))


HOME = Page("home", "/", FindArguments, HomePage, home, menu="home")
SUGGESTIONS = Page("suggestions", "/find", FindArguments, SuggestionsPage, suggestions, template=False)
