"""What the members of a circle share more than chance would have it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from graph.algorithms.network import Array

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LEAST = 2
"""Something that one member alone has is not shared."""
DIGITS = 6
"""A lift or probability is rounded to so many digits: the last ones differ from machine to machine."""
NEGLIGIBLE = 1e-17
"""A term of a sum this much smaller than the sum ends it, as all that follow are smaller still."""


@dataclass(frozen=True)
class Shared:
    """One row for each circle and value, in the order of both."""

    circle: Array
    """int64"""
    value: Array
    """int64"""
    members: Array
    """int64, how many members have it"""
    lift: Array
    """float64, how many times as frequent it is among members as among all who have any value"""
    p_value: Array
    """float64, how likely so many or more members would have it by chance; 0 where no double is small enough"""
    log_p: Array
    """float64, the natural logarithm of `p_value`, to six decimals; it tells very small ones apart"""


def shared(members: csr_array, values: csr_array) -> Shared:
    """Find what at least two members of a circle share, and more often than others do.

    Of the N parties that have any value, K have this one; of the m among them that are members, k do. Then
    lift = (k/m) / (K/N), and p is the upper tail of the hypergeometric distribution, P(X ≥ k), for m draws without
    return from N of which K are marked (Rivals and others: Enrichment or depletion of a GO category, 2007).

    Parameters: sparse matrices of circles by parties and of parties by values, 1 where it is so.

    >>> from scipy.sparse import csr_array
    >>> found = shared(csr_array([[1, 1, 0, 0, 0]]), csr_array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 0]]))
    >>> found.members.tolist(), found.lift.tolist(), found.p_value.tolist()
    ([2], [2.0], [0.166667])
    """
    members, values = members.astype(np.int64), values.astype(np.int64)
    known = (np.asarray(values.sum(axis=1)) > 0).astype(np.int64)
    population, marked = int(known.sum()), np.asarray(values.sum(axis=0))
    drawn = members @ known
    pairs = (members @ values).tocoo()
    circle, value, k = pairs.coords[0].astype(np.int64), pairs.coords[1].astype(np.int64), pairs.data
    more = (k >= LEAST) & (k * population > marked[value] * drawn[circle])
    circle, value, k = circle[more], value[more], k[more]
    order = np.lexsort((value, circle))
    circle, value, k = circle[order], value[order], k[order]
    lift = (k * population) / (marked[value] * drawn[circle])
    log_p = _log_tail(k, population, marked[value], drawn[circle])
    return Shared(circle, value, k, rounded(lift), rounded(np.exp(log_p)), np.round(log_p, 6))


def rounded(numbers: Array) -> Array:
    """The numbers to DIGITS significant digits."""
    return np.array([float(f"{number:.{DIGITS}g}") for number in numbers.tolist()], np.float64)


@njit(cache=True, nogil=True)
def _log_tail(k: Array, population: int, marked: Array, drawn: Array) -> Array:
    """ln P(X ≥ k), each k above the mean: the first term of the sum by logarithms, then the ratios to it.

    SciPy's own takes a millisecond for each of many thousands where the population is below 100,000.
    """
    found = np.empty(len(k))
    for row in range(len(k)):
        have, without = marked[row], population - marked[row]
        first = _log_choose(have, k[row]) + _log_choose(without, drawn[row] - k[row])
        term, total, x = 1.0, 1.0, k[row]
        while term > NEGLIGIBLE * total and x < min(have, drawn[row]):
            term *= (have - x) * (drawn[row] - x) / ((x + 1.0) * (without - drawn[row] + x + 1.0))
            total += term
            x += 1
        found[row] = min(first - _log_choose(population, drawn[row]) + math.log(total), 0.0)
    return found


@njit(cache=True, nogil=True)
def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)
