"""What changed since a former export of `dig`: each prospect new, up, down or the same, and how many are gone."""

from __future__ import annotations

import codecs
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, json, parquet
from python_calamine import CalamineError, load_workbook

from explorer.errors import InputError
from explorer.formats import ENDINGS
from explorer.formats.chunks import chunks
from explorer.formats.columns import Column, Table
from explorer.formats.guard import unguarded

KEY = ("anchor_id", "direction", "prospect_id")
FORMER = pa.schema([*((name, pa.string()) for name in KEY), ("rank", pa.int64())])
NAMES = FORMER.names
CHANGES = pa.array(["new", "up", "same", "down"])
BLOCK = 1 << 20
SEPARATOR = "\n"
"""Stands between the parts of a key: no id holds a control character."""


class Since:
    """Compare today's answer with a former one: `table` adds the column `change`, then `gone` is known.

    `gone` counts the former rows of the anchors and directions dug now that today's rows do not name; those of an
    anchor that finds nobody today count too, so the anchors and directions are given, not taken from the rows.
    """

    def __init__(self, path: Path, anchor_ids: pa.Array, directions: Iterable[str]) -> None:
        """Read a former CSV, JSON, Parquet or XLSX export; raise InputError where the file is none."""
        former = _read(path)
        dug = pc.is_in(former["anchor_id"], pa.array(anchor_ids).cast(pa.string()))
        dug = pc.and_(dug, pc.is_in(former["direction"], pa.array(list(directions), pa.string())))
        former = former.filter(dug).sort_by("anchor_id")
        runs = pc.run_end_encode(former["anchor_id"].combine_chunks(), run_end_type=pa.int64())
        self._anchors: list[str] = runs.values.to_pylist()
        self._starts = [0, *runs.run_ends.to_pylist()]
        self._keys = _keys(former.columns[:3])
        self._ranks = former["rank"].combine_chunks()
        if pc.count_distinct(self._keys).as_py() < len(self._keys):
            raise InputError("since_repeats", file=path.name)
        self.gone = len(self._keys)

    def table(self, table: Table) -> Table:
        """Append the column `change`; rows keep their order and are read once, and `gone` shrinks on the way.

        up means a better, that is smaller, rank than before.
        """
        places = [table.names.index(name) for name in NAMES]
        return Table((*table.columns, Column("change", "text")), self._changed(table, places))

    def _changed(self, table: Table, places: list[int]) -> Iterator[pa.RecordBatch]:
        for batch in chunks(table):
            change = CHANGES.take(self._change([batch.column(at) for at in places]))
            names = [*batch.schema.names, "change"]
            yield pa.RecordBatch.from_arrays([*batch.columns, change], names=names)

    def _change(self, columns: list[pa.Array]) -> pa.Array:
        """Tell each row's place in `CHANGES`, searching only the former rows between its first and last anchor."""
        start, end = self._between(columns[0])
        found = pc.index_in(_keys(columns[:3]), value_set=self._keys.slice(start, end - start))
        self.gone -= len(found) - found.null_count
        before = self._ranks.slice(start, end - start).take(found)
        moved = np.sign(pc.subtract(columns[3], before).fill_null(0).to_numpy(zero_copy_only=False)) + 2
        return pc.if_else(pc.is_null(found), 0, pa.array(moved))

    def _between(self, anchor_ids: pa.Array) -> tuple[int, int]:
        ends = pc.min_max(anchor_ids)
        if not ends["min"].is_valid:
            return 0, 0
        first = bisect_left(self._anchors, ends["min"].as_py())
        return self._starts[first], self._starts[bisect_right(self._anchors, ends["max"].as_py())]


def _keys(columns: list[Any]) -> Any:
    """One text a row; large strings, because the keys of a province run over the 2 GiB of plain ones."""
    large = [column.cast(pa.large_string()) for column in columns]
    keys = pc.binary_join_element_wise(*large, pa.scalar(SEPARATOR, pa.large_string()))
    return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys


def _read(path: Path) -> pa.Table:
    """Read the four columns of a former export by its ending, as `FORMER`."""
    if not path.is_file():
        raise InputError("since_absent", file=path.name)
    try:
        found = READERS[ENDINGS.get(path.suffix.lower(), "csv")](path)
        missing = [name for name in NAMES if name not in found.column_names or found[name].null_count]
        former = found if missing else found.select(NAMES).cast(FORMER)
    except (pa.ArrowException, UnicodeError, CalamineError) as error:
        raise InputError("since_unreadable", file=path.name, reason=str(error).partition("\n")[0]) from error
    if missing:
        raise InputError("since_columns", file=path.name, columns=", ".join(missing))
    return former


def _csv(path: Path) -> pa.Table:
    read = csv.ReadOptions(encoding=_encoding(path), block_size=BLOCK)
    parse = csv.ParseOptions(newlines_in_values=True)
    with csv.open_csv(path, read, parse) as head:
        names = [name for name in NAMES if name in head.schema.names]
    kinds = {name: FORMER.field(name).type for name in names}
    return _undone(csv.read_csv(path, read, parse, csv.ConvertOptions(column_types=kinds, include_columns=names)))


def _encoding(path: Path) -> str:
    """Find by trying whether a file is UTF-8; what is not is GB18030."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        try:
            while block := stream.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8"


def _json(path: Path) -> pa.Table:
    if not path.stat().st_size:  # an export without rows has no lines
        return FORMER.empty_table()
    options = json.ParseOptions(explicit_schema=FORMER, unexpected_field_behavior="ignore")
    return json.read_json(path, parse_options=options)


def _parquet(path: Path) -> pa.Table:
    with parquet.ParquetFile(path) as file:
        return file.read(columns=NAMES)


def _xlsx(path: Path) -> pa.Table:
    with load_workbook(path) as book:
        rows = book.get_sheet_by_index(0).iter_rows()
        head = next(rows, [])
        places = {name: head.index(name) for name in NAMES if name in head}
        columns: dict[str, list[Any]] = {name: [] for name in places}
        for row in rows:
            for name, at in places.items():
                columns[name].append(row[at])
    kinds = {**dict.fromkeys(KEY, pa.string()), "rank": pa.float64()}
    return _undone(pa.table({name: pa.array(cells, kinds[name]) for name, cells in columns.items()}))


def _undone(table: pa.Table) -> pa.Table:
    """Take the formula guard off the ids again."""
    for at, name in enumerate(table.column_names):
        if name in KEY:
            ids = unguarded(table[name].cast(pa.string()).combine_chunks())
            table = table.set_column(at, name, ids)
    return table


READERS: dict[str, Callable[[Path], pa.Table]] = {"csv": _csv, "json": _json, "parquet": _parquet, "xlsx": _xlsx}
