"""Strings as they are exported: equal, row by row, to the definitions written a second time."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from explorer import Explorer
from explorer.digging import Filters
from explorer.errors import AmbiguousName, BadSetting, InputError, UnknownParty
from tests.independent import DOWNSTREAM, UPSTREAM, World
from tests.parts import EXAMPLE, Run, load, read_rows, write_tables

WORKED = [
    ("B1", "upstream", 1, "M2", 1, 0.460904, 774565, "B1>M2", 0),
    ("B1", "upstream", 2, "F1", 2, 0.341, 1075874, "B1>M1>F1", 1),
    ("B1", "upstream", 3, "F2", 2, 0.124513, 2083348, "B1>M2>F2", 0),
    ("B1", "downstream", 1, "D1", 1, 0.947695, 53723, "B1>D1", 0),
    ("B1", "downstream", 2, "R1", 2, 0.584459, 537069, "B1>D1>R1", 0),
    ("B1", "downstream", 3, "R2", 2, 0.126582, 2066863, "B1>D1>R2", 0),
]
SHOWN = ["anchor_id", "direction", "rank", "prospect_id", "tier", "score", "cost", "path_ids", "via_customers"]


@pytest.fixture(scope="module")
def world(county_tables: Path) -> World:
    return World(county_tables)


def exported(found: Any, out: Path) -> list[dict[str, str]]:
    """Write an answer as CSV and read it back."""
    from explorer import formats

    formats.write(found.table(), out, encoding="utf-8-sig")
    return read_rows(out)


def compare(world: World, found: Any, out: Path, **options: Any) -> list[int]:
    """Hold a dig of all cores to the independent programme; returns the numbers of rows of its lists."""
    directions = options.pop("directions", (UPSTREAM, DOWNSTREAM))
    lists = [world.dig(core, direction, **options) for core in world.cores() for direction in directions]
    assert exported(found, out) == [row for listed in lists for row in listed.rows]
    said = [(one.rows, one.cut, one.passed_customers, one.passed_do_not_contact) for one in found.summaries]
    assert said == [(len(one.rows), one.cut, one.customers, one.do_not_contact) for one in lists]
    return [len(one.rows) for one in lists]


def test_the_worked_example_holds_to_the_digit(example: Explorer) -> None:
    found = example.dig("all")
    assert list(found.frame()[SHOWN].itertuples(index=False, name=None)) == WORKED
    assert [(s.cut, s.passed_customers, s.passed_do_not_contact) for s in found.summaries] == [
        (False, 1, 0), (False, 0, 0),
    ]  # fmt: skip


def test_the_worked_example_agrees_with_the_independent_programme(
    example: Explorer, example_tables: Path, tmp_path: Path
) -> None:
    assert compare(World(example_tables), example.dig("all"), tmp_path / "out.csv") == [3, 3]


@pytest.mark.parametrize("top", [1, 25, 200, 5000])
def test_a_county_agrees_with_the_independent_programme(
    county: Explorer, world: World, tmp_path: Path, top: int
) -> None:
    rows = compare(world, county.dig("all", top=top), tmp_path / "out.csv", top=top)
    assert max(rows) == min(top, 1077)


@pytest.mark.parametrize(("direction", "tiers"), [("upstream", 1), ("downstream", 2), ("both", 3), ("upstream", 6)])
def test_every_direction_and_depth_agrees(
    county: Explorer, world: World, tmp_path: Path, direction: str, tiers: int
) -> None:
    directions = (UPSTREAM, DOWNSTREAM) if direction == "both" else (direction,)
    found = county.dig("all", direction=direction, tiers=tiers)
    compare(world, found, tmp_path / "out.csv", directions=directions, tiers=tiers)


@pytest.mark.parametrize("min_score", [0.9, 0.05, 0.001])
def test_a_least_score_ends_the_lists(county: Explorer, world: World, tmp_path: Path, min_score: float) -> None:
    compare(world, county.dig("all", min_score=min_score), tmp_path / "out.csv", min_score=min_score)


FILTERS = [
    ({"kind": ("farmer", "household")}, {"kind": ("farmer", "household")}),
    ({"role": ("retailer", "distributor")}, {"roles": ("retailer", "distributor")}),
    ({"industry": ("0310",), "kind": ("farmer",)}, {"industry": ("0310",), "kind": ("farmer",)}),
    ({"grid": ("G00001", "G00006")}, {"grid": ("G00001", "G00006")}),
    ({"region": ("鹿关街道",)}, {"region": ("鹿关街道",)}),
    ({"region": ("没有这里",)}, {"region": ("没有这里",)}),
    ({"branch": ("鹿关街道支行",)}, {"branch": ("鹿关街道支行",)}),
    ({"manager": ("M00001",)}, {"manager_id": ("M00001",)}),
    ({"traded_after": date(2026, 5, 31)}, {"traded_after": date(2026, 5, 31)}),
    ({"amount_at_least": 10_000_000}, {"amount_at_least": 10_000_000}),
    (
        {"amount_at_least": 1_000_000, "traded_after": date(2026, 1, 1), "kind": ("company",)},
        {"amount_at_least": 1_000_000, "traded_after": date(2026, 1, 1), "kind": ("company",)},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("filters", "options"), FILTERS)
def test_filters_apply_before_the_cut(
    county: Explorer, world: World, tmp_path: Path, filters: dict[str, Any], options: dict[str, Any]
) -> None:
    found = county.dig("all", filters=Filters(**filters), top=40)
    compare(world, found, tmp_path / "out.csv", top=40, **options)


def test_excluded_parties_are_neither_listed_nor_passed_over(county: Explorer, world: World, tmp_path: Path) -> None:
    best = county.dig("all", top=10).frame()["prospect_id"].tolist()
    customers = [party for party in world.parties if world.standing(party) == "customer"][:50]
    exclude = tuple(best + customers)
    found = county.dig("all", filters=Filters(exclude=exclude), top=40)
    compare(world, found, tmp_path / "out.csv", top=40, exclude=exclude)


@pytest.mark.parametrize("as_of", [date(2025, 9, 30), date(2024, 8, 15), date(2027, 1, 31)])
def test_strengths_as_of_another_day_agree(
    county: Explorer, county_tables: Path, tmp_path: Path, as_of: date
) -> None:
    found = county.dig("all", as_of=as_of)
    compare(World(county_tables, as_of), found, tmp_path / "out.csv")
    assert found.facts()["as_of"] == as_of


def test_a_day_before_all_trade_gives_an_empty_answer(county: Explorer) -> None:
    found = county.dig("all", as_of=date(2000, 1, 1))
    assert found.frame().empty
    assert not found.cut


def test_rows_without_date_amount_or_count_agree(tmp_path: Path) -> None:
    """Undated and amountless links, doubts, two sources, parallel rows, a customer by date and one not to contact."""
    supplies = (
        "supplier_id,buyer_id,amount,date,count,confidence,source\n"
        "A,B,,2026-01-31,,0.5,甲\nA,B,,,3,0.25,乙\nC,B,100.005,2025-02-28,2,,\nC,B,99.995,2024-12-31,1,1,\n"
        "D,C,,,,,\nE,C,7.5,2026-01-31,1,0,\nA,D,12,2023-01-01,9,0.9,\nB,E,3,2026-01-30,1,0.1,甲\n"
    )
    parties = (
        "party_id,name,roles,customer_since,do_not_contact\nA,甲一,,,\nB,乙二,core_enterprise;supplier,,\n"
        "C,丙三,,2020-01-01,\nD,丁四,core_enterprise,,\nE,戊五,,,是\n"
    )
    tables = write_tables(tmp_path / "tables", {"parties": parties, "supplies": supplies})
    explorer = load(tmp_path / "store", tables)
    compare(World(tables), explorer.dig("all"), tmp_path / "out.csv")


def test_anchors_are_ids_or_whole_names_each_once_in_the_order_of_ids(example: Explorer) -> None:
    found = example.dig(["M2", "龙头食品", "B1"])
    found.frame()
    assert [(s.anchor_id, s.direction) for s in found.summaries] == [
        ("B1", "upstream"), ("B1", "downstream"), ("M2", "upstream"), ("M2", "downstream"),
    ]  # fmt: skip
    assert found.facts()["parameters"]["anchors"] == ["B1", "M2"]


def test_names_that_are_nobodys_or_several_parties_are_refused(example: Explorer) -> None:
    with pytest.raises(AmbiguousName) as several:
        example.dig(["农场"])
    assert [row[:2] for row in several.value.candidates] == [("F1", "冯家农场"), ("F2", "范家农场")]
    for name in ("无此人", "", " "):
        with pytest.raises(UnknownParty):
            example.dig([name])
    with pytest.raises(BadSetting):
        example.dig(["B1"], tiers=7)


def test_all_without_any_core_is_refused(tmp_path: Path) -> None:
    tables = write_tables(
        tmp_path / "tables", EXAMPLE | {"parties": EXAMPLE["parties"].replace("core_enterprise", "")}
    )
    with pytest.raises(InputError) as refused:
        load(tmp_path / "store", tables).dig("all")
    assert refused.value.code == "no_cores"


def test_a_namesake_is_found_by_id_only(tmp_path: Path) -> None:
    tables = write_tables(
        tmp_path / "tables", EXAMPLE | {"parties": EXAMPLE["parties"].replace("美味面粉", "明光面粉")}
    )
    explorer = load(tmp_path / "store", tables)
    with pytest.raises(AmbiguousName) as several:
        explorer.dig(["明光面粉"])
    assert several.value.code == "ambiguous_name"
    assert [row[0] for row in several.value.candidates] == ["M1", "M2"]
    assert set(explorer.dig(["M1"]).frame()["anchor_name"]) == {"明光面粉"}


def test_a_manifest_says_what_was_asked_and_found(example: Explorer, run: Run, tmp_path: Path) -> None:
    ran = run("dig", "--all", "--top", 2, "--store", example.home.folder, "--out", "strings.csv")
    assert (ran.code, ran.out) == (0, b"")
    manifest = json.loads((tmp_path / "strings.csv.manifest.json").read_text("utf-8"))
    assert manifest.pop("sha256") == sha256(tmp_path / "strings.csv")
    assert manifest == {
        "as_of": "2026-06-30", "load_id": example.status().load_id, "cut": True, "lists": 2,
        "limits": {"min_score": 0, "tiers": 0, "top": 2},
        "passed_customers": 1, "passed_do_not_contact": 0, "rows": 4,
        "parameters": {
            "anchors": "all", "direction": ["upstream", "downstream"], "tiers": 4, "top": 2, "min_score": 0.0,
            "filters": {},
        },
    }  # fmt: skip


def sha256(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()
