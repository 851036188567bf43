"""Circles to work and risk units: how far each is won, what its members share, whom to ask; and one's members."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

import numpy as np
import pyarrow.compute as pc

from explorer.gathering import RISKS
from explorer.texts import area
from graph.algorithms.network import Array
from web.commands import command
from web.page import Asked, Download, Page
from web.pages.chains import parties
from web.parts import Money, Pager, Private, Who, pager

Kind = Literal["community", "group", "grid", "guarantee", "ownership"]
NAMED = ("group", "grid")
"""Kinds whose names and ids are their own; circles of the others are called after a party."""
SORTS = ("name", "members", "customers", "penetration", "prospects", "cores_touched", "lift", "expected_customers",
         "links", "cycles", "loan_amount", "guarantees_inside", "guarantees_outside")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CirclesArguments:
    kind: Kind = "community"
    sort: str = ""
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class CircleArguments:
    kind: Kind
    circle: str
    page: int = 1


@dataclass(frozen=True)
class Shared:
    """What members have in common, `lift` times as often as all parties; `p_value` is the chance of that by luck."""

    attribute: str
    text: Private | str
    """a group or an address tells who its members are"""
    lift: float
    p_value: float


@dataclass(frozen=True)
class CircleRow:
    """`who` names the circle where it is called after a party, else `name`; a group's tells who its members are.

    Of risk units only the last fields say anything.
    """

    circle_id: str
    who: Who | None
    name: Private | str | None
    members: int
    customers: int
    penetration: float | None = None
    prospects: int | None = None
    cores_touched: int | None = None
    shared: Shared | None = None
    referrer: Who | None = None
    expected: float | None = None
    links: int | None = None
    cycles: int | None = None
    cycles_cut: bool = False
    loans: int | None = None
    loan_amount: Money | None = None
    guarantees_inside: Money | None = None
    guarantees_outside: Money | None = None


@dataclass(frozen=True)
class CirclesPage:
    kind: Kind
    kinds: tuple[Kind, ...]
    risk: bool
    total: int
    alone: int
    rows: tuple[CircleRow, ...]
    pager: Pager
    sort: str
    command: str


@dataclass(frozen=True)
class Tie:
    """A link to another member: what it rests on, and how strong it is."""

    who: Who
    types: tuple[str, ...]
    strength: float


@dataclass(frozen=True)
class Member:
    who: Who
    role: str | None
    """in the group, as loaded"""
    kind: str | None
    industry: str | None
    grid: str | None
    expected: float | None
    links: int
    ties: tuple[Tie, ...]


@dataclass(frozen=True)
class CirclePage:
    kind: Kind
    risk: bool
    circle: CircleRow
    members: tuple[Member, ...]
    pager: Pager
    command: str


def circles(asked: Asked, arguments: CirclesArguments) -> CirclesPage:
    """Raises StoreError where the load is older than bonds are."""
    kind = arguments.kind
    answer, table = asked.explorer.circle_table(kind)
    sort = arguments.sort or ("-members" if kind in RISKS else "-prospects")
    order = _order(table, sort)
    place, part = pager(len(order), arguments.page, asked.explorer.settings.integer("page_rows"))
    return CirclesPage(
        kind, get_args(Kind), kind in RISKS, len(order), answer.alone[kind],
        _rows(asked, kind, table.take(order[part])), place, sort, command("circles", kind=kind),
    )  # fmt: skip


def _order(table: Any, sort: str) -> Array:
    """Places of the rows; empty cells last, equals as they are exported."""
    name = sort.lstrip("-")
    if name not in SORTS or name not in table.column_names:
        return np.arange(len(table))
    down = "descending" if sort.startswith("-") else "ascending"
    indexed = table.select([name]).append_column("at", [np.arange(len(table))])
    return np.asarray(pc.sort_indices(indexed, [(name, down), ("at", "ascending")]))


def _rows(asked: Asked, kind: Kind, table: Any) -> tuple[CircleRow, ...]:
    view = asked.explorer.view()
    rows = table.to_pylist()
    best = [row.get("best_referrer_id") for row in rows]
    places = {one: view.resolve(one) for one in {*filter(None, best)}}
    known = parties(view, list(places.values()))
    return tuple(
        _row(asked, kind, row, known[places[who]] if who else None) for row, who in zip(rows, best, strict=True)
    )


def _row(asked: Asked, kind: Kind, row: dict[str, Any], referrer: Who | None) -> CircleRow:
    who = None if kind in NAMED else Who(row["circle_id"], row["name"], "prospect")
    name = row["name"] or row["circle_id"]
    own = None if who else Private(name) if kind == "group" else name
    common = (row["circle_id"], who, own, row["members"], row["customers"])
    if kind in RISKS:
        loans, inside, outside = (
            Money(_units(row[name])) for name in ("loan_amount", "guarantees_inside", "guarantees_outside")
        )
        return CircleRow(
            *common, links=row["links"], cycles=row["cycles"], cycles_cut=bool(row["cycles_cut"]), loans=row["loans"],
            loan_amount=loans, guarantees_inside=inside, guarantees_outside=outside,
        )  # fmt: skip
    return CircleRow(
        *common, row["penetration"], row["prospects"], row["cores_touched"], _shared(asked, row), referrer,
        row["expected_customers"],
    )  # fmt: skip


def _units(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(int(cents)).scaleb(-2)


def _shared(asked: Asked, row: dict[str, Any]) -> Shared | None:
    """`industry:0740` in words; a group's id stands before its name."""
    if not row["shared"]:
        return None
    attribute, _, value = row["shared"].partition(":")
    if attribute in ("industry", "product"):
        value = asked.names(attribute.capitalize()).get(value, value)
    elif attribute == "group":
        value = value.partition(" ")[2] or value
    text = Private(value) if attribute in ("group", "address") else value
    return Shared(attribute, text, row["lift"], row["p_value"])


