"""Cypher for analysts: a query of the library or a typed statement, checked, run within limits, and its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.errors import QueryCancelled, QueryTimeout
from explorer.view import View
from graph.stores import library
from graph.stores.base import Parameter, Store
from graph.stores.guard import check
from graph.stores.guard.answer import Answer, Stop, never
from graph.stores.guard.tokens import Dialect
from graph.stores.ladybug import LadybugStore
from graph.stores.library import ColumnType, Query

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import pyarrow as pa

    from explorer.formats import Table
    from graph.stores.worker import Worker


@dataclass(frozen=True)
class Limits:
    """What a query may take: rows, seconds, GiB, and hops of a path; rows None leaves them to the query's own."""

    rows: int | None
    usual_rows: int
    seconds: float
    memory: float
    hops: int


@dataclass(frozen=True)
class Result:
    """Rows of a query on one load. `truncated`: there are more than `limit`; `elapsed` in seconds."""

    query: Query
    view: View
    rows: pa.Table
    truncated: bool
    limit: int
    elapsed: float
    statement: str
    parameters: Mapping[str, Parameter]

    @property
    def columns(self) -> list[str]:
        return list(self.rows.column_names)

    def table(self) -> Table:
        """The rows as files and terminals take them: lists in one cell, nodes and paths in words."""
        from explorer.formats.inferred import table

        return table(self.rows, {name for name, kind in self.query.columns if kind == "sequence"})

    def facts(self) -> dict[str, object]:
        """What a manifest says of the rows."""
        asked = {"query": self.query.name, "statement": self.statement, "parameters": dict(self.parameters)}
        return asked | {
            "load_id": self.view.load_id, "as_of": self.view.as_of, "limit": self.limit, "cut": self.truncated,
        }  # fmt: skip

    def frame(self) -> pd.DataFrame:
        """The rows as pandas has them, lists and nodes as Python objects."""
        frame: pd.DataFrame = self.rows.to_pandas(date_as_object=False)
        return frame

    def graph(self) -> nx.MultiDiGraph:
        """All nodes, relationships and paths in the rows as one graph; raises InputError where there are none."""
        from explorer.graphing import graph

        return graph(self.rows)


def find(text: str, given: Mapping[str, object], store: Store) -> Query:
    """The query of the library with this name, else the statement itself; raises InputError, RefusedQuery."""
    if library.NAME.fullmatch(text.strip()):
        return library.query(text.strip(), dialect_of(store))
    return library.typed(text, given, dialect_of(store))


def dialect_of(store: Store) -> Dialect:
    return "neo4j" if store.dialect == "neo4j" else "ladybug"


def bound(query: Query, given: Mapping[str, object], view: View) -> dict[str, Parameter]:
    """Values of the parameters; what names a party becomes its id. Raises InputError, UnknownParty, AmbiguousName."""
    values = query.bind(given, view.as_of)
    for one in query.parameters:
        if one.refers == "party":
            row = view.resolve(str(values[one.name]))
            values[one.name] = view.parties.column("party_id")[row].as_py()
    return values


def run(
    query: Query, parameters: Mapping[str, Parameter], view: View, store: Store, worker: Worker, limits: Limits,
    stop: Stop = never,
) -> Result:  # fmt: skip
    """Run a query whose parameters are bound.

    Raises RefusedQuery, QueryTimeout, QueryMemory, QueryFailed, and QueryCancelled once `stop` says so.
    """
    check(query.statement, dialect_of(store), max_hops=limits.hops)
    rows = limits.rows or min(query.limit or limits.usual_rows, limits.usual_rows)
    answer = _answer(store, worker, query.statement, parameters, rows, limits, stop)
    table = _declared(answer.table, dict(query.columns)) if query.declared else answer.table
    return Result(query, view, table, answer.truncated, rows, answer.elapsed, query.statement.strip(), parameters)


def explain(query: Query, parameters: Mapping[str, Parameter], store: Store, worker: Worker, limits: Limits) -> str:
    """The store's plan of a query, which is not run."""
    statement = re.sub(r"(?i)^\s*(//[^\n]*\n\s*)*(explain\b)?", "EXPLAIN ", query.statement, count=1)
    check(statement, dialect_of(store), max_hops=limits.hops)
    answer = _answer(store, worker, statement, parameters, 1000, limits)
    return "\n".join("  ".join(map(str, row.values())) for row in answer.table.to_pylist())


def _answer(
    store: Store, worker: Worker, statement: str, parameters: Mapping[str, Parameter], rows: int, limits: Limits,
    stop: Stop = never,
) -> Answer:  # fmt: skip
    """The one place where a statement leaves for its store."""
    if isinstance(store, LadybugStore):
        database = store.database()
        return worker.run(
            database, statement, parameters, rows=rows, seconds=limits.seconds, memory=limits.memory, stop=stop
        )
    from graph.stores.guard import neo4j
    from graph.stores.neo4j.stopping import watching
    from graph.stores.neo4j.store import Neo4jStore

    assert isinstance(store, Neo4jStore)
    with watching(store.connection, stop) as watch, store.connection.session() as session:
        try:
            return neo4j.run(session, statement, parameters, rows=rows, seconds=limits.seconds, tag=watch.tag)
        except QueryTimeout:
            if watch.heard:
                raise QueryCancelled("query_cancelled") from None
            raise


def _declared(table: pa.Table, columns: Mapping[str, ColumnType]) -> pa.Table:
    """The rows with the declared columns and types, lists sorted: the same from either store."""
    import pyarrow as pa

    types: dict[str, Any] = {
        "text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32(), "flag": pa.bool_(),
        "list": pa.list_(pa.string()), "sequence": pa.list_(pa.string()),
    }  # fmt: skip
    arrays = []
    for name, kind in columns.items():
        array = table[name]
        if kind == "list":
            array = pa.chunked_array([[sorted(set(cell or ())) for cell in array.to_pylist()]], types[kind])
        arrays.append(array if kind == "graph" else array.cast(types[kind]))
    return pa.table(arrays, names=list(columns))
