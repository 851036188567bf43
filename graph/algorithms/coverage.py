"""Maximum coverage: the candidates that are together in most sets, chosen one after the other.

What the greedy choice covers, plus what the k best of the others could still add to it, is never below what any k
candidates cover (Tang, J., Tang, X., Xiao, X. and Yuan, J. (2018): Online processing algorithms for influence
maximization. SIGMOD 2018, 991-1005); the least of these sums over the steps of the choice is the upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.algorithms.network import Array, frozen

BOUNDS = 64
"""At most so many steps of a choice are looked at for the upper bound."""


@dataclass(frozen=True)
class Cover:
    """A choice of k candidates."""

    chosen: Array
    """int64[k], in the order of the choice"""
    gain: Array
    """int64[k], sets that each covers and none before it"""
    upper: int
    """no k candidates cover more"""


def cover(start: Array, member: Array, candidates: int, k: int) -> Cover:
    """Choose `k` of `candidates` candidates, at most all; between equals the lower place wins.

    Parameters: `start` int64[s+1], where each of s sets begins in `member` int32.

    >>> found = cover(np.array([0, 2, 4, 5, 6]), np.array([0, 1, 1, 2, 2, 0]), 3, 2)
    >>> found.chosen.tolist(), found.gain.tolist(), found.upper
    ([0, 2], [2, 2], 4)
    """
    k = min(k, candidates)
    start, member = frozen(start, "i8"), frozen(member, "i4")
    counts = np.bincount(member, minlength=candidates)
    into, sets = _turned(start, member, candidates)
    covered = np.zeros(len(start) - 1, np.bool_)
    chosen, gain = np.empty(k, np.int64), np.empty(k, np.int64)
    looked = set(np.linspace(0, k, BOUNDS, dtype=np.int64).tolist())
    done, upper = 0, np.iinfo(np.int64).max
    for step in range(k + 1):
        if step in looked:
            upper = min(upper, done + _largest(counts, k))
        if step < k:
            best = int(counts.argmax())
            chosen[step], gain[step] = best, counts[best]
            done += int(gain[step])
            _take(best, start, member, into, sets, covered, counts)
            counts[best] = -1
    return Cover(chosen, gain, int(upper))


def _largest(counts: Array, k: int) -> int:
    """The sum of the k largest counts; those who were chosen add nothing."""
    left = counts if k >= len(counts) else np.partition(counts, len(counts) - k)[len(counts) - k :]
    return int(np.maximum(left, 0).sum())


@njit(cache=True, nogil=True)
def _turned(start: Array, member: Array, candidates: int) -> tuple[Array, Array]:
    """Turn members of sets into sets of members."""
    into = np.zeros(candidates + 1, np.int64)
    for one in member:
        into[one + 1] += 1
    into = np.cumsum(into)
    free, sets = into[:-1].copy(), np.empty(len(member), np.int32)
    for one in range(len(start) - 1):
        for i in range(start[one], start[one + 1]):
            sets[free[member[i]]] = one
            free[member[i]] += 1
    return into, sets


@njit(cache=True, nogil=True)
def _take(best: int, start: Array, member: Array, into: Array, sets: Array, covered: Array, counts: Array) -> None:
    for i in range(into[best], into[best + 1]):
        one = sets[i]
        if not covered[one]:
            covered[one] = True
            for j in range(start[one], start[one + 1]):
                counts[member[j]] -= 1
