"""Bonds come back as the tables said them, and the same rows are the same bytes."""

from __future__ import annotations

import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from explorer import Explorer
from explorer.errors import StoreError
from graph import bonds
from graph.bonds import SCHEMAS, Bonds
from tests.parts import load, read_rows, write_tables
from tests.test_store import ALL_TABLES


def test_bonds_say_what_the_tables_say(tmp_path: Path) -> None:
    tables = ALL_TABLES | {
        "ties": "a_id,b_id,kind,strength,date,source\nF2,F1,kin,0.5,2026-01-02,survey\nF1,M1,,,,\n"
    }
    view = load(tmp_path / "store", write_tables(tmp_path / "tables", tables)).view()
    assert {name: table.to_pylist() for name, table in view.bonds.tables.items() if name != "referrals"} == {
        "ties": [
            {"a": 2, "b": 3, "kind": "kin", "strength": 0.5, "date": date(2026, 1, 2), "source": "survey"},
            {"a": 2, "b": 4, "kind": None, "strength": None, "date": None, "source": None},
        ],
        "ownership": [{"a": 2, "b": 4, "kind": None, "share": 0.25, "date": None}],
        "guarantees": [{"a": 4, "b": 5, "amount": 1000.0, "date": None}],
        "memberships": [{"a": 4, "b": 0, "role": "会长"}, {"a": 5, "b": 1, "role": None}],
        "groups": [
            {"group_id": "A1", "name": "面粉协会", "kind": "association"},
            {"group_id": "A2", "name": None, "kind": None},
        ],
    }
    [referral] = view.bonds.between("referrals", 3, 2)
    assert (referral["outcome"], referral["reward"], view.bonds.between("referrals", 2, 3)) == ("converted", 88.5, [])


def test_a_county_has_all_its_bonds(county: Explorer, county_tables: Path) -> None:
    found = county.view().bonds
    ids = county.view().parties.column("party_id").to_pylist()
    a, b = found.ends("ties")
    ties = sorted(tuple(sorted((row["a_id"], row["b_id"]))) for row in read_rows(county_tables / "ties.csv"))
    assert sorted((ids[x], ids[y]) for x, y in zip(a.tolist(), b.tolist(), strict=True)) == ties
    codes, words = found.codes("referrals", "outcome")
    outcomes = sorted(row["outcome"] for row in read_rows(county_tables / "referrals.csv"))
    assert sorted(words[code] if code >= 0 else "" for code in codes.tolist()) == outcomes


def test_rows_are_the_same_bytes_in_whatever_order_and_pieces_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bonds, "PIECE", 64)
    rng = random.Random(2)
    rows = [
        {
            "a": rng.randrange(5), "b": rng.randrange(5), "kind": rng.choice([None, "kin", "亲戚", ""]),
            "strength": rng.choice([None, 0.5, 0.25]), "source": rng.choice([None, "x"]),
            "date": rng.choice([None, date(2026, 1, 1) + timedelta(rng.randrange(3))]),
        }
        for _ in range(500)
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, SCHEMAS["ties"])
    bonds.save(tmp_path / "one", "ties", table)
    rng.shuffle(rows)
    parts = [pa.Table.from_pylist(rows[i : i + 7], SCHEMAS["ties"]) for i in range(0, 500, 7)]
    bonds.save(tmp_path / "two", "ties", pa.concat_tables(parts))
    one, two = ((tmp_path / name / "bonds" / "ties.arrow").read_bytes() for name in ("one", "two"))
    assert one == two
    with pa.OSFile(str(tmp_path / "one" / "bonds" / "ties.arrow")) as file:
        assert pa.ipc.open_file(file).read_all().num_rows == 500


@pytest.mark.parametrize("harm", ["missing", "garbage", "another model"])
def test_a_load_without_whole_bonds_says_to_load_again(tmp_path: Path, harm: str) -> None:
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", ALL_TABLES))
    folder = explorer.view().version / "snapshot"
    path = folder / "bonds" / "ties.arrow"
    if harm == "another model":
        shutil.copy(folder / "bonds" / "ownership.arrow", path)
    else:
        path.unlink()
    if harm == "garbage":
        path.write_bytes(b"no arrow")
    with pytest.raises(StoreError) as refused:
        Bonds(folder)
    assert refused.value.code == "snapshot_unreadable"
