"""A party and some of its neighbours: sellers and the like to the left, buyers and the like to the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from explorer.neighbouring import Neighbours
from web.drawing import USUAL, Box, Line, Picture
from web.layout import Hung, place
from web.parts import Who

if TYPE_CHECKING:
    from web.pages.neighbours import Row

TALLEST = 22
"""Neighbours on one side at most, the most important of the page."""


def star(say: Callable[..., str], found: Neighbours, who: Who, rows: Sequence[Row]) -> Picture | None:
    """The first neighbours of the page; None where they are no parties or there are none.

    Those of a relation without a direction stand on both sides.
    """
    both = found.direction == "both"
    most = TALLEST * (1 + both)
    drawn: dict[str, tuple[Who, float]] = {}
    for row, values in zip(rows, found.found.to_pylist(), strict=True):
        if row.who and row.who.party_id not in drawn and len(drawn) < most:
            strength = found.strength(values)
            drawn[row.who.party_id] = row.who, USUAL if strength is None else strength
    if not drawn:
        return None
    first = 1 if found.direction == "out" else -1
    hung = [Hung(key, -first if both and number % 2 else first, "") for number, key in enumerate(drawn)]
    left = found.total - sum(row.who is not None and row.who.party_id in drawn for row in rows)
    places = place("", hung, [first] if left > 0 else [])
    boxes = [Box("n", places[""].x, places[""].y, who, picked=True)]
    lines = []
    for number, one in enumerate(hung):
        spot, (other, strength) = places[one.key], drawn[str(one.key)]
        boxes.append(Box(f"n{number}", spot.x, spot.y, other))
        ends = ("n", f"n{number}") if one.side > 0 else (f"n{number}", "n")
        lines.append(Line(f"l{number}", *ends, strength))
    if left > 0:
        spot = places["foot", first]
        boxes.append(Box("more", spot.x, spot.y, None, say("web_neighbours.picture_more", count=left)))
    label = say("web_neighbours.picture", count=len(drawn))
    return Picture(label, tuple(boxes), tuple(lines))
