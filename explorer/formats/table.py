"""A table for the terminal: aligned also where Chinese signs take two places, and honest about what it leaves out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import accumulate

from explorer.formats.cells import texts
from explorer.formats.chunks import chunks
from explorer.formats.columns import Column, Table
from explorer.texts import say

GAP = "  "
ELLIPSIS = "…"
LEAST = 8
"""Places that a text keeps at least before columns at the end are left out; numbers and dates are never cut."""
WIDE = ("W", "F")
TO_THE_LEFT = ("text", "date", "flag")


def render(table: Table, width: int, lang: str, *, rows: int) -> Iterator[str]:
    """Yield the head, a rule and at most `rows` rows as lines of at most `width` places.

    Long cells end in an ellipsis; rows and columns that do not fit are counted and named in lines at the end.
    """
    shown, more = _shown(table, rows)
    cells = [[column.name, *values] for column, values in zip(table.columns, shown, strict=True)]
    widths = _fitted(table.columns, [max(map(places, column)) for column in cells], width)
    kept = list(zip(table.columns, cells, widths, strict=False))
    lines = zip(*(_aligned(*part) for part in kept), strict=True)
    yield GAP.join(next(lines)).rstrip()
    yield GAP.join("─" * size for size in widths)
    for line in lines:
        yield GAP.join(line).rstrip()
    if more:
        yield say("export.more_rows", lang, count=more)
    if left := table.names[len(kept) :]:
        yield say("export.more_columns", lang, columns=", ".join(left))


def places(text: str) -> int:
    """Count the places a text takes on a terminal: two for a wide sign, none for a combining one."""
    return sum(_places(sign) for sign in text)


def _places(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in WIDE else 1


def _shown(table: Table, rows: int) -> tuple[list[list[str]], int]:
    """Word the first `rows` rows, column by column, and count the rest."""
    shown: list[list[str]] = [[] for _ in table.columns]
    more = 0
    for chunk in chunks(table):
        first = chunk.slice(0, rows - len(shown[0]))
        more += chunk.num_rows - first.num_rows
        for values, column, array in zip(shown, table.columns, first.columns, strict=True):
            values += [_printable(text or "") for text in texts(column, array).to_pylist()]
    return shown, more


def _printable(text: str) -> str:
    """Blank out what would move the cursor or colour the terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _fitted(columns: tuple[Column, ...], wanted: list[int], width: int) -> list[int]:
    """Leave out columns at the end that cannot have their least width, then narrow the widest text until all fit."""
    least = [min(size, LEAST) if _may_be_cut(each) else size for each, size in zip(columns, wanted, strict=True)]
    ends = accumulate(size + len(GAP) for size in least)
    widths = wanted[: max(1, sum(end - len(GAP) <= width for end in ends))]
    over = sum(widths) + len(GAP) * (len(widths) - 1) - width
    while over > 0 and any(size > low for size, low in zip(widths, least, strict=False)):
        widths[_widest(widths, least)] -= 1
        over -= 1
    return widths


def _may_be_cut(column: Column) -> bool:
    """A number or an id that lost its end would be another one."""
    return column.kind == "text" and not column.name.endswith("_id")


def _widest(widths: list[int], least: list[int]) -> int:
    """Find the widest column that is above its least width."""
    above = (at for at, size in enumerate(widths) if size > least[at])
    return max(above, key=widths.__getitem__)


def _aligned(column: Column, cells: list[str], width: int) -> Iterator[str]:
    for cell in cells:
        text = _cut(cell, width)
        blank = " " * (width - places(text))
        yield text + blank if column.kind in TO_THE_LEFT else blank + text


def _cut(text: str, width: int) -> str:
    if places(text) <= width:
        return text
    ends = accumulate(map(_places, text))
    return text[: sum(end < width for end in ends)] + ELLIPSIS
