"""Looking into the Parquet files that sources are scanned from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from explorer.errors import BadTables
from graph.loaders.parted import first_damaged
from graph.loaders.source import Source

if TYPE_CHECKING:
    import duckdb


def column_types(db: duckdb.DuckDBPyConnection, source: Source) -> Mapping[str, str]:
    """DuckDB's type of every column, by its name."""
    with damaged(source):
        rows = db.execute(f"DESCRIBE SELECT * FROM {source.scan.sql}").fetchall()
    return {row[0]: row[1] for row in rows}


@contextmanager
def damaged(source: Source) -> Iterator[None]:
    """Say which Parquet file it was where DuckDB finds one damaged; a full disk or memory stays what it is."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        files = source.scan.parts or ((source.file, source.scan.path),)
        named = [file for file, path in files if str(path) in str(error)]
        elsewhere = isinstance(error, duckdb.IOException) and not named
        if source.scan.staged or elsewhere or isinstance(error, duckdb.OutOfMemoryException | duckdb.BinderException):
            raise
        file = named[0] if named else first_damaged(source.scan.parts) or source.file
        raise BadTables("file_unreadable", file=file, why=error) from error
