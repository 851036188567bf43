"""Strings: all cores of a county by our kernel, and the same rows by DuckDB, networkx and scipy."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from benchmarks.county import County, county
from benchmarks.joins import Joins
from benchmarks.measure import Figure, Timing, ratio, timed
from benchmarks.peers import Layered, Question, Relaxing
from explorer.view import View
from graph.algorithms.network import DIRECTIONS, Array, Direction
from graph.algorithms.strings import Strings, dig

TIERS, TOP = 4, 200
SMALL, PROVINCE = 20_000, 10_200_000


def run(given: Namespace) -> list[Figure]:
    home, top = county(given).loaded(), given.top or TOP
    view = View.open(home.version)
    figures = [figure for direction in DIRECTIONS for figure in beside(view, direction, top, given)]
    places = {place.parties: place for place in (county(given, SMALL).loaded(), home, county(given, PROVINCE))}
    flat = [per_anchor(place, top, given.runs) for place in places.values() if (place.store / "CURRENT").exists()]
    spread = flat[-1][0] / flat[0][0]
    words = ", ".join(f"{microseconds:.0f} µs at {place.parties:,}" for microseconds, place in flat)
    return [*figures, Figure("one anchor and direction, one thread", f"{words} parties ({spread:.2f}x)", "flat")]


def ours(view: View, anchors: Array, direction: Direction, top: int, threads: int) -> Strings:
    asked = {"direction": direction, "tiers": TIERS, "top": top, "standing": view.standing}
    return dig(view.graph, anchors, threads=threads, **asked)


def laid(found: Strings, anchors: Array) -> Array:
    """Our rows as the peers give theirs."""
    owner = np.repeat(anchors, np.diff(found.start))
    return np.column_stack([owner, found.prospect, found.tier, found.cost, found.path])


def beside(view: View, direction: Direction, top: int, given: Namespace) -> Iterator[Figure]:
    """Time the kernel, then each peer; all rows must be equal."""
    cores = view.cores
    ours(view, cores[:1], direction, top, 1)  # compiles, or reads what was compiled
    one, two = (
        timed(f"{direction}: kernel, {len(cores)} anchors, {threads} threads",
              lambda threads=threads: ours(view, cores, direction, top, threads), 2 * given.runs)
        for threads in (1, 2)
    )  # fmt: skip
    rows = laid(one.output, cores)
    assert np.array_equal(rows, laid(two.output, cores))
    asked = Question.of(view.graph, direction, view.standing, TIERS, top)
    joins = Joins(asked, 2)
    theirs = timed(f"{direction}: DuckDB, {len(cores)} anchors, 2 threads", lambda: joins.dig(cores), given.runs)
    assert np.array_equal(theirs.output, rows)
    joins.close()
    yield ratio(f"{direction}, kernel beside DuckDB joins, 2 threads each", two, theirs, 20)
    yield from beside_samples(asked, cores, direction, replace(one, output=rows), given)


def beside_samples(
    asked: Question, cores: Array, direction: Direction, one: Timing, given: Namespace
) -> Iterator[Figure]:
    """Peers that take too long for all anchors: a sample of them, evenly chosen, scaled to all."""
    sample = cores[np.linspace(0, len(cores) - 1, min(given.sample, len(cores))).astype(int)]
    expected = one.output[np.isin(one.output[:, 0], sample)]
    last = int(one.output[:, 3].max())

    def scaled(name: str, work: Callable[[Array], Array], runs: int = given.runs) -> Timing:
        found = timed(f"{direction}: {name}, {len(sample)} anchors", lambda: work(sample), runs)
        assert np.array_equal(found.output, expected)
        factor = len(cores) / len(sample)
        return replace(found, wall=found.wall * factor, processor=found.processor * factor)

    relaxing = scaled("scipy", Relaxing(asked).dig)
    layered = timed(f"{direction}: making networkx's graph", lambda: Layered(asked, sample)).output
    far = scaled("networkx to one cost", lambda anchors: layered.by_dijkstra(anchors, last), 1)
    grown = scaled("networkx to growing costs", layered.by_growing_dijkstra)
    handmade = scaled("best-first in Python", layered.by_hand)
    layered.close()
    yield ratio(f"{direction}, kernel beside networkx's Dijkstra to one cost exact for all anchors", one, far, 500)
    for name, theirs in (
        ("networkx's Dijkstra, its cost raised by a quarter until the list is full", grown),
        ("best-first in plain Python on networkx's graph, written for this", handmade),
        ("tier by tier in scipy.sparse and numpy under a safe floor", relaxing),
    ):
        yield replace(ratio(f"{direction}, kernel beside {name}", one, theirs, 0), wanted="", met=None)


def per_anchor(place: County, top: int, runs: int) -> tuple[float, County]:
    """Microseconds of processor for one anchor and direction."""
    view = View.open(place.version)
    found = timed(
        f"{place.parties:,} parties, kernel, {len(view.cores)} anchors both ways, 1 thread",
        lambda: [len(ours(view, view.cores, direction, top, 1).prospect) for direction in DIRECTIONS],
        runs,
    )
    return found.processor / len(view.cores) / len(DIRECTIONS) * 1e6, place
