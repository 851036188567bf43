"""The embedded store: the whole graph of a load, asked in Cypher, and rebuilt where another version wrote it."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from explorer import Explorer
from explorer.errors import StoreError
from graph.model import NODES, RELATIONS
from graph.stores.ladybug import FORMAT, copy_cypher
from tests.parts import EXAMPLE, Run, load, write_tables

# One row of every table, so that every node kind and relationship of the model stands in the graph.
ALL_TABLES = EXAMPLE | {
    "customers": "party_id,customer_since,industry,grid,manager_id\nM1,2020-05-01,1311,G1,V1\n",
    "suppliers": "party_id\nF1\n",
    "distributors": "party_id\nD1\n",
    "referrers": "party_id\nF2\n",
    "referrals": "referrer_id,referred_id,date,outcome,reward\nF2,F1,2026-01-02,converted,88.5\n",
    "ties": "a_id,b_id,kind,strength\nF2,F1,kin,0.5\nF1,F2,friend,\n",
    "ownership": "owner_id,owned_id,kind,share\nF1,M1,,0.25\n",
    "guarantees": "guarantor_id,guaranteed_id,amount\nM1,M2,1000\n",
    "groups": "group_id,name,kind\nA1,面粉协会,association\n",
    "memberships": "group_id,party_id,role\nA1,M1,会长\nA2,M2,\n",
    "products": "product_id,name\nP1,小麦\n",
    "makes": "party_id,product_id,share\nF1,P1,1\nM1,P2,\n",
    "product_chain": "input_product_id,output_product_id\nP1,P2\n",
    "industries": "code,name,parent_code\n1311,面粉,13\n13,食品,\n",
    "industry_chain": "input_code,output_code\n01,13\n",
    "managers": "manager_id,name,branch,grids,weekly_hours\nV1,王经理,城东,G1;G2,40\n",
    "loans": "loan_id,party_id,amount,start,due\nL1,M1,5000,2026-01-01,2027-01-01\n",
    "contacts": "party_id,manager_id,date,kind\nF1,V1,2026-03-01,电话\n",
    "signals": "subject_id,kind,date,value\nF1,扩产,2026-04-01,3\nP1,涨价,2026-04-02,\n",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    folder = tmp_path_factory.mktemp("whole")
    return load(folder / "store", write_tables(folder / "tables", ALL_TABLES))


def test_every_node_and_relationship_of_the_model_is_in_the_graph(whole: Explorer) -> None:
    nodes = whole.store.ask("MATCH (n) RETURN label(n) AS kind, count(*) AS n ORDER BY kind", {}).to_pydict()
    assert dict(zip(nodes["kind"], nodes["n"], strict=True)) == {
        "Grid": 2, "Group": 2, "Industry": 3, "Loan": 1, "Manager": 1, "Party": 8, "Product": 2, "Signal": 2,
    }  # fmt: skip
    links = whole.store.ask(
        "MATCH (a)-[r]->(b) RETURN label(a) AS a, label(r) AS r, label(b) AS b, count(*) AS n ORDER BY r, b", {}
    )
    assert [tuple(row.values()) for row in links.to_pylist()] == [
        ("Signal", "ABOUT", "Party", 1), ("Signal", "ABOUT", "Product", 1), ("Party", "BORROWS", "Loan", 1),
        ("Manager", "CONTACTED", "Party", 1), ("Industry", "FEEDS", "Industry", 1),
        ("Product", "GOES_INTO", "Product", 1), ("Party", "GUARANTEES", "Party", 1), ("Party", "IN_GRID", "Grid", 1),
        ("Party", "IN_INDUSTRY", "Industry", 1), ("Party", "KNOWS", "Party", 2), ("Party", "MAKES", "Product", 2),
        ("Manager", "MANAGES", "Party", 1), ("Party", "MEMBER_OF", "Group", 2), ("Party", "OWNS", "Party", 1),
        ("Industry", "PART_OF", "Industry", 1), ("Party", "REFERRED", "Party", 1), ("Manager", "SERVES", "Grid", 2),
        ("Party", "SUPPLIES", "Party", 8),
    ]  # fmt: skip


def test_a_party_carries_what_its_files_say(whole: Explorer) -> None:
    [party] = whole.store.ask("MATCH (p:Party {party_id: $id}) RETURN p", {"id": "M1"})["p"].to_pylist()
    facts = {name: value for name, value in party.items() if value is not None and not name.startswith("_")}
    assert {name: str(value) for name, value in facts.items()} == {
        "party_id": "M1", "name": "明光面粉", "roles": "customer", "is_customer": "True", "is_core": "False",
        "is_supplier": "False", "is_distributor": "False", "is_retailer": "False", "is_referrer": "False",
        "industry": "1311", "grid": "G1", "manager_id": "V1", "customer_since": "2020-05-01",
        "do_not_contact": "False", "no_introductions": "False", "n_suppliers": "2", "n_buyers": "1",
        "top_buyer_share": "1.0",
    }  # fmt: skip


def test_links_carry_amounts_and_strengths(whole: Explorer) -> None:
    asked = whole.store.ask(
        "MATCH (:Party {party_id: 'F2'})-[r:SUPPLIES]->(b:Party) RETURN b.party_id AS id, r.amount AS amount,"
        " r.amount_12 AS amount_12, r.amount_24 AS amount_24, r.n AS n, r.cost_up AS up ORDER BY id",
        {},
    )
    assert [tuple(row.values()) for row in asked.to_pylist()] == [
        ("M1", 20000.0, 0.0, 20000.0, 1, 2359539), ("M2", 50000.0, 50000.0, 0.0, 2, 952108),
    ]  # fmt: skip


def test_ties_are_kept_once_per_pair_and_kind_smaller_id_first(whole: Explorer) -> None:
    asked = whole.store.ask(
        "MATCH (a:Party)-[r:KNOWS]->(b:Party) RETURN a.party_id AS a, b.party_id AS b, r.kind AS kind,"
        " r.strength AS strength ORDER BY kind",
        {},
    )
    assert [tuple(row.values()) for row in asked.to_pylist()] == [
        ("F1", "F2", "friend", None), ("F1", "F2", "kin", 0.5),
    ]  # fmt: skip


def test_the_files_the_store_is_filled_from_are_those_of_the_model(whole: Explorer) -> None:
    version = whole.home.current()
    assert version
    for node in NODES:
        assert pq.read_schema(version / "graph" / f"{node.label}.parquet").names == [p.name for p in node.properties]
    for relation in RELATIONS:
        for ends in relation.ends:
            names = pq.read_schema(version / "graph" / f"{relation.type}.{'.'.join(ends)}.parquet").names
            assert names == ["from", "to", *(p.name for p in relation.properties)]


def test_paths_are_quoted() -> None:
    assert copy_cypher("ABOUT.Signal.Party", Path("/a'b\\c")) == (
        "COPY `ABOUT` FROM '/a\\'b\\\\c' (from='Signal', to='Party')"
    )


def test_a_store_in_a_folder_with_odd_signs_loads(tmp_path: Path) -> None:
    explorer = load(tmp_path / "it's 客户's \"store\"", write_tables(tmp_path / "it's tables", EXAMPLE))
    assert explorer.party("B1").name == "龙头食品"
    assert load(explorer.home.folder, tmp_path / "it's tables").status().former


def test_a_refused_question_is_a_store_error(example: Explorer) -> None:
    for statement in ("MATCH (p:Party RETURN p", "CREATE (:Party {party_id: 'X'})", "MATCH (n:Nothing) RETURN n"):
        with pytest.raises(StoreError) as refused:
            example.store.ask(statement, {})
        assert refused.value.code == "ladybug_ask"


def test_a_file_of_another_version_is_rebuilt_at_the_next_question(tmp_path: Path, run: Run) -> None:
    store = tmp_path / "store"
    explorer = load(store, write_tables(tmp_path / "tables", EXAMPLE))
    before = explorer.party("B1")
    explorer.store.close()
    file = store / "load-000001" / f"graph-{FORMAT}.lbug"
    file.rename(file.with_name("graph-0.11.lbug"))
    ran = run("show", "B1", "--store", store)
    assert ran.code == 0
    assert ran.err.startswith("Rebuilding the graph, which another version wrote")
    assert explorer.party("B1") == before
    assert run("show", "B1", "--store", store).err == ""


def test_a_garbled_graph_file_is_an_error_with_a_sentence(tmp_path: Path) -> None:
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", EXAMPLE))
    explorer.store.close()
    (tmp_path / "store" / "load-000001" / f"graph-{FORMAT}.lbug").write_bytes(b"garbage" * 1000)
    with pytest.raises(StoreError):
        explorer.party("B1")
    assert len(explorer.dig("all").frame()) == 6
