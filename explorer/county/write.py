"""Table files of the county: columns and types from the model, written piece by piece, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from explorer.county.dirt import Sprinkler
from graph.model import TABLES, Kind, Table

FileFormat = Literal["parquet", "csv"]
TYPES: dict[Kind, pa.DataType] = {
    "amount": pa.decimal128(18, 2),
    "number": pa.float64(),
    "share": pa.float64(),
    "count": pa.int32(),
    "date": pa.date32(),
}


def schema(table: Table, dirty: bool) -> pa.Schema:
    """Types of a table's columns; all text where unreadable cells have to fit in."""
    text = pa.string()
    return pa.schema([(c.name, text if dirty else TYPES.get(c.kind, text)) for c in table.columns])


class TableFile:
    """One table being written; `add` takes some rows of it, columns left out stay empty."""

    def __init__(self, path: Path, table: Table, sprinkler: Sprinkler | None) -> None:
        self._clean = schema(table, dirty=False)
        self._sprinkler = sprinkler
        self._table = table
        self._line = 2 if path.suffix == ".csv" else 1
        kinds = schema(table, dirty=sprinkler is not None)
        self._writer: Any = open_writer(path, kinds)

    def add(self, columns: Mapping[str, pa.Array]) -> None:
        length = len(next(iter(columns.values())))
        if not length:
            return
        arrays = [columns.get(field.name, pa.nulls(length, field.type)) for field in self._clean]
        rows = pa.Table.from_arrays(arrays, schema=self._clean)
        if self._sprinkler is not None:
            rows = self._sprinkler.sprinkle(self._table, rows, self._line)
        self._line += len(rows)
        self._writer.write_table(rows)

    def close(self) -> None:
        self._writer.close()


def open_writer(path: Path, kinds: pa.Schema) -> Any:
    """Open a Parquet or CSV writer, by the ending; every option that shapes the bytes is fixed here."""
    if path.suffix == ".csv":
        return pcsv.CSVWriter(path, kinds, write_options=pcsv.WriteOptions(quoting_style="needed"))
    return pq.ParquetWriter(
        path,
        kinds,
        version="2.6",
        compression="zstd",
        compression_level=1,
        store_schema=False,
        store_decimal_as_integer=True,
    )


@contextmanager
def open_tables(folder: Path, file_format: FileFormat, dirty: float, seed: int) -> Iterator[dict[str, TableFile]]:
    """Open one file for each table of the model, and the list of dirt where there is any."""
    with ExitStack() as stack:
        sprinkler = None
        if dirty:
            (folder / "sprinkled").mkdir()
            sprinkler = Sprinkler(folder / "sprinkled" / "dirt.csv", dirty, seed)
            stack.callback(sprinkler.close)
        files = {}
        for table in TABLES:
            files[table.name] = TableFile(folder / f"{table.name}.{file_format}", table, sprinkler)
            stack.callback(files[table.name].close)
        yield files
