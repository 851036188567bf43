"""What two loads differ in, table by table: counted and listed, and derived properties never count."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from explorer import Explorer
from graph.loaders.outcome import LoadReport
from tests.parts import EXAMPLE, SUPPLIES, TODAY, load, read_rows, write_tables

KEYS = {
    "parties": ("party_id",), "ties": ("a_id", "b_id", "kind"), "products": ("product_id",),
    "referrals": ("row_id",),
}  # fmt: skip


def reload(explorer: Explorer, tables: Path, changes: Path) -> tuple[LoadReport, list[tuple[str, ...]]]:
    report = explorer.load(tables, rejects=changes.with_name("rejects.csv"), changes=changes, today=TODAY)
    return report, [tuple(row.values()) for row in read_rows(changes)]


def test_a_first_load_has_nothing_to_compare_with(tmp_path: Path) -> None:
    explorer = Explorer.open(tmp_path / "store")
    tables = write_tables(tmp_path / "tables", EXAMPLE)
    report = explorer.load(tables, rejects=tmp_path / "r.csv", changes=tmp_path / "changes.csv", today=TODAY)
    assert (report.former, report.changes) == (None, None)
    assert not (tmp_path / "changes.csv").exists() or read_rows(tmp_path / "changes.csv") == []


def test_another_as_of_changes_nothing(tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables", EXAMPLE)
    explorer = load(tmp_path / "store", tables)
    before = explorer.dig("all").frame()
    report = explorer.load(tables, rejects=tmp_path / "r.csv", as_of=date(2026, 12, 31), today=TODAY)
    assert report.changes is not None
    assert [change for change in report.changes if change.appeared or change.changed or change.vanished] == []
    assert explorer.dig("all").frame()["cost"].gt(before["cost"]).all()


def test_one_more_delivery_changes_one_link_and_no_party(tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables", EXAMPLE)
    explorer = load(tmp_path / "store", tables)
    write_tables(tables, {"supplies": SUPPLIES + "F2,M1,5,2026-06-30,1\n"})
    report, listed = reload(explorer, tables, tmp_path / "changes.csv")
    assert listed == [("SUPPLIES.Party.Party", "changed", "F2", "M1", "")]
    assert report.former


def test_random_edits_of_a_county_are_told_exactly(county_tables: Path, tmp_path: Path) -> None:
    """Rows are taken away, changed and added in four tables; the report and the list name just those."""
    tables = tmp_path / "tables"
    tables.mkdir()
    for path in county_tables.iterdir():
        (tables / path.name).write_bytes(path.read_bytes())
    explorer = load(tmp_path / "store", tables)
    pick = random.Random(5)
    expected: set[tuple[str, ...]] = set()

    names = read_rows(tables / "products.csv")
    unused = {row["product_id"] for row in names} - {row["product_id"] for row in read_rows(tables / "makes.csv")}
    unused -= {cell for row in read_rows(tables / "product_chain.csv") for cell in row.values()}
    for row in pick.sample(names, 3):
        row["name"] += "改"
        expected.add(("Product", "changed", row["product_id"], "", ""))
    names.append({"product_id": "P9999", "name": "新品"})
    expected.add(("Product", "appeared", "P9999", "", ""))
    write_rows(tables / "products.csv", names)

    ties = read_rows(tables / "ties.csv")
    for row in pick.sample(ties, 5):
        ties.remove(row)
        expected.add(("KNOWS.Party.Party", "vanished", *sorted((row["a_id"], row["b_id"])), row["kind"]))
    write_rows(tables / "ties.csv", ties)

    groups = read_rows(tables / "groups.csv")
    row = groups[0]
    row["name"] = "改名协会"
    expected.add(("Group", "changed", row["group_id"], "", ""))
    write_rows(tables / "groups.csv", groups)

    _, listed = reload(explorer, tables, tmp_path / "changes.csv")
    assert listed == sorted(expected)


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    import csv

    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_load_over_one_of_an_older_model_tells_what_both_know(tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables", EXAMPLE | {"ties": "a_id,b_id,kind,source\nF1,F2,kin,会计\n"})
    explorer = load(tmp_path / "store", tables)
    graph = explorer.store.version() / "graph"
    ties = pq.read_table(graph / "KNOWS.Party.Party.parquet")
    pq.write_table(ties.drop_columns("source"), graph / "KNOWS.Party.Party.parquet")
    (graph / "MAKES.Party.Product.parquet").unlink()
    makes = {"makes": "party_id,product_id\nF1,小麦\n"}
    again = write_tables(tmp_path / "again", EXAMPLE | {"ties": "a_id,b_id,kind,source\nF1,F2,kin,店主\n"} | makes)
    _, changes = reload(explorer, again, tmp_path / "changes.csv")
    assert changes == [
        ("MAKES.Party.Product", "appeared", "F1", "小麦", ""),
        ("Product", "appeared", "小麦", "", ""),
    ]
