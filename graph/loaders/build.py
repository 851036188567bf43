"""From links to the graph: strengths, the SUPPLIES table, the parties' counts and the snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.errors import BadTables
from explorer.progress import Progress
from graph import parties as register
from graph import snapshot
from graph import sources as link_sources
from graph.algorithms.anchors import cores_within_2
from graph.algorithms.network import Array, Graph, Links, Strength
from graph.algorithms.strength import partners, strength
from graph.loaders.links import LinkTable, arrow, days_of, newest_date, read_links
from graph.loaders.parties import has_role
from graph.model import RELATION

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SLICE = 1 << 20
MOST = 2.0**61
"""What all amounts (in 1/100) or counts may add up to: twice the sum of any party's then fits into 64 bits."""
TOO_MUCH_SQL = """
SELECT coalesce(greatest(sum(amount::DOUBLE), sum("count"::DOUBLE)) > $most, false) FROM rows_supplies
"""
PARTIES_SQL = f"SELECT party_id, {has_role('core_enterprise')} AS is_core FROM rows_parties ORDER BY n"


@dataclass(frozen=True)
class Built:
    """The links of one load as of one day, weighed. `as_of` is None where nothing is dated and none was given."""

    table: LinkTable
    strength: Strength
    parties: int
    as_of: date | None

    @property
    def links(self) -> Links:
        return self.table.links

    def graph(self) -> Graph:
        return snapshot.build(self.links, self.strength, self.parties)


def from_rows(
    db: duckdb.DuckDBPyConnection, rows: Path, as_of: date | None, threads: int, progress: Progress,
    *, named: bool = True,
) -> Built:  # fmt: skip
    """Sum and weigh the supplies in the folder `rows` as of a day, by default the newest date among them.

    `named`: with the names of each link's sources, which only a load needs.
    Raises BadTables where amounts or counts are too large to be summed in 64 bits.
    """
    progress("links", 0, 0)
    if db.execute(TOO_MUCH_SQL, {"most": MOST}).fetchall() != [(False,)]:
        raise BadTables("sums_too_large")
    day = as_of or newest_date(db)
    table = read_links(db, rows, day, named=named)
    [(count,)] = db.execute("SELECT count(*) FROM rows_parties").fetchall()
    weighed = strength(table.links, count, days_of(day) if day else 0, max(threads, 1))
    progress("links", 1, 1)
    return Built(table, weighed, count, day)


def write(
    db: duckdb.DuckDBPyConnection, built: Built, version: Path, tag: dict[str, str], threads: int, progress: Progress
) -> None:
    """Write the snapshot and `graph/SUPPLIES.Party.Party.parquet`; register `partners` for the party table."""
    import pyarrow as pa

    graph = built.graph()
    snapshot.save(version / "snapshot", graph, tag)
    link_sources.save(version / "snapshot", built.table.sources.cast(pa.string()))
    parties = arrow(db, PARTIES_SQL)
    is_core = parties["is_core"].to_numpy()
    snapshot.save_counts(version / "snapshot", count_cores(graph, is_core, threads))
    ids = parties["party_id"].combine_chunks()
    _write_supplies(built, ids, version / "graph" / "SUPPLIES.Party.Party.parquet", progress)
    ledger = partners(built.links, built.strength.share_out, built.parties)
    shares = pa.array(ledger.top_buyer_share, from_pandas=True)
    numbers = pa.array(np.arange(built.parties, dtype=np.int32))
    columns = {"n": numbers, "n_suppliers": ledger.suppliers, "n_buyers": ledger.buyers, "top_buyer_share": shares}
    db.register("partners", pa.table(columns))


def count_cores(graph: Graph, is_core: Array, threads: int) -> dict[str, Array]:
    return dict(zip(snapshot.COUNTS, cores_within_2(graph, is_core, max(threads, 1)), strict=True))


def write_parties(version: Path) -> None:
    """Lay the party table beside the snapshot, in the order of its numbers."""
    import pyarrow.parquet as pq

    register.save(version / "snapshot", pq.read_table(version / "graph" / "Party.parquet"))


def _write_supplies(built: Built, ids: pa.Array, path: Path, progress: Progress) -> None:
    import pyarrow.parquet as pq

    total = len(built.links.supplier)
    schema = _supplies_slice(built, ids, slice(0, 0)).schema
    with pq.ParquetWriter(path, schema, compression="snappy", use_dictionary=["from", "to", "sources"]) as writer:
        for start in range(0, total, SLICE):
            progress("supplies", start, total)
            writer.write_table(_supplies_slice(built, ids, slice(start, start + SLICE)))
    progress("supplies", total, total)


def _supplies_slice(built: Built, ids: pa.Array, part: slice) -> pa.Table:
    """Columns of SUPPLIES as the model declares them, for some of the links."""
    import pyarrow as pa

    links, weighed, table = built.links, built.strength, built.table
    columns = {
        "amount": pa.array(links.amount[part] / 100.0, mask=links.amount[part] < 0),
        "amount_12": table.amount_12[part] / 100.0,
        "amount_24": table.amount_24[part] / 100.0,
        "n": links.n[part],
        "first": dates(links.first[part]),
        "last": dates(links.last[part]),
        "confidence": links.confidence[part],
        "share_out": weighed.share_out[part],
        "share_in": weighed.share_in[part],
        "alive": weighed.alive[part],
        "strength_up": weighed.up[part],
        "strength_down": weighed.down[part],
        "cost_up": weighed.cost_up[part].astype(np.int64),
        "cost_down": weighed.cost_down[part].astype(np.int64),
        "sources": table.sources[part].cast(pa.string()),
    }
    ends = {"from": ids.take(pa.array(links.supplier[part])), "to": ids.take(pa.array(links.buyer[part]))}
    return pa.table(ends | {p.name: columns[p.name] for p in RELATION["SUPPLIES"].properties})


def dates(days: Array) -> pa.Array:
    """Days since 1970 as Arrow dates; MISSING becomes null."""
    import pyarrow as pa

    from graph.algorithms.network import MISSING

    return pa.array(days, pa.int32(), mask=days == MISSING).cast(pa.date32())
