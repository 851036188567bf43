"""From Parquet tables to two million result rows in a file, beside the sum of the bare parts."""

from __future__ import annotations

import json
import shutil
from argparse import Namespace
from dataclasses import replace
from datetime import date, timedelta

import pyarrow.parquet as pq

from benchmarks.county import county
from benchmarks.measure import STEPS, Figure, Timing, child, explorer, ratio, seconds
from graph.snapshot import load_tag

TOP = 500
"""Of each of a county's 2,000 cores in both directions: two million rows."""


def run(given: Namespace) -> list[Figure]:
    place = county(given).loaded()
    folder, top = place.folder / "pipeline", str(given.top or TOP)
    folder.mkdir(exist_ok=True)
    # A day after the load's, for which no snapshot is there: the same rows are summed and weighed anew.
    day = date.fromisoformat(load_tag(place.version / "snapshot")["as_of"]) + timedelta(1)
    asked = explorer("dig", "--all", "--top", top, "--store", place.store)
    timings = {
        (source, kind): child(
            f"{source} to {kind}", [*asked, *since, "--out", folder / f"{source}.{kind}"], given.runs
        )
        for source, since in (("rows", ["--as-of", str(day)]), ("snapshot", []))
        for kind in ("csv", "parquet")
    }
    strings = folder / "snapshot.parquet"
    assert pq.read_metadata(folder / "rows.parquet").num_rows == pq.read_metadata(strings).num_rows
    bare = child("bare parts", [*STEPS, "parts", place.store, strings, folder, top, str(given.runs)])
    shutil.rmtree(folder)
    measured = json.loads(bare.output.splitlines()[-1])
    rows = measured.pop("rows")
    return figures(timings, {name: Timing(*pair, bare.peak) for name, pair in measured.items()}, rows)


def figures(ours: dict[tuple[str, str], Timing], parts: dict[str, Timing], rows: int) -> list[Figure]:
    found = []
    for (source, kind), timing in ours.items():
        names = (*(("duckdb",) if source == "rows" else ()), "kernel", kind)
        bare = [parts[name] for name in names]
        whole = Timing(sum(part.wall for part in bare), sum(part.processor for part in bare), 0)
        figure = ratio(f"{source} to {rows:,} rows of {kind} beside its parts", timing, whole, 2, at_most=True)
        found += [figure if source == "rows" else replace(figure, wanted="", met=None)]
        found += [seconds(f"{source} to {rows:,} rows of {kind}", timing)]
    words = ", ".join(f"{name} {part.wall:.2f} s ({part.processor:.2f} s)" for name, part in parts.items())
    return [*found, Figure("bare parts, on processors in brackets", words)]
