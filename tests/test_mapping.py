"""The mapping: a bank's own export loads without editing, and a wrong mapping is told where it is wrong."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from explorer.errors import BadTables
from graph.loaders.mapping import Entry, Mapping, read_mapping, shipped_names
from tests.loading import PARTIES, checked, read_tables, write

EXPORT = """
currency = "CNY"
[rates]
usd = 7.1

[tables.parties]
file = "kunden.csv"
separator = ";"
encoding = "gb18030"
columns.party_id = "客户号"
columns.name = "名称"
columns.kind = "类型"
columns.roles = "角色"
columns.value = "授信额度"
columns.customer_since = "开户日"
codes = {kind = {"01" = "company", "02" = "farmer"}, roles = {"供" = "supplier", "客" = "customer"}}
date = "%d.%m.%Y"
decimal = ","
drop = {"状态" = ["注销", ""]}
constants = {region = "北区"}
"""


def test_files_headers_separators_codes_formats_and_drops_are_mapped(tmp_path: Path) -> None:
    content = (
        "客户号;名称;类型;角色;授信额度;开户日;状态\n"
        "A;甲厂;01;客;1.234,5;30.06.2026;正常\nB;乙农;02;供;;;正常\nC;丙店;03;供；客;0,5;2026-01-02;正常\n"
        "D;丁店;01;;;;注销\nE;戊店;01;;;;\n"
    )
    with checked(tmp_path, {"parties.csv": "x", "kunden.csv": content.encode("gb18030")}, EXPORT) as loaded:
        query = "SELECT party_id, name, kind, roles, value, customer_since, region FROM rows_parties ORDER BY n"
        assert loaded.rows(query) == [
            ("A", "甲厂", "company", "customer", 1234.5, date(2026, 6, 30), "北区"),
            ("B", "乙农", "farmer", "supplier", None, None, "北区"),
            ("C", "丙店", "03", "customer;supplier", 0.5, date(2026, 1, 2), "北区"),
        ]
        report = loaded.report("parties")
        assert (report.read, report.dropped, report.files[0].unknown) == (3, 2, ())
        assert loaded.checked.unknown_files == ("parties.csv",)


def test_typed_cells_keep_their_values_beside_mapped_signs_and_formats(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "supplies.xlsx") as book:
        sheet = book.add_worksheet()
        time = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        sheet.write_row(0, 0, ["supplier_id", "buyer_id", "amount", "date"])
        sheet.write_row(1, 0, ["A", "B", 12.345])
        sheet.write_datetime(1, 3, datetime(2026, 5, 4, 13, 30), time)
        sheet.write_row(2, 0, ["A", "B", "1.234,5", "31.12.25"])
        sheet.write_row(3, 0, ["A", "B", 7, "30.12.2025"])
    mapping = '[tables.supplies]\ndecimal = ","\ndate = ["%d.%m.%Y", "%d.%m.%y"]\n'
    with checked(tmp_path, {}, mapping) as loaded:
        assert loaded.rejects == []
        assert loaded.rows("SELECT amount, date FROM rows_supplies ORDER BY date") == [
            (700, date(2025, 12, 30)),
            (123450, date(2025, 12, 31)),
            (1235, date(2026, 5, 4)),
        ]


def test_a_mapping_is_read_into_entries(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(EXPORT, "utf-8-sig")
    mapping = read_mapping(tmp_path / "m.toml")
    columns = {"party_id": ("客户号",), "name": ("名称",), "kind": ("类型",), "roles": ("角色",)}
    entry = Entry(
        "parties",
        "kunden.csv",
        separator=";",
        encoding="gb18030",
        date=("%d.%m.%Y",),
        decimal=",",
        thousands=".",
        columns=columns | {"value": ("授信额度",), "customer_since": ("开户日",)},
        constants={"region": "北区"},
        codes={"kind": {"01": "company", "02": "farmer"}, "roles": {"供": "supplier", "客": "customer"}},
        drop={"状态": ("注销", "")},
    )
    assert mapping == Mapping("CNY", {"USD": Decimal("7.1")}, {"parties": (entry,)})


INVOICES = (
    "发票号码,销方税号,销方名称,购方税号,购方名称,开票日期,金额,税额,状态\n"
    '1,91330000111111111A,甲厂,91330000222222222B,乙商行,2026-03-01 10:20:30,"1,200.50",12,正常\n'
    "2,91330000111111111A,甲厂,91330000333333333C,丙超市,2026-03-02,300,3,正常\n"
    "3,91330000222222222B,乙商行,91330000333333333C,丙超市,2026-03-03,500,5,作废\n"
    "4,91330000222222222B,乙商行,91330000111111111A,甲厂,2026年3月4日,80,1,正常\n"
    "5,91330000444444444D,丁厂,91330000333333333C,丙超市有限公司,2026-03-05,10,1,正常\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_vat_invoices_load_through_the_shipped_mapping(tmp_path: Path, encoding: str) -> None:
    write(
        tmp_path,
        {"三月发票.csv": INVOICES.encode(encoding), "二月发票.csv": INVOICES.splitlines()[0].encode(encoding)},
    )
    mapping = read_mapping(Path("vat_invoices"))
    shipped = Path(__file__).parents[1] / "graph" / "loaders" / "mappings" / "vat_invoices.toml"
    assert (shipped_names(), mapping) == (["vat_invoices"], read_mapping(shipped))
    with checked(tmp_path, None, shipped.read_text("utf-8")) as loaded:
        assert loaded.rows("SELECT party_id[-1:], name FROM rows_parties ORDER BY n") == [
            ("A", "甲厂"),
            ("B", "乙商行"),
            ("C", "丙超市"),
            ("D", "丁厂"),
        ]
        assert loaded.rows("SELECT supplier_n, buyer_n, amount, date, source FROM rows_supplies ORDER BY ALL") == [
            (0, 1, 120050, date(2026, 3, 1), "vat_invoice"),
            (0, 2, 30000, date(2026, 3, 2), "vat_invoice"),
            (1, 0, 8000, date(2026, 3, 4), "vat_invoice"),
            (3, 2, 1000, date(2026, 3, 5), "vat_invoice"),
        ]
        assert loaded.report("supplies").dropped == 1
        assert loaded.report("parties").dropped == 2
        assert [row[:5] for row in loaded.rejects] == [
            ("三月发票.csv", 6, "party_id", "91330000333333333C", "repeat")
        ]


def test_two_sides_of_one_file_fill_each_other_in(tmp_path: Path) -> None:
    mapping = """
