"""The guard: whatever is typed, nothing but reading the graph happens, on either real store, and it says why."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import ladybug
import neo4j
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from neo4j.exceptions import DriverError, Neo4jError

from explorer.errors import QueryFailed, QueryMemory, QueryTimeout, RefusedQuery
from explorer.texts import LANGUAGES
from graph.stores.guard import check, read
from graph.stores.guard import neo4j as on_neo4j
from graph.stores.guard.tokens import LONGEST, Dialect, tokens
from graph.stores.guard.words import CONTINUES, NEVER_BARE, PREFIXES, REASONS
from graph.stores.worker import Worker
from tests import hostile
from tests.legitimate import LADYBUG, NEO4J, PARAMETERS, PORTABLE
from tests.neo4j_server import Server
from tests.parts import load, write_tables
from tests.test_store import ALL_TABLES

HOPS = 6
DIALECTS: tuple[Dialect, ...] = ("ladybug", "neo4j")
FACTS = "MATCH (a)-[r]->(b) RETURN label(a), label(r), label(b), count(*) ORDER BY label(a), label(r), label(b)"
QUICK = settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph with every node kind and relationship, in a folder of its own."""
    folder = tmp_path_factory.mktemp("guarded")
    explorer = load(folder / "store", write_tables(folder / "tables", ALL_TABLES))
    version = explorer.home.current()
    assert version is not None
    return next(version.glob("graph-*.lbug"))


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(processes=2) as pool:
        yield pool


