"""Who opens the door: to one prospect, to those of a string, or to some that were named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from explorer.introducing import HOPS, Introducing
from explorer.origins import Origins, of_introductions
from explorer.texts import area
from explorer.ways import Door, Step, Way, barred, door_starts, doors
from graph.algorithms.network import Array
from web.commands import command
from web.page import Asked, Download, Page
from web.pages.chains import parties, width
from web.pages.dig import Prospect, prospects_at
from web.parts import Pager, Private, Who, pager, whos
from web.workbook import lists

SETTINGS = ("introductions", "direction", "tiers", "top", "min_score")
Of = Literal["", "party", "string"]


@dataclass(frozen=True, kw_only=True)
class StringArguments:
    introductions: int | None = None
    direction: str | None = None
    tiers: int | None = None
    top: int | None = None
    min_score: float | None = None
    page: int = 1

    @property
    def settings(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in SETTINGS}


@dataclass(frozen=True, kw_only=True)
class IntroduceArguments(StringArguments):
    """`of`: this party, or those of its string; without a word the party where it is a prospect."""

    party: str
    of: Of = ""


@dataclass(frozen=True, kw_only=True)
class IntroductionsArguments(StringArguments):
    """`prospects`: ids or whole names, one a line; `prospect`: the same, repeated."""

    prospect: tuple[str, ...] = ()
    prospects: str = ""
    string_of: str = ""
    list: Annotated[int, Field(ge=1, le=2**31)] | None = None
    """a list of the person's, whose members are meant but those struck off"""

    @property
    def wanted(self) -> tuple[str, ...]:
        lines = (line.strip() for line in self.prospects.splitlines())
        return tuple(dict.fromkeys([*self.prospect, *filter(None, lines)]))


@dataclass(frozen=True)
class LinkReason:
    """What a hop rests on: the relation in words, and what else is known of it."""

    type: str
    text: Private | str
    """the name of a group tells who its members are"""


@dataclass(frozen=True)
class Link:
    strength: float
    width: int
    reasons: tuple[LinkReason, ...]


@dataclass(frozen=True)
class Introduction:
    """`ends` lead from the introducer to the prospect; `links[i]` from `ends[i]` to the next."""

    source: Who
    kind: str | None
    strength: float
    ends: tuple[Who, ...]
    links: tuple[Link, ...]
    manager: Private | None
    branch: str | None
    load: int
    taken: bool
    is_customer: bool
    customer_since: date | None
    is_referrer: bool
    converted: int
    known: int


@dataclass(frozen=True)
class Opening:
    """One prospect with his introducers, or the nearest one beyond three hops."""

    prospect: Prospect
    rank: int | None
    rank_capped: int | None
    score: float | None
    ways: tuple[Introduction, ...]


@dataclass(frozen=True)
class Answer:
    """Introductions with what the rows do not show."""

    openings: tuple[Opening, ...]
    pager: Pager
    rows: int
    """of its files: one for each introducer of each prospect"""
    prospects: int
    introduced: int
    without: int
    within_six: int
    passed_customers: int
    passed_do_not_contact: int
    cap: int
    hops: int


@dataclass(frozen=True)
class IntroducePage:
    who: Who
    of: Of
    prospect: Prospect
    is_prospect: bool
    as_of: date | None
    silent: int
    """acquaintances of the prospect who asked not to introduce"""
    barred: int
    """acquaintances of the prospect who are not to be contacted"""
    answer: Answer
    command: str


@dataclass(frozen=True)
class IntroductionsPage:
    """`answer` is None where nobody was asked for."""

    wanted: str
    string_of: str
    anchor: Who | None
    cap: int
    direction: str
    answer: Answer | None
    command: str


def introduce(asked: Asked, arguments: IntroduceArguments) -> IntroducePage:
    view = asked.explorer.view()
    who, of, found = _of_party(asked, arguments)
    row = view.resolve(who.party_id)
    silent, stops = barred(found, row)
    return IntroducePage(
        who, of, prospects_at(asked, view, [row])[0], view.standing_word(row) == "prospect", view.as_of, silent,
        stops, _answer(asked, found, arguments.page), command("introduce", **_who(who, of), **arguments.settings),
    )  # fmt: skip


def _of_party(asked: Asked, arguments: IntroduceArguments) -> tuple[Who, Of, Introducing]:
    """The party, whether it or its string is meant, and the introducers."""
    view = asked.explorer.view()
    row = view.resolve(arguments.party)
    who = whos(view, [row])[0]
    alone = view.standing_word(row) == "prospect" or who.role != "core"
    of = arguments.of or ("party" if alone else "string")
    if of == "string":
        return who, of, asked.explorer.introduced(string_of=who.party_id, **arguments.settings)
    return who, of, asked.explorer.introduced((who.party_id,), **arguments.settings)


def _who(who: Who, of: Of) -> dict[str, str]:
    return {"string_of" if of == "string" else "prospect": who.party_id}


def introduce_rows(asked: Asked, arguments: IntroduceArguments) -> Download:
    """The same rows as `explorer introduce` writes, in its order."""
    who, _, found = _of_party(asked, arguments)
    return Download(found.table(), f"introduce-{who.party_id}")


