"""The first page: one box that finds everything, my grids, what the last load changed; suggestions while typing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.finding import How
from web.page import Asked, Page
from web.parts import Who, whos

SUGGESTED = 8


@dataclass(frozen=True)
class FindArguments:
    find: str = ""
    find_limit: int | None = None


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
class HomePage:
    """`hits` are None where nothing was looked for."""

    wanted: str
    hits: tuple[Hit, ...] | None
    total: int
    command: str


def home(asked: Asked, arguments: FindArguments) -> HomePage:
    wanted = arguments.find.strip()
    if not wanted:
        return HomePage("", None, 0, "")
    hits, total = _hits(asked, wanted, arguments.find_limit)
    return HomePage(wanted, hits, total, f"explorer find {wanted!r}")


def suggestions(asked: Asked, arguments: FindArguments) -> SuggestionsPage:
    wanted = arguments.find.strip()
    hits, total = _hits(asked, wanted, SUGGESTED) if wanted else ((), 0)
    return SuggestionsPage(wanted, hits, total)


def _hits(asked: Asked, wanted: str, limit: int | None) -> tuple[tuple[Hit, ...], int]:
    view = asked.explorer.view()
    found = asked.explorer.find(wanted, limit=limit)
    columns = (view.parties.take(name, np.asarray(found.rows)).to_pylist() for name in ("kind", "region", "industry"))
    return tuple(map(Hit, whos(view, found.rows), *columns, found.how)), found.total


HOME = Page("home", "/", FindArguments, HomePage, home, menu="home")
SUGGESTIONS = Page("suggestions", "/find", FindArguments, SuggestionsPage, suggestions)
