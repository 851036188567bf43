"""The checked rows kept beside the graph as Parquet, in an order that the input's does not touch; their digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.progress import Progress, steps
from graph.loaders.sql import literal, scanned
from graph.model import TABLES, VERSION

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SLICE = 1 << 20
COLUMNS = {
    "supplies": 'supplier_n, buyer_n, date, amount, "count", product, source, confidence, currency, row_id',
}
ROW_TABLES = tuple(table.name for table in TABLES if table.nature != "role")


def write_rows(db: duckdb.DuckDBPyConnection, folder: Path, progress: Progress) -> None:
    """Move every table `rows_<name>` to `<name>.parquet`, sorted by all its columns; a view takes its place.

    Supplies name their parties by number only, and lie link by link, so that the rows of one link are quickly found.
    """
    for name in steps(progress, "rows", ROW_TABLES):
        path = literal(folder / f"{name}.parquet")
        db.execute(f"COPY (SELECT {COLUMNS.get(name, '*')} FROM rows_{name} ORDER BY ALL) TO {path} (FORMAT parquet)")
        db.execute(f"DROP TABLE rows_{name}")
    view_rows(db, folder)


def view_rows(db: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make the rows of a former load answer under the names that a load in progress uses."""
    for name in ROW_TABLES:
        db.execute(
            f"CREATE OR REPLACE TEMP VIEW rows_{name} AS FROM read_parquet({scanned(folder / f'{name}.parquet')})"
        )


def load_id(folder: Path, settings: Mapping[str, str]) -> str:
    """First 16 hex digits of the SHA-256 of the rows, the settings that shape the graph and the model's version."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    digest = hashlib.sha256(json.dumps([VERSION, settings], sort_keys=True, ensure_ascii=False).encode())
    for name in ROW_TABLES:
        digest.update(f"\n{name}\n".encode())
        with pq.ParquetFile(folder / f"{name}.parquet") as file:
            digest.update(f"{file.metadata.num_rows} {file.schema_arrow.names}".encode())
            for batch in file.iter_batches(SLICE):
                for column in pa.Table.from_batches([batch]).combine_chunks().columns:
                    _feed(digest, column.chunk(0))
    return digest.hexdigest()[:16]


def _feed(digest: Any, column: pa.Array) -> None:
    """Values in a form that depends on no version of any library: nulls, lengths, bytes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    digest.update(np.packbits(column.is_null().to_numpy(zero_copy_only=False)))
    if pa.types.is_string(column.type):
        filled = pc.fill_null(column, "").cast(pa.large_binary())
        digest.update(pc.binary_length(filled).to_numpy(zero_copy_only=False))
        offsets = np.frombuffer(filled.buffers()[1], np.int64)[filled.offset : filled.offset + len(filled) + 1]
        data = filled.buffers()[2]
        if data is not None and len(offsets):
            digest.update(memoryview(data)[offsets[0] : offsets[-1]])
    elif pa.types.is_boolean(column.type):
        digest.update(np.packbits(column.fill_null(False).to_numpy(zero_copy_only=False)))
    elif pa.types.is_date32(column.type):
        digest.update(column.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False))
    else:
        digest.update(column.fill_null(0).to_numpy(zero_copy_only=False))
