"""The picture of a chain: suppliers to the left, buyers to the right, what was expanded around them, and what a click
on each part changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from explorer.chain import Chain
from explorer.chain_shown import Branch, Shown
from explorer.neighbouring import MUTUAL
from explorer.surrounding import Fan, Wish, boxes_of, through
from explorer.surrounding import Place as BoxPlace
from graph.algorithms.network import DIRECTIONS, Direction
from web.drawing import USUAL, Box, Head, Line, Picture
from web.layout import Hung, Place, head, place
from web.page import Asked
from web.pages.chain_fans import clicks_of, legend, people, rest, said, thing
from web.parts import Who, whos

SIDE: dict[Direction, int] = {"upstream": -1, "downstream": 1}
CERTAIN = 0.5
"""Confidence below which a line is dashed."""

MIDDLE = "middle"
Clicks = dict[str, dict[str, Any]]
"""What a click on a box, a count or a line changes in the address; `to` names the page that it leads to instead."""


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
    for direction in (one for one in chain.crowded if of[one]):
        of[direction][:1] = [Column(direction, 1, chain.known(direction), at_least=False)]
    return (*reversed(of["upstream"]), *of["downstream"])


@dataclass(frozen=True)
class Drawn:
    """A picture with what its parts are: boxes by their keys, of the middle and of every branch."""

    picture: Picture
    clicks: Clicks


@dataclass(frozen=True)
class Seen:
    """What is drawn: keys of boxes by what stands in them, what is lit, and where each stands."""

    asked: Asked
    chain: Chain
    shown: Shown
    fans: Sequence[Fan]
    pick: int | None
    last: int | Wish | None
    keys: dict[Hashable, str]
    lit: set[BoxPlace]
    places: dict[Hashable, Place]
    known: dict[int, Who]

    def home(self, party: int, direction: Direction | None = None) -> Hashable:
        """The box that stands for a party, on the side of `direction` where it has one there."""
        if party == self.chain.party:
            return MIDDLE
        if direction and (party, direction) in self.keys:
            return party, direction
        return boxes_of(self.shown, self.fans, party)[0]


def draw(
    asked: Asked, chain: Chain, shown: Shown, fans: Sequence[Fan], *, pick: int | None, side_links: bool,
    expand: Sequence[str], last: int | Wish | None,
) -> Drawn:  # fmt: skip
    """The picture of what is shown; with `side_links` also the links of the picked party that are on no walk."""
    seen = _seen(asked, chain, shown, fans, pick, last)
    middle = seen.known[chain.party]
    boxes = [Box("b0", 0, 0, middle, picked=bool(seen.lit))]
    clicks: Clicks = {"b0": {"pick": None, "supplier": None, "buyer": None}}
    for parts in (_branches(seen, expand), _around(seen), _feet(seen)):
        for box, clicked in parts:
            boxes.append(box)
            clicks |= clicked
    lines = []
    for n, branch in enumerate(shown.branches):
        lines.append(_line(seen, branch, n))
        if branch.party >= 0:
            far, near = (seen.known[row].party_id for row in (branch.party, branch.parent))
            clicks[f"l{n}"] = _ends(far, near, branch.direction)
    lines += [*_fan_lines(seen), *_hub_lines(seen)]
    if side_links:
        lines += _beside(seen)
    heads = tuple(_heads(asked, chain, seen.places))
    return Drawn(Picture(label(asked, chain), tuple(boxes), tuple(lines), heads, legend(asked, fans)), clicks)


def _seen(
    asked: Asked, chain: Chain, shown: Shown, fans: Sequence[Fan], pick: int | None, last: int | Wish | None
) -> Seen:  # fmt: skip
    rows = sorted({chain.party, *(one.party for one in shown.branches if one.party >= 0)})
    known = dict(zip(rows, whos(chain.view, rows), strict=True)) | people(chain, fans)
    keys: dict[Hashable, str] = {MIDDLE: "b0"} | {one.place: f"b{n}" for n, one in enumerate(shown.branches, 1)}
    keys |= {one.place: f"e{n}" for n, one in enumerate(one for fan in fans for one in fan.fresh)}
    lit = through(shown, fans, pick) if pick is not None and pick != chain.party else set()
    seen = Seen(asked, chain, shown, fans, pick, last, keys, lit, {}, known)
    feet = [SIDE[direction] * tier for (direction, tier), left in shown.left.items() if left > 0]
    return replace(seen, places=place(MIDDLE, [*_hung(seen)], feet))


def _hung(seen: Seen) -> Iterator[Hung]:
    sides: dict[Hashable, int] = {}
    for branch in seen.shown.branches:
        sides[branch.place] = SIDE[branch.direction]
        yield Hung(branch.place, SIDE[branch.direction], seen.home(branch.parent, branch.direction))
    for n, fan in enumerate(seen.fans):
        home = seen.home(fan.wish.party)
        side = sides.get(home, -1 if fan.wish.direction == "in" else 1)
        for one in fan.fresh:
            sides[one.place] = side
            yield Hung(one.place, side, home)
        if fan.left:
            yield Hung(("rest", n), side, home)


def _branches(seen: Seen, expand: Sequence[str]) -> Iterator[tuple[Box, Clicks]]:
    times = Counter(one.party for one in seen.shown.branches if one.party >= 0)
    for branch in seen.shown.branches:
        key, spot = seen.keys[branch.place], seen.places[branch.place]
        on = branch.place in seen.lit
        look: dict[str, Any] = {"picked": on, "dim": bool(seen.lit) and not on, "fresh": branch.parent == seen.last}
        if branch.folded:
            text = seen.asked.say("web_party.folded", count=branch.folded)
            parent = seen.known[branch.parent].party_id
            yield Box(key, spot.x, spot.y, None, text, **look), {key: {"expand": [*expand, parent]}}
            continue
        who = seen.known[branch.party]
        clicks: Clicks = {key: {"pick": who.party_id, "supplier": None, "buyer": None}}
        if branch.extra:
            clicks[f"{key}:+"] = {"ask": who.party_id}
        both = times[branch.party] > 1
        yield Box(key, spot.x, spot.y, who, extra=branch.extra, both=both, **look), clicks


def _around(seen: Seen) -> Iterator[tuple[Box, Clicks]]:
    for n, fan in enumerate(seen.fans):
        fresh = fan.wish == seen.last
        for one in fan.fresh:
            key, spot, on = seen.keys[one.place], seen.places[one.place], one.place in seen.lit
            who = seen.known[one.row] if one.row >= 0 else None
            box = Box(
                key, spot.x, spot.y, who, thing=None if who else thing(seen.asked, one), picked=on,
                dim=bool(seen.lit) and not on, fresh=fresh,
            )  # fmt: skip
            yield box, {key: clicks_of(seen.asked, one, who)}
        if fan.left:
            spot, text = seen.places["rest", n], seen.asked.say("web_party.left", count=fan.left)
            box = Box(f"m{n}", spot.x, spot.y, None, text, dim=bool(seen.lit), fresh=fresh)
            yield box, {f"m{n}": rest(fan, seen.known[fan.wish.party])}


def _feet(seen: Seen) -> Iterator[tuple[Box, Clicks]]:
    """Boxes at the ends of columns, which count what is left; of a hub's side it is all there is."""
    chain = seen.chain
    for (direction, tier), left in seen.shown.left.items():
        spot = seen.places.get(("foot", SIDE[direction] * tier))
        if left > 0 and spot:
            key, crowded = f"f{spot.column}", direction in chain.crowded
            word = f"hub_{direction}" if crowded else "left" if chain.side(direction).whole else "left_at_least"
            text = seen.asked.say(f"web_party.{word}", count=left)
            yield (
                Box(key, spot.x, spot.y, None, text, dim=bool(seen.lit)),
                {key: {"tab": direction, "tier": tier} | ({} if crowded else {"view": "table"})},
            )


