"""What takes long in a new load is made once on a machine, beside the workers, before anybody asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.settings import Settings
from tests.parts import load, write_tables
from web.preparing import LOWEST, Preparing, keep


@pytest.fixture
def settings(county: Explorer, tmp_path: Path) -> Settings:
    return Settings({"store": str(county.home.folder), "home": str(tmp_path / "home")})


@pytest.fixture
def preparing(settings: Settings) -> Iterator[Preparing]:
    made = Preparing(settings)
    yield made
    made.end()


def worker(settings: Settings) -> Explorer:
    explorer = Explorer.open(settings=settings)
    explorer.shelves = settings.home / "answers"
    return explorer


def test_circles_and_referrers_lie_on_the_shelf_before_anybody_asks(
    settings: Settings, preparing: Preparing, monkeypatch: pytest.MonkeyPatch
):
    explorer = worker(settings)
    preparing.begin(explorer)
    assert preparing.process
    assert os.getpriority(os.PRIO_PROCESS, preparing.process.pid) in (0, LOWEST)
    assert preparing.process.wait(120) == 0
    shelf = explorer.view().shelf
    assert shelf
    kinds = {one.name.partition("-")[0] for one in shelf.folder.iterdir() if one.suffix != ".lock"}
    assert kinds >= {"acquaintance", "reach", "influence", "expected", "gathered"}

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("explorer.circling.gather", fail)
    assert len(explorer.circle_table("community")[1])


def test_one_worker_alone_begins_and_the_next_load_ends_it(settings: Settings, preparing: Preparing):
    preparing.begin(worker(settings))
    first = preparing.process
    assert first
    other = Preparing(settings)
    other.begin(worker(settings))
    assert other.process is None
    preparing.begin(worker(settings))
    assert (first.returncode, preparing.process is not None) == (-9, True)
    preparing.end()
    assert preparing.process is None


def test_without_a_shelf_or_a_core_nothing_is_prepared(settings: Settings, preparing: Preparing, tmp_path: Path):
    preparing.begin(Explorer.open(settings=settings))
    assert preparing.process is None
    keep(load(tmp_path / "store", write_tables(tmp_path / "tables", {"parties": "party_id,name\nA,甲\n"})))
