"""Paths between two parties: the best simple ones within a number of hops (DESIGN 4.3 says what a hop costs).

All sums are held as `cost << 3 | parties on the way`, each hop with its decay, so that of equal costs fewer hops come
first and 0 can stand for "no way". First walks back from the end give what is left to go from each party by exactly
r hops at least. Then Lawler's partition: a class is all paths that begin alike and do not go on to some parties; the
class with the least bound is searched layer by layer up to a limit, which either finds its best path (a cheapest walk
never meets itself) or raises its bound; a path that comes out splits its class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.algorithms.acquaintance import Acquaintance
from graph.algorithms.network import Array

# numba's cache looks at this file only: after a change of DECAY, remove graph/algorithms/__pycache__.
from graph.algorithms.walks import DECAY

MOST_HOPS = 6
"""Seven parties on a path fit into the three bits that count them."""
NOTHING = np.iinfo(np.int64).max
STEP = DECAY << 3 | 1
"""What a hop adds besides its own cost: the decay, and one more party."""
KEEN = 8
"""Searches of a class whose limit grows; after them all that is left of it is searched."""

Rows = tuple[Array, Array]
"""Where each party's rows begin, int64[n+1], and the rows, int64[e], `cost << 32 | neighbour`, ascending in each."""


@dataclass(frozen=True)
class Paths:
    """The best p paths, by (cost, hops, ids from the start on)."""

    path: Array
    """int32[p, hops+1], from the start to the end, padded with -1"""
    cost: Array
    """int64[p], in millionths; the strength of a path is e^(-cost / 10^6)"""

    @property
    def hops(self) -> Array:
        """int64[p]"""
        return np.asarray((self.path >= 0).sum(axis=1) - 1)


def between(known: Acquaintance, start: int, end: int, *, hops: int, best: int) -> Paths:
    """Find the `best` simple paths between two different parties of at most `hops` (1 to 6), whoever knows whom.

    Example: 0 and 3 both know 1 well; 0 knows 2, and 2 knows 3 a little. Without the cost of a further hop, 356675,
    both hops over 1 cost 105361 each.

    >>> from graph.algorithms.acquaintance import combine
    >>> known = combine(4, [([0, 1, 0, 2], [1, 3, 2, 3], [0.9, 0.9, 0.9, 0.3])])
    >>> found = between(known, 0, 3, hops=3, best=5)
    >>> found.path.tolist(), found.cost.tolist()
    ([[0, 1, 3, -1], [0, 2, 3, -1]], [567397, 1666009])
    """
    rows = known.ptr, known.rows
    return along(rows, rows, start, end, hops=hops, best=best)


def along(forth: Rows, back: Rows, start: int, end: int, *, hops: int, best: int) -> Paths:
    """The same over directed rows, from `start` to `end`; `back` holds the rows of `forth` at their other ends."""
    path, total = _search(*forth, *back, start, end, hops, best)
    return Paths(path, (total >> 3) - DECAY)


