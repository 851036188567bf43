"""Loading a county, beside Ladybug's bare COPY of the very files that the graph ends in."""

from __future__ import annotations

import json
import shutil
from argparse import Namespace
from pathlib import Path

from benchmarks.county import county
from benchmarks.measure import STEPS, Figure, Timing, best, child, ratio, seconds

MEMORY = 6.0


def run(given: Namespace) -> list[Figure]:
    place = county(given).generated()
    folder = place.folder / "loading"
    pairs = [one_pair(place.tables, folder, given) for _ in range(given.runs)]
    ours, bare = (best(timings) for timings in zip(*pairs, strict=True))
    stages = json.loads(ours.output)["stages"]
    words = ", ".join(f"{name} {took:.1f} s" for name, took in stages.items() if took >= 0.05)
    return [
        ratio("load beside the bare COPY of its node and link rows", ours, bare, 3, at_most=True),
        Figure("peak memory of a load", f"{ours.peak:.2f} GiB", f"≤ {MEMORY:g} GiB", ours.peak <= MEMORY),
        seconds("load", ours),
        seconds("bare COPY", bare),
        Figure("stages of the load", words),
    ]


def one_pair(tables: Path, folder: Path, given: Namespace) -> tuple[Timing, Timing]:
    """Load into a new store, then copy its files into a new database."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    store, memory = folder / "store", str(given.memory)
    ours = child("load", [*STEPS, "load", tables, store, memory])
    (version,) = store.glob("load-*")
    bare = child("bare COPY", [*STEPS, "copy", version / "graph", folder / "bare.lbug", memory])
    assert json.loads(ours.output)["counts"] == json.loads(bare.output)["counts"]
    shutil.rmtree(folder)
    return ours, bare
