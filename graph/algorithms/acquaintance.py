"""Acquaintance: how well two parties know each other, of all the relations between them (DESIGN 4.3).

A row of a relation becomes a key under the lower of its two ends:

    key = higher end << 32 | number of the row, all types counted on

Sorted, the rows of one pair stand together and in the order of the types; what comes out of a pair is written to both
its ends, which are sorted by cost then.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from graph.algorithms.network import MISSING, Array, Graph, frozen
from graph.algorithms.strength import DAYS_A_MONTH, MICRO, MOST, link_strength

Rows = tuple[ArrayLike, ArrayLike, ArrayLike]
"""The rows of one type of relation: int32[r] and int32[r], two parties in either order, and float64[r], 0 to 1."""
PIECES = 32
SHORT = 24
"""Rows up to this length are sorted by insertion."""


@dataclass(frozen=True)
class Acquaintance:
    """Who knows whom among n parties, e pairs, each at both its ends; the arrays are read-only."""

    ptr: Array
    """int64[n+1], where each party's rows begin"""
    rows: Array
    """int64[2e], `cost << 32 | neighbour`, ascending within each party"""
    strength: Array
    """float64[2e], 0 to 0.95, in the order of `rows`"""

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, frozen(getattr(self, field.name)))

    @property
    def parties(self) -> int:
        return len(self.ptr) - 1


def combine(parties: int, types: Sequence[Rows], threads: int = 1) -> Acquaintance:
    """Combine relations of several types: 1 - ∏(1 - w) over the types of a pair, at most 0.95.

    Of each type the strongest row of a pair counts, the types are multiplied in their order, rows from a party to
    itself say nothing, and neither does what adds up to nothing. The answer is the same for any number of threads.

    Example: 0 and 1 are kin and trade both ways, 1 and 2 are friends.

    >>> ties = [0, 2], [1, 1], [0.9, 0.6]
    >>> trade = [0, 1], [1, 0], [0.1, 0.2]
    >>> found = combine(3, [ties, trade])
    >>> found.ptr.tolist(), [(int(row >> 32), int(row & 0xFFFFFFFF)) for row in found.rows]
    ([0, 1, 3, 4], [(83382, 1), (83382, 0), (510826, 2), (510826, 1)])
    >>> found.strength.round(6).tolist()
    [0.92, 0.92, 0.6, 0.6]
    """
    arrays = [(frozen(a, "i4"), frozen(b, "i4"), frozen(w, "f8")) for a, b, w in types]
    starts = np.cumsum([0] + [len(a) for a, _, _ in arrays])
    ptr = np.zeros(parties + 1, np.int64)
    for a, b, w in arrays:
        _count(a, b, w, ptr)
    np.cumsum(ptr, out=ptr)
    keys, free = np.empty(ptr[-1], np.int64), ptr[:-1].copy()
    for start, (a, b, w) in zip(starts[:-1].tolist(), arrays, strict=True):
        _gather(a, b, w, start, free, keys)
    weights = np.concatenate([np.empty(0), *(w for _, _, w in arrays)])
    strength, low = np.empty(len(keys)), np.empty(parties, np.int64)
    _in_pieces(parties, threads, lambda i, j: _combine(i, j, ptr, keys, weights, starts, strength, low))
    return _both_ways(ptr, keys, strength, low, threads)


def _both_ways(pairs: Array, keys: Array, strength: Array, low: Array, threads: int) -> Acquaintance:
    """Write each pair to both ends: a party's pairs as the lower end first, then those as the higher, then sort.

    `keys` holds `cost << 32 | higher end`, `low` int64[n] how many of them there are from `pairs` on.
    """
    parties = len(low)
    ptr = np.zeros(parties + 1, np.int64)
    _count_ends(pairs, keys, low, ptr)
    np.cumsum(ptr, out=ptr)
    rows, of = np.empty(ptr[-1], np.int64), np.empty(ptr[-1])
    with ThreadPoolExecutor(threads) as pool:
        done = [pool.submit(fill, pairs, keys, strength, low, ptr, rows, of) for fill in (_fill_low, _fill_high)]
        for one in done:
            one.result()
    _in_pieces(parties, threads, lambda i, j: _sort(i, j, ptr, rows, of))
    return Acquaintance(ptr, rows, of)


def _in_pieces(parties: int, threads: int, work: Callable[[int, int], None]) -> None:
    cuts = np.linspace(0, parties, PIECES + 1).astype(np.int64).tolist()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, cuts[:-1], cuts[1:]))


def decay(days: ArrayLike, as_of: int, half_life: float) -> Array:
    """How much of a tie is left: 2^(-months / half_life), 1 where undated or after `as_of`.

    Parameters: `days` int32[r] since 1970-01-01, MISSING where undated; `half_life` in months. Returns float64[r].

    >>> decay([20000, 20000 - 1096, 20001, MISSING], 20000, 36.0).round(3).tolist()
    [1.0, 0.5, 1.0, 1.0]
    """
    return np.asarray(_decay(frozen(days, "i4"), as_of, half_life))


def trade(graph: Graph, weight: float) -> tuple[Array, Array, Array]:
    """Supply links as a type of acquaintance: `weight` times the greater of their strengths up- and downstream."""
    supplier = np.repeat(np.arange(graph.parties, dtype=np.int32), np.diff(graph.out_ptr))
    return supplier, graph.buyer, _trade(graph.alive, graph.share_in, graph.share_out, weight)


