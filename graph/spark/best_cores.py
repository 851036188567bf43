"""The best core enterprises of every party, by rounds of joins, as `graph.algorithms.anchors` finds them.

In each round a label (core, cost, tier, path) goes on along the links of the party that took it over in the round
before; every (spot, core) keeps its least (cost, tier, parent's cost, parent), and every spot its four best cores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.algorithms.anchors import BEST, LABELS
from graph.spark.frames import laid
from graph.spark.ways import Ways

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def best_cores(cores: DataFrame, ways: Ways, *, tiers: int, scratch: str) -> DataFrame:
    """Find the best three of `cores` (party) of every party, in either direction.

    Gives party, standing, and `best`, an array of (cost, tier, core, way, path), the best first; `path` from the core
    on. Parties that no core reaches are left out.
    """
    from pyspark.sql import functions as f

    core = f.col("party").cast("int")
    labels = cores.select("party", f.explode(f.array(f.lit(0), f.lit(1))).alias("way")).select(
        (f.col("party").cast("long") * 2 + f.col("way")).alias("spot"), core.alias("core"),
        f.lit(0).alias("tier"), f.lit(0).alias("cost"), f.lit(-1).alias("before"), f.array(core).alias("path"),
    )  # fmt: skip
    labels = laid(labels, f"{scratch}/round_0")
    for tier in range(1, tiers + 1):
        fresh = _pushed(labels.where(f.col("tier") == tier - 1), ways, tier)
        labels = laid(_four(labels.unionByName(fresh)), f"{scratch}/round_{tier}")
    return _three(labels, ways)


def _pushed(labels: DataFrame, ways: Ways, tier: int) -> DataFrame:
    """What the labels of the round before bring to the neighbours of their parties."""
    from pyspark.sql import functions as f

    passage = f.col("passage") if tier > 1 else f.lit(0)
    heads = ways.heads.where("degree > 0").select("spot", "firsts", "passage")
    each = labels.join(heads, "spot").select(
        "spot", "core", "path", f.col("cost").alias("before"), (f.col("cost") + passage).alias("base"),
        f.explode(f.sequence(f.lit(0), f.size("firsts") - 1)).alias("block"),
    )  # fmt: skip
    steps = each.join(ways.blocks, ["spot", "block"]).select(
        (f.col("spot") % 2).alias("way"), "core", "path", "before", "base", f.inline("links")
    )
    return steps.select(
        (f.col("to").cast("long") * 2 + f.col("way")).alias("spot"), "core", f.lit(tier).alias("tier"),
        (f.col("base") + f.col("step")).alias("cost"), "before", f.concat("path", f.array("to")).alias("path"),
    )  # fmt: skip


def _four(labels: DataFrame) -> DataFrame:
    """The four best labels of every spot, of each core the best."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    parent = f.coalesce(f.try_element_at("path", f.lit(-2)), f.lit(-1))
    one = f.min(f.struct("cost", "tier", "before", parent.alias("parent"), "path")).alias("one")
    each = labels.groupBy("spot", "core").agg(one).select("spot", "core", "one.*")
    place = f.row_number().over(Window.partitionBy("spot").orderBy("cost", "tier", "core"))
    best = each.withColumn("place", place).where(f.col("place") <= LABELS)
    return best.select("spot", "core", "tier", "cost", "before", "path")


def _three(labels: DataFrame, ways: Ways) -> DataFrame:
    """Of each core the cheaper direction, upstream where both cost the same, and nobody hangs on himself."""
    from pyspark.sql import functions as f

    party = f.floor(f.col("spot") / 2).cast("long")
    way = (f.col("spot") % 2).cast("int")
    each = (
        labels.select(
            party.alias("party"), "core", f.struct("cost", "tier", "core", way.alias("way"), "path").alias("one")
        )
        .where("party <> core")
        .groupBy("party", "core")
        .agg(f.min("one").alias("one"))
    )
    best = each.groupBy("party").agg(f.slice(f.sort_array(f.collect_list("one")), 1, BEST).alias("best"))
    standing = ways.heads.where("spot % 2 = 0").select((f.col("spot") / 2).cast("long").alias("party"), "standing")
    return best.join(standing, "party")
