"""Supply rows between known parties: the checks of one machine that need other rows, as joins and windows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from graph.loaders import cells
from graph.model import Table
from graph.spark.batches import Reading
from graph.spark.repeats import REJECTED, first_stays, late

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

NUMBERED = {"supplies": ("supplier_n", "buyer_n"), "referrals": ("a_n", "b_n"), "ties": ("a_n", "b_n")}
"""The names that the numbers of a row's two parties get."""


def checked(spark: SparkSession, readings: Sequence[Reading], known: DataFrame) -> DataFrame:
    """The rows of all files of one table, each with its parties' numbers and its fault; `known` as parties.known.

    Repeats are not marked yet.
    """
    from pyspark.sql import functions as f

    table = readings[0].table
    rows = reduce(lambda one, other: one.unionByName(other), [reading.rows(spark) for reading in readings])
    ends = [column.name for column in table.columns if column.refers == "parties"]
    for end, number in zip(ends, NUMBERED[table.name], strict=True):
        numbers = known.select(f.col("party_id").alias(end), f.col("n").alias(number))
        rows = rows.join(numbers, end, "left")
    return _judged(rows, ends, NUMBERED[table.name])


def once(rows: DataFrame, table: Table) -> DataFrame:
    """Mark events that a row_id says to be one. Looks at `rows` twice, to touch only those that have an id."""
    numbered = "row_id IS NOT NULL AND row_fault = 0"
    return first_stays(rows.filter(numbered), table, ["row_id"]).unionByName(rows.filter(f"NOT ({numbered})"))


def _judged(rows: DataFrame, ends: Sequence[str], numbers: Sequence[str]) -> DataFrame:
    """Reject rows of unknown parties, then those that are lost because their party was."""
    from pyspark.sql import functions as f

    pairs = list(zip(ends, numbers, strict=True))
    found = f.lit(None)
    for end, number in reversed(pairs):
        kind = f.lit("lost_with_party")
        found = f.when(f.col(number) < 0, f.array(late(end, kind, kind))).otherwise(found)
    for end, number in reversed(pairs):
        found = f.when(f.col(number).isNull(), f.array(late(end, _unknown(end), "reject"))).otherwise(found)
    good = f.col("row_fault") == 0
    strangers = reduce(
        lambda one, other: one | other, [f.coalesce(f.col(number), f.lit(-1)) < 0 for number in numbers]
    )
    return rows.withColumn("row_rejects", f.when(good & strangers, found).otherwise(f.col("row_rejects"))).withColumn(
        "row_fault", f.when(good & strangers, REJECTED).otherwise(f.col("row_fault"))
    )


def _unknown(column: str) -> Column:
    """An id that nobody lists may be one that nobody can list: then that is the reason."""
    from pyspark.sql import functions as f

    value = f.btrim(f.coalesce(f.col(f"given_{column}"), f.col(column), f.lit("")), f.lit(cells.WHITE))
    return (
        f.when(value.rlike(f"^(?:{cells.LONG_NUMBER})$"), "long_number")
        .when(value.rlike(cells.FORBIDDEN), "bad_id")
        .otherwise("unknown_party")
    )


def listed(rows: DataFrame) -> DataFrame:
    """What is to be listed of the rows: row_part, row_file, row_line and the fields of a reject."""
    from pyspark.sql import functions as f

    told = rows.select("row_part", "row_file", "row_line", f.explode("row_rejects").alias("cell"))
    return told.select("row_part", "row_file", "row_line", "cell.*")
