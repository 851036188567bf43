"""CSV: one head, `\\n` after each row, quotes only where a cell needs them, formulas defused."""

from __future__ import annotations

from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from explorer.formats.cells import joined, raw, texts
from explorer.formats.chunks import chunks
from explorer.formats.columns import Column, Table
from explorer.formats.guard import guarded

STRUCTURE = (b'"', b",", b"\n", b"\r")


def write(table: Table, stream: BinaryIO, encoding: str) -> int:
    """Write all rows in `encoding` (utf-8-sig, utf-8 or gb18030) and return their number."""
    head = [_text(pa.array([name])) for name in table.names]
    stream.write(_encoded(_lines(head), encoding))
    rows = 0
    for chunk in chunks(table):
        cells = [_cell(*pair) for pair in zip(table.columns, chunk.columns, strict=True)]
        stream.write(_encoded(_lines(cells), "utf-8" if encoding == "utf-8-sig" else encoding))
        rows += chunk.num_rows
    return rows


def _lines(cells: list[pa.StringArray]) -> bytes:
    if len(cells) == 1:  # readers skip an empty line, so the only cell of a row says that it is empty
        cells = [pc.if_else(pc.equal(pc.fill_null(cells[0], ""), ""), '""', cells[0])]
    last = pc.binary_join_element_wise(cells[-1], "\n", "", null_handling="replace")
    return joined([*cells[:-1], last], ",")


def _encoded(lines: bytes, encoding: str) -> bytes:
    return lines if encoding == "utf-8" else lines.decode("utf-8").encode(encoding)


def _cell(column: Column, array: pa.Array) -> pa.StringArray:
    return _text(array) if column.kind == "text" else texts(column, array)


def _text(array: pa.StringArray) -> pa.StringArray:
    array = guarded(array)
    together = raw(array)
    if not any(sign in together for sign in STRUCTURE):
        return array
    needed = pc.match_substring_regex(array, '[",\r\n]')
    doubled = pc.replace_substring(array, '"', '""') if b'"' in together else array
    return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), array)
