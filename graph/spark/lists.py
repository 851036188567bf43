"""From walks to lists: who is a row and at what rank, who was passed over, and which limit ended the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.spark.frames import laid
from graph.spark.tiers import Walks
from graph.spark.ways import Network

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


@dataclass(frozen=True)
class Lists:
    """What was dug.

    `rows`: list, rank, party, tier, cost, path. `summaries`: one row per list, with rows, cut, too_dear, too_far,
    passed_customers and passed_do_not_contact, as the fields of `graph.algorithms.strings.Strings`.
    """

    rows: DataFrame
    summaries: DataFrame


def lists(walks: Walks, network: Network, scratch: str) -> Lists:
    """Rank the prospects of each list by (cost, tier, party); what was ranked is laid down under `scratch`."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    best = (
        walks.all.where("tier > 0 and standing > 0")
        .groupBy("list", "party")
        .agg(f.min(f.struct("cost", "tier", "path", "standing")).alias("one"))
        .select("list", "party", "one.*")
    )
    if network.filtered:
        best = _led_to(best, network)
    row = Window.partitionBy("list").orderBy("cost", "tier", "party").rowsBetween(Window.unboundedPreceding, 0)
    whole = best.withColumn("rank", f.sum((f.col("standing") == 1).cast("int")).over(row))
    ranked = laid(whole.where(f.col("rank") <= walks.top + 1), f"{scratch}/ranked")
    rows = ranked.where((f.col("standing") == 1) & (f.col("rank") <= walks.top))
    counted = ranked.groupBy("list").agg(
        f.max("rank").alias("found"), _passed(2, walks.top).alias("passed_customers"),
        _passed(3, walks.top).alias("passed_do_not_contact"),
    )  # fmt: skip
    return Lists(rows.select("list", "rank", "party", "tier", "cost", "path"), _summaries(walks, counted))


def _passed(standing: int, top: int) -> Column:
    """Who comes after the last row of a full list was not passed over."""
    from pyspark.sql import functions as f

    return f.count_if((f.col("standing") == standing) & (f.col("rank") < top))


def _led_to(best: DataFrame, network: Network) -> DataFrame:
    """Those whose best walk ends with a link that may lead into a prospect."""
    return last_links(best, network.links.where("ok").select("supplier_n", "buyer_n")).drop("supplier_n", "buyer_n")


def last_links(rows: DataFrame, links: DataFrame) -> DataFrame:
    """Join rows (list, party, path) with the links at the ends of their paths."""
    from pyspark.sql import functions as f

    parent = f.element_at("path", -2)
    upstream = f.col("list") % 2 == 0
    ends = rows.withColumns({
        "supplier_n": f.when(upstream, f.col("party")).otherwise(parent),
        "buyer_n": f.when(upstream, parent).otherwise(f.col("party")),
    })  # fmt: skip
    return ends.join(links, ["supplier_n", "buyer_n"])


def _summaries(walks: Walks, counted: DataFrame) -> DataFrame:
    from pyspark.sql import functions as f

    last = len(walks.tiers) - 1
    on = f.col("degree") > 0
    dear = f.col("cost") + f.col("passage") + f.col("dearest") > walks.max_cost
    ends = walks.all.groupBy("list").agg(
        f.bool_or(on & (f.col("tier") == last)).alias("too_far"),
        f.coalesce(f.bool_or(on & dear & (f.col("tier") < last)), f.lit(False)).alias("too_dear"),
    )  # fmt: skip
    found = f.coalesce("found", f.lit(0))
    cut = found > walks.top
    return ends.join(counted, "list", "left").select(
        "list", f.least(found, f.lit(walks.top)).alias("rows"), cut.alias("cut"),
        (f.col("too_dear") & ~cut).alias("too_dear"), (f.col("too_far") & ~cut).alias("too_far"),
        *(f.coalesce(name, f.lit(0)).alias(name) for name in ("passed_customers", "passed_do_not_contact")),
    )  # fmt: skip
