"""Today's rows against a former export: new, up, down, same, in today's order, and a count of those gone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from explorer.errors import InputError
from explorer.formats import Column, Table, write
from explorer.formats.since import Since

COLUMNS = (
    Column("anchor_id", "text"),
    Column("anchor_name", "text"),
    Column("direction", "text"),
    Column("rank", "integer"),
    Column("prospect_id", "text"),
)
NAMES = [column.name for column in COLUMNS]
Row = tuple[str, str, str, int, str]
FORMER: list[Row] = [
    ("=A", "宏达", "upstream", 1, "001"),
    ("=A", "宏达", "upstream", 2, "-x"),
    ("=A", "宏达", "upstream", 3, "P3"),
    ("=A", "宏达", "downstream", 1, "001"),
    ("B", "丰源", "upstream", 1, "P9"),
    ("C", "no longer, asked", "upstream", 1, "P9"),
]
TODAY: list[Row] = [
    ("=A", "宏达", "upstream", 1, "-x"),
    ("=A", "宏达", "upstream", 2, "P7"),
    ("=A", "宏达", "upstream", 3, "P3"),
    ("=A", "宏达", "upstream", 4, "001"),
    ("D", "new", "upstream", 1, "001"),
]
CHANGE = ["up", "new", "same", "down", "new"]


def table(rows: list[Row], size: int = 2) -> Table:
    types = [pa.string(), pa.string(), pa.string(), pa.int32(), pa.string()]
    arrays = [pa.array([row[at] for row in rows], kind) for at, kind in enumerate(types)]
    return Table(COLUMNS, iter(pa.table(arrays, names=NAMES).to_batches(size)))


def compared(since: Since, rows: list[Row]) -> list[tuple[object, ...]]:
    changed = since.table(table(rows))
    assert changed.names == [*NAMES, "change"]
    return [tuple(row.values()) for batch in changed.batches for row in batch.to_pylist()]


EXPORTS = [
    ("a.csv", "utf-8-sig"),
    ("a.csv", "utf-8"),
    ("a.csv", "gb18030"),
    ("a.jsonl", "utf-8"),
    ("a.parquet", "utf-8"),
    ("a.xlsx", "utf-8"),
]


@pytest.mark.parametrize(("name", "encoding"), EXPORTS)
def test_every_format_and_encoding_tells_the_change(tmp_path: Path, name: str, encoding: str) -> None:
    write(table(FORMER), tmp_path / name, encoding=encoding)
    since = Since(tmp_path / name, pa.array(["=A", "B", "D"]), ["upstream"])
    assert compared(since, TODAY) == [(*row, change) for row, change in zip(TODAY, CHANGE, strict=True)]
    assert since.gone == 1  # P9 of B; neither what C had nor the other direction was dug now


@pytest.mark.parametrize(("name", "encoding"), EXPORTS)
def test_a_former_export_without_rows_makes_all_new(tmp_path: Path, name: str, encoding: str) -> None:
    write(table([]), tmp_path / name, encoding=encoding)
    since = Since(tmp_path / name, pa.array(["=A", "D"]), ["upstream", "downstream"])
    assert [row[-1] for row in compared(since, TODAY)] == ["new"] * 5
    assert since.gone == 0


def test_all_rows_are_gone_where_nobody_is_found_now(tmp_path: Path) -> None:
    write(table(FORMER), tmp_path / "a.parquet", encoding="utf-8")
    since = Since(tmp_path / "a.parquet", pa.array(["=A", "B", "C"]), ["upstream", "downstream"])
    assert compared(since, []) == []
    assert since.gone == 6


def test_the_former_file_may_be_replaced_by_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(table(FORMER), path, encoding="utf-8-sig")
    since = Since(path, pa.array(["=A"]), ["upstream"])
    write(since.table(table(TODAY[:2])), path, encoding="utf-8-sig")
    assert path.read_text("utf-8-sig").splitlines()[1:] == [
        "'=A,宏达,upstream,1,'-x,up",
        "'=A,宏达,upstream,2,P7,new",
    ]
    assert since.gone == 2


def test_random_answers_agree_with_a_dictionary(tmp_path: Path) -> None:
    random = np.random.default_rng(7)

    def answer() -> list[Row]:
        ranked: list[Row] = []
        for anchor in sorted(random.choice(40, 25, replace=False)):
            found = random.choice(60, random.integers(0, 30), replace=False)
            ranked += [(f"A{anchor:02}", "", "upstream", at + 1, f"P{p}") for at, p in enumerate(found)]
        return ranked

    for _ in range(20):
        former, today = answer(), answer()
        write(table(former), tmp_path / "a.csv", encoding="utf-8")
        ranks = {(row[0], row[4]): row[3] for row in former}
        dug = {row[0] for row in today}
        since = Since(tmp_path / "a.csv", pa.array(sorted(dug)), ["upstream"])
        assert [row[-1] for row in compared(since, today)] == [_told(ranks.get((r[0], r[4])), r[3]) for r in today]
        assert since.gone == len({key for key in ranks if key[0] in dug} - {(row[0], row[4]) for row in today})


def _told(before: int | None, now: int) -> str:
    if before is None:
        return "new"
    return "same" if now == before else "up" if now < before else "down"


def test_a_file_that_is_no_export_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "lacks.csv").write_text("anchor_id,prospect_id\nA,B\n")
    (tmp_path / "lacks.json").write_text('{"anchor_id": "A"}\n')
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "word.csv").write_text("anchor_id,direction,prospect_id,rank\nA,upstream,B,first\n")
    for name in ("torn.parquet", "torn.xlsx", "torn.json", "torn.csv"):
        (tmp_path / name).write_bytes(b"PK\x03\x04\xff\x00,\n1,2,3")
    write(table([*FORMER, *FORMER]), tmp_path / "twice.csv", encoding="utf-8")
    assert {path.name: refusal(path) for path in sorted(tmp_path.iterdir())} == {
        "empty.csv": "since_unreadable",
        "lacks.csv": "since_columns",
        "lacks.json": "since_columns",
        "torn.csv": "since_unreadable",
        "torn.json": "since_unreadable",
        "torn.parquet": "since_unreadable",
        "torn.xlsx": "since_unreadable",
        "twice.csv": "since_repeats",
        "word.csv": "since_unreadable",
    }
    assert refusal(tmp_path / "none.csv") == "since_absent"


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        Since(path, pa.array(["=A"]), ["upstream"])
    assert path.name in refused.value.text("zh")
    return refused.value.code
