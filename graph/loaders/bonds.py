"""From the tables of the graph to the bonds beside the snapshot, by DuckDB, which spills what memory cannot hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.progress import Progress, steps
from graph import bonds
from graph.loaders.sql import scanned
from graph.model import RELATION

if TYPE_CHECKING:
    import duckdb

BATCH = 1 << 18


def write_bonds(db: duckdb.DuckDBPyConnection, version: Path, progress: Progress) -> None:
    """Write `snapshot/bonds/` from the tables in `graph/`; parties get their numbers from the rows."""
    graph = version / "graph"
    groups = f"read_parquet({scanned(graph / 'Group.parquet')})"
    columns = ", ".join(f'"{one}"' for one in bonds.SCHEMAS[bonds.GROUPS].names)
    numbers = {
        "Party": "(SELECT party_id AS id, n::INTEGER AS n FROM rows_parties)",
        "Group": f"(SELECT group_id AS id, (row_number() OVER (ORDER BY group_id) - 1)::INTEGER AS n FROM {groups})",
    }
    queries = {bonds.GROUPS: f"SELECT {columns} FROM {groups}"}
    for name, of in bonds.RELATIONS.items():
        [(start, end)] = RELATION[of].ends
        facts = "".join(f', r."{one.name}"' for one in RELATION[of].properties)
        queries[name] = (
            f"SELECT a.n AS a, b.n AS b{facts} FROM read_parquet({scanned(graph / f'{of}.{start}.{end}.parquet')}) r"
            f' JOIN {numbers[start]} a ON a.id = r."from" JOIN {numbers[end]} b ON b.id = r."to"'
        )
    for name, query in steps(progress, "bonds", list(queries.items())):
        bonds.save_sorted(version / "snapshot", name, db.sql(f"{query} ORDER BY ALL").to_arrow_reader(BATCH))
