"""Bonds between parties beside the snapshot: ties, referrals, ownership, guarantees, memberships, with their facts.

One Arrow file for each kind, in the folder `bonds`: party numbers `a` and `b` (of a membership, the number of the
group among the sorted group ids), then the properties that the model gives the relationship. Rows are sorted by all
their columns, empty cells last, and are laid in pieces of `PIECE` rows, so that the same rows are the same bytes,
whoever wrote them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.errors import StoreError
from graph.algorithms.network import MISSING
from graph.model import NODE, RELATION, Property, Type

FOLDER = "bonds"
GROUPS = "groups"
RELATIONS = {
    "ties": "KNOWS", "referrals": "REFERRED", "ownership": "OWNS", "guarantees": "GUARANTEES",
    "memberships": "MEMBER_OF",
}  # fmt: skip
"""Each kind of bond and its relationship in the model; `groups` lie beside them."""
PIECE = 1 << 20
TYPES: dict[Type, pa.DataType] = {
    "STRING": pa.string(), "INT64": pa.int64(), "DOUBLE": pa.float64(), "DATE": pa.date32(), "BOOL": pa.bool_(),
}  # fmt: skip


def _fields(properties: Iterable[Property]) -> list[pa.Field]:
    return [pa.field(one.name, TYPES[one.type]) for one in properties]


_ENDS = [pa.field("a", pa.int32()), pa.field("b", pa.int32())]
SCHEMAS = {name: pa.schema(_ENDS + _fields(RELATION[of].properties)) for name, of in RELATIONS.items()}
SCHEMAS[GROUPS] = pa.schema(_fields(NODE["Group"].properties))


def save_sorted(folder: Path, name: str, batches: Iterable[pa.RecordBatch]) -> None:
    """Write the rows of one kind, which come in their order, `PIECE` of them at a time."""
    path, schema = folder / FOLDER / f"{name}.arrow", SCHEMAS[name]
    path.parent.mkdir(parents=True, exist_ok=True)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for piece in _pieces(batches, schema):
            writer.write_batch(piece)


def save(folder: Path, name: str, table: pa.Table) -> None:
    """Write the rows of one kind, which come in any order."""
    table = table.select(SCHEMAS[name].names).cast(SCHEMAS[name])
    order = pc.sort_indices(table, [(column, "ascending") for column in table.column_names])  # empty cells last
    save_sorted(folder, name, table.take(order).to_batches())


def _pieces(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= PIECE:
            table = pa.Table.from_batches(waiting)
            whole = len(table) - len(table) % PIECE
            yield from (_piece(table.slice(start, PIECE), schema) for start in range(0, whole, PIECE))
            waiting = table.slice(whole).to_batches()
    if waiting:
        yield _piece(pa.Table.from_batches(waiting), schema)


def _piece(table: pa.Table, schema: pa.Schema) -> pa.RecordBatch:
    columns = [_plain(table[one.name].cast(one.type).combine_chunks()) for one in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _plain(column: pa.Array) -> pa.Array:
    """Put zeros where nothing stands: what lies under an empty cell is no content."""
    if not column.null_count:
        return column
    empty = pa.scalar("" if pa.types.is_string(column.type) else 0).cast(_plain_type(column.type)).cast(column.type)
    filled = pa.concat_arrays([column.fill_null(empty)])
    valid = np.packbits(column.is_valid().to_numpy(zero_copy_only=False), bitorder="little")
    buffers = [pa.py_buffer(valid), *filled.buffers()[1:]]
    return pa.Array.from_buffers(column.type, len(column), buffers, offset=0)


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return pa.int32() if pa.types.is_date32(kind) else kind


class Bonds:
    """All bonds of a load, mapped into memory; rows by (a, b)."""

    def __init__(self, folder: Path) -> None:
        """Raises StoreError `snapshot_unreadable` where a file is missing, garbled or of another model."""
        self.tables: dict[str, pa.Table] = {}
        for name, schema in SCHEMAS.items():
            try:
                table = pa.ipc.open_file(pa.memory_map(str(folder / FOLDER / f"{name}.arrow"))).read_all()
            except (OSError, pa.ArrowInvalid) as error:
                raise StoreError("snapshot_unreadable", folder=folder) from error
            if table.schema != schema:
                raise StoreError("snapshot_unreadable", folder=folder)
            self.tables[name] = table

    def ends(self, name: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """`a` and `b` of all rows of a kind."""
        a, b = (self.tables[name][end].to_numpy() for end in "ab")
        return a, b

    def numbers(self, name: str, column: str) -> NDArray[np.float64]:
        """A column of numbers, NaN where empty."""
        found: NDArray[np.float64] = self.tables[name][column].to_numpy()
        return found

    def days(self, name: str) -> NDArray[np.int32]:
        """Dates of all rows as days since 1970-01-01, MISSING where empty."""
        days: NDArray[np.int32] = self.tables[name]["date"].cast(pa.int32()).fill_null(MISSING).to_numpy()
        return days

    def codes(self, name: str, column: str) -> tuple[NDArray[np.int32], list[str]]:
        """A column of texts as numbers into the list of its distinct texts, -1 where empty."""
        coded = self.tables[name][column].dictionary_encode().combine_chunks()
        if isinstance(coded, pa.ChunkedArray):  # of no rows
            return np.empty(0, np.int32), []
        numbers: NDArray[np.int32] = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return numbers, coded.dictionary.to_pylist()

    def between(self, name: str, a: int, b: int) -> list[dict[str, Any]]:
        """The rows of a kind from `a` to `b`, as the model's properties."""
        from_, to = self.ends(name)
        low, high = np.searchsorted(from_, a), np.searchsorted(from_, a, "right")
        low, high = low + np.searchsorted(to[low:high], b), low + np.searchsorted(to[low:high], b, "right")
        rows: list[dict[str, Any]] = self.tables[name].slice(low, high - low).to_pylist()
        return rows
