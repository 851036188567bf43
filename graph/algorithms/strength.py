"""Strength of a supply link: how likely it leads from one party to the next (DESIGN 4.1, docs/definitions.md)."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.algorithms.network import MISSING, NO_AMOUNT, Array, Links, Strength, frozen

DAYS_A_MONTH = 30.4375
HALF_LIFE = 12.0
"""Months after which a link that was not renewed counts half."""
UNDATED = 0.5
"""Recency of a link without a date."""
HABIT = 4.0
"""Deliveries after which a link is 1 - 1/e of a habit."""
LEAST, SPAN, MOST = 0.02, 0.93, 0.95
MICRO = 1_000_000
"""Costs are integers, in millionths of a natural logarithm."""


@dataclass(frozen=True)
class Partners:
    """What a party's ledger looks like, each array of length n."""

    suppliers: Array
    """int64, distinct suppliers"""
    buyers: Array
    """int64, distinct buyers"""
    top_buyer_share: Array
    """float64, largest share_out; NaN without a buyer"""


def strength(links: Links, parties: int, as_of: int, threads: int = 1) -> Strength:
    """Weigh every link.

    Parameters: links in canonical order between `parties` parties, from rows up to `as_of`, a day since 1970-01-01.

    Example: one buyer, two suppliers; the second sold less and long ago.

    >>> links = Links([1, 2], [0, 0], [900, 100], [8, 1], [19000, 19635], [20000, 19635], [1.0, 1.0])
    >>> result = strength(links, 3, 20000)
    >>> result.share_in.tolist(), result.cost_up.tolist(), result.cost_down.tolist()
    ([0.9, 0.1], [218771, 2433558], [193417, 2096332])
    """
    weights = frozen(_weights(links))
    sold, bought = np.zeros(parties, np.int64), np.zeros(parties, np.int64)
    _sums(links.supplier, links.buyer, weights, sold, bought)
    floats = [np.empty(len(weights), np.float64) for _ in range(5)]
    costs = [np.empty(len(weights), np.int32) for _ in range(2)]
    columns = (links.supplier, links.buyer, weights, links.n, links.last, links.confidence, *floats, *costs)

    def weigh(start: int, stop: int) -> None:
        weigh_links(sold, bought, as_of, *(column[start:stop] for column in columns))

    cuts = np.linspace(0, len(weights), threads + 1).astype(np.int64).tolist()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(weigh, cuts[:-1], cuts[1:]))
    return Strength(*floats, *costs)


def partners(links: Links, share_out: Array, parties: int) -> Partners:
    """Count every party's suppliers and buyers; `share_out` as `strength` gives it."""
    buyers = np.bincount(links.supplier, minlength=parties)
    top = np.full(parties, np.nan)
    sellers = np.flatnonzero(buyers)
    if len(sellers):
        top[sellers] = np.maximum.reduceat(share_out, (np.cumsum(buyers) - buyers)[sellers])
    return Partners(np.bincount(links.buyer, minlength=parties), buyers, top)


def _weights(links: Links) -> Array:
    """Amounts in 1/200, so that the median of an even number is an integer too; else numbers of deliveries."""
    has = links.amount != NO_AMOUNT
    known = links.amount[has]
    if not len(known):
        return links.n
    low, high = (len(known) - 1) // 2, len(known) // 2
    known.partition([low, high])
    return np.where(has, 2 * links.amount, known[low] + known[high])


@njit(cache=True, nogil=True)
def recency(last: int, as_of: int) -> float:
    """How fresh a link is: 1 on the day of its last trade, half of that with every half-life, 0.5 where undated."""
    if last == MISSING:
        return UNDATED
    months = (as_of - last) / DAYS_A_MONTH
    return math.pow(2.0, -months / HALF_LIFE)


@njit(cache=True, nogil=True)
def _sums(supplier: Array, buyer: Array, weight: Array, sold: Array, bought: Array) -> None:
    for i in range(len(weight)):
        sold[supplier[i]] += weight[i]
        bought[buyer[i]] += weight[i]


@njit(cache=True, nogil=True)
def weigh_links(
    sold: Array, bought: Array, as_of: int,
    supplier: Array, buyer: Array, weight: Array, n: Array, last: Array, confidence: Array,
    share_out: Array, share_in: Array, alive: Array, up: Array, down: Array, cost_up: Array, cost_down: Array,
) -> None:  # fmt: skip
    """Fill the arrays from `share_out` on; `sold` and `bought` are the sums of weights of all parties."""
    for i in range(len(weight)):
        share_out[i] = weight[i] / sold[supplier[i]]
        share_in[i] = weight[i] / bought[buyer[i]]
        alive[i] = recency(last[i], as_of) * (1.0 - math.exp(-n[i] / HABIT)) * confidence[i]
        up[i] = link_strength(alive[i], share_in[i])
        down[i] = link_strength(alive[i], share_out[i])
        cost_up[i] = np.rint(-math.log(up[i]) * MICRO)
        cost_down[i] = np.rint(-math.log(down[i]) * MICRO)


@njit(cache=True, nogil=True)
def link_strength(alive: float, share: float) -> float:
    """How strongly a link pulls one who has that share of a ledger in it."""
    return min(max(LEAST + SPAN * alive * (0.5 + 0.5 * math.sqrt(share)), LEAST), MOST)
