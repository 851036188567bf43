"""Circles: Leiden on a county's acquaintances, ours beside the bare NetworKit call, and the whole table."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

import networkit
import numpy as np

from benchmarks.county import county
from benchmarks.measure import Figure, ratio, seconds, timed
from explorer import Explorer
from explorer.acquaintance import acquaintance
from graph.algorithms.acquaintance import Acquaintance
from graph.algorithms.circles import circles
from graph.algorithms.network import Array


def run(given: Namespace) -> list[Figure]:
    explorer = Explorer.open(county(given).loaded().store, {"threads": 2})
    view = explorer.view()
    acquaintance(view, explorer.settings, 1)  # compiles, or reads what was compiled
    view.answers.forget()
    made = timed("who knows whom, 2 threads", lambda: acquaintance(view, explorer.settings, 2))
    known = made.output
    pairs = coordinates(known)
    bare = timed(f"bare NetworKit, {len(pairs[0])} pairs", lambda: leiden(known.parties, *pairs), given.runs)
    ours = timed("circles", lambda: circles(known.ptr, known.rows, known.strength), given.runs)
    assert same(bare.output, ours.output)
    table = timed("table of communities, groups and grids", lambda: len(explorer.circles().frame()))
    rows = f"{table.output:,} rows, {len(np.unique(ours.output)):,} circles, {len(pairs[0]):,} pairs"
    explorer.close()
    return [
        ratio("circles beside the bare NetworKit call", ours, bare, 1.5, at_most=True),
        seconds("circles", replace(ours, output=None)),
        seconds("who knows whom", made),
        seconds(f"table of communities, groups and grids ({rows})", table),
    ]


def coordinates(known: Acquaintance) -> tuple[Array, Array, Array]:
    """Each pair once, in the order of both ends, as somebody who calls NetworKit by himself would have them."""
    party = np.repeat(np.arange(known.parties), np.diff(known.ptr))
    neighbour = known.rows & 0xFFFFFFFF
    once = np.flatnonzero(party < neighbour)
    once = once[np.lexsort((neighbour[once], party[once]))]
    return party[once], neighbour[once], known.strength[once]


def leiden(parties: int, first: Array, second: Array, weight: Array) -> Array:
    networkit.setNumberOfThreads(1)
    networkit.setSeed(1, False)
    graph = networkit.GraphFromCoo((weight, (first, second)), n=parties, weighted=True)
    found = networkit.community.ParallelLeiden(graph, iterations=3, gamma=1)
    found.run()
    return np.array(found.getPartition().getVector())


def same(one: Array, other: Array) -> bool:
    """Whether two partitions put the same parties together."""
    pairs = len(np.unique(np.stack((one, other)), axis=1).T)
    return pairs == len(np.unique(one)) == len(np.unique(other))
