"""Digging with networkx and scipy as strong as we could make it, exact with whole paths; DuckDB is in joins.py.

An answer is int32[r, tiers + 5]: anchor, prospect, tier, cost, path; anchors in their order, each one's rows by rank.
The peers neither count who was passed over nor find the links into the prospects, as the kernel does besides.
"""

from __future__ import annotations

import gc
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import networkx as nx
import numpy as np
from scipy.sparse import csr_array

from graph.algorithms.network import PROSPECT, Array, Direction, Graph
from graph.algorithms.walks import ANY_COST, passage

LAYERS = 8
"""A state of a layered graph is party * LAYERS + tier."""
HIGHEST = 20_000_000
"""Nothing within four tiers costs more in any of our counties."""


@dataclass(frozen=True)
class Question:
    """What to dig in which arrays: the snapshot's rows taken apart, what walking on through a party costs."""

    ptr: Array
    neighbour: Array
    cost: Array
    onward: Array
    prospect: Array
    tiers: int
    top: int

    @classmethod
    def of(cls, graph: Graph, direction: Direction, standing: Array, tiers: int, top: int) -> Question:
        ptr, rows = graph.rows(direction)
        degrees, which = np.unique(np.diff(ptr), return_inverse=True)
        onward = np.array([passage(1, int(degree)) for degree in degrees])[which]
        return cls(ptr, rows & 0xFFFFFFFF, rows >> 32, onward, standing == PROSPECT, tiers, top)

    def links(self, parties: Array) -> tuple[Array, Array, Array]:
        """All links that leave `parties`: sources, targets, costs."""
        sizes = np.diff(self.ptr)[parties]
        at = np.repeat(self.ptr[parties] - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
        return np.repeat(parties, sizes), self.neighbour[at], self.cost[at]

    def answer(self, rows: Iterable[tuple[int, ...]]) -> Array:
        """Rows of (anchor, prospect, tier, cost, *path) with the paths padded."""
        width = self.tiers + 5
        return np.array([(*row, *[-1] * (width - len(row))) for row in rows], np.int32).reshape(-1, width)


class Layered:
    """networkx: a directed graph of the states (party, tier) that these anchors can reach at all."""

    def __init__(self, asked: Question, anchors: Array) -> None:
        self.asked = asked
        self.graph = nx.DiGraph()
        self.onward = asked.onward.tolist()
        frontier = np.unique(anchors).astype(np.int64)
        gc.disable()
        for tier in range(asked.tiers):
            source, target, cost = asked.links(frontier)
            ends = source * LAYERS + tier, target * LAYERS + tier + 1, cost + asked.onward[source] * (tier > 0)
            self.graph.add_weighted_edges_from(zip(*(column.tolist() for column in ends), strict=True))
            frontier = np.unique(target)
        gc.freeze()  # else every collection would walk millions of links, to the peer's disadvantage
        gc.enable()

    def by_dijkstra(self, anchors: Array, cutoff: int) -> Array:
        """networkx's own Dijkstra, to one cost; exact for all if no list's last row is dearer."""
        return self.asked.answer(row for anchor in anchors.tolist() for row in self._dijkstra(anchor, cutoff))

    def by_growing_dijkstra(self, anchors: Array) -> Array:
        """The same, anew to a higher and higher cost until the list is full; fewer steps or more were slower."""
        return self.asked.answer(row for anchor in anchors.tolist() for row in self._growing(anchor))

    def _growing(self, anchor: int) -> list[tuple[int, ...]]:
        cutoff, rows = 1_000_000, []
        while len(rows) < self.asked.top and cutoff < HIGHEST:
            rows = list(self._dijkstra(anchor, cutoff))
            cutoff += cutoff // 4
        return rows

    def _dijkstra(self, anchor: int, cutoff: int) -> Iterator[tuple[int, ...]]:
        start = anchor * LAYERS
        if start not in self.graph:
            return
        parents, cost = nx.dijkstra_predecessor_and_distance(self.graph, start, cutoff=cutoff)
        best: dict[int, tuple[int, int]] = {anchor: (0, 0)}
        for state, total in cost.items():
            party, tier = divmod(state, LAYERS)
            best[party] = min(best.get(party, (total, tier)), (total, tier))
        del best[anchor]
        listed = sorted((*key, party) for party, key in best.items() if self.asked.prospect[party])
        for total, tier, party in listed[: self.asked.top]:
            path = [party]
            for step in range(tier, 0, -1):
                state = min(parents[path[-1] * LAYERS + step], key=lambda state: (cost[state], state))
                path.append(state // LAYERS)
            yield anchor, party, tier, total, *reversed(path)

    def close(self) -> None:
        self.graph.clear()
        gc.unfreeze()

    def by_hand(self, anchors: Array) -> Array:
        """Best-first in plain Python on networkx's adjacency, stopping when the list is full."""
        return self.asked.answer(row for anchor in anchors.tolist() for row in self._by_hand(anchor))

    def _by_hand(self, anchor: int) -> Iterator[tuple[int, ...]]:
        adjacent, prospect = self.graph.adj._atlas, self.asked.prospect
        heap = [(0, 0, anchor, 0, (anchor,))]  # cost, tier, party, cost of the parent, path
        settled: dict[int, int] = {}
        left = self.asked.top
        while heap and left:
            cost, tier, party, _, path = heapq.heappop(heap)
            before = settled.get(party, LAYERS)
            if before <= tier:
                continue
            settled[party] = tier
            if before == LAYERS and tier and prospect[party]:
                left -= 1
                yield anchor, party, tier, cost, *path
            if tier < self.asked.tiers:
                for state, link in adjacent.get(party * LAYERS + tier, {}).items():
                    target = state // LAYERS
                    if settled.get(target, LAYERS) > tier + 1:
                        heapq.heappush(heap, (cost + link["weight"], tier + 1, target, cost, (*path, target)))


class Relaxing:
    """scipy: tier by tier, rows of a sparse matrix times the frontier in (min, +), under a safe floor."""

    def __init__(self, asked: Question) -> None:
        self.asked = asked
        size = len(asked.ptr) - 1
        self.matrix = csr_array((asked.cost, asked.neighbour, asked.ptr), shape=(size, size))
        self.best = np.full(size, ANY_COST)
        self.first = np.empty(size, np.int64)

    def dig(self, anchors: Array) -> Array:
        return np.concatenate([self._dig(anchor) for anchor in anchors.tolist()])

    def _dig(self, anchor: int) -> Array:
        asked, best = self.asked, self.best
        tiers = [(np.array([anchor]), np.array([0]), np.array([0]))]  # party, cost, place of the parent a tier before
        best[anchor], reached, floor = 0, np.empty(0, np.int64), ANY_COST
        for tier in range(asked.tiers):
            party, cost, parent = self._step(*tiers[-1][:2], tier, floor)
            tiers.append((party, cost, parent))
            best[party] = cost
            reached = np.union1d(reached, party[asked.prospect[party]])
            if len(reached) >= asked.top:
                floor = np.partition(best[reached], asked.top - 1)[asked.top - 1]
        rows = self._rows(tiers)
        for party, _, _ in tiers:
            best[party] = ANY_COST
        return rows

    def _step(self, party: Array, cost: Array, tier: int, floor: int) -> tuple[Array, Array, Array]:
        """The next tier: of each party the cheapest way, by (cost, cost of the parent, parent), in that order."""
        base = cost + self.asked.onward[party] if tier else cost
        near = self.matrix[party]
        parent = np.repeat(np.arange(len(party)), np.diff(near.indptr))
        total = near.data + base[parent]
        kept = np.flatnonzero((total <= floor) & (total < self.best[near.indices]))
        kept = np.sort(total[kept] << 32 | kept) & 0xFFFFFFFF  # links stand in the order of their parents
        target = near.indices[kept]
        self.first[target[::-1]] = np.arange(len(kept))[::-1]
        kept = kept[self.first[target] == np.arange(len(kept))]
        kept = kept[np.argsort(total[kept] << 32 | near.indices[kept])]
        return near.indices[kept].astype(np.int64), total[kept], parent[kept]

    def _rows(self, tiers: list[tuple[Array, Array, Array]]) -> Array:
        ends = [np.flatnonzero(self.asked.prospect[party] & (self.best[party] == cost)) for party, cost, _ in tiers]
        tier = np.repeat(np.arange(len(tiers)), [len(places) for places in ends])
        at = np.concatenate(ends)
        party, cost = (
            np.concatenate([level[i][end] for level, end in zip(tiers, ends, strict=True)]) for i in (0, 1)
        )
        order = np.lexsort((party, tier, cost))
        order = order[tier[order] > 0][: self.asked.top]
        tier, at = tier[order], at[order]
        rows = np.full((len(order), self.asked.tiers + 5), -1, np.int32)
        rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3] = tiers[0][0][0], party[order], tier, cost[order]
        for step in range(self.asked.tiers, -1, -1):
            on = tier >= step
            rows[on, 4 + step] = tiers[step][0][at[on]]
            at[on] = tiers[step][2][at[on]]
        return rows
