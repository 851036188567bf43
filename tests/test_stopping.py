"""A running statement is stopped when nobody wants its answer any more, on either store."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.errors import QueryCancelled
from tests.neo4j_server import Server
from tests.stores import on_server

RUNAWAY = "MATCH (a:Party), (b:Party), (c:Party) RETURN max(a.name + b.name + c.name) AS x"
FOREVER = "UNWIND range(1, 1000000000000) AS x RETURN sum(x) AS y"


class After:
    """Says stop from some seconds on."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds

    def __call__(self) -> bool:
        return time.monotonic() > self.until


def test_a_statement_on_files_ends_before_its_limit_and_the_next_one_runs(county: Explorer):
    explorer = Explorer.open(county.home.folder)
    assert explorer.answer("MATCH (p:Party) RETURN 1 AS x LIMIT 1", {}, stop=lambda: False).rows.to_pylist() == [
        {"x": 1}
    ]
    with pytest.raises(QueryCancelled):
        explorer.answer(RUNAWAY, {}, stop=After(0.6))
    assert explorer.query("MATCH (p:Party) RETURN 2 AS x LIMIT 1").rows.to_pylist() == [{"x": 2}]
    explorer.close()


def test_a_statement_that_waits_for_a_process_is_stopped_too(county: Explorer):
    from concurrent.futures import ThreadPoolExecutor

    explorer = Explorer.open(county.home.folder)
    explorer.query("MATCH (p:Party) RETURN 1 AS x LIMIT 1")
    with ThreadPoolExecutor(4) as threads:
        busy = [threads.submit(explorer.answer, RUNAWAY, {}, stop=After(4)) for _ in range(3)]
        time.sleep(1)
        with pytest.raises(QueryCancelled):
            explorer.answer("MATCH (p:Party) RETURN 1 AS x LIMIT 1", {}, stop=After(0.2))
        assert not any(one.done() for one in busy)
        assert [type(one.exception()) for one in busy] == [QueryCancelled] * 3
    explorer.close()


def test_a_statement_on_a_server_is_terminated_there(neo4j_empty: Server, example_tables: Path, tmp_path: Path):
    explorer = on_server(neo4j_empty, tmp_path / "home")
    explorer.load(example_tables, rejects=tmp_path / "rejects.csv")
    assert explorer.answer("MATCH (p:Party) RETURN 1 AS x LIMIT 1", {}, stop=lambda: False).rows.to_pylist() == [
        {"x": 1}
    ]
    with pytest.raises(QueryCancelled):
        explorer.answer(FOREVER, {}, stop=After(0.6))
    running = neo4j_empty.rows(
        "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery STARTS WITH 'UNWIND range' RETURN 1"
    )
    explorer.close()
    assert running == []
