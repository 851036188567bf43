"""A party: who it is to us, its neighbours counted, its chain as a picture and as a table, one link in full."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from explorer.chain import FARTHEST, Chain
from explorer.chain_shown import Choice, Shown
from explorer.party import NeighbourCount, Party
from explorer.view import View
from graph.algorithms.network import CUSTOMER, Direction
from web.drawing import Picture
from web.page import Asked, Download, Page
from web.pages.chain_files import FILES
from web.pages.chain_picture import Clicks, Column, columns, draw
from web.pages.chain_table import Sort, TableRow, joined, ordered, shown_rows, table_rows
from web.pages.link_panel import LinkPanel, panels
from web.parts import Money, Pager, Private, Who, pager, whos

Tiers = Annotated[int, Field(ge=0, le=FARTHEST)]
FACTS = ("kind", "industry", "product", "region", "grid", "branch", "manager_id", "value", "phone", "address")
PRIVATE = ("phone", "address")
CODED = {"industry": "Industry", "product": "Product", "manager_id": "Manager"}
"""Facts that are codes, and the nodes that they name."""
ROLES = ("is_supplier", "is_distributor", "is_retailer", "is_referrer", "no_introductions")


@dataclass(frozen=True)
class PartyArguments:
    party: str
    view: Literal["chain", "table"] = "chain"
    up: Tiers = 2
    down: Tiers = 2
    pick: str = ""
    supplier: str = ""
    buyer: str = ""
    ask: str = ""
    expand: tuple[str, ...] = ()
    dismiss: tuple[str, ...] = ()
    only: Literal["", "prospects"] = ""
    group: Literal["", "leaves"] = ""
    side: Literal["", "1"] = ""
    tab: Direction | None = None
    tier: Annotated[int, Field(ge=1, le=99)] | None = None
    sort: Sort = "-score"
    page: Annotated[int, Field(ge=1, le=1_000_000_000)] = 1
    view_nodes: int | None = None
    view_hub: int | None = None
    view_expand: int | None = None
    page_rows: int | None = None


@dataclass(frozen=True)
class Fact:
    name: str
    value: str | Money | Private


@dataclass(frozen=True)
class Header:
    customer: bool
    roles: tuple[str, ...]
    customer_since: str | None
    credit_grade: str | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Count:
    """Neighbours of one relation; `ours` are customers among them, known for supply alone."""

    relation: str
    direction: str
    other: str
    count: int
    ours: int | None


@dataclass(frozen=True)
class Question:
    """A box whose count was clicked: its neighbours by relation, and how many expanding it would add."""

    who: Who
    direction: Direction
    counts: tuple[Count, ...]
    extra: int
    added: int
    hub: bool
    expanded: bool


@dataclass(frozen=True)
class PartyPage:
    """`picture` is None where the table stands alone: wanted so, or `crowded`, more partners than a picture holds."""

    who: Who
    header: Header
    counts: tuple[Count, ...]
    crowded: bool
    hub: int
    up: int
    down: int
    columns: tuple[Column, ...]
    picture: Picture | None
    clicks: Clicks
    side_links: int
    picked: Who | None
    links: tuple[LinkPanel, ...]
    question: Question | None
    tab: Direction
    tier: int | None
    sort: Sort
    totals: dict[str, int]
    at_least: dict[str, bool]
    table: tuple[TableRow, ...]
    drawn: tuple[TableRow, ...]
    """a row for every box of the picture: what its files list"""
    pager: Pager
    command: str


def party(asked: Asked, arguments: PartyArguments) -> PartyPage:
    explorer = asked.explorer
    view = explorer.view()
    facts = explorer.party(arguments.party)
    chain = explorer.chain(facts.party_id, up=arguments.up, down=arguments.down, view_hub=arguments.view_hub)
    pick = _row(view, arguments.pick)
    shown = _shown(asked, arguments, chain, pick)
    tab = _tab(arguments, chain, shown, pick)
    side = joined(chain, tab, shown)
    only = arguments.only == "prospects"
    at = ordered(chain, side, arguments.tier, prospects_only=only, sort=arguments.sort)
    settings = explorer.settings.but({"page_rows": arguments.page_rows})
    place, rows = pager(len(at), arguments.page, settings.integer("page_rows"))
    drawn = draw(
        asked, chain, shown, pick=pick, side_links=bool(arguments.side), expand=arguments.expand
    ) if shown else None  # fmt: skip
    return PartyPage(
        who=whos(view, [chain.party])[0], header=_header(asked, facts),
        counts=_counts(view, chain.party, facts.neighbours), crowded=chain.crowded, hub=chain.hub,
        up=arguments.up, down=arguments.down, columns=columns(chain),
        picture=drawn.picture if drawn else None, clicks=drawn.clicks if drawn else {},
        side_links=shown.side_links if shown else 0, picked=None if pick is None else whos(view, [pick])[0],
        links=panels(asked, chain, shown, pick, (arguments.supplier, arguments.buyer)),
        question=_question(asked, arguments, chain, shown),
        tab=tab, tier=arguments.tier, sort=arguments.sort,
        totals={one.direction: len(joined(chain, one.direction, shown).party) for one in chain.sides},
        at_least={one.direction: not one.whole for one in chain.sides},
        table=table_rows(chain, side, at[rows], pick),
        drawn=shown_rows(chain, shown, pick) if shown else (), pager=place,
        command=_command(view, chain, pick, arguments),
    )  # fmt: skip


def _row(view: View, identity: str) -> int | None:
    """The row of a party that an older address names; None for one that is no longer there."""
    return view.parties.find(identity.strip()) if identity.strip() else None


def _shown(asked: Asked, arguments: PartyArguments, chain: Chain, pick: int | None) -> Shown | None:
    if chain.crowded or arguments.view == "table":
        return None
    view, settings = chain.view, asked.explorer.settings
    wanted = settings.but({"view_nodes": arguments.view_nodes, "view_expand": arguments.view_expand})
    expand, dismiss = (
        tuple(row for row in (_row(view, one) for one in names) if row is not None)
        for names in (arguments.expand, arguments.dismiss)
    )
    choice = Choice(
        expand, dismiss, pick, arguments.only == "prospects", arguments.group == "leaves",
        wanted.integer("view_nodes"), wanted.integer("view_expand"),
    )  # fmt: skip
    return asked.explorer.chain_shown(chain, choice)


def _tab(arguments: PartyArguments, chain: Chain, shown: Shown | None, pick: int | None) -> Direction:
    """The side that was asked for, else the picked party's, else the first that has parties."""
    if arguments.tab:
        return arguments.tab
    boxes = shown.of(pick) if shown and pick is not None else []
    if boxes:
        return min(boxes, key=lambda one: one.cost).direction
    if pick is not None and chain.upstream.at(pick) is None and chain.downstream.at(pick) is not None:
        return "downstream"
    return "upstream" if len(chain.upstream.party) or not len(chain.downstream.party) else "downstream"


