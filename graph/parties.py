"""The parties' attributes beside the snapshot: one memory-mapped Arrow table in the order of the ids.

A party's row number here is its number in every array of the snapshot.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.errors import StoreError

FILE = "parties.arrow"
FEW = 8
"""A column is coded where each of its values stands for so many parties on average."""


def save(folder: Path, table: pa.Table) -> None:
    """Write `table` (sorted by party_id) as one record batch, so that every column is one piece of memory."""
    columns = [_coded(column.combine_chunks()) for column in table.columns]
    batch = pa.RecordBatch.from_arrays(columns, table.column_names)
    with pa.OSFile(str(folder / FILE), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)


def _coded(column: pa.Array) -> pa.Array:
    """Give texts of few different values as numbers into a dictionary, which many rows are taken from sooner."""
    if column.type != pa.string():
        return column
    coded = column.dictionary_encode()
    return coded if len(coded.dictionary) * FEW <= len(column) else column


class Parties:
    """Look parties up by id, name or attribute; all answers are row numbers."""

    def __init__(self, folder: Path) -> None:
        """Raises StoreError where the file is missing or garbled."""
        try:
            self.table: pa.Table = pa.ipc.open_file(pa.memory_map(str(folder / FILE))).read_all()
        except (OSError, pa.ArrowInvalid) as error:
            raise StoreError("snapshot_unreadable", folder=folder) from error
        self._flags: dict[str, NDArray[np.bool_]] = {}

    @classmethod
    def of(cls, table: pa.Table) -> Parties:
        """Parties at hand instead of those of a load: one piece a column, in any order, so not to be found by id."""
        parties = cls.__new__(cls)
        parties.table, parties._flags = table, {}
        return parties

    def __len__(self) -> int:
        return len(self.table)

    def column(self, name: str) -> pa.Array:
        """A column whole, its texts as texts."""
        column = self._kept(name)
        return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column

    def flag(self, name: str) -> NDArray[np.bool_]:
        """A column of yes and no, read-only; taken out of its bits once."""
        flag = self._flags.get(name)
        if flag is None:
            flag = np.asarray(self.column(name).to_numpy(zero_copy_only=False), np.bool_)
            flag.flags.writeable = False
            self._flags[name] = flag
        return flag

    def codes(self, name: str) -> tuple[NDArray[np.int32], pa.Array]:
        """A text column as numbers into its distinct texts, -1 where empty."""
        column = self._kept(name)
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        numbers = coded.indices.fill_null(-1) if coded.null_count else coded.indices
        return numbers.to_numpy(zero_copy_only=False), coded.dictionary

    def find(self, party_id: str) -> int | None:
        """The row of an id, by binary search: ids are sorted by code point."""
        ids = self.column("party_id")
        low, high = 0, len(ids)
        while low < high:
            middle = (low + high) // 2
            if ids[middle].as_py() < party_id:
                low = middle + 1
            else:
                high = middle
        return low if low < len(ids) and ids[low].as_py() == party_id else None

    def named(self, name: str) -> NDArray[np.int64]:
        """Rows of all parties that bear this whole name."""
        return self.where("name", [name])

    def containing(self, part: str) -> NDArray[np.int64]:
        """Rows of all parties whose name has `part` in it, whatever the case of its letters."""
        found = pc.match_substring(self.column("name"), part, ignore_case=True)
        return np.flatnonzero(found.to_numpy(zero_copy_only=False))

    def beginning(self, part: str) -> NDArray[np.int64]:
        """Rows of all parties whose id begins with `part`."""
        return np.flatnonzero(pc.starts_with(self.column("party_id"), part).to_numpy(zero_copy_only=False))

    def where(self, column: str, values: list[str]) -> NDArray[np.int64]:
        return np.flatnonzero(self.mask(column, values))

    def mask(self, column: str, values: list[str]) -> NDArray[np.bool_]:
        """Which parties have one of `values` in a text column."""
        return self._having(column, lambda texts: pc.is_in(texts, value_set=pa.array(values, pa.string())))

    def with_role(self, roles: list[str]) -> NDArray[np.bool_]:
        """Which parties have one of `roles` among their `;`-joined roles."""

        def met(texts: pa.Array) -> pa.Array:
            held = pc.binary_join_element_wise("", texts, "", ";")
            found = [pc.match_substring(held, f";{role};").to_numpy(zero_copy_only=False) for role in roles]
            return pa.array(np.logical_or.reduce(found)) if found else pa.array(np.zeros(len(texts), np.bool_))

        return self._having("roles", met)

    def _having(self, column: str, met: Callable[[pa.Array], pa.Array]) -> NDArray[np.bool_]:
        """Which parties have a text that `met` says yes to; it is asked once for each text that is coded."""
        coded = pa.types.is_dictionary(self._kept(column).type)
        numbers, texts = self.codes(column) if coded else (None, self._kept(column))
        said = np.asarray(pc.fill_null(met(texts), False).to_numpy(zero_copy_only=False), np.bool_)
        return said if numbers is None else np.append(said, False)[numbers]

    def take(self, column: str, rows: NDArray[Any]) -> pa.Array:
        """Values of a column at `rows`, maybe as a dictionary; a negative row gives null."""
        return self._kept(column).take(pa.array(rows, mask=rows < 0))

    def joined(self, column: str, paths: NDArray[np.int32]) -> pa.StringArray:
        """The texts of a column along each path, joined by `>`; -1 ends a path, and an empty path gives null."""
        from graph.algorithms.joining import join

        texts = self.column(column)
        _, places, data = texts.buffers()
        starts = np.frombuffer(places, np.int32, len(texts) + 1, texts.offset * 4)
        ends, joined = join(starts, np.frombuffer(data or b"", np.uint8), paths)
        whole = pa.StringArray.from_buffers(len(paths), pa.py_buffer(ends), pa.py_buffer(joined))
        none = paths[:, 0] < 0
        return pc.if_else(pa.array(none), None, whole) if none.any() else whole

    def _kept(self, name: str) -> pa.Array:
        column = self.table[name]
        return column.chunk(0) if column.num_chunks else pa.array([], column.type)