def _ends(far: str, near: str, direction: Direction) -> dict[str, Any]:
    supplier, buyer = (far, near) if direction == "upstream" else (near, far)
    return {"supplier": supplier, "buyer": buyer, "pick": far}


def _line(seen: Seen, branch: Branch, number: int) -> Line:
    far, near = seen.keys[branch.place], seen.keys[seen.home(branch.parent, branch.direction)]
    start, end = (far, near) if branch.direction == "upstream" else (near, far)
    on = branch.place in seen.lit
    return Line(
        f"l{number}", start, end, branch.strength, branch.confidence < CERTAIN, on, bool(seen.lit) and not on,
        seen.asked.say("web_party.line", strength=f"{branch.strength:.2f}"),
    )  # fmt: skip


def _fan_lines(seen: Seen) -> Iterator[Line]:
    """From whom the relation starts to whom it leads; to those that are not drawn a line too."""
    for n, fan in enumerate(seen.fans):
        relation, home = fan.wish.relation, seen.home(fan.wish.party)
        title, arrow = said(seen.asked, relation), relation not in MUTUAL
        ends: list[tuple[str, float, bool]] = []
        for one in (*fan.fresh, *fan.known):
            at = one.place if one in fan.fresh else seen.home(one.row) if one.row >= 0 else one.place
            lit = seen.pick in (one.row, fan.wish.party) if one in fan.known else one.place in seen.lit
            ends.append((seen.keys[at], USUAL if one.strength is None else one.strength, bool(seen.lit) and lit))
        if fan.left:
            ends.append((f"m{n}", 0.0, False))
        for m, (other, strength, lit) in enumerate(ends):
            start, end = (other, seen.keys[home]) if fan.wish.direction == "in" else (seen.keys[home], other)
            yield Line(
                f"r{n}.{m}", start, end, strength, False, lit, bool(seen.lit) and not lit, title, relation,
                arrow, True,
            )  # fmt: skip


def _hub_lines(seen: Seen) -> Iterator[Line]:
    """To the count of a side on which the middle is a hub."""
    for direction in seen.chain.crowded:
        side = SIDE[direction]
        if ("foot", side) in seen.places:
            start, end = ("b0", f"f{side}")[::side]
            yield Line(f"c{side}", start, end, 0.0, dashed=True, dim=bool(seen.lit))


def _beside(seen: Seen) -> list[Line]:
    def box(party: int) -> str | None:
        if party == seen.chain.party:
            return "b0"
        return next(
            (seen.keys[party, direction] for direction in DIRECTIONS if (party, direction) in seen.keys), None
        )

    ends = [(box(supplier), box(buyer), strength) for supplier, buyer, strength in seen.shown.beside]
    return [
        Line(f"s{n}", start, end, strength, arrow=True)
        for n, (start, end, strength) in enumerate(ends)
        if start and end
    ]


def _heads(asked: Asked, chain: Chain, places: dict[Hashable, Place]) -> list[Head]:
    high = head(places.values())
    found = [Head(0, high, asked.say("web_party.middle"))]
    known = {(SIDE[one.direction] * one.tier): one for one in columns(chain)}
    for column, x in sorted({(spot.column, spot.x) for spot in places.values() if spot.column}):
        one = known.get(column)
        text = column_text(asked, one) if one and one.total else asked.say("web_party.beyond")
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
