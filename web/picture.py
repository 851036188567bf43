"""A picture for the screen: pyvis holds nodes, edges and options, its vis-network draws them where they are put."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from web.drawing import BOX, FACE, FILLS, INK, LINE, LINK, PICK, QUIET, Box, Kind, Picture, width_of

PORT = BOX / 2
BLANK = " "
"""A label of vis-network that is empty shows the node's key instead."""


def vis(picture: Picture) -> dict[str, Any]:
    """Nodes, edges and options of vis-network, ready for JSON, and the frame they fill.

    Keys of nodes: a box's own; `<key>:l` and `<key>:r`, invisible, where lines arrive and leave; `<key>:+`, its
    count. Heads are `h0`, `h1` …
    """
    from pyvis.network import Network  # it drags IPython in and takes 0.2 s, which no other page should wait for

    net = Network(directed=True)
    for box in picture.boxes:
        _add(net, box)
    for number, head in enumerate(picture.heads):
        net.add_node(f"h{number}", label=head.text, title=BLANK, x=head.x, y=head.y - 4, group="head")
    for line in sorted(picture.lines, key=lambda one: one.picked):
        look: dict[str, Any] = {"dashes": [4, 3]} if line.dashed else {}
        if line.picked:
            look["color"] = {"color": PICK}
        elif line.dim:
            look["color"] = {"color": LINE, "opacity": 0.25}
        net.add_edge(
            f"{line.start}:r", f"{line.end}:l", id=line.key, width=round(width_of(line), 1),
            title=line.title or BLANK, arrows="", **look,
        )  # fmt: skip
    net.options = OPTIONS
    nodes, edges, _, _, _, options = net.get_network_data()
    boxes = {box.key: box for box in picture.boxes}
    return {
        "nodes": [_lean(node, boxes) for node in nodes],
        "edges": edges,
        "options": json.loads(options),
        "frame": picture.frame,
    }


def _add(net: Any, box: Box) -> None:
    look: dict[str, Any] = {"opacity": 0.25} if box.dim else {}
    net.add_node(
        box.key, label=box.label or BLANK, title=box.title or BLANK, shape="box", group=box.kind,
        x=box.x, y=box.y, **look,
    )  # fmt: skip
    for side, x in (("l", box.x - PORT), ("r", box.x + PORT)):
        net.add_node(f"{box.key}:{side}", label=BLANK, title=BLANK, shape="dot", group="port", x=x, y=box.y)
    if box.extra:
        text = f"+{box.extra:,}"
        x = box.x + box.outward * (PORT + 7 + 3.6 * len(text))
        net.add_node(f"{box.key}:+", label=text, title=text, shape="text", group="plus", x=x, y=box.y)


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
    return look


OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {
        "dragNodes": False, "hover": True, "tooltipDelay": 150, "zoomSpeed": 0.6, "multiselect": False,
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
        "arrows": {"to": {"enabled": False}},
        "color": {"color": LINE, "highlight": PICK, "hover": QUIET, "inherit": False},
        "selectionWidth": 1.5, "hoverWidth": 0.5,
        "smooth": {"enabled": True, "type": "cubicBezier", "forceDirection": "horizontal", "roundness": 0.62},
    },
    "groups": {
        **{kind: _group(kind) for kind in FILLS},
        "head": {"shape": "text", "font": {"color": QUIET, "align": "center", "size": 13}, "widthConstraint": False},
        "plus": {
            "shape": "text", "widthConstraint": False,
            "font": {"color": LINK, "size": 12, "strokeWidth": 3, "strokeColor": "#ffffff"},
        },
        "port": {"shape": "dot", "size": 1, "color": "rgba(0,0,0,0)", "font": {"size": 1}, "widthConstraint": False},
    },
}  # fmt: skip
