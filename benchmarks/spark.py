"""Spark: the strings of a county by both plans, on one core and on two, beside one machine; all bytes must be equal.

Each run is a process of its own, so that it starts a Spark of its own; the tables stand as a work folder.
"""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.county import county
from benchmarks.measure import Figure, short

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from explorer.formats import Table

MASTERS = ("local[1]", "local[2]")
PLANS = ("snapshot", "tiers")
SMALL = 50_000


def run(given: Namespace) -> list[Figure]:
    return [figure for size in sorted({SMALL, given.parties}) for figure in _of(given, size)]


def _of(given: Namespace, parties: int) -> Iterator[Figure]:
    home = county(given, parties).loaded()
    work = home.folder / "work"
    for master in MASTERS:
        for plan in PLANS:
            words = [str(home.store), str(work), str(home.tables), master, plan, str(given.top or 200)]
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.spark", *words], check=True, capture_output=True, text=True
            )
            for line in done.stdout.splitlines():
                what, seconds, more = json.loads(line)
                print(f"{parties:,} parties, {master}, {plan}: {what} {seconds:.1f} s {more}", flush=True)
                yield Figure(f"{parties:,} parties, {master}, plan {plan}: {what}", f"{short(seconds)} s{more}")


def one(store: str, work: str, tables: str, master: str, plan: str, top: str) -> None:
    """Measure one plan on one Spark; prints a line of JSON for each answer."""
    import os
    import time

    from explorer import Explorer
    from explorer.at_scale import AtScale, Tables
    from explorer.settings import Settings
    from graph.spark import best_cores, frames, tiers, ways

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    options = {"spark.ui.enabled": "false", "spark.driver.memory": "4g", "spark.sql.shuffle.partitions": "16",
               "spark.driver.bindAddress": "127.0.0.1", "spark.ui.showConsoleProgress": "false"}  # fmt: skip
    chosen = Settings({"spark_master": master, "spark_plan": plan, "top": int(top)})
    began = time.perf_counter()
    scale = AtScale.open(work, chosen, os.environ, options)
    print(json.dumps(["start of Spark", time.perf_counter() - began, ""]))
    if not (Path(work) / "snapshot" / "meta.json").exists():
        began = time.perf_counter()
        AtScale(scale.spark, scale.work, chosen.but({"spark_plan": "snapshot"})).prepare(Tables(tables))
        print(json.dumps(["tables to work folder with snapshot", time.perf_counter() - began, ""]))
    explorer = Explorer.open(store, chosen)
    sizes: list[str] = []
    plain = frames.laid

    def counted(frame: DataFrame, uri: str) -> DataFrame:
        began = time.perf_counter()
        back = plain(frame, uri)
        sizes.append(f"{uri.rsplit('/', 1)[1]} {back.count():,} rows {time.perf_counter() - began:.1f} s")
        return back

    for module in (ways, tiers, best_cores):
        module.laid = counted  # type: ignore[attr-defined]
    asked = (("dig", lambda: scale.dig("all"), lambda: explorer.dig("all")),
             ("prospects", lambda: scale.prospects(), lambda: explorer.prospects()))  # fmt: skip
    for name, ours, theirs in asked:
        sizes.clear()
        began = time.perf_counter()
        found = ours()
        took = time.perf_counter() - began
        assert found.digest("utf-8").sha256 == digest(theirs().table())
        found.remove()
        print(json.dumps([f"{name}, {found.rows:,} rows", took, f" ({'; '.join(sizes)})" if sizes else ""]))


def digest(table: Table) -> str:
    import tempfile

    from explorer import formats

    with tempfile.TemporaryDirectory() as folder:
        return formats.write(table, Path(folder) / "one.csv", encoding="utf-8").sha256


if __name__ == "__main__":
    one(*sys.argv[1:])
