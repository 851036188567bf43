"""`explorer query` and Explorer.query: what is given is checked, limits are kept and said, rows go where asked."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from explorer import Explorer
from explorer.errors import BadSetting, InputError, QueryTimeout, RefusedQuery, UnknownParty
from explorer.formats.inferred import kind_of
from graph.stores import library
from graph.stores.values import read
from tests.neo4j_server import Server
from tests.parts import Run
from tests.stores import fill, on_server

AS_OF = date(2026, 6, 30)
CORES = "MATCH (s:Party)-[r:SUPPLIES]->(b:Party) RETURN s.party_id AS a, r.n AS n ORDER BY a, b.party_id"


@pytest.fixture
def store(example: Explorer) -> str:
    return str(example.home.folder)


def test_a_query_of_the_library_gives_its_declared_columns(example: Explorer):
    result = example.query("cores_by_unwon")
    assert result.columns == [name for name, _ in library.query("cores_by_unwon", "ladybug").columns]
    assert result.frame()[["party_id", "unwon", "unwon_suppliers", "unwon_buyers"]].to_numpy().tolist() == [
        ["B1", 2, 1, 1]
    ]
    assert (result.truncated, result.limit, result.parameters) == (False, 1000, {"region": "", "min_unwon": 1})
    assert result.statement.startswith("MATCH (c:Party {is_core: true})")
    assert result.elapsed > 0


def test_a_party_may_be_named_by_its_whole_name(example: Explorer):
    assert example.query("neighbours", party="龙头食品").parameters == {"party": "B1"}
    with pytest.raises(UnknownParty):
        example.query("neighbours", party="龙尾食品")


@pytest.mark.parametrize(("limit", "rows", "truncated"), [(1, 1, True), (7, 7, True), (8, 8, False), (9, 8, False)])
def test_one_row_more_than_allowed_tells_a_cut_list_from_a_whole_one(
    example: Explorer, limit: int, rows: int, truncated: bool
):
    result = example.query(CORES, limit=limit)
    assert (len(result.rows), result.truncated, result.limit) == (rows, truncated, limit)


def test_the_query_and_the_setting_bound_the_rows_unless_a_limit_is_given(county: Explorer):
    hub, other = county.query("cores_by_unwon", limit=2).frame()["party_id"]
    assert county.query("paths", first=hub, second=other).limit == 50
    with_setting = Explorer.open(county.home.folder, {"query_rows": 5})
    assert [
        with_setting.query("paths", first=hub, second=other).limit,
        with_setting.query("neighbours", party=hub).limit,
        with_setting.query("neighbours", party=hub, limit=6).limit,
    ] == [5, 5, 6]
    with_setting.close()


@pytest.mark.parametrize("limits", [{"limit": 0}, {"limit": 10**9}, {"timeout": 0}, {"timeout": 10**6}])
def test_limits_have_bounds(example: Explorer, limits: dict[str, Any]):
    with pytest.raises(BadSetting):
        example.query(CORES, **limits)


def test_the_time_limit_of_the_settings_holds_where_none_is_given(example: Explorer) -> None:
    hurried = Explorer.open(example.home.folder, {"query_seconds": 0.5})
    with pytest.raises(QueryTimeout):
        hurried.query("UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y RETURN sum(x * y) AS s")
    hurried.close()


def test_a_statement_that_runs_away_is_stopped_at_the_time_limit(example: Explorer):
    with pytest.raises(QueryTimeout):
        example.query("UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y RETURN sum(x * y) AS s", timeout=0.5)


def test_paths_may_not_be_longer_than_the_setting(store: str):
    explorer = Explorer.open(store, {"query_hops": 2})
    with pytest.raises(RefusedQuery) as refused:
        explorer.query("MATCH (a:Party)-[:SUPPLIES*1..3]->(b:Party) RETURN a.party_id")
    assert refused.value.code == "query_hops"


@pytest.mark.parametrize(
    ("given", "code", "named"),
    [
        ({"min_unwon": "two"}, "parameter_type", "min_unwon"),
        ({"min_unwon": 2.5}, "parameter_type", "min_unwon"),
        ({"minimum": 2}, "parameter_unknown", "minimum"),
        ({"region": 7}, "parameter_type", "region"),
    ],
)
def test_a_wrong_parameter_is_named(example: Explorer, given: dict[str, Any], code: str, named: str):
    with pytest.raises(InputError) as refused:
        example.query("cores_by_unwon", **given)
    assert (refused.value.code, refused.value.values["name"]) == (code, named)


@pytest.mark.parametrize("text", ["paths", "RETURN $first AS a, $second AS b"])
def test_a_missing_parameter_is_named(example: Explorer, text: str):
    with pytest.raises(InputError) as refused:
        example.query(text, first="B1")
    assert (refused.value.code, refused.value.values["name"]) == ("parameter_missing", "second")


def test_a_parameter_that_a_statement_does_not_use_is_named(example: Explorer):
    with pytest.raises(InputError) as refused:
        example.query("RETURN $a AS a, '$b' AS b // $c", a=1, b=2)
    assert (refused.value.code, refused.value.values["name"]) == ("parameter_unknown", "b")


def test_values_go_in_as_what_they_are(example: Explorer):
    given = {"t": "919900000000000001", "i": 7, "n": 1.5, "d": AS_OF, "f": True, "l": ["a", "b"]}
    text = "RETURN $t AS t, $i AS i, $n AS n, $d AS d, $f AS f, $l AS l"
    assert example.query(text, **given).rows.to_pylist() == [given]


def test_an_unknown_name_is_refused_with_the_nearest_ones(example: Explorer):
    with pytest.raises(InputError) as refused:
        example.query("neighbors")
    assert (refused.value.code, refused.value.values["near"]) == ("query_unknown", "neighbours")


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("text", "7", "7"), ("integer", "7", 7), ("integer", 7, 7), ("number", "1e3", 1000.0), ("number", 2, 2.0),
        ("date", "2026-06-30", AS_OF), ("date", AS_OF, AS_OF), ("date", "as_of", AS_OF),
        ("date", "as_of-30", date(2026, 5, 31)), ("date", "as_of+1", date(2026, 7, 1)), ("flag", "是", True),
        ("flag", "No", False), ("flag", True, True), ("list", "a;b", ["a", "b"]), ("list", ("a",), ["a"]),
        ("list", "", []),
    ],
)  # fmt: skip
def test_values_are_read_by_their_type(kind: Any, given: object, value: object):
    assert read("x", kind, given, AS_OF) == value


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", 7), ("integer", "7.0"), ("integer", True), ("integer", 2**63), ("number", "nan"), ("number", "x"),
        ("date", "30.6.2026"), ("date", 20260630), ("date", "as_of-999999"), ("flag", "maybe"), ("list", 7),
        ("list", [1]), ("integer", None),
    ],
)  # fmt: skip
def test_values_of_another_type_are_refused(kind: Any, given: object):
    with pytest.raises(InputError) as refused:
        read("x", kind, given, AS_OF)
    assert refused.value.code == "parameter_type"


def test_a_day_is_not_counted_where_nothing_is_dated():
    with pytest.raises(InputError) as refused:
        read("since", "date", "as_of-1", None)
    assert refused.value.code == "parameter_no_day"


PATHS = "MATCH p = (a:Party)-[:SUPPLIES]->(b:Party {party_id: 'B1'}) RETURN p, a, b.name AS name ORDER BY a.party_id"


def test_nodes_and_paths_become_one_graph(example: Explorer):
    drawn = example.query(PATHS).graph()
    assert list(drawn.nodes) == ["Party:B1", "Party:M1", "Party:M2"]
    assert list(drawn.edges(keys=True)) == [
        ("Party:M1", "Party:B1", "SUPPLIES"),
        ("Party:M2", "Party:B1", "SUPPLIES"),
    ]
    assert drawn.nodes["Party:M1"]["is_customer"] is True
    assert "customer_since" not in drawn.nodes["Party:M1"]
    assert drawn.edges["Party:M1", "Party:B1", "SUPPLIES"]["amount"] == 600000.0


def test_rows_without_nodes_are_no_graph(example: Explorer):
    with pytest.raises(InputError) as refused:
        example.query(CORES).graph()
    assert refused.value.values["columns"] == "a, n"


def test_neo4j_draws_the_same_graph_and_says_the_same_of_paths(
    neo4j_empty: Server, example: Explorer, example_tables: Path, tmp_path: Path
):
    there = fill(on_server(neo4j_empty, tmp_path / "home"), example_tables)
    results = [explorer.query(PATHS) for explorer in (example, there)]
    drawn = [result.graph() for result in results]
    said = [[batch.to_pylist() for batch in result.table().batches] for result in results]
    plan = there.explain(PATHS)
    there.close()
    assert dict(drawn[0].nodes(data=True)) == dict(drawn[1].nodes(data=True))
    assert list(drawn[0].edges(keys=True, data=True)) == list(drawn[1].edges(keys=True, data=True))
    assert said[0] == said[1]
    assert "ProduceResults" in plan


def test_columns_take_their_kinds_from_arrow():
    kinds = {
        pa.string(): "text", pa.int32(): "integer", pa.decimal128(38, 0): "integer", pa.decimal128(10, 2): "number",
        pa.float64(): "number", pa.bool_(): "flag", pa.date32(): "date", pa.list_(pa.int64()): "text",
        pa.null(): "text", pa.struct([("a", pa.int64())]): "text",
    }  # fmt: skip
    assert {kind: kind_of(kind) for kind in kinds} == kinds


def test_the_command_writes_rows_to_stdout_and_talk_to_stderr(run: Run, store: str):
    ran = run("query", "suppliers_of_suppliers", "-p", "party=B1", "--store", store)
    assert (ran.code, [(row["party_id"], row["via"], row["amount_12"]) for row in ran.rows]) == (
        0, [("F1", "M1", "80000"), ("F2", "M1;M2", "50000")],
    )  # fmt: skip
    assert ran.err.startswith("2 rows.")


def test_a_cut_list_says_so(run: Run, store: str):
    ran = run("query", "suppliers_of_suppliers", "-p", "party=B1", "--limit", 1, "--store", store)
    assert (len(ran.rows), ran.err.splitlines()[1]) == (
        1, "Limit hit: there are more than 1 rows; raise --limit to have them.",
    )  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "xlsx"])
def test_rows_go_to_a_file_with_a_manifest(run: Run, store: str, tmp_path: Path, example: Explorer, ending: str):
    out = tmp_path / f"rows.{ending}"
    ran = run("query", "paths", "-p", "first=F1", "-p", "second=R2", "--out", out, "--store", store)
    manifest = json.loads(out.with_name(f"{out.name}.manifest.json").read_text("utf-8"))
    assert (ran.code, manifest["rows"], manifest["cut"], manifest["query"]) == (0, 1, False, "paths")
    assert manifest["parameters"] == {"first": "F1", "second": "R2", "hops": 4}
    assert (manifest["as_of"], manifest["load_id"]) == ("2026-06-30", example.status().load_id)


def test_a_path_is_told_in_words(run: Run, store: str):
    [row] = run("query", "paths", "-p", "first=R1", "-p", "second=M1", "--store", store).rows
    assert row == {
        "hops": "3", "party_ids": "R1>D1>B1>M1", "names": "瑞和超市>东城经销>龙头食品>明光面粉",
        "relations": "SUPPLIES>SUPPLIES>SUPPLIES",
        "routes": "(:Party R1)<-[:SUPPLIES]-(:Party D1)<-[:SUPPLIES]-(:Party B1)<-[:SUPPLIES]-(:Party M1)",
    }  # fmt: skip


def test_a_statement_comes_from_a_file_or_stdin_with_typed_parameters(
    run: Run, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    text = (
        "MATCH (s:Party)-[r:SUPPLIES]->(:Party) WHERE r.n >= $n RETURN s.party_id AS a, r.last AS last ORDER BY a\n"
    )
    file = tmp_path / "mine.cypher"
    file.write_text(text, "utf-8-sig")
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    ran = [run("query", source, "-p", "n:integer=12", "--store", store) for source in (file, "-")]
    assert [one.rows for one in ran] == 2 * [
        [{"a": "B1", "last": "2026-06-30"}, {"a": "D1", "last": "2026-06-30"}, {"a": "M1", "last": "2026-06-30"}]
    ]


def test_a_file_with_a_head_is_held_to_it(run: Run, store: str, tmp_path: Path):
    file = tmp_path / "mine.cypher"
    text = library.query("cores_by_unwon", "ladybug").text
    file.write_text(text, "utf-8")
    ran = run("query", file, "-p", "min_unwon=two", "--store", store)
    assert (ran.code, ran.err) == (2, "The parameter min_unwon must be of type integer, not two.\n")
    assert [row["unwon"] for row in run("query", file, "--store", store).rows] == ["2"]


def test_the_list_is_in_the_language_of_the_call(run: Run, store: str):
    listed = {lang: run("--lang", lang, "query", "--list", "--store", store).rows for lang in ("zh", "en")}
    assert [row["name"] for row in listed["zh"]] == list(library.names())
    assert [listed[lang][-1]["title"] for lang in ("zh", "en")] == [
        "供应商的供应商里还不是客户的", "Suppliers of a supplier, not ours yet",
    ]  # fmt: skip
    assert listed["en"][-1]["parameters"] == "party min_amount=0.0"


def test_the_text_and_the_plan_are_shown_without_running_the_query(run: Run, store: str):
    text = run("query", "neighbours", "--show", "--store", store).out.decode()
    assert text == library.query("neighbours", "ladybug").text
    assert "Physical Plan" in run("query", "neighbours", "-p", "party=B1", "--explain", "--store", store).out.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.cypher"], "nowhere.cypher is no query of the library and no file. See explorer query --list.\n"),
        (["neighbour"], "The library has no query neighbour. Near it: neighbours.\n"),
        (["neighbours", "-p", "party"], "party is no parameter; write -p name=value."),
        (["neighbours", "-p", "party:word=B1"], "word is no type of a parameter;"),
        (["neighbours"], "The query needs a value for party. Give it with -p party=VALUE.\n"),
        ([], "say which query"),
    ],
)
def test_a_wrong_call_is_told_and_exits_with_2(run: Run, store: str, arguments: list[str], said: str):
    ran = run("query", *arguments, "--store", store)
    assert (ran.code, said in ran.err, ran.out) == (2, True, b"")


def test_a_time_out_exits_with_1(run: Run, store: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        "sys.stdin", io.StringIO("UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y RETURN sum(x * y) AS s")
    )
    assert run("query", "-", "--timeout", "0.5", "--store", store).code == 1
