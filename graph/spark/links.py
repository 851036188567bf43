"""From supply rows to weighed links: graph/loaders/links.py and graph/algorithms/strength.py on Spark.

Sums are of integers, doubts are multiplied in falling order, and what is no plain arithmetic is taken by the very
kernels of one machine, batch by batch: so every machine comes to the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.errors import BadTables
from graph.algorithms.network import MISSING
from graph.loaders.build import MOST
from graph.loaders.links import YEARS_SQL, days_of

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame

FLOATS = ("share_out", "share_in", "alive", "strength_up", "strength_down")
COSTS = ("cost_up", "cost_down")
SUMS = ("supplier_n", "buyer_n", "amount", "amount_12", "amount_24", "n", "first", "last", "confidence", "sources")
COLUMNS = (*SUMS[:-1], *FLOATS, *COSTS, "sources")
SCHEMA = (
    "supplier_n int, buyer_n int, amount bigint, amount_12 bigint, amount_24 bigint, n bigint, first date, last date,"
    " confidence double, share_out double, share_in double, alive double, strength_up double, strength_down double,"
    " cost_up int, cost_down int, sources string"
)
DIGIT = 12
"""Binary digits of an amount that one look for the median settles."""


def summed(rows: DataFrame, as_of: date | None) -> DataFrame:
    """One row per (supplier, buyer) of kept supply rows up to `as_of`, with everything DESIGN 4.1 sums."""
    from pyspark.sql import functions as f

    day, amount = f.col("date"), f.coalesce(f.col("amount"), f.lit(0))
    last_year = year_before = f.lit(False)
    if as_of:
        year, years = _years_before(as_of)
        rows = rows.filter(day.isNull() | (day <= f.lit(as_of)))
        last_year, year_before = day > f.lit(year), (day > f.lit(years)) & (day <= f.lit(year))
    confidence = f.coalesce(f.col("confidence"), f.lit(1.0))
    doubts = f.sort_array(f.collect_list(f.when(confidence != 1.0, f.lit(1.0) - confidence)), asc=False)
    sums = rows.groupBy("supplier_n", "buyer_n").agg(
        f.sum("amount").alias("amount"),
        f.sum(f.when(last_year, amount).otherwise(0)).alias("amount_12"),
        f.sum(f.when(year_before, amount).otherwise(0)).alias("amount_24"),
        f.sum(f.coalesce(f.col("count"), f.lit(1))).alias("n"),
        f.min("date").alias("first"),
        f.max("date").alias("last"),
        f.max(confidence == 1.0).alias("sure"),
        doubts.alias("doubts"),
        f.array_join(f.array_sort(f.collect_set("source")), ";").alias("sources"),
    )
    product = f.aggregate("doubts", f.lit(1.0), lambda whole, doubt: whole * doubt)
    sure = f.when(f.col("sure"), f.lit(1.0)).otherwise(f.lit(1.0) - product)
    named = f.when(f.col("sources") != "", f.col("sources"))
    return sums.withColumns({"confidence": sure, "sources": named}).select(*SUMS)


def _years_before(as_of: date) -> tuple[date, date]:
    """The day a year before, and that two years before."""
    import duckdb

    with duckdb.connect() as db:
        [(year, years)] = db.execute(YEARS_SQL, {"as_of": as_of}).fetchall()
    return year, years


def newest(rows: DataFrame) -> date | None:
    """The newest date of supply rows; raises BadTables where they are too large to be summed in 64 bits."""
    from pyspark.sql import functions as f

    wide = [f.sum(f.col(column).cast("double")) for column in ("amount", "count")]
    *totals, day = rows.agg(*wide, f.max("date")).collect()[0]  # two numbers and a day
    if any(total is not None and total > MOST for total in totals):
        raise BadTables("sums_too_large")
    found: date | None = day
    return found


def weight(sums: DataFrame) -> Column:
    """The weight of a link, as strength.py has it: amounts in 1/200, the median's where empty; else deliveries."""
    from pyspark.sql import functions as f

    found = sums.agg(f.count("amount"), f.count(f.lit(1))).collect()[0]  # two numbers
    known, links = int(found[0]), int(found[1])
    if not known:
        return f.col("n")
    if known == links:
        return f.col("amount") * 2
    amounts = sums.filter("amount IS NOT NULL").select("amount")
    low = _ranked(amounts, (known - 1) // 2)
    high = low if known % 2 else _ranked(amounts, known // 2)
    return f.coalesce(f.col("amount") * 2, f.lit(low + high))


def _ranked(amounts: DataFrame, rank: int) -> int:
    """The amount with `rank` smaller or equal ones before it, exact; each look settles some binary digits."""
    from pyspark.sql import functions as f

    top = int(amounts.agg(f.max("amount")).collect()[0][0])  # one number
    shift, base = -(-top.bit_length() // DIGIT) * DIGIT, 0
    while shift:
        shift -= DIGIT
        digit = f.shiftright(f.col("amount") - base, shift).alias("digit")
        within = amounts.filter(f.col("amount").between(base, min(base + (1 << (shift + DIGIT)) - 1, top)))
        counts = within.groupBy(digit).count().orderBy("digit").collect()  # 4096 numbers at most
        for place, count in counts:
            if rank < count:
                base += int(place) << shift
                break
            rank -= int(count)
    return base


def ledgers(weighted: DataFrame) -> tuple[DataFrame, DataFrame]:
    """What each supplier sells and each buyer buys: their sums, numbers of partners, and the largest sale."""
    from pyspark.sql import functions as f

    total = f.sum("weight")
    sold = weighted.groupBy("supplier_n").agg(
        total.alias("sold"), f.count(f.lit(1)).alias("n_buyers"), f.max("weight").alias("top")
    )
    bought = weighted.groupBy("buyer_n").agg(total.alias("bought"), f.count(f.lit(1)).alias("n_suppliers"))
    return sold, bought


def weighed(weighted: DataFrame, sold: DataFrame, bought: DataFrame, as_of: date | None) -> DataFrame:
    """The links with their strengths and costs, in any order."""
    whole = weighted.join(sold.select("supplier_n", "sold"), "supplier_n").join(
        bought.select("buyer_n", "bought"), "buyer_n"
    )
    day = days_of(as_of) if as_of else 0

    def weigh(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield _weighed(batch, day)

    return whole.mapInArrow(weigh, SCHEMA)


def _weighed(batch: pa.RecordBatch, day: int) -> pa.RecordBatch:
    """Strengths of some links by the kernel of one machine; each link's own ledgers stand at its place."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from graph.algorithms.strength import weigh_links

    def array(name: str, kind: str) -> Any:
        return np.array(batch[name].to_numpy(zero_copy_only=False), kind)

    places = np.arange(len(batch), dtype=np.int32)
    last = pc.fill_null(batch["last"].cast(pa.int32()), MISSING).to_numpy(zero_copy_only=False)
    floats = [np.empty(len(batch), np.float64) for _ in FLOATS]
    costs = [np.empty(len(batch), np.int32) for _ in COSTS]
    weigh_links(
        array("sold", "i8"), array("bought", "i8"), day, places, places, array("weight", "i8"), array("n", "i8"),
        np.array(last, "i4"), array("confidence", "f8"), *floats, *costs,
    )  # fmt: skip
    made = dict(zip((*FLOATS, *COSTS), (*floats, *costs), strict=True))
    columns = [pa.array(made[name]) if name in made else batch[name] for name in COLUMNS]
    return pa.RecordBatch.from_arrays(columns, list(COLUMNS))


def with_partners(parties: DataFrame, sold: DataFrame, bought: DataFrame) -> DataFrame:
    """Parties with what their ledgers look like: n_suppliers, n_buyers and top_buyer_share, null without a buyer."""
    from pyspark.sql import functions as f

    sellers = sold.select(f.col("supplier_n").alias("party_n"), "n_buyers", "top", "sold")
    buyers = bought.select(f.col("buyer_n").alias("party_n"), "n_suppliers")
    share = f.col("top").cast("double") / f.col("sold").cast("double")
    found = parties.join(sellers, "party_n", "left").join(buyers, "party_n", "left")
    counts = {name: f.coalesce(f.col(name), f.lit(0)) for name in ("n_suppliers", "n_buyers")}
    return found.withColumns(counts | {"top_buyer_share": share})
