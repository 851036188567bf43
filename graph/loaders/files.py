"""Which file of the folder, or folder of Parquet files in it, holds which table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    """One file, or folder of Parquet files, to be read as one table; `name` is its path inside the folder."""

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
    shown = [path for path in folder.iterdir() if not path.name.startswith((".", "~$"))]
    names = sorted(path.name for path in shown if path.is_file())
    folders = [path.name for path in shown if _table(path.name) and is_parted(path)]
    by_table: dict[str, list[str]] = {}
    for name in sorted([*names, *folders]):
        if stem := _table(name):
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


def is_parted(folder: Path) -> bool:
    """Whether a folder holds Parquet files."""
    return folder.is_dir() and any(path.suffix.casefold() == ".parquet" for path in files_of(folder))


def flat(name: str, files: Iterable[str]) -> None:
    """Refuse files in subfolders that name no column, or not the columns that those of the first file name.

    `files` are their paths, which begin with `name`.
    """
    first: tuple[str, list[str]] | None = None
    for file in files:
        folders = file.removeprefix(name).strip("/").split("/")[:-1]
        if not all("=" in folder[1:] for folder in folders):
            raise BadTables("spark_subfolder", file=file, folder=name)
        keys = [folder.partition("=")[0] for folder in folders]
        first = first or (file, keys)
        if keys != first[1]:  # Spark would pass over some of them
            raise BadTables("spark_uneven", file=file, other=first[0], folder=name)


def files_of(folder: Path) -> Iterator[Path]:
    """All files below a folder but those that jobs leave for themselves."""
    for path in folder.rglob("*"):
        inside = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(("_", ".")) for part in inside):
            yield path


def _mapped(folder: Path, entry: Entry, defaults: list[str]) -> list[TableFile]:
    if not entry.file:
        if not defaults:
            raise BadTables("table_without_file", table=entry.table, folder=folder)
        return [_file(folder, entry, _single(entry.table, defaults))]
    if any(sign in entry.file for sign in "*?"):
        names = sorted(path.relative_to(folder).as_posix() for path in folder.glob(entry.file) if _is_table(path))
    else:
        names = [entry.file] if _is_table(folder / entry.file) else []
    if not names:
        raise BadTables("mapping_file", table=entry.table, file=entry.file, folder=folder)
    return [_file(folder, entry, name) for name in names]


def _single(table: str, names: list[str]) -> str:
    if len(names) > 1:
        raise BadTables("table_twice", table=table, files=", ".join(names))
    return names[0]


def _file(folder: Path, entry: Entry, name: str) -> TableFile:
    format_ = "parquet" if (folder / name).is_dir() else _split(name)[1]
    if format_ not in FORMATS:
        raise BadTables("file_format", file=name, formats=", ".join(FORMATS))
    return TableFile(entry, folder / name, name, format_)


def _is_table(path: Path) -> bool:
    return path.is_file() or is_parted(path)


def _table(name: str) -> str:
    """The table that a file or folder is named for, or nothing."""
    low = name.casefold()
    stem = low if low in TABLE else _split(name)[0]
    return stem if stem in TABLE else ""


def _split(name: str) -> tuple[str, str]:
    """Split "Supplies.CSV.GZ" into table and format, ("", "") for a name that ends otherwise."""
    low = name.casefold()
    for ending in FORMATS:
        if low.endswith(f".{ending}"):
            return low[: -len(ending) - 1], ending
    return "", ""
