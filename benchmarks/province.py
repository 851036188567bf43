"""A province on one machine: generated, loaded, dug both ways into Parquet, with the memory each step takes."""

from __future__ import annotations

import json
from argparse import Namespace

from benchmarks.county import county
from benchmarks.measure import GIB, STEPS, Figure, child, explorer, saved, seconds

TOP = 1000


def run(given: Namespace) -> list[Figure]:
    place = county(given).loaded()
    figures = [*saved(place.folder, "generate"), *saved(place.folder, "load")]
    top = str(given.top or TOP)
    alone = child("kernel alone, both ways, 2 threads", [*STEPS, "dig", place.store, top])
    found = json.loads(alone.output)
    figures.append(seconds(f"kernel alone, {found['anchors']:,} anchors both ways, {found['rows']:,} rows", alone))
    for direction in ("upstream", "downstream"):
        out = place.folder / f"{direction}.parquet"
        asked = explorer("dig", "--all", "--direction", direction, "--top", top, "--store", place.store, "--out", out)
        dug = child(f"dig {direction} to Parquet", asked)
        figures.append(seconds(f"dig all cores {direction}, top {top}, {out.stat().st_size / GIB:.1f} GiB", dug))
        out.unlink()
    # Last, as this process now takes memory that its children would be taken for.
    from benchmarks.strings import TOP as SHORT
    from benchmarks.strings import per_anchor

    microseconds, _ = per_anchor(place, SHORT, given.runs)
    return [*figures, Figure(f"one anchor and direction, top {SHORT}, one thread", f"{microseconds:.0f} µs")]
