"""Which file of the folder holds which table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from explorer.errors import BadTables
from graph.loaders.mapping import Entry, Mapping
from graph.model import TABLE, TABLES

Format = Literal["csv", "csv.gz", "parquet", "xlsx"]
FORMATS: tuple[Format, ...] = ("csv.gz", "csv", "parquet", "xlsx")


@dataclass(frozen=True)
class TableFile:
    """One file to be read as one table; `name` is its path inside the folder."""

    entry: Entry
    path: Path
    name: str
    format: Format


def find_files(folder: Path, mapping: Mapping) -> tuple[tuple[TableFile, ...], tuple[str, ...]]:
    """Find the files of all tables, in the model's order, and the names of files that belong to none.

    Raises BadTables: no such folder, two files for one table, a mapped file that is missing.
    """
    if not folder.is_dir():
        raise BadTables("folder_missing", folder=folder)
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "~$")))
    by_table: dict[str, list[str]] = {}
    for name in names:
        stem, _ = _split(name)
        if stem in TABLE:
            by_table.setdefault(stem, []).append(name)
    found: list[TableFile] = []
    for table in TABLES:
        if table.name in mapping.tables:
            for entry in mapping.tables[table.name]:
                found += _mapped(folder, entry, by_table.get(table.name, []))
        elif table.name in by_table:
            found.append(_file(folder, Entry(table.name), _single(table.name, by_table[table.name])))
    used = {file.name for file in found}
    return tuple(found), tuple(name for name in names if name not in used)


def _mapped(folder: Path, entry: Entry, defaults: list[str]) -> list[TableFile]:
    if not entry.file:
        if not defaults:
            raise BadTables("table_without_file", table=entry.table, folder=folder)
        return [_file(folder, entry, _single(entry.table, defaults))]
    if any(sign in entry.file for sign in "*?"):
        names = sorted(path.relative_to(folder).as_posix() for path in folder.glob(entry.file) if path.is_file())
    else:
        names = [entry.file] if (folder / entry.file).is_file() else []
    if not names:
        raise BadTables("mapping_file", table=entry.table, file=entry.file, folder=folder)
    return [_file(folder, entry, name) for name in names]


def _single(table: str, names: list[str]) -> str:
    if len(names) > 1:
        raise BadTables("table_twice", table=table, files=", ".join(names))
    return names[0]


def _file(folder: Path, entry: Entry, name: str) -> TableFile:
    _, format_ = _split(name)
    if format_ not in FORMATS:
        raise BadTables("file_format", file=name, formats=", ".join(FORMATS))
    return TableFile(entry, folder / name, name, format_)


def _split(name: str) -> tuple[str, str]:
    """Split "Supplies.CSV.GZ" into table and format, ("", "") for a name that ends otherwise."""
    low = name.casefold()
    for ending in FORMATS:
        if low.endswith(f".{ending}"):
            return low[: -len(ending) - 1], ending
    return "", ""