[[tables.parties]]
file = "deals.csv"
columns = {party_id = "seller", name = "seller_name", phone = "seller_phone"}
[[tables.parties]]
file = "deals.csv"
columns = {party_id = "buyer", name = "buyer_name"}
"""
    deals = "seller,seller_name,seller_phone,buyer,buyer_name\nA,甲,1,B,乙\nB,乙,2,A,甲\nC,丙,,A,甲甲\n"
    with checked(tmp_path, {"deals.csv": deals}, mapping) as loaded:
        assert loaded.rows("SELECT party_id, name, phone FROM rows_parties ORDER BY n") == [
            ("A", "甲", "1"),
            ("B", "乙", "2"),
            ("C", "丙", None),
        ]
        assert [(row[1], row[4]) for row in loaded.rejects] == [(4, "repeat")]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("tables = [", "mapping_unreadable", ""),
        ("colour = 1", "mapping_name", "colour"),
        ("[tables.supply]", "mapping_name", "tables.supply"),
        ("[tables.supplies]\ncolumn = {}", "mapping_name", "tables.supplies.column"),
        ("[tables.supplies.columns]\nsupplier = 'x'", "mapping_name", "tables.supplies.columns.supplier"),
        ("[tables.supplies.codes.kind]\na = 'x'", "mapping_name", "tables.supplies.codes.kind"),
        ("[tables.supplies]\nfile = 7", "mapping_value", "tables.supplies.file"),
        ("[tables.supplies]\nseparator = '||'", "mapping_value", "tables.supplies.separator"),
        ("[tables.supplies]\ndate = '%Q'", "mapping_value", "tables.supplies.date"),
        ("[tables.supplies]\ndecimal = ','\nthousands = ','", "mapping_value", "tables.supplies.thousands"),
        ("[tables.supplies]\ndrop = 'x'", "mapping_value", "tables.supplies.drop"),
        ("[rates]\nUSD = 0", "mapping_value", "rates.USD"),
        ("[rates]\nUSD = true", "mapping_value", "rates.USD"),
        ("[rates]\nUSD = nan", "mapping_value", "rates.USD"),
        ("a = " + "[" * 3000 + "]" * 3000, "mapping_unreadable", ""),
        ("[tables.supplies]\nfile = '**x'", "mapping_value", "tables.supplies.file"),
        ("[tables.supplies]\nfile = '/tmp/*'", "mapping_value", "tables.supplies.file"),
        ('[tables.supplies]\nseparator = "\\u0000"', "mapping_value", "tables.supplies.separator"),
        ("[tables.supplies]\ndecimal = '1'", "mapping_value", "tables.supplies.decimal"),
        ("[tables]\nsupplies = []", "mapping_value", "tables.supplies"),
    ],
)
def test_a_wrong_mapping_is_told_where(tmp_path: Path, text: str, code: str, place: str) -> None:
    (tmp_path / "m.toml").write_text(text, "utf-8")
    with pytest.raises(BadTables) as caught:
        read_mapping(tmp_path / "m.toml")
    assert (caught.value.code, caught.value.values.get("place", "")) == (code, place)
    assert place in caught.value.text("zh")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[tables.supplies]", "table_without_file"),
        ("[tables.supplies]\nfile = 'x.csv'", "mapping_file"),
        ("[tables.supplies]\nfile = '*.xls'", "mapping_file"),
        ("[tables.supplies]\nfile = 'notes.txt'", "file_format"),
        ("[tables.parties]\nencoding = 'utf-99'", "encoding_unknown"),
        ("[tables.parties]\nencoding = 'rot13'", "encoding_unknown"),
        ("[tables.parties]\nencoding = 'idna'", "encoding_unknown"),
        ('[tables.parties]\nencoding = "a\\u0000"', "encoding_unknown"),
        ("[tables.parties]\ncolumns = {phone = '电话'}", "column_missing"),
        ("[tables.parties]\ndrop = {'状态' = ['x']}", "column_missing"),
    ],
)
def test_a_mapping_that_names_what_is_not_there_is_refused(tmp_path: Path, text: str, code: str) -> None:
    write(tmp_path, {"parties.csv": PARTIES, "notes.txt": "x"})
    with pytest.raises(BadTables) as caught:
        read_tables(tmp_path, tmp_path / "stage", text)
    assert caught.value.code == code


def test_a_missing_mapping_names_the_shipped_ones(tmp_path: Path) -> None:
    with pytest.raises(BadTables, match="vat_invoices"):
        read_mapping(tmp_path / "absent.toml")
