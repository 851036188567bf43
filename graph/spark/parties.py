"""Parties from all the files that name them: graph/loaders/parties.py as DataFrame operations.

A party's rows, one of each file at most, lie together as an array, in the order in which their cells count.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from graph.loaders.parties import CELLS, PARTIES
from graph.loaders.rejects import CUT
from graph.model import ROLE_FLAGS
from graph.spark.batches import Reading, numbers
from graph.spark.datasets import Work
from graph.spark.repeats import first_stays

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

ROWS = "party_rows"


def checked(spark: SparkSession, readings: Sequence[Reading]) -> DataFrame:
    """The rows of all files that name parties, repeats within each of them marked."""
    rows = reduce(lambda one, other: one.unionByName(other), [reading.rows(spark) for reading in readings])
    return first_stays(rows, PARTIES, ["party_id", "row_part"])


def united(rows: DataFrame, readings: Sequence[Reading]) -> DataFrame:
    """One row per id that some row without a fault names.

    `kept`: whether it is a party; `refused`: rows that only the others show to be wrong, with their reason;
    `conflicts`: cells that lost against an earlier one.
    """
    from pyspark.sql import functions as F

    wanted = ["row_part", "row_file", "row_line", "given_party_id", "given_name"]
    told = [f"told_{column}" for column in numbers(PARTIES)]
    row = F.struct(*wanted, *told, "roles", *[cell.name for cell in CELLS])
    grouped = rows.filter("row_fault = 0").groupBy("party_id").agg(F.sort_array(F.collect_list(row)).alias("given"))
    several = sum(reading.table == PARTIES for reading in readings) > 1
    agreed = _agreed("given") if several else F.col("given")
    named = F.exists(ROWS, lambda one: one["name"].isNotNull())
    settled = grouped.withColumn(ROWS, agreed).withColumn("kept", named)
    parts = F.transform(ROWS, lambda one: one["row_part"])
    repeated = F.filter("given", lambda one: ~F.array_contains(parts, one["row_part"]))
    nameless = F.when(~F.col("kept"), F.col(ROWS)).otherwise(F.filter(ROWS, lambda _: F.lit(False)))
    refused = F.concat(
        F.transform(repeated, lambda one: _refusal(one, "party_id", "repeat")),
        F.transform(nameless, lambda one: _refusal(one, "name", "missing")),
    )
    settled = settled.withColumn("refused", refused)
    values = {cell.name: _first_filled(cell.name) for cell in CELLS}
    settled = settled.withColumns(values | {"roles": _roles(readings)})
    settled = settled.withColumn("conflicts", F.when(F.col("kept"), F.flatten(F.transform(ROWS, _conflicts))))
    flags = {cell.name: F.coalesce(F.col(cell.name), F.lit(False)) for cell in CELLS if cell.kind == "flag"}
    return settled.withColumns(flags).withColumns(_role_flags()).drop(ROWS, "given")


def numbered(spark: SparkSession, work: Work, parties: DataFrame) -> DataFrame:
    """Number the kept parties from 0 in the order of their ids, as `party_n`.

    Sorted parts are numbered by themselves, from where the part before ends, so that no task sees all parties.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    part = F.spark_partition_id().alias("part")
    ordered = work.stage(spark, parties.sort("party_id").select("*", part), "parties")
    sizes = ordered.filter("kept").groupBy("part").count().collect()  # one number for each part
    start, starts = 0, []
    for size in sorted(sizes):
        starts.append((size["part"], start))
        start += size["count"]
    offsets = spark.createDataFrame(starts, "part int, start int")
    within = F.row_number().over(Window.partitionBy("part").orderBy("party_id"))
    kept = ordered.filter("kept").join(F.broadcast(offsets), "part")
    return kept.withColumn("party_n", (F.col("start") + within - 1).cast("int")).drop("part", "start")


def known(rows: DataFrame, staged: DataFrame, kept: DataFrame) -> DataFrame:
    """party_id and n of all parties; -1 for those that were only rejected."""
    from pyspark.sql import functions as F

    ids = rows.filter("row_fault <> 0 AND party_id IS NOT NULL").select("party_id")
    lost = ids.union(staged.filter("NOT kept").select("party_id")).distinct()
    lost = lost.join(kept.select("party_id"), "party_id", "left_anti")
    return kept.select("party_id", F.col("party_n").alias("n")).union(lost.select("party_id", F.lit(-1).alias("n")))


