"""JSON lines: one object a line in the table's order of columns, UTF-8 without a byte order mark."""

from __future__ import annotations

import json
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.formats.cells import joined, raw, texts
from explorer.formats.chunks import chunks
from explorer.formats.columns import Column, Table

# The backslash first: what the others are replaced by begins with one.
ESCAPES = {sign: json.dumps(sign)[1:-1] for sign in ("\\", '"', *map(chr, range(32)))}


def write(table: Table, stream: BinaryIO, _encoding: str) -> int:
    """Write all rows and return their number; JSON is UTF-8 by its standard, whatever the encoding asked for."""
    heads = [json.dumps(name, ensure_ascii=False) for name in table.names]
    before = [pa.scalar(f"{',' if at else '{'}{head}:") for at, head in enumerate(heads)]
    rows = 0
    for chunk in chunks(table):
        cells = [_value(*pair) for pair in zip(table.columns, chunk.columns, strict=True)]
        parts = [part for pair in zip(before, cells, strict=True) for part in pair]
        stream.write(joined([*parts, pa.scalar("}\n")], ""))
        rows += chunk.num_rows
    return rows


def _value(column: Column, array: pa.Array) -> pa.StringArray:
    cells = _escaped(array) if column.kind == "text" else texts(column, array)
    if column.kind in ("text", "date"):
        cells = pc.binary_join_element_wise('"', cells, '"', "")
    return pc.fill_null(cells, "null") if cells.null_count else cells


def _escaped(array: pa.StringArray) -> pa.StringArray:
    together = raw(array)
    plain = b'"' not in together and b"\\" not in together
    if plain and (not together or np.frombuffer(together, np.uint8).min() >= 32):
        return array
    for sign, escape in ESCAPES.items():
        if sign.encode() in together:
            array = pc.replace_substring(array, sign, escape)
    return array
