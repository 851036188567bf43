"""The picture of several paths at once: each party stands once, as far from the start as on its best path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from explorer.pathing import Path, PathsFound
from web.drawing import Box, Line, Picture
from web.layout import COLUMN, ROW
from web.parts import whos

TALLEST = 22
"""Boxes of a column at most; more cannot be read."""


@dataclass(frozen=True)
class Drawn:
    picture: Picture
    left_out: int
    """paths that there is no room for"""


def draw(say: Callable[..., str], found: PathsFound) -> Drawn | None:
    """The union of the paths, best first, as far as their columns have room; None where there is no path."""
    if not found.paths:
        return None
    last = max(len(path.hops) for path in found.paths)
    column, shown = {found.start: 0, found.end: last}, []
    for path in found.paths:
        fresh = _columns(path, column)
        heights = defaultdict(int, {at: list(column.values()).count(at) for at in range(last + 1)})
        for at in fresh.values():
            heights[at] += 1
        if max(heights.values()) <= TALLEST:
            column |= fresh
            shown.append(path)
    rows = list(column)
    keys = {row: f"p{number}" for number, row in enumerate(rows)}
    places = _places(column, last)
    boxes = [
        Box(keys[row], *places[row], who, picked=row in (found.start, found.end))
        for row, who in zip(rows, whos(found.view, rows), strict=True)
    ]
    lines = _lines(shown, keys, column)
    label = say("web_path.picture", count=len(shown), parties=len(boxes))
    return Drawn(Picture(label, tuple(boxes), lines), len(found.paths) - len(shown))


def _columns(path: Path, known: dict[int, int]) -> dict[int, int]:
    """Columns of the parties that come new with a path."""
    return {hop.end: at for at, hop in enumerate(path.hops, 1) if hop.end not in known}


def _places(column: dict[int, int], last: int) -> dict[int, tuple[float, float]]:
    places = {}
    for at in range(last + 1):
        rows = [row for row, of in column.items() if of == at]
        for number, row in enumerate(rows):
            places[row] = (float(at * COLUMN), (number - (len(rows) - 1) / 2) * ROW * 1.4)
    return places


def _lines(paths: list[Path], keys: dict[int, str], column: dict[int, int]) -> tuple[Line, ...]:
    """Each two neighbours once, those of the best path on top; a line leaves the box that stands further left."""
    best = {frozenset((hop.start, hop.end)) for hop in paths[0].hops}
    found: dict[frozenset[int], Line] = {}
    for hop in (hop for path in paths for hop in path.hops):
        pair = frozenset((hop.start, hop.end))
        start, end = sorted((hop.start, hop.end), key=lambda row: (column[row], hop.end == row))
        found.setdefault(pair, Line(
            f"l{len(found)}", keys[start], keys[end], hop.strength, picked=pair in best, title=f"{hop.strength:.2f}"
        ))  # fmt: skip
    return tuple(found.values())
