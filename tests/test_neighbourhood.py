"""What stands around a party: a graph for people, within limits that are said."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import pytest

from explorer import Explorer
from tests.parts import Run, load, write_tables


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    """A hub H that sells to 30 buyers, a friend of it, and what they make."""
    names = ["H", "K", "A", *(f"Z{n:02}" for n in range(30))]
    tables = {
        "parties": "party_id,name\n" + "".join(f"{name},名{name}\n" for name in names),
        "supplies": "supplier_id,buyer_id,amount,date,count\nA,H,500,2026-01-01,9\n"
        + "".join(f"H,Z{n:02},{n + 1}00,2026-01-01,{n + 1}\n" for n in range(30)),
        "ties": "a_id,b_id,kind\nK,H,kin\nK,H,friend\nZ28,Z29,friend\n",
        "makes": "party_id,product_id,share\nH,面粉,0.5\n",
    }
    folder = tmp_path_factory.mktemp("village")
    return load(folder / "store", write_tables(folder / "tables", tables))


def explorer_with(explorer: Explorer, **settings: int) -> Explorer:
    return Explorer.open(explorer.home.folder, settings)


def test_one_hop_holds_every_relation_of_the_party(village: Explorer) -> None:
    graph = village.neighbourhood("K")
    assert sorted(graph.nodes) == ["Party:H", "Party:K"]
    assert sorted((a, b, key) for a, b, key in graph.edges(keys=True)) == [
        ("Party:H", "Party:K", "KNOWS:friend"), ("Party:H", "Party:K", "KNOWS:kin"),
    ]  # fmt: skip
    assert graph.graph == {"centre": "Party:K", "hops": 1, "left_out": 0, "hubs": 0}
    assert graph.nodes["Party:H"]["name"] == "名H"


def test_two_hops_hold_the_neighbours_neighbours(village: Explorer) -> None:
    graph = village.neighbourhood("A", hops=2)
    assert set(graph.nodes) == {
        "Party:A",
        "Party:H",
        "Party:K",
        "Product:面粉",
        *(f"Party:Z{n:02}" for n in range(30)),
    }
    assert graph.number_of_edges() == 34


def test_a_hub_is_counted_and_not_walked_through(village: Explorer) -> None:
    graph = explorer_with(village, view_hub=10).neighbourhood("A", hops=2)
    assert sorted(graph.nodes) == ["Party:A", "Party:H"]
    assert (graph.graph["hubs"], graph.graph["left_out"]) == (1, 0)


def test_a_limit_keeps_the_strongest_links_and_counts_the_rest(village: Explorer) -> None:
    graph = explorer_with(village, view_nodes=6).neighbourhood("H")
    assert sorted(graph.nodes) == ["Party:H", *(f"Party:Z{n}" for n in range(25, 30))]
    assert graph.graph["left_out"] == 28


def test_what_is_left_out_is_counted_once_however_it_is_reached(village: Explorer) -> None:
    graph = explorer_with(village, view_nodes=2).neighbourhood("H", hops=3)
    assert (sorted(graph.nodes), graph.graph["left_out"]) == (["Party:H", "Party:Z29"], 32)


def test_the_command_writes_three_formats_and_says_what_is_left_out(
    run: Run, village: Explorer, tmp_path: Path
) -> None:
    arguments = ["export", "neighbourhood", "A", "--hops", 2, "--store", village.home.folder]
    for name in ("a.graphml", "a.gexf", "a.json"):
        ran = run(*arguments, "--out", name)
        assert (ran.code, ran.out) == (0, b"")
        assert ran.err == (
            f"Written to {name}: nodes 34, links 34."
            " Left out by the limit view_nodes: 0; hubs not walked through: 0.\n"
        )
        first = (tmp_path / name).read_bytes()
        run(*arguments, "--out", name)
        assert (tmp_path / name).read_bytes() == first
    ran = run(*arguments, "--out", "b.json", "--view-nodes", 10)
    assert "Left out by the limit view_nodes: 24;" in ran.err
    ran = run(*arguments, "--out", "b.json", "--view-hub", 10)
    assert "hubs not walked through: 1." in ran.err
    assert run(*arguments, "--out", "b.doc").code == 2
    assert run("export", "neighbourhood", "无此人", "--out", "b.json", "--store", village.home.folder).code == 2
    read = [
        nx.read_graphml(tmp_path / "a.graphml", force_multigraph=True),
        nx.read_gexf(tmp_path / "a.gexf"),
        nx.node_link_graph(json.loads((tmp_path / "a.json").read_text("utf-8")), edges="edges"),
    ]
    assert [(len(graph), graph.number_of_edges()) for graph in read] == [(34, 34)] * 3
    assert {graph.nodes["Party:H"]["name"] for graph in read} == {"名H"}


def test_a_neighbourhood_says_neither_phones_nor_addresses(tmp_path: Path) -> None:
    parties = "party_id,name,phone,address\nA,甲,139,东街1号\nB,乙,138,西街2号\n"
    tables = write_tables(tmp_path / "t", {"parties": parties, "supplies": "supplier_id,buyer_id\nA,B\n"})
    explorer = load(tmp_path / "s", tables)
    drawn = explorer.neighbourhood("A")
    assert set(drawn) == {"Party:A", "Party:B"}
    assert not any({"phone", "address"} & set(facts) for _, facts in drawn.nodes(data=True))
    assert explorer.party("A").facts["phone"] == "139"
