"""Tables checked and weighed on Spark: the same parties, links, rejects and counts as on one machine, to the bit."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer import Explorer
from explorer.errors import BadTables, StoreError
from graph.spark import versions
from graph.spark.counting import write_rejects
from graph.spark.datasets import Work, address
from tests.parts import EXAMPLE, ROOT, SHARED, TODAY, Run, elsewhere, write_tables
from tests.spark_tables import (
    as_parquet,
    made_on_spark,
    on_one_machine,
    on_spark,
    random_tables,
    read,
    same_snapshot,
    split,
    whole_lines,
)

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.xdist_group("spark")

MAPPING = """
[rates]
USD = 7.1
[[tables.parties]]
file = "parties.parquet"
codes.kind = { farmer = "household" }
[[tables.parties]]
file = "customers.parquet"
drop.industry = ["A01"]
[tables.supplies]
drop.source = ["流水"]
"""


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Random tables with every kind of fault, as Parquet; the parties' values are doubles, some of them NaN."""
    folder = as_parquet(write_tables(tmp_path / "csv", random_tables(7, parties=120, rows=900)), tmp_path / "tables")
    parties = pq.read_table(folder / "parties.parquet")
    values = pd.to_numeric(parties["value"].to_pandas(), errors="coerce").to_numpy()
    place = parties.column_names.index("value")
    pq.write_table(parties.set_column(place, "value", pa.array(values)), folder / "parties.parquet")
    return folder


@pytest.mark.thorough
def test_tables_full_of_faults_make_the_same_of_every_row_in_any_files(spark: SparkSession, odd, tmp_path):
    alone = on_one_machine(odd, tmp_path / "store")
    pieces = split(odd, tmp_path / "pieces", seed=3)
    found = on_spark(spark, pieces, tmp_path / "work")
    assert replace(found, rejects=whole_lines(found.rejects, pieces)) == alone
    write_rejects(newest(tmp_path / "work"), tmp_path / "rejects.csv")
    assert found == on_one_machine(pieces, tmp_path / "pieced")
    assert (tmp_path / "rejects.csv").read_bytes() == (tmp_path / "pieced.rejects.csv").read_bytes()
    reasons = {row[-1] for row in alone.rejects}
    assert reasons > {"missing", "bad_id", "repeat", "unknown_party", "self", "amount", "currency", "conflict"}


@pytest.mark.thorough
def test_a_mapping_with_rates_codes_and_dropped_rows_makes_the_same(spark: SparkSession, odd, tmp_path):
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING, "utf-8")
    alone = on_one_machine(odd, tmp_path / "store", mapping=mapping, as_of=date(2026, 4, 15))
    assert on_spark(spark, odd, tmp_path / "work", mapping=mapping, as_of=date(2026, 4, 15)) == alone
    assert alone.counts["supplies"]["dropped"] > 0
    write_rejects(newest(tmp_path / "work"), tmp_path / "rejects.csv")
    assert (tmp_path / "rejects.csv").read_bytes() == (tmp_path / "store.rejects.csv").read_bytes()


@pytest.mark.thorough
def test_the_snapshot_is_that_of_one_machine(spark: SparkSession, example_tables, tmp_path):
    tables = as_parquet(example_tables, tmp_path / "tables")
    on_spark(spark, tables, tmp_path / "work", snapshot=True)
    explorer = Explorer.open(tmp_path / "store")
    explorer.load(tables, rejects=tmp_path / "rejects.csv", today=TODAY)
    same_snapshot(explorer.view().version / "snapshot", local(newest(tmp_path / "work")) / "snapshot")


def newest(work: Path) -> Work:
    return versions.newest(Work(address(work)))[0]


def local(version: Work) -> Path:
    return Path(version.uri.removeprefix("file://"))


