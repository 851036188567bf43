"""Paths between two parties: both ends, which relations count, and each path hop by hop with what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from explorer.acquaintance import TYPES
from explorer.errors import AmbiguousName, InputError, UnknownParty
from explorer.grounds import Ground
from explorer.pathing import Path, PathsFound
from explorer.view import View
from web.commands import command
from web.drawing import Picture
from web.page import Asked, Download, File, Page
from web.pages.path_picture import draw
from web.parts import Money, Private, Who, whos
from web.svg import svg

CANDIDATES = 8
Type = Literal["tie", "referral", "ownership", "guarantee", "trade", "group"]


@dataclass(frozen=True)
class PathArguments:
    start: str = ""
    end: str = ""
    relation: tuple[Type, ...] = ()
    along_goods: bool = False
    path_hops: int | None = None
    paths: int | None = None


@dataclass(frozen=True)
class Candidate:
    who: Who
    region: str | None


@dataclass(frozen=True)
class End:
    """One end: the party, or else what was given for it, why that is none, and who may be meant."""

    who: Who | None
    given: str = ""
    problem: str = ""
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Reason:
    """One relation of a hop. `forward`: it points the way that the path goes; `kind` is a word, or a group's name."""

    type: str
    forward: bool
    kind: Private | str | None
    day: date | None
    source: str | None
    share: float | None
    amount: Money | None


@dataclass(frozen=True)
class Hop:
    """From one party of a path to the next; `width` 1 to 5 by strength, the words by the strongest relation."""

    start: Who
    end: Who
    strength: float
    width: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Way:
    number: int
    strength: float
    hops: tuple[Hop, ...]


@dataclass(frozen=True)
class PathPage:
    """`ways` are None until both ends are parties; `cut` says that there are more of them."""

    start: End
    end: End
    same: bool
    relations: Mapping[str, bool]
    along_goods: bool
    path_hops: int
    paths: int
    ways: tuple[Way, ...] | None
    cut: bool
    rows: int
    """of the export: one a hop"""
    picture: Picture | None
    left_out: int
    """paths that the picture has no room for"""
    command: str


def path(asked: Asked, arguments: PathArguments) -> PathPage:
    chosen = asked.explorer.settings.but({"path_hops": arguments.path_hops, "paths": arguments.paths})
    ends = _end(asked, arguments.start), _end(asked, arguments.end)
    ids = [end.who.party_id for end in ends if end.who]
    same = len(ids) == 2 and ids[0] == ids[1]
    found = _found(asked, arguments) if len(set(ids)) == 2 else None
    ways = None if found is None else _ways(found.view, found)
    drawn = None if found is None else draw(asked.say, found)
    some = not arguments.relation
    return PathPage(
        start=ends[0], end=ends[1], same=same,
        relations={one: some or one in arguments.relation for one in TYPES}, along_goods=arguments.along_goods,
        path_hops=chosen.integer("path_hops"), paths=chosen.integer("paths"), ways=ways,
        cut=found is not None and found.cut, rows=sum(len(way.hops) for way in ways or ()),
        picture=drawn.picture if drawn else None, left_out=drawn.left_out if drawn else 0,
        command=_command(ids, arguments) if found is not None else "",
    )  # fmt: skip


def _found(asked: Asked, arguments: PathArguments) -> PathsFound:
    return asked.explorer.path(
        arguments.start, arguments.end, relations=arguments.relation, along_goods=arguments.along_goods,
        path_hops=arguments.path_hops, paths=arguments.paths,
    )  # fmt: skip


def _end(asked: Asked, given: str) -> End:
    view, text = asked.explorer.view(), given.strip()
    if not text:
        return End(None)
    try:
        return End(whos(view, [view.resolve(text)])[0])
    except (UnknownParty, AmbiguousName) as error:
        rows = np.asarray(asked.explorer.find(text, limit=CANDIDATES).rows)
        regions = view.parties.take("region", rows).to_pylist()
        problem = "several" if isinstance(error, AmbiguousName) else "unknown"
        return End(None, text, problem, tuple(map(Candidate, whos(view, rows), regions)))


def _ways(view: View, found: PathsFound) -> tuple[Way, ...]:
    rows = sorted({row for path in found.paths for hop in path.hops for row in (hop.start, hop.end)})
    known = dict(zip(rows, whos(view, rows), strict=True))
    return tuple(Way(number, one.strength, _hops(one, known)) for number, one in enumerate(found.paths, 1))


def _hops(path: Path, known: Mapping[int, Who]) -> tuple[Hop, ...]:
    return tuple(
        Hop(
            known[hop.start], known[hop.end], hop.strength, width(hop.strength),
            tuple(_reason(ground, hop.start) for ground in hop.grounds),
        )
        for hop in path.hops
    )  # fmt: skip


def width(strength: float) -> int:
    return 1 + round(4 * min(strength, 1.0))


def _reason(ground: Ground, start: int) -> Reason:
    amount = None if ground.amount is None else Money(ground.amount)
    kind = Private(ground.kind or "") if ground.type == "group" else ground.kind
    return Reason(
        ground.type, ground.start == start, kind, ground.date, ground.source, ground.share, amount
    )  # fmt: skip


def _command(ids: Sequence[str], arguments: PathArguments) -> str:
    return command(
        "path", *ids, relation=tuple(arguments.relation), along_goods=arguments.along_goods,
        hops=arguments.path_hops, paths=arguments.paths,
    )  # fmt: skip


def rows(asked: Asked, arguments: PathArguments) -> Download:
    found = _found(asked, arguments)
    start, end = whos(found.view, [found.start, found.end])
    return Download(found.table(), f"path-{start.party_id}-{end.party_id}")


def picture_svg(_: Asked, page: PathPage) -> File:
    if page.picture is None or not (page.start.who and page.end.who):
        raise InputError("no_picture")
    name = "path" if page.start.who.hidden else f"path-{page.start.who.party_id}-{page.end.who.party_id}"
    return File(svg(page.picture, alone=True).encode(), "image/svg+xml", name)


PATH = Page(
    "path", "/path", PathArguments, PathPage, path, menu="introduce", rows=rows, files={"picture.svg": picture_svg}
)  # fmt: skip
