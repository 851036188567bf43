"""Rows of numbers told in the words of the parties on their paths, ready to be written by those who know columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.spark.lists import last_links

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PLACES = 8
"""More than a path has steps: the place of a step says which of several paths it is on."""


def told(rows: DataFrame, key: tuple[str, ...], parties: DataFrame, facts: tuple[str, ...]) -> DataFrame:
    """Add the parties on the paths of each row, and `facts` of its party.

    Parameters: `rows` with `key` (what tells rows apart), party, and path (array of array of int: several paths).
    Adds `steps`, an array of (place, party_id, name, is_customer) sorted by place, which is 8 times the number of the
    path plus the step's, and the columns `facts`, in the place of path.
    """
    from pyspark.sql import functions as f

    far = rows.select(*key, f.posexplode("path").alias("number", "one")).select(
        *key, "number", f.posexplode("one").alias("step", "party_n")
    )
    nowhere = f.lit(-1)
    near = rows.select(*key, nowhere.alias("number"), nowhere.alias("step"), f.col("party").alias("party_n"))
    known = far.unionByName(near).join(
        parties.select("party_n", "party_id", "name", "is_customer", *facts), "party_n"
    )
    place = (f.col("number") * PLACES + f.col("step")).alias("place")
    about = f.first(f.when(f.col("number") < 0, f.struct(f.col("party_id").alias("id"), f.col("name").alias("called"),
                                                          *facts)), ignorenulls=True)  # fmt: skip
    steps = f.collect_list(f.when(f.col("number") >= 0, f.struct(place, "party_id", "name", "is_customer")))
    together = known.groupBy(*key).agg(f.sort_array(steps).alias("steps"), about.alias("about"))
    return (
        rows.drop("path")
        .join(together, list(key))
        .select(*(f.col(name) for name in rows.columns if name != "path"), "steps", "about.*")
    )


def with_links(rows: DataFrame, links: DataFrame) -> DataFrame:
    """Add amount and last of the link into the party of each row."""
    return last_links(rows, links.select("supplier_n", "buyer_n", "amount", "last")).drop("supplier_n", "buyer_n")
