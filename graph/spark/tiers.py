"""Strings tier by tier: joins in place of the best-first search, with the same answer (DESIGN 4.2).

A *list* is `anchor * 2 + way`. After each tier every (list, party) keeps its best walk of so many hops: the least
(cost, parent's cost, parent's id), and none at all where a walk of fewer hops costs no more. Such a walk is never the
beginning of a best one, so the kernel's answer comes out whole.

Steps are never negative, so what costs more than the last row that a list can still get leads to no row. That bound
is known before the join: it is the cost of the (top+1)-th best prospect so far, and, for a spot whose own links lead
to enough prospects, what that many of them cost from there. With it go only the blocks of links that a walk can pay
for (`graph.spark.ways`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from graph.spark.frames import laid
from graph.spark.ways import Ways

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

KNOWN = ("standing", "sure", "degree", "dearest", "firsts", "enough", "passage")
"""What the head of a spot says."""


@dataclass(frozen=True)
class Walks:
    """All walks that may matter: list, party, tier, cost, path (array of int, from the anchor), and KNOWN.

    `tiers` holds one frame for each number of hops, from 0 on.
    """

    tiers: tuple[DataFrame, ...]
    top: int
    max_cost: int

    @property
    def all(self) -> DataFrame:
        return reduce(lambda one, other: one.unionByName(other), self.tiers)


def walk(anchors: DataFrame, ways: Ways, *, tiers: int, top: int, max_cost: int, scratch: str) -> Walks:
    """Walk from every list of `anchors` (list, party), one tier after the other, each laid down under `scratch`."""
    from pyspark.sql import functions as f

    start = anchors.select(
        "list", f.col("party").cast("int").alias("party"), f.lit(0).alias("tier"), f.lit(0).alias("cost"),
        f.array(f.col("party").cast("int")).alias("path"),
    )  # fmt: skip
    start = _known(start, ways).withColumn("passage", f.lit(0))
    found = Walks((laid(start, f"{scratch}/tier_0"),), top, max_cost)
    for tier in range(1, tiers + 1):
        bounds = laid(_bounds(found, _glimpse(found, ways)), f"{scratch}/bounds_{tier}")
        fresh = _known(_best(_steps(found, ways, bounds), found, tier), ways)
        found = Walks((*found.tiers, laid(fresh, f"{scratch}/tier_{tier}")), top, max_cost)
    return found


def _known(walks: DataFrame, ways: Ways) -> DataFrame:
    from pyspark.sql import functions as f

    heads = ways.heads.select("spot", *KNOWN)
    spot = (f.col("party").cast("long") * 2 + f.col("list") % 2).alias("spot")
    return walks.select("*", spot).join(heads, "spot").drop("spot")


def _glimpse(found: Walks, ways: Ways) -> DataFrame:
    """list, party and cost of the prospects in the cheapest block of each last walk: a bound for all others."""
    from pyspark.sql import functions as f

    cheapest = Ways(ways.heads, ways.blocks.where("block = 0"))
    reached = _steps(found, cheapest, _bounds(found), blocks=1).groupBy("list", "party")
    best = reached.agg(f.min("total").alias("cost")).withColumn(
        "spot", f.col("party").cast("long") * 2 + f.col("list") % 2
    )
    return best.join(ways.heads.where("sure").select("spot"), "spot").select("list", "party", "cost")


def _bounds(found: Walks, more: DataFrame | None = None) -> DataFrame:
    """list and bound: what costs more can be no row any more, and not the one that tells of a cut either.

    `more`: further prospects that are known to be reached, and at what cost at most.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    reached = [walks.where("sure and tier > 0").select("list", "party", "cost") for walks in found.tiers]
    reached += [] if more is None else [more]
    best = reduce(lambda one, other: one.unionAll(other), reached).groupBy("list", "party").agg(
        f.min("cost").alias("cost")
    )  # fmt: skip
    row = f.row_number().over(Window.partitionBy("list").orderBy("cost"))
    last = best.select("list", f.col("cost").alias("bound"), row.alias("row")).where(f.col("row") == found.top + 1)
    near = found.tiers[-1].where("enough is not null")
    ahead = near.select("list", (f.col("cost") + f.col("passage") + f.col("enough")).alias("bound"))
    return last.select("list", "bound").unionAll(ahead).groupBy("list").agg(f.min("bound").alias("bound"))


def _steps(found: Walks, ways: Ways, bounds: DataFrame, blocks: int | None = None) -> DataFrame:
    """list, party, total, cost and path of the parent: all steps from the last tier that the bounds allow.

    With `blocks`, only those in so many blocks of each walk's links.
    """
    from pyspark.sql import functions as f

    limit = f.least(f.coalesce("bound", f.lit(found.max_cost)), f.lit(found.max_cost))
    base = (f.col("cost") + f.col("passage")).alias("base")
    room = f.col("limit") - f.col("base")
    payable = f.size(f.filter("firsts", lambda first: first <= f.col("room")))
    frontier = (
        found.tiers[-1]
        .where("degree > 0")
        .join(bounds, "list", "left")
        .select("list", "party", "cost", "path", "firsts", base, limit.alias("limit"))
        .withColumn("room", room)
        .withColumn("payable", payable if blocks is None else f.least(payable, f.lit(blocks)))
        .where("payable > 0")
        .select(
            "list", "cost", "path", "base", "limit",
            (f.col("party").cast("long") * 2 + f.col("list") % 2).alias("spot"),
            f.explode(f.sequence(f.lit(0), f.col("payable") - 1)).alias("block"),
        )
    )  # fmt: skip
    each = frontier.join(ways.blocks, ["spot", "block"]).select(
        "list", "cost", "path", "base", "limit", f.inline("links")
    )
    total = (f.col("base") + f.col("step")).alias("total")
    return each.select("list", f.col("to").alias("party"), total, "cost", "path", "limit").where(
        (f.col("total") <= f.col("limit")) & (f.col("party") != f.element_at("path", 1))
    )


def _best(steps: DataFrame, found: Walks, tier: int) -> DataFrame:
    """The best walk of `tier` hops to each party, where it is cheaper than all with fewer."""
    from pyspark.sql import functions as f

    parent = f.element_at("path", -1)
    one = f.min(f.struct("total", "cost", parent.alias("parent"), "path")).alias("one")
    best = steps.groupBy("list", "party").agg(one)
    earlier = [walks.select("list", "party", "cost") for walks in found.tiers[1:]]
    if earlier:
        known = reduce(lambda a, b: a.unionAll(b), earlier).groupBy("list", "party").agg(f.min("cost").alias("known"))
        best = best.join(known, ["list", "party"], "left").where("known is null or one.total < known")
    return best.select(
        "list", "party", f.lit(tier).alias("tier"), f.col("one.total").alias("cost"),
        f.concat("one.path", f.array("party")).alias("path"),
    )  # fmt: skip
