"""The worker: limits that hold, and a process that can do nothing but read its graph, whatever it is asked."""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from explorer import Explorer
from explorer.errors import QueryFailed, QueryMemory, QueryTimeout, RefusedQuery, StoreBusy, StoreError
from graph.stores.worker import PROGRAM, Answer, Worker
from graph.stores.worker_process import GRACE, LENGTH

RUNAWAY = "MATCH (a:Party), (b:Party), (c:Party) RETURN max(a.name + b.name + c.name) AS x"
HUNGRY = "UNWIND range(1, 1000000000) AS x RETURN sum(x)"


@pytest.fixture(scope="module")
def database(county: Explorer) -> Path:
    version = county.home.current()
    assert version is not None
    return next(version.glob("graph-*.lbug"))


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker() as pool:
        yield pool


@pytest.fixture
def ask(worker: Worker, database: Path) -> Callable[..., Answer]:
    def call(statement: str, *, rows: int = 10, seconds: float = 30, memory: float = 1, **parameters: str) -> Answer:
        return worker.run(database, statement, parameters, rows=rows, seconds=seconds, memory=memory)

    return call


@pytest.mark.parametrize("memory", [1, 2])
def test_the_first_answer_of_a_process_may_be_without_any_node(ask: Callable[..., Answer], memory: float):
    assert ask("RETURN 1 AS x", rows=1000, memory=memory).table.to_pylist() == [{"x": 1}]


def test_an_answer_holds_rows_columns_and_whether_there_are_more(ask: Callable[..., Answer]):
    some = ask("UNWIND range(1, 5) AS x RETURN x, 'n' AS n", rows=3)
    every = ask("UNWIND range(1, 5) AS x RETURN x", rows=5)
    assert (some.table.to_pydict(), some.truncated) == ({"x": [1, 2, 3], "n": ["n"] * 3}, True)
    assert (every.table.to_pydict(), every.truncated) == ({"x": [1, 2, 3, 4, 5]}, False)


@pytest.mark.parametrize(
    "statement",
    [
        "MATCH (a:Party), (b:Party), (c:Party) RETURN a.party_id",
        "MATCH (a:Party), (b:Party), (c:Party) RETURN a.party_id // all of them",
        "MATCH (a:Party), (b:Party), (c:Party) RETURN a.party_id LIMIT 1000000000;",
        "MATCH (a:Party), (b:Party), (c:Party) RETURN a.party_id UNION ALL MATCH (a:Party) RETURN a.party_id",
        "MATCH (a:Party), (b:Party), (c:Party) RETURN a.party_id AS `limit`",
    ],
)
def test_rows_beyond_the_cap_are_never_computed(ask: Callable[..., Answer], statement: str):
    answer = ask(statement, rows=7)
    assert (answer.table.num_rows, answer.truncated) == (7, True)


def test_the_cap_leaves_order_and_unions_as_they_are(ask: Callable[..., Answer]):
    ordered = ask("UNWIND [3, 1, 2] AS x RETURN x ORDER BY x", rows=2)
    distinct = ask("UNWIND [1, 1, 1] AS x RETURN x UNION UNWIND [1, 2] AS x RETURN x", rows=2)
    assert (ordered.table.to_pydict(), ordered.truncated) == ({"x": [1, 2]}, True)
    assert (sorted(distinct.table.to_pydict()["x"]), distinct.truncated) == ([1, 2], False)


def test_a_runaway_ends_at_the_limit_and_the_next_query_finds_a_process_ready(
    ask: Callable[..., Answer], worker: Worker
):
    ask("RETURN 1 AS x")
    began = time.monotonic()
    with pytest.raises(QueryTimeout) as stopped:
        ask(RUNAWAY, seconds=3)
    assert time.monotonic() - began >= 3
    assert (str(stopped.value), stopped.value.exit_code) == (
        "The query took longer than 3 s and was stopped. Start from fewer nodes, shorten its paths, or raise the "
        "time limit.", 1,
    )  # fmt: skip
    ready = list(worker._idle)
    assert (ask("RETURN 1 AS x").table.to_pydict(), len(ready), worker._idle) == ({"x": [1]}, 1, ready)


def test_what_needs_too_much_memory_is_stopped_and_the_next_query_finds_a_process_ready(
    ask: Callable[..., Answer], worker: Worker
):
    ask("RETURN 1 AS x")
    with pytest.raises(QueryMemory) as stopped:
        ask(HUNGRY)
    assert str(stopped.value) == (
        "The query needed more memory than 1 GiB and was stopped. Start from fewer nodes or return less."
    )
    ready = list(worker._idle)
    assert (ask("RETURN 1 AS x").table.to_pydict(), len(ready), worker._idle) == ({"x": [1]}, 1, ready)


