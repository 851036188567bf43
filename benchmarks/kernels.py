"""Times of the kernels alone: python benchmarks/kernels.py [--tables FOLDER | --parties N --links M]."""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb
import numpy as np

from graph.algorithms.anchors import best_anchors, cores_within_2
from graph.algorithms.network import CUSTOMER, DIRECTIONS, NO_AMOUNT, PROSPECT, Array, Links
from graph.algorithms.strength import strength
from graph.algorithms.strings import dig_blocks
from graph.snapshot import build

T = TypeVar("T")
AS_OF = 20_634
PARTIES_A_CORE = 340

LINKS = """
    WITH parties AS (
        SELECT party_id, (row_number() OVER (ORDER BY party_id) - 1)::INT AS n FROM read_parquet($parties)
    )
    SELECT s.n AS supplier, b.n AS buyer, coalesce(sum((amount * 100)::BIGINT), -1)::BIGINT AS amount,
        sum(coalesce(count, 1))::BIGINT AS n, min(date) - DATE '1970-01-01' AS first,
        max(date) - DATE '1970-01-01' AS last, 1 - product(1 - coalesce(confidence, 1)) AS confidence
    FROM read_parquet($supplies) JOIN parties s ON s.party_id = supplier_id JOIN parties b ON b.party_id = buyer_id
    GROUP BY ALL ORDER BY supplier, buyer
"""


def timed(what: str, work: Callable[[], T]) -> T:
    start, busy = time.perf_counter(), time.process_time()
    result = work()
    wall, busy = time.perf_counter() - start, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{what:<50} {wall:9.3f} s   on processors {busy:9.3f} s   peak {peak:5.2f} GB", flush=True)
    return result


def made_up(parties: int, links: int) -> Links:
    """Random links with heavy-tailed degrees on both sides."""
    rng = np.random.default_rng(7)
    supplier, buyer = (
        rng.permutation(parties)[(parties * rng.random(links + links // 16) ** 1.8).astype(np.int64)]
        for _ in range(2)
    )
    keys = np.unique((supplier * parties + buyer)[supplier != buyer])
    keys = np.sort(rng.permutation(keys)[:links])
    size = len(keys)
    amount = (np.exp(rng.normal(10, 2, size)) * 100).astype(np.int64) + 1
    amount[rng.random(size) < 0.02] = NO_AMOUNT
    last = (AS_OF - rng.exponential(200, size)).astype(np.int32)
    return Links(keys // parties, keys % parties, amount, rng.geometric(0.3, size), last, last, np.ones(size))


def from_tables(folder: Path) -> tuple[int, Links]:
    with duckdb.connect() as db:
        files = {name: str(folder / f"{name}.parquet") for name in ("parties", "supplies")}
        columns = db.execute(LINKS, files).fetchnumpy()
        (parties,) = db.execute(
            "SELECT count(*) FROM read_parquet($parties)", {"parties": files["parties"]}
        ).fetchone()
    return parties, Links(*columns.values())


def dug(*args: object, **asked: object) -> int:
    return sum(len(block.prospect) for block in dig_blocks(*args, **asked))


def measure(parties: int, links: Links, cores: Array, top: int) -> None:
    weighed = timed("strength, 2 threads", lambda: strength(links, parties, AS_OF, threads=2))
    graph = timed("build, 2 threads", lambda: build(links, weighed, parties))
    standing = np.where(np.random.default_rng(1).random(parties) < 0.15, CUSTOMER, PROSPECT)
    for direction in DIRECTIONS:
        asked = {"direction": direction, "tiers": 4, "top": top, "standing": standing}
        dug(graph, cores[:1], **asked)
        for threads in (1, 2):
            what = f"dig {direction}, {len(cores)} cores, top {top}, {threads} threads"
            rows = timed(what, lambda threads=threads, asked=asked: dug(graph, cores, threads=threads, **asked))
        print(f"    {rows} rows")
    is_core = np.isin(np.arange(parties), cores)
    timed("cores within two hops", lambda: cores_within_2(graph, is_core))
    for threads in (1, 2):
        found = timed(
            f"best three cores of every party, {threads} threads",
            lambda threads=threads: best_anchors(graph, cores, tiers=4, threads=threads),
        )
    timed("their paths", lambda: found.paths(np.arange(parties)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=Path, help="folder with parties.parquet and supplies.parquet")
    parser.add_argument("--parties", type=int, default=680_000)
    parser.add_argument("--links", type=int, default=5_000_000)
    parser.add_argument("--top", type=int, default=200)
    given = parser.parse_args()
    if given.tables:
        parties, links = timed("reading the tables", lambda: from_tables(given.tables))
    else:
        parties = given.parties
        links = timed("making links up", lambda: made_up(parties, given.links))
    print(f"{parties} parties, {len(links.supplier)} links")
    # The busiest tenth, as core enterprises are; evenly over it.
    degree = np.bincount(links.supplier, minlength=parties) + np.bincount(links.buyer, minlength=parties)
    busiest = np.argsort(-degree, kind="stable")[: parties // 10]
    cores = np.sort(busiest[:: max(1, PARTIES_A_CORE // 10)]).astype(np.int32)
    small = Links([0], [1], [1], [1], [0], [0], [1.0])
    timed(
        "compiling or loading the kernels",
        lambda: best_anchors(build(small, strength(small, 2, 0), 2), [0], tiers=1, threads=1),
    )
    measure(parties, links, cores, given.top)


if __name__ == "__main__":
    main()
