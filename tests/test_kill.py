"""A load killed at any moment: the former graph answers the same bytes, and the next load needs no cleaning up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from explorer import Explorer
from tests.parts import EXAMPLE, elsewhere, load, write_tables

# Loads and kills itself, with no chance to tidy up, at the n-th time it tells its progress (or at the named moment).
LOADER = """
import os, signal, sys
from explorer import Explorer
from graph.stores import home

store, tables, rejects, moment = sys.argv[1:]
told = 0

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def progress(stage, done, total):
    global told
    if f"{stage} {done}" == moment or stage == moment:
        die()

if moment == "sync":
    home._sync = die
elif moment == "point":
    home.Path.replace = die
elif moment == "prune":
    home.shutil.rmtree = lambda path: die() if path.name.startswith("load-") else None
Explorer.open(store).load(tables, rejects=rejects, progress=progress)
"""
BEFORE = ("read 3", "check", "check 9", "rows", "links", "supplies", "nodes 4", "relations 8", "changes", "copy",
          "copy 12", "sync", "point")  # fmt: skip
"""Moments at which the new load is not in force yet."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kill")
    write_tables(folder / "tables", EXAMPLE)
    load(folder / "store", folder / "tables")
    return folder / "store"


def killed_at(moment: str, store: Path, tables: Path) -> None:
    arguments = [sys.executable, "-c", LOADER, store, tables, store.with_name("rejects.csv"), moment]
    died = subprocess.run(arguments, env=elsewhere(), capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()


def answer(store: Path) -> tuple[str, str]:
    """What a reader that knows nothing of the past is told."""
    explorer = Explorer.open(store)
    return explorer.dig("all").frame().to_csv(), str(explorer.party("B1"))


@pytest.mark.parametrize("moment", BEFORE)
def test_the_former_graph_answers_after_a_kill(store: Path, county_tables: Path, moment: str) -> None:
    before, pointer = answer(store), (store / "CURRENT").read_bytes()
    killed_at(moment, store, county_tables)
    assert (store / "CURRENT").read_bytes() == pointer
    assert answer(store) == before


def test_after_all_kills_the_next_load_needs_no_cleaning_up(store: Path, county_tables: Path) -> None:
    killed_at("copy 12", store, county_tables)
    (store / "load-000099").mkdir()
    explorer = load(store, county_tables)
    assert len(explorer.view().parties) == 1500
    assert sorted(path.name for path in store.iterdir()) == ["CURRENT", "LOCK", "load-000001", "load-000002"]
    assert not (explorer.home.folder / "load-000002" / "stage").exists()


def test_a_load_killed_after_its_pointer_was_set_is_in_force(tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables", EXAMPLE)
    store = tmp_path / "store"
    for _ in range(2):
        load(store, tables)
    killed_at("prune", store, tables)
    assert Explorer.open(store).home.pointer().current == "load-000003"
    assert len(answer(store)[0].splitlines()) == 7
    load(store, tables)
    assert sorted(path.name for path in store.glob("load-*")) == ["load-000003", "load-000004"]


def test_a_load_that_is_interrupted_by_the_keyboard_tidies_up(tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables", EXAMPLE)
    explorer = load(tmp_path / "store", tables)

    def interrupt(stage: str, _done: int, _total: int) -> None:
        if stage == "nodes":
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        explorer.load(tables, rejects=tmp_path / "r.csv", progress=interrupt)
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == ["CURRENT", "LOCK", "load-000001"]
    assert len(explorer.dig("all").frame()) == 6
