"""Rings: closed walks in which nobody comes twice, as where A refers B and B refers A."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from graph.algorithms.network import Array
from graph.algorithms.risk import distinct, parts


def rings(source: ArrayLike, target: ArrayLike, parties: int, *, longest: int, most: int) -> Array:
    """Find the rings of 2 to `longest` parties; int32[r, longest], each once and from its lowest party on.

    Of more than `most`, those from the lowest parties on.

    Parameters: `source`, `target` int[e], steps, also repeated ones; those from a party to itself are no ring. Rows
    are padded with -1, shorter rings before longer ones, then in the order of their parties.

    >>> rings([0, 1, 1, 2, 0], [1, 0, 2, 0, 0], 3, longest=4, most=100).tolist()
    [[0, 1, -1, -1], [0, 1, 2, -1]]
    """
    a, b = distinct(source, target)
    # A ring never leaves a strongly connected part, and few steps lie within one.
    part = parts(parties, a, b, "strong")
    inside = part[a] == part[b]
    a, b = a[inside], b[inside]
    ptr = np.concatenate(([0], np.cumsum(np.bincount(a, minlength=parties))))
    found = _rings(np.unique(a), ptr, b, longest, most)
    size = (found >= 0).sum(axis=1)
    order = np.lexsort((*found.T[::-1], size))
    return np.asarray(found[order], np.int32)


@njit(cache=True, nogil=True)
def _rings(starts: Array, ptr: Array, to: Array, longest: int, most: int) -> Array:
    """Go on from each party along higher ones only, and note where a step leads back."""
    found, number = np.full((16, longest), -1, np.int32), 0
    path, cursor = np.empty(longest, np.int64), np.empty(longest, np.int64)
    for first in starts:
        path[0], cursor[0], depth = first, ptr[first], 0
        while depth >= 0:
            at = path[depth]
            if cursor[depth] == ptr[at + 1]:
                depth -= 1
                continue
            step = to[cursor[depth]]
            cursor[depth] += 1
            if step == first:
                if number == len(found):
                    found = np.concatenate((found, np.full_like(found, -1)))
                found[number, : depth + 1] = path[: depth + 1]
                number += 1
                if number == most:
                    return found[:number]
            elif step > first and depth + 1 < longest and not (path[: depth + 1] == step).any():
                depth += 1
                path[depth], cursor[depth] = step, ptr[step]
    return found[:number]
