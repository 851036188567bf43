"""Paths with evidence: the parties of a chain and what went over each of its links, goods from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from explorer.hops import Goods, goods
from explorer.view import View
from graph.algorithms.network import Array
from web.parts import Money, Who, whos

WIDEST = 5


@dataclass(frozen=True)
class Hop:
    """One supply link; `share` is its larger part in what is known as `sold` by one or `bought` by the other.

    `width` is the strength in five steps.
    """

    supplier_id: str
    buyer_id: str
    amount: Money
    count: int
    last: date | None
    share: float | None
    of: Literal["sold", "bought"] | None
    strength: float
    width: int


@dataclass(frozen=True)
class Chain:
    """`hops[i]` leads from `ends[i]` to `ends[i + 1]`."""

    ends: tuple[Who, ...]
    hops: tuple[Hop, ...]


def chains(view: View, paths: Array, upstream: Array) -> list[Chain]:
    """Paths int32[r, w] from an anchor on, padded with -1, as chains of goods; those without a link are empty."""
    links = goods(view, paths, upstream)
    known = parties(view, paths[paths >= 0])
    made = []
    for path, found, back in zip(paths.tolist(), links, upstream.tolist(), strict=True):
        ends = [known[step] for step in path if step >= 0]
        hops = [_hop(known, one) for one in found]
        made.append(Chain(tuple(ends[::-1]), tuple(hops[::-1])) if back else Chain(tuple(ends), tuple(hops)))
    return made


def parties(view: View, rows: Array | Sequence[int]) -> dict[int, Who]:
    """The parties at some rows, each looked up once."""
    which = np.unique(np.asarray(rows, np.int64))
    return dict(zip(which.tolist(), whos(view, which), strict=True))


def _hop(known: dict[int, Who], link: Goods) -> Hop:
    shares: list[tuple[float, Literal["sold", "bought"]]] = []
    if link.sold is not None:
        shares.append((link.sold, "sold"))
    if link.bought is not None:
        shares.append((link.bought, "bought"))
    share, of = max(shares, default=(None, None), key=lambda one: one[0] or 0.0)
    return Hop(
        known[link.supplier].party_id, known[link.buyer].party_id, Money(link.amount), link.n, link.last, share, of,
        round(link.strength, 4), width(link.strength),
    )  # fmt: skip


def width(strength: float) -> int:
    """How wide a line of this strength is drawn, 1 to 5."""
    return min(1 + int(strength * WIDEST), WIDEST)
