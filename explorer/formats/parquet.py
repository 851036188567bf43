"""Parquet: row groups of one size, amounts and scores as doubles, dates as dates, text as it is."""

from __future__ import annotations

from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from explorer.formats.cells import numbers
from explorer.formats.chunks import chunks, schema
from explorer.formats.columns import Table

ROWS = 1 << 18
"""Rows of a row group: each group has dictionaries of its own, so larger ones make smaller files."""


def write(table: Table, stream: BinaryIO, _encoding: str) -> int:
    """Write all rows and return their number; an empty table still has its columns."""
    amounts = {column.name for column in table.columns if column.kind == "amount"}
    fields = pa.schema([field.with_type(pa.float64()) if field.name in amounts else field for field in schema(table)])
    rows = 0
    with pq.ParquetWriter(stream, fields, compression="zstd") as writer:
        for chunk in chunks(table, ROWS):
            pairs = zip(table.columns, chunk.columns, strict=True)
            arrays = [numbers(column, array) for column, array in pairs]
            writer.write_table(pa.Table.from_arrays(arrays, schema=fields), row_group_size=ROWS)
            rows += chunk.num_rows
    return rows
