"""What appeared, changed and vanished between two loads, told from their graph tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.progress import Progress, steps
from graph.loaders.sql import literal, scanned
from graph.model import NODE, RELATION, Property
from graph.stores.base import table_files

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Change:
    """Counts of one graph table; `name` is the node's label or the relationship's type with its ends."""

    name: str
    appeared: int
    changed: int
    vanished: int


def compare(
    db: duckdb.DuckDBPyConnection, old: Path, new: Path, file: Path | None, progress: Progress
) -> tuple[Change, ...]:
    """Compare the `graph/` folders `old` and `new`; with `file`, list every change there as CSV.

    Properties that move with as_of (strengths, shares, counts of partners) are not compared.
    """
    names = table_files()
    db.execute('CREATE TEMP TABLE changes ("table" VARCHAR, change VARCHAR, id VARCHAR, "to" VARCHAR, key VARCHAR)')
    for name in steps(progress, "changes", names):
        db.execute(f"INSERT INTO changes SELECT '{name}', {_compare_sql(name, old, new)}")
    counted = db.execute('SELECT "table", change, count(*) FROM changes GROUP BY ALL').fetchall()
    if file:
        db.execute(f"COPY (FROM changes ORDER BY ALL) TO {literal(file)} (FORMAT csv, HEADER)")
    db.execute("DROP TABLE changes")
    counts = {(name, change): n for name, change, n in counted}
    kinds = ("appeared", "changed", "vanished")
    return tuple(Change(name, *(counts.get((name, kind), 0) for kind in kinds)) for name in names)


def write_head(file: Path) -> None:
    """Write the list of changes of a first load: empty, lest that of another load be taken for it."""
    file.write_text("table,change,id,to,key\n", "utf-8")


def _compare_sql(name: str, old: Path, new: Path) -> str:
    """Rows (change, id, to, key) of one table, by a full join on its key.

    A load of an older model may lack properties, which are no change, or the whole table, of which all has appeared.
    """
    import pyarrow.parquet as pq

    label = name.split(".")[0]
    if label in NODE:
        key, properties = [NODE[label].key], NODE[label].properties
        shown = f"coalesce(o.{key[0]}, n.{key[0]}), NULL, NULL"
    else:
        key, properties = ["from", "to", *RELATION[label].key], RELATION[label].properties
        shown = ", ".join(f'coalesce(o."{k}", n."{k}")' for k in key) + ", NULL" * (3 - len(key))
    former = old / f"{name}.parquet"
    known = set(pq.read_schema(former).names) if former.exists() else set[str]()
    rows = scanned(former if known.issuperset(key) else new / f"{name}.parquet")
    joined = " AND ".join(f'o."{k}" IS NOT DISTINCT FROM n."{k}"' for k in key)
    return (
        f"CASE WHEN o.here IS NULL THEN 'appeared' WHEN n.here IS NULL THEN 'vanished' ELSE 'changed' END, {shown}"
        f" FROM (SELECT *, true AS here FROM read_parquet({rows}) WHERE {known.issuperset(key)}) o"
        f" FULL JOIN (SELECT *, true AS here FROM read_parquet({scanned(new / f'{name}.parquet')})) n ON {joined}"
        f" WHERE o.here IS NULL OR n.here IS NULL OR {_differs_sql(properties, known - set(key))}"
    )


def _differs_sql(properties: tuple[Property, ...], among: set[str]) -> str:
    compared = [p.name for p in properties if not p.derived and p.name in among]
    return " OR ".join(f'o."{name}" IS DISTINCT FROM n."{name}"' for name in compared) or "false"
