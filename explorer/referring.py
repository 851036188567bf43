"""What influence is computed from in a view: who refers, how often it worked, and whom it may reach (DESIGN 4.4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from explorer.acquaintance import PERSONAL, acquaintance
from explorer.errors import InputError, UnknownParty
from explorer.settings import Settings
from explorer.sources import sources_of
from explorer.view import View
from graph.algorithms.cascade import Cascade, cascade
from graph.algorithms.network import Array
from graph.algorithms.referral_rates import CONVERTED, DECLINED, OPEN, Rates, intervals, referral_rates
from graph.model import OUTCOMES

CODES = {"converted": CONVERTED, "declined": DECLINED, "open": OPEN}
FEW_OUTCOMES = 100
FEW_REFERRERS = 20
"""With fewer known outcomes, or fewer referrers who have any, rates are said to rest on little."""
assert set(CODES) == set(OUTCOMES)


@dataclass(frozen=True)
class Asked:
    """What a question about referrers may say besides the settings."""

    grids: tuple[str, ...] = ()
    """only referrers of these grids, all where none is named"""
    rates: Mapping[str, float] | None = None
    """rates of some parties by id, 0 to 1, instead of those learnt"""
    by_value: bool = False
    """weigh each new customer by `value`"""

    def facts(self) -> dict[str, Any]:
        given = sorted((self.rates or {}).items())
        hashed = {"rates_sha256": sha256(json.dumps(given).encode()).hexdigest()} if given else {}
        return {"grid": list(self.grids), "rates_given": len(given), **hashed, "by_value": self.by_value}


@dataclass(frozen=True)
class Basis:
    """A view made ready for questions about n parties; `referrers` in the order of their ids."""

    view: View
    rates: Rates
    """learnt from the outcomes, with the given rates in place of some"""
    given: Array
    """bool[n], whose rate was given"""
    steps: Cascade
    referrers: Array
    """int32[b], whom we may ask: the sources of DESIGN 4.3"""
    value: Array | None
    """float64[n], what each party is worth when won; None where no value is known of anybody who can be"""
    without_value: int
    """how many of those who can be won have no value"""

    def interval(self, rows: Array) -> tuple[Array, Array]:
        """Where the rates of parties lie; NaN where nobody can say."""
        low, high = intervals(self.rates, rows)
        given = self.given[rows]
        return np.where(given, np.nan, low), np.where(given, np.nan, high)

    def facts(self) -> dict[str, Any]:
        """What a manifest says of the rates."""
        prior = self.rates.prior
        return {
            "outcomes": prior.outcomes, "outcomes_of": prior.referrers, "rate_mean": round(prior.mean, 6),
            "rate_weight": round(prior.weight, 6), "without_value": self.without_value,
        }  # fmt: skip

    @property
    def recorded(self) -> str:
        """How much was recorded: `nothing`, `little` or `enough`."""
        prior = self.rates.prior
        if not prior.outcomes:
            return "nothing"
        little = prior.outcomes < FEW_OUTCOMES or prior.referrers < FEW_REFERRERS
        return "little" if little else "enough"


def basis(view: View, settings: Settings, threads: int, asked: Asked) -> Basis:
    """Learn the rates and build the cascade.

    Raises UnknownParty and InputError for rates that cannot be given, and InputError `no_values` where new customers
    are to be weighed and no value is known.
    """
    parties = view.parties
    learnt = rates_of(view)
    rates, given = _with_given(view, learnt, asked.rates or {})
    known = acquaintance(view, settings, threads, PERSONAL)
    customer, silent = parties.flag("is_customer"), parties.flag("no_introductions")
    present = ~parties.flag("do_not_contact")
    steps = cascade(
        known.ptr, known.rows, known.strength, rates.rate, contact=settings.number("contact"), won=~customer,
        present=present, passes=~silent,
    )  # fmt: skip
    value, without = _values(view, steps.won)
    if asked.by_value and value is None:
        raise InputError("no_values")
    referrers = np.flatnonzero(sources_of(view).is_source).astype(np.int32)
    if asked.grids:
        referrers = referrers[parties.mask("grid", list(asked.grids))[referrers]]
    return Basis(view, rates, given, steps, referrers, value, without)


def rates_of(view: View) -> Rates:
    """What the loaded outcomes teach; one that is empty or another word is not known yet."""
    referrer, _ = view.bonds.ends("referrals")
    numbers, words = view.bonds.codes("referrals", "outcome")
    codes = np.array([*(CODES.get(word, OPEN) for word in words), OPEN])
    return referral_rates(referrer, codes[numbers], len(view.parties))


def _with_given(view: View, learnt: Rates, given: Mapping[str, float]) -> tuple[Rates, Array]:
    rate, is_given = learnt.rate.copy(), np.zeros(len(learnt.rate), np.bool_)
    for party_id, value in given.items():
        row = view.parties.find(party_id)
        if row is None:
            raise UnknownParty("unknown_party", name=party_id)
        if not 0 <= value <= 1:
            raise InputError("rate_bounds", name=party_id, value=value)
        rate[row], is_given[row] = value, True
    return Rates(learnt.prior, learnt.converted, learnt.known, rate), is_given


def _values(view: View, won: Array) -> tuple[Array | None, int]:
    """What each party is worth, 0 where unknown or negative."""
    value = np.asarray(view.parties.column("value").to_numpy(zero_copy_only=False), np.float64)
    unknown = np.isnan(value)
    without = int((unknown & won).sum())
    return (None if without == won.sum() else np.where(unknown, 0.0, np.maximum(value, 0.0))), without