def circles_rows(asked: Asked, arguments: CirclesArguments) -> Download:
    """The same rows as `explorer circles --kind` writes, in its order."""
    return Download(asked.explorer.circle_rows(arguments.kind), f"circles-{arguments.kind}")


def circle(asked: Asked, arguments: CircleArguments) -> CirclePage:
    """Raises InputError where no circle of the kind has that id."""
    kind = arguments.kind
    _, table = asked.explorer.circle_table(kind)
    found = asked.explorer.member_table(kind, arguments.circle)
    place, part = pager(len(found), arguments.page, asked.explorer.settings.integer("page_rows"))
    row = table.filter(pc.equal(table["circle_id"], arguments.circle))
    members = _members(asked, found.slice(part.start, part.stop - part.start))
    return CirclePage(
        kind, kind in RISKS, _rows(asked, kind, row)[0], members, place,
        command("circles", kind=kind, circle=arguments.circle),
    )  # fmt: skip


def _members(asked: Asked, table: Any) -> tuple[Member, ...]:
    view, rows = asked.explorer.view(), table.to_pylist()
    ids = [one for row in rows for one in (row["party_id"], *(row[f"link_{i}_id"] for i in (1, 2, 3))) if one]
    places = {one: view.resolve(one) for one in dict.fromkeys(ids)}
    known = parties(view, list(places.values()))
    industries, words = asked.names("Industry"), area("web_words", asked.lang)

    def ties(row: dict[str, Any]) -> tuple[Tie, ...]:
        linked = (i for i in (1, 2, 3) if row[f"link_{i}_id"])
        return tuple(
            Tie(known[places[row[f"link_{i}_id"]]],
                tuple(words.get(type_, type_) for type_ in (row[f"link_{i}_types"] or "").split(";") if type_),
                row[f"link_{i}_strength"])
            for i in linked
        )  # fmt: skip

    return tuple(
        Member(
            known[places[row["party_id"]]], row["role"], row["kind"],
            industries.get(row["industry"], row["industry"]) if row["industry"] else None, row["grid"],
            row["expected_customers"], row["links"], ties(row),
        )
        for row in rows
    )  # fmt: skip


def circle_rows(asked: Asked, arguments: CircleArguments) -> Download:
    """The same rows as `explorer circles --circle` writes, in its order."""
    return Download(asked.explorer.member_rows(arguments.kind, arguments.circle), f"circle-{arguments.circle}")


CIRCLES = Page("circles", "/circles", CirclesArguments, CirclesPage, circles, menu="circles", rows=circles_rows)
CIRCLE = Page(
    "circle", "/circles/<kind>/<id:circle>", CircleArguments,
    CirclePage, circle, menu="circles", rows=circle_rows,
)  # fmt: skip
