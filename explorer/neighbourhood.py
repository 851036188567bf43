"""The neighbourhood of a party as a networkx graph, within limits that are said: what is left out is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.view import View
from graph.model import NODE, RELATIONS
from graph.stores.base import Store
from graph.stores.queries import links_statement, nodes_statement

if TYPE_CHECKING:
    import networkx as nx

Key = tuple[str, str]
"""A node's label and id."""
Link = tuple[Key, Key, str, dict[str, Any]]


def neighbourhood(view: View, store: Store, row: int, hops: int, most: int, hub: int) -> nx.MultiDiGraph:
    """All that is within `hops` of a party, at most `most` nodes: nearer ones first, then stronger links, then ids.

    Only parties with at most `hub` trading partners are walked through. The graph's attributes `left_out` (nodes) and
    `hubs` (parties not walked through) count what is not there. Nodes are named `<Label>:<id>`.
    """
    import networkx as nx

    party_id = view.parties.take("party_id", np.array([row]))[0].as_py()
    shown: dict[Key, None] = {("Party", party_id): None}
    links: list[Link] = []
    frontier, missed, hubs = [party_id], set[Key](), 0
    for _ in range(hops):
        found = _links(store, frontier)
        links += found
        fresh = list(dict.fromkeys(end for link in found for end in link[:2] if end not in shown))
        kept = fresh[: most - len(shown)]
        missed.update(fresh[len(kept) :])
        shown.update(dict.fromkeys(kept))
        parties = [key for label, key in kept if label == "Party"]
        frontier = [party for party in parties if _partners(view, party) <= hub]
        hubs += len(parties) - len(frontier)
    graph = nx.MultiDiGraph(centre=f"Party:{party_id}", hops=hops, left_out=len(missed), hubs=hubs)
    for label, key, properties in _nodes(store, list(shown)):
        graph.add_node(f"{label}:{key}", label=label, **properties)
    for start, end, kind, properties in links:
        if start in shown and end in shown and not graph.has_edge(name(start), name(end), edge_key(kind, properties)):
            graph.add_edge(name(start), name(end), edge_key(kind, properties), type=kind, **properties)
    return graph


def name(key: Key) -> str:
    return f"{key[0]}:{key[1]}"


def edge_key(kind: str, properties: dict[str, Any]) -> str:
    return ":".join([kind, *(str(properties[part]) for part in ("kind", "event_id") if properties.get(part))])


def _links(store: Store, parties: list[str]) -> list[Link]:
    """Every relationship of `parties`, in the order of the model, the strongest and then the lowest ids first."""
    links: list[Link] = []
    for relation in RELATIONS:
        for ends in relation.ends:
            for leaving in (True, False):
                if ends[0 if leaving else 1] != "Party":
                    continue
                found = store.ask(links_statement(relation, ends, leaving=leaving), {"ids": parties}).to_pylist()
                found.sort(key=lambda row: (-(row.get("alive") or 0.0), row["start_id"], row["end_id"]))
                links += [
                    ((ends[0], row.pop("start_id")), (ends[1], row.pop("end_id")), relation.type, row)
                    for row in found
                ]
    return links


def _nodes(store: Store, keys: list[Key]) -> list[tuple[str, str, dict[str, Any]]]:
    found = []
    for node in NODE.values():
        ids = sorted(key for label, key in keys if label == node.label)
        if ids:
            rows = store.ask(nodes_statement(node), {"ids": ids}).to_pylist()
            found += [(node.label, row.pop("key"), row) for row in sorted(rows, key=lambda row: row["key"])]
    return found


def _partners(view: View, party_id: str) -> int:
    row = view.parties.find(party_id)
    if row is None:
        return 0
    return sum(view.parties.take(column, np.array([row]))[0].as_py() or 0 for column in ("n_suppliers", "n_buyers"))
