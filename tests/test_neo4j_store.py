"""Both stores hold the same graph and give the same bytes; what only a server does is below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import networkx as nx
import pyarrow.parquet as pq
import pytest

from explorer import Explorer
from explorer.errors import InputError, NothingLoaded, StoreBusy, StoreError
from graph.bonds import SCHEMAS
from graph.stores.base import table_files
from graph.stores.neo4j import mark
from graph.stores.neo4j.store import Neo4jStore
from tests.neo4j_server import Server
from tests.parts import EXAMPLE, PARTIES, Run, write_tables
from tests.stores import contents, fill, on_server, rows_of
from tests.test_store import ALL_TABLES

Opener = Callable[[], Explorer]
Machine = Callable[..., Explorer]


@pytest.fixture
def machine(neo4j_empty: Server, tmp_path: Path) -> Iterator[Machine]:
    """Open the empty server from a machine of this name, as often as one likes."""
    with ExitStack() as opened:

        def open_(name: str = "here") -> Explorer:
            explorer = on_server(neo4j_empty, tmp_path / f"home of {name}")
            opened.callback(explorer.close)
            return explorer

        yield open_


@pytest.fixture(params=["folder", pytest.param("neo4j", marks=pytest.mark.xdist_group("neo4j"))])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Open the store of this test, which holds nothing yet."""
    if request.param == "folder":
        return lambda: Explorer.open(tmp_path / "store")
    machine: Opener = request.getfixturevalue("machine")
    return machine


def tables_of(explorer: Explorer) -> dict[str, list[tuple[object, ...]]]:
    """What the load in force handed to its store."""
    folder = explorer.store.version() / "graph"
    return {name: rows_of(pq.read_table(folder / f"{name}.parquet").to_pylist()) for name in table_files()}


def test_nothing_is_loaded_at_first(opener: Opener) -> None:
    explorer = opener()
    for question in (explorer.status, explorer.view, lambda: explorer.party("B1"), explorer.rollback):
        with pytest.raises(NothingLoaded):
            question()
    assert not explorer.changing()


def test_the_store_holds_the_whole_graph_and_the_next_load_replaces_all_of_it(opener: Opener, tmp_path: Path) -> None:
    odd = 'A9,"a \'b\' ""c"", \\ 客户 \t`x`",customer\n'
    more = ALL_TABLES | {"parties": ALL_TABLES["parties"] + odd}
    explorer = fill(opener(), write_tables(tmp_path / "all", more))
    first = contents(explorer)
    assert first == tables_of(explorer)
    assert {name for name, rows in first.items() if not rows} == {"PROSPECT_OF.Party.Party"}
    # The second load changes a party, a link and a kind of tie, drops others, and keeps one without a kind.
    less = EXAMPLE | {
        "parties": PARTIES.replace("R2,荣记小店,", "R2,荣记小铺,customer"),
        "supplies": EXAMPLE["supplies"]
        .replace("D1,R2,10000", "D1,R2,12000")
        .replace("F2,M1,20000,2025-06-30,1\n", ""),
        "ties": "a_id,b_id,kind,strength\nF2,F1,kin,0.6\n",
        "ownership": "owner_id,owned_id,kind,share\nF1,M1,,0.35\nF2,M1,,0.1\n",
    }
    changed = fill(opener(), write_tables(tmp_path / "less", less))
    assert contents(changed) == tables_of(changed) != first
    assert explorer.party("R2").name == "荣记小铺"


def test_rollback_brings_the_former_graph_back(opener: Opener, tmp_path: Path) -> None:
    explorer = fill(opener(), write_tables(tmp_path / "tables", EXAMPLE))
    before, answer = contents(explorer), explorer.dig("all").frame()
    fill(explorer, write_tables(tmp_path / "other", {"parties": PARTIES.replace("F1,冯家农场,\n", "")}))
    assert len(contents(explorer)["Party"]) == 7
    report = explorer.rollback()
    assert (report, contents(explorer)) == (explorer.status(), before)
    assert explorer.dig("all").frame().equals(answer)
    with pytest.raises(InputError):
        explorer.rollback()


