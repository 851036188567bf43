"""CSV: one head, `\\n` after each row, quotes only where a cell needs them, formulas defused."""

from __future__ import annotations

from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from explorer.formats.cells import joined, raw, texts
from explorer.formats.columns import Column, Table
from explorer.formats.guard import guarded
from explorer.formats.lines import write_lines

STRUCTURE = (b'"', b",", b"\n", b"\r")


def write(table: Table, stream: BinaryIO, encoding: str) -> int:
    """Write all rows in `encoding` (utf-8-sig, utf-8 or gb18030) and return their number."""
    head = [_text(pa.array([name])) for name in table.names]
    stream.write(_encoded(_lines(head), encoding))
    plain = "utf-8" if encoding == "utf-8-sig" else encoding  # the mark stands once, before the head

    def worded(chunk: pa.RecordBatch) -> bytes | memoryview:
        cells = [_cell(*pair) for pair in zip(table.columns, chunk.columns, strict=True)]
        return _encoded(_lines(cells), plain)

    return write_lines(table, stream, worded)


def _lines(cells: list[pa.StringArray]) -> memoryview:
    if len(cells) == 1:  # readers skip an empty line, so the only cell of a row says that it is empty
        cells = [pc.if_else(pc.equal(pc.fill_null(cells[0], ""), ""), '""', cells[0])]
    last = pc.binary_join_element_wise(cells[-1], "\n", "", null_handling="replace")
    return joined([*cells[:-1], last], ",")


def _encoded(lines: memoryview, encoding: str) -> bytes | memoryview:
    return lines if encoding == "utf-8" else str(lines, "utf-8").encode(encoding)


def _cell(column: Column, array: pa.Array) -> pa.StringArray:
    return _text(array) if column.kind == "text" else texts(column, array)


def _text(array: pa.StringArray) -> pa.StringArray:
    array = guarded(array)
    together = bytes(raw(array))
    if not any(sign in together for sign in STRUCTURE):
        return array
    needed = pc.match_substring_regex(array, '[",\r\n]')
    doubled = pc.replace_substring(array, '"', '""') if b'"' in together else array
    return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), array)
