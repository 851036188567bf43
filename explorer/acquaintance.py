"""Who knows whom in a view: relations of all types weighed by the settings, then combined (DESIGN 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.settings import BONDS, SETTINGS, Settings, weights
from explorer.view import View
from graph.algorithms.network import Array

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
        return combine(len(view.parties), [_weighed(view, settings, type_) for type_ in types], threads)

    return view.answers.get("acquaintance", (types, chosen), made)


def weighed(view: View, settings: Settings, type_: str) -> Rows:
    """The rows of one type with their weights: int32[r], int32[r], float64[r]; kept for those who look pairs up."""
    chosen = tuple(settings.values[name] for name in WEIGHTS)
    return view.answers.get("weighed", (type_, chosen), lambda: _weighed(view, settings, type_), most=len(TYPES))


def _weighed(view: View, settings: Settings, type_: str) -> Rows:
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