@pytest.mark.thorough
def test_all_answers_and_exports_of_a_county_are_the_same_bytes_on_both_stores(
    neo4j_empty: Server, machine: Machine, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second machine, which did not load and has only the server, gives them too."""
    Explorer.generate(tmp_path / "tables", parties=1000, seed=11)
    for name, value in neo4j_empty.environment.items():
        monkeypatch.setenv(name, value)
    places = {"folder": ["--store", tmp_path / "store"]}
    for name in ("loader", "other"):
        places[name] = ["--store", neo4j_empty.uri, "--home", tmp_path / f"home of {name}"]
    for place in ("folder", "loader"):
        ran = run("load", tmp_path / "tables", "--today", "2026-11-01", *places[place])
        assert ran.code == 0, ran.err
    got = {place: answers(run, tmp_path, store) for place, store in places.items()}
    assert got["loader"] == got["folder"]
    assert got["other"] == got["folder"]
    folder, other = Explorer.open(tmp_path / "store"), machine("other")
    core = folder.view().parties.take("party_id", folder.view().cores[:1])[0].as_py()
    assert nx.utils.graphs_equal(folder.neighbourhood(core, hops=2), other.neighbourhood(core, hops=2))
    assert folder.party(core) == other.party(core)
    kept = [bonds_of(explorer) for explorer in (folder, machine("loader"), other)]
    assert set(kept[0]) == {f"{name}.arrow" for name in SCHEMAS}
    assert kept[1:] == [kept[0], kept[0]]


def bonds_of(explorer: Explorer) -> dict[str, bytes]:
    """The files of ties, referrals and the like beside the snapshot."""
    folder = explorer.store.version() / "snapshot" / "bonds"
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def answers(run: Run, folder: Path, store: list[object]) -> dict[str, bytes]:
    """What the commands print or write, with their manifests."""
    found = {}
    out = folder / "out"
    out.mkdir(exist_ok=True)
    for words in (["dig", "--all"], ["prospects"], ["introduce", "--all"]):
        for ending in ("csv", "json", "parquet", "xlsx"):
            file = out / f"{words[0]}.{ending}"
            ran = run(*words, "--out", file, *store)
            assert ran.code == 0, ran.err
            found[file.name] = file.read_bytes()
            found[f"{file.name}.manifest"] = (out / f"{file.name}.manifest.json").read_bytes()
    found["find"] = run("find", "食品", *store).out
    return found


def test_a_server_says_what_is_loaded_and_names_the_roles_of_parties(
    neo4j_empty: Server, machine: Machine, tmp_path: Path
) -> None:
    explorer = fill(machine(), write_tables(tmp_path / "tables", ALL_TABLES))
    report = explorer.status()
    assert neo4j_empty.rows(
        "MATCH (l:Load) RETURN l.load_id, l.state, l.loaded_at, l.as_of, l.parties, l.links, l.rows_supplies"
    ) == [(report.load_id, "complete", report.loaded_at, "2026-06-30", 8, 8, 8)]  # fmt: skip
    labels = neo4j_empty.rows(
        "MATCH (p:Party) WHERE size(labels(p)) > 1 RETURN p.party_id, labels(p) ORDER BY p.party_id"
    )
    assert [(party, sorted(of)) for party, of in labels] == [  # type: ignore[call-overload]
        ("B1", ["CoreEnterprise", "Party"]), ("D1", ["Distributor", "Party"]), ("F1", ["Party", "Supplier"]),
        ("F2", ["Party", "Referrer"]), ("M1", ["Customer", "Party"]),
    ]  # fmt: skip
    asked = (
        "CALL db.index.fulltext.queryNodes('party_names', $text) YIELD node RETURN node.party_id AS id ORDER BY id"
    )
    assert neo4j_empty.rows(asked, text="面粉") == [("M1",), ("M2",)]


def test_a_server_tells_when_a_thing_was_first_and_last_named(
    neo4j_empty: Server, machine: Machine, tmp_path: Path
) -> None:
    tables = write_tables(tmp_path / "tables", ALL_TABLES)
    explorer = fill(machine(), tables)
    neo4j_empty.rows("MATCH (n) WHERE NOT n:Load SET n.first_seen = date('2026-01-01'), n.last_seen = n.first_seen")
    neo4j_empty.rows("MATCH ()-[r]->() SET r.first_seen = date('2026-01-01'), r.last_seen = r.first_seen")
    write_tables(tables, {"parties": PARTIES + "N1,新店,\n"})
    day = date.fromisoformat(fill(explorer, tables).status().loaded_at[:10])
    seen = "x.first_seen, x.last_seen, x.load_id, count(*) ORDER BY count(*)"
    load_id = explorer.status().load_id
    old = date(2026, 1, 1)
    nodes = neo4j_empty.rows(f"MATCH (x) WHERE NOT x:Load RETURN {seen}")
    assert [plain(row) for row in nodes] == [(day, day, load_id, 1), (old, day, load_id, 21)]
    assert [plain(row) for row in neo4j_empty.rows(f"MATCH ()-[x]->() RETURN {seen}")] == [(old, day, load_id, 29)]


def plain(row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(value.to_native() if hasattr(value, "to_native") else value for value in row)


def test_a_snapshot_that_is_older_than_the_graph_is_made_anew(
    neo4j_empty: Server, machine: Machine, tmp_path: Path
) -> None:
    here, there = machine("here"), machine("there")
    fill(here, write_tables(tmp_path / "tables", EXAMPLE))
    assert len(there.dig("all").frame()) == 6
    first = there.view().load_id
    other = EXAMPLE | {"parties": PARTIES.replace("R2,荣记小店,", "R2,荣记小店,customer")}
    fill(there, write_tables(tmp_path / "other", other))
    assert (len(here.dig("all").frame()), here.status()) == (5, there.status())
    # What the other machine wrote back from its own tables is known here: nothing has to be read.
    with pytest.raises(InputError) as refused:
        there.rollback()
    assert refused.value.code == "no_former_tables"
    fill(there, tmp_path / "tables")
    assert here.view().load_id == first
    assert (here.view().version / "rows").is_dir()


def test_while_another_machine_loads_a_second_load_is_refused_and_strings_come_from_the_one_before(
    neo4j_empty: Server, machine: Machine, tmp_path: Path
) -> None:
    tables, other = (write_tables(tmp_path / name, EXAMPLE) for name in ("tables", "other"))
    here, there = machine("here"), machine("there")
    before = fill(here, tables).dig("all").frame()
    write_tables(other, {"parties": PARTIES.replace("R2,荣记小店,", "R2,荣记小店,customer")})
    store = there.store
    assert isinstance(store, Neo4jStore)
    run = mark.begin(store.connection, here.store.version(), "another machine")
    assert (here.changing(), there.changing()) == (True, True)
    assert here.dig("all").frame().equals(before)
    for question in (there.view, lambda: fill(here, other)):
        with pytest.raises(StoreBusy):
            question()
    # Its last sign of life grows old, so that it is taken for dead; should it wake, it may not write any more.
    neo4j_empty.rows("MATCH (l:Load) SET l.beat = datetime() - duration({minutes: 10})")
    assert len(fill(here, other).dig("all").frame()) == 5
    with pytest.raises(StoreBusy) as taken:
        mark.complete(store.connection, run, {})
    assert (taken.value.code, here.changing()) == ("neo4j_taken_over", False)


def test_a_graph_of_somebody_else_is_left_alone(neo4j_empty: Server, machine: Machine, tmp_path: Path) -> None:
    neo4j_empty.rows("CREATE (:Party {party_id: 'theirs'})")
    explorer = machine()
    with pytest.raises(StoreError) as refused:
        fill(explorer, write_tables(tmp_path / "tables", EXAMPLE))
    assert refused.value.code == "neo4j_foreign"
    assert neo4j_empty.rows("MATCH (n) RETURN properties(n)") == [({"party_id": "theirs"},)]
