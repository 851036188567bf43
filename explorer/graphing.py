"""Nodes, relationships and paths in the rows of a query, as one networkx graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from explorer.errors import InputError
from explorer.neighbourhood import edge_key, name
from graph.model import NODE, RELATION, Property

if TYPE_CHECKING:
    import networkx as nx
    import pyarrow as pa

Struct = Mapping[str, Any]


def graph(rows: pa.Table) -> nx.MultiDiGraph:
    """One graph of all rows; nodes are named `<Label>:<id>` as in `Explorer.neighbourhood`.

    A relationship whose ends are not in the rows has nodes of its own, named by the store's numbers. Raises
    InputError where no column holds nodes, relationships or paths.
    """
    import networkx as nx

    nodes: dict[str, Struct] = {}
    links: dict[str, Struct] = {}
    for column in rows.columns:
        for cell in column.to_pylist():
            for found in structs(cell):
                (links if "_SRC" in found else nodes)[_number(found["_ID"])] = found
    if not nodes and not links and rows.num_rows:
        raise InputError("no_nodes", columns=", ".join(rows.column_names))
    drawn = nx.MultiDiGraph()
    for found in sorted(nodes.values(), key=node_name):
        drawn.add_node(node_name(found), label=found["_LABEL"], **properties(found))
    ends = {number: node_name(found) for number, found in nodes.items()}
    drawn.add_edges_from(sorted((_edge(found, ends) for found in links.values()), key=itemgetter(0, 1, 2)))
    return drawn


def _edge(link: Struct, ends: Mapping[str, str]) -> tuple[str, str, str, dict[str, Any]]:
    start, end = (ends.get(_number(link[at]), _number(link[at])) for at in ("_SRC", "_DST"))
    known = {"type": link["_LABEL"]} | properties(link)
    return start, end, edge_key(link["_LABEL"], known), known


def structs(cell: object) -> Iterator[Struct]:
    """All nodes and relationships in a cell, those within paths and lists too."""
    if isinstance(cell, list):
        for one in cell:
            yield from structs(one)
    elif isinstance(cell, dict) and "_NODES" in cell:
        yield from structs([*cell["_NODES"], *cell["_RELS"]])
    elif isinstance(cell, dict) and cell.get("_LABEL") is not None:
        yield cell


def node_name(node: Struct) -> str:
    return name((node["_LABEL"], node[NODE[node["_LABEL"]].key]))


def properties(found: Struct) -> dict[str, Any]:
    """What is known of a node or relationship, by the model: a store's own bookkeeping is left out."""
    return {one.name: found[one.name] for one in declared(found["_LABEL"]) if found.get(one.name) is not None}


def declared(label: str) -> tuple[Property, ...]:
    return NODE[label].properties if label in NODE else RELATION[label].properties


def _number(identity: object) -> str:
    """The store's own number of a node or relationship, as text."""
    if isinstance(identity, dict):
        return f"{identity['table']}:{identity['offset']}"
    return str(identity)
