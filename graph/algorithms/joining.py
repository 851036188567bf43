"""Texts of paths: the names of parties joined, byte by byte, without an object for each."""

from __future__ import annotations

import numpy as np
from numba import njit

from graph.algorithms.network import Array

SEPARATOR = ord(">")


def join(starts: Array, data: Array, paths: Array) -> tuple[Array, Array]:
    """Join the texts along each path by `>`; the first negative party ends a path.

    Parameters: `starts` int32[n+1] and `data` uint8: where the text of each party begins, and all texts;
    `paths` int32[r, steps]. Returns the same two for the r paths. Raises OverflowError above 2 GiB of text.

    >>> names = np.array([0, 1, 3], np.int32), np.frombuffer(b"abb", np.uint8)
    >>> starts, data = join(*names, np.array([[1, 0], [1, -1]], np.int32))
    >>> starts.tolist(), data.tobytes()
    ([0, 4, 6], b'bb>abb')
    """
    ends = _ends(starts, paths)
    if ends[-1] > np.iinfo(np.int32).max:
        raise OverflowError(f"{len(paths)} paths need {ends[-1]} bytes of text: ask for fewer at a time")
    return ends.astype(np.int32), _joined(starts, data, paths, ends)


@njit(cache=True, nogil=True)
def _ends(starts: Array, paths: Array) -> Array:
    ends = np.zeros(len(paths) + 1, np.int64)
    for row in range(len(paths)):
        size = 0
        for step in range(paths.shape[1]):
            party = paths[row, step]
            if party < 0:
                break
            size += starts[party + 1] - starts[party] + (step > 0)
        ends[row + 1] = ends[row] + size
    return ends


@njit(cache=True, nogil=True)
def _joined(starts: Array, data: Array, paths: Array, ends: Array) -> Array:
    text = np.empty(ends[-1], np.uint8)
    for row in range(len(paths)):
        at = ends[row]
        for step in range(paths.shape[1]):
            party = paths[row, step]
            if party < 0:
                break
            if step:
                text[at] = SEPARATOR
                at += 1
            for i in range(starts[party], starts[party + 1]):
                text[at] = data[i]
                at += 1
    return text
