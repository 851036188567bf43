"""Whom the bank may ask for an introduction, and what each has brought so far (DESIGN 4.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.view import View
from graph.algorithms.network import Array

KNOWN = ("converted", "declined")
"""Outcomes that are on record; an open referral has none yet."""


@dataclass(frozen=True)
class Sources:
    """Standing of all n parties as introducers."""

    is_source: Array
    """bool[n]: may be asked"""
    blocked: Array
    """bool[n]: may not be asked, nor stand in the middle of a walk"""
    is_referrer: Array
    """bool[n]: has the role, or a referral"""
    converted: Array
    """int64[n], referrals that brought a customer"""
    known: Array
    """int64[n], referrals with an outcome on record"""


def sources_of(view: View) -> Sources:
    """Customers, and referrers who brought somebody or have no outcome on record yet; never who asked for rest.

    Raises StoreError where the load is older than bonds are.
    """
    return view.answers.get("sources", (), lambda: _sources_of(view))


def _sources_of(view: View) -> Sources:
    n = len(view.parties)
    referrer, _ = view.bonds.ends("referrals")
    codes, words = view.bonds.codes("referrals", "outcome")

    def count(outcomes: tuple[str, ...]) -> Array:
        met = np.isin(codes, [code for code, word in enumerate(words) if word in outcomes])
        return np.bincount(referrer[met], minlength=n)

    converted, known = count(KNOWN[:1]), count(KNOWN)
    is_referrer = view.parties.flag("is_referrer").copy()
    is_referrer[referrer] = True
    blocked = view.parties.flag("do_not_contact") | view.parties.flag("no_introductions")
    worth = is_referrer & ((converted > 0) | (known == 0))
    is_source = (view.parties.flag("is_customer") | worth) & ~blocked
    return Sources(is_source, blocked, is_referrer, converted, known)
