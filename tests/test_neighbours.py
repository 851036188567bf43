"""A party's neighbours by one relation: all of them, the most important first, whatever the size of the page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from explorer import Explorer
from explorer.errors import InputError
from explorer.neighbouring import sides
from graph.model import NODE, RELATION, RELATIONS
from graph.stores.queries import other_properties
from tests.neo4j_server import Server
from tests.parts import load, write_tables
from tests.stores import on_server

TABLES = {
    "parties": "party_id,name,manager_id,grid,industry\nA,甲,M1,G1,A01\nB,乙,,,\nC,丙,,,\nD,丁,,,\n",
    "supplies": "supplier_id,buyer_id,amount,date,count\nB,A,10,2026-01-01,1"
    "\nC,A,90,2026-06-01,9\nD,A,90,2026-06-01,9"
    "\nA,B,5,2026-06-01,\n",
    "ties": "a_id,b_id,kind,date,strength\nA,B,kin,2020-01-01,0.9\nA,C,friend,,\nA,C,colleague,2021-01-01,0.95\n",
    "referrals": "referrer_id,referred_id,date,outcome,reward\nA,B,2025-01-01,open,\nA,B,2026-01-01,converted,88.5\n"
    "C,A,,declined,\nD,A,2026-03-03,,\n",
    "ownership": "owner_id,owned_id,kind,share,date\nB,A,,0.2,\nC,A,,,\nD,A,,0.8,\n",
    "guarantees": "guarantor_id,guaranteed_id,amount,date\nA,B,10.25,\nA,C,,\nA,D,99,2026-01-01\n",
    "groups": "group_id,name,kind\nQ2,同业会,association\nQ1,商会,chamber\n",
    "memberships": "group_id,party_id,role\nQ2,A,head\nQ1,A,\n",
    "products": "product_id,name\nP1,面粉\nP2,面条\n",
    "makes": "party_id,product_id,share\nA,P1,0.3\nA,P2,0.7\n",
    "industries": "code,name,parent_code\nA01,农业,\n",
    "managers": "manager_id,name,branch,grids\nM1,周敏,坪山支行,G1\n",
    "loans": "loan_id,party_id,product,amount,start,due,status\nL1,A,订单贷,100000,2024-01-01,2025-01-01,结清\n"
    "L2,A,订单贷,50000.5,2026-01-01,2027-01-01,\nL3,A,,,,,\n",
    "contacts": "party_id,manager_id,date,kind,outcome\nA,M1,2026-01-05,visit,\nA,M1,2026-05-05,call,agreed\n",
    "signals": "subject_id,kind,date,value,source\nA,tender,2026-02-02,12,web\nA,lawsuit,2026-04-04,,\n",
}
SIDES = [(relation.type, side) for relation in RELATIONS for side in sides(relation.type)]
EXPECTED: dict[tuple[str, str], list[str]] = {
    ("SUPPLIES", "in"): ["C", "D", "B"],
    ("SUPPLIES", "out"): ["B"],
    ("REFERRED", "out"): ["B", "B"],
    ("REFERRED", "in"): ["D", "C"],
    ("KNOWS", "both"): ["C", "B", "C"],
    ("OWNS", "in"): ["D", "B", "C"],
    ("GUARANTEES", "out"): ["D", "B", "C"],
    ("MEMBER_OF", "out"): ["Q1", "Q2"],
    ("MAKES", "out"): ["P2", "P1"],
    ("IN_INDUSTRY", "out"): ["A01"],
    ("IN_GRID", "out"): ["G1"],
    ("MANAGES", "in"): ["M1"],
    ("BORROWS", "out"): ["L2", "L1", "L3"],
    ("CONTACTED", "in"): ["M1", "M1"],
}


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    folder = tmp_path_factory.mktemp("neighbours")
    return load(folder / "store", write_tables(folder / "tables", TABLES))


def ids(rows: Iterable[dict[str, Any]]) -> list[str]:
    return [row["other_id"] for row in rows]


@pytest.mark.parametrize(("relation", "direction"), SIDES)
def test_every_relation_of_a_party_lists_its_neighbours_in_order(
    explorer: Explorer, relation: str, direction: str
) -> None:
    found = explorer.neighbours("A", relation, direction)
    rows = found.found.to_pylist()
    if relation == "ABOUT":
        assert [(row["kind"], row["value"]) for row in rows] == [("lawsuit", None), ("tender", "12")]
    else:
        assert ids(rows) == EXPECTED.get((relation, direction), [])
    frame = found.frame()
    own = [one.name for one in (*RELATION[relation].properties, *other_properties(NODE[found.other]))]
    assert [*frame][6:] == [name for name in own if name != "name"]
    assert len(set(frame)) == len([*frame])
    assert frame["other_id"].tolist() == ids(rows)


def test_tables_hold_names_and_values(explorer: Explorer) -> None:
    loans = explorer.neighbours("A", "BORROWS").frame()
    assert loans["amount"].fillna(-1).tolist() == [50_000.5, 100_000, -1]
    assert explorer.neighbours("A", "GUARANTEES").frame()["amount"].fillna(-1).tolist() == [99, 10.25, -1]
    assert explorer.neighbours("A", "MEMBER_OF").frame()["other_name"].tolist() == ["商会", "同业会"]
    referred = explorer.neighbours("A", "REFERRED").frame()
    assert referred[["party_name", "other_name", "outcome"]].to_numpy().tolist() == [
        ["甲", "乙", "converted"], ["甲", "乙", "open"],
    ]  # fmt: skip


def test_counts_come_in_the_order_of_the_model_and_a_tie_counts_once(explorer: Explorer) -> None:
    counts = explorer.neighbours("A").counts
    assert [(one.relation, one.direction, one.count) for one in counts][:5] == [
        ("SUPPLIES", "out", 1), ("SUPPLIES", "in", 3), ("REFERRED", "out", 2), ("REFERRED", "in", 2),
        ("KNOWS", "both", 3),
    ]  # fmt: skip
    assert explorer.neighbours("B", "KNOWS").total == explorer.neighbours("B", "KNOWS", "out").total == 1
    assert (explorer.neighbours("A").relation, explorer.neighbours("A").direction) == ("SUPPLIES", "out")


def test_pages_of_any_size_make_the_whole(county: Explorer) -> None:
    view = county.view()
    names = ("n_suppliers", "n_buyers")
    degree = sum(view.parties.column(name).fill_null(0).to_numpy() for name in names)
    hub = view.parties.column("party_id")[int(degree.argmax())].as_py()
    for relation, direction in (("SUPPLIES", "in"), ("SUPPLIES", "out"), ("KNOWS", "both"), ("REFERRED", "in")):
        whole = county.neighbours(hub, relation, direction, limit=1000)
        assert whole.total == len(whole.found)
        pages = [county.neighbours(hub, relation, direction, offset=at, limit=7) for at in range(0, whole.total, 7)]
        assert [row for page in pages for row in page.found.to_pylist()] == whole.found.to_pylist()
        assert whole.frame()["other_id"].tolist() == whole.found["other_id"].to_pylist()


def test_a_table_holds_all_rows_whatever_the_page(county: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    core = county.view().parties.take("party_id", county.view().cores[:1])[0].as_py()
    some = county.neighbours(core, "SUPPLIES", "in", offset=3, limit=2)
    assert (len(some.found), len(some.frame())) == (2, some.total)
    whole = some.frame()
    monkeypatch.setattr("explorer.neighbouring.PIECE", 3)
    assert county.neighbours(core, "SUPPLIES", "in").frame().equals(whole)


def test_a_party_alone_has_no_neighbours(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("alone")
    alone = load(folder / "store", write_tables(folder / "tables", {"parties": "party_id,name\nA,甲\n"}))
    found = alone.neighbours("A")
    assert (found.relation, found.counts, found.total) == (None, (), 0)
    assert (alone.neighbours("A", "OWNS").total, len(alone.neighbours("A", "OWNS").found)) == (0, 0)


@pytest.mark.parametrize(
    ("relation", "direction", "code"),
    [("LOVES", None, "relation_unknown"), ("FEEDS", None, "relation_unknown"), ("OWNS", "both", "relation_direction"),
     ("OWNS", "up", "relation_direction"), ("MANAGES", "out", "relation_direction")],
)  # fmt: skip
def test_what_is_no_relation_of_a_party_is_refused(
    explorer: Explorer, relation: str, direction: str | None, code: str
) -> None:
    with pytest.raises(InputError) as refused:
        explorer.neighbours("A", relation, direction)
    assert refused.value.code == code


@pytest.mark.xdist_group("neo4j")
def test_a_server_gives_the_same_rows_in_the_same_order(
    explorer: Explorer, neo4j_empty: Server, tmp_path: Path
) -> None:
    server = on_server(neo4j_empty, tmp_path / "home")
    server.load(write_tables(tmp_path / "tables", TABLES), rejects=tmp_path / "rejects.csv")
    for relation, direction in SIDES:
        pairs = [one.neighbours("A", relation, direction, offset=1, limit=2) for one in (explorer, server)]
        assert pairs[0].found.to_pylist() == pairs[1].found.to_pylist()
        assert pairs[0].counts == pairs[1].counts
    server.close()
