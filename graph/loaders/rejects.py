"""What was rejected, emptied or listed: the table `rejects`, and a file for the people who can mend it.

`kind`: reject (the row is lost), lost_with_party (lost only because its party was), emptied (an optional cell),
odd_flag (an unknown word taken for yes), conflict (files disagree about a party; the first one stays).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.loaders import cells
from graph.loaders.faults import IDENTICAL, Fault, faults
from graph.loaders.source import Scan
from graph.loaders.sql import literal, literals, scanned
from graph.loaders.typed import Typing
from graph.model import TABLES

if TYPE_CHECKING:
    import duckdb

ORDER = {table.name: place for place, table in enumerate(TABLES)}
CUT = 200
LISTED_SQL = """
SELECT part, part_line, "column", value, CASE WHEN kind = 'emptied' THEN 'emptied_' || reason ELSE reason END
FROM (
    SELECT rejects.*, coalesce(part_name, file) AS part, line - coalesce(part_start, 0) AS part_line
    FROM rejects ASOF LEFT JOIN reject_parts ON file = part_of AND line > part_start
) ORDER BY place, part, part_line, "column", reason
"""
HEAD = ("file", "line", "column", "value", "reason")
UNKNOWN = ("unknown_party", "unknown_subject")


def create(db: duckdb.DuckDBPyConnection) -> None:
    """Start an empty list of rejects."""
    db.execute(
        'CREATE TABLE rejects ("table" VARCHAR, place INTEGER, file VARCHAR, line BIGINT, "column" VARCHAR,'
        " value VARCHAR, reason VARCHAR, kind VARCHAR)"
    )


def know_parts(db: duckdb.DuckDBPyConnection, scans: Mapping[str, Scan]) -> None:
    """Remember where the files begin of those `scans` that are of folders: their rows are numbered through."""
    db.execute("CREATE TABLE reject_parts (part_of VARCHAR, part_name VARCHAR, part_start BIGINT)")
    for file, scan in scans.items():
        if scan.parts:
            rows = f"read_parquet({scanned(scan.path)}) WHERE part_rows > 0"
            db.execute(f"INSERT INTO reject_parts SELECT {literal(file)}, part_name, part_start FROM {rows}")


def collect(db: duckdb.DuckDBPyConnection, rows: str, typing: Typing, number: int) -> None:
    """List the faults of one source's rows in the table `rows`, with the cells as they were given."""
    known = faults(typing.table)
    codes = db.execute(
        f"SELECT DISTINCT row_fault FROM {rows}"
        f" WHERE row_source = $number AND row_fault BETWEEN 1 AND {IDENTICAL - 1}",
        {"number": number},
    ).fetchall()
    found = {code: known[code - 1] for (code,) in codes}
    if found:
        _insert(
            db,
            typing,
            f"SELECT row_line, row_fault FROM {rows} WHERE row_source = {number} AND row_fault IN ({_codes(found)})",
            found,
        )
    for bit, (column, kind) in enumerate(typing.listed()):
        some = f"FROM {rows} WHERE row_source = {number} AND row_fault = 0 AND (row_listed & {1 << bit}) <> 0"
        if db.execute(f"SELECT 1 {some} LIMIT 1").fetchone():
            reason = _emptied_reason(typing, column.name, kind)
            _insert(db, typing, f"SELECT row_line, 1 AS row_fault {some}", {1: Fault(reason, column.name)}, kind)


def write(db: duckdb.DuckDBPyConnection | None, path: Path) -> None:
    """Write all that is listed as CSV (UTF-8 with BOM), in the tables' order; without `db`, the head alone.

    Cells that were only emptied have the reason `emptied_…`.
    """
    write_lines(path, _lines(db) if db else ())


def write_lines(path: Path, batches: Iterable[Iterable[tuple[Any, ...]]]) -> None:
    """Write lines of HEAD below it, some at a time."""
    import csv

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        for batch in batches:
            writer.writerows(batch)


def _lines(db: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[Any, ...]]]:
    rows = db.execute(LISTED_SQL)
    while batch := rows.fetchmany(10_000):
        yield batch


def _insert(
    db: duckdb.DuckDBPyConnection, typing: Typing, rows: str, found: dict[int, Fault], kind: str = "reject"
) -> None:
    """Join the rows (row_line, row_fault) with the source again: only there are the cells as given."""
    table, file = typing.table.name, typing.source.file
    column = _by_fault({code: literal(fault.column) for code, fault in found.items()})
    reason = _by_fault({code: literal(fault.reason) for code, fault in found.items()})
    value = _by_fault({code: _cell(typing, fault) for code, fault in found.items()})
    given = (
        f"SELECT faulty.row_line AS line, {column} AS place, {reason} AS reason, coalesce({value}, '') AS value"
        f" FROM ({rows}) AS faulty JOIN (SELECT *, {typing.line} AS given_line FROM {typing.scan}) AS given"
        " ON given_line = faulty.row_line"
    )
    db.execute(
        f"INSERT INTO rejects SELECT {literal(table)}, {ORDER[table]}, {literal(file)}, line, place,"
        f" left(value, {CUT}), {_explained(typing.source.scan.broken)},"
        f" CASE WHEN reason = 'lost_with_party' THEN reason ELSE {literal(kind)} END"
        f" FROM (SELECT *, trim(value, {literal(cells.WHITE)}) AS id FROM ({given}))"
    )


def _by_fault(values: dict[int, str]) -> str:
    return f"CASE faulty.row_fault {' '.join(f'WHEN {code} THEN {sql}' for code, sql in values.items())} END"


def _explained(broken: bool) -> str:
    """An id that nobody lists may be one that nobody can list: then that is the reason."""
    unreadable = f"contains(id, {literal(cells.LOST_SIGN)})" if broken else "false"
    return (
        f"CASE WHEN reason NOT IN ('bad_id', {literals(UNKNOWN)}) THEN reason"
        f" WHEN regexp_full_match(id, {literal(cells.LONG_NUMBER)}) THEN 'long_number'"
        f" WHEN reason = 'bad_id' OR regexp_matches(id, {literal(cells.FORBIDDEN)}) THEN 'bad_id'"
        f" WHEN {unreadable} THEN 'unreadable' ELSE reason END"
    )


def _cell(typing: Typing, fault: Fault) -> str:
    if fault.reason == "ragged":
        return "given.ragged"
    return typing.raw(fault.column) if fault.column in typing.names else "''"


def _emptied_reason(typing: Typing, column: str, kind: str) -> str:
    if kind == "odd_flag":
        return kind
    shape = typing.table.column(column).kind
    return {"id": "bad_id", "date": "date", "text": "word" if column == "outcome" else "unreadable"}.get(
        shape, "unreadable" if shape in cells.TEXTS else "number"
    )


def _codes(found: dict[int, Fault]) -> str:
    return ", ".join(str(code) for code in found)
