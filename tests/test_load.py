"""A load: the same tables give the same graph, what left the tables leaves the graph, and the report tells it all."""

from __future__ import annotations

import filecmp
import random
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer import Explorer
from explorer.errors import BadTables, InputError
from graph.loaders.outcome import LoadReport
from tests.parts import EXAMPLE, PARTIES, SUPPLIES, TODAY, Run, load, read_rows, write_tables


def shuffled(text: str, seed: int) -> str:
    head, *rows = text.splitlines(keepends=True)
    random.Random(seed).shuffle(rows)
    return head + "".join(rows)


def same_files(left: Path, right: Path) -> bool:
    names, others = (
        sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
        for folder in (left, right)
    )
    return names == others and not any(filecmp.cmpfiles(left, right, names, shallow=False)[1:])


def version(explorer: Explorer) -> Path:
    found = explorer.home.current()
    assert found
    return found


def reload(explorer: Explorer, tables: Path, **options: object) -> LoadReport:
    return explorer.load(tables, rejects=tables / "rejects.txt", today=TODAY, **options)  # type: ignore[arg-type]


def counts(report: LoadReport) -> dict[str, tuple[int, int, int]]:
    assert report.changes is not None
    found = {change.name: (change.appeared, change.changed, change.vanished) for change in report.changes}
    return {name: counted for name, counted in found.items() if any(counted)}


def test_the_same_tables_twice_give_the_same_graph_and_no_change(county_tables: Path, tmp_path: Path) -> None:
    explorer = load(tmp_path / "store", county_tables)
    first, graph = explorer.status(), version(explorer)
    second = reload(explorer, county_tables)
    assert (second.load_id, second.former, counts(second)) == (first.load_id, first.load_id, {})
    assert version(explorer) != graph
    for part in ("rows", "graph", "snapshot"):
        assert same_files(graph / part, version(explorer) / part), part


def test_order_and_format_of_files_do_not_touch_the_graph(
    county: Explorer, county_tables: Path, tmp_path: Path
) -> None:
    tables = tmp_path / "tables"
    tables.mkdir()
    for number, path in enumerate(sorted(county_tables.iterdir())):
        text = shuffled(path.read_text("utf-8-sig"), number)
        if number % 3:
            (tables / path.name).write_text(text, "gb18030" if number % 3 == 1 else "utf-8-sig")
        else:
            path = tables / path.name
            path.write_text(text, "utf-8")
            pd.read_csv(path, dtype=str).to_parquet(path.with_suffix(".parquet"))
            path.unlink()
    other = load(tmp_path / "store", tables)
    assert other.status().load_id == county.status().load_id
    for part in ("rows", "graph", "snapshot"):
        assert same_files(version(county) / part, version(other) / part), part


def test_other_rows_and_another_as_of_are_another_load(
    example: Explorer, example_tables: Path, tmp_path: Path
) -> None:
    explorer = load(tmp_path / "store", example_tables, as_of=date(2026, 7, 1))
    ids = {example.status().load_id, explorer.status().load_id}
    ids.add(reload(explorer, example_tables, as_of=date(2026, 6, 30)).load_id)
    assert len(ids) == 2
    write_tables(tmp_path / "tables", EXAMPLE | {"parties": PARTIES.replace("瑞和", "瑞合")})
    assert reload(explorer, tmp_path / "tables").load_id not in ids


def test_what_left_the_tables_leaves_the_graph_and_the_changes_are_listed(tmp_path: Path) -> None:
    tables = write_tables(
        tmp_path / "tables",
        EXAMPLE | {"ties": "a_id,b_id,kind,date\nF1,F2,kin,2020-01-01\nR2,R1,friend,2021-01-01\n"},
    )
    explorer = load(tmp_path / "store", tables)
    write_tables(
        tables,
        {
            "parties": PARTIES.replace("R2,荣记小店,\n", "R3,新开小店,\n").replace("F1,冯家农场", "F1,冯家大农场"),
            "supplies": SUPPLIES.replace("D1,R2,10000,2025-12-31,2\n", "D1,R3,10000,2025-12-31,2\n").replace(
                "F1,M1,80000", "F1,M1,90000"
            ),
            "ties": "a_id,b_id,kind,date\nF2,F1,kin,2022-01-01\n",
        },
    )
    report = reload(explorer, tables, changes=tmp_path / "changes.csv")
    assert counts(report) == {
        "Party": (1, 1, 1), "SUPPLIES.Party.Party": (1, 1, 1), "KNOWS.Party.Party": (0, 1, 1),
    }  # fmt: skip
    assert [tuple(row.values()) for row in read_rows(tmp_path / "changes.csv")] == [
        ("KNOWS.Party.Party", "changed", "F1", "F2", "kin"),
        ("KNOWS.Party.Party", "vanished", "R1", "R2", "friend"),
        ("Party", "appeared", "R3", "", ""),
        ("Party", "changed", "F1", "", ""),
        ("Party", "vanished", "R2", "", ""),
        ("SUPPLIES.Party.Party", "appeared", "D1", "R3", ""),
        ("SUPPLIES.Party.Party", "changed", "F1", "M1", ""),
        ("SUPPLIES.Party.Party", "vanished", "D1", "R2", ""),
    ]
    assert explorer.find("R2").total == 0
    assert "R2" not in set(explorer.dig("all").frame()["prospect_id"])
    asked = explorer.store.ask("MATCH (p:Party) RETURN p.party_id AS id ORDER BY id", {})
    assert asked["id"].to_pylist() == ["B1", "D1", "F1", "F2", "M1", "M2", "R1", "R3"]


