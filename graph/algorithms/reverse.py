"""Reverse reachable sets: who could have brought a new customer, sampled backwards from him.

Borgs, C., Brautbar, M., Chayes, J. and Lucier, B. (2014): Maximizing social influence in nearly optimal time. SODA
2014, 946-957. The share of sets that hold at least one of some referrers, times `total`, is what these bring together.

Most parties are won by nobody in most worlds. So a root is drawn with its chance that at least one step into it is
live, and that first step is drawn too, given that there is one; `total` is the sum of these chances. What is left out
are empty sets, so as many sets tell more. A root is not in its own set: nobody brings himself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.algorithms.cascade import Cascade, coin, in_blocks, world_key
from graph.algorithms.network import Array, frozen

BLOCK = 1 << 15
ROOT, FIRST_STEP = -2, -3
"""Numbers of coins that decide no step."""


@dataclass(frozen=True)
class Roots:
    """Where sets begin: r parties that somebody can win."""

    party: Array
    """int32[r]"""
    reached: Array
    """float64[r], the chance that at least one step into it is live"""
    upto: Array
    """float64[r], running sum of these chances, weighted"""

    @property
    def total(self) -> float:
        return float(self.upto[-1]) if len(self.upto) else 0.0


@dataclass(frozen=True)
class Sets:
    """s sets of candidates; those without any are only counted."""

    start: Array
    """int64[f+1], where each of the f sets that are not empty begins"""
    member: Array
    """int32, places of candidates"""
    number: int
    """s"""

    def hit(self, chosen: Array) -> int:
        """How many sets hold at least one of `chosen` int[k]."""
        candidates = int(self.member.max(initial=-1)) + 1
        wanted = np.zeros(max(candidates, int(chosen.max(initial=-1)) + 1), np.bool_)
        wanted[chosen] = True
        return int(_hit(self.start, self.member, wanted))

    def hit_first(self, chosen: Array) -> Array:
        """How many sets each of `chosen` int[k], in their order, is the first to be in: int64[k]."""
        candidates = max(int(self.member.max(initial=-1)), int(chosen.max(initial=-1))) + 1
        place = np.full(candidates, len(chosen), np.int64)
        place[chosen] = np.arange(len(chosen))
        return np.asarray(_hit_first(self.start, self.member, place, len(chosen)))

    def more(self, other: Sets) -> Sets:
        """These and the other ones."""
        start = np.concatenate((self.start, other.start[1:] + self.start[-1]))
        return Sets(start, np.concatenate((self.member, other.member)), self.number + other.number)


def roots(steps: Cascade, weight: Array | None = None) -> Roots:
    """The parties that count when won and that somebody can win; `weight` float64[n] is what each is worth."""
    reached = np.asarray(_reached(steps.ptr, steps.into, steps.won))
    worth = reached if weight is None else reached * frozen(weight, "f8")
    party = np.flatnonzero(worth > 0).astype(np.int32)
    return Roots(party, reached[party], np.cumsum(worth[party]))


def sample(
    steps: Cascade, begin: Roots, place: Array, first: int, stop: int, *, seed: int, purpose: int, threads: int
) -> Sets:
    """Sample the sets of the worlds `first` up to, not with, `stop`.

    Parameters: `place` int32[n], the place of each candidate among the candidates, -1 for all others. The same worlds
    give the same sets with any number of threads.

    >>> from graph.algorithms.cascade import cascade
    >>> made = cascade([0, 1, 3, 4], [1, 0, 2, 1], [0.8, 0.8, 0.4, 0.4], [1.0, 1.0, 1.0], contact=0.5,
    ...                won=[False, True, True], present=[True] * 3, passes=[True] * 3)
    >>> begin = roots(made)
    >>> found = sample(made, begin, np.array([0, -1, -1], np.int32), 0, 10_000, seed=2, purpose=1, threads=1)
    >>> found.number, round(begin.total, 2), round(found.hit(np.array([0])) / found.number * begin.total, 2)
    (10000, 0.72, 0.48)
    """
    parts = begin.party, begin.reached, begin.upto, steps.ptr, steps.party, steps.into, frozen(place, "i4")
    blocks = in_blocks(lambda i, j: _sample(first + i, first + j, seed, purpose, *parts), stop - first, BLOCK, threads)
    sizes = np.concatenate([np.empty(0, np.int32), *(block[0] for block in blocks)])
    members = np.concatenate([np.empty(0, np.int32), *(block[1] for block in blocks)])
    return Sets(np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))), members, stop - first)


NO_SETS = Sets(np.zeros(1, np.int64), np.empty(0, np.int32), 0)


@njit(cache=True, nogil=True)
def _reached(ptr: Array, into: Array, won: Array) -> Array:
    reached = np.zeros(len(won))
    for party in range(len(won)):
        if won[party]:
            missed = 1.0
            for i in range(ptr[party], ptr[party + 1]):
                missed *= 1.0 - into[i]
            reached[party] = 1.0 - missed
    return reached


@njit(cache=True, nogil=True)
def _sample(
    first: int, stop: int, seed: int, purpose: int, roots: Array, reached: Array, upto: Array,
    ptr: Array, party: Array, into: Array, place: Array,
) -> tuple[Array, Array]:  # fmt: skip
    sizes, members = np.empty(stop - first, np.int32), np.empty(4 * (stop - first), np.int32)
    kept, filled = 0, 0
    mark, queue = np.full(len(place), -1, np.int64), np.empty(len(place), np.int32)
    for world in range(first, stop):
        key = world_key(seed, purpose, world)
        which = min(np.searchsorted(upto, coin(key, ROOT) * upto[-1], "right"), len(roots) - 1)
        reachable = _backwards(key, roots[which], reached[which], world, ptr, party, into, mark, queue)
        if filled + reachable > len(members):
            larger = np.empty(2 * (filled + reachable), np.int32)
            larger[:filled] = members[:filled]
            members = larger
        before = filled
        for i in range(reachable):
            if place[queue[i]] >= 0:
                members[filled] = place[queue[i]]
                filled += 1
        if filled > before:
            sizes[kept] = filled - before
            kept += 1
    return sizes[:kept].copy(), members[:filled].copy()


@njit(cache=True, nogil=True)
def _backwards(
    key: np.uint64, root: int, reached: float, stamp: int, ptr: Array, party: Array, into: Array,
    mark: Array, queue: Array,
) -> int:  # fmt: skip
    """Fill `queue` with those who reach the root in this world, and return how many they are."""
    mark[root] = stamp
    live = _first_live(coin(key, FIRST_STEP) * reached, ptr[root], ptr[root + 1], into)
    found = 0
    for i in range(live, ptr[root + 1]):
        if i == live or coin(key, i) < into[i]:
            mark[party[i]] = stamp
            queue[found] = party[i]
            found += 1
    at = 0
    while at < found:
        for i in range(ptr[queue[at]], ptr[queue[at] + 1]):
            if coin(key, i) < into[i] and mark[party[i]] != stamp:
                mark[party[i]] = stamp
                queue[found] = party[i]
                found += 1
        at += 1
    return found


@njit(cache=True, nogil=True)
def _first_live(left: float, first: int, stop: int, into: Array) -> int:
    """The first live step of a row, given that there is one; `left` lies below the chance of that."""
    missed, last = 1.0, first
    for i in range(first, stop):
        if into[i] > 0.0:
            last = i
            if left < missed * into[i]:
                return i
            left -= missed * into[i]
            missed *= 1.0 - into[i]
    return last


@njit(cache=True, nogil=True)
def _hit(start: Array, member: Array, wanted: Array) -> int:
    hit = 0
    for one in range(len(start) - 1):
        for i in range(start[one], start[one + 1]):
            if wanted[member[i]]:
                hit += 1
                break
    return hit


@njit(cache=True, nogil=True)
def _hit_first(start: Array, member: Array, place: Array, chosen: int) -> Array:
    hits = np.zeros(chosen + 1, np.int64)
    for one in range(len(start) - 1):
        least = chosen
        for i in range(start[one], start[one + 1]):
            least = min(least, place[member[i]])
        hits[least] += 1
    return hits[:chosen]
