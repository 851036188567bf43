"""A picture for the screen: pyvis holds nodes, edges and options, its vis-network draws them where they are put."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from web.drawing import BOX, COUNT, FACE, FILLS, INK, LINK, PICK, QUIET, Box, Kind, Line, Picture, ems_of
from web.strokes import TRADE

PORT = BOX / 2
ENDS = {-1: "l", 1: "r"}
BLANK = " "
"""A label of vis-network that is empty shows the node's key instead."""


def vis(picture: Picture) -> dict[str, Any]:
    """Nodes, edges and options of vis-network, ready for JSON, and the frame they fill.

    Keys of nodes: a box's own; `<key>:l` and `<key>:r`, invisible, where lines arrive and leave; `<key>:+`, its
    count. Heads are `h0`, `h1` … `fresh` are the boxes that came with what was expanded last.
    """
    from pyvis.network import Network  # it drags IPython in and takes 0.2 s, which no other page should wait for

    net = Network(directed=True)
    boxes = {box.key: box for box in picture.boxes}
    for box in picture.boxes:
        _add(net, box)
    for number, head in enumerate(picture.heads):
        net.add_node(f"h{number}", label=head.text, title=BLANK, x=head.x, y=head.y - 4, group="head")
    for line in sorted(picture.lines, key=lambda one: one.picked):
        out, into = line.sides(boxes[line.start], boxes[line.end])
        net.add_edge(
            f"{line.start}:{ENDS[out]}", f"{line.end}:{ENDS[into]}", id=line.key, width=round(line.width, 1),
            title=line.title or BLANK, arrows="to" if line.arrow else "", **_look(line, out == into),
        )  # fmt: skip
    net.options = OPTIONS
    nodes, edges, _, _, _, options = net.get_network_data()
    return {
        "nodes": [_lean(node, boxes) for node in nodes],
        "edges": edges,
        "options": json.loads(options),
        "frame": picture.frame,
        "fresh": [box.key for box in picture.boxes if box.fresh],
    }


def _look(line: Line, beside: bool) -> dict[str, Any]:
    """Where a line differs from the others; one `beside` joins two boxes of a column around their ends."""
    look: dict[str, Any] = {"dashes": list(line.dashes)} if line.dashes else {}
    if line.dim:
        look["color"] = {"color": line.ink, "opacity": 0.25}
    elif line.ink != TRADE.ink:
        look["color"] = {"color": line.ink}
    if beside:
        look["smooth"] = {"enabled": True, "type": "curvedCW", "roundness": 0.4}
    return look


def _add(net: Any, box: Box) -> None:
    look: dict[str, Any] = {"opacity": 0.25} if box.dim else {}
    net.add_node(
        box.key, label=box.label or BLANK, title=box.title or BLANK, shape="box", group=box.kind,
        x=box.x, y=box.y, **look,
    )  # fmt: skip
    for side, end in ENDS.items():
        x = box.x + side * PORT
        net.add_node(f"{box.key}:{end}", label=BLANK, title=BLANK, shape="dot", group="port", x=x, y=box.y)
    if box.extra:
        x = box.x + PORT - 6 - COUNT * sum(map(ems_of, box.count)) / 2
        group = "plus_core" if box.kind == "core" and not box.dim else "plus"
        net.add_node(f"{box.key}:+", label=box.count, title=box.count, shape="text", group=group, x=x, y=box.y)


def _lean(node: dict[str, Any], boxes: Mapping[str, Box]) -> dict[str, Any]:
    """Without what pyvis adds to every node and the groups already say, half of what would be sent.

    What differs from the group is added here: pyvis drops the colour of a node that has a group.
    """
    found = {name: value for name, value in node.items() if name not in ("shape", "size", "font", "color")}
    box = boxes.get(node["id"])
    if box and box.picked:
        found |= {"borderWidth": 2, "color": {"background": FILLS[box.kind][0], "border": PICK}}
    if box and box.dim:
        found["font"] = {"color": INK}
    return found


def _group(kind: Kind) -> dict[str, Any]:
    fill, border, ink = FILLS[kind]
    lit = {"background": fill, "border": PICK}
    look: dict[str, Any] = {
        "color": {"background": fill, "border": border, "highlight": lit, "hover": lit}, "font": {"color": ink}
    }  # fmt: skip
    if kind in ("stop", "more"):
        look["shapeProperties"] = {"borderRadius": 3, "borderDashes": [4, 3]}
    if kind == "thing":
        look["shapeProperties"] = {"borderRadius": 11}
    return look


OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {
        "dragNodes": False, "hover": False, "tooltipDelay": 150, "zoomSpeed": 0.6, "multiselect": False,
        "selectConnectedEdges": False, "hoverConnectedEdges": False, "keyboard": {"enabled": False},
    },
    "nodes": {
        "shape": "box", "borderWidth": 1, "borderWidthSelected": 2, "labelHighlightBold": False,
        "widthConstraint": {"minimum": BOX - 12, "maximum": BOX - 12},
        "margin": {"top": 3, "bottom": 3, "left": 6, "right": 6},
        "font": {"size": 14, "color": "#15212e", "align": "left", "face": FACE},
        "shapeProperties": {"borderRadius": 3},
    },
    "edges": {
        "arrows": {"to": {"enabled": False, "scaleFactor": 0.45}},
        "color": {"color": TRADE.ink, "highlight": PICK, "hover": QUIET, "inherit": False},
        "selectionWidth": 1.5,
        "smooth": {"enabled": True, "type": "cubicBezier", "forceDirection": "horizontal", "roundness": 0.62},
    },
    "groups": {
        **{kind: _group(kind) for kind in FILLS},
        "head": {"shape": "text", "font": {"color": QUIET, "align": "center", "size": 13}, "widthConstraint": False},
        "plus": {"shape": "text", "widthConstraint": False, "font": {"color": LINK, "size": COUNT}},
        "plus_core": {"shape": "text", "widthConstraint": False, "font": {"color": "#ffffff", "size": COUNT}},
        "port": {"shape": "dot", "size": 1, "color": "rgba(0,0,0,0)", "font": {"size": 1}, "widthConstraint": False},
    },
}  # fmt: skip
