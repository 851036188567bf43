"""The first verb, read: from a folder of files to columns of cells as given. It judges no row."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from explorer.errors import BadTables
from explorer.progress import Progress, steps
from graph.loaders.delimited import stage_csv
from graph.loaders.files import TableFile, find_files
from graph.loaders.mapping import Entry, Mapping
from graph.loaders.parted import stage_parts
from graph.loaders.source import FILE, ROW_NUMBER, Scan, Source, Sources
from graph.loaders.workbook import stage_xlsx
from graph.model import TABLE, Column


def read(folder: Path, mapping: Mapping, stage: Path, progress: Progress) -> Sources:
    """Find the tables in `folder` and turn their bytes into columns; text and XLSX are staged as Parquet in `stage`.

    Raises BadTables: no parties, two files for one table, a file that cannot be read, a column that is missing or
    stands twice, a mapping that names what is not there.
    """
    files, unknown = find_files(folder, mapping)
    if not any(file.entry.table == "parties" for file in files):
        raise BadTables("no_parties", folder=folder, unknown=", ".join(unknown) or "-")
    scans: dict[tuple[str, ...], Scan] = {}
    sources = []
    for file in steps(progress, "read", files):
        entry = file.entry
        key = (file.name, entry.sheet, entry.separator, entry.encoding, entry.decimal)
        if key not in scans:
            scans[key] = _scan(file, [each.entry for each in files], stage / f"given_{len(scans)}.parquet")
        sources.append(bind(file, scans[key]))
    return Sources(tuple(sources), unknown)


def _scan(file: TableFile, entries: list[Entry], target: Path) -> Scan:
    if file.path.is_dir():
        return _untaken(file, stage_parts(file.path, file.name, target))
    if file.path.stat().st_size == 0:
        raise BadTables("file_empty", file=file.name)
    if file.format == "parquet":
        return _parquet(file)
    if file.format == "xlsx":
        return stage_xlsx(file, target)
    wanted = {fold(header) for entry in entries for column in _columns(entry) for header in _headers(entry, column)}
    wanted |= {fold(header) for entry in entries for header in entry.drop}
    return stage_csv(file, target, lambda head: sum(fold(header) in wanted for header in head))


def _parquet(file: TableFile) -> Scan:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file.path) as parquet:
            names = parquet.schema_arrow.names
            rows = parquet.metadata.num_rows
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise BadTables("file_unreadable", file=file.name, why=error) from None
    return _untaken(file, Scan(file.path, file.format, tuple((name, name) for name in names), rows, staged=False))


def _untaken(file: TableFile, scan: Scan) -> Scan:
    """Refuse headers by which DuckDB tells where a row stands."""
    for taken in (ROW_NUMBER, FILE) if scan.parts else (ROW_NUMBER,):
        if taken in (fold(header) for header, _ in scan.headers):
            raise BadTables("header_taken", file=file.name, header=taken)
    return scan


def fold(header: str) -> str:
    """A header as it is compared: without white space around it, upper and lower case alike."""
    return header.strip().strip("\ufeff").strip().casefold()


def _columns(entry: Entry) -> tuple[Column, ...]:
    return TABLE[entry.table].columns


def _headers(entry: Entry, column: Column) -> tuple[str, ...]:
    return entry.columns.get(column.name, (column.name,))


def bind(file: TableFile, scan: Scan) -> Source:
    """Match headers with the table's columns; raises BadTables where one is missing or stands twice."""
    entry = file.entry
    by_name = {fold(header): place for header, place in reversed(scan.headers)}
    times = Counter(fold(header) for header, _ in scan.headers)
    found: dict[str, str] = {}
    for column in _columns(entry):
        present = [fold(header) for header in _headers(entry, column) if fold(header) in by_name]
        if present:
            if times[present[0]] > 1:
                raise BadTables("header_twice", file=file.name, header=present[0])
            found[column.name] = present[0]
        elif (column.required and column.name not in entry.constants) or (
            column.name in entry.columns and len(entry.columns[column.name]) == 1
        ):
            _missing(file, scan, column.name)
    dropping = {fold(header): values for header, values in entry.drop.items()}
    if dropping and not any(header in by_name for header in dropping):
        _missing(file, scan, " / ".join(entry.drop))
    used = {*found.values(), *dropping}
    return Source(
        entry.table,
        file.name,
        scan,
        entry,
        {name: by_name[header] for name, header in found.items()},
        {by_name[header]: values for header, values in dropping.items() if header in by_name},
        tuple(header for header, _ in scan.headers if fold(header) and fold(header) not in used),
    )


def _missing(file: TableFile, scan: Scan, column: str) -> None:
    entry = file.entry
    sought = ", ".join(entry.columns.get(column, (column,)))
    given = ", ".join(header for header, _ in scan.headers)
    raise BadTables("column_missing", file=file.name, table=entry.table, column=sought, given=given[:500])
