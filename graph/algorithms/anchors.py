"""Anchors per prospect: which core enterprises lead to a party, and by which walks (DESIGN 4.2).

Rounds of pulling: in round t every party takes over what its neighbours learnt in round t-1, keeping the best labels

    key = cost << 34 | tier << 31 | core

of distinct cores. Four labels are enough for the best three: whatever is not among the four of a party on the way is
beaten by the same four cores at the end of the walk, and at most one of those is the party at its end, which does not
count. That holds for every tied walk too, so paths are rebuilt from the rounds exactly as `strings` finds them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.algorithms.network import DIRECTIONS, Array, Direction, Graph, frozen
from graph.algorithms.walks import passage

LABELS = 4
BEST = 3
NOTHING = np.iinfo(np.int64).max
"""An empty label; as a cost, what nothing is below."""
PIECES = 32


@dataclass(frozen=True)
class Rounds:
    """What was learnt in one direction."""

    ptr: Array
    """int64[n+1], where the links into each party begin"""
    links: Array
    """int64[m], `cost << 32 | party it comes from`"""
    degree_ptr: Array
    """int64[n+1], row pointer in the walking direction"""
    fresh: Array
    """int64[tiers, n, 4], the labels of each tier, from the first on, kept for the paths"""
    best: Array
    """int64[n, 4], ascending"""


@dataclass(frozen=True)
class BestAnchors:
    """The best three cores of each of n parties, by (cost, tier, core id), each core by its cheaper direction.

    Where both directions cost the same, the lower tier counts, then upstream.
    """

    core: Array
    """int32[n, 3], -1 where there are fewer"""
    direction: Array
    """int8[n, 3], index in DIRECTIONS"""
    tier: Array
    """int8[n, 3]"""
    cost: Array
    """int32[n, 3]"""
    rounds: tuple[Rounds, Rounds]
    """By direction."""

    def paths(self, parties: Array) -> Array:
        """Rebuild the walks to `parties` int[b]; returns int32[b, 3, tiers+1], from the core on, padded with -1."""
        which = np.asarray(parties)
        found = np.full((len(which), BEST, len(self.rounds[0].fresh) + 1), -1, np.int32)
        labels = self.core[which], self.direction[which], self.tier[which], self.cost[which]
        for number, one in enumerate(self.rounds):
            _paths(frozen(which, "i8"), number, *labels, one.ptr, one.links, one.degree_ptr, one.fresh, found)
        return found


def best_anchors(graph: Graph, cores: Array, *, tiers: int, threads: int) -> BestAnchors:
    """Find for every party the best three of `cores` (int[c]) that reach it within `tiers` hops.

    Agrees with `strings.dig` from every core without a limit. Needs 100 bytes a party and tier, 16 a link.

    Example: 0 and 3 are cores; 0 buys from 1, which buys from 2, and 3 buys from 2.

    >>> from graph.algorithms.rows import build
    >>> from graph.algorithms.strength import Links, strength
    >>> links = Links([1, 2, 2], [0, 1, 3], [600, 200, 80], [12, 4, 4], [20000] * 3, [20000] * 3, [1.0] * 3)
    >>> found = best_anchors(build(links, strength(links, 4, 20000), 4), [0, 3], tiers=4, threads=1)
    >>> found.core.tolist()
    [[-1, -1, -1], [0, -1, -1], [3, 0, -1], [-1, -1, -1]]
    >>> found.cost[2].tolist(), found.paths([2])[0, :2, :3].tolist()
    ([497791, 955726, 0], [[3, 2, -1], [0, 1, 2]])
    """
    numbers = frozen(cores, "i4")
    with ThreadPoolExecutor(threads) as pool:
        rounds = [_rounds(graph, numbers, direction, tiers, pool) for direction in DIRECTIONS]
    shape = (graph.parties, BEST)
    core, cost = np.full(shape, -1, np.int32), np.zeros(shape, np.int32)
    direction, tier = np.zeros(shape, np.int8), np.zeros(shape, np.int8)
    _merge(rounds[0].best, rounds[1].best, core, direction, tier, cost)
    return BestAnchors(core, direction, tier, cost, (rounds[0], rounds[1]))


def cores_within_2(graph: Graph, is_core: Array) -> tuple[Array, Array, Array]:
    """Count for each party the distinct other cores that reach it in at most two hops.

    Parameters: `is_core` bool[n]. Returns int32[n] three times: cores it lies upstream of, downstream of, either.
    """
    counts = np.zeros((3, graph.parties), np.int32)
    _count_near(frozen(np.flatnonzero(is_core), "i4"), *graph.rows("upstream"), *graph.rows("downstream"), counts)
    return counts[0], counts[1], counts[2]


def _rounds(graph: Graph, cores: Array, direction: Direction, tiers: int, pool: ThreadPoolExecutor) -> Rounds:
    degree_ptr, rows = graph.rows(direction)
    ptr, links = _turned(degree_ptr, rows)
    best = np.full((graph.parties, LABELS), NOTHING)
    best[cores, 0] = cores
    cheapest = np.full(graph.parties, NOTHING)
    cuts = np.linspace(0, graph.parties, PIECES + 1).astype(np.int64).tolist()
    fresh = np.empty((tiers, *best.shape), np.int64)
    labels = best.copy()
    for tier in range(1, tiers + 1):
        _cheapest(labels, tier - 1, degree_ptr, cheapest)
        fixed = (tier, ptr, links, degree_ptr, cheapest, labels, best, fresh[tier - 1])
        list(pool.map(lambda start, stop, fixed=fixed: _pull(start, stop, *fixed), cuts[:-1], cuts[1:]))
        labels = fresh[tier - 1]
    return Rounds(ptr, links, degree_ptr, fresh, best)


@njit(cache=True, nogil=True)
def _turned(ptr: Array, rows: Array) -> tuple[Array, Array]:
    """Turn rows of links from each party into rows of links into each party."""
    into = np.zeros(len(ptr), np.int64)
    for link in rows:
        into[(link & 0xFFFFFFFF) + 1] += 1
    into = np.cumsum(into)
    free, links = into[:-1].copy(), np.empty(len(rows), np.int64)
    for party in range(len(ptr) - 1):
        for link in rows[ptr[party] : ptr[party + 1]]:
            target = link & 0xFFFFFFFF
            links[free[target]] = link - target + party
            free[target] += 1
    return into, links


@njit(cache=True, nogil=True)
def _cheapest(labels: Array, tier: int, degree_ptr: Array, cheapest: Array) -> None:
    """What the cheapest label of each party costs where it walks on, so that most links need not be looked behind."""
    for party in range(len(labels)):
        cheapest[party] = NOTHING
        if labels[party, 0] != NOTHING:
            degree = degree_ptr[party + 1] - degree_ptr[party]
            cheapest[party] = (labels[party, 0] >> 34) + passage(tier, degree)


@njit(cache=True, nogil=True)
def _pull(
    start: int, stop: int, tier: int, ptr: Array, links: Array, degree_ptr: Array, cheapest: Array,
    labels: Array, best: Array, fresh: Array,
) -> None:  # fmt: skip
    """Take over the labels of tier-1 of all neighbours, and write down which ones of this tier stayed."""
    for party in range(start, stop):
        mine = best[party]
        for link in links[ptr[party] : ptr[party + 1]]:
            neighbour, cost = link & 0xFFFFFFFF, link >> 32
            if cheapest[neighbour] > (mine[LABELS - 1] >> 34) - cost:
                continue
            cost += passage(tier - 1, degree_ptr[neighbour + 1] - degree_ptr[neighbour])
            for label in labels[neighbour]:
                if label == NOTHING:
                    break
                key = (((label >> 34) + cost) << 34) | (tier << 31) | (label & 0x7FFFFFFF)
                if key >= mine[LABELS - 1]:
                    break
                _insert(mine, key)
        kept = 0
        fresh[party] = NOTHING
        for label in mine:
            if label != NOTHING and (label >> 31) & 7 == tier:
                fresh[party, kept] = label
                kept += 1


@njit(cache=True, nogil=True)
def _insert(mine: Array, key: int) -> None:
    """Put `key` in its place; the dearer label of the same core makes room, else the last one."""
    room = LABELS - 1
    for i in range(LABELS):
        if mine[i] != NOTHING and (mine[i] ^ key) & 0x7FFFFFFF == 0:
            if mine[i] <= key:
                return
            room = i
    while room > 0 and mine[room - 1] > key:
        mine[room] = mine[room - 1]
        room -= 1
    mine[room] = key


@njit(cache=True, nogil=True)
def _merge(upstream: Array, downstream: Array, core: Array, direction: Array, tier: Array, cost: Array) -> None:
    for party in range(len(core)):
        i, j, kept = 0, 0, 0
        while kept < BEST and (i < LABELS or j < LABELS):
            down = i == LABELS or (j < LABELS and downstream[party, j] < upstream[party, i])
            label = downstream[party, j] if down else upstream[party, i]
            i, j = i + (not down), j + down
            if label == NOTHING:
                break
            who = label & 0x7FFFFFFF
            if who == party or (core[party, :kept] == who).any():
                continue
            core[party, kept], direction[party, kept] = who, down
            tier[party, kept], cost[party, kept] = (label >> 31) & 7, label >> 34
            kept += 1


@njit(cache=True, nogil=True)
def _paths(
    parties: Array, number: int, core: Array, direction: Array, tier: Array, cost: Array,
    ptr: Array, links: Array, degree_ptr: Array, fresh: Array, found: Array,
) -> None:  # fmt: skip
    """Walk back from each party: at every step the parent with the lower cost, then the lower id, as in `walks`."""
    for b in range(len(parties)):
        for i in range(BEST):
            if core[b, i] < 0 or direction[b, i] != number:
                continue
            party, total = parties[b], cost[b, i]
            for t in range(tier[b, i] - 1, 0, -1):
                found[b, i, t + 1] = party
                party, total = _parent(party, core[b, i], t, total, ptr, links, degree_ptr, fresh[t - 1])
            found[b, i, 1], found[b, i, 0] = party, core[b, i]


@njit(cache=True, nogil=True)
def _parent(
    party: int, core: int, tier: int, total: int, ptr: Array, links: Array, degree_ptr: Array, labels: Array
) -> tuple[int, int]:
    """The neighbour, and its cost, through which the core's walk comes; `labels` and `tier` are the neighbour's."""
    parent, least = -1, NOTHING
    for link in links[ptr[party] : ptr[party + 1]]:
        neighbour = link & 0xFFFFFFFF
        cost = total - (link >> 32) - passage(tier, degree_ptr[neighbour + 1] - degree_ptr[neighbour])
        if cost < least or (cost == least and neighbour < parent):
            key = (cost << 34) | (tier << 31) | core
            if (labels[neighbour] == key).any():
                parent, least = neighbour, cost
    return parent, least


@njit(cache=True, nogil=True)
def _count_near(cores: Array, up_ptr: Array, up: Array, down_ptr: Array, down: Array, counts: Array) -> None:
    stamps = np.full(counts.shape, -1, np.int32)
    for core in cores:
        stamps[:, core] = core
        _stamp(core, 0, up_ptr, up, stamps, counts)
        _stamp(core, 1, down_ptr, down, stamps, counts)


@njit(cache=True, nogil=True)
def _stamp(core: int, number: int, ptr: Array, rows: Array, stamps: Array, counts: Array) -> None:
    """Count `core` once for each party within two hops: in counts[number], and in counts[2] for either direction."""
    for near in rows[ptr[core] : ptr[core + 1]]:
        middle = near & 0xFFFFFFFF
        for which in (number, 2):
            counts[which, middle] += stamps[which, middle] != core
            stamps[which, middle] = core
        for far in rows[ptr[middle] : ptr[middle + 1]]:
            party = far & 0xFFFFFFFF
            for which in (number, 2):
                counts[which, party] += stamps[which, party] != core
                stamps[which, party] = core
