"""Supply rows between known parties: the checks of one machine that need other rows, as joins and windows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from graph.loaders import cells
from graph.spark.batches import Reading
from graph.spark.repeats import REJECTED, first_stays, late

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

NUMBERED = {"supplies": ("supplier_n", "buyer_n"), "referrals": ("a_n", "b_n"), "ties": ("a_n", "b_n")}
"""The names that the numbers of a row's two parties get."""


def checked(spark: SparkSession, readings: Sequence[Reading], known: DataFrame) -> DataFrame:
    """The rows of all files of one table, each with its parties' numbers and its fault; `known` as parties.known."""
    from pyspark.sql import functions as F

    table = readings[0].table
    rows = reduce(lambda one, other: one.unionByName(other), [reading.rows(spark) for reading in readings])
    ends = [column.name for column in table.columns if column.refers == "parties"]
    for end, number in zip(ends, NUMBERED[table.name], strict=True):
        numbers = known.select(F.col("party_id").alias(end), F.col("n").alias(number))
        rows = rows.join(numbers, end, "left")
    rows = _judged(rows, ends, NUMBERED[table.name])
    if "row_id" in table.key and any("row_id" in reading.given.source.columns for reading in readings):
        rows = first_stays(rows, table, ["row_id"])
    return rows


def _judged(rows: DataFrame, ends: Sequence[str], numbers: Sequence[str]) -> DataFrame:
    """Reject rows of unknown parties, then those that are lost because their party was."""
    from pyspark.sql import functions as F

    pairs = list(zip(ends, numbers, strict=True))
    found = F.lit(None)
    for end, number in reversed(pairs):
        kind = F.lit("lost_with_party")
        found = F.when(F.col(number) < 0, F.array(late(end, kind, kind))).otherwise(found)
    for end, number in reversed(pairs):
        found = F.when(F.col(number).isNull(), F.array(late(end, _unknown(end), "reject"))).otherwise(found)
    good = F.col("row_fault") == 0
    strangers = reduce(lambda one, other: one | other, [F.coalesce(F.col(number), F.lit(-1)) < 0 for number in numbers])
    return rows.withColumn("row_rejects", F.when(good & strangers, found).otherwise(F.col("row_rejects"))).withColumn(
        "row_fault", F.when(good & strangers, REJECTED).otherwise(F.col("row_fault"))
    )


def _unknown(column: str) -> Column:
    """An id that nobody lists may be one that nobody can list: then that is the reason."""
    from pyspark.sql import functions as F

    value = F.btrim(F.coalesce(F.col(f"given_{column}"), F.col(column), F.lit("")), F.lit(cells.WHITE))
    return (
        F.when(value.rlike(f"^(?:{cells.LONG_NUMBER})$"), "long_number")
        .when(value.rlike(cells.FORBIDDEN), "bad_id")
        .otherwise("unknown_party")
    )


def listed(rows: DataFrame) -> DataFrame:
    """What is to be listed of the rows: row_part, row_file, row_line and the fields of a reject."""
    from pyspark.sql import functions as F

    told = rows.select("row_part", "row_file", "row_line", F.explode("row_rejects").alias("cell"))
    return told.select("row_part", "row_file", "row_line", "cell.*")
