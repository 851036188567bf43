"""The other kernels on the county's checked rows: links, strengths, snapshot, cores of every party."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from datetime import timedelta
from pathlib import Path

import numpy as np

from benchmarks.county import county
from benchmarks.measure import Figure, seconds, timed
from explorer.view import View
from graph import snapshot
from graph.algorithms.anchors import best_anchors, cores_within_2
from graph.algorithms.strength import strength
from graph.loaders import workbench
from graph.loaders.links import EPOCH, newest_date, read_links
from graph.loaders.rows import view_rows

TIERS = 4


def run(given: Namespace) -> list[Figure]:
    version = county(given).loaded().version
    view = View.open(version)
    with tempfile.TemporaryDirectory() as folder:
        figures = from_rows(version / "rows", Path(folder), len(view.parties), given.runs)
    return figures + of_cores(view, given.runs)


def from_rows(rows: Path, folder: Path, parties: int, runs: int) -> list[Figure]:
    """From checked rows to a snapshot that is open."""
    with workbench.open(folder, 3.0, 2) as db:
        view_rows(db, rows)
        day = newest_date(db)
        summed = timed("rows to links", lambda: read_links(db, rows, day, named=True), runs)
    links, today = summed.output.links, (day - EPOCH) // timedelta(1)
    weighed = timed("strength, 2 threads", lambda: strength(links, parties, today, threads=2), runs)
    built = timed("snapshot built, 2 threads", lambda: snapshot.build(links, weighed.output, parties), runs)
    snapshot.save(folder / "snapshot", built.output, {})
    opened = timed("snapshot opened", lambda: snapshot.open(folder / "snapshot"), runs)
    assert np.array_equal(opened.output[0].up, built.output.up)
    return [
        seconds("rows to links", summed),
        seconds("strengths", weighed),
        seconds("snapshot built", built),
        seconds("snapshot opened", opened),
    ]


def of_cores(view: View, runs: int) -> list[Figure]:
    """The best three cores of every party, and how many stand near it."""
    is_core = view.parties.flag("is_core")
    near = timed("cores within two hops", lambda: cores_within_2(view.graph, is_core), runs)
    one, two = (
        timed(f"best three cores of every party, {threads} threads",
              lambda threads=threads: best_anchors(view.graph, view.cores, tiers=TIERS, threads=threads), runs)
        for threads in (1, 2)
    )  # fmt: skip
    assert all(
        np.array_equal(getattr(one.output, name), getattr(two.output, name)) for name in ("core", "cost", "tier")
    )
    paths = timed("their paths", lambda: two.output.paths(np.arange(view.graph.parties)), runs)
    return [
        seconds("cores within two hops of every party", near),
        seconds("best three cores of every party, 1 thread", one),
        seconds("best three cores of every party, 2 threads", two),
        seconds("paths of the best three cores of every party", paths),
    ]
