"""How the lines of a picture look: each relation by its ink and its dashes, so that colour never tells it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Stroke:
    """`dashes` are lengths of ink and gap in units of the picture; none for a whole line."""

    ink: str
    dashes: tuple[int, ...] = ()


TRADE = Stroke("#8493a3")
BESIDE = Stroke("#46525f", (1, 3))
STROKES: Mapping[str, Stroke] = {
    "SUPPLIES": TRADE,
    "KNOWS": Stroke("#0a6b4e", (2, 3)),
    "REFERRED": Stroke("#b86e00", (9, 3)),
    "OWNS": Stroke("#5b3f9e"),
    "GUARANTEES": Stroke("#a3262a", (7, 3, 2, 3)),
}


def stroke(relation: str) -> Stroke:
    """Of a relation of the model; what leads to something that is no party looks like BESIDE."""
    return STROKES.get(relation, BESIDE)
