"""Influence: how many new customers each referrer is expected to bring (DESIGN 4.4, docs/definitions.md).

Whom a referrer wins himself is known exactly: the sum of his chances. Only what comes on top, those won by others
whom he won, is simulated, so that few worlds tell much. All referrers meet the same worlds, so they compare well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.algorithms.cascade import Cascade, coin, in_blocks, world_key
from graph.algorithms.network import Array, frozen

PURPOSE = 0
"""Of the worlds of this simulation."""
BLOCK = 256
ONE_HOP, WORTH_ONE_HOP, MORE, MORE_SQUARED, WORTH_MORE, DEGREE, REACH_2, OPEN_2, WIDTH = range(9)


@dataclass(frozen=True)
class Influence:
    """What b referrers bring."""

    expected: Array
    """float64[b], new customers"""
    error: Array
    """float64[b], standard error of `expected`"""
    one_hop: Array
    """float64[b], those of them that the referrer wins himself: the sum of his chances"""
    worth: Array
    """float64[b], `expected` with each new customer weighted"""
    degree: Array
    """int64[b], parties that he knows"""
    reach_2: Array
    """int64[b], parties within two steps of him"""
    open_2: Array
    """int64[b], those of them that count when won"""


def influence(
    steps: Cascade, referrers: Array, *, worlds: int, seed: int, weight: Array | None = None, threads: int = 1
) -> Influence:
    """Expect what each of `referrers` int[b] brings by himself, from `worlds` worlds.

    Parameters: `weight` float64[n], what each party is worth when won (1 without). The same `seed` gives the same
    numbers, whoever else is asked for and with any number of threads.

    Example: 0 wins 1 with 0.4, who wins 2 with 0.2.

    >>> from graph.algorithms.cascade import cascade
    >>> made = cascade([0, 1, 3, 4], [1, 0, 2, 1], [0.8, 0.8, 0.4, 0.4], [1.0, 1.0, 1.0], contact=0.5,
    ...                won=[False, True, True], present=[True] * 3, passes=[True] * 3)
    >>> found = influence(made, np.array([0]), worlds=10_000, seed=1)
    >>> found.one_hop.tolist(), found.expected.round(2).tolist(), found.error.round(4).tolist()
    ([0.4], [0.48], [0.0027])
    >>> found.degree.tolist(), found.reach_2.tolist()
    ([1], [2])
    """
    who = frozen(referrers, "i4")
    worth = np.ones(steps.parties) if weight is None else frozen(weight, "f8")
    parts = steps.ptr, steps.party, steps.out, steps.won, steps.present, steps.passes, worth

    def block(start: int, stop: int) -> Array:
        return np.asarray(_block(who[start:stop], worlds, seed, *parts))

    blocks = in_blocks(block, len(who), max(BLOCK, len(who) // (16 * threads)), threads)
    found = np.concatenate([np.empty((0, WIDTH)), *blocks])
    more = found[:, MORE] / worlds
    scatter = np.maximum(found[:, MORE_SQUARED] / worlds - more**2, 0.0)
    return Influence(
        expected=found[:, ONE_HOP] + more,
        error=np.sqrt(scatter / max(worlds - 1, 1)),
        one_hop=found[:, ONE_HOP],
        worth=found[:, WORTH_ONE_HOP] + found[:, WORTH_MORE] / worlds,
        degree=found[:, DEGREE].astype(np.int64),
        reach_2=found[:, REACH_2].astype(np.int64),
        open_2=found[:, OPEN_2].astype(np.int64),
    )


def one_hop(steps: Cascade, weight: Array | None = None) -> Array:
    """The sum of each party's chances to win those who count: float64[n]."""
    worth = np.ones(steps.parties) if weight is None else frozen(weight, "f8")
    return np.asarray(_one_hop(steps.ptr, steps.party, steps.out, steps.won, worth))


@njit(cache=True, nogil=True)
def _one_hop(ptr: Array, party: Array, out: Array, won: Array, worth: Array) -> Array:
    sums = np.zeros(len(ptr) - 1)
    for owner in range(len(sums)):
        for i in range(ptr[owner], ptr[owner + 1]):
            if won[party[i]]:
                sums[owner] += out[i] * worth[party[i]]
    return sums


@njit(cache=True, nogil=True)
def _block(
    who: Array, worlds: int, seed: int, ptr: Array, party: Array, out: Array, won: Array, present: Array,
    passes: Array, worth: Array,
) -> Array:  # fmt: skip
    found = np.zeros((len(who), WIDTH))
    keys = np.empty(worlds, np.uint64)
    for world in range(worlds):
        keys[world] = world_key(seed, PURPOSE, world)
    mark, stamp = np.full(len(won), -1, np.int64), 0
    queue = np.empty(len(won), np.int32)
    for row in range(len(who)):
        source = who[row]
        for i in range(ptr[source], ptr[source + 1]):
            if won[party[i]]:
                found[row, ONE_HOP] += out[i]
                found[row, WORTH_ONE_HOP] += out[i] * worth[party[i]]
        found[row, DEGREE], found[row, REACH_2], found[row, OPEN_2] = _reach(
            source, ptr, party, won, present, passes, mark, stamp
        )
        stamp += 1
        for key in keys:
            more, worth_more = _beyond(source, key, ptr, party, out, won, worth, mark, stamp, queue)
            found[row, MORE] += more
            found[row, MORE_SQUARED] += more * more
            found[row, WORTH_MORE] += worth_more
            stamp += 1
    return found


@njit(cache=True, nogil=True)
def _reach(
    source: int, ptr: Array, party: Array, won: Array, present: Array, passes: Array, mark: Array, stamp: int
) -> tuple[int, int, int]:
    """Count whom the source knows, and who is within two steps over those who pass on."""
    mark[source] = stamp
    degree, reach, open_reach = 0, 0, 0
    for i in range(ptr[source], ptr[source + 1]):
        near = party[i]
        if not present[near]:
            continue
        degree += 1
        if mark[near] != stamp:
            mark[near] = stamp
            reach, open_reach = reach + 1, open_reach + won[near]
        if not passes[near]:
            continue
        for j in range(ptr[near], ptr[near + 1]):
            far = party[j]
            if present[far] and mark[far] != stamp:
                mark[far] = stamp
                reach, open_reach = reach + 1, open_reach + won[far]
    return degree, reach, open_reach


@njit(cache=True, nogil=True)
def _beyond(
    source: int, key: np.uint64, ptr: Array, party: Array, out: Array, won: Array, worth: Array,
    mark: Array, stamp: int, queue: Array,
) -> tuple[int, float]:  # fmt: skip
    """Count, and weigh, those won in one world whom the source did not win himself."""
    mark[source] = stamp
    waiting, more, worth_more = 0, 0, 0.0
    for i in range(ptr[source], ptr[source + 1]):
        if coin(key, i) < out[i]:
            mark[party[i]] = stamp
            queue[waiting] = party[i]
            waiting += 1
    while waiting:
        waiting -= 1
        at = queue[waiting]
        for i in range(ptr[at], ptr[at + 1]):
            if coin(key, i) < out[i] and mark[party[i]] != stamp:
                mark[party[i]] = stamp
                queue[waiting] = party[i]
                waiting += 1
                if won[party[i]]:
                    more, worth_more = more + 1, worth_more + worth[party[i]]
    return more, worth_more
