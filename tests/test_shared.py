"""The real tables beside the checkout: what they keep and reject, and strings that agree with the definitions."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer import Explorer, formats
from explorer.errors import AmbiguousName
from tests.independent import DOWNSTREAM, UPSTREAM, World
from tests.parts import SHARED, load, read_rows

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


def loaded(folder: Path, name: str) -> Explorer:
    store = folder / name
    return Explorer.open(store) if store.exists() else load(store, SHARED / name)


@pytest.mark.parametrize(
    ("name", "parties", "links", "rejected"),
    [
        ("uk_public_spending", 57_360, 80_540, {"supplies": {"amount": 1074}}),
        ("ickg", 9_708, 1_635, {}),
        ("kag_supplychain", 103, 19, {}),
        ("chainkg", 4_689, 0, {"makes": {"share": 803}}),
        ("microfi", 8_622, 0, {"ties": {"unknown_party": 27}}),
    ],
)
def test_what_they_keep_and_reject(
    folder: Path, name: str, parties: int, links: int, rejected: dict[str, dict[str, int]]
) -> None:
    report = loaded(folder, name).status()
    assert (report.counts["parties"], report.links) == (parties, links)
    found = {table["name"]: table["rejected"] for table in report.checked["tables"] if table["rejected"]}
    assert found == rejected
    listed = read_rows(folder / f"{name}.rejects.csv")
    assert len(listed) == sum(count for reasons in rejected.values() for count in reasons.values())


@pytest.mark.thorough
def test_spending_agrees_with_the_independent_programme(folder: Path) -> None:
    explorer, world = loaded(folder, "uk_public_spending"), World(SHARED / "uk_public_spending")
    found = explorer.dig("all", tiers=4, top=300)
    formats.write(found.table(), folder / "uk.csv", encoding="utf-8")
    rows = read_rows(folder / "uk.csv")
    assert len(rows) == 4800
    for core in ("B01", "B07", "B16"):
        expected = [row for way in (UPSTREAM, DOWNSTREAM) for row in world.dig(core, way, tiers=4, top=300).rows]
        assert [row for row in rows if row["anchor_id"] == core] == expected


def test_a_car_maker_agrees_with_the_independent_programme(folder: Path) -> None:
    explorer, world = loaded(folder, "ickg"), World(SHARED / "ickg")
    found = explorer.dig(["比亚迪"], direction="both", tiers=4)
    formats.write(found.table(), folder / "byd.csv", encoding="utf-8")
    lists = [world.dig("K041698", way, tiers=4) for way in (UPSTREAM, DOWNSTREAM)]
    assert read_rows(folder / "byd.csv") == [row for one in lists for row in one.rows]
    assert [len(one.rows) for one in lists] == [155, 69]


def test_a_part_of_its_name_offers_candidates(folder: Path) -> None:
    with pytest.raises(AmbiguousName) as several:
        loaded(folder, "ickg").dig(["亚迪"])
    assert several.value.candidates[0][:2] == ("K041698", "比亚迪")
    assert len(several.value.candidates) == 7