def test_rows_after_a_given_day_are_left_out_and_counted_and_roles_stay(tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables", EXAMPLE)
    explorer = load(tmp_path / "store", tables, as_of=date(2026, 1, 31))
    report = explorer.status()
    assert (report.as_of, report.after_as_of, report.links, report.counts["supply_rows"]) == ("2026-01-31", 6, 2, 8)
    assert (report.counts["customers"], report.counts["cores"]) == (1, 1)
    assert explorer.dig("all").frame().empty
    assert explorer.dig(["D1"]).frame()["prospect_id"].tolist() == ["R2"]
    later = explorer.dig("all", as_of=date(2026, 6, 30)).frame()
    assert later["prospect_id"].tolist() == ["M2", "F1", "F2", "D1", "R1", "R2"]


def test_a_newest_date_far_from_all_others_is_warned_of(tmp_path: Path, run: Run) -> None:
    many = "".join(f"M2,B1,{n + 1},2023-01-15,1\n" for n in range(200))
    tables = write_tables(
        tmp_path / "tables", {"parties": PARTIES, "supplies": SUPPLIES.splitlines()[0] + "\n" + many}
    )
    explorer = load(tmp_path / "store", tables)
    assert not explorer.status().stale
    (tables / "supplies.csv").write_text(SUPPLIES.splitlines()[0] + "\n" + many + "M1,B1,1,2026-10-31,1\n", "utf-8")
    ran = run("load", tables, "--store", tmp_path / "store", "--today", "2026-11-01")
    assert ran.code == 0
    assert "Warning: supply rows in the 90 days before 2026-10-31: only 1." in ran.err
    assert explorer.status().stale


def test_parties_are_without_supply_where_as_of_leaves_theirs_out(tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables", EXAMPLE)
    explorer = load(tmp_path / "store", tables, as_of=date(2025, 12, 31))
    asked = "MATCH (p:Party) WHERE p.n_suppliers + p.n_buyers = 0 RETURN count(*) AS n"
    assert explorer.status().counts["isolated"] == explorer.store.ask(asked, {}).to_pylist()[0]["n"] == 4


def test_any_day_of_the_calendar_may_be_asked_for(tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables", EXAMPLE)
    early = load(tmp_path / "store", tables, as_of=date.min).status()
    late = reload(Explorer.open(tmp_path / "store"), tables, as_of=date.max)
    assert [(report.links, report.as_of) for report in (early, late)] == [(0, "0001-01-01"), (8, "9999-12-31")]


def test_a_first_load_leaves_a_list_of_no_changes(tmp_path: Path) -> None:
    tables, changes = write_tables(tmp_path / "tables", EXAMPLE), tmp_path / "changes.csv"
    changes.write_text("of another load", "utf-8")
    explorer = load(tmp_path / "store", tables, changes=changes)
    first = changes.read_text("utf-8")
    reload(explorer, tables, changes=changes)
    assert first == changes.read_text("utf-8") == "table,change,id,to,key\n"


def test_rows_without_any_date_are_not_warned_of(tmp_path: Path) -> None:
    undated = "supplier_id,buyer_id\nM1,B1\n"
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", {"parties": PARTIES, "supplies": undated}))
    assert (explorer.status().as_of, explorer.status().stale) == (None, False)


def test_the_report_counts_what_stands_out(tmp_path: Path, run: Run) -> None:
    tables = write_tables(
        tmp_path / "tables",
        EXAMPLE
        | {
            "parties": PARTIES + "X1,孤店,\n",
            "loans": "loan_id,party_id,amount\nL1,M1,10\nL2,F1,10\nL3,F1,20\n",
            "makes": "party_id,product_id\nM1,面粉\nM2,面粉\n",
            "memberships": "group_id,party_id\nG1,F1\n",
            "contacts": "party_id,manager_id,date\nF1,V1,2026-01-01\n",
        },
    )
    report = load(tmp_path / "store", tables).status()
    assert report.counts == {
        "parties": 9, "customers": 1, "cores": 1, "supply_rows": 8, "borrowers_no_customers": 1, "isolated": 1,
    }  # fmt: skip
    assert report.inferred == {"groups": 1, "products": 1, "industries": 0, "managers": 1, "grids": 0}
    ran = run("load", tables, "--store", tmp_path / "store")
    assert "Borrowers that are no customers (no role customer, no customer_since): 1" in ran.err
    assert "Named only by other tables, so without attributes: groups 1, products 1, managers 1." in ran.err
    assert "  nothing changed." in ran.err


def test_nothing_dated_loads_too(tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables", {"parties": PARTIES, "supplies": "supplier_id,buyer_id\nM1,B1\n"})
    explorer = load(tmp_path / "store", tables)
    assert explorer.status().as_of is None
    assert explorer.dig(["M1"]).frame()[["prospect_id", "score"]].to_numpy().tolist() == [["B1", 0.122858]]


@pytest.mark.parametrize(
    "row", ["M1,B1,999999999999999,2026-06-30,1\n" * 30, "M1,B1,5,2026-06-30,3000000000000000000\n"]
)
def test_sums_that_do_not_fit_are_refused(tmp_path: Path, row: str) -> None:
    tables = write_tables(tmp_path / "tables", EXAMPLE | {"supplies": SUPPLIES + row})
    with pytest.raises(BadTables) as refused:
        load(tmp_path / "store", tables, strict=True)
    assert refused.value.code == "sums_too_large"


def test_parties_alone_are_enough(tmp_path: Path) -> None:
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", {"parties": PARTIES}))
    assert (explorer.status().links, explorer.dig("all").frame().empty) == (0, True)


BAD = EXAMPLE | {"supplies": SUPPLIES + "M1,B1,0,2026-06-30,1\nM1,XX,5,2026-06-30,1\n"}


def test_a_refused_load_tells_its_whole_report_and_loads_nothing(tmp_path: Path, run: Run) -> None:
    store = tmp_path / "store"
    load(store, write_tables(tmp_path / "good", EXAMPLE))
    before = (store / "CURRENT").read_bytes()
    tables = write_tables(tmp_path / "bad", BAD)
    for options in (["--strict"], ["--reject-ceiling", "0.1"], ["--strict", "--check"]):
        ran = run("load", tables, "--store", store, "--rejects", "bad.csv", *options)
        assert ran.code == 2
        assert "supplies: rows read 10, kept 8" in ran.err
        assert "  rejected: 1 (a party that no file lists)" in ran.err
        assert "2 of 10 rows of supplies (supplies.csv) are rejected" in ran.err.splitlines()[-1]
        assert [(row["line"], row["reason"]) for row in read_rows(tmp_path / "bad.csv")] == [
            ("10", "amount"), ("11", "unknown_party"),
        ]  # fmt: skip
        (tmp_path / "bad.csv").unlink()
    assert (store / "CURRENT").read_bytes() == before
    assert sorted(path.name for path in store.iterdir()) == ["CURRENT", "LOCK", "load-000001"]


def test_a_check_tells_all_and_writes_no_store(tmp_path: Path, run: Run) -> None:
    tables = write_tables(tmp_path / "tables", BAD)
    ran = run("load", tables, "--check", "--store", tmp_path / "store", "--reject-ceiling", "0.3")
    assert ran.code == 0
    assert "Rows kept: parties 8 (customers 1, core enterprises 1, without any supply 0), supplies 8;" in ran.err
    assert len(read_rows(tmp_path / "rejects.csv")) == 2
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("option", ["rejects", "changes"])
def test_a_file_in_a_missing_folder_is_refused_before_the_load(tmp_path: Path, option: str) -> None:
    tables = write_tables(tmp_path / "tables", EXAMPLE)
    explorer = Explorer.open(tmp_path / "store")
    files = {"rejects": tmp_path / "rejects.csv"} | {option: tmp_path / "none" / "file.csv"}
    with pytest.raises(InputError) as refused:
        explorer.load(tables, **files)  # type: ignore[arg-type]
    assert refused.value.code == "out_folder"
    assert explorer.home.current() is None


def test_garbage_leaves_the_former_graph(tmp_path: Path) -> None:
    explorer = load(tmp_path / "store", write_tables(tmp_path / "good", EXAMPLE))
    former = explorer.dig("all").frame()
    tables = write_tables(tmp_path / "bad", EXAMPLE)
    (tables / "supplies.csv").unlink()
    (tables / "supplies.parquet").write_bytes(random.Random(1).randbytes(5000))
    with pytest.raises(BadTables):
        reload(explorer, tables)
    assert explorer.dig("all").frame().equals(former)
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == ["CURRENT", "LOCK", "load-000001"]


def test_signs_of_a_pattern_in_the_names_of_folders_are_just_signs(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("load[1]", "loadX", "load*", "load?")]
    for number, folder in enumerate(folders):
        folder.mkdir()
        pq.write_table(pa.table({"party_id": [f"P{number}"], "name": ["甲"]}), folder / "parties.parquet")
    found = []
    for folder in folders:
        explorer = load(folder / "store", folder)
        again = reload(explorer, folder)
        asked = explorer.store.ask("MATCH (p:Party) RETURN p.party_id AS id", {}).to_pylist()
        found.append(([row["id"] for row in asked], counts(again)))
    assert found == [([f"P{number}"], {}) for number in range(4)]