@pytest.mark.thorough
def test_a_damaged_file_is_named_and_what_was_whole_stays_so(spark: SparkSession, example_tables, tmp_path):
    tables = as_parquet(example_tables, tmp_path / "tables")
    whole, pieces = on_one_machine(tables, tmp_path / "store"), split(tables, tmp_path / "pieces", seed=1)
    damaged = pieces / "supplies" / "part-99.parquet"
    shutil.copy(pieces / "supplies" / "part-00.parquet", damaged)
    damaged.write_bytes(damaged.read_bytes()[:-9])
    former = versions.begin(Work(address(tmp_path / "work")))
    local(former).mkdir(parents=True)
    versions.finish(former, {"as_of": "2026-06-30"})
    before = standing(tmp_path / "work")
    with pytest.raises(BadTables) as refused:
        on_spark(spark, pieces, tmp_path / "work")
    assert refused.value.values["file"] == "supplies/part-99.parquet"
    assert standing(tmp_path / "work") == before
    found = on_spark(spark, pieces, tmp_path / "work", skip=True)
    assert found == replace(whole, rejects=[("supplies/part-99.parquet", 0, "", "", "file_unreadable")])
    # Who digs from the version before still finds it.
    assert (newest(tmp_path / "work") != former, before.items() < standing(tmp_path / "work").items()) == (True, True)


def standing(folder: Path) -> dict[Path, tuple[int, int]]:
    """What lies in a folder, and what tells it from another in its place."""
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.rglob("*")}


@pytest.mark.thorough
def test_too_many_rejects_leave_a_list_of_them_and_nothing_else(spark: SparkSession, tmp_path):
    tables = as_parquet(
        write_tables(tmp_path / "csv", EXAMPLE | {"customers": "party_id,name\n,甲\n"}), tmp_path / "t"
    )
    with pytest.raises(BadTables) as refused:
        on_spark(spark, tables, tmp_path / "work", ceiling=0.05)
    assert refused.value.code == "rejects_ceiling"
    left = tmp_path / "work" / refused.value.report["made"]
    assert read(left / "rejects")["reason"] == ["missing"]
    assert [path.name for path in left.iterdir()] == ["rejects"]
    with pytest.raises(StoreError, match="not whole"):
        newest(tmp_path / "work")


def test_two_versions_stay_and_what_is_being_made_is_left_alone_for_a_day(tmp_path):
    folder = Work(address(tmp_path / "work"))
    whole, under_way = [versions.begin(folder) for _ in range(3)], versions.begin(folder)
    left = Work(folder.at("made-20260101T000000000000-0000"))
    for version in (*whole, under_way, left, Work(folder.at("mine")), Work(folder.at("made-by-hand"))):
        local(version).mkdir(parents=True)
    for number, version in enumerate(whole):
        versions.finish(version, {"number": number})
    assert versions.newest(folder) == (whole[-1], {"number": 2})
    versions.prune(folder, whole[0])
    assert len(list((tmp_path / "work").iterdir())) == 6  # the oldest is whose preparation has just ended
    versions.prune(folder, whole[-1])
    stay = {local(version).name for version in (*whole[1:], under_way)} | {"mine", "made-by-hand"}
    assert {path.name for path in (tmp_path / "work").iterdir()} == stay


@pytest.mark.thorough
def test_links_without_dates_and_amounts_are_weighed_as_on_one_machine(spark: SparkSession, tmp_path):
    tables = {
        "parties": "party_id,name\nA,甲\nB,乙\nC,丙\nD,丁\n",
        "supplies": "supplier_id,buyer_id,amount,confidence\n"
        "A,B,,0.3\nA,B,,0.7\nB,C,50.05,\nA,C,20,\nC,D,30,1\nD,A,7.1,\n",
        "ties": "a_id,b_id,kind,date,strength\n"
        "A,B,kin,2025-01-01,0.9\nB,A,kin,2026-01-01,0.1\nC,A,friend,2024-01-01,\n",
    }
    folder = as_parquet(write_tables(tmp_path / "csv", tables), tmp_path / "tables")
    alone = on_one_machine(folder, tmp_path / "store")
    assert on_spark(spark, folder, tmp_path / "work") == alone
    assert alone.as_of == "2025-01-01"


