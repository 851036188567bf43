"""A neighbourhood as a graph file: GraphML, GEXF or node-link JSON, by networkx, the same bytes every time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from explorer.errors import BadSetting
from explorer.formats.files import replacing

if TYPE_CHECKING:
    import networkx as nx

GRAPH_ENDINGS = {".graphml": "graphml", ".gexf": "gexf", ".json": "node-link"}
MODIFIED = "2000-01-01"
"""The day every GEXF file says it was made: the same graph, the same bytes."""

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NODE_NAMES = frozenset(("id", "pid", "start", "end", "parents", "slices", "spells", "viz"))
EDGE_NAMES = frozenset(("id", "key", "source", "target", "type", "start", "end", "slices", "spells", "viz"))
"""Names that one of the formats, or networkx writing it, keeps for itself."""


def graph_format_of(path: Path) -> str:
    """Tell the format by the ending of `path`; raise BadSetting with the known ones."""
    ending = path.suffix.lower()
    if ending not in GRAPH_ENDINGS:
        raise BadSetting("graph_ending", file=path.name, endings=" ".join(GRAPH_ENDINGS))
    return GRAPH_ENDINGS[ending]


def write_graph(graph: nx.DiGraph, path: Path, file_format: str | None = None) -> None:
    """Write a directed graph or multigraph, in the format of the ending unless `file_format` names another.

    Nodes and edges are sorted; None and NaN are left out, dates become ISO text, and an attribute whose name a
    format keeps for itself gets a trailing underscore (`type_`). An attribute should be of one type throughout.
    A failed export leaves the former file as it was.
    """
    write = WRITERS[file_format or graph_format_of(path)]
    with replacing(path) as stream:
        write(_ordered(graph), stream)


def graph_bytes(graph: nx.DiGraph, file_format: str) -> bytes:
    """The bytes `write_graph` would write in a format: graphml, gexf or node-link."""
    stream = BytesIO()
    WRITERS[file_format](_ordered(graph), stream)
    return stream.getvalue()


def _ordered(graph: nx.DiGraph) -> nx.DiGraph:
    ordered = graph.__class__()
    for node, facts in sorted(graph.nodes(data=True), key=lambda pair: str(pair[0])):
        ordered.add_node(_legal(node), **_plain(facts, NODE_NAMES))
    for ends, facts in sorted(_edges(graph), key=lambda pair: [str(end) for end in pair[0]]):
        ordered.add_edge(*map(_legal, ends), **_plain(facts, EDGE_NAMES))
    return ordered


def _edges(graph: nx.DiGraph) -> Iterable[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Every edge as its ends, with its key in a multigraph, and its attributes."""
    if graph.is_multigraph():
        return ((ends, facts) for *ends, facts in graph.edges(keys=True, data=True))
    return ((ends, facts) for *ends, facts in graph.edges(data=True))


def _plain(facts: Mapping[str, Any], kept: frozenset[str]) -> dict[str, Any]:
    named = {f"{name}_" if name in kept else name: _value(facts[name]) for name in sorted(facts)}
    return {name: value for name, value in named.items() if value is not None}


def _value(value: Any) -> Any:
    """One of the four types all formats know: text, integer, number, flag; None for NaN and infinities."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return _legal(";".join(map(str, value)))
    if hasattr(value, "item"):  # a number of numpy's
        value = value.item()
    if isinstance(value, float) and not isfinite(value):
        return None
    return _legal(value)


def _legal(value: Any) -> Any:
    """Take out of text the control characters that XML forbids."""
    return ILLEGAL.sub("", value) if isinstance(value, str) else value


def _graphml(graph: nx.DiGraph, stream: BinaryIO) -> None:
    from networkx.readwrite.graphml import write_graphml_xml

    write_graphml_xml(graph, stream)  # not write_graphml, whose bytes depend on whether lxml is installed


def _gexf(graph: nx.DiGraph, stream: BinaryIO) -> None:
    from networkx.readwrite.gexf import GEXFWriter

    writer = GEXFWriter(graph, encoding="utf-8", version="1.2draft")
    writer.xml.find("meta").set("lastmodifieddate", MODIFIED)
    writer.write(stream)
    stream.write(b"\n")


def _node_link(graph: nx.DiGraph, stream: BinaryIO) -> None:
    from networkx import node_link_data

    data = node_link_data(graph, edges="edges")
    stream.write(f"{json.dumps(data, ensure_ascii=False, indent=1)}\n".encode())


WRITERS: dict[str, Callable[[nx.DiGraph, BinaryIO], None]] = {
    "graphml": _graphml,
    "gexf": _gexf,
    "node-link": _node_link,
}
