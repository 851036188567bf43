"""The SVG of a picture: for phones, paper and files, drawn from the same positions as the screen's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from markupsafe import Markup, escape

from web.drawing import BOX, COUNT, FACE, FILLS, INK, LEGEND, LINK, PICK, QUIET, TALL, Box, Line, Picture, ems_of
from web.strokes import Stroke, stroke

HEAD, BARB = 7, 3.5
"""Length and half the width of an arrow's head."""


def svg(picture: Picture, at: Mapping[str, str] | None = None, *, alone: bool = False) -> Markup:
    """The picture as an SVG element; `at` are addresses that boxes, their counts (`<key>:+`) and lines lead to.

    `alone` makes a document of it for a file: with a white ground and, where there are other relations, a legend.
    On a page each box says whose it is (`data-box`), for its menu.
    """
    at = at or {}
    left, top, width, height = picture.frame
    below = LEGEND if alone and picture.legend else 0
    size = f' width="{width:.0f}" height="{height + below:.0f}"' if alone else ""
    ground = f'<rect x="{left:.0f}" y="{top:.0f}" width="100%" height="100%" fill="#fff"/>' if alone else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} {top:.0f} {width:.0f} {height + below:.0f}"'
        f'{size} role="{"group" if at else "img"}" aria-label="{escape(picture.label)}" font-family="{FACE}">',
        ground,
        *_heads(picture),
        *(_linked(drawn, at.get(key), ' tabindex="-1"') for key, drawn in _lines(picture)),
    ]
    for box in picture.boxes:
        own = f' data-box="{escape(box.who.party_id)}"' if box.who and not alone else ""
        parts += [_linked(_box(box, own), at.get(box.key)), _linked(_count(box), at.get(f"{box.key}:+"))]
    if below:
        parts += _legend(picture, left + 12, top + height + below / 2 - 4)
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
        yield line.key, _line(line, boxes[line.start], boxes[line.end])


def _line(line: Line, start: Box, end: Box) -> str:
    out, into = line.sides(start, end)
    x, y = end.x + into * BOX / 2, end.y
    tip = HEAD if line.arrow else 0
    title = f"<title>{escape(line.title)}</title>" if line.title else ""
    path = curve((start.x + out * BOX / 2, start.y, out), (x + into * tip, y, into))
    barb = ""
    if line.arrow:
        back = x + into * HEAD
        barb = (
            f'<path d="M{x:.0f} {y:.1f}L{back:.0f} {y - BARB:.1f} {back:.0f} {y + BARB:.1f}z"'
            f' fill="{line.ink}"{_dimmed(line.dim)}/>'
        )
    drawn = (
        f'<path d="{path}" fill="none" stroke="{line.ink}" stroke-width="{line.width:.1f}"'
        f"{_dashed(line.dashes)}{_dimmed(line.dim)}>{title}</path>"
    )
    return f"<g>{drawn}{barb}</g>" if barb else drawn


def curve(start: tuple[float, float, int], end: tuple[float, float, int]) -> str:
    """From (x, y, side) to another: leaves and arrives level; one that has to lead back swings out."""
    (x1, y1, out), (x2, y2, into) = start, end
    ahead = (x2 - x1) * out > 0 and out != into
    reach = abs(x2 - x1) / 2 if ahead else 24
    bend, back = x1 + out * reach, x2 + into * reach
    return f"M{x1:.0f} {y1:.1f}C{bend:.0f} {y1:.1f} {back:.0f} {y2:.1f} {x2:.0f} {y2:.1f}"


def _box(box: Box, more: str = "") -> str:
    fill, border, ink = FILLS[box.kind]
    left, top, edge = box.x - BOX / 2, box.y - TALL / 2, PICK if box.picked else border
    ink = INK if box.dim else ink
    dashes = _dashed((4, 3)) if box.kind in ("stop", "more") else ""
    fresh = ' class="fresh"' if box.fresh else ""
    return (
        f"<g{fresh}{more}><title>{escape(box.title)}</title>"
        f'<rect x="{left:.0f}" y="{top:.1f}" width="{BOX}" height="{TALL}" rx="{11 if box.kind == "thing" else 3}"'
        f' fill="{fill}" stroke="{edge}" stroke-width="{2 if box.picked else 1}"{dashes}{_dimmed(box.dim)}/>'
        f'<text x="{left + 7:.0f}" y="{box.y + 5:.1f}" font-size="14" fill="{ink}">{escape(box.label)}</text>'
        "</g>"
    )


def _count(box: Box) -> str:
    if not box.extra:
        return ""
    ink = "#fff" if box.kind == "core" and not box.dim else LINK
    return (
        f'<text x="{box.x + BOX / 2 - 6:.0f}" y="{box.y + 4:.1f}" font-size="{COUNT}" fill="{ink}"'
        f' text-anchor="end">{box.count}</text>'
    )


def _legend(picture: Picture, x: float, y: float) -> Iterator[str]:
    for one in picture.legend:
        yield f'<g transform="translate({x:.0f} {y:.0f})">{sample(stroke(one.relation))}</g>'
        yield f'<text x="{x + 34:.0f}" y="{y + 4:.0f}" font-size="12" fill="{QUIET}">{escape(one.text)}</text>'
        x += 34 + 13 * sum(map(ems_of, one.text)) + 20


def sample(one: Stroke) -> Markup:
    """A piece of a line, 28 wide, for a legend."""
    return Markup('<path d="M0 0H28" fill="none" stroke="{}" stroke-width="2.4"{}/>').format(
        one.ink, Markup(_dashed(one.dashes))
    )


def key(relation: str) -> Markup:
    """The stroke of a relation as a small picture, for a legend in a page."""
    drawn = sample(stroke(relation))
    return Markup('<svg class="stroke" viewBox="0 -4 28 8" width="28" height="8" aria-hidden="true">{}</svg>').format(
        drawn
    )


def _dashed(dashes: tuple[int, ...]) -> str:
    return f' stroke-dasharray="{" ".join(map(str, dashes))}"' if dashes else ""


def _dimmed(dim: bool) -> str:
    return ' opacity="0.25"' if dim else ""
