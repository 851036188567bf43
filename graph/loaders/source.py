"""A file whose bytes have become columns, cells still as given: what `read` hands to `check`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.loaders.files import Format
from graph.loaders.mapping import Entry
from graph.loaders.sql import scanned

ROW_NUMBER = "file_row_number"
"""DuckDB's name for the place of a row in a Parquet file."""
FILE = "filename"
"""DuckDB's name for the file of a row, where several are scanned at once."""


@dataclass(frozen=True)
class Scan:
    """A Parquet file to scan: the given one, or the staged cells of another format.

    Or a folder of them, `parts`: then `path` is a table of where each one's rows begin (see graph.loaders.parted).

    A staged one has all cells as text in columns c0, c1, …, the physical `line`, and `ragged`: the text of a row
    that has another number of cells than the head, else NULL.
    """

    path: Path
    format: Format
    headers: tuple[tuple[str, str], ...]
    """(header as given, column of the Parquet file)"""
    rows: int
    staged: bool = True
    encoding: str = ""
    broken: bool = False
    """Some bytes fit no encoding: cells with U+FFFD are unreadable."""
    parts: tuple[tuple[str, Path], ...] = ()
    """(path inside the folder of tables, path) of the files of a folder, in the order of their rows"""

    @property
    def sql(self) -> str:
        """What the cells are selected from; unless they are staged, with each row's place among all, from 0."""
        if not self.parts:
            return f"read_parquet({scanned(self.path)}{'' if self.staged else f', {ROW_NUMBER} = true'})"
        files = ", ".join(scanned(path) for _, path in self.parts)
        options = f"{ROW_NUMBER} = true, {FILE} = true, union_by_name = true, hive_partitioning = false"
        cells, parts = f"read_parquet([{files}], {options}) AS cells", f"read_parquet({scanned(self.path)}) AS parts"
        place = f"part_start + cells.{ROW_NUMBER} AS {ROW_NUMBER}"
        return f"(SELECT * REPLACE ({place}) FROM {cells} JOIN {parts} USING ({FILE}))"


@dataclass(frozen=True)
class Source:
    """One file read as one table. `columns`: our name to the scan's; `drop`: scan's column to dropped cells."""

    table: str
    file: str
    scan: Scan
    entry: Entry
    columns: Mapping[str, str]
    drop: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Sources:
    """All that was read from a folder, and the files in it that belong to no table."""

    sources: tuple[Source, ...]
    unknown_files: tuple[str, ...]

    def of(self, table: str) -> tuple[Source, ...]:
        return tuple(source for source in self.sources if source.table == table)
