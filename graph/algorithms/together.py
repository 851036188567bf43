"""What several referrers bring together, by simulation: each new customer counts once, for the first who brings him.

A referrer who is no customer yet counts as won where one of the others brings him; nobody brings himself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.algorithms.cascade import Cascade, coin, in_blocks, world_key
from graph.algorithms.network import Array, frozen

PURPOSE = 3
"""Of the worlds of this simulation: it shares none with those that a choice was made on."""
BLOCK = 1024


@dataclass(frozen=True)
class Together:
    """What k referrers bring in w worlds."""

    totals: Array
    """float64[w]"""
    gain: Array
    """float64[k], the mean of what each adds to those before"""
    error: Array
    """float64[k], standard error of `gain`"""

    @property
    def expected(self) -> float:
        return float(self.totals.mean())


def standard_error(values: Array) -> float:
    """Of the mean of `values` float64[w]."""
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0


def together(
    steps: Cascade, referrers: Array, *, worlds: int, seed: int, weight: Array | None = None, threads: int = 1
) -> Together:
    """Simulate `referrers` int[k], who are distinct, in their order.

    The same `seed` gives the same worlds, for other referrers too, and the same numbers with any number of threads.

    Example: 0 wins 1 with 0.4, who wins 2 with 0.2; 2 wins 1 with 0.2.

    >>> from graph.algorithms.cascade import cascade
    >>> made = cascade([0, 1, 3, 4], [1, 0, 2, 1], [0.8, 0.8, 0.4, 0.4], [1.0, 1.0, 1.0], contact=0.5,
    ...                won=[False, True, True], present=[True] * 3, passes=[True] * 3)
    >>> found = together(made, np.array([0, 2]), worlds=20_000, seed=3)
    >>> found.gain.round(2).tolist(), bool(abs(found.expected - found.gain.sum()) < 1e-9)
    ([0.48, 0.12], True)
    """
    who = frozen(referrers, "i4")
    worth = np.ones(steps.parties) if weight is None else frozen(weight, "f8")
    parts = steps.ptr, steps.party, steps.out, steps.won, worth
    blocks = in_blocks(lambda i, j: _block(i, j, seed, who, *parts), worlds, BLOCK, threads)
    totals = np.concatenate([np.empty(0), *(block[0] for block in blocks)])
    sums = np.zeros((2, len(who)))
    for block in blocks:
        sums += block[1]
    gain = sums[0] / worlds
    scatter = np.maximum(sums[1] / worlds - gain**2, 0.0)
    return Together(totals, gain, np.sqrt(scatter / max(worlds - 1, 1)))


@njit(cache=True, nogil=True)
def _block(
    first: int, stop: int, seed: int, who: Array, ptr: Array, party: Array, out: Array, won: Array, worth: Array
) -> tuple[Array, Array]:
    totals, sums, credit = np.zeros(stop - first), np.zeros((2, len(who))), np.zeros(len(who))
    mark, asked = np.full(len(won), -1, np.int64), np.full(len(won), -1, np.int64)
    chosen = np.zeros(len(won), np.bool_)
    chosen[who] = True
    queue, open_ = np.empty(len(won), np.int32), np.empty(len(who), np.int32)
    fresh = stop
    for world in range(first, stop):
        key = world_key(seed, PURPOSE, world)
        credit[:] = 0.0
        asking = _spread(who, key, ptr, party, out, won, worth, chosen, mark, asked, world, queue, open_, credit)
        for i in range(asking):
            goal = open_[i]
            for place in range(len(who)):
                fresh += 1
                if who[place] != goal and _reaches(who[place], goal, key, ptr, party, out, asked, fresh, queue):
                    credit[place] += worth[goal]
                    break
        totals[world - first] = credit.sum()
        sums[0] += credit
        sums[1] += credit**2
    return totals, sums


@njit(cache=True, nogil=True)
def _spread(
    who: Array, key: np.uint64, ptr: Array, party: Array, out: Array, won: Array, worth: Array, chosen: Array,
    mark: Array, asked: Array, stamp: int, queue: Array, open_: Array, credit: Array,
) -> int:  # fmt: skip
    """Credit each referrer in turn with those whom none before him reaches.

    Returns how many of the referrers, in `open_`, are no customers and are entered only after they began themselves:
    of them it is not told whether the step came from another one or in a circle from themselves.
    """
    asking = 0
    for place in range(len(who)):
        if mark[who[place]] == stamp:
            continue
        mark[who[place]], asked[who[place]] = stamp, -1
        queue[0], waiting = who[place], 1
        while waiting:
            waiting -= 1
            at = queue[waiting]
            for i in range(ptr[at], ptr[at + 1]):
                if coin(key, i) >= out[i]:
                    continue
                to = party[i]
                if mark[to] != stamp:
                    # Whoever was won here needs no second look.
                    mark[to], asked[to] = stamp, stamp
                    queue[waiting] = to
                    waiting += 1
                    credit[place] += won[to] * worth[to]
                elif chosen[to] and won[to] and asked[to] != stamp:
                    asked[to] = stamp
                    open_[asking] = to
                    asking += 1
    return asking


@njit(cache=True, nogil=True)
def _reaches(
    source: int, goal: int, key: np.uint64, ptr: Array, party: Array, out: Array,
    mark: Array, stamp: int, queue: Array,
) -> bool:  # fmt: skip
    mark[source] = stamp
    queue[0], waiting = source, 1
    while waiting:
        waiting -= 1
        at = queue[waiting]
        for i in range(ptr[at], ptr[at + 1]):
            if coin(key, i) < out[i] and mark[party[i]] != stamp:
                if party[i] == goal:
                    return True
                mark[party[i]] = stamp
                queue[waiting] = party[i]
                waiting += 1
    return False
