"""Files that people take away: any table of columns and batches as CSV, JSON lines, Parquet or XLSX."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from explorer.errors import BadSetting
from explorer.formats.columns import Column, Kind, Table, Written
from explorer.formats.files import Hashed, replacing

__all__ = ["ENDINGS", "FORMATS", "Column", "Kind", "Table", "Written", "format_of", "write", "write_stream"]

ENDINGS = {".csv": "csv", ".json": "json", ".jsonl": "json", ".parquet": "parquet", ".xlsx": "xlsx"}
FORMATS = {"csv": "csv", "json": "jsonl", "parquet": "parquet", "xlsx": "xlsx"}
"""Each file format and the module that writes it; loaded at need, since a cold command must not wait for all."""


def format_of(path: Path) -> str:
    """Tell the file format by the ending of `path`; raise BadSetting with the known ones."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise BadSetting("format_ending", file=path.name, endings=" ".join(ENDINGS))
    return ENDINGS[ending]


def write(table: Table, path: Path, *, file_format: str | None = None, encoding: str) -> Written:
    """Write all rows to `path`, in the format of its ending unless `file_format` names another.

    A failed export leaves the former file as it was. Raises BadSetting for an unknown ending and InputError for
    rows the format cannot hold or a place that cannot be written.
    """
    file_format = file_format or format_of(path)
    with replacing(path) as stream:
        hashed = Hashed(stream)
        rows = write_stream(table, hashed, file_format=file_format, encoding=encoding)
    return Written(rows, hashed.sha256)


def write_stream(table: Table, stream: BinaryIO, *, file_format: str, encoding: str) -> int:
    """Write all rows to a binary stream, which need not seek, and return their number."""
    module = import_module(f"explorer.formats.{FORMATS[file_format]}")
    rows: int = module.write(table, stream, encoding)
    return rows
