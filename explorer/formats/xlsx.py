"""XLSX: one sheet with a bold, frozen head; ids stay text, dates are dates; written row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from explorer.errors import InputError
from explorer.formats.cells import numbers, raw
from explorer.formats.chunks import chunks
from explorer.formats.columns import Column, Kind, Table
from explorer.formats.guard import guarded

MOST_ROWS = 1_048_575
"""What one sheet holds below its head."""
MOST_SIGNS = 32_767
EPOCH = 25_569
"""1970-01-01 counted in the days of a sheet."""
CREATED = datetime(2000, 1, 1)
"""The day every workbook says it was made: the same rows, the same bytes."""

SHOWN: dict[Kind, str] = {"score": "0.000000", "amount": "0.00", "date": "yyyy-mm-dd"}
WIDTHS = (8, 48)
ILLEGAL = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
ILLEGAL_BYTES = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


def write(table: Table, stream: BinaryIO, _encoding: str) -> int:
    """Write all rows and return their number.

    Raises InputError where the rows or a text are more than a sheet can hold; nothing is in `stream` then.
    """
    with TemporaryFile() as whole:  # an archive is written with seeking back, which a pipe cannot do
        rows = _write_book(table, whole)
        whole.seek(0)
        copyfileobj(whole, stream)
    return rows


def _write_book(table: Table, whole: IO[bytes]) -> int:
    book = Workbook(whole, {"constant_memory": True})
    book.set_properties({"created": CREATED})
    try:
        rows = _fill(book, table)
        book.close()
    except FileCreateError as error:
        raise error.args[0] from None
    finally:
        for sheet in book.worksheets():
            sheet._opt_close()
    return rows


def within_limit(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Pass batches on while a sheet can hold them; raise InputError before the first that is too much."""
    rows = 0
    for batch in batches:
        rows += batch.num_rows
        if rows > MOST_ROWS:
            raise InputError("xlsx_rows", most=MOST_ROWS)
        yield batch


def _fill(book: Workbook, table: Table) -> int:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for at, name in enumerate(table.names):
        sheet.write_string(0, at, name, bold)
        sheet.set_column(at, at, _width(name))
    writers = [_writer(sheet, book, column) for column in table.columns]
    rows = 0
    for chunk in chunks(Table(table.columns, within_limit(table.batches))):
        arrays = [_cells(*pair) for pair in zip(table.columns, chunk.columns, strict=True)]
        if not rows:
            _widen(sheet, table, arrays)
        _write_rows(writers, arrays, rows + 1)
        rows += chunk.num_rows
    return rows


def _write_rows(writers: list[Callable[[int, int, Any], Any]], arrays: list[pa.Array], first: int) -> None:
    values = zip(*(array.to_pylist() for array in arrays), strict=True)
    for row, cells in enumerate(values, first):
        for at, cell in enumerate(cells):
            if cell is not None:
                writers[at](row, at, cell)


def _writer(sheet: Worksheet, book: Workbook, column: Column) -> Callable[[int, int, Any], Any]:
    if column.kind == "text":
        return sheet.write_string  # type: ignore[no-any-return]
    if column.kind == "flag":
        return sheet.write_boolean  # type: ignore[no-any-return]
    shown = book.add_format({"num_format": SHOWN.get(column.kind, "General")})
    return lambda row, at, cell: sheet.write_number(row, at, cell, shown)


def _cells(column: Column, array: pa.Array) -> pa.Array:
    if column.kind == "text":
        return _text(array, column.name)
    if column.kind == "date":
        return pc.add(array.cast(pa.int32()), EPOCH)
    return numbers(column, array)


def _text(array: pa.StringArray, name: str) -> pa.StringArray:
    together = bytes(raw(array))
    if together and (np.frombuffer(together, np.uint8).min() < 32 or any(sign in together for sign in ILLEGAL_BYTES)):
        array = pc.replace_substring_regex(array, ILLEGAL, "")
    array = guarded(array)
    if b"</r>" in together:  # XlsxWriter takes <r>…</r> for markup of its own
        markup = pc.and_(pc.starts_with(array, "<r>"), pc.ends_with(array, "</r>"))
        array = pc.if_else(markup, pc.binary_join_element_wise("'", array, ""), array)
    if (pc.max(pc.utf8_length(array)).as_py() or 0) > MOST_SIGNS:
        raise InputError("xlsx_text", column=name, most=MOST_SIGNS)
    return array


def _widen(sheet: Worksheet, table: Table, arrays: list[pa.Array]) -> None:
    """Set column widths by the first rows, whose number is fixed, so that they too are the same every time."""
    for at, (column, array) in enumerate(zip(table.columns, arrays, strict=True)):
        width = 11.0 if column.kind == "date" else 0.0
        if column.kind == "text":
            # A sign of three bytes takes two places, one of one byte takes one.
            places = pc.divide(pc.add(pc.utf8_length(array), pc.binary_length(array)), 2)
            width = float(pc.max(places).as_py() or 0)
        sheet.set_column(at, at, max(_width(column.name), _clipped(width)))


def _width(name: str) -> float:
    return _clipped(len(name) + 2)


def _clipped(width: float) -> float:
    return min(max(width, WIDTHS[0]), WIDTHS[1])
