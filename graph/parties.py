"""The parties' attributes beside the snapshot: one memory-mapped Arrow table in the order of the ids.

A party's row number here is its number in every array of the snapshot.
"""

from __future__ import annotations

from bisect import bisect_left
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
    columns = [
        _coded(column.combine_chunks()) if name != "name" else column.combine_chunks()
        for name, column in zip(table.column_names, table.columns, strict=True)
    ]
    batch = pa.RecordBatch.from_arrays(columns, table.column_names)
    with pa.OSFile(str(folder / FILE), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)


def _coded(column: pa.Array) -> pa.Array:
    """Give texts of few different values as numbers into a dictionary, which many rows are taken from sooner."""
    if column.type != pa.string() or not len(column):
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
        self._cased: tuple[NDArray[np.int64], pa.Array] | None = None
        self._codes: dict[str, tuple[NDArray[np.int32], pa.Array]] = {}

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
        """A text column as numbers into its distinct texts, -1 where empty; made once."""
        found = self._codes.get(name)
        if found is None:
            column = self._kept(name)
            coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
            numbers = coded.indices.fill_null(-1) if coded.null_count else coded.indices
            found = self._codes[name] = numbers.to_numpy(zero_copy_only=False), coded.dictionary
        return found

    def find(self, party_id: str) -> int | None:
        """The row of an id, by binary search: ids are sorted by code point."""
        ids, at = self.column("party_id"), self._place(party_id)
        return at if at < len(ids) and ids[at].as_py() == party_id else None

    def _place(self, part: str, *, after: bool = False) -> int:
        """Where ids from `part` on begin or, `after`, those that neither begin with it nor come before it."""
        ids = self.column("party_id")

        def before(row: int) -> bool:
            text: str = ids[row].as_py()
            return text < part or (after and text.startswith(part))

        return bisect_left(range(len(ids)), 1, key=lambda row: not before(row))

    def named(self, name: str) -> NDArray[np.int64]:
        """Rows of all parties that bear this whole name."""
        return self.where("name", [name])

    def containing(self, part: str) -> NDArray[np.int64]:
        """Rows of all parties whose name has `part` in it, whatever the case of its letters."""
        if part and part.upper() == part.lower():
            return _holding(self.column("name"), part)
        # Letters are few among Chinese names, and to look for them in any case takes ten times as long.
        rows, names = self._lettered()
        found = pc.match_substring(names, part, ignore_case=True)
        return rows[np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)]

    def _lettered(self) -> tuple[NDArray[np.int64], pa.Array]:
        """Rows of the parties whose names have letters with a case, and these names; found once."""
        if self._cased is None:
            names = self.column("name")
            cased = pc.not_equal(pc.utf8_upper(names), pc.utf8_lower(names))
            rows = np.flatnonzero(np.asarray(cased.fill_null(False).to_numpy(zero_copy_only=False), np.bool_))
            self._cased = rows, names.take(pa.array(rows))
        return self._cased

    def beginning(self, part: str) -> NDArray[np.int64]:
        """Rows of all parties whose id begins with `part`; ids are sorted, so they stand together."""
        return np.arange(self._place(part), self._place(part, after=True))

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


def _holding(texts: pa.Array, part: str) -> NDArray[np.int64]:
    """Rows of the texts that have `part`, which is not empty, in them; several times as fast as Arrow's search."""
    _, places, content = texts.buffers()
    starts = np.frombuffer(places, np.int32, len(texts) + 1, texts.offset * 4)
    data = np.frombuffer(content or b"", np.uint8)[: starts[-1]]
    wanted = part.encode()
    telling = len(part[0].encode()) - 1  # the last byte of a sign differs most among Chinese ones
    at = np.flatnonzero(data[telling:] == wanted[telling])
    at = at[(at >= starts[0]) & (at + len(wanted) <= len(data))]
    for i, byte in enumerate(wanted):
        if not len(at):
            break
        at = at[data[at + i] == byte]
    row = np.searchsorted(starts, at, "right") - 1
    found: NDArray[np.int64] = np.unique(row[at + len(wanted) <= starts[row + 1]])
    return found
