"""Where boxes stand: a tree on each side of a middle one, drawn child under parent, so that its lines never cross."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass

from web.drawing import BOX, HEAD, TALL

COLUMN, ROW = BOX + 52, TALL + 5


@dataclass(frozen=True)
class Hung:
    """A box that hangs on another; `side` is -1 for the left, 1 for the right."""

    key: Hashable
    side: int
    parent: Hashable


@dataclass(frozen=True)
class Place:
    column: int
    x: float
    y: float


def place(anchor: Hashable, hung: Iterable[Hung], foot: Collection[int] = ()) -> dict[Hashable, Place]:
    """The places of `anchor`, in the middle, and of all that hangs on it.

    Walks outwards: a column is the children of the column before in their parents' order, those of one parent in the
    order given. Columns in `foot` keep room for one box at their end, which gets the key ("foot", column).

    >>> at = place("b", [Hung("m", -1, "b"), Hung("n", -1, "b"), Hung("f", -1, "n"), Hung("g", -1, "m")])
    >>> [key for key, spot in sorted(at.items(), key=lambda pair: (pair[1].column, pair[1].y))]
    ['g', 'f', 'm', 'n', 'b']
    """
    kids: defaultdict[tuple[Hashable, int], list[Hashable]] = defaultdict(list)
    for one in hung:
        kids[one.parent, one.side].append(one.key)
    places: dict[Hashable, Place] = {anchor: Place(0, 0.0, 0.0)}
    for side in (-1, 1):
        front, column = kids[anchor, side], side
        while front or column in foot:
            whole = [*front, ("foot", column)] if column in foot else front
            for number, key in enumerate(whole):
                places[key] = Place(column, float(column * COLUMN), (number - (len(whole) - 1) / 2) * ROW)
            front, column = [child for parent in front for child in kids[parent, side]], column + side
    return places


def head(places: Iterable[Place]) -> float:
    """How high the heads of columns stand: above the highest box."""
    return min(place.y for place in places) - TALL / 2 - HEAD / 2
