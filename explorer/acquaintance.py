"""Who knows whom in a view: relations of all types weighed by the settings, then combined (DESIGN 4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.settings import BONDS, SETTINGS, Settings, weights
from explorer.view import View
from graph.algorithms.network import Array, link_index

if TYPE_CHECKING:
    from graph.algorithms.acquaintance import Acquaintance
    from graph.bonds import Bonds

TYPES = BONDS
PERSONAL = ("tie", "referral")
"""What influence spreads along (DESIGN 4.4)."""
WEIGHTS = tuple(one.name for one in SETTINGS if one.name.startswith(tuple(f"{type_}_" for type_ in TYPES)))

Rows = tuple[Array, Array, Array]


def acquaintance(view: View, settings: Settings, threads: int, types: tuple[str, ...] = TYPES) -> Acquaintance:
    """Combine the relations of `types`; the answer is kept for the next question with the same settings.

    Raises StoreError where the load is older than bonds are.
    """
    from graph.algorithms.acquaintance import combine

    chosen = tuple(settings.values[name] for name in WEIGHTS)

    def made() -> Acquaintance:
        return combine(len(view.parties), [weighed(view, settings, type_) for type_ in types], threads)

    return view.kept("acquaintance", (types, chosen), made, mapped=True)


@dataclass(frozen=True)
class Strongest:
    """The pairs of parties that have relations of one type, each with the row that counts of them."""

    pairs: Array
    """int64[p], `lower << 32 | higher`, ascending"""
    row: Array
    """int32[p]: the strongest row of the pair, of equals the first"""

    @classmethod
    def of(cls, rows: Rows) -> Strongest:
        """
        >>> rows = np.array([3, 1, 1]), np.array([1, 3, 2]), np.array([0.5, 0.9, 0.0])
        >>> Strongest.of(rows).look_up(np.array([1 << 32 | 2, 1 << 32 | 3]))
        (array([1]), array([1], dtype=int32))
        """
        a, b, weight = (np.asarray(column) for column in rows)
        some = np.flatnonzero(weight > 0)
        pairs = np.minimum(a, b)[some].astype(np.int64) << 32 | np.maximum(a, b)[some]
        order = np.lexsort((-weight[some], pairs))
        pairs = pairs[order]
        first = np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]
        return cls(pairs[first], some[order[first]].astype(np.int32))

    def look_up(self, pairs: Array) -> tuple[Array, Array]:
        """Of `pairs` int64[u] the places of those that are here, and the row of each."""
        at = np.minimum(np.searchsorted(self.pairs, pairs), len(self.pairs) - 1)
        places = np.flatnonzero(self.pairs[at] == pairs) if len(self.pairs) else np.empty(0, np.int64)
        return places, self.row[at[places]] if len(places) else np.empty(0, np.int32)


def look_up(view: View, settings: Settings, type_: str, pairs: Array) -> tuple[Array, Array]:
    """Of pairs of parties, int64[u] as `lower << 32 | higher`, the places of those that have a relation of a type.

    With each the row of the bonds that counts; of fellows the first group that makes them so, of trade the link.
    """
    if type_ == "trade":
        return _traded(view, settings, pairs)
    if type_ == "group":
        return _in_one_group(view, settings, pairs)
    chosen = tuple(settings.values[name] for name in WEIGHTS)
    found = view.answers.get(
        "strongest", (type_, chosen), lambda: Strongest.of(weighed(view, settings, type_)), most=len(TYPES)
    )
    return found.look_up(pairs)


def _traded(view: View, settings: Settings, pairs: Array) -> tuple[Array, Array]:
    if settings.number("trade_weight") == 0 or not view.graph.links:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    low, high = pairs >> 32, pairs & 0xFFFFFFFF
    one, other = link_index(view.graph, low, high), link_index(view.graph, high, low)
    places = np.flatnonzero((one >= 0) | (other >= 0))
    return places, np.maximum(one, other)[places]


def _in_one_group(view: View, settings: Settings, pairs: Array) -> tuple[Array, Array]:
    """Looked up among the memberships: the pairs of fellows are far more than there are members."""
    if settings.number("group_weight") == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    member, group, keys = _memberships(view, settings)
    start, stop = (np.searchsorted(member, pairs >> 32, side) for side in ("left", "right"))
    sizes = stop - start
    ends = np.cumsum(sizes)
    pair = np.repeat(np.arange(len(pairs)), sizes)
    groups = group[np.arange(sizes.sum()) + np.repeat(start - (ends - sizes), sizes)].astype(np.int64)
    wanted = (pairs & 0xFFFFFFFF)[pair] << 32 | groups
    at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    both = keys[at] == wanted if len(keys) else np.empty(0, np.bool_)
    places, first = np.unique(pair[both], return_index=True)
    return places, groups[both][first]


def _memberships(view: View, settings: Settings) -> tuple[Array, Array, Array]:
    """Members and groups in that order, and both as one key; without groups that are too large to count."""
    most = settings.integer("group_members")

    def made() -> tuple[Array, Array, Array]:
        member, group = view.bonds.ends("memberships")
        kept = np.bincount(group, minlength=1)[group] <= most
        keys = np.unique(member[kept].astype(np.int64) << 32 | group[kept])
        return (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32), keys

    return view.answers.get("memberships", most, made, most=2)


def weighed(view: View, settings: Settings, type_: str) -> Rows:
    """The rows of one type with their weights: int32[r], int32[r], float64[r]."""
    from graph.algorithms import acquaintance as algorithm

    bonds = view.bonds
    if type_ == "tie":
        return *bonds.ends("ties"), _ties(view, settings)
    if type_ == "referral":
        fresh = _decay(view, settings, bonds.days("referrals"))
        return *bonds.ends("referrals"), settings.number("referral_weight") * fresh
    if type_ == "ownership":
        return *bonds.ends("ownership"), _ownership(bonds, settings)
    if type_ == "guarantee":
        a, b = bonds.ends("guarantees")
        return a, b, np.full(len(a), settings.number("guarantee_weight"))
    if type_ == "trade":
        return algorithm.trade(view.graph, settings.number("trade_weight"))
    members, groups = bonds.ends("memberships")
    a, b = algorithm.fellows(len(bonds.tables["groups"]), members, groups, settings.integer("group_members"))
    return a, b, np.full(len(a), settings.number("group_weight"))


def _ties(view: View, settings: Settings) -> Array:
    """The strength that a tie states, else that of its kind; less with the years."""
    by_kind = weights(settings.text("tie_weights"))
    numbers, kinds = view.bonds.codes("ties", "kind")
    usual = np.array([*(by_kind.get(kind, by_kind["other"]) for kind in kinds), by_kind["other"]])[numbers]
    stated = view.bonds.numbers("ties", "strength")
    return np.where(np.isnan(stated), usual, stated) * _decay(view, settings, view.bonds.days("ties"))


def _ownership(bonds: Bonds, settings: Settings) -> Array:
    share = bonds.numbers("ownership", "share")
    known = settings.number("ownership_weight") + settings.number("ownership_share_weight") * np.nan_to_num(share)
    return np.minimum(np.where(np.isnan(share), settings.number("ownership_unknown_weight"), known), 1.0)


def _decay(view: View, settings: Settings, days: Array) -> Array:
    """What is left of ties of these days; nothing is lost where no day is known to count from."""
    from graph.algorithms.acquaintance import decay
    from graph.loaders.links import days_of

    as_of = days_of(view.as_of) if view.as_of else int(np.iinfo(np.int32).min)
    return decay(days, as_of, settings.number("tie_half_life"))
