"""Circles of parties who know each other: Leiden on acquaintance, by NetworKit, and which circle was there before."""

from __future__ import annotations

import ctypes
import signal
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from graph.algorithms.network import Array

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SEED, GAMMA, ITERATIONS = 1, 1.0, 3
"""With one thread and a seed NetworKit's Leiden gives the same circles each time; with two threads it does not."""
_ONE_AT_A_TIME = Lock()
"""NetworKit has one seed for the whole process."""
GET_HANDLER, SET_HANDLER = ctypes.pythonapi.PyOS_getsig, ctypes.pythonapi.PyOS_setsig
GET_HANDLER.restype, GET_HANDLER.argtypes = ctypes.c_void_p, [ctypes.c_int]
SET_HANDLER.restype, SET_HANDLER.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p]


def circles(ptr: Array, rows: Array, strength: Array) -> Array:
    """Find the circles of n parties (Traag, Waltman, van Eck: From Louvain to Leiden, 2019).

    Parameters: `ptr` int64[n+1] and `rows` int64[2e]: the acquaintances of each party, as `… << 32 | neighbour`, each
    in both rows; `strength` float64[2e]. Returns int32[n]: the smallest member of each party's circle; a party that
    knows nobody is a circle of its own. Two calls at once wait for each other.

    >>> circles(np.array([0, 1, 2, 3, 4, 4]), np.array([1, 0, 3, 2]), np.full(4, 0.5)).tolist()
    [0, 0, 2, 2, 4]
    """
    n = len(ptr) - 1
    first, second, weight = _edges(ptr, rows, strength)
    if not len(first):
        return np.arange(n, dtype=np.int32)
    with _ONE_AT_A_TIME:
        parts = _leiden(n, first, second, weight)
    _, smallest, part = np.unique(parts, return_index=True, return_inverse=True)
    return smallest[part].astype(np.int32)


def _edges(ptr: Array, rows: Array, strength: Array) -> tuple[Array, Array, Array]:
    """Each acquaintance once, the smaller party first, in the order of both: NetworKit's answer depends on it."""
    party = np.repeat(np.arange(len(ptr) - 1), np.diff(ptr))
    neighbour = rows & 0xFFFFFFFF
    once = np.flatnonzero(party < neighbour)
    pair = party[once] << 32 | neighbour[once]
    order = np.argsort(pair, kind="stable")
    pair = pair[order]
    return pair >> 32, pair & 0xFFFFFFFF, np.asarray(strength)[once[order]]


def _leiden(n: int, first: Array, second: Array, weight: Array) -> Array:
    """The part that NetworKit puts each party in. Its number of threads is put back; its seed cannot be read."""
    import networkit

    threads = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(1)
    # It leaves a handler of its own behind, under which Ctrl-C would never be heard again. Only this way one can be
    # put back from any thread.
    handler = GET_HANDLER(signal.SIGINT)
    try:
        networkit.setSeed(SEED, False)
        graph = networkit.GraphFromCoo((weight, (first, second)), n=n, weighted=True)
        found = networkit.community.ParallelLeiden(graph, iterations=ITERATIONS, gamma=GAMMA)
        found.run()
        return np.array(found.getPartition().getVector(), np.int64)
    finally:
        networkit.setNumberOfThreads(threads)
        SET_HANDLER(signal.SIGINT, handler)


def former(now: csr_array, before: csr_array) -> Array:
    """Find for each circle the one before that it shares more than half of the union with.

    Parameters: two sparse matrices of circles by parties, 1 for each member; a party has the same column in both.
    Returns int64 for each circle now: the row of the one before, -1 where there is none; of several the one that
    shares most, then the first.

    >>> from scipy.sparse import csr_array
    >>> before = csr_array([[1, 1, 1, 0], [0, 0, 0, 1]])
    >>> former(csr_array([[1, 1, 0, 0], [0, 0, 1, 1]]), before).tolist()
    [0, -1]
    """
    shared = (now.astype(np.int64) @ before.astype(np.int64).T).tocoo()
    circle, other, both = shared.coords[0], shared.coords[1], shared.data
    size_now, size_before = (np.asarray(one.astype(np.int64).sum(axis=1)) for one in (now, before))
    union = size_now[circle] + size_before[other] - both
    enough = 2 * both > union
    circle, other, both, union = circle[enough], other[enough], both[enough], union[enough]
    # Shares are compared as whole fractions of 2^32, since two doubles may tell equal ones apart.
    order = np.lexsort((other, -((both << 32) // union), circle))
    circle, first = np.unique(circle[order], return_index=True)
    found = np.full(now.shape[0], -1, np.int64)
    found[circle] = other[order][first]
    return found
