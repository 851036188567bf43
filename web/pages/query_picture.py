"""The nodes and relationships of a query's answer as a picture: from left to right as they lead on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from explorer import listing
from explorer.view import View
from web.drawing import BOX, TALL, Box, Line, Picture
from web.page import Asked
from web.parts import Who, whos

if TYPE_CHECKING:
    from explorer.querying import Result

COLUMN, ROW = BOX + 90, TALL + 8
TALLEST = 40
"""Boxes above each other, at most."""


def picture(asked: Asked, result: Result, most: int) -> tuple[Picture, tuple[Who, ...], int]:
    """The picture, the parties in it, and how many nodes there are in all: the first `most` are drawn.

    Raises InputError where the rows hold no nodes, relationships or paths.
    """
    graph = result.graph()
    total = graph.number_of_nodes()
    graph = graph.subgraph(list(graph)[:most])
    known = _parties(result.view, graph)
    keys = {node: f"n{at}" for at, node in enumerate(graph)}
    boxes = tuple(
        Box(keys[node], x, y, known.get(node), "" if node in known else _text(asked, graph.nodes[node], node))
        for node, (x, y) in _places(graph).items()
    )
    lines = tuple(
        Line(f"l{at}", keys[start], keys[end], 0.2, title=asked.say(f"model.{data['type']}_out"))
        for at, (start, end, data) in enumerate(graph.edges(data=True))
        if start != end
    )
    label = asked.say("web_query.picture", nodes=len(boxes), links=len(lines))
    return Picture(label, boxes, lines), tuple(known.values()), total


def _parties(view: View, graph: nx.MultiDiGraph) -> dict[str, Who]:
    """The parties among the nodes that the load knows."""
    found = [(node, str(data["party_id"])) for node, data in graph.nodes(data=True) if data.get("party_id")]
    rows = listing.rows_of(view, [party for _, party in found])
    nodes = [node for (node, _), row in zip(found, rows.tolist(), strict=True) if row >= 0]
    return dict(zip(nodes, whos(view, np.asarray(rows[rows >= 0])), strict=True))


def _text(asked: Asked, data: dict[str, object], node: str) -> str:
    label, _, key = str(node).partition(":")
    return f"{asked.say(f'model.{label}')} {data.get('name') or key}" if data else str(node)


def _places(graph: nx.MultiDiGraph) -> dict[str, tuple[float, float]]:
    """Each node right of what leads to it; those that lead to each other stand together; columns are centred."""
    whole = nx.condensation(nx.DiGraph(graph))
    columns: list[list[str]] = []
    for level in nx.topological_generations(whole):
        nodes = sorted(node for part in level for node in whole.nodes[part]["members"])
        columns += [nodes[at : at + TALLEST] for at in range(0, len(nodes), TALLEST)]
    return {
        node: (float(x * COLUMN), (at - (len(nodes) - 1) / 2) * ROW)
        for x, nodes in enumerate(columns)
        for at, node in enumerate(nodes)
    }
