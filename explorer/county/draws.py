"""Reproducible chance: named random streams, weighted picks from cells, and text made from arrays.

Every stream is named by (seed, words, block), so a block is the same whatever was drawn before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]


def stream(seed: int, name: str, block: int = 0) -> Generator:
    """Return the random stream of one block of one part of the county."""
    return np.random.default_rng([seed, crc32(name.encode()), block])


def blocks(length: int, size: int) -> Iterator[tuple[int, int, int]]:
    """Cut 0..length into (number, start, end) of `size` each, the last one shorter."""
    for number, start in enumerate(range(0, length, size)):
        yield number, start, min(length, start + size)


def pareto(rng: Generator, alpha: float, size: int) -> Floats:
    """Draw from a Pareto distribution with least value 1 and tail exponent `alpha`."""
    draws: Floats = (1.0 - rng.random(size)) ** (-1.0 / alpha)
    return draws


def pick(rng: Generator, weights: Floats, rows: Ints) -> Ints:
    """Pick one column of `weights` (rows x columns, each row with a positive sum) for each of `rows`."""
    cumulated = np.cumsum(weights, axis=1)
    cumulated /= cumulated[:, -1:]
    steps = (cumulated + np.arange(len(weights))[:, None]).ravel()
    found = np.searchsorted(steps, rows + rng.random(len(rows)), side="right")
    columns: Ints = np.minimum(found - rows * weights.shape[1], weights.shape[1] - 1)
    return columns


def chosen(rng: Generator, weights: Floats, number: int) -> Flags:
    """Choose exactly `number` places without replacement, by weight (Efraimidis and Spirakis 2006)."""
    with np.errstate(divide="ignore"):
        keys = np.log(1.0 - rng.random(len(weights))) / weights
    mask = np.zeros(len(weights), dtype=bool)
    if number:
        mask[np.argpartition(keys, len(keys) - number)[len(keys) - number :]] = True
    return mask


class Pool:
    """Members sorted by cell, so that one can be drawn by weight from any range of cells."""

    def __init__(self, cells: Ints, weights: Floats, n_cells: int) -> None:
        order = np.argsort(cells, kind="stable")
        order = order[weights[order] > 0]
        self._members = order.astype(np.int32)
        self._cumulated = np.concatenate([[0.0], np.cumsum(weights[order], dtype=np.float64)])
        self._starts = np.searchsorted(cells[order], np.arange(n_cells + 1)).astype(np.int32)

    def draw(self, rng: Generator, first: Ints, last: Ints) -> Ints:
        """Draw a member of the cells first..last (last excluded) for each pair; -1 where they are empty."""
        low, high = self._starts[first], self._starts[last]
        bottom = self._cumulated[low]
        sought = bottom + rng.random(len(first)) * (self._cumulated[high] - bottom)
        place = np.searchsorted(self._cumulated, sought, side="right") - 1
        place = np.clip(place, low, np.maximum(high - 1, low))
        place = np.minimum(place, len(self._members) - 1)
        return np.where(high > low, self._members[place], -1)

    def near(self, rng: Generator, cells: tuple[Ints, Ints], wider: tuple[Ints, Ints]) -> Ints:
        """Draw from the narrow ranges, and from the wider ones where those are empty."""
        found = self.draw(rng, *cells)
        missing = np.flatnonzero(found < 0)
        found[missing] = self.draw(rng, wider[0][missing], wider[1][missing])
        return found


def words(vocabulary: Sequence[str], indices: Ints) -> pa.Array:
    """Text column of the words at `indices`; -1 gives an empty cell."""
    return pa.array(list(vocabulary), pa.string()).take(pa.array(indices, mask=indices < 0))


def joined(*parts: pa.Array | str) -> pa.Array:
    """Join columns and constant texts cell by cell; an empty cell among them empties the whole."""
    return pc.binary_join_element_wise(*parts, "")


def digits(values: Ints, width: int, prefix: str = "") -> pa.Array:
    """Text column of `values` with leading zeros to `width` digits, after an ASCII prefix."""
    head = len(prefix)
    signs = np.empty((len(values), head + width), dtype=np.uint8)
    signs[:, :head] = np.frombuffer(prefix.encode("ascii"), dtype=np.uint8)
    rest = values.astype(np.int64)
    for place in range(head + width - 1, head - 1, -1):
        rest, signs[:, place] = np.divmod(rest, 10)
    signs[:, head:] += ord("0")
    ends = np.arange(len(values) + 1, dtype=np.int32) * (head + width)
    return pa.StringArray.from_buffers(len(values), pa.py_buffer(ends), pa.py_buffer(signs))


def money(cents: Ints, known: Flags | None = None) -> pa.Array:
    """Decimal column of amounts given in cents (not negative); empty where not `known`."""
    halves = np.zeros((len(cents), 2), dtype=np.int64)
    halves[:, 0] = cents
    amounts = pa.Array.from_buffers(pa.decimal128(18, 2), len(cents), [None, pa.py_buffer(halves)])
    return amounts if known is None else only(known, amounts)


def days(numbers: Ints, known: Flags | None = None) -> pa.Array:
    """Date column of days since 1970; empty where not `known`."""
    return pa.array(numbers.astype(np.int32), pa.date32(), mask=None if known is None else ~known)


def only(known: Flags, column: pa.Array | str) -> pa.Array:
    """Keep the cells of `column` (or one constant) where `known`, empty the others."""
    return pc.if_else(pa.array(known), column, None)
