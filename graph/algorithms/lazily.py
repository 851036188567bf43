"""A greedy choice by simulation: whoever adds most to those chosen comes next.

Leskovec, J. et al. (2007): Cost-effective outbreak detection in networks. KDD 2007, 420-429 (CELF). What somebody
adds never grows as others are chosen, so who is best with an old number and stays best with a fresh one is the best.
In each world the chosen ones' reach is kept, bit by bit, so that a fresh look costs no more than the first one.
Steps of the candidate himself are not tossed but weighed by their chance, which leaves less to chance.
"""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit

from graph.algorithms.cascade import Cascade, coin, in_blocks, world_key
from graph.algorithms.network import Array, frozen

PURPOSE = 4
"""Of the worlds of this simulation."""
WORLDS = 1024
BITS = 1 << 31
"""Fewer worlds are simulated where those would need more bits than this."""
BLOCK = 64


def greedy_by_simulation(
    steps: Cascade, pool: Array, k: int, *, seed: int, weight: Array | None = None, threads: int = 1
) -> Array:
    """Choose `k` of `pool` int[c], at most all; places int64[k] in the order of the choice, the lower among equals.

    The same `seed` gives the same choice with any number of threads.

    >>> from graph.algorithms.cascade import cascade
    >>> made = cascade([0, 1, 3, 4], [1, 0, 2, 1], [0.8, 0.8, 0.4, 0.4], [1.0, 1.0, 1.0], contact=0.5,
    ...                won=[False, True, True], present=[True] * 3, passes=[True] * 3)
    >>> greedy_by_simulation(made, np.array([2, 0]), 2, seed=1).tolist()
    [1, 0]
    """
    who, worlds = frozen(pool, "i4"), max(1, min(WORLDS, BITS // max(steps.parties, 1)))
    worth = np.ones(steps.parties) if weight is None else frozen(weight, "f8")
    parts = steps.ptr, steps.party, steps.out, steps.won, worth
    keys = np.array([world_key(seed, PURPOSE, world) for world in range(worlds)], np.uint64)
    reached = np.zeros((worlds, steps.parties // 8 + 1), np.uint8)
    first = in_blocks(lambda i, j: _gains(who[i:j], keys, *parts, reached), len(who), BLOCK, threads)
    gains = np.concatenate([np.empty(0), *first])
    heap = [(-gain, place, 0) for place, gain in enumerate(gains.tolist())]
    heapq.heapify(heap)
    chosen: list[int] = []
    mark, queue, stamp = np.zeros(steps.parties, np.int64), np.empty(steps.parties, np.int32), 0
    while heap and len(chosen) < k:
        _, place, seen = heapq.heappop(heap)
        if seen == len(chosen):
            chosen.append(place)
            _take(who[place], keys, *parts[:3], reached, queue)
            continue
        gain = _gain(who[place], keys, *parts, reached, mark, stamp, queue)
        stamp += worlds
        heapq.heappush(heap, (-gain, place, len(chosen)))
    return np.array(chosen, np.int64)


@njit(cache=True, nogil=True)
def _gains(
    who: Array, keys: Array, ptr: Array, party: Array, out: Array, won: Array, worth: Array, reached: Array
) -> Array:
    mark, queue = np.zeros(len(won), np.int64), np.empty(len(won), np.int32)
    gains = np.empty(len(who))
    for place in range(len(who)):
        gains[place] = _gain(who[place], keys, ptr, party, out, won, worth, reached, mark, place * len(keys), queue)
    return gains


@njit(cache=True, nogil=True)
def _gain(
    one: int, keys: Array, ptr: Array, party: Array, out: Array, won: Array, worth: Array, reached: Array,
    mark: Array, stamp: int, queue: Array,
) -> float:  # fmt: skip
    """What one adds to those whose reach is `reached`, on average over the worlds."""
    total = 0.0
    for world in range(len(keys)):
        if _has(reached, world, one):
            continue
        stamp += 1
        mark[one], waiting = stamp, 0
        for i in range(ptr[one], ptr[one + 1]):
            to = party[i]
            if out[i] > 0.0 and not _has(reached, world, to):
                total += out[i] * worth[to] * won[to]
                if coin(keys[world], i) < out[i]:
                    mark[to], queue[waiting] = stamp, to
                    waiting += 1
        while waiting:
            waiting -= 1
            at = queue[waiting]
            for i in range(ptr[at], ptr[at + 1]):
                to = party[i]
                if coin(keys[world], i) < out[i] and mark[to] != stamp and not _has(reached, world, to):
                    mark[to], queue[waiting] = stamp, to
                    waiting += 1
                    total += worth[to] * won[to]
    return total / len(keys)


@njit(cache=True, nogil=True)
def _take(one: int, keys: Array, ptr: Array, party: Array, out: Array, reached: Array, queue: Array) -> None:
    """Add what one reaches to what is reached."""
    for world in range(len(keys)):
        if _has(reached, world, one):
            continue
        reached[world, one >> 3] |= np.uint8(1 << (one & 7))
        queue[0], waiting = one, 1
        while waiting:
            waiting -= 1
            at = queue[waiting]
            for i in range(ptr[at], ptr[at + 1]):
                to = party[i]
                if coin(keys[world], i) < out[i] and not _has(reached, world, to):
                    reached[world, to >> 3] |= np.uint8(1 << (to & 7))
                    queue[waiting] = to
                    waiting += 1


@njit(cache=True, nogil=True, inline="always")
def _has(reached: Array, world: int, party: int) -> bool:
    return bool((reached[world, party >> 3] >> (party & 7)) & 1)
