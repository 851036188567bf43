"""From supply rows to links: one per (supplier, buyer), with everything DESIGN 4.1 sums over its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graph.algorithms.network import MISSING, Links

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

EPOCH = date(1970, 1, 1)


def day_of(days: int) -> date:
    """The date of a day counted from 1970-01-01."""
    return EPOCH + timedelta(days=days)


LINKS_SQL = """
SELECT supplier_n, buyer_n,
       coalesce(sum(amount), -1)::BIGINT AS amount,
       coalesce(sum(amount) FILTER (date > $year AND date <= $as_of), 0)::BIGINT AS amount_12,
       coalesce(sum(amount) FILTER (date > $years AND date <= $year), 0)::BIGINT AS amount_24,
       sum(coalesce("count", 1))::BIGINT AS n,
       min(date) AS first, max(date) AS last,
       bool_or(confidence IS NULL OR confidence = 1) AS sure,
       min(source) AS source, max(source) AS last_source
FROM {rows} GROUP BY ALL ORDER BY supplier_n, buyer_n
"""
YEARS_SQL = "SELECT ($as_of::DATE - INTERVAL 12 MONTH)::DATE, ($as_of::DATE - INTERVAL 24 MONTH)::DATE"
DOUBTS_SQL = """
SELECT supplier_n, buyer_n, confidence FROM {rows} WHERE confidence < 1 ORDER BY ALL
"""
SOURCES_SQL = """
SELECT supplier_n, buyer_n, string_agg(DISTINCT source, ';' ORDER BY source) AS sources
FROM {rows} SEMI JOIN several USING (supplier_n, buyer_n) GROUP BY ALL ORDER BY supplier_n, buyer_n
"""


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


def read_links(db: duckdb.DuckDBPyConnection, as_of: date | None, *, cut: bool) -> LinkTable:
    """Sum `rows_supplies` into links; with `cut`, rows after `as_of` are left out (undated ones stay)."""
    rows = "rows_supplies"
    if cut:
        rows = "(FROM rows_supplies WHERE date IS NULL OR date <= $as_of::DATE)"
    given: dict[str, Any] = {"as_of": as_of}
    [(year, years)] = db.execute(YEARS_SQL, given).fetchall()
    table = arrow(db, LINKS_SQL.format(rows=rows), given | {"year": year, "years": years}).combine_chunks()
    links = Links(
        supplier=_ints(table, "supplier_n", np.int32),
        buyer=_ints(table, "buyer_n", np.int32),
        amount=_ints(table, "amount", np.int64),
        n=_ints(table, "n", np.int64),
        first=_days(table, "first"),
        last=_days(table, "last"),
        confidence=_confidence(db, rows, given if cut else {}, table),
    )
    sources = _sources(db, rows, given if cut else {}, table)
    return LinkTable(links, _ints(table, "amount_12", np.int64), _ints(table, "amount_24", np.int64), sources)


def _confidence(
    db: duckdb.DuckDBPyConnection, rows: str, given: dict[str, Any], table: pa.Table
) -> NDArray[np.float64]:
    """1 − ∏(1 − confidence), multiplied in rising order of confidence so that every run gives the same bits."""
    confidence = np.ones(len(table))
    sure = table["sure"].to_numpy()
    if not sure.all():
        doubts = arrow(db, DOUBTS_SQL.format(rows=rows), given)
        keys = _key(doubts)
        starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
        missed = np.multiply.reduceat(1.0 - doubts["confidence"].to_numpy(), starts)
        at = np.searchsorted(_key(table), keys[starts])
        confidence[at] = 1.0 - missed
        confidence[sure] = 1.0
    return confidence


def _sources(db: duckdb.DuckDBPyConnection, rows: str, given: dict[str, Any], table: pa.Table) -> pa.Array:
    """Most links have one source; only the others need their names joined."""
    import pyarrow as pa
    import pyarrow.compute as pc

    several = pc.fill_null(pc.not_equal(table["source"], table["last_source"]), False).combine_chunks()
    one = table["source"].combine_chunks()
    if not pc.any(several).as_py():
        return one
    db.register("several", table.select(["supplier_n", "buyer_n"]).filter(several))
    joined = arrow(db, SOURCES_SQL.format(rows=rows), given)["sources"].combine_chunks()
    db.unregister("several")
    return pc.replace_with_mask(one, several, pa.array(joined, one.type))


def arrow(db: duckdb.DuckDBPyConnection, query: str, given: dict[str, Any] | None = None) -> pa.Table:
    """The answer of DuckDB as an Arrow table."""
    return db.sql(query, params=given or {}).to_arrow_table()


def _key(table: pa.Table) -> NDArray[np.int64]:
    key: NDArray[np.int64] = _ints(table, "supplier_n", np.int64) << 32 | _ints(table, "buyer_n", np.int64)
    return key


def _ints(table: pa.Table, name: str, kind: type[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(table[name].to_numpy(), kind)


def _days(table: pa.Table, name: str) -> NDArray[np.int32]:
    import pyarrow as pa

    days = table[name].combine_chunks().cast(pa.int32()).fill_null(MISSING)
    return np.ascontiguousarray(days.to_numpy(zero_copy_only=False), np.int32)
