"""What an executor does where the snapshot fits it: the very search of one machine, on its part of the question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pyarrow as pa

from explorer.digging import LIMITS, Dig, Filters
from explorer.exports import DIG_COLUMNS, PROSPECT_COLUMNS, prospect_batch, string_batch
from explorer.prospecting import BLOCK, Prospects, best
from explorer.scaled_rows import as_parts, ddl
from explorer.view import View
from graph.algorithms.anchors import BestAnchors
from graph.algorithms.network import Direction
from graph.spark import files

COUNTS = ("lists", "shown", *LIMITS, "passed_customers", "passed_do_not_contact")
"""Sums that a task gives besides its rows, in rows of their own."""
COUNTS_DDL = ", ".join(f"count_{name} bigint" for name in COUNTS)
DIG_DDL = f"{ddl(DIG_COLUMNS)}, {COUNTS_DDL}"
PROSPECTS_DDL = f"{ddl(PROSPECT_COLUMNS)}, {COUNTS_DDL}"


@lru_cache(maxsize=1)
def opened(snapshot: str) -> View:
    """The snapshot at an address, mapped from this machine's copy."""
    return View.open(files.local(snapshot).parent)


@dataclass(frozen=True)
class DigTask:
    """A dig, split into `tasks` runs of anchors. `anchors` None: all core enterprises."""

    snapshot: str
    tasks: int
    anchors: tuple[int, ...] | None
    directions: tuple[Direction, ...]
    tiers: int
    top: int
    min_score: float
    filters: Filters

    def run(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of each run whose number comes in, in order, and last its counts."""
        for number in _numbers(batches):
            view = opened(self.snapshot)
            anchors = view.cores if self.anchors is None else np.array(self.anchors, np.int32)
            dug = Dig(view, _part(anchors, number, self.tasks), self.directions, self.tiers, self.top,
                      self.min_score, self.filters, threads=1)  # fmt: skip
            for _, rows in dug.blocks():
                if len(rows.prospect):
                    for batch in as_parts(DIG_COLUMNS, string_batch(view, rows)):
                        yield _row_batch(batch)
            lists = dug.summaries
            yield _counts(DIG_COLUMNS, {
                "lists": len(lists), "shown": sum(one.shown for one in lists), **dug.limits,
                "passed_customers": sum(one.passed_customers for one in lists),
                "passed_do_not_contact": sum(one.passed_do_not_contact for one in lists),
            })  # fmt: skip


@dataclass(frozen=True)
class ProspectsTask:
    """The list of prospects, split into `tasks` runs. Each executor pulls the best cores of all parties once."""

    snapshot: str
    tasks: int
    tiers: int
    min_score: float
    filters: Filters

    def run(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """As `DigTask.run`."""
        for number in _numbers(batches):
            view = opened(self.snapshot)
            found = best(view, self.tiers, threads=1)
            asked = Prospects(view, self.tiers, self.min_score, self.filters, partial(_same, found))
            rows = _part(asked.rows(), number, self.tasks)
            for start in range(0, len(rows), BLOCK):
                batch = prospect_batch(view, found, rows[start : start + BLOCK])
                for one in as_parts(PROSPECT_COLUMNS, batch):
                    yield _row_batch(one)
            if number == 0:
                yield _counts(PROSPECT_COLUMNS, {
                    "lists": 1, "passed_customers": asked.passed_customers,
                    "passed_do_not_contact": asked.passed_do_not_contact,
                })  # fmt: skip


def _same(found: BestAnchors) -> BestAnchors:
    return found


def _numbers(batches: Iterator[pa.RecordBatch]) -> Iterator[int]:
    for batch in batches:
        yield from batch.column(0).to_pylist()


def _part(whole: Any, number: int, tasks: int) -> Any:
    return whole[len(whole) * number // tasks : len(whole) * (number + 1) // tasks]


def _row_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    nothing = [pa.nulls(batch.num_rows, pa.int64())] * len(COUNTS)
    return pa.RecordBatch.from_arrays([*batch.columns, *nothing], [*batch.schema.names, *_names()])


def _counts(columns: tuple[Any, ...], counts: dict[str, int]) -> pa.RecordBatch:
    from explorer.formats import Table
    from explorer.formats.chunks import schema

    fields = schema(Table(columns, iter(())))
    nothing = [pa.nulls(1, kind) for kind in fields.types]
    numbers = [pa.array([counts.get(name, 0)], pa.int64()) for name in COUNTS]
    return pa.RecordBatch.from_arrays([*nothing, *numbers], [*fields.names, *_names()])


def _names() -> list[str]:
    return [f"count_{name}" for name in COUNTS]
