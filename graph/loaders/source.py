"""A file whose bytes have become columns, cells still as given: what `read` hands to `check`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.loaders.files import Format
from graph.loaders.mapping import Entry


@dataclass(frozen=True)
class Scan:
    """A Parquet file to scan: the given one, or the staged cells of another format.

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