def introduce_origins(asked: Asked, arguments: IntroduceArguments, ticked: Sequence[str]) -> Origins:
    return of_introductions(_of_party(asked, arguments)[-1], ticked)


def introductions(asked: Asked, arguments: IntroductionsArguments) -> IntroductionsPage:
    chosen = asked.explorer.settings.but(arguments.settings)
    cap, direction = chosen.integer("introductions"), chosen.text("direction")
    wanted, anchor = _meant(asked, arguments)
    if not (wanted or anchor):
        return IntroductionsPage("", "", None, cap, direction, None, "")
    meant = {"string_of": anchor.party_id} if anchor else {"prospect": wanted}
    return IntroductionsPage(
        "\n".join(wanted), arguments.string_of, anchor, cap, direction,
        _answer(asked, _of_many(asked, arguments), arguments.page),
        command("introduce", **meant, **arguments.settings),
    )  # fmt: skip


def _meant(asked: Asked, arguments: IntroductionsArguments) -> tuple[tuple[str, ...], Who | None]:
    """The prospects, with those members of the list that are still in the graph; and whose string is meant."""
    view, wanted = asked.explorer.view(), arguments.wanted
    if arguments.list is not None:
        members = lists.entries(asked.workbook, asked.person.name, arguments.list)
        there = [one.party_id for one in members if not one.excluded and view.parties.find(one.party_id) is not None]
        wanted = tuple(dict.fromkeys([*wanted, *there]))
    return wanted, whos(view, [view.resolve(arguments.string_of)])[0] if arguments.string_of.strip() else None


def _of_many(asked: Asked, arguments: IntroductionsArguments) -> Introducing:
    wanted, anchor = _meant(asked, arguments)
    if anchor:
        return asked.explorer.introduced(string_of=anchor.party_id, **arguments.settings)
    return asked.explorer.introduced(wanted, **arguments.settings)


def introductions_rows(asked: Asked, arguments: IntroductionsArguments) -> Download:
    """The same rows as `explorer introduce` writes, in its order."""
    return Download(_of_many(asked, arguments).table(), "introductions")


def introductions_origins(asked: Asked, arguments: IntroductionsArguments, ticked: Sequence[str]) -> Origins:
    return of_introductions(_of_many(asked, arguments), ticked)


def _answer(asked: Asked, found: Introducing, page: int) -> Answer:
    total = len(door_starts(found))
    place, part = pager(total, page, asked.explorer.settings.integer("page_rows"))
    chosen = doors(found, part.start, part.stop)
    return Answer(
        _openings(asked, found, chosen), place, len(found.offers.prospect), len(found.rows), found.introduced,
        found.alone, found.within_reach, *found.passed, found.settings.integer("introductions"), HOPS,
    )  # fmt: skip


def _openings(asked: Asked, found: Introducing, chosen: list[Door]) -> tuple[Opening, ...]:
    view, words = found.view, area("web_words", asked.lang)
    on_the_way = np.array([step for door in chosen for way in door.ways for step in way.path], np.int64)
    known = parties(view, on_the_way)
    sources = np.unique(np.array([way.source for door in chosen for way in door.ways], np.int64))
    facts = _facts(asked, found, sources)
    prospects = prospects_at(asked, view, [door.prospect for door in chosen])

    def told(way: Way) -> Introduction:
        kind, manager, branch = facts[way.source]
        return Introduction(
            known[way.source], kind, way.strength, tuple(known[step] for step in way.path),
            tuple(_link(step, words) for step in way.steps), Private(manager) if manager else None, branch, way.load,
            way.taken, way.is_customer, way.customer_since, way.is_referrer, way.converted, way.known,
        )  # fmt: skip

    return tuple(
        Opening(prospect, door.rank, door.rank_capped, door.score, tuple(map(told, door.ways)))
        for prospect, door in zip(prospects, chosen, strict=True)
    )


def _facts(asked: Asked, found: Introducing, rows: Array) -> dict[int, tuple[str | None, ...]]:
    """Kind, account manager by name, and branch of the parties at some rows."""
    names = asked.names("Manager")
    kind, manager, branch = (
        found.view.parties.take(name, rows).to_pylist() for name in ("kind", "manager_id", "branch")
    )
    called = [names.get(code, code) if code else None for code in manager]
    return dict(zip(rows.tolist(), zip(kind, called, branch, strict=True), strict=True))


def _link(step: Step, words: Any) -> Link:
    """A hop; the first word of a ground is its kind, and is said in the reader's language where it is known."""
    reasons = []
    for ground in step.grounds:
        first, gap, rest = ground.words.partition(" ")
        text = words.get(first, first) + gap + rest
        reasons.append(LinkReason(ground.type, Private(text) if ground.type == "group" else text))
    return Link(round(step.strength, 4), width(step.strength), tuple(reasons))


INTRODUCE = Page(
    "introduce", "/party/<id:party>/introduce", IntroduceArguments, IntroducePage, introduce, menu="introduce",
    rows=introduce_rows, origins=introduce_origins,
)  # fmt: skip
INTRODUCTIONS = Page(
    "introductions", "/introduce", IntroductionsArguments, IntroductionsPage, introductions, menu="introduce",
    rows=introductions_rows, origins=introductions_origins,
)  # fmt: skip
