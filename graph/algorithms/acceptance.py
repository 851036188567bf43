"""Which offers are taken up where each giver gives so often at most and each taker takes one (DESIGN 4.3)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from graph.algorithms.network import Array, frozen


def accept(prospect: ArrayLike, source: ArrayLike, cost: ArrayLike, most: int) -> Array:
    """Which offers of an introduction are taken up: one per prospect, at most `most` per source, cheapest first.

    Parameters: int[o] three times. Returns bool[o]. Offers are gone through by (cost, prospect, source); nobody
    steps in for a source who has enough.

    >>> accept([7, 8, 8, 9], [1, 1, 2, 1], [10, 20, 90, 30], most=1).tolist()
    [True, False, True, False]
    """
    prospect, source = frozen(prospect, "i8"), frozen(source, "i8")
    taken = np.zeros(len(prospect), np.bool_)
    order = np.lexsort((source, prospect, np.asarray(cost)))
    given = np.zeros(source.max(initial=-1) + 1, np.int64)
    served = np.zeros(prospect.max(initial=-1) + 1, np.bool_)
    _accept(order, prospect, source, most, given, served, taken)
    return taken


@njit(cache=True, nogil=True)
def _accept(
    order: Array, prospect: Array, source: Array, most: int, given: Array, served: Array, taken: Array
) -> None:
    for offer in order:
        if not served[prospect[offer]] and given[source[offer]] < most:
            served[prospect[offer]] = taken[offer] = True
            given[source[offer]] += 1
