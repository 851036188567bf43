"""Sums over the rows of each link, in one pass over rows that are sorted by link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from graph.algorithms.network import MISSING, NO_AMOUNT, Array

NO_SOURCE = -1


@dataclass(frozen=True)
class Sums:
    """What the rows of m links add up to, in the order of the rows; each array of length m."""

    supplier: Array
    """int32"""
    buyer: Array
    """int32"""
    amount: Array
    """int64, in 1/100; NO_AMOUNT where no row has one"""
    amount_12: Array
    """int64, in 1/100, of the last year"""
    amount_24: Array
    """int64, in 1/100, of the year before that"""
    n: Array
    """int64, sum of the counts"""
    first: Array
    """int32, days since 1970-01-01; MISSING where undated"""
    last: Array
    """int32"""
    confidence: Array
    """float64, 1 − ∏(1 − confidence) over the rows"""
    source_ptr: Array
    """int64[m+1], where the sources of each link begin"""
    source: Array
    """int32, the distinct sources of each link by their numbers, ascending"""


class Summing:
    """Takes rows piece by piece; pieces may cut through a link.

    >>> summing = Summing(4, as_of=20000, year=19635, years=19270)
    >>> rows = [[0, 0, 1], [2, 2, 2], [20000, 19300, 19000], [500, -1, 700], [3, 1, 1], [1.0, 0.5, 0.5], [0, 0, -1]]
    >>> summing.add(*(np.array(column, kind) for column, kind in zip(rows, ROW_KINDS)))
    >>> found = summing.sums()
    >>> found.amount.tolist(), found.amount_12.tolist(), found.n.tolist(), found.confidence.tolist()
    ([500, 700], [500, 0], [4, 1], [1.0, 0.5])
    >>> found.source_ptr.tolist(), found.source.tolist()
    ([0, 1, 1], [0])
    """

    def __init__(self, rows: int, *, as_of: int, year: int, years: int) -> None:
        """`rows`: at most so many will come; days: `as_of`, a year before it, two years before it."""
        # Memory that is never written to is never taken, so the arrays may be as long as the rows.
        self._arrays: list[Any] = [np.empty(rows, kind) for kind in SUM_KINDS]
        self._sure, self._named = np.empty(rows, np.bool_), np.empty(rows, np.int64)
        self._doubted, self._doubts = np.empty(rows, np.int64), np.empty(rows)
        self._days = (as_of, year, years)
        self._sizes = np.zeros(3, np.int64)

    def add(self, *columns: Any) -> None:
        """Columns of some rows: supplier, buyer, date, amount, count, confidence, source; see ROW_KINDS."""
        notes = (self._sure, self._named, self._doubted, self._doubts)
        made: Any = (*columns, *self._days, *self._arrays, *notes, self._sizes)
        _add(*made)

    def sums(self) -> Sums:
        links, names, doubts = self._sizes
        named = np.sort(self._named[:names])
        named = named[np.diff(named, prepend=-1) > 0]
        source_ptr = np.zeros(links + 1, np.int64)
        np.cumsum(np.bincount(named >> 32, minlength=links), out=source_ptr[1:])
        source = (named & 0xFFFFFFFF).astype(np.int32)
        confidence = _confidence(self._sure[:links], self._doubted[:doubts], self._doubts[:doubts])
        return Sums(*[*(array[:links] for array in self._arrays), confidence, source_ptr, source])


def _confidence(sure: Array, link: Array, doubts: Array) -> Array:
    """Multiply the doubts of each link in falling order, so that every order of its rows gives the same bits."""
    confidence = np.ones(len(sure))
    if len(link):
        order = np.lexsort((-doubts, link))
        link, doubts = link[order], doubts[order]
        starts = np.flatnonzero(np.diff(link, prepend=-1))
        confidence[link[starts]] = 1.0 - np.multiply.reduceat(doubts, starts)
        confidence[sure] = 1.0
    return confidence


ROW_KINDS = ("i4", "i4", "i4", "i8", "i8", "f8", "i4")
"""Of a row: MISSING, NO_AMOUNT and NO_SOURCE stand for empty cells; an empty count is 1, an empty confidence 1."""
SUM_KINDS = ("i4", "i4", "i8", "i8", "i8", "i8", "i4", "i4")
"""Of the fields of Sums, up to `last`."""


@njit(cache=True, nogil=True)
def _add(
    suppliers: Array, buyers: Array, dates: Array, amounts: Array, counts: Array, confidences: Array, sources: Array,
    as_of: int, year: int, years: int,
    supplier: Array, buyer: Array, amount: Array, amount_12: Array, amount_24: Array, n: Array,
    first: Array, last: Array, sure: Array, named: Array, doubted: Array, doubts: Array, sizes: Array,
) -> None:  # fmt: skip
    """`sizes`: links, `named` (link << 32 | source, some of them repeatedly) and doubted rows so far."""
    links, names, doubtful = sizes
    for i in range(len(suppliers)):
        day = dates[i]
        if day != MISSING and day > as_of:
            continue
        at = links - 1
        if at < 0 or supplier[at] != suppliers[i] or buyer[at] != buyers[i]:
            links, at = links + 1, links
            supplier[at], buyer[at] = suppliers[i], buyers[i]
            amount[at], amount_12[at], amount_24[at], n[at] = NO_AMOUNT, 0, 0, 0
            first[at], last[at], sure[at] = day, day, False
        n[at] += counts[i]
        if confidences[i] == 1.0:
            sure[at] = True
        else:
            doubted[doubtful], doubts[doubtful] = at, 1.0 - confidences[i]
            doubtful += 1
        if amounts[i] != NO_AMOUNT:
            amount[at] = amounts[i] + max(amount[at], 0)
            if day > year:
                amount_12[at] += amounts[i]
            elif day > years:
                amount_24[at] += amounts[i]
        if day != MISSING:
            first[at] = day if first[at] == MISSING else min(first[at], day)
            last[at] = max(last[at], day)
        name = np.int64(at) << 32 | sources[i]
        if sources[i] != NO_SOURCE and (names == 0 or named[names - 1] != name):
            named[names] = name
            names += 1
    sizes[0], sizes[1], sizes[2] = links, names, doubtful
