"""How many core enterprises lead to a party in at most two hops (DESIGN 4.2, `cores_within_2`).

A core stands *before* its own spot and before those of its partners, and whoever is one hop from a spot stands
*behind* it. All that stand before a spot lead to all that stand behind it: at a hub thousands to thousands. So both
sides lie in blocks, and a task gets pairs of blocks, not hubs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.spark.frames import laid, totals
from graph.spark.ways import Network, steps

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

BLOCK = 256
"""Parties in a block at most: so two blocks are 65,536 pairs at most, which are made by one task."""
PAIRS_A_TASK = 1 << 22


def cores_within_2(network: Network, cores: DataFrame, wanted: DataFrame, scratch: str) -> DataFrame:
    """Count for each party of `wanted` (party) the distinct other `cores` (party) it lies so of.

    Gives party, upstream, downstream, either; parties that no core leads to are left out. What is looked at is laid
    down under `scratch`.
    """
    from pyspark.sql import functions as f

    found = pairs(meetings(network, cores, wanted, f"{scratch}/meetings")).groupBy("core", "party").agg(
        f.max((f.col("way") == 0).cast("int")).alias("upstream"),
        f.max((f.col("way") == 1).cast("int")).alias("downstream"),
    )  # fmt: skip
    return found.groupBy("party").agg(
        f.sum("upstream").alias("upstream"), f.sum("downstream").alias("downstream"), f.count("*").alias("either")
    )


def meetings(network: Network, cores: DataFrame, wanted: DataFrame, uri: str) -> DataFrame:
    """way, before and behind (arrays of parties): at each spot every block of cores with every block of `wanted`."""
    from pyspark.sql import functions as f

    flat = steps(Network(network.parties, network.links.drop("ok")), (0, 1))
    spot = (f.col("party").cast("long") * 2 + f.col("way")).alias("spot")
    own = cores.select(
        f.col("party").alias("core"), "party", f.explode(f.array(f.lit(0), f.lit(1))).alias("way")
    ).select(spot, "core")  # fmt: skip
    partners = own.join(flat.withColumnRenamed("to", "party"), "spot").select(spot, "core")
    into = flat.join(wanted.select(f.col("party").alias("to")).distinct(), "to", "left_semi")
    before, behind = _blocks(own.unionByName(partners), "core"), _blocks(into, "to")
    meeting = before.withColumnRenamed("some", "before").join(behind.withColumnRenamed("some", "behind"), "spot")
    return laid(meeting.select((f.col("spot") % 2).alias("way"), "before", "behind"), uri)


def _blocks(rows: DataFrame, name: str) -> DataFrame:
    """spot and `some` (array): the parties of the column `name` at each spot, BLOCK of them in a row at most."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    place = f.row_number().over(Window.partitionBy("spot").orderBy(name)) - 1
    block = f.floor(place / BLOCK).alias("block")
    return rows.select("spot", name, block).groupBy("spot", "block").agg(f.collect_list(name).alias("some")).drop(
        "block"
    )  # fmt: skip


def pairs(meetings: DataFrame) -> DataFrame:
    """core, party, way: all pairs, of which a task makes no more than its share; the same may come several times."""
    from pyspark.sql import functions as f

    number = totals(meetings, pairs=f.sum(f.size("before").cast("long") * f.size("behind")))["pairs"] or 0
    # Their number is said: left to itself Spark puts rows together by their bytes, which do not tell of the pairs.
    spread = meetings.repartition(int(-(-number // PAIRS_A_TASK)) or 1)
    each = spread.select("way", f.explode("before").alias("core"), "behind")
    return each.select("way", "core", f.explode("behind").alias("party")).where("core <> party")
