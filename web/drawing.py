"""A picture of boxes and lines, for every page that draws, and its SVG: for phones, paper and files.

Positions and sizes are in units of the picture, which are pixels at scale 1; y points down.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from web.parts import MARKS, Private, Role, Who
from web.strokes import stroke

BOX, TALL = 184, 22
"""Width and height of a box."""
EMS = 11.6
"""What fits into a box, in widths of a full-width sign."""
MARK_EMS = 1.3
COUNT = 12
"""Size of the letters of a count; those of a name have 14."""
HEAD = 34
"""Room above the highest box for the heads of columns."""
BESIDE = 12
"""Room on both sides."""
LEGEND = 24
"""Height of a legend beneath."""
BOTH = "⇄"
USUAL = 0.3
"""The strength that a line is drawn with where nothing says its own."""

Kind = Literal["core", "ours", "prospect", "stop", "more", "thing"]
INK, PICK, QUIET, LINK = "#15212e", "#8a1c5b", "#46525f", "#0b5cad"
FILLS: dict[Kind, tuple[str, str, str]] = {
    "core": ("#0b3a67", "#0b3a67", "#ffffff"),
    "ours": ("#dceaf7", "#1f6fb2", INK),
    "prospect": ("#fff8ea", "#b86e00", INK),
    "stop": ("#f1f2f4", "#7a838e", INK),
    "more": ("#ffffff", "#7a838e", "#0b5cad"),
    "thing": ("#ffffff", "#46525f", INK),
}
"""Fill, border and text of a box."""
FACE = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


@dataclass(frozen=True)
class Box:
    """A box around (x, y). `who` is None for a box that stands for several parties, which `text` then counts, and
    for a `thing` that is no party, such as a group.

    `key` tells boxes of one picture apart and holds no id of a party; `extra` counts neighbours that are not drawn,
    written at its right end. `fresh`: it came with what was expanded last.
    """

    key: str
    x: float
    y: float
    who: Who | None
    text: str = ""
    extra: int = 0
    thing: Private | None = None
    fresh: bool = False
    both: bool = False
    """drawn a second time elsewhere in the picture"""
    picked: bool = False
    dim: bool = False

    @property
    def kind(self) -> Kind:
        return self.who.role if self.who else "thing" if self.thing else "more"

    @property
    def count(self) -> str:
        return f"+{self.extra:,}" if self.extra else ""

    @cached_property
    def label(self) -> str:
        """What stands in the box: marks and as much of the name as fits."""
        role: Role | None = self.who.role if self.who else None
        marks = (MARKS[role] if role else "") + (BOTH if self.both else "")
        room = EMS - MARK_EMS * len(marks) - (sum(map(ems_of, self.count)) * COUNT / 14 + 0.4 if self.extra else 0)
        return " ".join(filter(None, (marks, clip(self.title, room))))

    @cached_property
    def title(self) -> str:
        if self.thing:
            return printable("•••" if self.thing.text is None else self.thing.text)
        return printable(self.who.name) if self.who else self.text


@dataclass(frozen=True)
class Line:
    """From box `start` to box `end`; `strength` 0 to 1 is its width, the relation its stroke.

    Goods run from the right side of the one to the left side of the other. With an `arrow`, or a `plain` line, it
    leaves towards where the other box stands.
    """

    key: str
    start: str
    end: str
    strength: float
    dashed: bool = False
    picked: bool = False
    dim: bool = False
    title: str = ""
    relation: str = "SUPPLIES"
    arrow: bool = False
    plain: bool = False

    @property
    def width(self) -> float:
        """1 to 5, and a picked line one more."""
        return 1 + 4 * self.strength + self.picked

    @property
    def ink(self) -> str:
        return PICK if self.picked else stroke(self.relation).ink

    @property
    def dashes(self) -> tuple[int, ...]:
        return (4, 3) if self.dashed else stroke(self.relation).dashes

    def sides(self, start: Box, end: Box) -> tuple[int, int]:
        """Which sides it leaves from and arrives at: -1 left, 1 right."""
        if not (self.arrow or self.plain) or end.x > start.x:
            return 1, -1
        out = 1 if start.x >= 0 else -1
        return (-1, 1) if end.x < start.x else (out, out)


@dataclass(frozen=True)
class Legend:
    """What a stroke means."""

    relation: str
    text: str


@dataclass(frozen=True)
class Head:
    """A line of text centred at (x, y)."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Picture:
    """`label` tells those who cannot see it what the picture shows; picked lines are drawn on top."""

    label: str
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    heads: tuple[Head, ...] = ()
    legend: tuple[Legend, ...] = ()
    """of strokes other than trade"""

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of all that is drawn."""
        xs, ys = ([getattr(box, axis) for box in self.boxes] or [0.0] for axis in "xy")
        tops = [head.y - 14 for head in self.heads]
        left, top = min(xs) - BOX / 2 - BESIDE, min(min(ys) - TALL / 2 - 8, *tops, 0)
        return left, top, max(xs) + BOX / 2 + BESIDE - left, max(ys) + TALL / 2 + 8 - top


def clip(text: str, ems: float) -> str:
    """As much of a text as fits, with an ellipsis where it was cut; blanks do not break.

    >>> clip("宁波德曼压缩机有限公司", 8.9), clip("Vanda RE", 8.9), clip("a b", 9) == "a\\u00a0b"
    ('宁波德曼压缩机…', 'Vanda\\xa0RE', True)
    """
    text = text[:60].replace(" ", "\u00a0")
    if sum(map(ems_of, text)) <= ems:
        return text
    room, kept = ems - 1, ""
    for sign in text:
        room -= ems_of(sign)
        if room < 0:
            break
        kept += sign
    return kept + "…"


@lru_cache(1 << 15)
def ems_of(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.62 if sign.isupper() else 0.56


def printable(text: str) -> str:
    """Without signs that XML forbids or that turn the text around them."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else " " for sign in text)
