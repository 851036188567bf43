"""What every step on Spark needs: Arrow functions over partitions, tables laid down between steps, and few facts."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

Batches = Iterator[pa.RecordBatch]


def mapped(frame: DataFrame, work: Callable[[Batches], Batches], schema: str) -> DataFrame:
    """Run `work` over the Arrow batches of each partition."""
    with warnings.catch_warnings():
        # Spark warns of the newest pandas wherever Arrow is asked for; no frame of pandas is made here.
        warnings.simplefilter("ignore", FutureWarning)
        return frame.mapInArrow(work, schema)


def laid(frame: DataFrame, uri: str) -> DataFrame:
    """Write a frame down and go on from there: what is lost later costs one step, and plans stay small."""
    frame.write.mode("overwrite").parquet(uri)
    return frame.sparkSession.read.schema(frame.schema).parquet(uri)


def totals(frame: DataFrame, **columns: Column) -> dict[str, Any]:
    """Sums, counts and the like over all rows, as one row of facts."""
    [row] = few(frame.agg(*(column.alias(name) for name, column in columns.items())), 1)
    return row


def few(frame: DataFrame, most: int) -> list[dict[str, Any]]:
    """At most `most` rows as facts; the only place where rows come to the driver."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return [row.asDict() for row in frame.limit(most).collect()]
