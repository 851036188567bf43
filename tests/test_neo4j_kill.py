"""A load into a server, killed at any moment and run again, ends in the graph of a load that nothing disturbed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from explorer import Explorer
from tests.neo4j_server import Server
from tests.parts import EXAMPLE, PARTIES, elsewhere, write_tables
from tests.stores import contents, fill, on_server
from tests.test_store import ALL_TABLES

# Loads, and kills itself at the n-th time a stage tells its progress, with no chance to tidy up.
LOADER = """
import os, signal, sys
from datetime import date
from explorer import Explorer
from explorer.settings import Login
from graph.stores.neo4j import mark

uri, home, tables, stage, moment = sys.argv[1:]
told = 0

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def progress(named, done, total):
    global told
    told += named == stage
    if told == int(moment):
        die()

if stage == "complete":
    mark.complete = die
if stage == "publish":
    complete = mark.complete
    mark.complete = lambda *given: (complete(*given), die())
explorer = Explorer.open(uri, {"home": home, "neo4j_batch": 1000}, login=Login.of(os.environ))
explorer.load(tables, rejects=os.path.join(home, "rejects.csv"), today=date(2026, 11, 1), progress=progress)
"""
MOMENTS = (("neo4j", 1), ("neo4j", 14), ("neo4j_sweep", 1), ("neo4j_sweep", 12), ("complete", 99))
"""Moments at which the new load is not complete."""
FORMER = EXAMPLE | {
    "parties": PARTIES.replace("R2,荣记小店,", "R2,荣记小铺,customer;supplier") + "X1,消失,\n",
    "ties": "a_id,b_id,kind\nX1,B1,kin\nF1,F2,kin\n",
    "ownership": "owner_id,owned_id,kind,share\nX1,M1,,0.35\n",
}


def kill_at(stage: str, moment: int, server: Server, home: Path, tables: Path) -> None:
    home.mkdir(exist_ok=True)
    died = subprocess.run(
        [sys.executable, "-c", LOADER, server.uri, home, tables, stage, str(moment)],
        env=elsewhere(**server.environment), capture_output=True, check=False,
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()


def graph(server: Server) -> list[str]:
    """The dump without what tells one time of loading from another."""
    server.rows("MATCH (l:Load) REMOVE l.loaded_at, l.report")
    return server.dump()


@pytest.mark.thorough
def test_a_load_killed_at_any_moment_is_completed_or_replaced_by_the_next(
    neo4j_empty: Server, tmp_path: Path
) -> None:
    server, home = neo4j_empty, tmp_path / "home"
    former, tables = write_tables(tmp_path / "former", FORMER), write_tables(tmp_path / "tables", ALL_TABLES)
    explorer = on_server(server, home)
    answer = fill(explorer, former).dig("all").frame()
    for stage, moment in MOMENTS:
        kill_at(stage, moment, server, home, tables)
        assert (explorer.changing(), explorer.dig("all").frame().equals(answer)) == (True, True)
    # Replaced: the tables of the load before are loaded again. Completed: those of the killed one.
    fill(explorer, former)
    replaced = graph(server)
    kill_at("neo4j", 3, server, home, tables)
    fill(explorer, tables)
    completed, asked = graph(server), contents(explorer)
    assert (explorer.changing(), len(explorer.view().parties)) == (False, 8)
    server.erase()
    fill(explorer, former)
    assert graph(server) == replaced
    fill(explorer, tables)
    assert (graph(server), contents(explorer)) == (completed, asked)
    explorer.close()


def test_a_load_killed_before_its_pointer_was_set_is_in_force_with_its_rows(
    neo4j_empty: Server, tmp_path: Path
) -> None:
    server, home = neo4j_empty, tmp_path / "home"
    explorer = on_server(server, home)
    fill(explorer, write_tables(tmp_path / "former", FORMER))
    tables = write_tables(tmp_path / "tables", EXAMPLE)
    kill_at("publish", 99, server, home, tables)
    expected = Explorer.open(tmp_path / "folder")
    fill(expected, tables)
    assert explorer.dig("all").frame().equals(expected.dig("all").frame())
    assert explorer.evidence("R2", "B1") == expected.evidence("R2", "B1")
    assert [path.name for path in explorer.home.folder.glob("load-*") if path == explorer.home.current()] == [
        "load-000002"
    ]
    explorer.close()


@pytest.mark.parametrize("stage", ["neo4j", "neo4j_sweep"])
def test_a_load_that_is_interrupted_by_the_keyboard_leaves_the_answers(
    neo4j_empty: Server, tmp_path: Path, stage: str
) -> None:
    explorer = on_server(neo4j_empty, tmp_path / "home")
    answer = fill(explorer, write_tables(tmp_path / "former", FORMER)).dig("all").frame()
    tables = write_tables(tmp_path / "tables", EXAMPLE)

    def interrupt(named: str, done: int, _total: int) -> None:
        if named == stage and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(explorer, tables, progress=interrupt)
    assert (explorer.changing(), explorer.dig("all").frame().equals(answer)) == (True, True)
    assert (len(fill(explorer, tables).dig("all").frame()), explorer.changing()) == (6, False)
    explorer.close()
