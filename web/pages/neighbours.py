"""All that a party is related to by one relation, the most important first, with all its relations counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from explorer.neighbouring import Neighbours
from graph.model import NODE, RELATION
from graph.stores.queries import RANKED_BY, other_properties
from web.commands import command
from web.drawing import Picture
from web.page import Asked, Download, Page
from web.pages.star import star
from web.parts import Money, Pager, Private, Who, pager, whos

Kind = Literal["money", "number", "part", "share", "date", "word", "text"]
KINDS: Mapping[str, Kind] = {
    "amount": "money", "amount_12": "money", "reward": "money", "n": "number", "strength": "part", "share": "share",
    "confidence": "share", "last": "date", "date": "date", "start": "date", "due": "date", "kind": "word",
    "outcome": "word", "role": "word", "side": "word", "rank": "number", "tier": "number", "score": "part",
    "as_of": "date",
}  # fmt: skip
"""How a column is shown; any other as text."""
LEFT_OUT = ("event_id", "name", "weekly_hours", "currency", "cost", "path")
"""Not on the page; the files hold them."""
SUPPLIES = ("amount", "amount_12", "n", "last", "strength", "share", "confidence")
OWN = {
    "out": {"strength": "strength_down", "share": "share_out"},
    "in": {"strength": "strength_up", "share": "share_in"},
}
"""Of a supply link, the properties that speak of the party's own side."""
FOUND_BY = {"Grid": "grid", "Industry": "industry", "Product": "product"}
"""What stands before the colon to find the parties of a thing."""
Cell = Money | Decimal | float | int | date | str | None


@dataclass(frozen=True)
class NeighboursArguments:
    party: str
    relation: str = ""
    direction: str = ""
    page: int = 1
    page_rows: int | None = None


@dataclass(frozen=True)
class Tab:
    relation: str
    direction: str
    other: str
    count: int


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind


@dataclass(frozen=True)
class Row:
    """A neighbour: `who` of a party, else its key and name; `find` finds the parties of a grid and the like.

    Names of groups and managers tell who a party is, so they hide with it.
    """

    who: Who | None
    key: Private
    name: Private
    find: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class NeighboursPage:
    """`relation` is empty where the party has no neighbour at all; `ranked` is what the order goes by."""

    who: Who
    tabs: tuple[Tab, ...]
    relation: str
    direction: str
    other: str
    ranked: str
    columns: tuple[Column, ...]
    table: tuple[Row, ...]
    pager: Pager
    more: int
    picture: Picture | None
    command: str


def neighbours(asked: Asked, arguments: NeighboursArguments) -> NeighboursPage:
    size = asked.explorer.settings.but({"page_rows": arguments.page_rows}).integer("page_rows")
    found = _found(asked, arguments, 0, size)
    place, wanted = pager(found.total, arguments.page, size)
    if wanted.start:
        found = _found(asked, arguments, wanted.start, size)
    who = whos(found.view, [found.row])[0]
    tabs = tuple(Tab(one.relation, one.direction, one.other, one.count) for one in found.counts)
    if found.relation is None:
        return NeighboursPage(who, tabs, "", "", "", "", (), (), place, 0, None, command("show", who.party_id))
    columns = _columns(found)
    shown = _rows(asked, found, columns)
    return NeighboursPage(
        who, tabs, found.relation, found.direction, found.other, _ranked(found), columns, shown, place,
        found.total - place.last, star(asked.say, found, who, shown), _command(found, who),
    )  # fmt: skip


def _found(asked: Asked, arguments: NeighboursArguments, offset: int, size: int) -> Neighbours:
    relation, direction = arguments.relation or None, arguments.direction or None
    return asked.explorer.neighbours(arguments.party, relation, direction, offset=offset, limit=size)


def _columns(found: Neighbours) -> tuple[Column, ...]:
    if found.relation == "SUPPLIES":
        names: tuple[str, ...] = SUPPLIES
    else:
        every = (*RELATION[str(found.relation)].properties, *other_properties(NODE[found.other]))
        names = tuple(one.name for one in every if one.name not in LEFT_OUT)
    return tuple(Column(name, KINDS.get(name, "text")) for name in names)


def _rows(asked: Asked, found: Neighbours, columns: tuple[Column, ...]) -> tuple[Row, ...]:
    names = names_of(asked, found.other)
    people = whos(found.view, found.other_rows) if found.other == "Party" else None
    return tuple(
        Row(
            people[at] if people else None, Private(row["other_id"]),
            Private("" if people else names.get(row["other_id"], "")),
            "" if people else found_by(found.other, row["other_id"], names),
            tuple(_cell(found, row, column) for column in columns),
        )
        for at, row in enumerate(found.found.to_pylist())
    )  # fmt: skip


def names_of(asked: Asked, label: str) -> Mapping[str, str]:
    """Names of nodes of one kind by their keys; none where that kind has no names."""
    return asked.names(label) if "name" in [one.name for one in NODE[label].properties] else {}


def _cell(found: Neighbours, row: Mapping[str, Any], column: Column) -> Cell:
    own = OWN.get(found.direction, {}) if found.relation == "SUPPLIES" else {}
    value: Cell = row[own.get(column.name, column.name)]
    if column.kind == "money" and value is not None:
        return Money(Decimal(str(value)))
    return value


def found_by(other: str, key: str, names: Mapping[str, str]) -> str:
    """What finds the parties of a grid, an industry or a product; nothing for a value with a blank in it."""
    value = names.get(key, "") if other == "Product" else key
    return f"{FOUND_BY[other]}:{value}" if other in FOUND_BY and value and not any(map(str.isspace, value)) else ""


def _ranked(found: Neighbours) -> str:
    by = RANKED_BY.get(f"{found.relation}_{found.direction}") or RANKED_BY.get(str(found.relation), "b.key")
    name = by.partition(".")[2].partition("_")[0]
    return "date" if name == "start" else name


def _command(found: Neighbours, who: Who) -> str:
    """All rows, not those of this page alone."""
    return command("neighbours", who.party_id, relation=found.relation, direction=found.direction)


def rows(asked: Asked, arguments: NeighboursArguments) -> Download:
    found = _found(asked, arguments, 0, 1)
    who = whos(found.view, [found.row])[0]
    return Download(found.table(), f"neighbours-{who.party_id}-{found.relation}-{found.direction}")


NEIGHBOURS = Page(
    "neighbours", "/party/<id:party>/neighbours", NeighboursArguments, NeighboursPage, neighbours, menu="dig",
    rows=rows,
)  # fmt: skip
