"""Maximum coverage: the candidates that together are in most sets and win most besides, one after the other.

What the greedy choice brings, plus what the k best of the others could still add to it, is never below what any k
candidates bring (Tang, J., Tang, X., Xiao, X. and Yuan, J. (2018): Online processing algorithms for influence
maximization. SIGMOD 2018, 991-1005); the least of these sums over the steps of the choice is the upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.algorithms.direct import Direct, win
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
    upper: float
    """no k candidates bring more"""


def cover(
    start: Array, member: Array, candidates: int, k: int, *, own: Direct | None = None, each: float = 1.0,
    slope: float = 1.0,
) -> Cover:  # fmt: skip
    """Choose `k` of `candidates` candidates, at most all; between equals the lower place wins.

    Parameters: `start` int64[s+1], where each of s sets begins in `member` int32; `own`, what candidates win
    besides; `each`, what a covered set is worth beside that, and `slope` times as much in the upper bound.

    >>> found = cover(np.array([0, 2, 4, 5, 6]), np.array([0, 1, 1, 2, 2, 0]), 3, 2)
    >>> found.chosen.tolist(), found.gain.tolist(), found.upper
    ([0, 2], [2, 2], 4.0)
    """
    k = min(k, candidates)
    start, member = frozen(start, "i8"), frozen(member, "i4")
    counts = np.bincount(member, minlength=candidates)
    into, sets = _turned(start, member, candidates)
    covered = np.zeros(len(start) - 1, np.bool_)
    gains = np.zeros(candidates) if own is None else own.gains()
    left = np.empty(0) if own is None else own.worth.copy()
    chosen, gain, free = np.empty(k, np.int64), np.empty(k, np.int64), np.ones(candidates, np.bool_)
    looked = set(np.linspace(0, k, BOUNDS, dtype=np.int64).tolist())
    done, won, upper = 0, 0.0, np.inf
    for step in range(k + 1):
        if step in looked:
            more = _largest((gains + each * slope * counts)[free], k)
            upper = min(upper, won + each * slope * done + more)
        if step < k:
            best = int(np.where(free, gains + each * counts, -1.0).argmax())
            chosen[step], gain[step], free[best] = best, counts[best], False
            done += int(counts[best])
            _take(best, start, member, into, sets, covered, counts)
            if own:
                won += win(
                    best, own.ptr, own.party, own.chance, own.back_ptr, own.place, own.back_chance, left, gains
                )
    return Cover(chosen, gain, float(upper))


def _largest(gains: Array, k: int) -> float:
    """The sum of the k largest gains; nobody need be chosen who takes away, as a rounding error may make it seem."""
    most = gains if k >= len(gains) else np.partition(gains, len(gains) - k)[len(gains) - k :]
    return float(np.maximum(most, 0).sum())


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
