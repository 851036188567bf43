"""A table as a pandas frame, for those who hold it in their hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from explorer.formats.cells import numbers
from explorer.formats.chunks import chunks, schema
from explorer.formats.columns import Table

if TYPE_CHECKING:
    import pandas as pd


def frame(table: Table) -> pd.DataFrame:
    """Read all rows; scores and amounts are floats, amounts in units, dates datetime64, as in the Parquet export."""
    arrays = [
        pa.record_batch([numbers(c, a) for c, a in zip(table.columns, chunk.columns, strict=True)], table.names)
        for chunk in chunks(table)
    ]
    if not arrays:
        arrays = [pa.RecordBatch.from_pylist([], schema=schema(table))]
    frame: pd.DataFrame = pa.Table.from_batches(arrays).to_pandas(date_as_object=False)
    return frame
