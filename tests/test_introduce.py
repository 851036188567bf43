"""Introductions through the service and the command line, equal to the definitions written a second time."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from explorer import Explorer, formats
from explorer.errors import StoreError
from tests.independent_introductions import Circle
from tests.parts import Run, load, read_rows, write_tables

TABLES = {
    "parties": "party_id,name,roles,customer_since,manager_id,branch,no_introductions,do_not_contact\n"
    "C1,陈厂,customer,2020-05-01,V1,城东,,\nC2,曹店,customer,,V2,城西,,\nK,康,,,,,,\nN,倪,,,,,是,\nD,丁,,,,,,是\n"
    "P1,潘,,,,,,\nP2,彭,,,,,,\nP3,裴,,,,,,\nP4,蒲,,,,,,\nP5,皮,referrer,,V1,城东,,\nP6,朴,,,,,,\nP7,濮,,,,,,\n",
    "supplies": "supplier_id,buyer_id,date,count,source\nC2,P1,2026-06-30,399,流水\nC2,P1,2026-06-29,1,发票\n",
    "ties": "a_id,b_id,kind,date,source\nC1,K,kin,2026-06-30,户籍\nK,P1,friend,,\nK,P2,spouse,,\nC2,N,kin,,\n"
    "N,P3,kin,,\nD,P3,kin,,\nC1,D,kin,,\nP2,P4,,,\nP4,P6,classmate,,\nP6,P7,,,名单\n",
    "referrals": "referrer_id,referred_id,date,outcome\nP5,C2,2026-06-30,declined\nC2,P1,,open\nC1,P2,,converted\n",
    "memberships": "group_id,party_id\nG,P1\nG,P5\n",
}
"""P5 referred in vain, so nobody asks him; N and D may not be asked, nor stand between."""
CHECKED = [
    "prospect_id", "rank", "rank_capped", "source_id", "source_is", "hops", "path_ids", "evidence", "manager_id",
    "load", "intro_score",
]  # fmt: skip


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    folder = tmp_path_factory.mktemp("few")
    return load(folder / "store", write_tables(folder / "tables", TABLES))


def written(explorer: Explorer, folder: Path, **asked: object) -> list[dict[str, str]]:
    found = explorer.introduce(**asked)  # type: ignore[arg-type]
    formats.write(found.table(), folder / "out.csv", encoding="utf-8")
    return read_rows(folder / "out.csv")


def bare(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{name: cell for name, cell in row.items() if name != "evidence"} for row in rows]


def test_a_few_parties_say_who_what_for_and_on_what_it_rests(few: Explorer, tmp_path: Path) -> None:
    rows = written(few, tmp_path, prospects=["P1", "P3", "P6", "P7", "C1", "D"], introductions=1)
    assert [[row[name] for name in CHECKED] for row in rows] == [
        ["P1", "1", "1", "C2", "customer; referrer 0/0", "1", "C2>P1", "referral + trade 2026-06-30 发票;流水",
         "V2", "1", "0.916652"],
        ["P1", "1", "", "C1", "customer 2020-05-01; referrer 1/1", "2", "C1>K>P1", "kin 2026-06-30 户籍 > friend",
         "V1", "2", "0.916652"],
        ["P6", "2", "2", "C1", "customer 2020-05-01; referrer 1/1", "3", "C1>P2>P4>P6",
         "referral > tie > classmate", "V1", "2", "0.044100"],
        ["P3", "", "", "", "", "", "", "", "", "", ""],
        ["P7", "", "", "C1", "customer 2020-05-01; referrer 1/1", "4", "C1>P2>P4>P6>P7",
         "referral > tie > classmate > tie 名单", "V1", "", ""],
    ]  # fmt: skip


def test_the_same_few_equal_the_independent_programme(few: Explorer, tmp_path: Path) -> None:
    circle = Circle(write_tables(tmp_path / "tables", TABLES))
    rows = written(few, tmp_path, introductions=1)
    assert bare(rows) == circle.rows(circle.prospects(), cap=1)
    assert circle.prospects() == ["K", "N", "P1", "P2", "P3", "P4", "P5", "P6", "P7"]


@pytest.fixture(scope="module")
def circle(county_tables: Path) -> Circle:
    return Circle(county_tables)


@pytest.mark.parametrize("cap", [5, 1])
def test_a_county_agrees_with_the_independent_programme(
    county: Explorer, circle: Circle, tmp_path: Path, cap: int
) -> None:
    prospects = circle.prospects()[::4]
    rows = written(county, tmp_path, prospects=prospects, introductions=cap)
    assert bare(rows) == circle.rows(prospects, cap)


def test_everybody_asks_for_every_prospect(county: Explorer, circle: Circle) -> None:
    found = county.introduce("all")
    frame = found.frame()
    assert sorted(set(frame["prospect_id"])) == circle.prospects()
    assert (len(found.rows), found.introduced + found.alone) == (len(circle.prospects()),) * 2
    accepted = frame[frame["rank_capped"].notna()]
    assert accepted["prospect_id"].is_unique
    assert accepted.groupby("source_id").size().max() <= 5


def test_evidence_names_every_hop_of_its_path(county: Explorer) -> None:
    frame = county.introduce("all").frame()
    some = frame[frame["source_id"].notna()]
    assert (some["evidence"].str.count(" > ") + 1 == some["hops"]).all()
    words = {part.split()[0] for text in some["evidence"] for hop in text.split(" > ") for part in hop.split(" + ")}
    assert words >= {"kin", "referral", "ownership", "guarantee", "trade", "group"}


@pytest.mark.thorough
def test_opt_outs_planted_in_the_middle_of_paths_close_them(
    county: Explorer, county_tables: Path, tmp_path: Path
) -> None:
    frame = county.introduce("all").frame()
    middles = {party for path in frame["path_ids"].dropna() for party in path.split(">")[1:-1]}
    barred = set(sorted(middles)[::2])
    shutil.copytree(county_tables, tmp_path / "tables")
    with (tmp_path / "tables" / "parties.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = read_rows(county_tables / "parties.csv")
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(row | ({"no_introductions": "1"} if row["party_id"] in barred else {}) for row in rows)
    closed = load(tmp_path / "store", tmp_path / "tables")
    prospects = [party for party in Circle(tmp_path / "tables").prospects() if party in set(frame["prospect_id"])][
        ::5
    ]
    rows = written(closed, tmp_path, prospects=prospects)
    assert len(barred) > 20
    assert not any(set(row["path_ids"].split(">")[:-1]) & barred for row in rows)
    assert bare(rows) == Circle(tmp_path / "tables").rows(prospects)


def test_a_string_gets_its_introducers(county: Explorer, tmp_path: Path) -> None:
    core = county.view().parties.take("party_id", county.view().cores[:1])[0].as_py()
    dug = county.dig([core], top=20)
    wanted = sorted(set(dug.frame()["prospect_id"]))
    found = county.introduce(string_of=core, top=20)
    formats.write(found.table(), tmp_path / "string.csv", encoding="utf-8")
    facts = found.facts()
    assert read_rows(tmp_path / "string.csv") == written(county, tmp_path, prospects=wanted)
    assert (facts["cut"], facts["passed_customers"]) == (dug.cut, dug.facts()["passed_customers"])
    assert facts["parameters"]["string_of"] == core


def test_threads_do_not_change_a_byte(county: Explorer, tmp_path: Path) -> None:
    files = []
    for threads in (1, 2):
        explorer = Explorer.open(county.home.folder, {"threads": threads})
        formats.write(explorer.introduce().table(), tmp_path / f"{threads}.csv", encoding="utf-8")
        files.append((tmp_path / f"{threads}.csv").read_bytes())
    assert files[0] == files[1]


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "xlsx"])
def test_a_file_and_its_manifest(few: Explorer, run: Run, tmp_path: Path, ending: str) -> None:
    (tmp_path / "asked.txt").write_text("P1\n潘\nD\nP3\n", "utf-8")
    ran = run("introduce", "--from-file", "asked.txt", "--store", few.home.folder, "--out", f"i.{ending}")
    assert (ran.code, ran.out) == (0, b"")
    assert "Introduced within three hops: 1; by nobody: 1" in ran.err
    manifest = json.loads((tmp_path / f"i.{ending}.manifest.json").read_text("utf-8"))
    assert (manifest["rows"], manifest["introduced"], manifest["without"], manifest["within_six"]) == (3, 1, 1, 0)
    assert (manifest["parameters"]["prospects"], manifest["passed_do_not_contact"]) == (["D", "P1", "P3"], 1)


@pytest.mark.parametrize("words", [[], ["--all", "--prospect", "P1"], ["--all", "--string-of", "C1"]])
def test_it_must_be_said_for_whom(few: Explorer, run: Run, words: list[str]) -> None:
    ran = run("introduce", *words, "--store", few.home.folder)
    assert (ran.code, ran.out) == (2, b"")
    assert "--prospect" in ran.err


def test_nobody_asked_for_is_a_file_with_its_head(few: Explorer, run: Run) -> None:
    ran = run("introduce", "--prospect", "C1", "--store", few.home.folder)
    assert (ran.code, len(ran.out.splitlines()), ran.rows) == (0, 1, [])


def test_a_load_without_bonds_says_to_load_again(tmp_path: Path) -> None:
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", TABLES))
    shutil.rmtree(explorer.view().version / "snapshot" / "bonds")
    with pytest.raises(StoreError) as refused:
        explorer.introduce().frame()
    assert refused.value.code == "snapshot_unreadable"


def test_of_two_who_sell_to_each_other_the_newer_trade_counts_with_its_sources(tmp_path: Path) -> None:
    tables = {
        "parties": "party_id,name,roles\nC,陈,customer\nP,潘,\n",
        "supplies": "supplier_id,buyer_id,date,source\nC,P,2026-06-01,发票\nP,C,2026-06-30,流水\n",
    }
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", tables))
    assert [row["evidence"] for row in written(explorer, tmp_path)] == ["trade 2026-06-30 流水"]
    [row] = written(explorer, tmp_path, as_of=date(2026, 6, 15))
    assert row["evidence"] == "trade 2026-06-01"
