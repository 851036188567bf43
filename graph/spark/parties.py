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
    from pyspark.sql import functions as f

    wanted = ["row_part", "row_file", "row_line", "given_party_id", "given_name"]
    told = [f"told_{column}" for column in numbers(PARTIES)]
    row = f.struct(*wanted, *told, "roles", *[cell.name for cell in CELLS])
    grouped = rows.filter("row_fault = 0").groupBy("party_id").agg(f.sort_array(f.collect_list(row)).alias("given"))
    several = sum(reading.table == PARTIES for reading in readings) > 1
    agreed = _agreed("given") if several else f.col("given")
    named = f.exists(ROWS, lambda one: one["name"].isNotNull())
    settled = grouped.withColumn(ROWS, agreed).withColumn("kept", named)
    parts = f.transform(ROWS, lambda one: one["row_part"])
    repeated = f.filter("given", lambda one: ~f.array_contains(parts, one["row_part"]))
    nameless = f.when(~f.col("kept"), f.col(ROWS)).otherwise(f.filter(ROWS, lambda _: f.lit(False)))
    refused = f.concat(
        f.transform(repeated, lambda one: _refusal(one, "party_id", "repeat")),
        f.transform(nameless, lambda one: _refusal(one, "name", "missing")),
    )
    settled = settled.withColumn("refused", refused)
    values = {cell.name: _first_filled(cell.name) for cell in CELLS}
    settled = settled.withColumns(values | {"roles": _roles(readings)})
    settled = settled.withColumn("conflicts", f.when(f.col("kept"), f.flatten(f.transform(ROWS, _conflicts))))
    flags = {cell.name: f.coalesce(f.col(cell.name), f.lit(False)) for cell in CELLS if cell.kind == "flag"}
    return settled.withColumns(flags).withColumns(_role_flags()).drop(ROWS, "given")


