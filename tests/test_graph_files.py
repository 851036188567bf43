"""A neighbourhood taken away as a graph file reads back as it was, and is the same bytes every day."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from explorer.errors import BadSetting
from explorer.formats.graphs import GRAPH_ENDINGS, write_graph

READERS = {
    "graphml": lambda path: nx.read_graphml(path, force_multigraph=True),
    "gexf": nx.read_gexf,
    "node-link": lambda path: nx.node_link_graph(json.loads(path.read_text("utf-8")), edges="edges"),
}


def neighbourhood() -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    graph.add_node("M1", name="宏达\x01面粉<&>", is_customer=True, value=None, since=date(2024, 2, 29))
    graph.add_node("B1", name="Ann's", is_customer=False, value=np.float64(1.5), roles=["a", "b"])
    graph.add_edge("M1", "B1", "SUPPLIES", type="SUPPLIES", amount=600000.0, n=12, last=date(2026, 6, 30))
    graph.add_edge("M1", "B1", "KNOWS", type="KNOWS", strength=float("nan"), start=date(2020, 1, 1))
    return graph


NODES = {
    "B1": {"is_customer": False, "name": "Ann's", "roles": "a;b", "value": 1.5},
    "M1": {"is_customer": True, "name": "宏达面粉<&>", "since": "2024-02-29"},
}
EDGES = [
    ("M1", "B1", {"start_": "2020-01-01", "type_": "KNOWS"}),
    ("M1", "B1", {"amount": 600000.0, "last": "2026-06-30", "n": 12, "type_": "SUPPLIES"}),
]


def read(path: Path) -> tuple[dict[str, dict[str, object]], list[tuple[str, str, dict[str, object]]]]:
    graph = READERS[GRAPH_ENDINGS[path.suffix]](path)
    own = ("label", "id", "networkx_key")  # what GEXF adds
    nodes = {node: {k: v for k, v in facts.items() if k not in own} for node, facts in graph.nodes(data=True)}
    edges = [(a, b, {k: v for k, v in facts.items() if k not in own}) for a, b, facts in graph.edges(data=True)]
    return nodes, edges


@pytest.mark.parametrize("ending", GRAPH_ENDINGS)
def test_a_graph_reads_back_as_it_was(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    write_graph(neighbourhood(), path)
    assert read(path) == (NODES, EDGES)


@pytest.mark.parametrize("ending", GRAPH_ENDINGS)
def test_the_order_of_nodes_and_edges_does_not_change_the_bytes(tmp_path: Path, ending: str) -> None:
    graph = neighbourhood()
    turned = nx.MultiDiGraph()
    turned.add_nodes_from(
        (node, dict(reversed(facts.items()))) for node, facts in reversed(list(graph.nodes(data=True)))
    )
    turned.add_edges_from(reversed(list(graph.edges(keys=True, data=True))))
    write_graph(graph, tmp_path / f"a{ending}")
    write_graph(turned, tmp_path / f"b{ending}")
    assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


def test_gexf_bears_no_day_of_writing(tmp_path: Path) -> None:
    write_graph(neighbourhood(), tmp_path / "a.gexf")
    text = (tmp_path / "a.gexf").read_text("utf-8")
    assert re.findall('lastmodifieddate="([^"]*)"', text) == ["2000-01-01"]
    assert date.today().isoformat() not in text


def test_the_smallest_file_is_these_bytes(tmp_path: Path) -> None:
    graph = nx.DiGraph()
    graph.add_edge("甲", "乙", n=1)
    write_graph(graph, tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_bytes()) == {
        "directed": True,
        "multigraph": False,
        "graph": {},
        "nodes": [{"id": "乙"}, {"id": "甲"}],
        "edges": [{"n": 1, "source": "甲", "target": "乙"}],
    }


@pytest.mark.parametrize("ending", GRAPH_ENDINGS)
def test_an_empty_or_plain_graph_can_be_written(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    write_graph(nx.DiGraph(), path)
    assert read(path) == ({}, [])
    write_graph(nx.DiGraph([("b", "a")]), path)
    assert read(path) == ({"a": {}, "b": {}}, [("b", "a", {})])


def test_a_graph_that_cannot_be_written_leaves_the_former_file(tmp_path: Path) -> None:
    (tmp_path / "a.gexf").write_text("former")
    graph = nx.DiGraph()
    graph.add_node("a", odd=object())
    with pytest.raises(TypeError):
        write_graph(graph, tmp_path / "a.gexf")
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {"a.gexf": "former"}
    with pytest.raises(BadSetting, match="graphml"):
        write_graph(graph, tmp_path / "a.csv")
    write_graph(nx.DiGraph(), tmp_path / "a.csv", "gexf")
    assert nx.read_gexf(tmp_path / "a.csv").number_of_nodes() == 0
