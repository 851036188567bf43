"""Whom a referrer most likely brings, and over whom: the paths of the cascade with the largest product of chances."""

from __future__ import annotations

import math
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numba import njit

from graph.algorithms.cascade import Cascade, in_blocks
from graph.algorithms.network import Array, frozen

MICRO = 1_000_000
BLOCK = 4096


@dataclass(frozen=True)
class Likely:
    """The likeliest new customers of b referrers, by (cost, party)."""

    party: Array
    """int32[b, most], -1 where there are fewer"""
    cost: Array
    """int64[b, most], of the path in millionths: its chance is e^(-cost / 10^6)"""
    path: Array
    """int32[b, most, steps+1], from the referrer to the party, padded with -1"""


def likely(steps: Cascade, referrers: Array, *, most: int, threads: int = 1) -> Likely:
    """Find for each of `referrers` int[b] the `most` parties that count when won and have the likeliest paths.

    The cost of a path is the sum of -ln of its chances; between equals the lower party wins, and a path over the
    parent that costs less, then the lower one.

    >>> from graph.algorithms.cascade import cascade
    >>> made = cascade([0, 1, 3, 4], [1, 0, 2, 1], [0.8, 0.8, 0.4, 0.4], [1.0, 1.0, 1.0], contact=0.5,
    ...                won=[False, True, True], present=[True] * 3, passes=[True] * 3)
    >>> found = likely(made, np.array([0]), most=3)
    >>> found.party.tolist(), np.exp(-found.cost[0, :2] / 1e6).round(2).tolist(), found.path[0, :2].tolist()
    ([[1, 2, -1]], [0.4, 0.08], [[0, 1, -1], [0, 1, 2]])
    """
    who = frozen(referrers, "i4")
    parts = steps.ptr, steps.party, steps.out, steps.won
    blocks = in_blocks(lambda i, j: _block(who[i:j], most, *parts), len(who), BLOCK, threads)
    width = max([1, *(int(longest) for _, _, _, _, longest in blocks)])
    path = np.full((len(who), most, width), -1, np.int32)
    row = 0
    for _, _, starts, flat, _ in blocks:
        lengths = np.diff(starts)
        place = np.repeat(np.arange(len(lengths)), lengths)
        at = np.arange(len(flat)) - np.repeat(starts[:-1], lengths)
        path[row + place // most, place % most, at] = flat
        row += len(lengths) // most
    party = np.concatenate([np.empty((0, most), np.int32), *(block[0] for block in blocks)])
    cost = np.concatenate([np.empty((0, most), np.int64), *(block[1] for block in blocks)])
    return Likely(party, cost, path)


@njit(cache=True, nogil=True)
def _block(
    who: Array, most: int, ptr: Array, party: Array, out: Array, won: Array
) -> tuple[Array, Array, Array, Array, int]:
    found, costs = np.full((len(who), most), -1, np.int32), np.zeros((len(who), most), np.int64)
    starts, flat, filled, longest = np.zeros(len(who) * most + 1, np.int64), np.empty(16, np.int32), 0, 0
    best, parent = np.full(len(won), -1, np.int64), np.empty(len(won), np.int32)
    for row in range(len(who)):
        touched = _search(who[row], most, ptr, party, out, won, best, parent, found[row], costs[row])
        for place in range(most):
            length, at = 0, found[row, place]
            while at >= 0:
                length, at = length + 1, parent[at]
            while filled + length > len(flat):
                flat = np.concatenate((flat, np.empty_like(flat)))
            at = found[row, place]
            for back in range(length):
                flat[filled + length - 1 - back] = at
                at = parent[at]
            filled, longest = filled + length, max(longest, length)
            starts[row * most + place + 1] = filled
        for at in touched:
            best[at] = -1
    return found, costs, starts, flat[:filled].copy(), longest


@njit(cache=True, nogil=True)
def _search(
    source: int, most: int, ptr: Array, party: Array, out: Array, won: Array, best: Array, parent: Array,
    found: Array, costs: Array,
) -> list[int]:  # fmt: skip
    """Settle parties by (cost, party) until enough of them count; `best` is -1 where nobody came yet."""
    heap, touched = [np.int64(source)], [int(source)]
    best[source], parent[source], filled = 0, -1, 0
    while heap and filled < most:
        key = heappop(heap)
        at, cost = key & 0xFFFFFFFF, key >> 32
        if cost != best[at]:
            continue
        if won[at] and at != source:
            found[filled], costs[filled] = at, cost
            filled += 1
        for i in range(ptr[at], ptr[at + 1]):
            if out[i] > 0.0:
                total, to = cost + max(int(np.rint(-math.log(out[i]) * MICRO)), 1), np.int64(party[i])
                if best[to] < 0 or total < best[to]:
                    if best[to] < 0:
                        touched.append(int(to))
                    best[to], parent[to] = total, at
                    heappush(heap, (total << 32) | to)
    return touched
