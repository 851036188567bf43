"""Lists: what a person ticks on any table, under a name, to work off, hand to a colleague and take away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from explorer import listing
from explorer.listing import Named, Origin
from explorer.view import View
from web.page import Asked, Download, Page
from web.parts import Pager, Who, pager, whos
from web.workbook import lists, users
from web.workbook.lists import Member, Summary

Show = Literal["all", "open", "customer", "do_not_contact", "excluded", "vanished"]
SHOWN: tuple[Show, ...] = ("all", "open", "customer", "do_not_contact", "excluded", "vanished")
"""open: neither struck off, nor a customer, nor gone, and may be contacted."""


@dataclass(frozen=True)
class ListsArguments:
    page: int = 1


@dataclass(frozen=True)
class ListsPage:
    """All lists of the person, and of how many members each is to be worked on."""

    lists: tuple[Summary, ...]
    signed_in: bool
    command: str = ""


@dataclass(frozen=True)
class ListArguments:
    list: int
    show: Show = "all"
    sort: str = "name"
    page: int = 1


@dataclass(frozen=True)
class Found:
    """How a member was found, as it stood on the day it was ticked; `path` from the core, or from who introduces."""

    found_in: str
    score: float | None
    rank: int | None
    tier: int | None
    path: tuple[Who, ...]
    core: Who | None
    direction: str | None
    found: date | None
    found_by: str
    as_of: date | None
    loaded: str


@dataclass(frozen=True)
class Row:
    """A member: with what the load in force knows of it, or, where it vanished, with what was known that day."""

    who: Who
    standing: str
    kind: str | None
    region: str | None
    grid: str | None
    added: datetime
    added_by: str
    note: str
    excluded: bool
    found: Found | None

    @property
    def vanished(self) -> bool:
        return self.standing == "vanished"


@dataclass(frozen=True)
class ListPage:
    list: Summary
    show: Show
    sort: str
    counts: dict[str, int]
    rows: tuple[Row, ...]
    pager: Pager
    others: tuple[Summary, ...]
    colleagues: tuple[str, ...]
    command: str = field(default="")


def all_lists(asked: Asked, _: ListsArguments) -> ListsPage:
    found = lists.lists(asked.workbook, asked.person.name)
    return ListsPage(tuple(found), bool(asked.person.name))


def one_list(asked: Asked, arguments: ListArguments) -> ListPage:
    book, person, number = asked.workbook, asked.person.name, arguments.list
    summary = lists.one(book, person, number)
    view = asked.explorer.view()
    rows = _rows(view, lists.entries(book, person, number))
    chosen = [row for row in rows if _shows(row, arguments.show)]
    way = arguments.sort.removeprefix("-")
    chosen.sort(key=SORTS.get(way, SORTS["name"]), reverse=arguments.sort.startswith("-"))
    place, part = pager(len(chosen), arguments.page, asked.explorer.settings.integer("page_rows"))
    others = tuple(other for other in lists.lists(book, person) if other.id != number)
    people = {user.name for user in users.everyone(book)} - {person, *summary.hands}
    counts: dict[str, int] = {show: sum(_shows(row, show) for row in rows) for show in SHOWN}
    return ListPage(
        summary,
        arguments.show,
        arguments.sort,
        counts,
        tuple(chosen[part]),
        place,
        others,
        tuple(sorted(people)) if summary.mine else (),
    )


def list_rows(asked: Asked, arguments: ListArguments) -> Download:
    """The members that the page's filter shows, all pages of them."""
    book, person, number = asked.workbook, asked.person.name, arguments.list
    summary, view = lists.one(book, person, number), asked.explorer.view()
    members = lists.entries(book, person, number)
    pairs = zip(members, _rows(view, members), strict=True)
    lines = [
        listing.Line(one.party_id, one.name, one.added.date(), one.added_by, one.note, one.excluded, one.origin)
        for one, row in pairs
        if _shows(row, arguments.show)
    ]
    return Download(listing.table(view, lines), summary.name)


def members(asked: Asked, list_id: int) -> tuple[str, ...]:
    """Ids of all on a list of the person, those struck off too, to leave out of a search."""
    return lists.ids(asked.workbook, asked.person.name, list_id)


def _rows(view: View, found: list[Member]) -> list[Row]:
    at = listing.rows_of(view, [one.party_id for one in found])
    known = iter(whos(view, at[at >= 0]))
    origins = _origins(view, [one.origin for one in found])
    columns = (view.parties.take(name, at).to_pylist() for name in ("kind", "region", "grid"))
    return [
        Row(
            next(known) if word != "vanished" else Who(one.party_id, one.name or one.party_id, "prospect"), word,
            kind, region, grid, one.added, one.added_by, one.note, one.excluded, how,
        )
        for one, word, kind, region, grid, how in zip(
            found, listing.standing(view, at), *columns, origins, strict=True
        )
    ]  # fmt: skip


def _origins(view: View, origins: list[Origin | None]) -> list[Found | None]:
    """The same with parties as the load in force knows them; those that vanished by their former names."""
    named = {step for one in origins if one for step in (*one.path, *([one.core] if one.core else []))}
    order = sorted(named, key=lambda step: (step.party_id, step.name))
    at = listing.rows_of(view, [step.party_id for step in order])
    known = iter(whos(view, at[at >= 0]))
    who: dict[Named, Who] = {
        step: next(known) if row >= 0 else Who(step.party_id, step.name or step.party_id, "prospect")
        for step, row in zip(order, at.tolist(), strict=True)
    }
    return [
        None if one is None else Found(
            one.found_in, one.score, one.rank, one.tier, tuple(who[step] for step in one.path),
            who[one.core] if one.core else None, one.direction, one.found, one.found_by, one.as_of, one.loaded,
        )
        for one in origins
    ]  # fmt: skip


def _shows(row: Row, show: Show) -> bool:
    if show in ("all", "excluded"):
        return show == "all" or row.excluded
    return row.standing == "prospect" and not row.excluded if show == "open" else row.standing == show


SORTS: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: (row.who.name, row.who.party_id),
    "kind": lambda row: (row.kind or "", row.who.party_id),
    "region": lambda row: (row.region or "", row.grid or "", row.who.party_id),
    "grid": lambda row: (row.grid or "", row.who.party_id),
    "standing": lambda row: (row.standing, row.who.party_id),
    "added": lambda row: (row.added, row.who.party_id),
    "score": lambda row: (row.found.score or 0.0 if row.found else -1.0, row.who.party_id),
}

LISTS = Page("lists", "/lists", ListsArguments, ListsPage, all_lists, menu="lists")
LIST = Page("list", "/lists/<list>", ListArguments, ListPage, one_list, menu="lists", rows=list_rows)
