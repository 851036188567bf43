"""Supply links as arrays: as they are aggregated, as they are weighted, and as rows to walk along.

Parties are dense numbers 0 … n-1 in the order of their ids, so the lower number is the lower id. Links are in
canonical order: by supplier, then buyer, each pair once. Nothing here needs numba, so a snapshot opens quickly.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

MISSING = int(np.iinfo(np.int32).min)
"""The day of a link without any date."""
NO_AMOUNT = -1
"""The amount of a link without any amount."""

Direction = Literal["upstream", "downstream"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
"""Upstream walks against the goods, from buyer to supplier; it comes first wherever both are listed."""

NOT_IN_PLAY, PROSPECT, CUSTOMER, DO_NOT_CONTACT = range(4)
"""Standing of a party in a search; the last three meet its filters."""

Array = NDArray[Any]


@dataclass(frozen=True)
class Links:
    """Supply links in canonical order, each array of length m; kept read-only, in the types named here."""

    supplier: Array
    """int32"""
    buyer: Array
    """int32"""
    amount: Array
    """int64, in 1/100; NO_AMOUNT where no row has one"""
    n: Array
    """int64, number of deliveries"""
    first: Array
    """int32, days since 1970-01-01; MISSING where undated"""
    last: Array
    """int32, as `first`"""
    confidence: Array
    """float64, 0 to 1"""

    def __post_init__(self) -> None:
        for field, dtype in zip(fields(self), ("i4", "i4", "i8", "i8", "i4", "i4", "f8"), strict=True):
            object.__setattr__(self, field.name, frozen(getattr(self, field.name), dtype))


@dataclass(frozen=True)
class Strength:
    """The strength of each link and what it is made of, each array of length m in the order of the links."""

    share_out: Array
    """float64, the link's part in all its supplier sells"""
    share_in: Array
    """float64, the link's part in all its buyer buys"""
    alive: Array
    """float64, how likely the two trade again"""
    up: Array
    """float64, strength when walking upstream, 0.02 to 0.95"""
    down: Array
    """float64, strength when walking downstream"""
    cost_up: Array
    """int32, -ln of `up` in millionths"""
    cost_down: Array
    """int32, -ln of `down` in millionths"""


@dataclass(frozen=True)
class Graph:
    """All supply links of n parties, ready to be walked both ways; the arrays are read-only.

    A row of `down` or `up` holds the links of one party as `cost << 32 | neighbour`, ascending: by cost, then id.
    """

    out_ptr: Array
    """int64[n+1], where each supplier's links begin, in canonical order and in `down`"""
    buyer: Array
    """int32[m], canonical order, as all that follow but `up_ptr`, `up` and `down`"""
    amount: Array
    n: Array
    first: Array
    last: Array
    share_out: Array
    share_in: Array
    alive: Array
    down: Array
    """int64[m], cost_down and buyer, by supplier"""
    up_ptr: Array
    """int64[n+1], where each buyer's links begin in `up`"""
    up: Array
    """int64[m], cost_up and supplier, by buyer"""

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, frozen(getattr(self, field.name)))

    @property
    def parties(self) -> int:
        return len(self.out_ptr) - 1

    @property
    def links(self) -> int:
        return len(self.buyer)

    def rows(self, direction: Direction) -> tuple[Array, Array]:
        """Row pointer and packed rows for walking in `direction`."""
        return (self.up_ptr, self.up) if direction == "upstream" else (self.out_ptr, self.down)


def frozen(array: ArrayLike, dtype: str | None = None) -> Array:
    """Look at `array` read-only: what comes from memory and from a mapped file then is one type to a kernel."""
    view = np.ascontiguousarray(array, dtype).view(np.ndarray)
    view.flags.writeable = False
    return view


def link_index(graph: Graph, supplier: Array, buyer: Array) -> Array:
    """Find links by their ends.

    Parameters: two int arrays of one length. Returns int64, each link's canonical index, -1 where there is none.
    """
    low, high = graph.out_ptr[supplier], graph.out_ptr[np.asarray(supplier) + 1]
    end = high
    while (open_ := low < high).any():
        middle = (low + high) // 2
        before = graph.buyer[np.where(open_, middle, 0)] < buyer
        low = np.where(open_ & before, middle + 1, low)
        high = np.where(open_ & ~before, middle, high)
    found = low < end
    found[found] = graph.buyer[low[found]] == np.asarray(buyer)[found]
    return np.where(found, low, -1)
