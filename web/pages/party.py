"""A party: who it is to us, its neighbours counted, its chain as a picture and as a table, one link in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from explorer.chain import FARTHEST, Chain
from explorer.chain_listed import Sort, ordered
from explorer.chain_shown import Choice, Shown
from explorer.surrounding import Fan
from explorer.view import View
from graph.algorithms.network import Direction
from web.commands import command
from web.drawing import Picture
from web.page import Asked, Download, Elsewhere, Page
from web.pages.chain_choice import Expansions, expansions, row_of
from web.pages.chain_fans import Around, Tie, around_of, ties
from web.pages.chain_files import FILES
from web.pages.chain_picture import Clicks, Column, Drawn, columns, draw
from web.pages.chain_question import Question, question
from web.pages.chain_table import TableRow, joined, shown_rows, table_rows
from web.pages.link_panel import LinkPanel, panels
from web.pages.party_header import Count, Header, counts, header
from web.parts import Pager, Who, pager, whos

Tiers = Annotated[int, Field(ge=0, le=FARTHEST)]


@dataclass(frozen=True)
class PartyArguments:
    party: str
    view: Literal["chain", "table", "neighbours"] = "chain"
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
class PartyPage:
    """`picture` is None where the table stands alone: wanted so, or both sides are `crowded`, with more partners than
    a picture holds. `around` is what was expanded beyond the chain, `ties` those of the picked party.
    """

    who: Who
    header: Header
    counts: tuple[Count, ...]
    crowded: tuple[Direction, ...]
    hub: int
    most: int
    """neighbours that one expansion draws at most"""
    up: int
    down: int
    columns: tuple[Column, ...]
    picture: Picture | None
    clicks: Clicks
    side_links: int
    picked: Who | None
    seen: bool
    """whether the picked party has a box"""
    links: tuple[LinkPanel, ...]
    ties: tuple[Tie, ...]
    around: tuple[Around, ...]
    question: Question | None
    tab: Direction
    tier: int | None
    sort: Sort
    totals: dict[str, int]
    at_least: dict[str, bool]
    table: tuple[TableRow, ...]
    drawn: tuple[TableRow, ...]
    """a row for every box of the chain: what its files list"""
    pager: Pager
    command: str


@dataclass(frozen=True)
class Sight:
    """What a page shows of a chain; `shown` is None where there is no picture."""

    chain: Chain
    pick: int | None
    expanded: Expansions
    shown: Shown | None
    fans: tuple[Fan, ...]


def party(asked: Asked, arguments: PartyArguments) -> PartyPage:
    if arguments.view == "neighbours":
        raise Elsewhere("neighbours", party=arguments.party)
    facts = asked.explorer.party(arguments.party)
    sight = _sight(asked, arguments, facts.party_id)
    chain, shown, pick, view = sight.chain, sight.shown, sight.pick, sight.chain.view
    tab = _tab(arguments, chain, shown, pick)
    side = joined(chain, tab, shown)
    at = ordered(
        chain, side, arguments.tier, prospects_only=arguments.only == "prospects", sort=arguments.sort
    )  # fmt: skip
    settings = asked.explorer.settings.but(
        {"page_rows": arguments.page_rows, "view_expand": arguments.view_expand}
    )  # fmt: skip
    place, rows = pager(len(at), arguments.page, settings.integer("page_rows"))
    drawn = _drawn(asked, arguments, sight)
    links = panels(asked, chain, shown, pick, (arguments.supplier, arguments.buyer))
    return PartyPage(
        who=whos(view, [chain.party])[0], header=header(asked, facts),
        counts=counts(view, chain.party, facts.neighbours), crowded=chain.crowded, hub=chain.hub,
        most=settings.integer("view_expand"),
        up=arguments.up, down=arguments.down, columns=columns(chain),
        picture=drawn.picture if drawn else None, clicks=drawn.clicks if drawn else {},
        side_links=shown.side_links if shown else 0, picked=None if pick is None else whos(view, [pick])[0],
        seen=bool(drawn and any(box.picked for box in drawn.picture.boxes)), links=links,
        ties=ties(chain, sight.fans, pick), around=around_of(asked, chain, sight.fans),
        question=question(
            asked, chain, shown, sight.fans, _asked_about(sight, arguments), arguments.expand,
            settings.integer("view_expand"),
        ),
        tab=tab, tier=arguments.tier, sort=arguments.sort,
        totals={one.direction: len(joined(chain, one.direction, shown).party) for one in chain.sides},
        at_least={one.direction: not one.whole for one in chain.sides},
        table=table_rows(chain, side, at[rows], pick),
        drawn=shown_rows(chain, shown, pick) if shown else (), pager=place,
        command="\n".join(_commands(sight, arguments)),
    )  # fmt: skip


def _asked_about(sight: Sight, arguments: PartyArguments) -> int | None:
    """Whose neighbours are counted: this party's, where it trades with nobody and so has no chain to look at."""
    alone = not arguments.expand and not any(one.total for one in columns(sight.chain))
    return sight.chain.party if alone and not arguments.ask else row_of(sight.chain.view, arguments.ask)


def _sight(asked: Asked, arguments: PartyArguments, identity: str) -> Sight:
    explorer = asked.explorer
    chain = explorer.chain(identity, up=arguments.up, down=arguments.down, view_hub=arguments.view_hub)
    view, pick = chain.view, row_of(chain.view, arguments.pick)
    expanded = expansions(view, arguments.expand)
    if arguments.view == "table" or len(chain.crowded) == 2:
        return Sight(chain, pick, expanded, None, ())
    wanted = explorer.settings.but({"view_nodes": arguments.view_nodes, "view_expand": arguments.view_expand})
    dismissed = tuple(row for row in (row_of(view, one) for one in arguments.dismiss) if row is not None)
    choice = Choice(
        expanded.chain, dismissed, pick, arguments.only == "prospects", arguments.group == "leaves",
        wanted.integer("view_nodes"), wanted.integer("view_expand"),
    )  # fmt: skip
    shown = explorer.chain_shown(chain, choice)
    return Sight(chain, pick, expanded, shown, explorer.surroundings(chain, shown, expanded.wishes, choice))


def _drawn(asked: Asked, arguments: PartyArguments, sight: Sight) -> Drawn | None:
    if sight.shown is None:
        return None
    return draw(
        asked, sight.chain, sight.shown, sight.fans, pick=sight.pick, side_links=bool(arguments.side),
        expand=arguments.expand, last=sight.expanded.last,
    )  # fmt: skip


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


def _commands(sight: Sight, arguments: PartyArguments) -> Iterator[str]:
    """The party's facts, the rows that the table lists, what was expanded, and how the picked party hangs on it."""
    chain, view = sight.chain, sight.chain.view
    own = _id(view, chain.party)
    yield command("show", own)
    yield command(
        "chain", own, up=str(arguments.up), down=str(arguments.down), direction=arguments.tab, tier=arguments.tier,
        prospects_only=arguments.only == "prospects", view_hub=arguments.view_hub,
    )  # fmt: skip
    for branch in sight.shown.branches if sight.shown else ():
        if branch.party in sight.expanded.chain:
            towards = "in" if branch.direction == "upstream" else "out"
            yield command("neighbours", _id(view, branch.party), relation="SUPPLIES", direction=towards)
    for fan in sight.fans:
        wish = fan.wish
        yield command("neighbours", _id(view, wish.party), relation=wish.relation, direction=wish.direction)
    if sight.pick is not None and sight.pick != chain.party:
        yield command("show", _id(view, sight.pick), **{"from": own})


def _id(view: View, row: int) -> str:
    return whos(view, [row])[0].party_id


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
