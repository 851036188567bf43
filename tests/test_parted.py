"""Tables as folders of Parquet files on one machine: what one file with the same rows makes, rejects by file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer import Explorer
from explorer.errors import BadTables
from tests.parts import EXAMPLE, TODAY, write_tables
from tests.spark_tables import as_parquet, on_one_machine, random_tables, split, whole_lines


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Random tables with every kind of fault, as Parquet."""
    return as_parquet(write_tables(tmp_path / "csv", random_tables(11, parties=120, rows=900)), tmp_path / "tables")


def test_tables_full_of_faults_make_the_same_of_every_row_in_any_files(odd: Path, tmp_path: Path) -> None:
    pieces = split(odd, tmp_path / "pieces", seed=4)
    whole, found = on_one_machine(odd, tmp_path / "whole"), on_one_machine(pieces, tmp_path / "found")
    assert replace(found, rejects=whole_lines(found.rejects, pieces)) == whole
    assert {row[0] for row in found.rejects} > {f"supplies/part-0{number}.parquet" for number in range(3)}
    assert {row[-1] for row in found.rejects} > {"missing", "repeat", "unknown_party", "conflict", "emptied_date"}


@pytest.fixture
def parted(tmp_path: Path) -> Path:
    """The worked example, its supplies by branch, one of their files without counts, and an empty one."""
    tables = as_parquet(write_tables(tmp_path / "csv", EXAMPLE), tmp_path / "parted")
    supplies = pq.read_table(tables / "supplies.parquet")
    (tables / "supplies.parquet").unlink()
    for branch, rows in (("0012", supplies.slice(0, 5)), ("%E5%B8%82 1", supplies.slice(5).drop_columns(["count"]))):
        place = tables / "supplies" / f"source={branch}"
        place.mkdir(parents=True)
        pq.write_table(rows, place / "part-0.parquet")
    pq.write_table(supplies.slice(0, 0), tables / "supplies" / "source=0012" / "a.parquet")
    (tables / "supplies" / "_SUCCESS").touch()
    (tables / "supplies" / "_temporary").mkdir()
    (tables / "supplies" / "_temporary" / "part-0.parquet").touch()
    (tables / "notes").mkdir()
    return tables


def test_columns_that_folders_name_and_files_without_a_column_are_read(parted: Path, tmp_path: Path) -> None:
    lines = EXAMPLE["supplies"].splitlines()
    rows = [f"{line},0012" for line in lines[1:6]] + [f"{line.rpartition(',')[0]},,市 1" for line in lines[6:]]
    one = {"parties": EXAMPLE["parties"], "supplies": "\n".join([f"{lines[0]},source", *rows, ""])}
    whole = as_parquet(write_tables(tmp_path / "one.csv", one), tmp_path / "one")
    assert on_one_machine(parted, tmp_path / "store") == on_one_machine(whole, tmp_path / "other")


@pytest.mark.parametrize(
    ("place", "content", "said"),
    [
        ("source=0012/b.parquet", b"PAR1 no end", "supplies/source=0012/b.parquet"),
        ("source=0012/b.parquet", b"", "supplies/source=0012/b.parquet"),
        ("2025/b.parquet", None, "supplies/2025/b.parquet lies in a subfolder of supplies"),
        ("b.parquet", None, "supplies/source=%E5%B8%82 1/part-0.parquet and supplies/b.parquet lie in"),
        (
            "source=1/b.parquet",
            pa.table({"amount": [1.5]}),
            "files of supplies do not fit together: amount: DOUBLE",
        ),
        ("source=1/b.parquet", pa.table({"filename": ["x"]}), "filename"),
    ],
    ids=["damaged", "empty", "subfolder", "beside", "types", "taken"],
)
def test_a_file_that_does_not_belong_is_named(
    parted: Path, tmp_path: Path, place: str, content: bytes | pa.Table | None, said: str
) -> None:
    path = parted / "supplies" / place
    path.parent.mkdir(exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        pq.write_table(content or pa.table({"amount": ["1"]}), path)
    with pytest.raises(BadTables, match=said):
        Explorer.open(tmp_path / "store").load(parted, rejects=tmp_path / "rejects.csv", today=TODAY)


def test_damage_in_the_middle_of_a_file_is_found_while_it_is_read(parted: Path, tmp_path: Path) -> None:
    path = parted / "supplies" / "source=0012" / "part-0.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + b"\xff" * 64 + whole[68:])
    with pytest.raises(BadTables) as refused:
        Explorer.open(tmp_path / "store").load(parted, rejects=tmp_path / "rejects.csv", today=TODAY)
    assert (refused.value.code, refused.value.values["file"]) == (
        "file_unreadable",
        "supplies/source=0012/part-0.parquet",
    )


def test_a_folder_beside_a_file_of_the_same_table_is_refused_and_a_mapping_may_name_it(
    parted: Path, tmp_path: Path
) -> None:
    pq.write_table(pa.table({"supplier_id": ["M1"], "buyer_id": ["R1"]}), parted / "supplies.parquet")
    store, rejects = Explorer.open(tmp_path / "store"), tmp_path / "rejects.csv"
    with pytest.raises(BadTables, match=r"supplies, supplies\.parquet"):
        store.load(parted, rejects=rejects, today=TODAY)
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[[tables.supplies]]\nfile = "supplies"\n[[tables.supplies]]\nfile = "supplies.parquet"\n')
    assert store.load(parted, rejects=rejects, today=TODAY, mapping=mapping).counts["supply_rows"] == 9
