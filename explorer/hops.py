"""The links that a list's paths run along, looked up all at once: what a row shows of why it is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

import numpy as np

from explorer.evidence import FEW
from explorer.view import View
from graph.algorithms.network import MISSING, Array, link_index
from graph.loaders.links import day_of


@dataclass(frozen=True)
class Goods:
    """One supply link, in the direction of the goods; ends are row numbers of parties."""

    supplier: int
    buyer: int
    amount: Decimal | None
    """in units"""
    n: int
    """deliveries"""
    last: date | None
    strength: float
    """as it was walked, 0.02 to 0.95"""
    sold: float | None
    """its part in what is known of the supplier's sales; None where fewer than FEW buyers are known"""
    bought: float | None
    """its part in what is known of the buyer's purchases, likewise"""


def goods(view: View, paths: Array, upstream: Array) -> list[tuple[Goods, ...]]:
    """The links of each path int32[r, w], padded with -1, in its order; `upstream` bool[r]: walked against the goods.

    A path may hold single parties or nothing; every pair of neighbours in it must be a link.
    """
    a, b = paths[:, :-1], paths[:, 1:]
    row, _ = hops = np.nonzero((a >= 0) & (b >= 0))
    back = np.asarray(upstream, np.bool_)[row]
    supplier, buyer = np.where(back, b[hops], a[hops]), np.where(back, a[hops], b[hops])
    links = _links(view, supplier, buyer, back)
    cuts = np.searchsorted(row, np.arange(len(paths) + 1))
    return [tuple(links[start:stop]) for start, stop in pairwise(cuts)]


def _links(view: View, supplier: Array, buyer: Array, back: Array) -> list[Goods]:
    graph = view.graph
    link = link_index(graph, supplier, buyer)
    share_out, share_in = graph.share_out[link], graph.share_in[link]
    few_buyers = graph.out_ptr[supplier + 1] - graph.out_ptr[supplier] < FEW
    few_suppliers = graph.up_ptr[buyer + 1] - graph.up_ptr[buyer] < FEW
    columns = (
        supplier, buyer, graph.amount[link], graph.n[link], graph.last[link],
        strengths(graph.alive[link], np.where(back, share_in, share_out)), share_out, few_buyers, share_in,
        few_suppliers,
    )  # fmt: skip
    return [
        Goods(
            sells, buys, None if amount < 0 else Decimal(amount).scaleb(-2), n,
            None if last == MISSING else day_of(last), strength, None if little_out else out,
            None if little_in else into,
        )
        for sells, buys, amount, n, last, strength, out, little_out, into, little_in in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]  # fmt: skip


def strengths(alive: Array, share: Array) -> Array:
    """The strengths of links walked along, by how alive they are and their share of the walker's ledger."""
    from graph.algorithms.strength import LEAST, MOST, SPAN

    found: Array = np.clip(LEAST + SPAN * alive * (0.5 + 0.5 * np.sqrt(share)), LEAST, MOST)
    return found
