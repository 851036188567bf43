"""Export rows on Spark: batches of numbers with the parties at hand, worded by the columns of `explorer.exports`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from explorer.exports import PARTY, Rows, prospect_batch, string_batch
from explorer.formats import Column, Table
from explorer.formats.cells import numbers
from explorer.formats.chunks import chunks, schema
from explorer.view import View
from graph.algorithms.anchors import BEST, BestAnchors
from graph.algorithms.network import MISSING, Array, Graph
from graph.parties import Parties
from graph.spark import files
from graph.spark.told import PLACES

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SPARK = {
    "text": "string", "integer": "bigint", "score": "double", "amount": "bigint", "date": "date", "flag": "boolean",
    "number": "double",
}  # fmt: skip
"""How Spark calls the type of each kind of column; amounts are whole 1/100 until a file is written."""
READ = 1 << 16
ROWS_A_PART = 100_000
NO_ROUNDS: Any = None
"""Paths come with the rows here, so that what was learnt on the way is not needed."""


def ddl(columns: Sequence[Column]) -> str:
    """The columns as Spark declares them."""
    return ", ".join(f"{column.name} {SPARK[column.kind]}" for column in columns)


def as_parts(columns: tuple[Column, ...], batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """The values of rows as they are laid down: those of a Parquet export but for amounts, which stay exact."""
    for chunk in chunks(Table(columns, iter([batch]))):
        pairs = zip(columns, chunk.columns, strict=True)
        arrays = [array if column.kind == "amount" else numbers(column, array) for column, array in pairs]
        yield pa.RecordBatch.from_arrays(arrays, [column.name for column in columns])


def read_back(columns: tuple[Column, ...], folder: str) -> Table:
    """The rows of a folder that Spark wrote, part by part, as a table for any format of one machine."""

    def batches() -> Iterator[pa.RecordBatch]:
        fields = schema(Table(columns, iter(())))
        for part in files.parts(folder):
            with part, pq.ParquetFile(part) as file:
                for batch in file.iter_batches(READ, columns=fields.names):
                    yield pa.RecordBatch.from_arrays(batch.columns, schema=fields)

    return Table(columns, batches())


def exported(spark: SparkSession, columns: tuple[Column, ...], folder: str) -> DataFrame:
    """The rows of a folder that Spark wrote, in their order, with the values of the one machine's Parquet export."""
    from pyspark.sql import functions as f

    rows = spark.read.schema(ddl(columns)).parquet(folder)
    values = [
        (f.col(column.name).cast("double") / 100.0).alias(column.name) if column.kind == "amount" else column.name
        for column in columns
    ]
    place = [f.col("_metadata.file_name").alias("row_file"), f.col("_metadata.row_index").alias("row_line")]
    return in_order(rows.select(*values, *place), ("row_file", "row_line"), rows.count()).drop("row_file", "row_line")


