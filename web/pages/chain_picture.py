"""The picture of a chain: suppliers to the left, buyers to the right, and what a click on each part changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from explorer.chain import Chain
from explorer.chain_shown import Branch, Shown
from graph.algorithms.network import DIRECTIONS, Direction
from web.drawing import Box, Head, Line, Picture
from web.layout import Hung, Place, head, place
from web.page import Asked
from web.parts import Who, whos

SIDE: dict[Direction, int] = {"upstream": -1, "downstream": 1}
CERTAIN = 0.5
"""Confidence below which a line is dashed."""

Key = tuple[int, Direction] | str
Clicks = dict[str, dict[str, Any]]
"""What a click on a box, a count or a line changes in the address."""


@dataclass(frozen=True)
class Column:
    """One tier of one side: how many parties, a lower bound where `at_least`."""

    direction: Direction
    tier: int
    total: int
    at_least: bool


def columns(chain: Chain) -> tuple[Column, ...]:
    """From left to right."""
    of = {
        side.direction: [
            Column(side.direction, tier, total, not side.whole) for tier, total in enumerate(side.totals, 1)
        ]
        for side in chain.sides
    }
    return (*reversed(of["upstream"]), *of["downstream"])


@dataclass(frozen=True)
class Drawn:
    """A picture with what its parts are: boxes by their keys, of the middle and of every branch."""

    picture: Picture
    clicks: Clicks


def draw(
    asked: Asked, chain: Chain, shown: Shown, *, pick: int | None, side_links: bool, expand: Sequence[str]
) -> Drawn:
    """The picture of what is shown; with `side_links` also the links of the picked party that are on no walk."""
    keys: dict[Key, str] = {"middle": "b0"} | {_key(one): f"b{n}" for n, one in enumerate(shown.branches, 1)}
    feet = [SIDE[direction] * tier for (direction, tier), left in shown.left.items() if left > 0]
    places = place("middle", [_hung(chain, one) for one in shown.branches], feet)
    lit = shown.through(pick) if pick is not None else set()
    names = whos(chain.view, [chain.party, *(max(one.party, 0) for one in shown.branches)])
    ids = {chain.party: names[0].party_id} | {
        one.party: who.party_id for one, who in zip(shown.branches, names[1:], strict=True) if one.party >= 0
    }
    times = Counter(one.party for one in shown.branches if one.party >= 0)
    boxes = [Box("b0", 0, 0, names[0], picked=bool(lit))]
    clicks: Clicks = {"b0": {"pick": None, "ask": None, "supplier": None, "buyer": None}}
    for branch, who in zip(shown.branches, names[1:], strict=True):
        box = _box(asked, branch, who, places[_key(branch)], keys[_key(branch)])
        on = _key(branch) in lit
        boxes.append(replace(box, both=times[branch.party] > 1, picked=on, dim=bool(lit) and not on))
        clicks |= _clicks(ids[branch.parent], branch, who, box.key, expand)
    for (direction, tier), left in shown.left.items():
        if left > 0 and (spot := places.get(("foot", SIDE[direction] * tier))):
            key = f"f{spot.column}"
            text = asked.say(
                "web_party.left_at_least" if not chain.side(direction).whole else "web_party.left", count=left
            )
            boxes.append(Box(key, spot.x, spot.y, None, text, dim=bool(lit)))
            clicks[key] = {"view": "table", "tab": direction, "tier": tier}
    lines = [_line(asked, branch, keys, n, lit) for n, branch in enumerate(shown.branches)]
    for n, branch in enumerate(shown.branches):
        if branch.party >= 0:
            clicks[f"l{n}"] = _ends(ids[branch.party], ids[branch.parent], branch.direction)
    if side_links:
        lines += _beside(shown, keys, chain)
    return Drawn(
        Picture(label(asked, chain), tuple(boxes), tuple(lines), tuple(_heads(asked, chain, places))), clicks
    )


def _key(branch: Branch) -> tuple[int, Direction]:
    """Boxes of folded leaves have no party; there is one for each parent."""
    return (branch.party if branch.party >= 0 else -1 - branch.parent, branch.direction)


def _hung(chain: Chain, branch: Branch) -> Hung:
    parent = "middle" if branch.parent == chain.party else (branch.parent, branch.direction)
    return Hung(_key(branch), SIDE[branch.direction], parent)


def _box(asked: Asked, branch: Branch, who: Who, spot: Place, key: str) -> Box:
    outward = SIDE[branch.direction]
    if branch.folded:
        return Box(key, spot.x, spot.y, None, asked.say("web_party.folded", count=branch.folded), outward=outward)
    return Box(key, spot.x, spot.y, who, extra=branch.extra, outward=outward)


def _clicks(parent: str, branch: Branch, who: Who, key: str, expand: Sequence[str]) -> Clicks:
    if branch.folded:
        return {key: {"expand": [*expand, parent]}}
    found: Clicks = {key: {"pick": who.party_id, "ask": None, "supplier": None, "buyer": None}}
    if branch.extra:
        found[f"{key}:+"] = {"ask": who.party_id}
    return found


def _ends(far: str, near: str, direction: Direction) -> dict[str, Any]:
    supplier, buyer = (far, near) if direction == "upstream" else (near, far)
    return {"supplier": supplier, "buyer": buyer, "pick": far, "ask": None}


def _line(asked: Asked, branch: Branch, keys: dict[Key, str], number: int, lit: set[tuple[int, Direction]]) -> Line:
    far, near = keys[_key(branch)], keys.get((branch.parent, branch.direction), "b0")
    start, end = (far, near) if branch.direction == "upstream" else (near, far)
    on = _key(branch) in lit
    return Line(
        f"l{number}", start, end, branch.strength, branch.confidence < CERTAIN, on, bool(lit) and not on,
        asked.say("web_party.line", strength=f"{branch.strength:.2f}"),
    )  # fmt: skip


def _beside(shown: Shown, keys: dict[Key, str], chain: Chain) -> list[Line]:
    def box(party: int) -> str | None:
        if party == chain.party:
            return "b0"
        return next((keys[party, direction] for direction in DIRECTIONS if (party, direction) in keys), None)

    ends = [(box(supplier), box(buyer), strength) for supplier, buyer, strength in shown.beside]
    return [
        Line(f"s{n}", start, end, strength) for n, (start, end, strength) in enumerate(ends) if start and end
    ]  # fmt: skip


def _heads(asked: Asked, chain: Chain, places: dict[Any, Place]) -> list[Head]:
    high = head(places.values())
    found = [Head(0, high, asked.say("web_party.middle"))]
    known = {(SIDE[one.direction] * one.tier): one for one in columns(chain)}
    for column, x in sorted({(spot.column, spot.x) for spot in places.values() if spot.column}):
        one = known.get(column)
        direction: Direction = "upstream" if column < 0 else "downstream"
        text = column_text(asked, one) if one else tier_text(asked, direction, abs(column))
        found.append(Head(x, high, text))
    return found


def tier_text(asked: Asked, direction: Direction, tier: int) -> str:
    return asked.say(f"web_party.{direction}_tier", tier=asked.say(f"web_party.number_{tier}") if tier < 10 else tier)


def column_text(asked: Asked, column: Column) -> str:
    word = tier_text(asked, column.direction, column.tier)
    return asked.say(
        "web_party.column_at_least" if column.at_least else "web_party.column", tier=word, count=column.total
    )


def label(asked: Asked, chain: Chain) -> str:
    """What the picture shows, in words, without names: they may be hidden."""
    return asked.say(
        "web_party.picture",
        columns=asked.say("web_party.and").join(column_text(asked, one) for one in columns(chain)),
    )
