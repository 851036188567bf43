"""The home of a store: two loads are kept, the one before can be returned to, and only one load runs at a time."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.errors import InputError, NothingLoaded, StoreBusy, StoreError
from graph.stores.home import Home, Pointer
from tests.parts import EXAMPLE, PARTIES, Run, command, elsewhere, load, write_tables


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "store")


def put(home: Home) -> str:
    """A load of nothing, put in force."""
    with home.writing():
        version = home.begin()
        (version / "here").write_text("here")
        home.publish(version)
    return version.name


def folders(home: Home) -> list[str]:
    return sorted(path.name for path in home.folder.glob("load-*"))


def test_an_empty_home_names_no_load(home: Home) -> None:
    assert (home.pointer(), home.current(), home.former()) == (Pointer(), None, None)
    assert not home.folder.exists()


def test_two_loads_are_kept(home: Home) -> None:
    assert [put(home) for _ in range(4)] == ["load-000001", "load-000002", "load-000003", "load-000004"]
    assert folders(home) == ["load-000003", "load-000004"]
    assert home.pointer() == Pointer("load-000004", "load-000003", 4)


def test_rolling_back_returns_to_the_load_before_once(home: Home) -> None:
    for _ in range(3):
        put(home)
    with home.writing():
        assert home.rollback().name == "load-000002"
    assert home.pointer() == Pointer("load-000002", None, 3)
    with home.writing(), pytest.raises(InputError) as refused:
        home.rollback()
    assert refused.value.code == "no_former"
    assert put(home) == "load-000004"
    assert folders(home) == ["load-000002", "load-000004"]


def test_what_a_killed_load_left_is_removed_by_the_next(home: Home) -> None:
    put(home)
    for left in ("load-000002", "load-000009"):
        (home.folder / left / "stage").mkdir(parents=True)
        (home.folder / left / "stage" / "part").write_text("part")
    (home.folder / "CURRENT.new").write_text("{")
    assert put(home) == "load-000002"
    assert folders(home) == ["load-000001", "load-000002"]


def test_a_load_that_fails_leaves_the_pointer(home: Home) -> None:
    put(home)
    before = (home.folder / "CURRENT").read_bytes()
    with home.writing():
        home.begin()
    assert (home.folder / "CURRENT").read_bytes() == before
    assert put(home) == "load-000002"


def test_a_second_writer_is_told_at_once(home: Home) -> None:
    with home.writing():
        with pytest.raises(StoreBusy), Home(home.folder).writing():
            raise AssertionError
        assert home.pointer() == Pointer()
    assert put(home) == "load-000001"


def test_a_folder_with_files_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear all")
    with pytest.raises(InputError) as foreign, Home(tmp_path).writing():
        raise AssertionError
    with pytest.raises(InputError) as file, Home(tmp_path / "letters.txt").writing():
        raise AssertionError
    assert (foreign.value.code, file.value.code) == ("store_foreign", "store_not_folder")
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"current": "load-000001", "more": 1}', "\xff"])
def test_a_garbled_pointer_is_said(home: Home, text: str) -> None:
    put(home)
    (home.folder / "CURRENT").write_bytes(text.encode("latin-1"))
    with pytest.raises(StoreError) as garbled:
        home.current()
    assert garbled.value.code == "pointer_garbled"


def test_the_pointer_is_plain_json(home: Home) -> None:
    put(home)
    put(home)
    found = json.loads((home.folder / "CURRENT").read_text())
    assert found == {"current": "load-000002", "former": "load-000001", "last": 2}


def test_rollback_of_a_whole_load_brings_its_answers_back(tmp_path: Path, run: Run) -> None:
    store, tables = tmp_path / "store", write_tables(tmp_path / "tables", EXAMPLE)
    ran = run("rollback", "--store", store)
    assert (ran.code, store.exists()) == (1, False)
    explorer = load(store, tables)
    first, answer = explorer.status(), explorer.dig("all").frame()
    write_tables(tables, {"parties": PARTIES.replace("R2,荣记小店,", "R2,荣记小店,customer")})
    load(store, tables)
    assert len(explorer.dig("all").frame()) == 5
    ran = run("rollback", "--store", store)
    assert (ran.code, ran.out) == (0, b"")
    assert f"Load {first.load_id} of {first.loaded_at}, as of 2026-06-30, is in force again." in ran.err
    assert explorer.dig("all").frame().equals(answer)
    assert explorer.party("R2").standing == "prospect"
    assert run("rollback", "--store", store).code == 2
    assert explorer.status() == first


def test_nothing_is_loaded_at_first(tmp_path: Path) -> None:
    explorer = Explorer.open(tmp_path / "store")
    for question in (explorer.status, explorer.view, lambda: explorer.dig("all"), lambda: explorer.party("B1")):
        with pytest.raises(NothingLoaded):
            question()
    assert not (tmp_path / "store").exists()


def test_readers_answer_on_the_old_graph_while_a_load_runs_and_on_the_new_one_after_it(
    tmp_path: Path, county_tables: Path
) -> None:
    store = tmp_path / "store"
    explorer = load(store, write_tables(tmp_path / "tables", EXAMPLE))
    started, party = explorer.dig("all"), explorer.party("B1")
    loading = subprocess.Popen(
        command("load", county_tables, "--store", store, "--rejects", tmp_path / "r.csv"),
        stderr=subprocess.PIPE, env=elsewhere(),
    )  # fmt: skip
    assert loading.stderr
    loading.stderr.readline()
    during = []
    while loading.poll() is None and len(during) < 50:
        found, shown = explorer.dig("all"), explorer.party("B1") if len(during) < 1 else party
        during.append((found.view.load_id, len(found.frame()), shown == party))
    talk = loading.communicate()[1].decode()
    assert loading.returncode == 0, talk
    assert during[0] == (started.view.load_id, 6, True)
    assert len(started.frame()) == 6
    new = explorer.status().load_id
    assert {one[0] for one in during} <= {started.view.load_id, new}
    assert explorer.dig("all").view.load_id == new != started.view.load_id
    assert explorer.store.ask("MATCH (p:Party) RETURN count(*) AS n", {})["n"].to_pylist() == [1500]


def test_a_second_load_at_once_is_refused(tmp_path: Path, run: Run) -> None:
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", EXAMPLE))
    with explorer.home.writing():
        for arguments in (["load", tmp_path / "tables"], ["rollback"]):
            ran = run(*arguments, "--store", tmp_path / "store")
            assert (ran.code, ran.err.splitlines()[-1]) == (
                1, f"Another load into {tmp_path / 'store'} is under way. Wait for it to end, then start again.",
            )  # fmt: skip
    assert run("load", tmp_path / "tables", "--store", tmp_path / "store").code == 0
