"""What the members of each circle share: a product, an industry, a group such as a market, or an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.gathering import Gathered, coded
from explorer.view import View
from graph.algorithms.network import Array

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ATTRIBUTES = ("product", "industry", "group", "address")
"""In this order where two tell equally much."""


@dataclass(frozen=True)
class Telling:
    """The most telling thing that members share, one row for each circle; None and NaN where they share nothing."""

    shared: list[str | None]
    """`product:…`, `industry:code`, `group:id name` or `address:…`"""
    lift: Array
    p_value: Array


def telling(view: View, gathered: Gathered) -> Telling:
    """Choose for each circle what chance explains least: the lowest p, then the highest lift, then the first."""
    from graph.algorithms.sharing import shared

    compared = [attribute for attribute in ATTRIBUTES if attribute != gathered.kind]
    values = [_values(view, attribute) for attribute in compared]
    found = [shared(gathered.members, has) for has, _ in values]
    circle, value, lift, p_value, log_p = (
        np.concatenate([getattr(one, name) for one in found])
        for name in ("circle", "value", "lift", "p_value", "log_p")
    )
    attribute = np.repeat(np.arange(len(found)), [len(one.circle) for one in found])
    order = np.lexsort((value, attribute, -lift, log_p, circle))
    circles, first = np.unique(circle[order], return_index=True)
    best = order[first]
    n = len(gathered.ids)
    answer = Telling([None] * n, np.full(n, np.nan), np.full(n, np.nan))
    answer.lift[circles], answer.p_value[circles] = lift[best], p_value[best]
    for at, which, what in zip(circles.tolist(), attribute[best].tolist(), value[best].tolist(), strict=True):
        answer.shared[at] = f"{compared[which]}:{values[which][1][what]}"
    return answer


def _values(view: View, attribute: str) -> tuple[csr_array, list[str]]:
    """Which party has which value, and the values' texts."""
    from scipy.sparse import csr_array

    n = len(view.parties)
    if attribute == "group":
        party: Array
        party, value = view.bonds.ends("memberships")
        groups = view.bonds.tables["groups"]
        pairs = zip(groups["group_id"].to_pylist(), groups["name"].to_pylist(), strict=True)
        texts = [f"{group_id} {name or ''}".rstrip() for group_id, name in pairs]
    else:
        numbers, texts = coded(view, attribute)
        party = np.flatnonzero(numbers >= 0)
        value = numbers[party]
    made = csr_array((np.ones(len(party), np.int64), (party, value)), shape=(n, len(texts)))
    return made, texts