def in_order(rows: DataFrame, order: tuple[str, ...], count: int) -> DataFrame:
    """`count` rows sorted, in as many parts as their number asks for, which Spark names in their order."""
    parts = max(1, -(-count // ROWS_A_PART))
    return rows.repartitionByRange(parts, *order).sortWithinPartitions(*order)


def string_rows(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Columns of DIG_COLUMNS from rows of `told`, with list, rank, tier, cost, amount, last and within."""
    at = _AtHand.of(batch)
    size, tier = batch.num_rows, _numbers(batch, "tier")
    direction = _numbers(batch, "list") % 2
    hops = np.arange(int(tier.max(initial=0)) + 1)
    path = np.where(hops <= tier[:, None], at.start[:, None] + hops, -1).astype(np.int32)
    amount, last = (batch.column(name) for name in ("amount", "last"))
    view = at.view(
        amount=pc.fill_null(amount, -1).to_numpy(),
        last=pc.fill_null(last.cast(pa.int32()), MISSING).to_numpy(),
        within=_numbers(batch, "within"),
    )
    rows = Rows(
        anchor=path[:, 0], direction=direction, rank=_numbers(batch, "rank"), prospect=at.party, tier=tier,
        cost=_numbers(batch, "cost"), path=path, link=np.arange(size),
    )  # fmt: skip
    return string_batch(view, rows)


def prospect_rows(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Columns of PROSPECT_COLUMNS from rows of `told`, with ways, tiers, costs and within."""
    at = _AtHand.of(batch)
    shape = (batch.num_rows, BEST)
    place = np.asarray(pc.struct_field(batch.column("steps").flatten(), "place").to_numpy())
    row = np.repeat(np.arange(batch.num_rows), at.length)
    found = {name: _three(batch.column(name), shape) for name in ("ways", "tiers", "costs")}
    walks = np.full((*shape, PLACES), -1, np.int32)
    walks[row, place // PLACES, place % PLACES] = at.start.repeat(at.length) + _within(at.length)
    by_party = np.zeros(len(at.parties), np.int64)
    by_party[at.party] = np.arange(batch.num_rows)
    best = _Told(
        core=walks[:, :, 0][by_party], direction=found["ways"][by_party].astype(np.int8),
        tier=found["tiers"][by_party].astype(np.int8), cost=found["costs"][by_party].astype(np.int32),
        rounds=NO_ROUNDS, walks=walks[by_party],
    )  # fmt: skip
    return prospect_batch(at.view(within=_numbers(batch, "within")), best, at.party)


@dataclass(frozen=True)
class _Told(BestAnchors):
    """Best cores whose paths came along."""

    walks: Array = None  # type: ignore[assignment]

    def paths(self, parties: Array) -> Array:
        found: Array = self.walks[parties]
        return found


@dataclass(frozen=True)
class _AtHand:
    """The parties that a batch speaks of: those on the paths, row after row, and after them each row's own."""

    parties: Parties
    start: Array
    """where each row's steps begin"""
    length: Array
    party: Array
    """where each row's own party stands"""

    @classmethod
    def of(cls, batch: pa.RecordBatch) -> _AtHand:
        steps, size = batch.column("steps"), batch.num_rows
        flat = steps.flatten()
        length = pc.list_value_length(steps).to_numpy()
        customer = pc.struct_field(flat, "is_customer")
        columns = {
            "party_id": pa.concat_arrays([pc.struct_field(flat, "party_id"), batch.column("id")]),
            "name": pa.concat_arrays([pc.struct_field(flat, "name"), batch.column("called")]),
            "is_customer": pa.concat_arrays([customer, pa.array(np.zeros(size, np.bool_))]),
        }
        for name in PARTY:
            nothing = pa.nulls(len(flat), pa.string())
            columns[name] = pa.concat_arrays([nothing, batch.column(name)])
        start = np.cumsum(length) - length
        return cls(Parties.of(pa.table(columns)), start, length, len(flat) + np.arange(size))

    def view(self, **given: Array) -> View:
        """As much of a view as a batch of rows needs: `amount` and `last` by row, `within` of each row's party."""
        none = np.empty(0, np.int64)
        arrays: dict[str, Any] = dict.fromkeys(
            ("out_ptr", "buyer", "n", "first", "share_out", "share_in", "alive", "down", "up_ptr", "up"), none
        )
        graph = Graph(**arrays, amount=given.get("amount", none), last=given.get("last", none))
        within = np.zeros(len(self.parties), np.int32)
        within[self.party] = given["within"]
        return View(
            Path(), "", None, graph, self.parties, dict.fromkeys(("upstream", "downstream", "either"), within)
        )


def _numbers(batch: pa.RecordBatch, name: str) -> Array:
    found: Array = batch.column(name).to_numpy()
    return found


def _within(length: Array) -> Array:
    found: Array = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    return found


def _three(lists: pa.ListArray, shape: tuple[int, int]) -> Array:
    length = pc.list_value_length(lists).to_numpy()
    found = np.zeros(shape, np.int64)
    found[np.repeat(np.arange(shape[0]), length), _within(length)] = lists.flatten().to_numpy()
    return found


def worded(
    columns: tuple[Column, ...], row: Callable[[pa.RecordBatch], pa.RecordBatch]
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """The work of a task: its batches as rows of an export."""

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            if batch.num_rows:
                yield from as_parts(columns, row(batch))

    return work
