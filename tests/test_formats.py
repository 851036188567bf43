"""Every format holds exactly the rows it was given, in the same bytes however they arrived, or leaves no trace."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import time
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import load_workbook

from explorer.errors import BadSetting, InputError
from explorer.formats import ENDINGS, FORMATS, Column, Table, Written, write, write_stream
from explorer.formats.chunks import chunks
from explorer.formats.guard import FORMULA, SUSPECT, guarded, unguarded
from explorer.formats.manifest import write_manifest
from explorer.formats.table import places, render
from explorer.formats.xlsx import MOST_ROWS, within_limit

COLUMNS = (
    Column("prospect_id", "text"),
    Column("name", "text"),
    Column("rank", "integer"),
    Column("score", "score"),
    Column("amount", "amount"),
    Column("date", "date"),
    Column("cut", "flag"),
    Column("value", "number"),
)
ROWS = (
    ("110101199003070011", "宏达面粉厂", 1, 0.4608800004, 20000000, date(2026, 6, 30), True, 0.1),
    ("P2", 'Ann "Rice", Ltd\r\n2nd', 2, 0.1234565, -5, date(1969, 12, 31), False, 1e20),
    ("P3", "𠮷野家\\", None, None, None, None, None, None),
    ("P4", "=1+1", 3, 0.0, 9007199254740991, date(2024, 2, 29), True, -2.0),
)
TYPES = [pa.string(), pa.string(), pa.int32(), pa.float64(), pa.int64(), pa.date32(), pa.bool_(), pa.float64()]
NAMES = [column.name for column in COLUMNS]


def batch(rows: tuple[tuple[object, ...], ...] = ROWS) -> pa.RecordBatch:
    cells = list(zip(*rows, strict=True)) or [()] * len(TYPES)
    return pa.record_batch([pa.array(c, t) for c, t in zip(cells, TYPES, strict=True)], NAMES)


def table(*rows: tuple[object, ...]) -> Table:
    return Table(COLUMNS, iter([batch(rows)]))


def words(*texts: str | None, name: str = "text") -> Table:
    return Table((Column(name, "text"),), iter([pa.record_batch([pa.array(texts, pa.string())], [name])]))


def written(rows: Table, file_format: str, encoding: str = "utf-8") -> bytes:
    stream = io.BytesIO()
    write_stream(rows, stream, file_format=file_format, encoding=encoding)
    return stream.getvalue()


CSV = (
    "prospect_id,name,rank,score,amount,date,cut,value\n"
    "110101199003070011,宏达面粉厂,1,0.460880,200000.00,2026-06-30,true,0.1\n"
    'P2,"Ann ""Rice"", Ltd\r\n2nd",2,0.123456,-0.05,1969-12-31,false,1e+20\n'
    "P3,𠮷野家\\,,,,,,\n"
    "P4,'=1+1,3,0.000000,90071992547409.91,2024-02-29,true,-2\n"
)
JSON = (
    '{"prospect_id":"110101199003070011","name":"宏达面粉厂","rank":1,"score":0.460880,"amount":200000.00,'
    '"date":"2026-06-30","cut":true,"value":0.1}\n'
    '{"prospect_id":"P2","name":"Ann \\"Rice\\", Ltd\\r\\n2nd","rank":2,"score":0.123456,"amount":-0.05,'
    '"date":"1969-12-31","cut":false,"value":1e+20}\n'
    '{"prospect_id":"P3","name":"𠮷野家\\\\","rank":null,"score":null,"amount":null,"date":null,"cut":null,'
    '"value":null}\n'
    '{"prospect_id":"P4","name":"=1+1","rank":3,"score":0.000000,"amount":90071992547409.91,'
    '"date":"2024-02-29","cut":true,"value":-2}\n'
)
SHOWN = [
    (*row[:3], score, amount, *row[5:])
    for row, score, amount in zip(
        ROWS, (0.46088, 0.123456, None, 0.0), (200000.0, -0.05, None, 90071992547409.91), strict=True
    )
]
"""The rows as they read back: scores of six decimals, amounts in units."""


@pytest.mark.parametrize(
    ("encoding", "start"),
    [("utf-8-sig", b"\xef\xbb\xbfprospect_id"), ("utf-8", b"prospect_id"), ("gb18030", b"prosp")],
)
def test_csv_is_these_bytes_in_every_encoding(encoding: str, start: bytes) -> None:
    got = written(table(*ROWS), "csv", encoding)
    assert got == CSV.encode(encoding)
    assert got.startswith(start)


def test_json_lines_are_these_bytes_without_a_mark_whatever_the_encoding() -> None:
    assert written(table(*ROWS), "json", "utf-8-sig") == JSON.encode()


def test_json_escapes_every_control_character() -> None:
    signs = "".join(map(chr, range(128)))
    lines = written(words(signs, None, "", "a/b\u2028"), "json").decode().split("\n")
    assert [json.loads(line)["text"] for line in lines[:-1]] == [signs, None, "", "a/b\u2028"]


def test_csv_reads_back_with_the_standard_library() -> None:
    rows = list(csv.reader(io.StringIO(written(table(*ROWS), "csv").decode(), newline="")))
    assert rows[2] == ["P2", 'Ann "Rice", Ltd\r\n2nd', "2", "0.123456", "-0.05", "1969-12-31", "false", "1e+20"]
    assert [len(row) for row in rows] == [8] * 5


def test_csv_and_json_read_back_with_duckdb_as_they_were(tmp_path: Path) -> None:
    write(table(*ROWS[:3]), tmp_path / "a.csv", encoding="utf-8-sig")
    write(table(*ROWS[:3]), tmp_path / "a.jsonl", encoding="utf-8-sig")
    columns = "{" + ", ".join(f"{name}: '{kind}'" for name, kind in zip(NAMES, DUCKDB_TYPES, strict=True)) + "}"
    for reader, name in (("read_csv", "a.csv"), ("read_json", "a.jsonl")):
        found = duckdb.sql(f"FROM {reader}('{tmp_path / name}', columns = {columns})").fetchall()
        assert found == SHOWN[:3]


DUCKDB_TYPES = ("VARCHAR", "VARCHAR", "BIGINT", "DOUBLE", "DOUBLE", "DATE", "BOOLEAN", "DOUBLE")


def test_parquet_reads_back_with_pandas_and_duckdb_as_it_was(tmp_path: Path) -> None:
    write(table(*ROWS), tmp_path / "a.parquet", encoding="utf-8")
    assert duckdb.sql(f"FROM '{tmp_path / 'a.parquet'}'").fetchall() == SHOWN
    frame = pd.read_parquet(tmp_path / "a.parquet")
    assert frame["amount"].dtype == "float64"
    assert frame["prospect_id"].tolist() == [row[0] for row in ROWS]


def test_xlsx_reads_back_with_calamine_as_it_was(tmp_path: Path) -> None:
    write(table(*ROWS), tmp_path / "a.xlsx", encoding="utf-8")
    with load_workbook(tmp_path / "a.xlsx") as book:
        head, *rows = book.get_sheet_by_index(0).to_python()
    old = [["" if cell is None else cell for cell in row] for row in SHOWN]
    old[3][1] = "'=1+1"
    old[1][5] = rows[1][5]  # a day that a sheet can hold, though pandas' and calamine's epochs may differ
    assert head == NAMES
    assert rows == old


def test_a_sheet_keeps_ids_as_text_and_drops_what_xml_forbids(tmp_path: Path) -> None:
    cells = ("00110", "a\x01b\ufffe", "line\r\nend", "<r><t>x</t></r>", "_x0041_", " 空 ", "&<>")
    write(words(*cells), tmp_path / "a.xlsx", encoding="utf-8")
    with load_workbook(tmp_path / "a.xlsx") as book:
        rows = book.get_sheet_by_index(0).to_python()
    kept = ["text", "00110", "ab", "line\r\nend", "'<r><t>x</t></r>", "_x0041_", " 空 ", "&<>"]
    assert [row[0] for row in rows] == kept


def test_a_text_too_long_for_a_sheet_is_refused_not_cut(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="32767"):
        write(words("a" * 32768), tmp_path / "a.xlsx", encoding="utf-8")
    assert list(tmp_path.iterdir()) == []


def flags(*sizes: int) -> Iterator[pa.RecordBatch]:
    return (pa.record_batch([pa.nulls(size, pa.bool_())], ["flag"]) for size in sizes)


def test_rows_beyond_a_sheet_are_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        write(Table((Column("flag", "flag"),), flags(1, MOST_ROWS)), tmp_path / "a.xlsx", encoding="utf-8")
    assert refused.value.code == "xlsx_rows"
    assert list(tmp_path.iterdir()) == []
    assert sum(each.num_rows for each in within_limit(flags(1, MOST_ROWS - 1))) == MOST_ROWS == 1_048_575


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_bytes_do_not_depend_on_the_batches(file_format: str) -> None:
    count = {"xlsx": 300, "parquet": 270_000}.get(file_format, 70_000)
    whole = pa.Table.from_batches([batch()]).take(pa.array([at % 4 for at in range(count)])).combine_chunks()
    one = whole.to_batches()
    ragged = [whole.to_batches()[0].slice(at, 7 * at + 1) for at in (0, 1, 9, 73, 585)]
    ragged += whole.slice(4681).to_batches(1000) if count > 4681 else []
    assert sum(each.num_rows for each in ragged) == count
    encoded = [column.dictionary_encode() if at < 2 else column for at, column in enumerate(one[0].columns)]
    arrivals = (one, ragged, [pa.record_batch(encoded, NAMES)])
    got = {hashlib.sha256(written(Table(COLUMNS, iter(each)), file_format)).hexdigest() for each in arrivals}
    assert len(got) == 1


def test_chunks_have_one_size_and_keep_the_order() -> None:
    rows = pa.record_batch([pa.array(range(10))], ["n"])
    parts = [rows.slice(0, 0), rows.slice(0, 4), rows.slice(4, 1), rows.slice(5, 5)]
    got = list(chunks(Table((Column("n", "integer"),), iter(parts)), 3))
    assert [each.column(0).to_pylist() for each in got] == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]


def test_an_xlsx_written_later_has_the_same_bytes() -> None:
    first = written(table(*ROWS), "xlsx")
    time.sleep(2.1)  # the clock of a zip archive counts in steps of two seconds
    assert written(table(*ROWS), "xlsx") == first


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_answer_is_a_file_with_its_head(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    for batches in (iter(()), iter([batch(())])):
        done = write(Table(COLUMNS, batches), path, encoding="utf-8-sig")
        assert done == Written(0, hashlib.sha256(path.read_bytes()).hexdigest())
        assert HEADS[ENDINGS[ending]](path) == ([] if ENDINGS[ending] == "json" else NAMES)


def _sheet_head(path: Path) -> list[object]:
    with load_workbook(path) as book:
        return list(book.get_sheet_by_index(0).to_python()[0])


HEADS = {
    "csv": lambda path: pd.read_csv(path).columns.tolist(),
    "json": lambda path: path.read_text().splitlines(),
    "parquet": lambda path: pd.read_parquet(path).columns.tolist(),
    "xlsx": _sheet_head,
}


def failing() -> Iterator[pa.RecordBatch]:
    yield batch()
    raise RuntimeError("the search stopped")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_failed_export_leaves_the_former_file_and_nothing_else(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(b"former")
    with pytest.raises(RuntimeError, match="stopped"):
        write(Table(COLUMNS, failing()), path, encoding="utf-8")
    assert {each: each.read_bytes() for each in tmp_path.iterdir()} == {path: b"former"}


def test_an_export_says_rows_and_hash_and_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    done = write(table(*ROWS), tmp_path / "link.csv", encoding="utf-8")
    assert done == Written(4, hashlib.sha256(CSV.encode()).hexdigest())
    assert (tmp_path / "real.csv").read_bytes() == CSV.encode()
    assert (tmp_path / "link.csv").is_symlink()


def test_what_cannot_be_written_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=re.escape(".csv .json .jsonl .parquet .xlsx")):
        write(table(), tmp_path / "a.xls", encoding="utf-8")
    with pytest.raises(InputError, match="no folder"):
        write(table(), tmp_path / "none" / "a.csv", encoding="utf-8")
    with pytest.raises(InputError, match="not a file"):
        write(table(), tmp_path, file_format="csv", encoding="utf-8")
    write(table(), tmp_path / "a.xls", file_format="csv", encoding="utf-8")
    assert (tmp_path / "a.xls").read_text() == CSV.splitlines(keepends=True)[0]


def test_an_empty_cell_that_is_alone_in_its_row_is_seen() -> None:
    assert written(words("a", None, "", "b"), "csv") == b'text\na\n""\n""\nb\n'
    assert written(words("a", name="=x"), "csv") == b"'=x\na\n"


def test_amounts_are_exact_to_the_last_hundredth() -> None:
    cents = [2**63 - 1, -(2**63), 1, -1, 0, 99, 100, -100]
    rows = pa.record_batch([pa.array(cents)], ["amount"])
    lines = written(Table((Column("amount", "amount"),), iter([rows])), "csv").decode().splitlines()
    assert lines[1:] == [format(Decimal(each).scaleb(-2), "f") for each in cents]


def test_numbers_that_are_none_are_empty() -> None:
    array = pa.array([float("nan"), float("inf"), -float("inf"), 0.5])
    rows = pa.record_batch([array, array], ["score", "number"])
    both = (Column("score", "score"), Column("number", "number"))
    assert written(Table(both, iter([rows])), "csv") == b"score,number\n,\n,\n,\n0.500000,0.5\n"


DEFUSED = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    "\u3000=1",
    "'=1",
    "-",
    "+86-138",
)
LEFT = (
    "-12.5",
    "+8613800000000",
    "-1,234.50",
    "1-1",
    "a=b",
    "'s-Gravenhage",
    "（有限）公司",
    "宏达",
    "",
    "5",
    "\u3000x",
)


def test_the_guard_defuses_formulas_and_leaves_negative_numbers() -> None:
    assert guarded(pa.array(DEFUSED)).to_pylist() == [f"'{text}" for text in DEFUSED]
    assert guarded(pa.array([*LEFT, None])).to_pylist() == [*LEFT, None]
    assert written(words("-12.5", "-a"), "csv") == b"text\n-12.5\n'-a\n"


SIGNS = st.sampled_from("=+-@'\t\r\n ＝－\u3000a1.,\u200b宏")


@given(st.lists(st.none() | st.text(SIGNS | st.characters(codec="utf-8"), max_size=6)))
def test_the_guard_can_be_undone_exactly(texts: list[str | None]) -> None:
    array = pa.array(["", *texts], pa.string()).slice(1)
    assert unguarded(guarded(array)).to_pylist() == texts


def test_no_sign_that_may_start_a_formula_escapes_the_look_at_first_bytes() -> None:
    signs = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in ("Cs", "Cn")]
    array = pa.array([f"{sign}=1" for sign in signs])
    match = pa.compute.match_substring_regex(array, FORMULA).to_pylist()
    assert [sign for sign, hit in zip(signs, match, strict=True) if hit and not SUSPECT[sign.encode()[0]]] == []


def test_a_manifest_holds_the_facts_and_no_clock(tmp_path: Path) -> None:
    facts = {"top": 200, "as_of": date(2026, 6, 30), "anchors": ["比亚迪"], "cut": True}
    place = write_manifest(tmp_path / "a.csv", facts, Written(4, "ab"))
    assert place == tmp_path / "a.csv.manifest.json"
    assert (
        place.read_bytes()
        == (
            '{\n  "anchors": [\n    "比亚迪"\n  ],\n  "as_of": "2026-06-30",\n  "cut": true,\n  "rows": 4,\n'
            '  "sha256": "ab",\n  "top": 200\n}\n'
        ).encode()
    )


def test_the_terminal_table_aligns_wide_signs_and_counts_what_it_leaves_out() -> None:
    assert list(render(table(*ROWS), 62, "zh", rows=3)) == [
        "prospect_id         name             rank     score     amount",
        "──────────────────  ───────────────  ────  ────────  ─────────",
        "110101199003070011  宏达面粉厂          1  0.460880  200000.00",
        'P2                  Ann "Rice", Lt…     2  0.123456      -0.05',
        "P3                  𠮷野家\\",
        "……还有 1 行；用 --out 文件 可全部写出。",
        "终端宽度不够，未显示：date, cut, value；用 --out 文件 或 --format csv 查看。",
    ]


def test_a_wide_terminal_shows_all_and_no_control_character_reaches_it() -> None:
    assert list(render(words("\x1b[31m红", "ab"), 80, "en", rows=5)) == ["text", "───────", " [31m红", "ab"]
    assert [places(text) for text in ("abc", "宏达", "e\u0301", "ｱ")] == [3, 4, 1, 1]
