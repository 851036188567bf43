"""Every prospect once, with its best three cores: equal to the definitions written a second time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from explorer import Explorer, formats
from explorer.digging import Filters
from tests.independent import World
from tests.parts import EXAMPLE, Run, load, read_rows, write_tables


@pytest.fixture(scope="module")
def world(county_tables: Path) -> World:
    return World(county_tables)


def test_the_worked_example_hangs_on_one_core(example: Explorer) -> None:
    found = example.prospects().frame()
    rows = found[["prospect_id", "cores_within_2", "core_1_id", "core_1_direction", "core_1_tier", "core_1_cost"]]
    assert list(rows.itertuples(index=False, name=None)) == [
        ("D1", 1, "B1", "downstream", 1, 53723),
        ("R1", 1, "B1", "downstream", 2, 537069),
        ("M2", 1, "B1", "upstream", 1, 774565),
        ("F1", 1, "B1", "upstream", 2, 1075874),
        ("R2", 1, "B1", "downstream", 2, 2066863),
        ("F2", 1, "B1", "upstream", 2, 2083348),
    ]
    assert found["core_2_id"].isna().all()


@pytest.mark.parametrize(
    ("options", "filters"),
    [
        ({}, {}),
        ({"tiers": 1}, {}),
        ({"tiers": 2}, {"kind": ("farmer",)}),
        ({"tiers": 6}, {"grid": ("G00001",), "role": ("retailer",)}),
    ],
)
def test_a_county_agrees_with_the_independent_programme(
    county: Explorer, world: World, tmp_path: Path, options: dict[str, int], filters: dict[str, Any]
) -> None:
    found = county.prospects(filters=Filters(**filters), **options)
    formats.write(found.table(), tmp_path / "out.csv", encoding="utf-8")
    ours = {"roles" if name == "role" else name: values for name, values in filters.items()}
    expected = world.prospects(**options, **ours)
    assert read_rows(tmp_path / "out.csv") == expected.rows
    assert (found.passed_customers, found.passed_do_not_contact) == (expected.customers, expected.do_not_contact)


def test_best_cores_agree_with_the_strings_dug_from_them(county: Explorer) -> None:
    dug = county.dig("all", top=10_000).frame()
    best = dug.sort_values(["cost", "tier", "anchor_id"]).drop_duplicates("prospect_id").set_index("prospect_id")
    listed = county.prospects().frame().set_index("prospect_id")
    assert (listed["core_1_cost"] == best["cost"].reindex(listed.index)).all()
    assert (listed["core_1_id"] == best["anchor_id"].reindex(listed.index)).all()
    assert len(listed) == len(best)


def test_a_core_hangs_on_other_cores_only(tmp_path: Path) -> None:
    parties = EXAMPLE["parties"].replace("M2,美味面粉,", "M2,美味面粉,core_enterprise")
    tables = write_tables(tmp_path / "tables", EXAMPLE | {"parties": parties})
    found = load(tmp_path / "store", tables).prospects().frame().set_index("prospect_id")
    assert (found.at["B1", "core_1_id"], found.at["M2", "core_1_id"]) == ("M2", "B1")
    assert found.loc[["B1", "M2"], "core_2_id"].isna().all()


def test_a_file_and_its_manifest(example: Explorer, run: Run, tmp_path: Path) -> None:
    ran = run("prospects", "--store", example.home.folder, "--out", "p.csv", "--tiers", 1)
    assert ran.code == 0
    assert [row["prospect_id"] for row in read_rows(tmp_path / "p.csv")] == ["D1", "M2"]
    manifest = json.loads((tmp_path / "p.csv.manifest.json").read_text("utf-8"))
    assert (manifest["rows"], manifest["cut"], manifest["passed_customers"]) == (2, False, 1)
    assert manifest["parameters"] == {"tiers": 1, "min_score": 0.0, "filters": {}}
