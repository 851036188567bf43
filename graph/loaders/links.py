"""From supply rows to links: one per (supplier, buyer), with everything DESIGN 4.1 sums over its rows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graph.algorithms.network import MISSING, NO_AMOUNT, Array, Links
from graph.algorithms.sums import NO_SOURCE, ROW_KINDS, Summing, Sums

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

EPOCH = date(1970, 1, 1)
SLICE = 1 << 18
NO_DAY = int(np.iinfo(np.int32).max)
"""As of this day nothing is left out."""
COLUMNS = ["supplier_n", "buyer_n", "date", "amount", "count", "confidence", "source"]
EMPTY = {"date": MISSING, "amount": NO_AMOUNT, "count": 1, "confidence": 1.0, "source": NO_SOURCE}

YEARS_SQL = """
SELECT greatest(day - INTERVAL 12 MONTH, DATE '0001-01-01')::DATE,
       greatest(day - INTERVAL 24 MONTH, DATE '0001-01-01')::DATE
FROM (SELECT $as_of::DATE AS day)
"""
SOURCES_SQL = "SELECT DISTINCT source FROM rows_supplies WHERE source IS NOT NULL ORDER BY source"


def day_of(days: int) -> date:
    """The date of a day counted from 1970-01-01."""
    return EPOCH + timedelta(days=days)


def days_of(day: date) -> int:
    """A date as the days since 1970-01-01, as links count them."""
    return (day - EPOCH).days


@dataclass(frozen=True)
class LinkTable:
    """Links in the order (supplier, buyer), m of them, with the columns that only people look at.

    `amount_12`, `amount_24`: int64[m] in 1/100; `sources`: Arrow strings, `;`-joined, null where none is named.
    """

    links: Links
    amount_12: NDArray[np.int64]
    amount_24: NDArray[np.int64]
    sources: pa.Array


def newest_date(db: duckdb.DuckDBPyConnection) -> date | None:
    """The newest date among supplies, without any that of ties and referrals; None where nothing is dated."""
    found: date | None
    for query in (
        "SELECT max(date) FROM rows_supplies",
        "SELECT max(date) FROM (SELECT date FROM rows_ties UNION ALL SELECT date FROM rows_referrals)",
    ):
        [(found,)] = db.execute(query).fetchall()
        if found is not None:
            return found
    return None


def read_links(db: duckdb.DuckDBPyConnection, rows: Path, as_of: date | None, *, named: bool) -> LinkTable:
    """Sum `rows/supplies.parquet` into links; rows after `as_of` are left out, undated ones stay.

    Without `named`, the sources stay empty: strengths do without them.
    """
    names = [name for (name,) in db.execute(SOURCES_SQL).fetchall()] if named else []
    sums = _sum(db, rows / "supplies.parquet", names, as_of)
    links = Links(
        supplier=sums.supplier,
        buyer=sums.buyer,
        amount=sums.amount,
        n=sums.n,
        first=sums.first,
        last=sums.last,
        confidence=sums.confidence,
    )
    return LinkTable(links, sums.amount_12, sums.amount_24, _sources(sums, names))


def _sum(db: duckdb.DuckDBPyConnection, path: Path, names: list[str], as_of: date | None) -> Sums:
    import pyarrow.parquet as pq

    days = (NO_DAY, NO_DAY, NO_DAY)
    if as_of:
        [(year, years)] = db.execute(YEARS_SQL, {"as_of": as_of}).fetchall()
        days = (days_of(as_of), days_of(year), days_of(years))
    with pq.ParquetFile(path, read_dictionary=["source"]) as file:
        summing = Summing(file.metadata.num_rows, as_of=days[0], year=days[1], years=days[2])
        with ThreadPoolExecutor(1) as pool:  # one batch is summed while the next is read
            summed = pool.submit(lambda: None)
            for batch in file.iter_batches(SLICE, columns=COLUMNS if names else COLUMNS[:-1]):
                columns = list(_columns(batch, names))
                summed.result()
                summed = pool.submit(summing.add, *columns)
            summed.result()
    return summing.sums()


def _columns(batch: pa.RecordBatch, names: list[str]) -> Iterator[Array]:
    """The batch as arrays of ROW_KINDS, sources as their numbers in `names`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for name, kind in zip(COLUMNS, ROW_KINDS, strict=True):
        if name not in batch.schema.names:
            yield np.full(batch.num_rows, EMPTY[name], kind)
            continue
        column = batch.column(name)
        if name == "source":
            numbers = pc.index_in(column.dictionary, value_set=pa.array(names, pa.string()))
            column = numbers.take(column.indices)
        if name == "date":
            column = column.cast(pa.int32())
        if column.null_count:
            column = pc.fill_null(column, EMPTY[name])
        yield np.ascontiguousarray(column.to_numpy(zero_copy_only=False), kind)


def _sources(sums: Sums, names: list[str]) -> pa.Array:
    """The names of each link's sources, in the order of their numbers, which is that of the names."""
    import pyarrow as pa
    import pyarrow.compute as pc

    named = pa.array(names, pa.string()).take(pa.array(sums.source))
    joined = pc.binary_join(pa.LargeListArray.from_arrays(pa.array(sums.source_ptr), named), ";")
    return pc.if_else(pa.array(np.diff(sums.source_ptr) > 0), joined, None)


def arrow(db: duckdb.DuckDBPyConnection, query: str, given: dict[str, Any] | None = None) -> pa.Table:
    """The answer of DuckDB as an Arrow table."""
    return db.sql(query, params=given or {}).to_arrow_table()
