"""How many new customers each permitted referrer is expected to bring by himself: the one-hop expectation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.acquaintance import PERSONAL, acquaintance
from explorer.settings import Settings
from explorer.view import View
from graph.algorithms.network import PROSPECT, Array

if TYPE_CHECKING:
    from graph.algorithms.acquaintance import Acquaintance

CONTACT = 0.5
"""The share of acquaintances somebody really speaks to."""
UNRECORDED = 0.05
"""The rate of everybody where no outcome was ever recorded."""
WEIGHTS = (1.0, 1000.0)
"""The least and the most outcomes that the common rate is worth."""


def expected(view: View, settings: Settings, threads: int) -> Array:
    """float64[n]: the sum of a referrer's chances to win whom he knows, to six decimals; NaN for who is not asked."""
    people, chance = chances(view, settings, threads)
    total = np.concatenate(([0.0], np.cumsum(chance)))
    return np.where(permitted(view), np.round(total[people.ptr[1:]] - total[people.ptr[:-1]], 6), np.nan)


def chances(view: View, settings: Settings, threads: int) -> tuple[Acquaintance, Array]:
    """Who knows whom by ties and referrals, and float64[2e]: the chance that the row's party wins the other."""
    people = acquaintance(view, settings, threads, PERSONAL)
    rate = np.repeat(_rates(*_outcomes(view)), np.diff(people.ptr))
    open_to = view.standing[people.rows & 0xFFFFFFFF] == PROSPECT
    return people, CONTACT * rate * people.strength * open_to


def _outcomes(view: View) -> tuple[Array, Array]:
    """Of each party's referrals: how many converted, and how many ended either way; int64[n]."""
    numbers, words = view.bonds.codes("referrals", "outcome")
    outcome = np.array([*words, ""])[numbers]
    referrer, _ = view.bonds.ends("referrals")
    n = len(view.parties)
    converted = np.bincount(referrer[outcome == "converted"], minlength=n)
    return converted, converted + np.bincount(referrer[outcome == "declined"], minlength=n)


def permitted(view: View) -> Array:
    """bool[n]: customers, and referrers who brought one or of whom nothing is known yet; nobody who opted out."""
    flag, (converted, known) = view.parties.flag, _outcomes(view)
    trusted = flag("is_customer") | (flag("is_referrer") & ((converted > 0) | (known == 0)))
    return np.asarray(trusted & ~flag("do_not_contact") & ~flag("no_introductions"))


def _rates(converted: Array, known: Array) -> Array:
    """float64[n]: each party's rate of conversions, smoothed by a Beta prior that is fitted to all by moments."""
    of = known > 0
    if not of.any():
        return np.full(len(known), UNRECORDED)
    n, mean = known[of], converted.sum() / known.sum()
    rest = 1 - n / n.sum()
    scatter = (n * (converted[of] / n - mean) ** 2).sum()
    spread = mean * (1 - mean)
    scale = spread * ((n - 1) * rest).sum()
    alike = (scatter - spread * rest.sum()) / scale if scale > 0 else 0.0
    weight = np.clip(1 / alike - 1, *WEIGHTS) if alike > 0 else WEIGHTS[1]
    return np.asarray((converted + weight * mean) / (known + weight))
