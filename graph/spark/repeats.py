"""Rows that bear the same id: the first one stays, whatever order files and partitions are read in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.loaders.faults import IDENTICAL
from graph.model import Table

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

REJECTED = 1
"""The code of rows that other rows showed to be wrong: what tells them apart is in `row_rejects`."""


def first_stays(rows: DataFrame, table: Table, key: list[str]) -> DataFrame:
    """Give later rows of a `key` their code: identical to the first, or the fault `repeat`.

    The first is that of the lowest part, file (by name) and line; rows with a fault do not count.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    at_stake = (f.col("row_fault") == 0) & f.col(key[0]).isNotNull()
    # Rows that are not at stake stand each for itself, so that no task gets all that have no id.
    apart = f.when(~at_stake, f.xxhash64("row_part", "row_file", "row_line"))
    one = Window.partitionBy(*key, apart).orderBy("row_part", "row_file", "row_line")
    values = f.struct(*[f.col(column.name) for column in table.columns])
    marked = rows.withColumns({"row_place": f.row_number().over(one), "row_first": f.first(values).over(one)})
    later = at_stake & (f.col("row_place") > 1)
    same = values.eqNullSafe(f.col("row_first"))
    repeated = f.array(late(table.key[0], "repeat", "reject"))
    verdicts = {
        "row_fault": f.when(later, f.when(same, IDENTICAL).otherwise(REJECTED)).otherwise(f.col("row_fault")),
        "row_rejects": f.when(later, f.when(~same, repeated)).otherwise(f.col("row_rejects")),
    }
    return marked.withColumns(verdicts).drop("row_place", "row_first")


def late(column: str, reason: str | Column, kind: str | Column) -> Column:
    """What rejects say of a row that other rows showed to be wrong: its cell in `column` as it was given."""
    from pyspark.sql import functions as f

    from graph.loaders.rejects import CUT

    value = f.coalesce(f.col(f"given_{column}"), f.col(column), f.lit(""))
    return f.struct(
        f.lit(column).alias("column"),
        f.substring(value, 1, CUT).alias("value"),
        (f.lit(reason) if isinstance(reason, str) else reason).alias("reason"),
        (f.lit(kind) if isinstance(kind, str) else kind).alias("kind"),
    )