@pytest.mark.thorough
def test_typed_columns_and_columns_that_folders_name_are_read(spark: SparkSession, example_tables, tmp_path):
    texts = as_parquet(example_tables, tmp_path / "texts")
    supplies = pq.read_table(texts / "supplies.parquet")
    typed = pa.table({
        "supplier_id": supplies["supplier_id"], "buyer_id": supplies["buyer_id"],
        "amount": supplies["amount"].cast(pa.float64()), "date": supplies["date"].cast(pa.timestamp("us")),
        "count": supplies["count"].cast(pa.int16()), "source": pa.array(["发票"] * 4 + ["流水"] * 4),
    })  # fmt: skip
    one, parted = tmp_path / "one", tmp_path / "a b+中"
    for folder in (one, parted):
        folder.mkdir()
    pq.write_table(typed, one / "supplies.parquet")
    for source in ("发票", "流水"):
        place = parted / "supplies" / f"source={source if source == '发票' else quote(source)}"
        place.mkdir(parents=True)
        of_source = typed.filter(pa.compute.equal(typed["source"], source)).drop_columns(["source"])
        pq.write_table(of_source, place / "rows 1.parquet")
    # Numbers that name folders keep their zeros and all their digits.
    numbers = {"industry": "01", "grid": "370283001002003004"}
    numbered = parted / "parties" / "/".join(f"{name}={number}" for name, number in numbers.items())
    numbered.mkdir(parents=True)
    parties = pq.read_table(texts / "parties.parquet")
    pq.write_table(parties, numbered / "p.parquet")
    for name, number in numbers.items():
        parties = parties.append_column(name, pa.array([number] * len(parties)))
    pq.write_table(parties, one / "parties.parquet")
    found = on_spark(spark, parted, tmp_path / "work")
    assert found == on_one_machine(one, tmp_path / "store") == on_one_machine(parted, tmp_path / "other")
    assert (set(found.parties["industry"]), set(found.parties["grid"])) == ({"01"}, {"370283001002003004"})


def test_files_in_a_subfolder_that_names_no_column_are_refused(spark: SparkSession, example_tables, tmp_path):
    tables = split(as_parquet(example_tables, tmp_path / "tables"), tmp_path / "pieces", seed=1)
    (tables / "supplies" / "2025").mkdir()
    (tables / "supplies" / "part-01.parquet").rename(tables / "supplies" / "2025" / "part-01.parquet")
    with pytest.raises(BadTables, match=r"supplies/2025/part-01\.parquet lies in a subfolder of supplies") as refused:
        on_spark(spark, tables, tmp_path / "work")
    assert refused.value.code == "spark_subfolder"
    (tables / "supplies" / "2025").rename(tables / "supplies" / "year=2025")
    with pytest.raises(BadTables, match=r"supplies/year=2025/part-01\.parquet and supplies/part-00\.parquet lie in"):
        on_spark(spark, tables, tmp_path / "work")


@pytest.mark.thorough
def test_any_number_of_partitions_makes_the_same_files(spark: SparkSession, odd, tmp_path):
    before, made = spark.conf.get("spark.sql.shuffle.partitions"), []
    for partitions, seed in ((1, 5), (7, 6)):
        spark.conf.set("spark.sql.shuffle.partitions", str(partitions))
        pieces = split(odd, tmp_path / f"pieces{partitions}", seed=seed, parts=partitions + 1)
        work = tmp_path / f"work{partitions}"
        found = on_spark(spark, pieces, work)
        made.append(
            (replace(found, rejects=whole_lines(found.rejects, pieces)), versions.facts(newest(work))["load_id"])
        )
    spark.conf.set("spark.sql.shuffle.partitions", before)
    assert made[0] == made[1]


@pytest.mark.thorough
@pytest.mark.parametrize("dirty", [0.0, 0.2])
def test_a_county_makes_the_same(spark: SparkSession, tmp_path, dirty):
    Explorer.generate(tmp_path / "tables", parties=3000, seed=5, file_format="parquet", dirty=dirty)
    found = on_spark(spark, tmp_path / "tables", tmp_path / "work")
    assert found == on_one_machine(tmp_path / "tables", tmp_path / "store")