def listed(rows: DataFrame, staged: DataFrame) -> list[DataFrame]:
    """What is to be listed: row_part, row_file, row_line and the fields of a reject."""
    from pyspark.sql import functions as F

    refused = staged.select("party_id", F.explode("refused").alias("late")).select("party_id", "late.*")
    refusals = refused.select("row_part", "row_file", "row_line", "column", "value", "reason", "kind")
    conflicts = staged.select(F.explode("conflicts").alias("late")).select("late.*").select(*refusals.columns)
    told = rows.filter("row_rejects IS NOT NULL")
    told = told.join(refused.select("row_part", "row_file", "row_line"), ["row_part", "row_file", "row_line"], "left_anti")
    cells = told.select("row_part", "row_file", "row_line", F.explode("row_rejects").alias("cell"))
    return [cells.select("row_part", "row_file", "row_line", "cell.*"), refusals, conflicts]


def _agreed(rows: str) -> Column:
    """Leave out rows of a second file of parties that disagree with a kept row of an earlier one."""
    from pyspark.sql import functions as F

    nothing = F.filter(rows, lambda _: F.lit(False))

    def add(kept: Column, row: Column) -> Column:
        against = F.exists(kept, lambda one: (one["row_part"] < FIRST_ROLE) & _differ(one, row))
        return F.when((row["row_part"] < FIRST_ROLE) & against, kept).otherwise(F.concat(kept, F.array(row)))

    return F.aggregate(rows, nothing, add)


FIRST_ROLE = 1 << 20
"""Files of parties are parts below this number, role files are parts from it on."""


def _differ(one: Column, other: Column) -> Column:
    from pyspark.sql import functions as F

    tests = [F.coalesce(one[cell.name] != other[cell.name], F.lit(False)) for cell in CELLS]
    return reduce(lambda a, b: a | b, tests)


def _refusal(row: Column, column: str, reason: str) -> Column:
    from pyspark.sql import functions as F

    given = F.coalesce(row[f"given_{column}"], F.col("party_id") if column == "party_id" else row[column], F.lit(""))
    return _line(row, column, given, reason, "reject")


def _line(row: Column, column: str, value: Column, reason: str, kind: str) -> Column:
    from pyspark.sql import functions as F

    return F.struct(
        row["row_part"].alias("row_part"), row["row_file"].alias("row_file"), row["row_line"].alias("row_line"),
        F.lit(column).alias("column"), F.substring(value, 1, CUT).alias("value"), F.lit(reason).alias("reason"),
        F.lit(kind).alias("kind"),
    )  # fmt: skip


def _conflicts(row: Column) -> Column:
    """The cells of a row that lost, as an array."""
    from pyspark.sql import functions as F

    lost = []
    for cell in CELLS:
        value = row[f"told_{cell.name}"] if cell.kind == "number" else row[cell.name].cast("string")
        lost.append(F.when(row[cell.name] != F.col(cell.name), _line(row, cell.name, value, "conflict", "conflict")))
    return F.filter(F.array(*lost), lambda one: one.isNotNull())


def _first_filled(column: str) -> Column:
    from pyspark.sql import functions as F

    return F.get(F.filter(F.transform(ROWS, lambda one: one[column]), lambda cell: cell.isNotNull()), 0)


def _roles(readings: Sequence[Reading]) -> Column:
    """All roles of the rows and of the files they stand in, `;`-joined in order."""
    from pyspark.sql import functions as F

    def of_row(row: Column) -> Column:
        file = F.lit("")
        for reading in readings:
            if reading.table.role:
                file = F.when(row["row_part"] == reading.part, reading.table.role).otherwise(file)
        return F.concat(F.split(F.coalesce(row["roles"], F.lit("")), ";"), F.array(file))

    words = F.filter(F.flatten(F.transform(ROWS, of_row)), lambda word: word != "")
    return F.nullif(F.array_join(F.array_sort(F.array_distinct(words)), ";"), F.lit(""))


def _role_flags() -> dict[str, Column]:
    from pyspark.sql import functions as F

    held = F.concat(F.lit(";"), F.coalesce("roles", F.lit("")), F.lit(";"))
    flags = {flag: held.contains(f";{role};") for role, flag in ROLE_FLAGS.items()}
    return flags | {"is_customer": flags["is_customer"] | F.col("customer_since").isNotNull()}