def files(folder: Path) -> dict[str, str]:
    """Every file below a folder, with the digest of what is in it."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def refusal(statement: str, dialect: Dialect) -> RefusedQuery | None:
    try:
        check(statement, dialect, max_hops=HOPS)
    except RefusedQuery as refused:
        return refused
    return None


@pytest.mark.parametrize(("dialect", "statements"), [("ladybug", hostile.LADYBUG), ("neo4j", hostile.NEO4J)])
def test_every_hostile_statement_is_refused_with_a_reason_in_both_languages(dialect: Dialect, statements: list[str]):
    given = [*statements, *hostile.BROKEN, *hostile.NEVER_PLANNED]
    refused = {statement: refusal(statement, dialect) for statement in given}
    assert [statement for statement, error in refused.items() if error is None] == []
    assert len(set(statements)) >= 150
    assert all(error and error.text(lang) for error in refused.values() for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("dialect", "statement", "said"),
    [
        ("ladybug", "MATCH (p:Party)\n  DELETE p",
         "DELETE at 2:3 is refused: it changes the graph, and queries only read. If it is meant as a name, put it in "
         "backticks."),
        ("ladybug", "load from df return *",
         "LOAD at 1:1 is refused: it reads or writes files, addresses or variables outside the graph. Load tables "
         "with explorer load."),
        ("ladybug", "CALL threads=4",
         "CALL threads at 1:1 is refused: only procedures that describe the graph may be called; docs/guard.md lists "
         "them."),
        ("neo4j", "CALL dbms.listConfig()",
         "CALL dbms.listConfig at 1:1 is refused: only procedures that describe the graph may be called; "
         "docs/guard.md lists them."),
        ("neo4j", "RETURN apoc.load.json('x')",
         "The function apoc.load.json at 1:8 is not among those that only compute; docs/guard.md lists them."),
        ("neo4j", "MATCH (a)-[:X*]->(b) RETURN a",
         "At 1:14, a path may have any length. Give it an upper bound of at most 6 hops, as in *1..6."),
        ("neo4j", "MATCH (a)-[:X]->{2,9}(b) RETURN a",
         "At 1:17, a path may have 9 hops; at most 6 are allowed. Lower the upper bound."),
        ("ladybug", "RETURN 1; RETURN 2", "At 1:9, a second statement begins. Run one statement at a time."),
    ],
)  # fmt: skip
def test_a_refusal_names_the_clause_its_place_and_why(dialect: Dialect, statement: str, said: str):
    refused = refusal(statement, dialect)
    assert (str(refused), refused and refused.exit_code) == (said, 2)


def test_a_refusal_in_chinese_says_the_same():
    refused = refusal("MATCH (p) SET p.x = 1", "neo4j")
    assert refused is not None
    assert refused.text("zh") == "1:11 处的 SET 被拒绝：它会改动图，而查询只能读取。若它是名称，请加反引号。"


def test_a_hundred_legitimate_statements_pass_and_run_on_ladybug(worker: Worker, database: Path):
    statements = PORTABLE + LADYBUG
    for statement in statements:
        check(statement, "ladybug", max_hops=HOPS)
    answers = [worker.run(database, one, PARAMETERS, rows=50, seconds=30, memory=1) for one in statements]
    assert (len(answers), max(answer.table.num_rows for answer in answers) <= 50) == (len(statements), True)
    assert len(statements) >= 100
    assert sum(answer.table.num_rows > 0 for answer in answers) >= 95


def test_legitimate_statements_pass_and_run_on_neo4j(neo4j_empty: Server):
    neo4j_empty.rows(
        "CREATE (:Party {party_id: 'F1', name: '面粉', value: 3.0})-[:SUPPLIES {amount: 1.0, n: 1}]->"
        "(:Party {party_id: 'R1', name: 'y', is_core: true})"
    )
    for statement in PORTABLE + NEO4J:
        check(statement, "neo4j", max_hops=HOPS)
    with reader(neo4j_empty) as session:
        answers = [on_neo4j.run(session, one, PARAMETERS, rows=50, seconds=30) for one in PORTABLE + NEO4J]
    assert sum(answer.table.num_rows > 0 for answer in answers) >= 50


def test_nothing_hostile_changes_the_graph_a_file_or_a_setting_on_ladybug(
    worker: Worker, database: Path, tmp_path: Path
):
    (tmp_path / "canary.csv").write_text("id\nx\n", "utf-8")
    store = database.parents[1]
    before = files(store), files(tmp_path), facts(worker, database)
    harmless: list[str] = []
    for statement in [*hostile.LADYBUG, *hostile.BROKEN]:
        try:
            worker.run(database, statement.replace("{file}", str(tmp_path / "canary")), {"text": "x", "n": 9},
                       rows=5, seconds=10, memory=1)  # fmt: skip
            harmless.append(statement)
        except (RefusedQuery, QueryFailed, QueryMemory):
            pass
    # The cap on hops is the business of `check`; the worker runs what only reads.
    assert [one for one in harmless if one not in hostile.ENDLESS and "*" not in one] == []
    assert (files(store), files(tmp_path), facts(worker, database)) == before


def facts(worker: Worker, database: Path) -> list[object]:
    return worker.run(database, FACTS, {}, rows=1000, seconds=30, memory=1).table.to_pylist()  # type: ignore[no-any-return]


@contextmanager
def reader(server: Server) -> Iterator[neo4j.Session]:
    """A session as a store opens one for reading."""
    login = (server.username, server.password)
    with (
        neo4j.GraphDatabase.driver(server.uri, auth=login, notifications_min_severity="OFF") as driver,
        driver.session(database=server.database or None, default_access_mode=neo4j.READ_ACCESS) as session,
    ):
        yield session


def server_facts(server: Server) -> list[object]:
    """Counts, a digest of all properties, the schema and the settings of a server."""
    ask = (
        "MATCH (n) RETURN labels(n), count(*), collect(properties(n)) ORDER BY labels(n)",
        "MATCH ()-[r]->() RETURN type(r), count(*), collect(properties(r)) ORDER BY type(r)",
        "SHOW INDEXES YIELD name, type, state", "SHOW CONSTRAINTS YIELD name",
        "SHOW DATABASES YIELD name, currentStatus",
        "SHOW USERS YIELD user", "SHOW SETTINGS YIELD name, value",
        "CALL db.labels()", "CALL db.relationshipTypes()", "CALL db.propertyKeys()",
    )  # fmt: skip
    return [server.rows(statement) for statement in ask]


@pytest.mark.thorough
def test_nothing_hostile_changes_the_graph_or_the_server_on_neo4j(neo4j_empty: Server):
    neo4j_empty.rows(
        "CREATE (:Party {party_id: 'B1', name: 'x', value: 2.0})-[:SUPPLIES {n: 1}]->(:Party {party_id: 'B2'})"
    )
    before = server_facts(neo4j_empty)
    opened = []
    with reader(neo4j_empty) as session:
        for statement in [*hostile.NEO4J, *hostile.BROKEN]:
            with pytest.raises(RefusedQuery):
                check(statement, "neo4j", max_hops=HOPS)
            if second_lock_opens(session, statement):
                opened.append(statement)
    # Without the first lock, plans would let pass what reads over long paths, and these.
    assert [one for one in opened if one in hostile.WRITES] == []
    assert [one for one in opened if not re.search(r"MATCH .*(-->|--|\[)", one)] == [
        "RETURN linenumber()", "RETURN file()", "USE neo4j MATCH (p:Party) RETURN p",
        "CYPHER 5 MATCH (p:Party) RETURN p",
        "CYPHER runtime=parallel MATCH (p:Party) RETURN p", "RETURN '\x00'", hostile.BROKEN[DEEP],
        "RETURN 1 // \u2029 DELETE",
    ]  # fmt: skip
    assert server_facts(neo4j_empty) == before


DEEP = next(at for at, one in enumerate(hostile.BROKEN) if "((((" in one)


def second_lock_opens(session: neo4j.Session, statement: str) -> bool:
    """Whether the plan of a statement passes, had its tokens not been looked at."""
    if len(statement) > LONGEST:
        return False
    try:
        with session.begin_transaction(timeout=5) as transaction:
            on_neo4j._check(on_neo4j._plan(transaction, statement, {"text": "x", "n": 9}))
    except (RefusedQuery, Neo4jError, UnicodeEncodeError, DriverError):
        return False
    return True


def test_a_runaway_on_neo4j_is_stopped_and_rows_beyond_the_cap_are_not_pulled(neo4j_empty: Server):
    with reader(neo4j_empty) as session:
        with pytest.raises(QueryTimeout) as stopped:
            on_neo4j.run(session, "UNWIND range(1, 1000000000) AS x RETURN sum(x)", {}, rows=5, seconds=2)
        assert stopped.value.exit_code == 1
        answer = on_neo4j.run(session, "UNWIND range(1, 1000000000) AS x RETURN x", {}, rows=3, seconds=30)
        exact = on_neo4j.run(session, "UNWIND range(1, 3) AS x RETURN x", {}, rows=3, seconds=30)
    assert (answer.table.to_pydict(), answer.truncated) == ({"x": [1, 2, 3]}, True)
    assert (exact.table.to_pydict(), exact.truncated) == ({"x": [1, 2, 3]}, False)


def test_what_neo4j_hands_over_has_the_shapes_of_ladybug(neo4j_empty: Server):
    neo4j_empty.rows(
        "CREATE (:Party:Customer {party_id: 'F1', since: date('2026-01-02')})-[:SUPPLIES {n: 1}]->(:Grid)"
    )
    with reader(neo4j_empty) as session:
        statement = "MATCH q = (a:Party)-[r]->(g) RETURN a, r, q, [1, 'x'] AS mixed, duration('P1D') AS d"
        [row] = on_neo4j.run(session, statement, {}, rows=3, seconds=30).table.to_pylist()
    a, r, grid = row["a"], row["r"], row["q"]["_NODES"][1]
    assert a == {"_ID": a["_ID"], "_LABEL": "Party", "party_id": "F1", "since": date(2026, 1, 2)}
    assert r == {"_SRC": a["_ID"], "_DST": grid["_ID"], "_LABEL": "SUPPLIES", "_ID": r["_ID"], "n": 1}
    assert (grid["_LABEL"], row["q"]["_RELS"], row["mixed"], row["d"]) == ("Grid", [r], '[1, "x"]', "P1D")


def test_a_plan_is_answered_as_a_table(neo4j_empty: Server):
    with reader(neo4j_empty) as session:
        answer = on_neo4j.run(session, "EXPLAIN MATCH (p:Party) RETURN p.name", {}, rows=1, seconds=30)
    plan = answer.table.select(["operator", "details"]).to_pydict()
    assert plan == {
        "operator": ["ProduceResults", "  Projection", "    NodeByLabelScan"],
        "details": ["`p.name`", "p.name AS `p.name`", "p:Party"],
    }


WORDS = sorted(CONTINUES | NEVER_BARE | PREFIXES | set(REASONS) | {"FROM", "CSV", "ON", "TO", "BY", "TABLE", "INDEX"})
NAMES = [
    "p",
    "a",
    "Party",
    "SUPPLIES",
    "name",
    "`set`",
    "x",
    "df",
    "timeout",
    "nextval",
    "apoc.load.json",
    "db.labels",
]
SIGNS = [
    "(", ")", "[", "]", "{", "}", "*", "..", ".", ",", ":", "|", "-", "->", "<-", "=", "+", ";", "/*", "*/", "//",
    "'", '"', "`", "\\", "$", "1", "1.", "99", "'x'", "\\u0027", "/***/", "ＳＥＴ", "\u200b", "\x00", "\n", "\r",
]  # fmt: skip
PIECES = st.sampled_from([*WORDS, *(word.lower() for word in WORDS), *NAMES, *SIGNS])


@st.composite
def mangled(draw: st.DrawFn, dialect: Dialect) -> str:
    """A legitimate statement into which pieces of both dialects were put, or a heap of pieces."""
    if draw(st.integers(0, 4)) == 0:
        parts = draw(st.lists(PIECES, max_size=12))
    else:
        whole = draw(st.sampled_from(PORTABLE + (LADYBUG if dialect == "ladybug" else NEO4J)))
        parts = [token.text for token in tokens(whole, dialect)]
        for _ in range(draw(st.integers(1, 4))):
            at = draw(st.integers(0, len(parts) - 1))
            parts[at : at + draw(st.integers(0, 2))] = [draw(PIECES)]
    return draw(st.sampled_from([" ", "/**/", "\n", "\u00a0"])).join(parts)


@given(statement=st.one_of(mangled("ladybug"), st.text(max_size=40)))
@settings(QUICK, max_examples=1500)
def test_the_guard_passes_or_refuses_whatever_is_typed(statement: str):
    for dialect in DIALECTS:
        error = refusal(statement, dialect)
        assert error is None or error.text("zh")


@pytest.fixture(scope="module")
def writable(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ladybug.Connection]:
    """A copy of the graph that may be written to, so that only the guard stands between a statement and the graph."""
    copy = tmp_path_factory.mktemp("writable") / database.name
    shutil.copy(database, copy)
    opened = ladybug.Database(copy, buffer_pool_size=2**28, max_num_threads=1)
    connection = ladybug.Connection(opened)
    connection.set_query_timeout(2000)
    yield connection
    connection.close()
    opened.close()


def state(connection: ladybug.Connection) -> list[object]:
    """Rows, tables, settings and extensions as a connection has them."""
    ask = [
        FACTS, "MATCH (n) RETURN hash(CAST(n AS STRING)) AS h ORDER BY h", "CALL show_tables() RETURN *",
        "CALL show_functions() RETURN count(*)", "CALL show_loaded_extensions() RETURN *",
        "CALL show_attached_databases() RETURN *", "CALL show_projected_graphs() RETURN *",
        *(f"CALL current_setting('{name}') RETURN *" for name in ("threads", "timeout", "home_directory")),
    ]  # fmt: skip
    return [connection.execute(statement).get_all() for statement in ask]  # type: ignore[union-attr]


def test_what_the_guard_passes_changes_nothing_even_where_the_file_may_be_written(
    writable: ladybug.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    before = state(writable)
    passed: list[str] = []

    @given(statement=mangled("ladybug"))
    @settings(QUICK, max_examples=800)
    def fuzz(statement: str) -> None:
        if refusal(statement, "ladybug") is None:
            passed.append(statement)
            with suppress(RuntimeError):
                writable.execute(statement, {name: PARAMETERS[name] for name in parameters(statement)})

    fuzz()
    assert (state(writable), list(tmp_path.iterdir())) == (before, [])
    assert len(passed) >= 30


def parameters(statement: str) -> set[str]:
    named = {token.text.removeprefix("$") for token in read(statement, "ladybug").tokens if token.kind == "parameter"}
    return named & set(PARAMETERS)


def test_what_the_guard_passes_never_crashes_the_workers(worker: Worker, database: Path):
    before = facts(worker, database)

    @given(statement=mangled("ladybug"))
    @settings(QUICK, max_examples=150)
    def fuzz(statement: str) -> None:
        with suppress(RefusedQuery, QueryFailed, QueryTimeout, QueryMemory):
            worker.run(database, statement, PARAMETERS, rows=5, seconds=2, memory=1)

    fuzz()
    assert facts(worker, database) == before


def test_what_the_guard_passes_neo4j_plans_as_reading(neo4j_empty: Server):
    neo4j_empty.rows("CREATE (:Party {party_id: 'B1', name: 'x'})-[:SUPPLIES {n: 1}]->(:Party {party_id: 'B2'})")
    before = server_facts(neo4j_empty)
    passed: list[str] = []
    with reader(neo4j_empty) as session:

        @given(statement=mangled("neo4j"))
        @settings(QUICK, max_examples=400)
        def fuzz(statement: str) -> None:
            if refusal(statement, "neo4j") is None:
                passed.append(statement)
                with suppress(QueryFailed, QueryTimeout, QueryMemory):
                    on_neo4j.run(session, statement, PARAMETERS, rows=5, seconds=5)

        fuzz()
    assert (server_facts(neo4j_empty), len(passed) >= 15) == (before, True)