def numbered(spark: SparkSession, work: Work, parties: DataFrame) -> DataFrame:
    """Number the kept parties from 0 in the order of their ids, as `party_n`.

    Sorted parts are numbered by themselves, from where the part before ends, so that no task sees all parties.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    part = f.spark_partition_id().alias("part")
    # To cut the order into parts Spark looks at all ids once before: at what is laid down, not at its making.
    laid = work.stage(spark, parties, "united")
    ordered = work.stage(spark, laid.sort("party_id").select("*", part), "parties")
    sizes = ordered.filter("kept").groupBy("part").count().collect()  # one number for each part
    start, starts = 0, []
    for size in sorted(sizes):
        starts.append((size["part"], start))
        start += size["count"]
    offsets = spark.createDataFrame(starts, "part int, start int")
    within = f.row_number().over(Window.partitionBy("part").orderBy("party_id"))
    kept = ordered.filter("kept").join(f.broadcast(offsets), "part")
    return kept.withColumn("party_n", (f.col("start") + within - 1).cast("int")).drop("part", "start")


def known(rows: DataFrame, staged: DataFrame, kept: DataFrame) -> DataFrame:
    """party_id and n of all parties; -1 for those that were only rejected."""
    from pyspark.sql import functions as f

    ids = rows.filter("row_fault <> 0 AND party_id IS NOT NULL").select("party_id")
    lost = ids.union(staged.filter("NOT kept").select("party_id")).distinct()
    lost = lost.join(kept.select("party_id"), "party_id", "left_anti")
    return kept.select("party_id", f.col("party_n").alias("n")).union(lost.select("party_id", f.lit(-1).alias("n")))


def listed(rows: DataFrame, staged: DataFrame) -> list[DataFrame]:
    """What is to be listed: row_part, row_file, row_line and the fields of a reject."""
    from pyspark.sql import functions as f

    refused = staged.select("party_id", f.explode("refused").alias("late")).select("party_id", "late.*")
    refusals = refused.select("row_part", "row_file", "row_line", "column", "value", "reason", "kind")
    conflicts = staged.select(f.explode("conflicts").alias("late")).select("late.*").select(*refusals.columns)
    told = rows.filter("row_rejects IS NOT NULL")
    told = told.join(
        refused.select("row_part", "row_file", "row_line"), ["row_part", "row_file", "row_line"], "left_anti"
    )
    cells = told.select("row_part", "row_file", "row_line", f.explode("row_rejects").alias("cell"))
    return [cells.select("row_part", "row_file", "row_line", "cell.*"), refusals, conflicts]


def _agreed(rows: str) -> Column:
    """Leave out rows of a second file of parties that disagree with a kept row of an earlier one."""
    from pyspark.sql import functions as f

    nothing = f.filter(rows, lambda _: f.lit(False))

    def add(kept: Column, row: Column) -> Column:
        against = f.exists(kept, lambda one: (one["row_part"] < FIRST_ROLE) & _differ(one, row))
        return f.when((row["row_part"] < FIRST_ROLE) & against, kept).otherwise(f.concat(kept, f.array(row)))

    return f.aggregate(rows, nothing, add)


FIRST_ROLE = 1 << 20
"""Files of parties are parts below this number, role files are parts from it on."""


def _differ(one: Column, other: Column) -> Column:
    from pyspark.sql import functions as f

    tests = [f.coalesce(one[cell.name] != other[cell.name], f.lit(False)) for cell in CELLS]
    return reduce(lambda a, b: a | b, tests)


def _refusal(row: Column, column: str, reason: str) -> Column:
    from pyspark.sql import functions as f

    given = f.coalesce(row[f"given_{column}"], f.col("party_id") if column == "party_id" else row[column], f.lit(""))
    return _line(row, column, given, reason, "reject")


def _line(row: Column, column: str, value: Column, reason: str, kind: str) -> Column:
    from pyspark.sql import functions as f

    return f.struct(
        row["row_part"].alias("row_part"), row["row_file"].alias("row_file"), row["row_line"].alias("row_line"),
        f.lit(column).alias("column"), f.substring(value, 1, CUT).alias("value"), f.lit(reason).alias("reason"),
        f.lit(kind).alias("kind"),
    )  # fmt: skip


def _conflicts(row: Column) -> Column:
    """The cells of a row that lost, as an array."""
    from pyspark.sql import functions as f

    lost = []
    for cell in CELLS:
        value = row[f"told_{cell.name}"] if cell.kind == "number" else row[cell.name].cast("string")
        lost.append(f.when(row[cell.name] != f.col(cell.name), _line(row, cell.name, value, "conflict", "conflict")))
    return f.filter(f.array(*lost), lambda one: one.isNotNull())


def _first_filled(column: str) -> Column:
    from pyspark.sql import functions as f

    return f.get(f.filter(f.transform(ROWS, lambda one: one[column]), lambda cell: cell.isNotNull()), 0)


def _roles(readings: Sequence[Reading]) -> Column:
    """All roles of the rows and of the files they stand in, `;`-joined in order."""
    from pyspark.sql import functions as f

    def of_row(row: Column) -> Column:
        file = f.lit("")
        for reading in readings:
            if reading.table.role:
                file = f.when(row["row_part"] == reading.part, reading.table.role).otherwise(file)
        return f.concat(f.split(f.coalesce(row["roles"], f.lit("")), ";"), f.array(file))

    words = f.filter(f.flatten(f.transform(ROWS, of_row)), lambda word: word != "")
    return f.nullif(f.array_join(f.array_sort(f.array_distinct(words)), ";"), f.lit(""))


def _role_flags() -> dict[str, Column]:
    from pyspark.sql import functions as f

    held = f.concat(f.lit(";"), f.coalesce("roles", f.lit("")), f.lit(";"))
    flags = {flag: held.contains(f";{role};") for role, flag in ROLE_FLAGS.items()}
    return flags | {"is_customer": flags["is_customer"] | f.col("customer_since").isNotNull()}
