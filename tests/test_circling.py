"""Circles and faces of a county are those of the definitions written a second time; risk units those of networkx."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from explorer import Explorer, formats
from explorer.acquaintance import acquaintance
from explorer.gathering import FACES, RISKS
from graph.algorithms.circles import circles
from tests.circle_oracle import Faces
from tests.independent import World, table
from tests.neo4j_server import Server
from tests.parts import Run, load, read_rows, write_tables
from tests.stores import fill, on_server


@pytest.fixture(scope="module")
def faces(county: Explorer, county_tables: Path) -> Faces:
    brought = county.referrers().frame()
    expected = dict(zip(brought["party_id"], brought["expected"], strict=True))
    return Faces(World(county_tables), county_tables, expected)


def found_by_leiden(county: Explorer) -> dict[str, set[str]]:
    view = county.view()
    known = acquaintance(view, county.settings, 1)
    ids = view.parties.column("party_id").to_pylist()
    found: dict[str, set[str]] = {}
    for party, smallest in enumerate(circles(known.ptr, known.rows, known.strength).tolist()):
        found.setdefault(ids[smallest], set()).add(ids[party])
    return {circle: members for circle, members in found.items() if len(members) > 1}


def test_the_table_of_a_county_agrees_with_the_independent_programme(county: Explorer, faces: Faces) -> None:
    sets = {"community": found_by_leiden(county), "group": faces.groups, "grid": faces.grids}
    expected = []
    for kind, circles_ in sets.items():
        rows = [faces.row(kind, circle, members) for circle, members in circles_.items()]
        expected += sorted(rows, key=lambda row: (-row["prospects"], row["circle_id"]))  # type: ignore[operator]
    frame = county.circles().frame().drop(columns=["name", "former_id"])
    found = frame.astype(object).where(frame.notna(), None).to_dict("records")
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == theirs | {
            name: value if value is None else pytest.approx(value, rel=1e-5, abs=2e-6)
            for name, value in theirs.items()
            if name in ("lift", "p_value", "expected_customers", "penetration")
        }
    assert {row["kind"] for row in found} == {"community", "group", "grid"}


def test_the_members_of_a_group_have_their_roles_and_strongest_links(
    county: Explorer, county_tables: Path, faces: Faces
) -> None:
    group = max(faces.groups, key=lambda one: (len(faces.groups[one]), one))
    roles = {row["party_id"]: row["role"] for row in table(county_tables, "memberships") if row["group_id"] == group}
    frame = county.circles("group").members(group).frame()
    assert dict(zip(frame["party_id"], frame["role"], strict=True)) == dict(sorted(roles.items()))
    view = county.view()
    ids = view.parties.column("party_id").to_pylist()
    known = acquaintance(view, county.settings, 1)
    for row in frame.itertuples():
        party = ids.index(row.party_id)
        near = slice(known.ptr[party], known.ptr[party + 1])
        links = [
            (ids[number & 0xFFFFFFFF], round(strength, 6))
            for number, strength in zip(known.rows[near].tolist(), known.strength[near].tolist(), strict=True)
            if ids[number & 0xFFFFFFFF] in roles
        ]
        shown = [(row.link_1_id, row.link_1_strength), (row.link_2_id, row.link_2_strength)]
        shown += [(row.link_3_id, row.link_3_strength)]
        assert (row.links, [link for link in shown if link[0] == link[0] and link[0]]) == (len(links), links[:3])


def test_risk_units_are_the_parts_that_networkx_finds(county: Explorer, county_tables: Path) -> None:
    owned = nx.DiGraph((row["owner_id"], row["owned_id"]) for row in table(county_tables, "ownership"))
    sureties = nx.DiGraph((row["guarantor_id"], row["guaranteed_id"]) for row in table(county_tables, "guarantees"))
    families = [part for part in nx.weakly_connected_components(owned) if len(part) > 1]
    rings = [part for part in nx.strongly_connected_components(sureties) if len(part) > 1]
    frame = county.circles(("guarantee", "ownership")).frame()
    for kind, parts, graph in (("guarantee", rings, sureties), ("ownership", families, owned)):
        of = frame[frame["kind"] == kind]
        expected = sorted((-len(part), min(part)) for part in parts)
        assert list(zip(-of["members"], of["circle_id"], strict=True)) == expected
        links = {min(part): graph.subgraph(part).number_of_edges() for part in parts}
        assert dict(zip(of["circle_id"], of["links"], strict=True)) == links
        cycles = {min(part): len([*nx.simple_cycles(graph.subgraph(part), length_bound=6)]) for part in parts}
        assert dict(zip(of["circle_id"], of["cycles"], strict=True)) == cycles


PARTIES = """\
party_id,name,roles,customer_since,address,product,do_not_contact
A,甲,,,东街1号,鸡,
B,乙,customer,,东街1号,鸡,
C,丙,,,东街1号,鸡,1
D,丁,,,西街2号,鸭,
E,戊,,,西街3号,鸭,
F,己,,,,鹅,
"""
TIES = "a_id,b_id,kind\nA,B,kin\nB,C,friend\nA,C,kin\nD,E,kin\n"
GUARANTEES = "guarantor_id,guaranteed_id,amount\nA,B,100\nB,C,200.5\nC,A,\nA,C,40\nC,D,7\nE,D,9\n"
OWNERSHIP = "owner_id,owned_id,share\nD,E,0.5\nE,F,1\n"
LOANS = "loan_id,party_id,amount,status\n1,A,1000.25,正常\n2,A,50,结清\n3,C,,逾期\n4,E,3,\n"
SMALL = {
    "parties": PARTIES, "ties": TIES, "guarantees": GUARANTEES, "ownership": OWNERSHIP, "loans": LOANS,
    "supplies": "supplier_id,buyer_id,date\nF,D,2026-06-30\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    folder = tmp_path_factory.mktemp("small")
    return load(folder / "store", write_tables(folder / "tables", SMALL))


def test_a_ring_of_sureties_says_how_it_is_tangled_and_what_hangs_on_it(small: Explorer) -> None:
    [row] = small.circles("guarantee").frame().to_dict("records")
    assert {name: value for name, value in row.items() if name not in ("name", "former_id")} == {
        "circle_id": "A", "kind": "guarantee", "members": 3, "customers": 1, "links": 4, "strong_parts": 1,
        "in_strong": 3, "cycles": 2, "cycles_cut": False, "shortest_cycle": 2, "loans": 2, "loan_amount": 1000.25,
        "guarantees_inside": 340.5, "guarantees_outside": 7.0,
    }  # fmt: skip


def test_settings_say_when_cycles_are_cut_and_which_loans_are_paid_back(small: Explorer) -> None:
    [row] = small.circles("guarantee", cycle_limit=1, settled="正常, 逾期").frame().to_dict("records")
    assert (row["cycles"], row["cycles_cut"], row["loans"], row["loan_amount"]) == (1, True, 1, 50.0)


def test_a_family_of_owners_need_not_be_a_ring(small: Explorer) -> None:
    [row] = small.circles("ownership").frame().to_dict("records")
    assert (row["circle_id"], row["name"], row["members"], row["strong_parts"], row["loans"]) == ("D", "戊", 3, 0, 1)
    assert (row["loan_amount"], row["guarantees_inside"], row["cycles"]) == (3.0, 9.0, 0)
    assert np.isnan(row["shortest_cycle"])


def test_who_may_not_be_contacted_is_a_member_and_no_prospect(small: Explorer) -> None:
    first = small.circles("community").frame().to_dict("records")[0]
    second = small.circles("community").frame().to_dict("records")[1]
    sets = {row["circle_id"]: (row["members"], row["prospects"], row["shared"]) for row in (first, second)}
    assert sets == {"A": (3, 1, "product:鸡"), "D": (3, 3, "product:鸭")}
    members = small.circles("community").members("A").frame()
    assert members["standing"].tolist() == ["prospect", "customer", "do_not_contact"]
    assert members["link_1_types"].tolist() == ["tie;guarantee"] * 3


def test_a_circle_is_known_again_after_a_load_that_takes_a_member_away(tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables", SMALL)
    explorer = load(tmp_path / "store", tables)
    assert explorer.circles(("community",)).frame()["former_id"].isna().all()
    later = {name: text.replace("\nA,", "\nB,").replace("C,A,", "C,B,") for name, text in SMALL.items()}
    later["parties"] = "\n".join(line for line in PARTIES.splitlines() if not line.startswith("A,"))
    later["loans"] = LOANS.replace(",A,", ",B,")
    later["ties"] = "a_id,b_id,kind\nB,C,friend\nD,E,kin\n"
    later["guarantees"] = "guarantor_id,guaranteed_id,amount\nB,C,200.5\nC,B,1\n"
    again = load(tmp_path / "store", write_tables(tmp_path / "later", later))
    frame = again.circles("community").frame()
    assert dict(zip(frame["circle_id"], frame["former_id"], strict=True)) == {"B": "A", "D": "D"}
    assert again.circles("guarantee").frame()["former_id"].tolist() == ["A"]
    again.rollback()
    assert again.circles("community").frame()["former_id"].isna().all()


def test_files_their_manifests_and_what_is_said(county: Explorer, run: Run, tmp_path: Path) -> None:
    store = county.home.folder
    written = [run("circles", "--store", store, "--out", name) for name in ("c.csv", "c.parquet", "c.xlsx", "c.json")]
    assert [ran.code for ran in written] == [0, 0, 0, 0]
    rows = read_rows(tmp_path / "c.csv")
    manifest = json.loads((tmp_path / "c.csv.manifest.json").read_text("utf-8"))
    assert (manifest["rows"], manifest["cut"], manifest["former_load_id"]) == (len(rows), False, None)
    assert manifest["parameters"]["kind"] == ["community", "group", "grid"]
    assert {"group_weight", "contact", "simulation_seed"} <= manifest["parameters"].keys()
    assert "former_id is empty" in written[0].err
    first = (tmp_path / "c.csv").read_bytes()
    run("circles", "--store", store, "--out", "c.csv", "--threads", 2)
    assert (tmp_path / "c.csv").read_bytes() == first
    group = next(row["circle_id"] for row in rows if row["kind"] == "group")
    ran = run("circles", "--store", store, "--kind", "group", "--circle", group, "--out", "m.csv")
    members = read_rows(tmp_path / "m.csv")
    assert (ran.code, {row["circle_id"] for row in members}) == (0, {group})
    assert json.loads((tmp_path / "m.csv.manifest.json").read_text("utf-8"))["rows"] == len(members)


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--kind", "group", "--kind", "guarantee"), "different columns"), (("--circle", "nobody"), "No circle"),
     (("--kind", "tribe"), "tribe is none of")],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(county: Explorer, run: Run, words: tuple[str, ...], said: str) -> None:
    ran = run("circles", "--store", county.home.folder, *words)
    assert (ran.code, said in ran.err) == (2, True)


def test_an_id_that_circles_of_two_kinds_have_needs_the_kind(tmp_path: Path, run: Run) -> None:
    tables = SMALL | {"groups": "group_id,name\nA,市场\n", "memberships": "group_id,party_id,role\nA,F,会长\n"}
    load(tmp_path / "store", write_tables(tmp_path / "tables", tables))
    ran = run("circles", "--store", tmp_path / "store", "--circle", "A")
    assert (ran.code, "community, group" in ran.err) == (2, True)
    ran = run("circles", "--store", tmp_path / "store", "--circle", "A", "--kind", "group")
    assert [(row["party_id"], row["role"]) for row in ran.rows] == [("F", "会长")]


@pytest.mark.thorough
def test_a_server_gives_the_same_bytes_also_to_a_machine_that_did_not_load(
    neo4j_empty: Server, small: Explorer, tmp_path: Path
) -> None:
    tables = write_tables(tmp_path / "tables", SMALL)
    fill(on_server(neo4j_empty, tmp_path / "here"), tables).close()
    there = on_server(neo4j_empty, tmp_path / "there")
    for number, kinds in enumerate((FACES, RISKS)):
        written = [
            formats.write(one.circles(kinds).table(), tmp_path / f"{number}.csv", encoding="utf-8")
            for one in (small, there)
        ]
        assert written[0] == written[1]
    members = [one.circles("community").members("A").frame().to_csv() for one in (small, there)]
    there.close()
    assert members[0] == members[1]


def test_without_any_bond_or_circle_the_table_is_empty(example: Explorer) -> None:
    frame = example.circles(("guarantee", "ownership")).frame()
    assert (len(frame), "loan_amount" in frame) == (0, True)
    assert sum(Decimal(0) for _ in example.circles("group").frame().itertuples()) == 0
