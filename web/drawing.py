"""A picture of boxes and lines, for every page that draws, and its SVG: for phones, paper and files.

Positions and sizes are in units of the picture, which are pixels at scale 1; y points down.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from markupsafe import Markup, escape

from web.parts import MARKS, Role, Who

BOX, TALL = 164, 22
"""Width and height of a box."""
EMS = 10.0
"""What fits into a box, in widths of a full-width sign."""
MARK_EMS = 1.3
HEAD = 34
"""Room above the highest box for the heads of columns."""
BESIDE = 50
"""Room on both sides for counts."""
BOTH = "⇄"

Kind = Literal["core", "ours", "prospect", "stop", "more"]
INK, LINE, PICK, QUIET, LINK = "#15212e", "#8493a3", "#8a1c5b", "#46525f", "#0b5cad"
FILLS: dict[Kind, tuple[str, str, str]] = {
    "core": ("#0b3a67", "#0b3a67", "#ffffff"),
    "ours": ("#dceaf7", "#1f6fb2", INK),
    "prospect": ("#fff8ea", "#b86e00", INK),
    "stop": ("#f1f2f4", "#7a838e", INK),
    "more": ("#ffffff", "#7a838e", "#0b5cad"),
}
"""Fill, border and text of a box."""
FACE = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


@dataclass(frozen=True)
class Box:
    """A box around (x, y). `who` is None for a box that stands for several parties, which `text` then counts.

    `key` tells boxes of one picture apart and holds no id of a party; `extra` counts neighbours that are not drawn,
    written at the side `outward` points to (-1 left, 1 right).
    """

    key: str
    x: float
    y: float
    who: Who | None
    text: str = ""
    extra: int = 0
    outward: int = 1
    both: bool = False
    """drawn a second time elsewhere in the picture"""
    picked: bool = False
    dim: bool = False

    @property
    def kind(self) -> Kind:
        return self.who.role if self.who else "more"

    @cached_property
    def label(self) -> str:
        """What stands in the box: marks and as much of the name as fits."""
        role: Role | None = self.who.role if self.who else None
        marks = (MARKS[role] if role else "") + (BOTH if self.both else "")
        return " ".join(filter(None, (marks, clip(self.title, EMS - MARK_EMS * len(marks)))))

    @cached_property
    def title(self) -> str:
        return printable(self.who.name) if self.who else self.text


@dataclass(frozen=True)
class Line:
    """From the right side of box `start` to the left side of box `end`; `strength` 0 to 1 is its width."""

    key: str
    start: str
    end: str
    strength: float
    dashed: bool = False
    picked: bool = False
    dim: bool = False
    title: str = ""


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


def svg(picture: Picture, at: Mapping[str, str] | None = None, *, alone: bool = False) -> Markup:
    """The picture as an SVG element; `at` are addresses that boxes, their counts (`<key>:+`) and lines lead to.

    `alone` makes a document of it, with a white ground, for a file.
    """
    at = at or {}
    left, top, width, height = picture.frame
    size = f' width="{width:.0f}" height="{height:.0f}"' if alone else ""
    ground = f'<rect x="{left:.0f}" y="{top:.0f}" width="100%" height="100%" fill="#fff"/>' if alone else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} {top:.0f} {width:.0f} {height:.0f}"{size}'
        f' role="{"group" if at else "img"}" aria-label="{escape(picture.label)}" font-family="{FACE}">{ground}',
        *_heads(picture),
        *(_linked(drawn, at.get(key), ' tabindex="-1"') for key, drawn in _lines(picture)),
    ]
    for box in picture.boxes:
        parts += [_linked(_box(box), at.get(box.key)), _linked(_count(box), at.get(f"{box.key}:+"))]
    return Markup("\n".join(filter(None, parts)) + "\n</svg>")


def _linked(element: str, address: str | None, more: str = "") -> str:
    """Lines are no stops of the Tab key: their boxes lead to the same."""
    return f'<a href="{escape(address)}"{more}>{element}</a>' if element and address else element


def _heads(picture: Picture) -> Iterator[str]:
    for head in picture.heads:
        yield (
            f'<text x="{head.x:.0f}" y="{head.y:.0f}" text-anchor="middle" font-size="13" font-weight="600"'
            f' fill="{QUIET}">{escape(head.text)}</text>'
        )


def _lines(picture: Picture) -> Iterator[tuple[str, str]]:
    boxes = {box.key: box for box in picture.boxes}
    for line in sorted(picture.lines, key=lambda one: one.picked):
        start, end, ink = boxes[line.start], boxes[line.end], PICK if line.picked else LINE
        dashes = ' stroke-dasharray="4 3"' if line.dashed else ""
        title = f"<title>{escape(line.title)}</title>" if line.title else ""
        yield (
            line.key,
            (
                f'<path d="{curve(start.x + BOX / 2, start.y, end.x - BOX / 2, end.y)}" fill="none"'
                f' stroke="{ink}" stroke-width="{width_of(line):.1f}"{dashes}{_dimmed(line.dim)}>'
                f"{title}</path>"
            ),
        )


def width_of(line: Line) -> float:
    """1 to 5, and a picked line one more."""
    return 1 + 4 * line.strength + line.picked


def curve(x1: float, y1: float, x2: float, y2: float) -> str:
    """Leaves and arrives level, with its control points half way; one that leads back swings out."""
    bend = (x1 + x2) / 2 if x2 > x1 else x1 + 24
    back = bend if x2 > x1 else x2 - 24
    return f"M{x1:.0f} {y1:.1f}C{bend:.0f} {y1:.1f} {back:.0f} {y2:.1f} {x2:.0f} {y2:.1f}"


def _box(box: Box) -> str:
    fill, border, ink = FILLS[box.kind]
    left, top, edge = box.x - BOX / 2, box.y - TALL / 2, PICK if box.picked else border
    ink = INK if box.dim else ink
    dashes = ' stroke-dasharray="4 3"' if box.kind in ("stop", "more") else ""
    return (
        f"<g><title>{escape(box.title)}</title>"
        f'<rect x="{left:.0f}" y="{top:.1f}" width="{BOX}" height="{TALL}" rx="3" fill="{fill}"'
        f' stroke="{edge}" stroke-width="{2 if box.picked else 1}"{dashes}{_dimmed(box.dim)}/>'
        f'<text x="{left + 7:.0f}" y="{box.y + 5:.1f}" font-size="14" fill="{ink}">{escape(box.label)}</text>'
        "</g>"
    )


def _count(box: Box) -> str:
    if not box.extra:
        return ""
    x = box.x + box.outward * (BOX / 2 + 5)
    anchor = "start" if box.outward > 0 else "end"
    return (
        f'<text x="{x:.0f}" y="{box.y + 4:.1f}" font-size="12" fill="{LINK}" text-anchor="{anchor}" stroke="#fff"'
        f' stroke-width="3" paint-order="stroke">+{box.extra:,}</text>'
    )


def _dimmed(dim: bool) -> str:
    return ' opacity="0.25"' if dim else ""
