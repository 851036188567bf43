"""The independent cascade on acquaintance: who may win whom, with which chance, and the coins that decide it.

Kempe, D., Kleinberg, J. and Tardos, É. (2003): Maximizing the spread of influence through a social network. KDD 2003,
137-146. DESIGN 4.4. A possible world says of each step whether it is live. Coins are counted, not drawn one after the
other: that of a step is a hash of (key of the world, number of the step), so that neither the order of work nor the
number of threads can change a world (Salmon, J. K. et al. (2011): Parallel random numbers: as easy as 1, 2, 3. SC11).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numba import njit

from graph.algorithms.network import Array, frozen

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S27, S30, S31, S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)
UNIT = 2.0**-53
Block = TypeVar("Block")


@dataclass(frozen=True)
class Cascade:
    """Steps between n parties, e pairs that know each other, each pair at both its ends."""

    ptr: Array
    """int64[n+1], where each party's steps begin"""
    party: Array
    """int32[2e], who stands at the other end"""
    out: Array
    """float64[2e], the chance that the row's party wins the other"""
    into: Array
    """float64[2e], the chance that the other wins the row's party"""
    won: Array
    """bool[n], who counts when won"""
    present: Array
    """bool[n], who is in the cascade at all"""
    passes: Array
    """bool[n], who passes anything on"""

    @property
    def parties(self) -> int:
        return len(self.ptr) - 1


def cascade(
    ptr: Array, rows: Array, strength: Array, rate: Array, *, contact: float,
    won: Array, present: Array, passes: Array,
) -> Cascade:  # fmt: skip
    """Give each step its chance, `contact` times the rate of who passes on times the strength of the acquaintance.

    Parameters: `ptr` int64[n+1], `rows` int64[2e] and `strength` float64[2e] of an acquaintance, the neighbour in the
    lower half of each row; `rate` float64[n]; `won`, `present`, `passes` bool[n] as in `Cascade`.

    >>> made = cascade([0, 1, 2], [1, 0], [0.8, 0.8], [0.5, 0.1], contact=0.5, won=[False, True],
    ...                present=[True, True], passes=[True, True])
    >>> made.out.tolist(), made.into.tolist()
    ([0.2, 0.04000000000000001], [0.04000000000000001, 0.2])
    """
    ptr, party = frozen(ptr, "i8"), frozen(np.asarray(rows, np.int64) & 0xFFFFFFFF, "i4")
    present, passes = frozen(present, "?"), frozen(np.asarray(passes, np.bool_) & np.asarray(present, np.bool_), "?")
    owner = np.repeat(np.arange(len(ptr) - 1, dtype=np.int32), np.diff(ptr))
    drive = np.where(passes, contact * np.asarray(rate, np.float64), 0.0)
    strength = np.asarray(strength, np.float64)
    out = drive[owner] * strength * present[party]
    into = drive[party] * strength * present[owner]
    counted = frozen(np.asarray(won, np.bool_) & present, "?")
    return Cascade(ptr, party, frozen(out, "f8"), frozen(into, "f8"), counted, present, passes)


@njit(cache=True, nogil=True, inline="always")
def mix(state: np.uint64) -> np.uint64:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014)."""
    state = (state ^ (state >> S30)) * FIRST
    state = (state ^ (state >> S27)) * SECOND
    return state ^ (state >> S31)


@njit(cache=True, nogil=True, inline="always")
def coin(key: np.uint64, number: int) -> float:
    """A number from 0 up to, not with, 1 for the step `number` in the world of `key`."""
    return float(mix(key + np.uint64(number + 1) * GOLDEN) >> S11) * UNIT


@njit(cache=True, nogil=True)
def world_key(seed: int, purpose: int, world: int) -> np.uint64:
    """The key of one world; worlds of another purpose are others."""
    start = mix(np.uint64(seed) * GOLDEN + FIRST)
    return mix(mix(start + np.uint64(purpose + 1) * SECOND) + np.uint64(world + 1) * GOLDEN)


def in_blocks(work: Callable[[int, int], Block], number: int, size: int, threads: int) -> list[Block]:
    """Work on `number` things, `size` at a time, and give the results in their order."""
    starts = range(0, number, size)
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda start: work(start, min(start + size, number)), starts))