def test_a_runaway_of_one_person_does_not_slow_another(ask: Callable[..., Answer]):
    def run_away() -> None:
        with pytest.raises(QueryTimeout):
            ask(RUNAWAY, seconds=6)

    others = [threading.Thread(target=run_away) for _ in range(2)]
    for other in others:
        other.start()
    time.sleep(1)
    ask("RETURN 1 AS x")
    for _ in range(5):
        ask("MATCH (p:Party) RETURN count(*) AS n")
    assert all(other.is_alive() for other in others)
    for other in others:
        other.join()


def test_where_every_process_is_busy_it_says_so(database: Path):
    with Worker(processes=1) as worker:

        def run_away() -> None:
            with pytest.raises(QueryTimeout):
                worker.run(database, RUNAWAY, {}, rows=1, seconds=4, memory=1)

        thread = threading.Thread(target=run_away)
        thread.start()
        time.sleep(0.5)
        with pytest.raises(StoreBusy) as busy:
            worker.run(database, "RETURN 1 AS x", {}, rows=1, seconds=1, memory=1)
        thread.join()
    assert str(busy.value) == "All 1 query processes were busy for 1 s. Try again in a moment."


def test_what_the_store_does_not_understand_is_told_in_its_words(ask: Callable[..., Answer]):
    with pytest.raises(QueryFailed) as failed:
        ask("MATCH (p:Party) RETURN p.nmae")
    with pytest.raises(QueryFailed) as forgotten:
        ask("MATCH (p:Party) WHERE p.party_id = $id RETURN p.name")
    assert (str(failed.value), failed.value.exit_code) == (
        "The store does not understand the query: Binder exception: Cannot find property nmae for p.", 2,
    )  # fmt: skip
    assert str(forgotten.value) == ("The query uses the parameter $id, which is not given. Give it with -p id=VALUE.")


def test_nothing_unguarded_reaches_a_process(worker: Worker, database: Path):
    with pytest.raises(RefusedQuery):
        worker.run(database, "CALL threads=4", {}, rows=1, seconds=1, memory=1)
    assert worker._all == []


def test_every_kind_of_value_comes_back(worker: Worker, example: Explorer):
    version = example.home.current()
    assert version is not None
    answer = worker.run(
        next(version.glob("graph-*.lbug")),
        "MATCH q = (a:Party {party_id: 'F1'})-[r:SUPPLIES*1..2]->(b:Party {party_id: 'B1'}) RETURN a, q, r, "
        "[1, 2] AS l, {a: 1} AS m, NULL AS n, date('2026-01-02') AS d, timestamp('2026-01-02 03:04:05') AS t, "
        "interval('1 day') AS i, 1.5 AS f, cast('12.34' AS DECIMAL(10, 2)) AS x, map(['k'], [1]) AS k, "
        "blob('ab') AS b2, uuid('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11') AS u", {}, rows=1, seconds=30, memory=1,
    )  # fmt: skip
    [row] = answer.table.to_pylist()
    assert [node["party_id"] for node in row["q"]["_NODES"]] == ["F1", "M1", "B1"]
    assert [link["amount"] for link in row["q"]["_RELS"]] == [80000.0, 600000.0]
    assert (row["a"]["_LABEL"], row["l"], row["m"], row["n"], row["d"], row["x"], row["k"]) == (
        "Party", [1, 2], {"a": 1}, None, date(2026, 1, 2), Decimal("12.34"), [("k", 1)],
    )  # fmt: skip


def test_processes_end_and_the_folder_goes_with_the_worker(database: Path):
    worker = Worker()
    worker.run(database, "RETURN 1 AS x", {}, rows=1, seconds=30, memory=1)
    processes, folder = [process.popen for process in worker._all], worker._folder
    assert ([process.poll() for process in processes], list(folder.iterdir())) == ([None], [])
    worker.close()
    assert ([process.poll() for process in processes], folder.exists()) == ([-signal.SIGKILL], False)


def test_a_process_that_was_killed_is_replaced(worker: Worker, ask: Callable[..., Answer]):
    ask("RETURN 1 AS x")
    worker._all[0].popen.kill()
    worker._all[0].popen.wait()
    assert ask("RETURN 2 AS x").table.to_pydict() == {"x": [2]}


def test_a_file_that_cannot_be_opened_is_named_and_not_made(worker: Worker, tmp_path: Path):
    missing = tmp_path / "graph.lbug"
    with pytest.raises(StoreError) as error:
        worker.run(missing, "RETURN 1 AS x", {}, rows=1, seconds=30, memory=1)
    assert (error.value.code, list(tmp_path.iterdir())) == ("ladybug_open", [])


