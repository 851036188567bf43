"""Spark: the strings of a county by both plans, on one core and on two; all bytes must be those of one machine.

Each run is a process of its own, so that it starts a Spark of its own; the tables stand as a work folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.county import county
from benchmarks.measure import Figure, short

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from explorer.formats import Table

MASTERS = ("local[1]", "local[2]")
PLANS = ("snapshot", "tiers")
COMPARED = 1_000_000
"""Parties up to which one machine answers too; a load of more takes longer than all that is measured."""


def run(given: Namespace) -> list[Figure]:
    return list(_of(given))


def _of(given: Namespace) -> Iterator[Figure]:
    home = county(given).generated()
    store = str(home.loaded().store) if given.parties <= COMPARED else ""
    work = home.folder / "work"
    for master in MASTERS:
        for plan in PLANS:
            words = [store, str(work), str(home.tables), master, plan, str(given.top or 200)]
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.spark", *words], check=True, capture_output=True, text=True
            )
            for line in done.stdout.splitlines():
                what, wall, processor, more = json.loads(line)
                measured = f"{short(wall)} s (on processors {short(processor)} s){more}"
                print(f"{master}, {plan}: {what} {measured}", flush=True)
                yield Figure(f"{master}, plan {plan}: {what}", measured)


def one(store: str, work: str, tables: str, master: str, plan: str, top: str) -> None:
    """Measure one plan on one Spark; prints a line of JSON for each answer. Without a store nothing is compared."""
    from explorer import Explorer
    from explorer.at_scale import AtScale, Tables
    from explorer.settings import Settings
    from graph.spark import best_cores, frames, lists, tiers, ways

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    options = {"spark.ui.enabled": "false", "spark.driver.memory": "4g", "spark.sql.shuffle.partitions": "16",
               "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1",
               "spark.ui.showConsoleProgress": "false"}  # fmt: skip
    chosen = Settings({"spark_master": master, "spark_plan": plan, "top": int(top)})
    clock = Clock()
    scale = AtScale.open(work, chosen, os.environ, options)
    clock.said("start of Spark")
    if not any(Path(work).glob("made-*/snapshot/meta.json")):
        clock = Clock()
        AtScale(scale.spark, scale.work, chosen.but({"spark_plan": "snapshot"})).prepare(Tables(tables))
        clock.said("tables to work folder with snapshot")
    explorer = Explorer.open(store, chosen) if store else None
    sizes: list[str] = []
    plain = frames.laid

    def counted(frame: DataFrame, uri: str) -> DataFrame:
        began = processors()
        back = plain(frame, uri)
        sizes.append(f"{uri.rsplit('/', 1)[1]} {back.count():,} rows {processors() - began:.1f} s")
        return back

    for module in (ways, tiers, lists, best_cores):
        module.laid = counted  # type: ignore[attr-defined]
    for name, words in (("dig", ["all"]), ("prospects", [])):
        sizes.clear()
        clock = Clock()
        found = getattr(scale, name)(*words)
        clock.stop()
        if explorer:
            assert found.digest("utf-8").sha256 == digest(getattr(explorer, name)(*words).table())
        found.remove()
        steps = f"; on processors: {'; '.join(sizes)}" if sizes else ""
        clock.said(f"{name}, {found.rows:,} rows", steps)


class Clock:
    """Seconds on the clock, and on all processors by this process, Spark and its workers."""

    def __init__(self) -> None:
        self.began, self.busy = time.perf_counter(), processors()
        self.took: tuple[float, float] | None = None

    def stop(self) -> tuple[float, float]:
        self.took = self.took or (time.perf_counter() - self.began, processors() - self.busy)
        return self.took

    def said(self, what: str, more: str = "") -> None:
        print(json.dumps([what, *self.stop(), more]), flush=True)


def processors() -> float:
    """Seconds of processor that this process and all below it have taken so far, ended ones included."""
    parents: dict[int, tuple[int, float]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            parents[int(path.parent.name)] = int(fields[1]), sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def ours(process: int) -> bool:
        while process in parents and process != os.getpid():
            process = parents[process][0]
        return process == os.getpid()

    return sum(seconds for process, (_, seconds) in parents.items() if ours(process))


def digest(table: Table) -> str:
    import tempfile

    from explorer import formats

    with tempfile.TemporaryDirectory() as folder:
        return formats.write(table, Path(folder) / "one.csv", encoding="utf-8").sha256


if __name__ == "__main__":
    one(*sys.argv[1:])
