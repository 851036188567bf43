"""A sheet of an XLSX file into a staged Parquet file: typed cells as the text a person would have typed."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from explorer.errors import BadTables
from graph.loaders.files import TableFile
from graph.loaders.source import Scan

LONG = 10**15


def stage_xlsx(file: TableFile, target: Path) -> Scan:
    """Turn the mapped sheet, else the first, into Parquet at `target`. Raises BadTables: no workbook, no sheet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [(line, row) for line, row in enumerate(_sheet(file), 1) if any(cell.strip() for cell in row)]
    if not rows:
        raise BadTables("file_empty", file=file.name)
    (_, head), *body = rows
    columns = [pa.array([line for line, _ in body], pa.int64()), pa.nulls(len(body), pa.string())]
    columns += [pa.array([row[i] for _, row in body], pa.string()) for i in range(len(head))]
    names = [f"c{i}" for i in range(len(head))]
    pq.write_table(pa.table(columns, ["line", "ragged", *names]), target, compression="lz4")
    return Scan(target, file.format, tuple(zip(head, names, strict=True)), len(body))


def _sheet(file: TableFile) -> list[list[str]]:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(file.path)
        if file.entry.sheet and file.entry.sheet not in book.sheet_names:
            raise BadTables(
                "sheet_missing", file=file.name, sheet=file.entry.sheet, sheets=", ".join(book.sheet_names)
            )
        sheet = book.get_sheet_by_name(file.entry.sheet) if file.entry.sheet else book.get_sheet_by_index(0)
        return [[_text(cell, file.entry.decimal) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (calamine.CalamineError, IndexError) as error:
        raise BadTables("file_unreadable", file=file.name, why=error) from None


def _text(cell: Any, decimal: str) -> str:
    """A number of over 15 digits keeps its exponent, so that an id column can refuse what Excel has rounded.

    A fraction is written with the mapping's sign, as the texts beside it are: 12.345 would else be twelve thousand.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        if abs(cell) >= LONG:
            return f"{cell:.15E}"
        return str(int(cell)) if cell == int(cell) else repr(cell).replace(".", decimal)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return (
        cell.isoformat(" ")
        if isinstance(cell, datetime)
        else cell.isoformat()
        if isinstance(cell, date | time)
        else str(cell)
    )
