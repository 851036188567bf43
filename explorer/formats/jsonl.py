"""JSON lines: one object a line in the table's order of columns, UTF-8 without a byte order mark."""

from __future__ import annotations

import json
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.formats.cells import joined, raw, texts
from explorer.formats.columns import Column, Table
from explorer.formats.lines import write_lines

# The backslash first: what the others are replaced by begins with one.
ESCAPES = {sign: json.dumps(sign)[1:-1] for sign in ("\\", '"', *map(chr, range(32)))}


def write(table: Table, stream: BinaryIO, _encoding: str) -> int:
    """Write all rows and return their number; JSON is UTF-8 by its standard, whatever the encoding asked for."""
    return write_lines(table, stream, lambda chunk: joined(_parts(table.columns, chunk.columns), ""))


def _parts(columns: tuple[Column, ...], arrays: list[pa.Array]) -> list[pa.Array | pa.Scalar]:
    """What stands between the cells, and the cells; quotes go with the former where no cell is null."""
    parts: list[pa.Array | pa.Scalar] = []
    between = "{"
    for column, array in zip(columns, arrays, strict=True):
        cells = _escaped(array) if column.kind == "text" else texts(column, array)
        quote = '"' if column.kind in ("text", "date") else ""
        if cells.null_count:
            cells = pc.fill_null(pc.binary_join_element_wise(quote, cells, quote, ""), "null")
            quote = ""
        name = json.dumps(column.name, ensure_ascii=False)
        parts += [pa.scalar(f"{between}{name}:{quote}"), cells]
        between = f"{quote},"
    return [*parts, pa.scalar(between[:-1] + "}\n")]


def _escaped(array: pa.StringArray) -> pa.StringArray:
    together = bytes(raw(array))
    plain = b'"' not in together and b"\\" not in together
    if plain and (not together or np.frombuffer(together, np.uint8).min() >= 32):
        return array
    for sign, escape in ESCAPES.items():
        if sign.encode() in together:
            array = pc.replace_substring(array, sign, escape)
    return array
