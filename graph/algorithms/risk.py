"""Risk units: parties that stand surety for each other in a ring, families of owners, and the cycles in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from graph.algorithms.network import Array

LONGEST = 6
"""Cycles are counted up to this number of links."""
STEPS_A_CYCLE = 100
"""A search that walks so many links for each cycle it may count is ended too."""


@dataclass(frozen=True)
class Cycles:
    """Simple cycles by the smallest member of the part that they lie in; each array has one row for each party."""

    by_length: Array
    """int64[n, LONGEST + 1]: how many of each length"""
    cut: Array
    """bool[n]: whether there are, or may be, more than were counted"""


def distinct(source: ArrayLike, target: ArrayLike) -> tuple[Array, Array]:
    """Each link from one party to another once, in the order of both; int64."""
    source, target = np.asarray(source, np.int64), np.asarray(target, np.int64)
    pair = np.unique((source << 32 | target)[source != target])
    return pair >> 32, pair & 0xFFFFFFFF


def parts(n: int, source: Array, target: Array, connection: Literal["strong", "weak"]) -> Array:
    """Find the parts of a directed graph of n parties whose members reach each other.

    `strong`: along the links, there and back; `weak`: whichever way the links point. Returns int32[n], the smallest
    member of each party's part.

    >>> parts(4, [0, 1, 1], [1, 0, 2], "strong").tolist(), parts(4, [0, 1, 1], [1, 0, 2], "weak").tolist()
    ([0, 0, 2, 3], [0, 0, 0, 3])
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    source, target = distinct(source, target)
    graph = csr_array((np.ones(len(source), np.int8), (source, target)), shape=(n, n))
    _, found = connected_components(graph, directed=True, connection=connection)
    _, smallest, part = np.unique(found, return_index=True, return_inverse=True)
    return smallest[part].astype(np.int32)


def cycles(n: int, source: Array, target: Array, part: Array, limit: int) -> Cycles:
    """Count the simple cycles of two to LONGEST links in each strongly connected part, at most `limit` in one.

    Each cycle is met once, from its smallest member; a walk goes on only where enough links are left to come back.

    Parameters: links as for `parts`, and `part`, its strong answer.

    >>> found = cycles(3, [0, 1, 2, 1], [1, 2, 0, 0], [0, 0, 0], limit=10)
    >>> found.by_length.tolist(), found.cut.tolist()
    ([[0, 0, 1, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0]], [False, False, False])
    """
    source, target = distinct(source, target)
    part = np.asarray(part, np.int32)
    inside = part[source] == part[target]
    source, target = source[inside], target[inside]
    backwards = np.argsort(target, kind="stable")
    by_length = np.zeros((n, LONGEST + 1), np.int64)
    cut = np.zeros(n, np.bool_)
    there = np.searchsorted(source, np.arange(n + 1))
    back = np.searchsorted(target[backwards], np.arange(n + 1))
    _count(there, target, back, source[backwards], part, limit, by_length, cut)
    return Cycles(by_length, cut)


@njit(cache=True, nogil=True)
def _count(
    ptr: Array, target: Array, back_ptr: Array, back: Array, part: Array, limit: int, by_length: Array, cut: Array
) -> None:  # fmt: skip
    n = len(part)
    away = np.full(n, LONGEST, np.int64)
    near = np.empty(n, np.int64)
    on_path = np.zeros(n, np.bool_)
    path, at = np.empty(LONGEST, np.int64), np.empty(LONGEST, np.int64)
    steps = np.zeros(n, np.int64)
    for start in range(n):
        unit = part[start]
        if ptr[start] == ptr[start + 1] or cut[unit]:
            continue
        reached = _measure(start, back_ptr, back, away, near)
        path[0], at[0], depth = start, ptr[start], 0
        while depth >= 0:
            party = path[depth]
            if at[depth] == ptr[party + 1] or cut[unit]:
                on_path[party] = False
                depth -= 1
                continue
            step = target[at[depth]]
            at[depth] += 1
            steps[unit] += 1
            if step == start:
                full = by_length[unit].sum() == limit
                cut[unit] = full
                by_length[unit, depth + 1] += not full
            elif step > start and not on_path[step] and depth + 1 + away[step] <= LONGEST:
                depth += 1
                path[depth], at[depth] = step, ptr[step]
                on_path[step] = True
            cut[unit] |= steps[unit] > limit * STEPS_A_CYCLE
        away[near[:reached]] = LONGEST


@njit(cache=True, nogil=True)
def _measure(start: int, back_ptr: Array, back: Array, away: Array, near: Array) -> int:
    """Write how many links it takes from each larger party to `start`; returns how many parties are `near`."""
    near[0], away[start] = start, 0
    first, count = 0, 1
    while first < count:
        party = near[first]
        first += 1
        if away[party] == LONGEST - 1:
            continue
        for other in back[back_ptr[party] : back_ptr[party + 1]]:
            if other > start and away[other] == LONGEST:
                away[other] = away[party] + 1
                near[count] = other
                count += 1
    return count
