"""What runs in a process of its own, so that its memory can be told: python -m benchmarks.steps STEP ARGUMENT …"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any


def load(tables: str, store: str, memory: str) -> dict[str, Any]:
    """Load into a new store with the product; seconds of each stage, and the numbers of parties and links."""
    from explorer import Explorer

    stages: dict[str, float] = {}
    last = "start", time.perf_counter()

    def progress(stage: str, _done: int, _total: int) -> None:
        nonlocal last
        now = time.perf_counter()
        stages[last[0]] = stages.get(last[0], 0) + now - last[1]
        last = stage, now

    explorer = Explorer.open(store, {"memory": memory})
    report = explorer.load(tables, rejects=Path(store).with_suffix(".rejects.csv"), progress=progress)
    progress("end", 0, 0)
    return {"stages": stages, "counts": [len(explorer.view().parties), report.links]}


def copy(graph: str, database: str, memory: str) -> dict[str, Any]:
    """COPY the files of a load into an empty database, with the same tables, memory and threads."""
    import ladybug

    from graph.model import NODES, RELATIONS
    from graph.stores.base import table_files
    from graph.stores.ladybug import copy_cypher, create_node_cypher, create_relation_cypher

    size = int(float(memory) * 2**30)
    into = ladybug.Database(database, buffer_pool_size=size, max_num_threads=0)
    with into, ladybug.Connection(into) as connection:
        for statement in (*map(create_node_cypher, NODES), *map(create_relation_cypher, RELATIONS)):
            connection.execute(statement)
        for name in table_files():
            connection.execute(copy_cypher(name, Path(graph) / f"{name}.parquet"))
        asked = "MATCH (p:Party) RETURN count(*)", "MATCH ()-[s:SUPPLIES]->() RETURN count(*)"
        return {"counts": [connection.execute(statement).get_next()[0] for statement in asked]}


SUMMED = """
SELECT supplier_n, buyer_n, sum(amount)::BIGINT AS amount, sum("count")::BIGINT AS n, min(date) AS first,
    max(date) AS last, 1 - product(1 - coalesce(confidence, 1)) AS confidence
FROM read_parquet($rows) GROUP BY supplier_n, buyer_n
"""


def parts(store: str, strings: str, folder: str, top: str, runs: str) -> dict[str, Any]:
    """The bare parts of a dig from the checked rows; imports and compiling are not in their times."""
    import duckdb
    import pyarrow.csv as pa_csv
    import pyarrow.parquet as pq

    from benchmarks.measure import timed
    from explorer import Explorer
    from graph.algorithms.network import DIRECTIONS
    from graph.algorithms.strings import dig_blocks

    view = Explorer.open(store).view()
    rows, table = str(view.version / "rows" / "supplies.parquet"), pq.read_table(strings)

    def links() -> Any:
        with duckdb.connect() as db:
            return db.sql(SUMMED, params={"rows": rows}).to_arrow_table()

    def dug(anchors: Any) -> int:
        asked = {"tiers": 4, "top": int(top), "standing": view.standing, "threads": 2}
        blocks = (b for d in DIRECTIONS for b in dig_blocks(view.graph, anchors, direction=d, **asked))
        return sum(len(block.prospect) for block in blocks)

    dug(view.cores[:1])
    works = {
        "duckdb": links,
        "kernel": lambda: dug(view.cores),
        "csv": lambda: pa_csv.write_csv(table, f"{folder}/bare.csv"),
        "parquet": lambda: pq.write_table(table, f"{folder}/bare.parquet", compression="zstd"),
    }
    done = {name: timed(name, work, int(runs)) for name, work in works.items()}
    summed = done["duckdb"].output
    assert (len(summed), summed["n"].to_numpy().sum()) == (view.graph.links, view.graph.n.sum())
    assert done["kernel"].output == len(table)
    return {name: [timing.wall, timing.processor] for name, timing in done.items()} | {"rows": len(table)}


def dig(store: str, top: str) -> dict[str, Any]:
    """The kernel alone, all cores both ways, two threads."""
    from explorer import Explorer
    from graph.algorithms.network import DIRECTIONS
    from graph.algorithms.strings import dig_blocks

    view = Explorer.open(store).view()
    asked = {"tiers": 4, "top": int(top), "standing": view.standing, "threads": 2}
    blocks = (b for d in DIRECTIONS for b in dig_blocks(view.graph, view.cores, direction=d, **asked))
    return {"rows": sum(len(block.prospect) for block in blocks), "anchors": len(view.cores)}


def neo4j_loop(version: str) -> dict[str, Any]:
    """Send the batches of an online load to the server of the environment, with nothing around them."""
    import pyarrow.parquet as pq

    from explorer.settings import SETTING
    from graph.stores.base import table_files
    from graph.stores.neo4j.load import AWAIT_INDEXES
    from graph.stores.neo4j.statements import merge_cypher, schema_cypher

    given = {"load_id": "bare", "at": date.today()}
    with _driver() as driver, driver.session() as session:
        for statement in (*schema_cypher(), AWAIT_INDEXES):
            session.run(statement).consume()
        for name in table_files():
            columns = [c.to_pylist() for c in pq.read_table(Path(version) / "graph" / f"{name}.parquet").columns]
            rows = list(zip(*columns, strict=True))
            size = int(SETTING["neo4j_batch"].default)
            for start in range(0, len(rows), size):
                batch = rows[start : start + size]
                for statement in merge_cypher(name):
                    session.execute_write(lambda t, s=statement, b=batch: t.run(s, rows=b, **given).consume())
        return {"links": session.run("MATCH ()-[r:SUPPLIES]->() RETURN count(*)").single(strict=True).value()}


def neo4j_read() -> dict[str, Any]:
    """Fetch the columns that a snapshot is made of, a record for each party and supplier, and drop them."""
    from graph.model import NODE
    from graph.stores.neo4j.reading import LINK_COLUMNS

    parties = "MATCH (n:Party) RETURN " + ", ".join(f"n.`{p.name}`" for p in NODE["Party"].properties)
    lists = ", ".join(f"[r IN links | r.`{name}`]" for name in LINK_COLUMNS)
    links = (
        "MATCH (a:Party) WITH a, [(a)-[r:SUPPLIES]->(:Party) | r] AS links WHERE size(links) > 0"
        f" RETURN a.party_id, [r IN links | endNode(r).party_id], {lists}"
    )
    with _driver() as driver, driver.session(fetch_size=2000) as session:
        return {"parties": sum(1 for _ in session.run(parties)), "links": sum(len(r[1]) for r in session.run(links))}


def _driver() -> Any:
    import neo4j

    login = os.environ["NEO4J_USERNAME"], os.environ["NEO4J_PASSWORD"]
    return neo4j.GraphDatabase.driver(os.environ["NEO4J_URI"], auth=login)


if __name__ == "__main__":
    steps = {
        "load": load,
        "copy": copy,
        "parts": parts,
        "dig": dig,
        "neo4j_loop": neo4j_loop,
        "neo4j_read": neo4j_read,
    }
    answer = steps[sys.argv[1]](*sys.argv[2:])
    print(json.dumps(answer))
