"""The links as ways to walk, cut into blocks from the cheapest on.

Both directions lie in one table: a *spot* is `party_n * 2 + way`, way 0 leading upstream, from a buyer to her
suppliers, and way 1 downstream. A spot's links stand in blocks of growing size, cheapest first, and what each block
begins with stands at the spot's head. So a walk with so much left to spend names the blocks that it can pay for
before anything is joined: the bound is part of the key. And a hub's links lie under as many keys as it has blocks,
on as many machines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from graph.algorithms.walks import passage
from graph.spark.frames import Batches, laid, mapped

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

SIZES = (8, 16, 32, 64, 128)
"""Links of a spot's first blocks; all further ones have LAST_SIZE."""
LAST_SIZE = 256


@dataclass(frozen=True)
class Network:
    """What is walked on.

    `parties`: party_n, standing (tinyint, as in `graph.algorithms.network`). `links`: supplier_n, buyer_n, cost_up,
    cost_down and, where only some links may lead into a prospect, ok (boolean).
    """

    parties: DataFrame
    links: DataFrame

    @property
    def filtered(self) -> bool:
        return "ok" in self.links.columns


@dataclass(frozen=True)
class Ways:
    """The two tables that walks are joined with.

    `heads`, one row per spot: spot, standing, sure (a prospect whatever link leads to him), degree, passage (what it
    costs to walk on through), dearest (its last link's cost), firsts (cost that each block begins with), and enough:
    the cost within which its links alone lead to more prospects than are asked for, null where they do not.
    `blocks`: spot, block, links (array of cost and party).
    """

    heads: DataFrame
    blocks: DataFrame


def steps(network: Network, ways: tuple[int, ...]) -> DataFrame:
    """spot, to, way, step and, where links are filtered, ok: every link as a step, for each of the ways."""
    from pyspark.sql import functions as f

    ok = [f.col("ok")] if network.filtered else []
    ends = (("buyer_n", "supplier_n", "cost_up"), ("supplier_n", "buyer_n", "cost_down"))
    frames = [
        network.links.select(
            (f.col(ends[way][0]).cast("long") * 2 + way).alias("spot"), f.col(ends[way][1]).cast("int").alias("to"),
            f.lit(way).alias("way"), f.col(ends[way][2]).cast("int").alias("step"), *ok,
        )
        for way in ways
    ]  # fmt: skip
    return frames[0] if len(frames) == 1 else frames[0].unionByName(frames[1])


def spots(network: Network, ways: tuple[int, ...]) -> DataFrame:
    """spot, standing and sure, for every party and way."""
    from pyspark.sql import functions as f

    each = network.parties.select(
        f.col("party_n").cast("long").alias("party_n"), "standing", f.explode(f.array(*map(f.lit, ways))).alias("way")
    ).select((f.col("party_n") * 2 + f.col("way")).alias("spot"), "standing")
    prospect = f.col("standing") == 1
    if not network.filtered:
        return each.withColumn("sure", prospect)
    # A filter on the last link counts for the best walk only, which is not known before the end. Until then only
    # those count whom every link may lead to.
    into = steps(network, ways).groupBy((f.col("to").cast("long") * 2 + f.col("way")).alias("spot"))
    every = into.agg(f.min("ok").alias("every"))
    return each.join(every, "spot", "left").select("spot", "standing", (prospect & f.col("every")).alias("sure"))


def ways_of(network: Network, ways: tuple[int, ...], top: int, scratch: str) -> Ways:
    """Lay heads and blocks down under `scratch`; `top` is how many prospects will be asked for."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    every = spots(network, ways)
    target = every.select(f.col("spot").alias("to_spot"), f.col("sure").cast("int").alias("sure"))
    flat = steps(network, ways).withColumn("to_spot", f.col("to").cast("long") * 2 + f.col("way"))
    row = Window.partitionBy("spot").orderBy("step", "to")
    ranked = flat.join(target, "to_spot").select(
        "spot", "to", "step", (f.row_number().over(row) - 1).alias("place"),
        f.sum("sure").over(row.rowsBetween(Window.unboundedPreceding, 0)).alias("sure"),
    )  # fmt: skip
    # One more than asked for tells that the list is cut, and one of them may be the anchor.
    enough = f.min(f.when(f.col("sure") >= top + 2, f.col("step")))
    blocks = laid(
        ranked.withColumn("block", block_of(f.col("place"))).groupBy("spot", "block").agg(
            f.collect_list(f.struct("step", "to")).alias("links"), f.min("step").alias("first"),
            f.max("step").alias("dearest"), f.count("*").alias("size"), enough.alias("enough"),
        ),
        f"{scratch}/blocks",
    )  # fmt: skip
    heads = blocks.groupBy("spot").agg(
        f.sum("size").alias("degree"), f.max("dearest").alias("dearest"),
        f.sort_array(f.collect_list("first")).alias("firsts"), f.min("enough").alias("enough"),
    )  # fmt: skip
    whole = every.join(heads, "spot", "left").select(
        "spot", "standing", "sure", f.coalesce("degree", f.lit(0)).cast("int").alias("degree"), "dearest", "firsts",
        "enough", f.lit(0).alias("passage"),
    )  # fmt: skip
    fields = ", ".join(f"{field.name} {field.dataType.simpleString()}" for field in whole.schema.fields)
    return Ways(
        laid(mapped(whole, _with_passage, fields), f"{scratch}/heads"), blocks.select("spot", "block", "links")
    )


def block_of(place: Column) -> Column:
    """The block of a link by its place, from 0, among the links of its spot."""
    from pyspark.sql import functions as f

    start = sum(SIZES)
    block = f.floor((place - start) / LAST_SIZE) + len(SIZES)
    for number in reversed(range(len(SIZES))):
        block = f.when(place < sum(SIZES[: number + 1]), number).otherwise(block)
    return block.cast("int")


def _with_passage(batches: Batches) -> Batches:
    # The logarithm of a hub's degree is taken by the very function that the kernel uses.
    for batch in batches:
        degree, number = np.unique(batch.column("degree").to_numpy(), return_inverse=True)
        cost = np.array([passage(1, int(one)) for one in degree], np.int32)
        at = batch.schema.get_field_index("passage")
        yield batch.set_column(at, "passage", pa.array(cost[number], pa.int32()))