@njit(cache=True, nogil=True)
def _search(
    ptr: Array, rows: Array, back_ptr: Array, back_rows: Array, start: int, end: int, hops: int, best: int
) -> tuple[Array, Array]:
    most = best * hops + 1
    prefix, size = np.full((most, hops + 1), -1, np.int32), np.ones(most, np.int64)
    barred, bars = np.full((most, best), -1, np.int32), np.zeros(most, np.int64)
    spent, key, tries = np.zeros(most, np.int64), np.zeros(most, np.int64), np.zeros(most, np.int64)
    found, done = np.full((most, hops + 1), -1, np.int32), np.zeros(most, np.bool_)
    left = _left(ptr, rows, back_ptr, back_rows, start, end, hops)
    so_far = np.zeros((len(ptr) - 1, hops + 1), np.int64)
    via = np.empty((len(ptr) - 1, hops + 1), np.int32)
    layers = np.empty((hops + 1, len(ptr) - 1), np.int32)
    paths, total = np.full((best, hops + 1), -1, np.int32), np.zeros(best, np.int64)
    prefix[0, 0], classes, out = start, 1, 0
    while out < best:
        one = _next(key, done, found, classes)
        if key[one] == NOTHING:
            break
        if not done[one]:
            limit = key[one] + ((DECAY << 3) << (tries[one] - 2) if tries[one] > 1 else 0)
            if tries[one] >= KEEN:
                limit = NOTHING - 1
            key[one], done[one] = _best(
                ptr, rows, left, end, prefix[one], size[one], barred[one, : bars[one]], spent[one], limit, so_far,
                via, layers, found[one],
            )  # fmt: skip
            tries[one] += 1
            continue
        paths[out], total[out] = found[one], key[one]
        out += 1
        path, taken = found[one].copy(), size[one]
        cost = spent[one]
        # The class itself goes on without this path; beyond its beginning each party of the path begins a new class.
        barred[one, bars[one]], bars[one], done[one], tries[one] = path[taken], bars[one] + 1, False, 0
        for at in range(taken, hops + 1):
            if path[at] == end:
                break
            cost += _step(ptr, rows, path[at - 1], path[at])
            prefix[classes, : at + 1], size[classes] = path[: at + 1], at + 1
            barred[classes, 0], bars[classes] = path[at + 1], 1
            spent[classes], key[classes] = cost, total[out - 1]
            classes += 1
    return paths[:out], total[:out]


@njit(cache=True, nogil=True)
def _next(key: Array, done: Array, found: Array, classes: int) -> int:
    """The class with the least bound; of equals one to be searched yet, else the one whose path has the lower ids."""
    one = 0
    for other in range(1, classes):
        if key[other] != key[one]:
            if key[other] < key[one]:
                one = other
        elif done[one] and (not done[other] or _lower(found[other], found[one])):
            one = other
    return one


@njit(cache=True, nogil=True)
def _lower(path: Array, other: Array) -> bool:
    for at in range(len(path)):
        if path[at] != other[at]:
            return bool(path[at] < other[at])
    return False


@njit(cache=True, nogil=True)
def _step(ptr: Array, rows: Array, party: int, to: int) -> int:
    for i in range(ptr[party], ptr[party + 1]):
        if rows[i] & 0xFFFFFFFF == to:
            return int((rows[i] >> 32 << 3) + STEP)
    return 0


@njit(cache=True, nogil=True)
def _left(ptr: Array, rows: Array, back_ptr: Array, back_rows: Array, start: int, end: int, hops: int) -> Array:
    """int64[n, hops]: the least sum from a party on to `end` by exactly r hops, without `start`; 0 where none.

    The first half of the rounds pushes from the end, whomever it reaches. Of the others only those near enough to the
    start are of use: they pull. So no more than the rows around both ends are read.
    """
    parties = len(ptr) - 1
    left = np.zeros((parties, hops), np.int64)
    left[end, 0] = 1
    pushed = hops // 2
    reached, ends = np.empty((pushed + 1, parties), np.int32), np.zeros(pushed + 1, np.int64)
    reached[0, 0], ends[0] = end, 1
    for r in range(1, min(pushed, hops - 1) + 1):
        for j in range(ends[r - 1]):
            party = reached[r - 1, j]
            for i in range(back_ptr[party], back_ptr[party + 1]):
                who = back_rows[i] & 0xFFFFFFFF
                if who in (start, end):
                    continue
                sum_ = left[party, r - 1] + (back_rows[i] >> 32 << 3) + STEP
                if left[who, r] == 0:
                    reached[r, ends[r]] = who
                    ends[r] += 1
                    left[who, r] = sum_
                elif sum_ < left[who, r]:
                    left[who, r] = sum_
    if pushed + 1 < hops:
        around, stops = _around(ptr, rows, start, hops - pushed - 1)
        for r in range(pushed + 1, hops):
            for j in range(1, stops[hops - r]):
                if around[j] != end:
                    left[around[j], r] = _pulled(ptr, rows, left, around[j], r)
    return left


@njit(cache=True, nogil=True)
def _pulled(ptr: Array, rows: Array, left: Array, party: int, r: int) -> int:
    least = NOTHING
    for i in range(ptr[party], ptr[party + 1]):
        rest = left[rows[i] & 0xFFFFFFFF, r - 1]
        if rest != 0:
            least = min(least, rest + (rows[i] >> 32 << 3) + STEP)
    return 0 if least == NOTHING else least