def test_another_database_is_asked_by_another_process(ask: Callable[..., Answer], worker: Worker, example: Explorer):
    count = "MATCH (p:Party) RETURN count(*) AS n"
    version = example.home.current()
    assert version is not None
    small = worker.run(next(version.glob("graph-*.lbug")), count, {}, rows=1, seconds=30, memory=1)
    assert (small.table.to_pydict(), ask(count).table.to_pydict()["n"][0] > 1000) == ({"n": [8]}, True)


class Bare:
    """The worker process by itself: the second lock, with no guard before it."""

    def __init__(self, database: Path, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", PROGRAM], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={"HOME": str(folder)},
        )  # fmt: skip
        self.send((str(database), 2**28, 2**28, 1))
        assert self.read() == (b"R", b"")

    def read(self) -> tuple[bytes, bytes]:
        assert self.process.stdout
        (length,) = LENGTH.unpack(self.process.stdout.read(LENGTH.size))
        body = self.process.stdout.read(length)
        return body[:1], body[1:]

    def send(self, request: tuple[object, ...]) -> None:
        assert self.process.stdin
        body = pickle.dumps(request)
        self.process.stdin.write(LENGTH.pack(len(body)) + body)
        self.process.stdin.flush()

    def ask(self, statement: str) -> tuple[bytes, bytes]:
        self.send((statement, {}, 10, 30))
        return self.read()

    def close(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe
            pipe.close()
        self.process.wait()


@pytest.fixture
def bare(database: Path, tmp_path: Path) -> Iterator[Bare]:
    process = Bare(database, tmp_path)
    yield process
    process.close()


@pytest.mark.parametrize(
    "statement",
    [
        "LOAD FROM '{folder}/secret.csv' (header=false) RETURN *",
        "LOAD FROM '/etc/passwd' (file_format='csv') RETURN *",
        "COPY (MATCH (p:Party) RETURN p.name) TO '{folder}/out.csv'", "COPY (RETURN 1) TO '{folder}/out.parquet'",
        "EXPORT DATABASE '{folder}/out'", "INSTALL httpfs", "LOAD EXTENSION '{folder}/x.lbug_extension'",
        "ATTACH '{folder}/other.lbug' AS other (dbtype lbug)", "CREATE (:Party {party_id: 'evil'})",
        "MATCH (p:Party) SET p.name = 'evil'", "MATCH (p:Party) DETACH DELETE p", "DROP TABLE SUPPLIES",
        "CREATE NODE TABLE Evil(id STRING PRIMARY KEY)", "CHECKPOINT",
        "LOAD FROM 'http://127.0.0.1:9/x.csv' RETURN *", "RETURN 1; RETURN 2",
    ],
)  # fmt: skip
def test_without_the_guard_the_process_itself_opens_and_writes_nothing(
    bare: Bare, database: Path, tmp_path: Path, statement: str
):
    (tmp_path / "secret.csv").write_text("secret\n", "utf-8")
    graph = {path: path.stat().st_mtime_ns for path in database.parent.iterdir()}
    letter, said = bare.ask(statement.replace("{folder}", str(tmp_path)))
    assert letter in (b"F", b"M"), said
    left = {path.name for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size}
    assert (left, {path: path.stat().st_mtime_ns for path in database.parent.iterdir()}) == ({"secret.csv"}, graph)


def test_the_process_knows_nothing_of_the_environment_it_was_started_in(
    ask: Callable[..., Answer], worker: Worker, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("NEO4J_PASSWORD", "secret")
    ask("RETURN 1 AS x")
    environ = Path(f"/proc/{worker._all[0].popen.pid}/environ").read_bytes()
    names = {entry.partition(b"=")[0].decode() for entry in environ.split(b"\0") if entry}
    assert names == {"HOME", "TMPDIR", "LC_ALL", "MALLOC_ARENA_MAX", "ARROW_DEFAULT_MEMORY_POOL", "PYTHONPATH"}


def test_a_process_whose_parent_is_gone_ends_by_itself(bare: Bare):
    bare.send((RUNAWAY, {}, 10, 1 - GRACE))
    assert bare.process.wait(30) == -signal.SIGALRM


def test_the_frames_are_arrow(bare: Bare):
    letter, body = bare.ask("RETURN 1 AS x")
    assert (letter, pa.ipc.open_stream(body).read_all().to_pydict()) == (b"A", {"x": [1]})


def test_a_query_that_fails_for_memory_in_a_used_process_has_another_try_in_a_fresh_one(
    worker: Worker, ask: Callable[..., Answer]
):
    ask("RETURN 1 AS x")
    used = [process.popen.pid for process in worker._all]
    with pytest.raises(QueryMemory):
        ask(HUNGRY)
    assert ask("RETURN 2 AS x").table.to_pylist() == [{"x": 2}]
    assert not set(used) & {process.popen.pid for process in worker._all}
