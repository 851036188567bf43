"""The online load: graph tables into a running server, batch by batch, so that a killed load can be run again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from neo4j import ManagedTransaction

from explorer.progress import Progress
from graph.model import RELATION
from graph.stores.base import table_files
from graph.stores.neo4j import mark
from graph.stores.neo4j.connection import Connection
from graph.stores.neo4j.statements import (
    merge_cypher,
    merge_unkeyed_cypher,
    remove_cypher,
    schema_cypher,
    stale_cypher,
    sweep_order,
)

AWAIT_INDEXES = "CALL db.awaitIndexes(600)"

Rows = list[tuple[Any, ...]]


def make_schema(connection: Connection) -> None:
    """Make the constraints and indexes that are missing, and wait until they answer."""
    for statement in [*schema_cypher(), AWAIT_INDEXES]:
        connection.write(partial(_run, statement))


def _run(statement: str, transaction: ManagedTransaction) -> None:
    transaction.run(statement).consume()


def write(connection: Connection, version: Path, holder: str, batch: int, progress: Progress) -> None:
    """Make the server hold the graph of `version` and nothing else; `batch` rows a transaction."""
    make_schema(connection)
    run = mark.begin(connection, version, holder)
    names = table_files()
    files = [version / "graph" / f"{name}.parquet" for name in names]
    sizes = [int(pq.read_metadata(file).num_rows) for file in files]
    for table in range(run.table, len(names)):
        done = run.row if table == run.table else 0
        before = sum(sizes[:table])
        for rows, row in batches(files[table], done, batch):
            progress("neo4j", before + done, sum(sizes))
            _merge(connection, run, table, names[table], rows, row)
            done = row
    progress("neo4j", sum(sizes), sum(sizes))
    sweep(connection, run, batch, progress)
    mark.complete(connection, run, mark.facts(version))


def put(connection: Connection, version: Path, name: str, holder: str, batch: int, progress: Progress) -> None:
    """Make one table of the server what it is in `version`, and touch no other."""
    run, table = mark.begin(connection, version, holder, "publishing"), table_files().index(name)
    file = version / "graph" / f"{name}.parquet"
    size = int(pq.read_metadata(file).num_rows)
    for rows, row in batches(file, 0, batch):
        _merge(connection, run, table, name, rows, row)
        progress("neo4j", row, size)
    connection.read(partial(_sweep_table, connection, run, batch, name))
    mark.complete(connection, run, mark.facts(version))


def batches(file: Path, done: int, size: int) -> Iterator[tuple[Rows, int]]:
    """Rows of a graph table after the first `done`, at most `size` at a time, each with how many are done with it."""
    at = 0
    with pq.ParquetFile(file) as table:
        for batch in table.iter_batches(size):
            skip = max(min(done - at, len(batch)), 0)
            at += len(batch)
            if skip < len(batch):
                yield rows_of(batch.slice(skip)), at


def rows_of(batch: pa.RecordBatch) -> Rows:
    return list(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _merge(connection: Connection, run: mark.Run, table: int, name: str, rows: Rows, done: int) -> None:
    """One transaction: the proof that the load is still ours, and one batch."""
    keyed, unkeyed = _by_key(name, rows)
    statements = [(one, keyed) for one in merge_cypher(name)] if keyed else []
    if unkeyed:
        statements += [(one, unkeyed) for one in merge_unkeyed_cypher(name)]

    def work(transaction: ManagedTransaction) -> None:
        mark.beat(transaction, connection.address, run, table, done)
        for statement, of in statements:
            transaction.run(statement, {"rows": of, "load_id": run.names(name), "at": run.at}).consume()

    connection.write(work)


def _by_key(name: str, rows: Rows) -> tuple[Rows, Rows]:
    """Rows that have their key properties, and those that lack them."""
    kind = RELATION.get(name.partition(".")[0])
    if kind is None or not kind.key:
        return rows, []
    names = [p.name for p in kind.properties]
    places = [names.index(key) + 2 for key in kind.key]
    keyed = [row for row in rows if all(row[place] is not None for place in places)]
    return keyed, [row for row in rows if any(row[place] is None for place in places)]


def sweep(connection: Connection, run: mark.Run, batch: int, progress: Progress) -> None:
    """Remove what this load does not name, `batch` nodes or relationships a transaction."""
    order = sweep_order()
    for done, name in enumerate(order):
        progress("neo4j_sweep", done, len(order))
        connection.read(partial(_sweep_table, connection, run, batch, name))
    progress("neo4j_sweep", len(order), len(order))


def _sweep_table(
    connection: Connection, run: mark.Run, batch: int, name: str, transaction: ManagedTransaction
) -> None:
    """Read once what is stale in one table, and remove it in other transactions as it comes."""
    stale: list[str] = []
    for record in transaction.run(stale_cypher(name), {"load_id": run.names(name)}):
        stale.append(record["id"])
        if len(stale) == batch:
            _remove(connection, run, name, stale)
            stale = []
    if stale:
        _remove(connection, run, name, stale)


def _remove(connection: Connection, run: mark.Run, name: str, ids: list[str]) -> None:
    tables = len(table_files())

    def work(transaction: ManagedTransaction) -> None:
        mark.beat(transaction, connection.address, run, tables, 0)
        transaction.run(remove_cypher(name), {"ids": ids}).consume()

    connection.write(work)
