"""The newest day of ties and referrals, which strengths are computed for where no supply is dated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

from explorer.settings import SETTING, weights
from graph.algorithms.strength import DAYS_A_MONTH
from graph.spark import supplies
from graph.spark.batches import Reading

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession


def newest_bond(spark: SparkSession, readings: Sequence[Reading], known: DataFrame) -> date | None:
    """The newest date among kept ties and referrals; None where none is dated. `known` as in parties.known."""
    from pyspark.sql import functions as f

    kept = {}
    for name in ("ties", "referrals"):
        of_table = [reading for reading in readings if reading.table.name == name]
        if of_table:
            rows = supplies.checked(spark, of_table, known)
            rows = supplies.once(rows, of_table[0].table) if "row_id" in of_table[0].table.key else rows
            kept[name] = rows.filter("row_fault = 0")
    if not kept:
        return None
    newest = _newest(list(kept.values()))
    if "ties" in kept and newest is not None:
        kept["ties"] = _strongest(kept["ties"], f.lit(newest))
        newest = _newest(list(kept.values()))
    return newest


def _newest(tables: Sequence[DataFrame]) -> date | None:
    from pyspark.sql import functions as f

    dates = reduce(lambda one, other: one.union(other), [table.select("date") for table in tables])
    found: date | None = dates.agg(f.max("date")).collect()[0][0]  # one day
    return found


def _strongest(ties: DataFrame, newest: Column) -> DataFrame:
    """Of several ties of a kind the one that one machine keeps: the strongest, then the newest, then the later."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    by_kind = weights(str(SETTING["tie_weights"].default))
    strength = f.lit(by_kind.pop("other"))
    for kind, each in by_kind.items():
        strength = f.when(f.col("kind") == kind, each).otherwise(strength)
    months = f.greatest(f.lit(0.0), f.datediff(newest, f.col("date")) / DAYS_A_MONTH)
    fresh = f.coalesce(f.pow(f.lit(2.0), -months / float(str(SETTING["tie_half_life"].default))), f.lit(1.0))
    order = [(f.coalesce(f.col("strength"), strength) * f.when(f.col("date").isNull(), 1.0).otherwise(fresh)).desc()]
    order += [f.desc_nulls_last("date"), f.desc("row_part"), f.desc("row_file"), f.desc("row_line")]
    first = f.row_number().over(Window.partitionBy("a_id", "b_id", "kind").orderBy(*order))
    return ties.withColumn("row_place", first).filter("row_place = 1").drop("row_place")
