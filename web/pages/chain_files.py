"""The picture of a chain as files: SVG, GraphML, and one HTML file that opens from a mail without any network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import networkx as nx
from flask import render_template

from explorer.errors import InputError
from explorer.formats.graphs import graph_bytes
from web.page import Asked, File
from web.parts import Who
from web.svg import svg

if TYPE_CHECKING:
    from web.pages.party import PartyPage


def _name(page: PartyPage) -> str:
    return "chain" if page.who.hidden else f"chain-{page.who.party_id}"


def picture_svg(_: Asked, page: PartyPage) -> File:
    if page.picture is None:
        raise InputError("no_picture")
    return File(svg(page.picture, alone=True).encode(), "image/svg+xml", _name(page))


def picture_html(_: Asked, page: PartyPage) -> File:
    """Picture and table with no script, link or id: it may be mailed to whoever may see the names in it."""
    text = render_template("party_file.html", page=page)
    return File(text.encode(), "text/html", _name(page))


def picture_graphml(_: Asked, page: PartyPage) -> File:
    """Goods run along the edges; nodes are named by ids, by their numbers where names are hidden."""
    graph: nx.MultiDiGraph = nx.MultiDiGraph()
    _add(graph, page.who, tier=0)
    for row in page.drawn:
        far, near = _node(row.who), _node(row.via or page.who)
        _add(graph, row.who, tier=row.tier if row.direction == "downstream" else -row.tier)
        supplier, buyer = (far, near) if row.direction == "upstream" else (near, far)
        amount = None if row.amount.amount is None else float(row.amount.amount)
        graph.add_edge(
            supplier, buyer, relation="SUPPLIES", amount=amount, n=row.n, last=row.last, strength=row.strength
        )
    _around(graph, page)
    return File(graph_bytes(graph, "graphml"), "application/graphml+xml", _name(page))


def _around(graph: nx.MultiDiGraph, page: PartyPage) -> None:
    """What was expanded beyond the chain; things that are no parties by what they are called."""
    for number, one in enumerate(page.around):
        own = _node(one.who)
        for place, met in enumerate(one.met):
            other = _node(met.who) if met.who else f"{one.other} {number}.{place}"
            if met.who:
                _add(graph, met.who, tier=graph.nodes[own]["tier"]) if other not in graph else None
            else:
                graph.add_node(other, name=(met.thing and met.thing.text) or "", role=one.other)
            start, end = (other, own) if one.direction == "in" else (own, other)
            graph.add_edge(start, end, relation=one.relation)


def _node(who: Who) -> str:
    return who.name if who.hidden else who.party_id


def _add(graph: object, who: Who, tier: int) -> None:
    graph.add_node(_node(who), name=who.name, role=who.role, tier=tier)  # type: ignore[attr-defined]


FILES: Mapping[str, Callable[[Asked, PartyPage], File]] = {
    "picture.svg": picture_svg,
    "picture.html": picture_html,
    "picture.graphml": picture_graphml,
}
