"""What the members of a circle share more than chance would have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.algorithms.network import Array

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LEAST = 2
"""Something that one member alone has is not shared."""
DIGITS = 6
"""A lift or probability is rounded to so many digits: the last ones differ from machine to machine."""


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
    """float64, how likely so many or more members would have it by chance"""


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
    from scipy.stats import hypergeom

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
    p_value = hypergeom.sf(k - 1, population, marked[value], drawn[circle])
    return Shared(circle, value, k, rounded(lift), rounded(p_value))


def rounded(numbers: Array) -> Array:
    """The numbers to DIGITS significant digits."""
    return np.array([float(f"{number:.{DIGITS}g}") for number in numbers.tolist()], np.float64)