def _header(asked: Asked, party: Party) -> Header:
    known = party.facts
    facts = tuple(Fact(name, _fact(asked, name, known[name])) for name in FACTS if name in known)
    roles = tuple(name for name in ROLES if known.get(name))
    since = known.get("customer_since")
    return Header(
        bool(known.get("is_customer")), roles, str(since) if since else None, known.get("credit_grade"), facts
    )


def _fact(asked: Asked, name: str, value: object) -> str | Money | Private:
    if name in PRIVATE:
        return Private(str(value))
    if name in CODED:
        called = asked.names(CODED[name]).get(str(value))
        text = f"{called} ({value})" if called else str(value)
        return Private(text) if name == "manager_id" else text
    return Money(Decimal(str(value))) if name == "value" else str(value)


def _counts(view: View, row: int, neighbours: tuple[NeighbourCount, ...]) -> tuple[Count, ...]:
    """Suppliers and buyers first, the rest in the order of the model."""
    supply = ("in", "out")
    ranked = sorted(
        neighbours, key=lambda one: supply.index(one.direction) if one.relation == "SUPPLIES" else len(supply)
    )
    return tuple(Count(one.relation, one.direction, one.other, one.count, _ours(view, row, one)) for one in ranked)


def _ours(view: View, row: int, count: NeighbourCount) -> int | None:
    """How many of a party's suppliers or buyers are customers of ours."""
    if count.relation != "SUPPLIES":
        return None
    ptr, packed = view.graph.rows("downstream" if count.direction == "out" else "upstream")
    return int((view.standing[packed[ptr[row] : ptr[row + 1]] & 0xFFFFFFFF] == CUSTOMER).sum())


def _question(asked: Asked, arguments: PartyArguments, chain: Chain, shown: Shown | None) -> Question | None:
    row = _row(chain.view, arguments.ask)
    boxes = shown.of(row) if shown and row is not None else []
    if row is None or not boxes:
        return None
    box = boxes[0]
    most = asked.explorer.settings.but({"view_expand": arguments.view_expand}).integer("view_expand")
    who = whos(chain.view, [row])[0]
    counts = _counts(chain.view, row, asked.explorer.party(who.party_id).neighbours)
    expanded = who.party_id in arguments.expand
    return Question(who, box.direction, counts, box.extra, min(most, box.extra), box.hub, expanded)


def _command(view: View, chain: Chain, pick: int | None, arguments: PartyArguments) -> str:
    """The party's facts, the prospects of its chain, and how the picked party hangs on it."""
    ids = view.parties.take("party_id", np.array([chain.party, chain.party if pick is None else pick])).to_pylist()
    own = shlex.quote(ids[0])
    lines = [f"explorer show {own}"]
    for direction, tiers in (("upstream", arguments.up), ("downstream", arguments.down)):
        if tiers:
            lines.append(f"explorer dig --anchor {own} --direction {direction} --tiers {tiers}")
    if pick is not None and pick != chain.party:
        lines.append(f"explorer show {shlex.quote(ids[1])} --from {own}")
    return "\n".join(lines)


def rows(asked: Asked, arguments: PartyArguments) -> Download:
    """The rows that the table lists on all its pages; of both sides where no tab was chosen."""
    chain = asked.explorer.chain(arguments.party, up=arguments.up, down=arguments.down, view_hub=arguments.view_hub)
    only = arguments.only == "prospects"
    sides = [
        side.take(ordered(chain, side, arguments.tier, prospects_only=only, sort=arguments.sort))
        for side in chain.sides
        if arguments.tab in (None, side.direction)
    ]
    return Download(chain.table(sides), f"chain-{whos(chain.view, [chain.party])[0].party_id}")


PARTY = Page(
    "party", "/party/<id:party>", PartyArguments, PartyPage, party, menu="dig", rows=rows, files=FILES
)  # fmt: skip
