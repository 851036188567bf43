"""Batches of any size cut to one size, so that the bytes of a file do not depend on how its rows arrived."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from explorer.formats.columns import Kind, Table

ROWS = 1 << 16
"""Rows handled at a time where a format has no reason for another number."""

TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "score": pa.float64(),
    "amount": pa.int64(),
    "date": pa.date32(),
    "flag": pa.bool_(),
    "number": pa.float64(),
}


def schema(table: Table) -> pa.Schema:
    """The Arrow fields that `chunks` yields: amounts are int64 in 1/100."""
    return pa.schema([(column.name, TYPES[column.kind]) for column in table.columns])


def chunks(table: Table, rows: int = ROWS) -> Iterator[pa.RecordBatch]:
    """Yield the table's rows in batches of exactly `rows` rows, the last one shorter, never empty.

    Columns are cast to the type of their kind, so dictionary columns may come in; a value that does not fit
    raises pyarrow.ArrowInvalid.
    """
    fields = schema(table)
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in ahead(table.batches):
        rest = _conform(batch, fields)
        while count + rest.num_rows >= rows:
            yield _joined([*held, rest.slice(0, rows - count)])
            rest = rest.slice(rows - count)
            held, count = [], 0
        if rest.num_rows:
            held.append(rest)
            count += rest.num_rows
    if held:
        yield _joined(held)


def ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Let another thread make the next batch while this one is used."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, batches, None)
        while (batch := waiting.result()) is not None:
            waiting = pool.submit(next, batches, None)
            yield batch


def _conform(batch: pa.RecordBatch, fields: pa.Schema) -> pa.RecordBatch:
    columns = zip(batch.columns, fields.types, strict=True)
    return pa.RecordBatch.from_arrays([array.cast(kind) for array, kind in columns], schema=fields)


def _joined(parts: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(parts) == 1:
        return parts[0]
    return pa.Table.from_batches(parts).combine_chunks().to_batches()[0]