@pytest.mark.thorough
def test_a_preparation_tells_and_lists_what_a_load_does_and_names_damaged_files_it_left_out(
    spark: SparkSession, run: Run, tmp_path: Path
) -> None:
    faulty = EXAMPLE | {"customers": "party_id,name,customer_since\n,甲,\nR1,瑞和超市,2027-01-01\nM2,美味,\n"}
    tables = as_parquet(write_tables(tmp_path / "csv", faulty), tmp_path / "tables")
    told = ("--today", "2026-11-01", "--reject-ceiling", 0.5)
    alone = run("load", tables, "--store", tmp_path / "store", "--rejects", "alone.csv", *told)
    shutil.move(tables / "supplies.parquet", tmp_path / "part-0.parquet")
    (tables / "supplies").mkdir()
    shutil.move(tmp_path / "part-0.parquet", tables / "supplies")
    (tables / "supplies" / "part-1.parquet").write_bytes(b"PAR1 no end")
    command = ("prospects", "--engine", "spark", "--plan", "snapshot", "--work", "work", "--tables", tables, *told)
    ran = run(*command, "--rejects", "spark.csv", "--skip")
    assert (alone.code, ran.code) == (0, 0), ran.err
    lines = (tmp_path / "alone.csv").read_text("utf-8-sig")
    assert lines.count("\n") == 4
    listed = lines + "supplies/part-1.parquet,0,,,file_unreadable\n"
    assert (tmp_path / "spark.csv").read_text("utf-8-sig") == listed
    assert report(ran.err) == report(alone.err)
    assert "Damaged files left out: 1 (supplies/part-1.parquet)" in ran.err.splitlines()
    (tables / "supplies" / "part-1.parquet").unlink()
    ran = run(*command, "--strict")
    assert (ran.code, "customers: rows read 3, kept" in ran.err) == (2, True)
    rejects = next(line for line in ran.err.splitlines() if "listed in" in line).rpartition(" ")[2]
    assert read(Path(rejects.removeprefix("file://")))["reason"] == ["missing", "emptied_date", "conflict"]
    ran = run(*command, "--rejects", "nowhere/rejects.csv")
    assert (ran.code, "there is no folder nowhere" in ran.err) == (2, True)


def report(err: str) -> list[str]:
    """What is said of tables, from the first of them to where rejects are listed, whatever their files are called."""
    lines = [line.replace(".parquet", "").replace("alone.csv", "spark.csv") for line in err.splitlines()]
    first, last = (
        next(i for i, line in enumerate(lines) if line.startswith(start)) for start in ("parties:", "Rejects")
    )
    return lines[first : last + 1]


def test_tasks_on_this_machine_run_in_the_python_of_the_command(spark: SparkSession) -> None:
    def where(_batches: object) -> Iterator[pa.RecordBatch]:
        yield pa.RecordBatch.from_pylist([{"python": sys.executable}])

    [row] = spark.range(0, 1, 1, 1).mapInArrow(where, "python string").collect()
    assert row["python"] == sys.executable


@pytest.mark.thorough
@pytest.mark.shared
def test_real_public_spending_makes_the_same(spark: SparkSession, tmp_path):
    tables = as_parquet(SHARED / "uk_public_spending", tmp_path / "tables")
    pieces = split(tables, tmp_path / "pieces", seed=2)
    found, alone = on_spark(spark, pieces, tmp_path / "work"), on_one_machine(tables, tmp_path / "store")
    assert replace(found, rejects=whole_lines(found.rejects, pieces)) == alone
    assert len(alone.links["from"]) == 80_540


@pytest.mark.thorough
def test_executors_lost_in_the_middle_change_nothing(odd, tmp_path):
    command = [sys.executable, "-m", "tests.lost_executors", "prepare", str(odd), str(tmp_path / "work")]
    done = subprocess.run(command, capture_output=True, check=True, env=elsewhere(), cwd=ROOT)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["killed"] > 0
    assert made_on_spark(tmp_path / "work", told["facts"]) == on_one_machine(odd, tmp_path / "store")
