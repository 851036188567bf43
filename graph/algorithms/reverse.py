"""Reverse reachable sets: who could have brought a new customer over others, sampled backwards from him.

Borgs, C., Brautbar, M., Chayes, J. and Lucier, B. (2014): Maximizing social influence in nearly optimal time. SODA
2014, 946-957. Where nobody wins the root over somebody else, it is known exactly who wins it (`direct`). So worlds
are sampled only in which a live step into the root comes from somebody into whom a live step leads in turn: the share
of sets that hold at least one of some candidates, times `total`, is what these bring in such worlds.

As steps into different parties are independent, the chance of such a world is known for every root, and so is the law
of the steps given it; `total` is the sum of these chances. A root is not in its own set: nobody brings himself.

Roots come one after the other, as often as a Poisson number says. Given how many sets came out they are as
independent as if each root had been drawn, and the steps into a root are read once for all of its sets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.algorithms.cascade import Cascade, coin, in_blocks, mix, world_key
from graph.algorithms.network import Array, frozen

PIECES = 64
HOW_MANY, FIRST_STEP, SECOND_STEP = -2, -3, -4
"""Numbers of coins that decide no step."""
MOST_AT_ONCE = 32.0
"""A Poisson number of a larger mean is the sum of several."""


@dataclass(frozen=True)
class Roots:
    """Where sets of some candidates begin: r parties whom they may win, and how."""

    party: Array
    """int32[r]"""
    chance: Array
    """float64[r], of a world that is sampled"""
    weight: Array
    """float64[r], the same times what the party is worth when won"""
    place: Array
    """int32[n], the place of each candidate, -1 for all others"""
    into: Array
    """float64[2e], the chances of steps into each party, 0 from those whom no candidate reaches"""
    lead: Array
    """float64[2e], the chances that such a step is live and leads on"""
    onward: Array
    """float64[n], the chance that a live step leads into a party"""
    sampled: Array
    """float64[n], `chance` of every party, 0 where no set begins"""

    @property
    def total(self) -> float:
        return float(self.weight.sum())


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
        wanted = np.zeros(max(int(self.member.max(initial=-1)), int(chosen.max(initial=-1))) + 1, np.bool_)
        wanted[chosen] = True
        return int(_hit(self.start, self.member, wanted))

    def more(self, other: Sets) -> Sets:
        """These and the other ones."""
        start = np.concatenate((self.start, other.start[1:] + self.start[-1]))
        return Sets(start, np.concatenate((self.member, other.member)), self.number + other.number)


NO_SETS = Sets(np.zeros(1, np.int64), np.empty(0, np.int32), 0)


def roots(steps: Cascade, candidates: Array, weight: Array | None = None) -> Roots:
    """Where sets of `candidates` int[c] begin; `weight` float64[n] is what each party is worth when won."""
    place = np.full(steps.parties, -1, np.int32)
    place[candidates] = np.arange(len(candidates))
    feasible = _feasible(frozen(candidates, "i4"), steps.ptr, steps.party, steps.out)
    into = steps.into * feasible[steps.party]
    onward = _any(steps.ptr, into)
    lead = into * onward[steps.party]
    chance = _any(steps.ptr, lead) * steps.won
    worth = chance if weight is None else chance * np.maximum(frozen(weight, "f8"), 0.0)
    party = np.flatnonzero(worth > 0).astype(np.int32)
    return Roots(party, chance[party], worth[party], place, into, lead, onward, chance)


def sample(steps: Cascade, begin: Roots, wanted: int, *, seed: int, purpose: int, draw: int, threads: int) -> Sets:
    """Sample about `wanted` sets.

    The same `seed`, `purpose` and `draw` give the same sets, with any number of threads; others are independent.

    >>> from graph.algorithms.cascade import cascade
    >>> made = cascade([0, 1, 3, 4], [1, 0, 2, 1], [0.8, 0.8, 0.4, 0.4], [1.0, 1.0, 1.0], contact=0.5,
    ...                won=[False, True, True], present=[True] * 3, passes=[True] * 3)
    >>> begin = roots(made, np.array([0]))
    >>> found = sample(made, begin, 100_000, seed=1, purpose=1, draw=0, threads=1)
    >>> round(begin.total, 3), round(found.hit(np.array([0])) / found.number * begin.total, 2)
    (0.298, 0.25)
    """
    mean = wanted / begin.total
    parts = begin.party, begin.chance, begin.weight * mean, steps.ptr, steps.party
    fixed = begin.into, begin.lead, begin.onward, begin.place
    spare = [
        (np.zeros(steps.parties, np.int64), np.empty(steps.parties, np.int32), np.zeros(1, np.int64))
        for _ in range(threads)
    ]

    def block(start: int, stop: int) -> tuple[Array, Array, int]:
        space = spare.pop()
        found: tuple[Array, Array, int] = _sample(start, stop, seed, purpose, draw, *parts, *fixed, *space)
        spare.append(space)
        return found

    blocks = in_blocks(block, len(begin.party), max(1, -(-len(begin.party) // PIECES)), threads)
    sizes = np.concatenate([np.empty(0, np.int32), *(sizes for sizes, _, _ in blocks)])
    members = np.concatenate([np.empty(0, np.int32), *(members for _, members, _ in blocks)])
    number = sum(number for _, _, number in blocks)
    return Sets(np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))), members, number)


@njit(cache=True, nogil=True)
def _feasible(candidates: Array, ptr: Array, party: Array, out: Array) -> Array:
    """Whom some candidate can reach, himself with them."""
    feasible, queue = np.zeros(len(ptr) - 1, np.bool_), np.empty(len(ptr) - 1, np.int32)
    feasible[candidates] = True
    queue[: len(candidates)] = candidates
    waiting = len(candidates)
    while waiting:
        waiting -= 1
        at = queue[waiting]
        for i in range(ptr[at], ptr[at + 1]):
            if out[i] > 0.0 and not feasible[party[i]]:
                feasible[party[i]] = True
                queue[waiting] = party[i]
                waiting += 1
    return feasible


@njit(cache=True, nogil=True)
def _any(ptr: Array, chance: Array) -> Array:
    """The chance that at least one step of each row is live."""
    found = np.empty(len(ptr) - 1)
    for row in range(len(found)):
        missed = 1.0
        for i in range(ptr[row], ptr[row + 1]):
            missed *= 1.0 - chance[i]
        found[row] = 1.0 - missed
    return found


@njit(cache=True, nogil=True)
def _sample(
    first: int, stop: int, seed: int, purpose: int, draw: int, roots: Array, chance: Array, mean: Array,
    ptr: Array, party: Array, into: Array, lead: Array, onward: Array, place: Array,
    mark: Array, queue: Array, stamp: Array,
) -> tuple[Array, Array, int]:  # fmt: skip
    """The sizes and members of the sets that begin in some roots, and how many sets there are with the empty ones."""
    expected = int(mean[first:stop].sum())
    sizes, members = np.empty(expected + 16, np.int32), np.empty(2 * expected + 16, np.int32)
    kept, filled, number = 0, 0, 0
    start = world_key(seed, purpose, draw)
    for which in range(first, stop):
        of_root = mix(start + np.uint64(roots[which]))
        for turn in range(_poisson(of_root, mean[which])):
            number += 1
            stamp[0] += 1
            key = mix(of_root + np.uint64(turn))
            found, dead = _backwards(
                key, roots[which], chance[which], ptr, party, into, lead, onward, mark, queue, stamp[0]
            )
            before = filled
            while filled + found + dead > len(members):
                members = _longer(members)
            for i in range(found + dead):
                at = queue[i] if i < found else queue[len(queue) - 1 - (i - found)]
                if place[at] >= 0:
                    members[filled] = place[at]
                    filled += 1
            if filled > before:
                if kept == len(sizes):
                    sizes = _longer(sizes)
                sizes[kept] = filled - before
                kept += 1
    return sizes[:kept].copy(), members[:filled].copy(), number


@njit(cache=True, nogil=True)
def _longer(array: Array) -> Array:
    longer = np.empty(2 * len(array), array.dtype)
    longer[: len(array)] = array
    return longer


@njit(cache=True, nogil=True)
def _poisson(key: np.uint64, mean: float) -> int:
    """A Poisson number, by inversion of a coin."""
    number, turn = 0, 0
    while mean > 0.0:
        part = min(mean, MOST_AT_ONCE)
        mean -= part
        left, term, some = coin(mix(key + np.uint64(turn)), HOW_MANY), math.exp(-part), 0
        while left >= term and term > 0.0:
            left -= term
            some += 1
            term *= part / some
        number, turn = number + some, turn + 1
    return number


@njit(cache=True, nogil=True)
def _backwards(
    key: np.uint64, root: int, chance: float, ptr: Array, party: Array, into: Array, lead: Array, onward: Array,
    mark: Array, queue: Array, stamp: int,
) -> tuple[int, int]:  # fmt: skip
    """Fill `queue` with those who reach the root in a world that is sampled.

    Returns how many stand at its beginning, and how many at its very end: those with a live step into the root, but
    none into themselves.
    """
    mark[root] = stamp
    leading = _first_live(coin(key, FIRST_STEP) * chance, ptr[root], ptr[root + 1], lead)
    found, dead = 0, 0
    for i in range(ptr[root], ptr[root + 1]):
        if i < leading:
            # The step may be live all the same, but then nothing leads on from its beginning.
            if lead[i] < into[i] and coin(key, i) * (1.0 - lead[i]) < into[i] - lead[i]:
                mark[party[i]] = stamp
                dead += 1
                queue[len(queue) - dead] = party[i]
        elif i == leading or coin(key, i) < into[i]:
            mark[party[i]] = stamp
            queue[found] = party[i]
            found += 1
    at = 0
    while at < found:
        middle = queue[at]
        begin, sure = ptr[middle], -1
        if middle == party[leading]:
            sure = _first_live(coin(key, SECOND_STEP) * onward[middle], begin, ptr[middle + 1], into)
            begin = sure
        for i in range(begin, ptr[middle + 1]):
            if mark[party[i]] != stamp and (i == sure or coin(key, i) < into[i]):
                mark[party[i]] = stamp
                queue[found] = party[i]
                found += 1
        at += 1
    return found, dead


@njit(cache=True, nogil=True)
def _first_live(left: float, first: int, stop: int, chance: Array) -> int:
    """The first live step of a row, given that there is one; `left` lies below the chance of that."""
    missed, last = 1.0, first
    for i in range(first, stop):
        if chance[i] > 0.0:
            last = i
            if left < missed * chance[i]:
                return i
            left -= missed * chance[i]
            missed *= 1.0 - chance[i]
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
