"""Reading: files found, encodings tried, lines counted, columns matched; what cannot be read is said."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from explorer.errors import BadTables
from tests.loading import PARTIES, checked, read_tables, write

SUPPLIES = "supplier_id,buyer_id,amount\nA,B,1\n"


def refusal(folder: Path, tables: dict[str, str | bytes], mapping: str = "") -> str:
    with pytest.raises(BadTables) as caught:
        read_tables(write(folder, tables), folder / "stage", mapping)
    assert caught.value.text("zh")
    return caught.value.code


def names(folder: Path, tables: dict[str, str | bytes], mapping: str = "") -> tuple[list[tuple[object, ...]], str]:
    with checked(folder, tables, mapping) as loaded:
        rows = loaded.rows("SELECT party_id, name FROM rows_parties ORDER BY n")
        return rows, loaded.report("parties").files[0].encoding


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_the_encoding_is_found_by_trying(tmp_path: Path, encoding: str, told: str) -> None:
    found = names(tmp_path, {"parties.csv": PARTIES.encode(encoding)})
    assert found == ([("A", "甲厂"), ("B", "乙店"), ("C", "丙农")], told)


def test_a_few_broken_bytes_cost_their_rows_not_the_file(tmp_path: Path) -> None:
    lines = [f"P{i:03},第{i}号商行,北区".encode() for i in range(100)]
    lines[3] = b"P003,\xe7\xac\xb3\xff\xfe,x"
    lines[5] = "P005,第五号商行,".encode() + b"\xff"
    content = b"\n".join([b"party_id,name,region", *lines])
    with checked(tmp_path, {"parties.csv": content}) as loaded:
        assert loaded.report("parties").files[0].encoding == "utf-8"
        assert loaded.rejects == [
            ("parties.csv", 5, "name", "笳\ufffd\ufffd", "unreadable", "reject"),
            ("parties.csv", 7, "region", "\ufffd", "unreadable", "emptied"),
        ]
        assert loaded.report("parties").kept == 99


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found_from_the_head(tmp_path: Path, separator: str) -> None:
    content = PARTIES.replace(",", separator)
    assert names(tmp_path, {"parties.csv": content})[0] == [("A", "甲厂"), ("B", "乙店"), ("C", "丙农")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_physical_lines_through_quotes_blanks_and_ragged_rows(tmp_path: Path, end: str) -> None:
    lines = ["party_id,name,address", '"A","甲","一|二"', "", "B,乙,x,y", ",丙,", 'C,"丁"', ",戊,"]
    content = end.join(lines).replace("|", end) + end
    with checked(tmp_path, {"parties.csv": content}) as loaded:
        assert [row[:5] for row in loaded.rejects] == [
            ("parties.csv", 5, "", "B,乙,x,y", "ragged"),
            ("parties.csv", 6, "party_id", "", "missing"),
            ("parties.csv", 7, "", 'C,"丁"', "ragged"),
            ("parties.csv", 8, "party_id", "", "missing"),
        ]
        assert loaded.report("parties").read == 5


def test_a_stray_quote_costs_its_line_not_the_rows_after_it(tmp_path: Path) -> None:
    content = 'party_id,name,region\nA,甲,北\nB,"乙,南\nC,丙,西\nD,丁,东\n'
    with checked(tmp_path, {"parties.csv": content}) as loaded:
        assert loaded.rows("SELECT party_id FROM rows_parties ORDER BY n") == [("A",), ("C",), ("D",)]
        assert loaded.rejects == [("parties.csv", 3, "", 'B,"乙,南', "ragged", "reject")]


def test_headers_are_trimmed_and_unknown_ones_listed(tmp_path: Path) -> None:
    with checked(tmp_path, {"parties.csv": " Party_ID ,NAME,备注,\nA,甲,x,\n"}) as loaded:
        assert loaded.report("parties").files[0].unknown == ("备注",)
        assert loaded.report("parties").kept == 1


def test_files_of_no_table_are_listed_and_folders_ignored(tmp_path: Path) -> None:
    (tmp_path / "supplies.parquet").mkdir()
    with checked(tmp_path, {"readme.txt": "x", "PARTNERS.csv": "a\n"}) as loaded:
        assert loaded.checked.unknown_files == ("PARTNERS.csv", "readme.txt")
        assert [report.name for report in loaded.checked.tables] == ["parties"]


def test_gzip_and_upper_case_names_are_read(tmp_path: Path) -> None:
    with checked(tmp_path, {"Supplies.CSV.gz": SUPPLIES}) as loaded:
        assert loaded.rows("SELECT * EXCLUDE (supplier_n, buyer_n) FROM rows_supplies") == [
            ("A", "B", None, 100, None, None, None, None, None, None)
        ]


def test_parquet_cells_keep_their_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "supplier_id": pa.array(["A", "A", None]).dictionary_encode(),
            "buyer_id": ["B ", "　C", "B"],
            "amount": pa.array([Decimal("1.25"), Decimal("2.00"), None], pa.decimal128(12, 2)),
            "date": [datetime(2026, 6, 30, 23, 59), datetime(2025, 1, 2), None],
            "count": pa.array([2.0, 3.0, 1.0]),
            "confidence": pa.array([0.5, None, 1.0], pa.float32()),
        }
    )
    pq.write_table(table, tmp_path / "supplies.parquet")
    with checked(tmp_path, {}) as loaded:
        assert loaded.rows(
            "SELECT buyer_id, amount, date, count, confidence, buyer_n FROM rows_supplies ORDER BY ALL"
        ) == [
            ("B", 125, date(2026, 6, 30), 2, 0.5, 1),
            ("C", 200, date(2025, 1, 2), 3, None, 2),
        ]
        assert loaded.rejects == [("supplies.parquet", 3, "supplier_id", "", "missing", "reject")]


@pytest.mark.parametrize("double", [pa.float32(), pa.float64()], ids=str)
@pytest.mark.parametrize("folder", [False, True])
def test_what_is_no_number_is_found_where_a_file_tells_the_least_and_the_greatest_of_the_others(
    tmp_path: Path, double: pa.DataType, folder: bool
) -> None:
    nan, inf = float("nan"), float("inf")
    parties = {
        "party_id": ["A", "B", "C", "D"],
        "name": ["甲", "乙", "丙", "丁"],
        "value": pa.array([1, nan, inf, 0.5], double),
    }
    supplies = {
        "supplier_id": ["A", "A", "A", "A", "B", "B", "B", "B"],
        "buyer_id": ["B", "C", "D", "B", "C", "D", "A", "C"],
        "amount": pa.array([100, nan, -2, 4, inf, 5, 6, 3], double),
        "count": pa.array([1, 2, 1, nan, 1, 1, 1, 1], double),
        "confidence": pa.array([0.5, 1, 1, 1, 1, nan, 1, 0], double),
    }
    for name, columns in (("parties", parties), ("supplies", supplies)):
        table = pa.table(columns)
        if folder:
            (tmp_path / name).mkdir()
            pq.write_table(table.slice(0, len(table) // 2), tmp_path / name / "1.parquet")
            pq.write_table(table.slice(len(table) // 2), tmp_path / name / "2.parquet")
        else:
            pq.write_table(table, tmp_path / f"{name}.parquet")
    (tmp_path / "stage").mkdir()
    with checked(tmp_path) as loaded:
        assert loaded.rows("SELECT party_id, value FROM rows_parties ORDER BY n") == [
            ("A", 1.0), ("B", None), ("C", None), ("D", 0.5)
        ]  # fmt: skip
        kept = "SELECT supplier_id, buyer_id, amount, count, confidence FROM rows_supplies ORDER BY ALL"
        assert loaded.rows(kept) == [
            ("A", "B", 10000, 1, 0.5), ("B", "A", 600, 1, 1.0), ("B", "C", 300, 1, 0.0)
        ]  # fmt: skip
        assert [row[2:] for row in loaded.rejects] == [
            ("value", "nan", "number", "emptied"), ("value", "inf", "number", "emptied"),
            ("amount", "nan", "amount", "reject"), ("amount", "-2", "amount", "reject"),
            ("count", "nan", "number", "reject"), ("amount", "inf", "number", "reject"),
            ("confidence", "nan", "number", "reject"),
        ]  # fmt: skip


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary(3)], ids=str)
def test_bytes_that_no_file_calls_text_are_read_as_utf_8_and_empty_cells_stay_empty(
    tmp_path: Path, kind: pa.DataType
) -> None:
    """As Hive and Impala write texts."""
    regions = pa.array(["北".encode(), None, b"\xff\xfe\xfd"], kind)
    names = pa.array(["甲".encode(), "乙".encode(), "丙".encode()], kind)
    pq.write_table(
        pa.table({"party_id": ["A", "B", "C"], "name": names, "region": regions}), tmp_path / "parties.parquet"
    )
    (tmp_path / "stage").mkdir()
    with checked(tmp_path) as loaded:
        assert loaded.rows("SELECT party_id, name, region FROM rows_parties ORDER BY n") == [
            ("A", "甲", "北"), ("B", "乙", None), ("C", "丙", None)
        ]  # fmt: skip
        assert loaded.rejects == [("parties.parquet", 3, "region", "\ufffd", "unreadable", "emptied")]


def test_number_cells_of_over_15_digits_are_no_ids(tmp_path: Path) -> None:
    ids = pa.array([123456789012345, 1234567890123456, 7], pa.int64())
    pq.write_table(pa.table({"party_id": ids, "name": ["甲", "乙", "丙"]}), tmp_path / "parties.parquet")
    (tmp_path / "stage").mkdir()
    with checked(tmp_path) as loaded:
        assert loaded.rows("SELECT party_id FROM rows_parties ORDER BY n") == [("123456789012345",), ("7",)]
        assert [row[1:5:3] for row in loaded.rejects] == [(2, "long_number")]


def test_xlsx_cells_are_read_as_a_person_would_have_typed_them(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "parties.xlsx") as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["party_id", "name", "customer_since", "value", "do_not_contact"])
        sheet.write_row(1, 0, [1001, " 甲厂 "])
        sheet.write_datetime(1, 2, datetime(2024, 2, 29), day)
        sheet.write_row(1, 3, [12.5, True])
        sheet.write_row(3, 0, [440301199001011234, "乙店"])
        sheet.write_row(4, 0, ["440301199001011234", "丙店", "2025年1月2日"])
    with checked(tmp_path) as loaded:
        query = "SELECT party_id, name, customer_since, value, do_not_contact FROM rows_parties"
        assert loaded.rows(query) == [
            ("1001", "甲厂", date(2024, 2, 29), 12.5, True),
            ("440301199001011234", "丙店", date(2025, 1, 2), None, False),
        ]
        assert [(row[1], row[2], row[4]) for row in loaded.rejects] == [(4, "party_id", "long_number")]


def test_what_cannot_be_read_is_refused_with_a_remedy(tmp_path: Path) -> None:
    parties: dict[str, str | bytes] = {"parties.csv": PARTIES}
    cases: list[tuple[dict[str, str | bytes], str]] = [
        ({}, "no_parties"),
        ({"supplies.csv": SUPPLIES}, "no_parties"),
        ({"parties.csv": ""}, "file_empty"),
        ({"parties.csv": "\n\n"}, "file_empty"),
        ({"parties.csv": "party_id\nA\n"}, "column_missing"),
        ({"parties.csv": "party_id,name,Name\nA,B,C\n"}, "header_twice"),
        (parties | {"parties.csv.gz": PARTIES}, "table_twice"),
        (parties | {"supplies.parquet": b"PAR1 no"}, "file_unreadable"),
        (parties | {"supplies.xlsx": b"PK no"}, "file_unreadable"),
    ]
    found = []
    for number, (tables, _) in enumerate(cases):
        folder = tmp_path / str(number)
        folder.mkdir()
        found.append(refusal(folder, tables))
    assert found == [code for _, code in cases]
    with pytest.raises(BadTables, match="There is no folder"):
        read_tables(tmp_path / "absent", tmp_path / "stage")


def test_a_parquet_column_with_the_name_of_row_numbers_is_refused(tmp_path: Path) -> None:
    table = pa.table({"party_id": ["A"], "name": ["甲"], "File_Row_Number": [7]})
    pq.write_table(table, tmp_path / "parties.parquet")
    assert refusal(tmp_path, {}) == "header_taken"


def test_an_unreadable_grid_is_emptied_like_any_other_cell_of_a_party(tmp_path: Path) -> None:
    parties = "party_id,name,grid\nA,甲厂甲厂甲厂甲厂,G\nB,乙店,G".encode() + b"\xff\n"
    with checked(tmp_path, {"parties.csv": parties}) as loaded:
        assert loaded.rows("SELECT party_id, grid FROM rows_parties ORDER BY n") == [("A", "G"), ("B", None)]
        assert [(row[1], row[2], row[5]) for row in loaded.rejects] == [(3, "grid", "emptied")]


def test_a_cut_gzip_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "parties.csv.gz").write_bytes(gzip.compress(PARTIES.encode() * 1000)[:-20])
    assert refusal(tmp_path, {}) == "file_unreadable"
    (tmp_path / "parties.csv.gz").write_bytes(b"no gzip")
    assert refusal(tmp_path, {}) == "file_unreadable"


def test_a_head_alone_is_an_empty_table(tmp_path: Path) -> None:
    with checked(tmp_path, {"ties.csv": "a_id,b_id,kind"}) as loaded:
        assert (loaded.report("ties").read, loaded.rows("SELECT count(*) FROM rows_ties")) == (0, [(0,)])
