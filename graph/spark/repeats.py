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
    from pyspark.sql import functions as F

    one = Window.partitionBy(*key).orderBy("row_part", "row_file", "row_line")
    values = F.struct(*[F.col(column.name) for column in table.columns])
    at_stake = (F.col("row_fault") == 0) & F.col(key[0]).isNotNull()
    rest = rows.filter(~at_stake)
    marked = rows.filter(at_stake).withColumns({"row_place": F.row_number().over(one), "row_first": F.first(values).over(one)})
    verdict = F.when(F.col("row_place") == 1, 0).when(values.eqNullSafe(F.col("row_first")), IDENTICAL).otherwise(REJECTED)
    marked = marked.withColumn("row_fault", verdict)
    repeat = F.col("row_fault") == REJECTED
    listed = F.when(repeat, F.array(late(table.key[0], "repeat", "reject"))).when(F.col("row_fault") == 0, F.col("row_rejects"))
    return marked.withColumn("row_rejects", listed).drop("row_place", "row_first").unionByName(rest)


def late(column: str, reason: str | Column, kind: str | Column) -> Column:
    """The line of the rejects about a row that other rows showed to be wrong: its cell in `column` as it was given."""
    from pyspark.sql import functions as F

    from graph.loaders.rejects import CUT

    value = F.coalesce(F.col(f"given_{column}"), F.col(column), F.lit(""))
    return F.struct(
        F.lit(column).alias("column"),
        F.substring(value, 1, CUT).alias("value"),
        (F.lit(reason) if isinstance(reason, str) else reason).alias("reason"),
        (F.lit(kind) if isinstance(kind, str) else kind).alias("kind"),
    )
