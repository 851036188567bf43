"""Introductions: every prospect of a county by our kernel, beside scipy (the best one only) and a plain heap."""

from __future__ import annotations

import heapq
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.county import county
from benchmarks.measure import Figure, Timing, ratio, seconds, timed
from explorer.acquaintance import TYPES, weighed
from explorer.settings import Settings
from explorer.sources import sources_of
from explorer.view import View
from graph.algorithms.acquaintance import Acquaintance, combine
from graph.algorithms.introductions import Introductions, introduce
from graph.algorithms.network import PROSPECT, Array
from graph.algorithms.walks import DECAY

HOPS, BEST = 3, 3
WANTED = 3 * 0.46
"""Seconds for a county of 680,000, after building."""
COUNTY = 680_000
PER_SAMPLE = 50
"""Prospects that the heap does for each anchor that others dig as a sample."""


def run(given: Namespace) -> list[Figure]:
    view, settings = View.open(county(given).loaded().version), Settings()
    rows = timed("relations weighed", lambda: [weighed(view, settings, type_) for type_ in TYPES], given.runs)
    combine(4, [([0], [1], [0.5])])
    built = timed("acquaintance combined, 2 threads", lambda: combine(len(view.parties), rows.output, 2), given.runs)
    sources = sources_of(view)
    asked = Asked(built.output, np.flatnonzero(view.standing == PROSPECT), sources.is_source, sources.blocked)
    asked.ours(asked.prospects[:1], 1)
    one, two = (
        timed(f"{len(asked.prospects)} prospects, {threads} threads",
              lambda threads=threads: asked.ours(asked.prospects, threads), 2 * given.runs)
        for threads in (1, 2)
    )  # fmt: skip
    assert np.array_equal(one.output.path, two.output.path)
    return [
        seconds("relations weighed", rows),
        seconds(f"{len(built.output.rows) // 2} acquaintances combined, 2 threads", built),
        seconds("introducers of every prospect, 1 thread", one),
        seconds("introducers of every prospect, 2 threads", two, WANTED if given.parties == COUNTY else None),
        asked.beside_scipy(one),
        asked.beside_heap(one, PER_SAMPLE * given.sample),
    ]


@dataclass(frozen=True)
class Asked:
    """The question that all get: who knows whom, the prospects, who may be asked, who may not stand between."""

    known: Acquaintance
    prospects: Array
    is_source: Array
    blocked: Array

    def ours(self, prospects: Array, threads: int) -> Introductions:
        return introduce(
            self.known, prospects, is_source=self.is_source, blocked=self.blocked, hops=HOPS, best=BEST,
            threads=threads,
        )  # fmt: skip

    def beside_scipy(self, ours: Timing) -> Figure:
        """Dijkstra from all sources at once over (hops, party); it cannot tell that a source asks for itself."""
        layered, starts = self._layered(), np.flatnonzero(self.is_source)
        size = self.known.parties

        def nearest() -> Array:
            return dijkstra(layered, indices=starts, min_only=True).reshape(HOPS + 1, size)[1:].min(axis=0)

        theirs = timed("scipy, the best introducer only", nearest)
        others = ~self.is_source[self.prospects]
        cost = np.where(ours.output.source[:, 0] < 0, np.inf, ours.output.cost[:, 0])
        assert np.array_equal(theirs.output[self.prospects][others], cost[others])
        return ratio("every prospect beside scipy (top 1, no path)", ours, theirs, 1)

    def _layered(self) -> csr_array:
        """Links from (hops, party) to (hops + 1, acquaintance): from sources, then from who may stand between."""
        size, ptr = self.known.parties, self.known.ptr
        owner = np.repeat(np.arange(size), np.diff(ptr))
        near, cost = self.known.rows & 0xFFFFFFFF, self.known.rows >> 32
        begins, goes_on = self.is_source[owner], ~(self.is_source | self.blocked)[owner]
        starts, ends, costs = [owner[begins]], [near[begins] + size], [cost[begins]]
        for hop in range(1, HOPS):
            starts.append(owner[goes_on] + hop * size)
            ends.append(near[goes_on] + (hop + 1) * size)
            costs.append(cost[goes_on] + DECAY)
        ends_of = np.concatenate(starts), np.concatenate(ends)
        return csr_array((np.concatenate(costs).astype(float), ends_of), shape=((HOPS + 1) * size,) * 2)

    def beside_heap(self, ours: Timing, sample: int) -> Figure:
        """The same in plain Python, prospect by prospect, for a sample; scaled to all."""
        chosen = np.unique(np.linspace(0, len(self.prospects) - 1, sample).astype(int))
        rows = [
            [(row >> 32, row & 0xFFFFFFFF) for row in self.known.rows[i:j].tolist()]
            for i, j in zip(self.known.ptr[:-1], self.known.ptr[1:], strict=True)
        ]
        is_source, closed = self.is_source.tolist(), (self.is_source | self.blocked).tolist()
        theirs = timed(
            f"plain heap, {len(chosen)} prospects",
            lambda: [sorted(_heap(rows, is_source, closed, one))[:BEST] for one in self.prospects[chosen].tolist()],
        )
        found = ours.output
        for i, answer in zip(chosen.tolist(), theirs.output, strict=True):
            paths = [[party for party in path if party >= 0] for path in found.path[i].tolist()]
            mine = [(int(found.cost[i, j]), int(found.source[i, j]), tuple(paths[j])) for j in range(BEST)]
            assert answer == [row for row in mine if row[1] >= 0]
        share = len(self.prospects) / len(chosen)
        scaled = Timing(theirs.wall * share, theirs.processor * share, theirs.peak)
        return ratio("every prospect beside a plain heap", ours, scaled, 1)


def _heap(
    rows: list[list[tuple[int, int]]], is_source: list[bool], closed: list[bool], prospect: int
) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Sources as (cost, source, path), best first, until enough are found and all others are dearer."""
    heap: list[tuple[int, int, int, int, int, tuple[int, ...]]] = [(0, 0, prospect, 0, -1, (prospect,))]
    settled: dict[int, int] = {}
    costs: list[int] = []
    while heap and (len(costs) < BEST or heap[0][0] <= costs[BEST - 1]):
        cost, hop, party, _, _, path = heapq.heappop(heap)
        if settled.get(party, HOPS + 1) <= hop:
            continue
        before = settled.get(party)
        settled[party] = hop
        if hop and is_source[party] and before is None:
            costs.append(cost)
            yield cost, party, path
        if hop < HOPS and not (hop and closed[party]):
            for step, near in rows[party]:
                onward = cost + step + (DECAY if hop else 0)
                if settled.get(near, HOPS + 1) > hop + 1:
                    heapq.heappush(heap, (onward, hop + 1, near, cost, party, (*path, near)))
