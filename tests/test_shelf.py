"""Answers kept as files are made once on a machine, are whole or not there, and go with their load."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import IO

import numpy as np
import pytest

from explorer import Explorer
from explorer.shelf import KEPT, Shelf, _free
from graph.algorithms.network import Array
from tests.parts import elsewhere, load

CIRCLES = """
import sys
from pathlib import Path
from explorer import Explorer
from explorer import circling

def counted(*given, real=circling.gather):
    with open(sys.argv[3], "a") as file:
        file.write("made\\n")
    return real(*given)

circling.gather = counted
explorer = Explorer.open(sys.argv[1])
explorer.shelves = Path(sys.argv[2])
print(explorer.circle_table("community")[1].to_pylist())
"""


@dataclass(frozen=True)
class Pair:
    one: Array
    other: Array


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "store" / "load-000001").mkdir(parents=True)
    return Shelf(tmp_path / "shelves", tmp_path / "store" / "load-000001", "abc")


def test_an_answer_is_made_once_for_each_question(shelf: Shelf):
    made: list[int] = []
    asked = [shelf.get("sum", key, lambda key=key: made.append(key) or {"of": key}) for key in (1, 2, 1, 2)]  # type: ignore[misc]
    assert (asked, made) == ([{"of": 1}, {"of": 2}, {"of": 1}, {"of": 2}], [1, 2])


def test_arrays_are_mapped_and_cannot_be_written(shelf: Shelf):
    pair = Pair(np.arange(5), np.zeros((2, 3)))
    for _ in range(2):
        found = shelf.mapped("pair", (), lambda: pair)
        assert (found.one.tolist(), found.other.tolist()) == (pair.one.tolist(), pair.other.tolist())
        assert not found.one.flags.writeable


def test_what_is_garbled_is_made_anew(shelf: Shelf):
    shelf.get("sum", 1, lambda: 7)
    (path,) = (one for one in shelf.folder.iterdir() if one.suffix != ".lock")
    for content in (b"", b"nonsense", path.read_bytes()[:-3]):
        path.write_bytes(content)
        assert shelf.get("sum", 1, lambda: 8) == 8


def test_what_raised_leaves_nothing_behind(shelf: Shelf):
    with pytest.raises(ZeroDivisionError):
        shelf.get("sum", 1, lambda: 1 // 0)
    assert shelf.get("sum", 1, lambda: 5) == 5


def test_the_shelf_is_its_owners_alone_and_nobody_elses_is_believed(shelf: Shelf):
    shelf.get("sum", 1, lambda: 7)
    assert shelf.folder.stat().st_mode & 0o077 == 0
    shelf.folder.chmod(0o777)
    assert shelf.get("sum", 1, lambda: 8) == 8


def test_without_a_disk_each_makes_its_own(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    shelf = Shelf(tmp_path / "file", tmp_path / "store" / "load-000001", "abc")
    assert [shelf.get("sum", 1, lambda value=value: value) for value in (1, 2)] == [1, 2]  # type: ignore[misc]


def test_only_so_many_are_kept_and_those_of_former_loads_go(shelf: Shelf, tmp_path: Path):
    for number in range(KEPT + 3):
        shelf.get("sum", number, lambda: 1)
    assert sum(one.suffix != ".lock" for one in shelf.folder.iterdir()) == KEPT
    assert sum(one.suffix == ".lock" for one in shelf.folder.iterdir()) == KEPT
    (tmp_path / "store" / "load-000002").mkdir()
    (tmp_path / "store" / "load-000001").rmdir()
    later = Shelf(tmp_path / "shelves", tmp_path / "store" / "load-000002", "def")
    later.get("sum", 1, lambda: 1)
    assert [one.name for one in later.folder.parent.iterdir()] == ["load-000002-def"]


def test_a_lock_that_somebody_holds_stays_and_one_that_was_cleared_away_is_none(shelf: Shelf):
    held = shelf.begun("work")
    assert held
    with held:
        assert shelf.begun("work") is None
        shelf.get("sum", 1, lambda: 1)
        assert shelf.begun("work") is None
    shelf.get("sum", 2, lambda: 1)
    assert not (shelf.folder / "work.lock").exists()


def test_no_two_hold_one_lock_while_others_clear_it_away(shelf: Shelf):
    """Threads take turns; each clears away what nobody holds."""
    inside, most = [0], [0]

    def work(number: int) -> None:
        for _ in range(20):
            with shelf._locked("work"):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                sleep(0.0005)
                inside[0] -= 1
            _free(shelf.folder / "work.lock")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert most == [1]


def test_who_clears_a_lock_away_too_late_leaves_the_one_that_took_its_name(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
):
    """Between opening the file and locking it, others clear it away and somebody holds a new one of that name."""
    lock = shelf.folder / "work.lock"
    shelf._locked("work").close()
    flock = fcntl.flock
    held: list[IO[str] | None] = []

    def late(handle: IO[str], how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        lock.unlink()
        held.append(shelf.begun("work"))
        flock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    _free(lock)
    (owner,) = held
    assert owner
    with owner:
        assert shelf.begun("work") is None


def test_answers_from_the_shelf_are_those_that_were_made(county: Explorer, tmp_path: Path):
    """Two explorers on one shelf: the second one reads what the first one made; one without a shelf agrees."""

    def told(explorer: Explorer) -> list[object]:
        circles = explorer.circle_table("community")[1]
        circle = circles["circle_id"][0].as_py()
        person = explorer.view().parties.take("party_id", np.array([700]))[0].as_py()
        return [
            circles, explorer.member_table("community", circle), explorer.circle_table("community")[0].alone,
            [column.tolist() for column in vars(explorer.ranked().found).values()],
            explorer.campaigned(5).found.referrer.tolist(), explorer.campaigned(5).found.brought,
            explorer.introduced((person,)).frame().to_csv(),
        ]  # fmt: skip

    def another() -> Explorer:
        explorer = Explorer.open(county.home.folder)
        explorer.shelves = tmp_path / "shelves"
        return explorer

    first, second = told(another()), told(another())
    assert first == second == told(Explorer.open(county.home.folder))


def test_two_processes_find_the_same_communities_once(county_tables: Path, tmp_path: Path):
    explorer = load(tmp_path / "store", county_tables)
    script, count = tmp_path / "script.py", tmp_path / "made"
    script.write_text(CIRCLES)
    given = [sys.executable, script, tmp_path / "store", tmp_path / "shelves", count]
    processes = [subprocess.Popen(given, stdout=subprocess.PIPE, env=elsewhere()) for _ in range(2)]
    told = {process.communicate()[0].decode().strip() for process in processes}
    assert told == {str(explorer.circle_table("community")[1].to_pylist())}
    assert count.read_text().splitlines() == ["made"]
    assert os.listdir(tmp_path / "shelves")  # noqa: PTH208