@njit(cache=True, nogil=True)
def _around(ptr: Array, rows: Array, start: int, hops: int) -> tuple[Array, Array]:
    """Parties within `hops` of the start, nearest first, and how many there are within each number of hops."""
    seen = np.zeros(len(ptr) - 1, np.bool_)
    near, stops = np.empty(len(ptr) - 1, np.int32), np.zeros(hops + 1, np.int64)
    near[0], seen[start], count, at = start, True, 1, 0
    stops[0] = 1
    for hop in range(1, hops + 1):
        while at < stops[hop - 1]:
            for i in range(ptr[near[at]], ptr[near[at] + 1]):
                who = rows[i] & 0xFFFFFFFF
                if not seen[who]:
                    seen[who], near[count] = True, who
                    count += 1
            at += 1
        stops[hop] = count
    return near, stops


@njit(cache=True, nogil=True)
def _best(
    ptr: Array, rows: Array, left: Array, end: int, prefix: Array, size: int, barred: Array, spent: int, limit: int,
    so_far: Array, via: Array, layers: Array, path: Array,
) -> tuple[int, bool]:  # fmt: skip
    """Search a class for its best path among those up to `limit`, and write it into `path`.

    Returns its sum and True, or what no path of the class is less than and False. `so_far` is all 0 before and after.
    """
    hops = layers.shape[0] - 1
    counts = np.zeros(hops + 1, np.int64)
    above, least, at_end = NOTHING, NOTHING, 0
    layers[size - 1, 0], counts[size - 1] = prefix[size - 1], 1
    so_far[prefix[size - 1], size - 1] = spent
    for hop in range(size, hops + 1):
        for j in range(counts[hop - 1]):
            party = layers[hop - 1, j]
            for i in range(ptr[party], ptr[party + 1]):
                who = rows[i] & 0xFFFFFFFF
                now = so_far[party, hop - 1] + (rows[i] >> 32 << 3) + STEP
                if now >= limit:
                    above = min(above, now + 1)
                    break
                rest = _least(left, who, hops - hop)
                if rest == 0 or _among(prefix[:size], who) or (hop == size and _among(barred, who)):
                    continue
                if now + rest > limit:
                    above = min(above, now + rest)
                    continue
                if so_far[who, hop] == 0:
                    if who != end:
                        layers[hop, counts[hop]] = who
                        counts[hop] += 1
                elif now > so_far[who, hop] or (
                    now == so_far[who, hop] and not _earlier(party, via[who, hop], hop - 1, size - 1, via)
                ):
                    continue
                so_far[who, hop], via[who, hop] = now, party
                if who == end and now + 1 <= least:
                    limit, least, at_end = now + 1, now + 1, hop
    for hop in range(size - 1, hops + 1):
        for j in range(counts[hop]):
            so_far[layers[hop, j], hop] = 0
        so_far[end, hop] = 0
    if at_end == 0:
        return above, False
    path[:] = -1
    path[:size] = prefix[:size]
    path[at_end] = end
    for hop in range(at_end, size, -1):
        path[hop - 1] = via[path[hop], hop]
    return least, True


@njit(cache=True, nogil=True)
def _least(left: Array, party: int, hops: int) -> int:
    """What is left to go from a party within some hops, 0 where there is no way."""
    least = NOTHING
    for r in range(min(hops, left.shape[1] - 1) + 1):
        if left[party, r] != 0:
            least = min(least, left[party, r])
    return 0 if least == NOTHING else least


@njit(cache=True, nogil=True)
def _among(parties: Array, party: int) -> bool:
    found = False
    for one in parties:
        found |= one == party
    return found


@njit(cache=True, nogil=True)
def _earlier(one: int, other: int, hop: int, first: int, via: Array) -> bool:
    """Whether of two ways of equal length, which begin alike, that to `one` has the lower ids."""
    while hop > first and one != other:
        if via[one, hop] == via[other, hop]:
            break
        one, other, hop = via[one, hop], via[other, hop], hop - 1
    return one < other
