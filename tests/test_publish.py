"""Strings that were dug elsewhere and stand in the store: all of them or none, until the next load."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from explorer import Explorer
from explorer.errors import InputError, StoreError
from explorer.formats import parquet
from tests.neo4j_server import Server
from tests.parts import EXAMPLE, TODAY, Run, write_tables
from tests.s3_folder import served
from tests.stores import contents, on_server
from web.app import create_app

PIECE = 1 << 20
"""Bytes that are in memory at once when a file is fetched."""
STRINGS = "MATCH (p:Party)-[s:PROSPECT_OF]->(a:Party) RETURN a.party_id, s.side, s.rank, p.party_id, s.path"
DUG = [
    ("B1", "downstream", 1, "D1", "B1>D1"),
    ("B1", "downstream", 2, "R1", "B1>D1>R1"),
    ("B1", "downstream", 3, "R2", "B1>D1>R2"),
    ("B1", "upstream", 1, "M2", "B1>M2"),
    ("B1", "upstream", 2, "F1", "B1>M1>F1"),
    ("B1", "upstream", 3, "F2", "B1>M2>F2"),
]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return write_tables(tmp_path / "tables", EXAMPLE)


@pytest.fixture(params=["folder", pytest.param("neo4j", marks=pytest.mark.xdist_group("neo4j"))])
def explorer(request: pytest.FixtureRequest, tmp_path: Path, tables: Path) -> Iterator[Explorer]:
    """The worked example in a store of this test."""
    if request.param == "folder":
        opened = Explorer.open(tmp_path / "store")
    else:
        server: Server = request.getfixturevalue("neo4j_empty")
        opened = on_server(server, tmp_path / "home")
    reload(opened, tables)
    yield opened
    opened.close()


def reload(explorer: Explorer, tables: Path) -> None:
    explorer.load(tables, rejects=tables.with_name("rejects.csv"), today=TODAY)


def strings(explorer: Explorer, file: Path) -> Path:
    with file.open("wb") as stream:
        parquet.write(explorer.dig("all").table(), stream, "utf-8")
    return file


def standing(explorer: Explorer) -> list[tuple[object, ...]]:
    return sorted(tuple(row.values()) for row in explorer.store.ask(STRINGS, {}).to_pylist())


def test_published_strings_stand_in_the_store_until_the_next_load(explorer: Explorer, tables: Path, tmp_path: Path):
    before = contents(explorer)
    found = explorer.publish(strings(explorer, tmp_path / "strings.parquet"))
    assert (found.rows, found.anchors, found.left_out, found.as_of) == (6, 1, 0, "2026-06-30")
    assert standing(explorer) == DUG
    assert explorer.published() == found
    client = create_app(explorer).test_client()
    for lang, word in (("zh", "已发布的潜在客户"), ("en", "the best score first")):
        page = client.get(f"/party/B1/neighbours?relation=PROSPECT_OF&direction=in&lang={lang}")
        assert (page.status_code, word in page.text, "M2" in page.text) == (200, True, True)
    kept = contents(explorer)
    assert {name: rows for name, rows in kept.items() if "PROSPECT_OF" not in name} == {
        name: rows for name, rows in before.items() if "PROSPECT_OF" not in name
    }
    reload(explorer, tables)
    assert (standing(explorer), explorer.published(), contents(explorer)) == ([], None, before)


def test_what_is_published_next_stands_in_its_place_and_the_load_before_stays(
    explorer: Explorer, tables: Path, tmp_path: Path
):
    whole = pq.read_table(strings(explorer, tmp_path / "strings.parquet"))
    write_tables(tables, {"supplies": EXAMPLE["supplies"] + "R1,R2,5,2026-06-30,1\n"})
    reload(explorer, tables)
    explorer.publish(tmp_path / "strings.parquet")
    parts = tmp_path / "parts"
    parts.mkdir()
    upstream = whole.filter(pc.equal(whole["direction"], "upstream"))
    pq.write_table(upstream.slice(0, 1), parts / "part-0.parquet")
    pq.write_table(upstream.slice(1), parts / "part-1.parquet")
    assert explorer.publish(parts).rows == 3
    assert standing(explorer) == DUG[3:]
    explorer.rollback()
    assert (standing(explorer), explorer.status().links) == ([], 8)


def test_only_whole_parts_of_an_export_are_published(tables: Path, tmp_path: Path):
    store = Explorer.open(tmp_path / "store")
    reload(store, tables)
    whole = pq.read_table(strings(store, tmp_path / "strings.parquet"))
    parts = tmp_path / "parts"
    (parts / "_temporary" / "0").mkdir(parents=True)
    for name in ("part-0.parquet", "_part-0.parquet", ".part-0.parquet", "_temporary/0/part-0.parquet"):
        pq.write_table(whole.slice(0, 4), parts / name)
    manifest = tmp_path / "parts.manifest.json"
    manifest.write_text(json.dumps({"as_of": "2026-06-30", "rows": 6}))
    with pytest.raises(InputError, match="holds 4 rows, but its manifest says 6"):
        store.publish(parts)
    pq.write_table(whole.slice(4), parts / "part-1.parquet")
    store.publish(parts)
    assert standing(store) == DUG
    for part in parts.glob("part-*"):
        part.unlink()
    with pytest.raises(InputError, match="There is no") as refused:
        store.publish(parts)
    assert (refused.value.code, standing(store)) == ("publish_absent", DUG)
    store.close()


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, list[int]]]:
    """A bucket on a server of S3, and the sizes of the pieces that were taken of it."""
    with served(tmp_path / "s3") as (server, reads):
        monkeypatch.setenv("AWS_ENDPOINT_URL", server)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "nowhere")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "us")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "them")
        (tmp_path / "s3" / "bank").mkdir(parents=True)
        yield tmp_path / "s3" / "bank", reads


def test_strings_are_published_from_any_address(bucket: tuple[Path, list[int]], tables: Path, tmp_path: Path):
    store, (folder, reads) = Explorer.open(tmp_path / "store"), bucket
    reload(store, tables)
    whole = pq.read_table(strings(store, folder / "all strings.parquet"))
    parts = folder / "夜 1" / "parts"
    (parts / "_temporary").mkdir(parents=True)
    for name in ("part-0.parquet", "_part-0.parquet", "_temporary/part-0.parquet"):
        pq.write_table(whole.slice(0, 2), parts / name)
    large = whole.slice(2).append_column("more", pa.array([os.urandom(PIECE) for _ in range(4)]))
    pq.write_table(large, parts / "part-1.parquet")
    manifest = parts.with_name("parts.manifest.json")
    manifest.write_text(json.dumps({"as_of": "2026-06-30", "rows": 6, "engine": "spark"}))
    for address in ("s3a://bank/夜 1/parts", f"file://{parts}", f"file:{parts}/"):
        assert (store.publish(address).engine, standing(store)) == ("spark", DUG)
    assert (max(reads) <= PIECE, sum(reads) > 4 * PIECE) == (True, True)
    assert (store.publish("s3a://bank/all strings.parquet").rows, standing(store)) == (6, DUG)
    manifest.write_text(json.dumps({"as_of": "2026-05-31"}))
    with pytest.raises(InputError, match="in s3a://bank/夜 1/parts were dug as of 2026-05-31"):
        store.publish("s3a://bank/夜 1/parts")
    with pytest.raises(InputError, match="There is no s3a://bank/nothing"):
        store.publish("s3a://bank/nothing")
    with pytest.raises(StoreError, match="hdfs://nowhere:1/strings cannot be reached"):
        store.publish("hdfs://nowhere:1/strings")
    assert standing(store) == DUG
    store.close()


def test_who_is_a_customer_by_now_or_not_to_be_contacted_is_left_out_and_counted(
    explorer: Explorer, tables: Path, tmp_path: Path
):
    file = strings(explorer, tmp_path / "strings.parquet")
    write_tables(tables, {"customers": "party_id\nD1\n", "parties": "party_id,name,roles,do_not_contact\n" + "".join(
        f"{line},{'yes' if line.startswith('F2') else ''}\n" for line in EXAMPLE["parties"].splitlines()[1:]
    )})  # fmt: skip
    reload(explorer, tables)
    found = explorer.publish(file)
    assert (found.rows, found.left_out) == (4, 2)
    assert standing(explorer) == [row for row in DUG if row[3] not in ("D1", "F2")]


def edited(**columns: Callable[[pa.ChunkedArray], pa.ChunkedArray]) -> Callable[[pa.Table], pa.Table]:
    def edit(table: pa.Table) -> pa.Table:
        for name, change in columns.items():
            table = table.set_column(table.column_names.index(name), name, change(table[name]))
        return table

    return edit


@pytest.mark.parametrize(
    ("edit", "code", "word"),
    [
        (edited(prospect_id=lambda ids: pc.replace_substring(ids, "F1", "X9")), "publish_unknown", "X9"),
        (edited(anchor_id=lambda ids: pa.nulls(len(ids), pa.string())), "publish_unknown", "1 parties"),
        (
            edited(rank=lambda ranks: pc.binary_join_element_wise(pc.cast(ranks, pa.string()), "st", " ")),
            "publish_unreadable",
            "st",
        ),
        (lambda table: pa.concat_tables([table, table.slice(0, 1)]), "publish_repeats", "M2"),
        (lambda table: table.drop_columns(["path_ids"]), "publish_unreadable", "path_ids"),
    ],
)
def test_rows_that_do_not_belong_to_the_load_are_refused_and_the_former_stay(
    explorer: Explorer, tmp_path: Path, edit: Callable[[pa.Table], pa.Table], code: str, word: str
):
    file = strings(explorer, tmp_path / "strings.parquet")
    explorer.publish(file)
    pq.write_table(edit(pq.read_table(file)), tmp_path / "other.parquet")
    with pytest.raises(InputError, match=word) as refused:
        explorer.publish(tmp_path / "other.parquet")
    assert (refused.value.code, standing(explorer)) == (code, DUG)
    assert explorer.view().load_id == explorer.status().load_id
    assert len(list(explorer.home.folder.glob("load-*"))) == 1


def test_a_garbled_file_or_another_day_is_refused(explorer: Explorer, tmp_path: Path):
    file = strings(explorer, tmp_path / "strings.parquet")
    manifest = file.with_name("strings.parquet.manifest.json")
    manifest.write_text(json.dumps({"as_of": "2026-05-31"}))
    with pytest.raises(InputError) as refused:
        explorer.publish(file)
    assert refused.value.code == "publish_as_of"
    manifest.write_text("{")
    with pytest.raises(InputError) as refused:
        explorer.publish(file)
    assert refused.value.code == "publish_manifest"
    manifest.unlink()
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(InputError) as refused:
        explorer.publish(file)
    assert refused.value.code == "publish_unreadable"
    with pytest.raises(InputError) as refused:
        explorer.publish(tmp_path / "nothing.parquet")
    assert (refused.value.code, standing(explorer)) == ("publish_absent", [])


def test_a_publication_that_dies_half_way_leaves_the_former_strings(tables: Path, tmp_path: Path):
    store = Explorer.open(tmp_path / "store")
    reload(store, tables)
    store.publish(strings(store, tmp_path / "strings.parquet"))
    # What a killed one leaves: a folder that the pointer does not name, whose files are linked with those in force.
    left = store.home.folder / "load-000009"
    shutil.copytree(store.store.version(), left, copy_function=lambda a, b: Path(b).hardlink_to(a))
    assert standing(store) == DUG
    store.publish(tmp_path / "strings.parquet")
    assert (standing(store), left.exists()) == (DUG, False)
    store.close()


def test_the_command_says_what_it_published_and_the_status_too(run: Run, tables: Path):
    assert run("load", tables, "--store", "bank").code == 0
    assert run("dig", "--all", "--store", "bank", "--out", "strings.parquet").code == 0
    done = run("publish", "strings.parquet", "--store", "bank")
    assert (done.code, done.out) == (0, b"")
    assert "Published: 6 prospects of 1 anchors, as of 2026-06-30" in done.err
    assert json.loads(run("status", "--store", "bank", "--format", "json").out)["published"]["rows"] == 6
    assert b"Published: 6 prospects" in run("status", "--store", "bank", "--format", "table").out
    missing = run("publish", "nothing.parquet", "--store", "bank")
    assert (missing.code, "There is no nothing.parquet" in missing.err) == (2, True)
