"""How many core enterprises lead to a party in at most two hops (DESIGN 4.2, `cores_within_2`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.spark.ways import Network, steps

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def cores_within_2(network: Network, cores: DataFrame, wanted: DataFrame) -> DataFrame:
    """Count for each party of `wanted` (party) the distinct other `cores` (party) it lies so of.

    Gives party, upstream, downstream, either; parties that no core leads to are left out.
    """
    from pyspark.sql import functions as f

    flat = steps(Network(network.parties, network.links.drop("ok")), (0, 1))
    into = flat.join(wanted.select(f.col("party").alias("to")).distinct(), "to", "left_semi")
    starts = cores.select(
        f.col("party").alias("core"), f.explode(f.array(f.lit(0), f.lit(1))).alias("way")
    ).select("core", (f.col("core").cast("long") * 2 + f.col("way")).alias("spot"))  # fmt: skip
    far = (
        starts.join(flat, "spot")
        .select("core", (f.col("to").cast("long") * 2 + f.col("way")).alias("spot"))
        .join(into, "spot")
    )
    reached = starts.join(into, "spot").select("core", "way", "to").unionByName(far.select("core", "way", "to"))
    pairs = reached.where("core <> to").groupBy("core", f.col("to").alias("party")).agg(
        f.max((f.col("way") == 0).cast("int")).alias("upstream"),
        f.max((f.col("way") == 1).cast("int")).alias("downstream"),
    )  # fmt: skip
    return pairs.groupBy("party").agg(
        f.sum("upstream").alias("upstream"), f.sum("downstream").alias("downstream"), f.count("*").alias("either")
    )
