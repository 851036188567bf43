"""Checking: every rule of docs/tables.md on rows, ids, roles, amounts, dates, repeats and rejects."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from explorer.errors import BadTables
from explorer.texts import LANGUAGES, area
from graph.loaders import rejects
from graph.loaders.faults import FAULTS
from graph.loaders.report import verdict
from graph.model import TABLES
from tests.loading import TODAY, Loaded, checked

SHARED = Path(__file__).parents[2] / "shared" / "data"


def reasons(loaded: Loaded, kind: str = "reject") -> list[tuple[Any, ...]]:
    """(line, column, reason) of all that is listed as `kind`."""
    return [(line, column, reason) for _, line, column, _, reason, of in loaded.rejects if of == kind]


def test_every_table_of_the_model_is_left_with_exactly_its_columns(tmp_path: Path) -> None:
    extra = {
        "parties": ["n"],
        "supplies": ["supplier_n", "buyer_n"],
        "referrals": ["event_id"],
        "contacts": ["event_id"],
        "signals": ["is_party", "event_id"],
    }
    with checked(tmp_path, {}) as loaded:
        found = {
            table.name: [row[0] for row in loaded.rows(f"DESCRIBE rows_{table.name}")]
            for table in TABLES
            if table.nature != "role"
        }
    assert found == {
        table.name: [column.name for column in table.columns] + extra.get(table.name, [])
        for table in TABLES
        if table.nature != "role"
    }


def test_ids_and_names_are_trimmed_and_signs_that_break_paths_rejected(tmp_path: Path) -> None:
    content = 'party_id,name\n\u3000A\u00a0, 甲 厂 \nB>C,乙\nB;C,丙\n"B\nC",丁\nB\x07,戊\n9.11E+17,己\n001,庚\n'
    with checked(tmp_path, {"parties.csv": content}) as loaded:
        assert loaded.rows("SELECT party_id, name, n FROM rows_parties ORDER BY n") == [
            ("001", "庚", 0),
            ("A", "甲 厂", 1),
        ]
        bad = [(line, "party_id", "bad_id") for line in (3, 4, 5, 7)]
        assert reasons(loaded) == [*bad, (8, "party_id", "long_number")]


def test_parties_are_numbered_by_code_point(tmp_path: Path) -> None:
    ids = ["b", "B", "é", "中", "\U0001f600", "10", "9"]
    content = "party_id,name\n" + "".join(f"{party},x\n" for party in ids)
    with checked(tmp_path, {"parties.csv": content}) as loaded:
        found = loaded.rows("SELECT party_id FROM rows_parties ORDER BY n")
    assert [party for (party,) in found] == sorted(ids)


def test_the_first_row_of_an_id_stays(tmp_path: Path) -> None:
    content = "party_id,name,region\nA,,x\nA,甲,北\nA, 甲 ,北\nA,甲,\nA,甲,南\n"
    with checked(tmp_path, {"parties.csv": content}) as loaded:
        assert loaded.rows("SELECT party_id, name, region FROM rows_parties") == [("A", "甲", "北")]
        assert reasons(loaded) == [(2, "name", "missing"), (5, "party_id", "repeat"), (6, "party_id", "repeat")]
        assert loaded.report("parties").identical == 1


def test_roles_are_united_and_cells_filled_from_role_files(tmp_path: Path) -> None:
    tables = {
        "parties.csv": "party_id,name,roles,phone,do_not_contact\nA,甲,retailer; Customer,1,\nB,乙,,,否\n",
        "customers.csv": "party_id,name,phone,region\nA,,2,北\nC,丙,,\n",
        "suppliers.csv": "party_id,name,do_not_contact,region\nA,甲厂,是,南\nB,,yes,\nD,,,\n",
        "referrers.csv": "party_id\nC\n",
    }
    with checked(tmp_path, tables) as loaded:
        columns = "party_id, name, roles, phone, region, do_not_contact, no_introductions"
        assert loaded.rows(f"SELECT {columns} FROM rows_parties ORDER BY n") == [
            ("A", "甲", "customer;retailer;supplier", "1", "北", True, False),
            ("B", "乙", "supplier", None, None, False, False),
            ("C", "丙", "customer;referrer", None, None, False, False),
        ]
        assert [row[:5] for row in loaded.rejects if row[5] == "conflict"] == [
            ("customers.csv", 2, "phone", "2", "conflict"),
            ("suppliers.csv", 2, "name", "甲厂", "conflict"),
            ("suppliers.csv", 2, "region", "南", "conflict"),
            ("suppliers.csv", 3, "do_not_contact", "true", "conflict"),
        ]
        assert reasons(loaded) == [(4, "name", "missing")]
        assert loaded.report("suppliers").conflicts == 3


def test_an_unreadable_optional_cell_of_a_party_is_emptied_and_the_party_stays(tmp_path: Path) -> None:
    content = (
        "party_id,name,customer_since,value,grid,do_not_contact\n"
        'A,甲,soon,many,G>1,maybe\nB,乙,2026-07-01,NaN,G1,N\nC,丙,1949-12-31,"1,234.5",,１\n'
    )
    with checked(tmp_path, {"parties.csv": content}) as loaded:
        assert loaded.rows("SELECT customer_since, value, grid, do_not_contact FROM rows_parties ORDER BY n") == [
            (None, None, None, True),
            (None, None, "G1", False),
            (None, 1234.5, None, True),
        ]
        assert reasons(loaded, "emptied") == [
            (2, "customer_since", "date"),
            (2, "grid", "bad_id"),
            (2, "value", "number"),
            (3, "customer_since", "date"),
            (3, "value", "number"),
            (4, "customer_since", "date"),
        ]
        assert reasons(loaded, "odd_flag") == [(2, "do_not_contact", "odd_flag"), (4, "do_not_contact", "odd_flag")]
        assert reasons(loaded) == []


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-30",
        "2026-06-30 08:15:00",
        "2026-06-30T23:59:59+08:00",
        "2026/6/30",
        "20260630",
        "2026年6月30日",
        "2026/06/30 8:05",
        "２０２６-０６-３０",
        "2026-6-30",
    ],
)
def test_dates_are_read_as_people_write_them(tmp_path: Path, text: str) -> None:
    with checked(tmp_path, {"supplies.csv": f"supplier_id,buyer_id,date\nA,B,{text}\n"}) as loaded:
        assert loaded.rows("SELECT date FROM rows_supplies") == [(date(2026, 6, 30),)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("30.06.2026", "date"),
        ("2026-13-01", "date"),
        ("2026063", "date"),
        ("epoch", "date"),
        ("46203", "date"),
        ("2026-02-30", "date"),
        ("1949-12-31", "date_range"),
        ("2026-07-01", "date_range"),
        ("2026-06-30x", "date"),
    ],
)
def test_dates_of_events_must_be_readable_and_in_range(tmp_path: Path, text: str, reason: str) -> None:
    with checked(tmp_path, {"supplies.csv": f"supplier_id,buyer_id,date\nA,B,{text}\n"}) as loaded:
        assert reasons(loaded) == [(2, "date", reason)]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1", 100),
        ("0.005", 1),
        ("8.335", 834),
        ("1234567.005", 123456701),
        ('"1,234,567.5"', 123456750),
        ("１２．５", 1250),
        ("1e3", 100000),
        ("+2", 200),
        (".5", 50),
        ("12345678901234.56", 1234567890123456),
    ],
)
def test_amounts_are_exact_cents_rounded_half_up(tmp_path: Path, text: str, cents: int) -> None:
    with checked(tmp_path, {"supplies.csv": f"supplier_id,buyer_id,amount\nA,B,{text}\n"}) as loaded:
        assert loaded.rows("SELECT amount FROM rows_supplies") == [(cents,)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0", "amount"),
        ("-5", "amount"),
        ("NaN", "amount"),
        ("nan", "amount"),
        ("0.004", "amount"),
        ("x", "number"),
        ('"1,5"', "number"),
        ("1_000", "number"),
        ("0x10", "number"),
        ("inf", "number"),
        ("1e300", "number"),
    ],
)
def test_amounts_of_events_must_be_positive_numbers(tmp_path: Path, text: str, reason: str) -> None:
    with checked(tmp_path, {"supplies.csv": f"supplier_id,buyer_id,amount\nA,B,{text}\n"}) as loaded:
        assert reasons(loaded) == [(2, "amount", reason)]


def test_the_most_frequent_currency_is_the_base_and_others_need_a_rate(tmp_path: Path) -> None:
    supplies = "supplier_id,buyer_id,amount,currency\nA,B,10,eur\nA,C,20,EUR\nB,C,30,\nC,A,40,USD\nC,B,,USD\n"
    with checked(tmp_path, {"supplies.csv": supplies}) as loaded:
        assert loaded.checked.currency == "EUR"
        assert reasons(loaded) == [(5, "currency", "currency")]
        assert loaded.rows("SELECT amount, currency FROM rows_supplies ORDER BY ALL") == [
            (1000, "EUR"),
            (2000, "EUR"),
            (3000, None),
            (None, "USD"),
        ]


def test_amounts_with_a_rate_are_converted_exactly(tmp_path: Path) -> None:
    supplies = "supplier_id,buyer_id,amount,currency\nA,B,0.35,USD\nA,C,20,USD\nB,C,1,CNY\nB,A,1,JPY\n"
    with checked(tmp_path, {"supplies.csv": supplies}, "[rates]\nUSD = 7.1\n") as loaded:
        assert loaded.checked.currency == "CNY"
        assert loaded.rows("SELECT amount FROM rows_supplies ORDER BY ALL") == [(100,), (249,), (14200,)]
        assert reasons(loaded) == [(5, "currency", "currency")]


def test_the_first_reason_of_a_row_is_told(tmp_path: Path) -> None:
    supplies = (
        "supplier_id,buyer_id,amount,date,count,confidence\n"
        ",B,-1,x,,2\nA,Z,-1,x,,2\nA,Z,-1,,,2\nA,Z,1,,,2\nA,A,1,,,\nA,B,1,,0,\nA,B,1,,1.5,\nA,B>,1,,,\nA,Z,1,,,\nA,B,1,,3.0,1\n"
    )
    with checked(tmp_path, {"supplies.csv": supplies}) as loaded:
        assert reasons(loaded) == [
            (2, "supplier_id", "missing"),
            (3, "date", "date"),
            (4, "amount", "amount"),
            (5, "confidence", "share"),
            (6, "buyer_id", "self"),
            (7, "count", "count"),
            (8, "count", "number"),
            (9, "buyer_id", "bad_id"),
            (10, "buyer_id", "unknown_party"),
        ]
        assert loaded.rows("SELECT supplier_n, buyer_n, count FROM rows_supplies") == [(0, 1, 3)]


def test_rows_lost_only_because_their_party_was_rejected_are_counted_apart(tmp_path: Path) -> None:
    tables = {
        "parties.csv": "party_id,name\nA,甲\nB,\nC,丙\n",
        "supplies.csv": "supplier_id,buyer_id,amount\nA,B,1\nB,Z,1\nA,B,-1\nA,C,1\n",
    }
    with checked(tmp_path, tables) as loaded:
        report = loaded.report("supplies")
        assert (report.read, report.kept, report.lost_with_party) == (4, 1, 1)
        assert report.rejected == {"amount": 1, "unknown_party": 1}
        assert reasons(loaded, "lost_with_party") == [(2, "buyer_id", "lost_with_party")]


def test_nobody_is_related_to_himself(tmp_path: Path) -> None:
    tables = {
        "ties.csv": "a_id,b_id\nA,A\n",
        "ownership.csv": "owner_id,owned_id\nA,A\n",
        "guarantees.csv": "guarantor_id,guaranteed_id\nA,A\n",
        "referrals.csv": "referrer_id,referred_id\nA,A\n",
    }
    with checked(tmp_path, tables) as loaded:
        assert [row[4] for row in loaded.rejects] == ["self"] * 4


def test_standing_relations_are_one_per_ends_and_kind(tmp_path: Path) -> None:
    tables = {
        "ownership.csv": "owner_id,owned_id,kind,share,date\nA,B,x,0.1,2020-01-01\nA,B,x,0.2,2024-01-01\n"
        "A,B,x,0.3,\nA,B,x,0.2,2024-01-01\nA,B,y,0.4,\nB,A,x,0.5,\nB,A,x,0.6,\n",
        "memberships.csv": "group_id,party_id,role\nG,A,head\nG,A,member\nG,A,head\n",
    }
    with checked(tmp_path, tables) as loaded:
        assert loaded.rows("SELECT owner_id, kind, share FROM rows_ownership ORDER BY ALL") == [
            ("A", "x", 0.2),
            ("A", "y", 0.4),
            ("B", "x", 0.6),
        ]
        assert (loaded.report("ownership").identical, loaded.report("ownership").superseded) == (1, 3)
        assert loaded.rows("FROM rows_memberships") == [("G", "A", "head")]
        assert loaded.rejects == []


def test_a_tie_keeps_its_strongest_row_whichever_way_round(tmp_path: Path) -> None:
    tables = {
        "ties.csv": "a_id,b_id,kind,date,strength\nB,A,friend,2023-06-30,0.9\nA,B,friend,2026-06-30,0.5\n"
        "A,C,kin,2020-06-30,\nC,A,kin,,0.3\nB,C,other,,\nC,B,other,,0.2\n",
        "supplies.csv": "supplier_id,buyer_id,date\nA,B,2026-06-30\n",
    }
    with checked(tmp_path, tables) as loaded:
        assert loaded.rows("SELECT a_id, b_id, kind, date, strength FROM rows_ties ORDER BY ALL") == [
            ("A", "B", "friend", date(2026, 6, 30), 0.5),
            ("A", "C", "kin", None, 0.3),
            ("B", "C", "other", None, None),
        ]


def test_equal_events_are_two_unless_their_row_id_says_one(tmp_path: Path) -> None:
    tables = {
        "supplies.csv": "supplier_id,buyer_id,amount,row_id\n"
        "A,B,1,\nA,B,1,\nA,B,1,r1\nA,B,1.00,r1\nA,B,2,r1\nA,B,1,r2\n",
        "referrals.csv": "referrer_id,referred_id,outcome,reward\nA,B,OPEN,0\nA,B,open,0\nA,C,won,\n",
    }
    with checked(tmp_path, tables) as loaded:
        report = loaded.report("supplies")
        assert (report.kept, report.identical, report.rejected) == (4, 1, {"repeat": 1})
        assert reasons(loaded, "emptied") == [(4, "outcome", "word")]
        assert loaded.rows("SELECT outcome, reward FROM rows_referrals ORDER BY ALL") == [
            ("open", 0),
            ("open", 0),
            (None, None),
        ]
        assert loaded.rows("SELECT count(DISTINCT event_id) FROM rows_referrals") == [(3,)]


def test_events_are_named_alike_whatever_the_order_of_rows(tmp_path: Path) -> None:
    head, rows = "party_id,manager_id,date,note\n", ["A,M,2026-01-02,x\n", "A,M,2026-01-02,x\n", "B,M,2026-01-03,\n"]
    found = []
    for number, order in enumerate((rows, rows[::-1])):
        folder = tmp_path / str(number)
        folder.mkdir()
        with checked(folder, {"contacts.csv": head + "".join(order)}) as loaded:
            found.append(sorted(loaded.rows("FROM rows_contacts"), key=str))
    assert found[0] == found[1]


def test_subjects_of_signals_are_parties_before_products(tmp_path: Path) -> None:
    tables = {
        "products.csv": "product_id,name\nA,苹果\nP1,梨\n",
        "makes.csv": "party_id,product_id\nB,P2\n",
        "signals.csv": "subject_id,kind,date\nA,k,2026-01-01\nP1,k,2026-01-01\nP2,k,2026-01-01\nZ,k,2026-01-01\n",
    }
    with checked(tmp_path, tables) as loaded:
        assert loaded.rows("SELECT subject_id, is_party FROM rows_signals ORDER BY ALL") == [
            ("A", True),
            ("P1", False),
            ("P2", False),
        ]
        assert reasons(loaded) == [(5, "subject_id", "unknown_subject")]


def test_loans_may_fall_due_in_times_to_come(tmp_path: Path) -> None:
    loans = "loan_id,party_id,amount,start,due\nL1,A,5,2026-01-01,2030-01-01\nL2,B,-5,,\nL3,C,,2030-01-01,\n"
    with checked(tmp_path, {"loans.csv": loans}) as loaded:
        assert loaded.rows("SELECT loan_id, start, due FROM rows_loans ORDER BY ALL") == [
            ("L1", date(2026, 1, 1), date(2030, 1, 1)),
            ("L3", None, None),
        ]
        assert reasons(loaded) == [(3, "amount", "amount")]


def test_lists_are_split_trimmed_and_sorted(tmp_path: Path) -> None:
    managers = "manager_id,name,grids\nM,王,G2; G1；G2;\n"
    with checked(tmp_path, {"managers.csv": managers}) as loaded:
        assert loaded.rows("SELECT grids FROM rows_managers") == [("G1;G2",)]


def test_the_verdict_is_by_table_and_strict_takes_any_reject(tmp_path: Path) -> None:
    supplies = "supplier_id,buyer_id\n" + "A,B\n" * 19 + "A,A\n"
    with checked(tmp_path, {"supplies.csv": supplies}) as loaded:
        verdict(loaded.checked, 0.05, strict=False)
        with pytest.raises(BadTables, match=r"supplies \(supplies.csv\) are rejected: 5.0%, more than 4.9%"):
            verdict(loaded.checked, 0.049, strict=False)
        with pytest.raises(BadTables, match="1 of 20 rows"):
            verdict(loaded.checked, 0.05, strict=True)


def test_the_file_of_rejects_is_in_the_order_of_tables_and_lines(tmp_path: Path) -> None:
    tables = {
        "parties.csv": f"party_id,name,value\nA,甲,{'x' * 300}\nB,,\n",
        "supplies.csv": 'supplier_id,buyer_id,amount\nA,"Z,\nz",1\nA,B,1\n',
    }
    with checked(tmp_path, tables) as loaded:
        rejects.write(loaded.db, tmp_path / "rejects.csv")
    assert (tmp_path / "rejects.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["file", "line", "column", "value", "reason"],
            ["parties.csv", "2", "value", "x" * 200, "emptied_number"],
            ["parties.csv", "3", "name", "", "missing"],
            ["supplies.csv", "2", "buyer_id", "Z,\nz", "bad_id"],
            ["supplies.csv", "4", "buyer_id", "B", "lost_with_party"],
        ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_has_words(lang: str) -> None:
    texts = area("load", lang)
    worded = {f"reject_{reason}" for reason in (*FAULTS, "long_number")} - {"reject_lost_with_party"}
    assert worded | {"lost_with_party", "conflict", "odd_flag"} <= set(texts)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared tables are not beside the checkout")
@pytest.mark.parametrize(
    ("folder", "parties", "rejected"),
    [
        ("uk_public_spending", 57360, {"supplies": {"amount": 1074}}),
        ("ickg", 9708, {}),
        ("kag_supplychain", 103, {}),
        ("chainkg", 4689, {"makes": {"share": 803}}),
        ("microfi", 8622, {"ties": {"unknown_party": 27}}),
    ],
)
def test_real_tables_lose_exactly_the_rows_that_break_a_rule(
    folder: str, parties: int, rejected: dict[str, dict[str, int]], tmp_path: Path
) -> None:
    for path in (SHARED / folder).iterdir():
        (tmp_path / path.name).symlink_to(path)
    with checked(tmp_path, today=TODAY) as loaded:
        assert loaded.report("parties").kept == parties
        assert {report.name: report.rejected for report in loaded.checked.tables if report.rejected} == rejected