def fellows(groups: int, member: ArrayLike, group: ArrayLike, most: int) -> tuple[Array, Array]:
    """All pairs of members of the same group, of groups of at most `most` members.

    Parameters: `member`, `group` int32[r], each membership once. Returns int32[p] twice.

    >>> [ends.tolist() for ends in fellows(2, [4, 2, 7, 1], [0, 0, 0, 1], 50)]
    [[4, 4, 2], [2, 7, 7]]
    """
    member, group = frozen(member, "i4"), frozen(group, "i4")
    ptr = np.concatenate(([0], np.cumsum(np.bincount(group, minlength=groups))))
    sizes = np.diff(ptr)
    pairs = int((sizes * (sizes - 1) // 2)[sizes <= most].sum())
    a, b = np.empty(pairs, np.int32), np.empty(pairs, np.int32)
    _pair(ptr, frozen(member[np.argsort(group, kind="stable")]), most, a, b)
    return a, b


@njit(cache=True, nogil=True)
def _count(a: Array, b: Array, w: Array, ptr: Array) -> None:
    for i in range(len(a)):
        if a[i] != b[i] and w[i] > 0.0:
            ptr[min(a[i], b[i]) + 1] += 1


@njit(cache=True, nogil=True)
def _gather(a: Array, b: Array, w: Array, start: int, free: Array, keys: Array) -> None:
    for i in range(len(a)):
        if a[i] != b[i] and w[i] > 0.0:
            low = min(a[i], b[i])
            keys[free[low]] = (np.int64(max(a[i], b[i])) << 32) | (start + i)
            free[low] += 1


@njit(cache=True, nogil=True)
def _combine(
    first: int, stop: int, ptr: Array, keys: Array, weights: Array, starts: Array, strength: Array, low: Array
) -> None:
    """Bring the rows of each lower end from `first` on down to one per pair, in place."""
    for party in range(first, stop):
        i, end, kept = ptr[party], ptr[party + 1], ptr[party]
        _sort_keys(keys[i:end])
        while i < end:
            high, left, which, best = keys[i] >> 32, 1.0, 0, 0.0
            while i < end and keys[i] >> 32 == high:
                row = keys[i] & 0xFFFFFFFF
                if row >= starts[which + 1]:
                    left, best = left * (1.0 - best), 0.0
                    while row >= starts[which + 1]:
                        which += 1
                best = max(best, weights[row])
                i += 1
            known = min(1.0 - left * (1.0 - best), MOST)
            if known > 0.0:
                keys[kept] = (np.int64(np.rint(-math.log(known) * MICRO)) << 32) | high
                strength[kept] = known
                kept += 1
        low[party] = kept - ptr[party]


@njit(cache=True, nogil=True)
def _sort_keys(keys: Array) -> None:
    if len(keys) > SHORT:
        keys.sort()
        return
    for i in range(1, len(keys)):
        key, j = keys[i], i
        while j > 0 and keys[j - 1] > key:
            keys[j] = keys[j - 1]
            j -= 1
        keys[j] = key


@njit(cache=True, nogil=True)
def _count_ends(pairs: Array, keys: Array, low: Array, ptr: Array) -> None:
    for party in range(len(low)):
        ptr[party + 1] += low[party]
        for i in range(pairs[party], pairs[party] + low[party]):
            ptr[(keys[i] & 0xFFFFFFFF) + 1] += 1


@njit(cache=True, nogil=True)
def _fill_low(pairs: Array, keys: Array, strength: Array, low: Array, ptr: Array, rows: Array, of: Array) -> None:
    for party in range(len(low)):
        for i in range(low[party]):
            rows[ptr[party] + i] = keys[pairs[party] + i]
            of[ptr[party] + i] = strength[pairs[party] + i]


@njit(cache=True, nogil=True)
def _fill_high(pairs: Array, keys: Array, strength: Array, low: Array, ptr: Array, rows: Array, of: Array) -> None:
    free = ptr[:-1] + low
    for party in range(len(low)):
        for i in range(pairs[party], pairs[party] + low[party]):
            high = keys[i] & 0xFFFFFFFF
            rows[free[high]], of[free[high]] = keys[i] - high + party, strength[i]
            free[high] += 1


@njit(cache=True, nogil=True)
def _sort(first: int, stop: int, ptr: Array, rows: Array, of: Array) -> None:
    for party in range(first, stop):
        keys, strength = rows[ptr[party] : ptr[party + 1]], of[ptr[party] : ptr[party + 1]]
        if len(keys) > SHORT:
            order = np.argsort(keys)
            keys[:], strength[:] = keys[order], strength[order]
            continue
        for i in range(1, len(keys)):
            key, known, j = keys[i], strength[i], i
            while j > 0 and keys[j - 1] > key:
                keys[j], strength[j] = keys[j - 1], strength[j - 1]
                j -= 1
            keys[j], strength[j] = key, known


@njit(cache=True, nogil=True)
def _decay(days: Array, as_of: int, half_life: float) -> Array:
    left = np.ones(len(days))
    for i in range(len(days)):
        if days[i] != MISSING and days[i] < as_of:
            left[i] = math.pow(2.0, -((as_of - days[i]) / DAYS_A_MONTH) / half_life)
    return left


@njit(cache=True, nogil=True)
def _trade(alive: Array, share_in: Array, share_out: Array, weight: float) -> Array:
    # From the shares, since costs are rounded: what is rounded twice may end one off.
    strength = np.empty(len(alive))
    for i in range(len(alive)):
        up, down = link_strength(alive[i], share_in[i]), link_strength(alive[i], share_out[i])
        strength[i] = weight * max(up, down)
    return strength


@njit(cache=True, nogil=True)
def _pair(ptr: Array, member: Array, most: int, a: Array, b: Array) -> None:
    made = 0
    for group in range(len(ptr) - 1):
        if ptr[group + 1] - ptr[group] > most:
            continue
        for i in range(ptr[group], ptr[group + 1]):
            for j in range(i + 1, ptr[group + 1]):
                a[made], b[made] = member[i], member[j]
                made += 1
