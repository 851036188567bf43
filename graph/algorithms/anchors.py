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

# numba's cache looks at this file only: after a change of `passage`, remove graph/algorithms/__pycache__.
from graph.algorithms.walks import passage

LABELS = 4
BEST = 3
NOTHING = np.iinfo(np.int64).max
"""An empty label."""
NO_WAY = np.iinfo(np.int32).max
"""Above all costs."""
PIECES = 32


@dataclass(frozen=True)
class Rounds:
    """What was learnt in one direction."""

    best: Array
    """int64[n, 4], ascending"""
    core: Array
    """int32[tiers, n, 4], whose labels each tier brought, from the first on, kept for the paths"""
    parent: Array
    """int32[tiers, n, 4], the party each of them came through"""


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
        found = np.full((len(which), BEST, len(self.rounds[0].core) + 1), -1, np.int32)
        labels = self.core[which], self.direction[which], self.tier[which]
        for number, one in enumerate(self.rounds):
            _paths(frozen(which, "i8"), number, *labels, one.core, one.parent, found)
        return found


def best_anchors(graph: Graph, cores: Array, *, tiers: int, threads: int) -> BestAnchors:
    """Find for every party the best three of `cores` (int[c]) that reach it within `tiers` hops.

    Agrees with `strings.dig` from every core without a limit. Needs 64 bytes a party and tier, 8 a link.

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


def cores_within_2(graph: Graph, is_core: Array, threads: int = 1) -> tuple[Array, Array, Array]:
    """Count for each party the distinct other cores that reach it in at most two hops.

    Parameters: `is_core` bool[n]. Returns int32[n] three times: cores it lies upstream of, downstream of, either.
    """
    cores, rows = np.flatnonzero(is_core), (*graph.rows("upstream"), *graph.rows("downstream"))

    def counted(part: int) -> Array:
        return _count_near(frozen(cores[part::threads], "i4"), *rows, graph.parties)

    with ThreadPoolExecutor(threads) as pool:
        first, *rest = pool.map(counted, range(threads))
    for counts in rest:
        first += counts
    upstream, downstream, either = np.ascontiguousarray(first.T)
    return upstream, downstream, either


def _rounds(graph: Graph, cores: Array, direction: Direction, tiers: int, pool: ThreadPoolExecutor) -> Rounds:
    degree_ptr, rows = graph.rows(direction)
    ptr, links = _turned(degree_ptr, rows)
    best = np.full((graph.parties, LABELS), NOTHING)
    best[cores, 0] = cores
    labels, cheapest = best.copy(), np.empty(graph.parties, np.int32)
    core, parent = (np.empty((tiers, *best.shape), np.int32) for _ in range(2))
    cuts = np.linspace(0, graph.parties, PIECES + 1).astype(np.int64).tolist()
    for tier in range(1, tiers + 1):
        _cheapest(labels, tier - 1, degree_ptr, cheapest)
        fresh = np.full_like(best, NOTHING)
        fixed = (
            tier,
            ptr,
            links,
            cheapest,
            cheapest.min(initial=NO_WAY),
            labels,
            best,
            fresh,
            core[tier - 1],
            parent[tier - 1],
        )
        list(pool.map(lambda start, stop, fixed=fixed: _pull(start, stop, *fixed), cuts[:-1], cuts[1:]))
        labels = fresh
    return Rounds(best, core, parent)


@njit(cache=True, nogil=True)
def _turned(ptr: Array, rows: Array) -> tuple[Array, Array]:
    """Turn rows of links from each party into rows of links into each party."""
    into = np.zeros(len(ptr), np.int64)
    for link in rows:
        into[(link & 0xFFFFFFFF) + 1] += 1
    into = np.cumsum(into)
    free, links = into[:-1].copy(), np.empty(len(rows), np.int64)
    for party in range(len(ptr) - 1):
        for i in range(ptr[party], ptr[party + 1]):
            target = rows[i] & 0xFFFFFFFF
            links[free[target]] = rows[i] - target + party
            free[target] += 1
    return into, links


@njit(cache=True, nogil=True)
def _cheapest(labels: Array, tier: int, degree_ptr: Array, cheapest: Array) -> None:
    """What the cheapest label of each party costs where it walks on, so that most links need not be looked behind."""
    for party in range(len(labels)):
        cheapest[party] = NO_WAY
        if labels[party, 0] != NOTHING:
            degree = degree_ptr[party + 1] - degree_ptr[party]
            cheapest[party] = (labels[party, 0] >> 34) + passage(tier, degree)


@njit(cache=True, nogil=True)
def _pull(
    start: int, stop: int, tier: int, ptr: Array, links: Array, cheapest: Array, least: int,
    labels: Array, best: Array, fresh: Array, core: Array, parent: Array,
) -> None:  # fmt: skip
    """Take over the labels of tier-1 of all neighbours, and write down which ones of this tier stayed."""
    via = np.empty(LABELS, np.int64)
    for party in range(start, stop):
        for i in range(ptr[party], ptr[party + 1]):
            neighbour, step = links[i] & 0xFFFFFFFF, links[i] >> 32
            room = min(best[party, LABELS - 1] >> 34, NO_WAY - 1) - step
            if least > room or cheapest[neighbour] > room:
                continue
            step += cheapest[neighbour] - (labels[neighbour, 0] >> 34)
            for j in range(LABELS):
                label = labels[neighbour, j]
                if label == NOTHING:
                    break
                cost = label >> 34
                key = ((cost + step) << 34) | (tier << 31) | (label & 0x7FFFFFFF)
                if key > best[party, LABELS - 1]:
                    break
                _insert(best, party, via, key, (cost << 31) | neighbour)
        kept = 0
        for i in range(LABELS):
            label = best[party, i]
            if label != NOTHING and (label >> 31) & 7 == tier:
                fresh[party, kept] = label
                core[party, kept], parent[party, kept] = label & 0x7FFFFFFF, via[i] & 0x7FFFFFFF
                kept += 1


@njit(cache=True, nogil=True)
def _insert(best: Array, party: int, via: Array, key: int, through: int) -> None:
    """Put `key` in its place among the party's best; the dearer label of the same core makes room, else the last.

    `through`, cost and id of the parent, decides between equal keys.
    """
    room = LABELS - 1
    for i in range(LABELS):
        label = best[party, i]
        if label == key:
            via[i] = min(via[i], through)
            return
        if label != NOTHING and (label ^ key) & 0x7FFFFFFF == 0:
            if label < key:
                return
            room = i
    while room > 0 and best[party, room - 1] > key:
        best[party, room], via[room] = best[party, room - 1], via[room - 1]
        room -= 1
    best[party, room], via[room] = key, through


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
    parties: Array, number: int, core: Array, direction: Array, tier: Array,
    label_core: Array, label_parent: Array, found: Array,
) -> None:  # fmt: skip
    """Walk back from each party to its cores, tier by tier."""
    for b in range(len(parties)):
        for i in range(BEST):
            if core[b, i] < 0 or direction[b, i] != number:
                continue
            party = parties[b]
            for t in range(tier[b, i], 0, -1):
                found[b, i, t] = party
                at = 0
                while label_core[t - 1, party, at] != core[b, i]:
                    at += 1
                party = label_parent[t - 1, party, at]
            found[b, i, 0] = party


@njit(cache=True, nogil=True)
def _count_near(cores: Array, up_ptr: Array, up: Array, down_ptr: Array, down: Array, parties: int) -> Array:
    # A party's counts and the cores counted last stand side by side, so that they are fetched at once.
    marks = np.full((parties, 2, 3), -1, np.int32)
    marks[:, 0] = 0
    for core in cores:
        marks[core, 1] = core
        _mark(core, 0, up_ptr, up, marks)
        _mark(core, 1, down_ptr, down, marks)
    return marks[:, 0]


@njit(cache=True, nogil=True)
def _mark(core: int, number: int, ptr: Array, rows: Array, marks: Array) -> None:
    """Count `core` once for each party within two hops: under `number`, and under 2 for either direction."""
    for near in rows[ptr[core] : ptr[core + 1]]:
        middle = near & 0xFFFFFFFF
        _count(core, number, marks[middle])
        for far in rows[ptr[middle] : ptr[middle + 1]]:
            _count(core, number, marks[far & 0xFFFFFFFF])


@njit(cache=True, nogil=True)
def _count(core: int, number: int, mark: Array) -> None:
    for which in (number, 2):
        mark[0, which] += mark[1, which] != core
        mark[1, which] = core
