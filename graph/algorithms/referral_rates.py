"""How often what a referrer brings becomes a customer: known outcomes, smoothed by what all referrers have in common.

Beta-binomial model: each referrer has a rate of his own, drawn from a Beta distribution with mean μ and weight m (the
number of outcomes that the prior is worth). Both are fitted by moments, with the estimator of the correlation within
clusters for clusters of unequal size (Kleinman, J. C. (1973): Proportions with extraneous variance. Journal of the
American Statistical Association 68, 46-54); DESIGN 4.4, docs/definitions.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from graph.algorithms.network import Array

CONVERTED, DECLINED, OPEN = range(3)
"""Outcomes of a referral; an open one says nothing yet."""
UNRECORDED = 0.05
"""The rate of everybody where no outcome was ever recorded."""
LEAST_WEIGHT, MOST_WEIGHT = 1.0, 1000.0
TAIL = 0.05
"""What lies below and above the interval, each."""


@dataclass(frozen=True)
class Prior:
    """What all referrers have in common; `weight` is 0 where nothing was recorded."""

    mean: float
    weight: float
    outcomes: int
    """known outcomes of all referrers together"""
    referrers: int
    """those with at least one of them"""


@dataclass(frozen=True)
class Rates:
    """Conversions and rates of n parties."""

    prior: Prior
    converted: Array
    """int64[n]"""
    known: Array
    """int64[n], outcomes that are converted or declined"""
    rate: Array
    """float64[n]"""


def referral_rates(referrer: ArrayLike, outcome: ArrayLike, parties: int) -> Rates:
    """Learn the rates of `parties` parties from referrals.

    Parameters: `referrer` int[r], numbers of parties; `outcome` int[r], CONVERTED, DECLINED, or anything else, which
    is not known yet.

    Example: 0 converted three of four, 1 none of four, 2 nothing yet.

    >>> found = referral_rates([0, 0, 0, 0, 1, 1, 1, 1, 2], [0, 0, 0, 1, 1, 1, 1, 1, 2], 3)
    >>> found.converted.tolist(), found.known.tolist(), found.prior.mean, found.prior.weight
    ([3, 0, 0], [4, 4, 0], 0.375, 1.0)
    >>> found.rate.tolist()
    [0.675, 0.075, 0.375]
    """
    who, outcomes = np.asarray(referrer, np.int64), np.asarray(outcome)
    converted = np.bincount(who[outcomes == CONVERTED], minlength=parties)
    known = converted + np.bincount(who[outcomes == DECLINED], minlength=parties)
    prior = fit(converted[known > 0], known[known > 0])
    if not prior.outcomes:
        return Rates(prior, converted, known, np.full(parties, UNRECORDED))
    return Rates(prior, converted, known, (converted + prior.weight * prior.mean) / (known + prior.weight))


def fit(converted: Array, known: Array) -> Prior:
    """Fit the prior to `converted` int[r] of `known` int[r] outcomes, each at least 1.

    Where the referrers differ no more than chance would have it, the weight is the largest. Where nothing can tell
    whether they do (there is one of them, or each has one outcome) it is the least, so that intervals stay wide.
    """
    total, parts = int(known.sum()), len(known)
    if not total:
        return Prior(UNRECORDED, 0.0, 0, 0)
    mean = int(converted.sum()) / total
    spread, left = mean * (1 - mean), 1 - known / total
    scatter = float((known * (converted / known - mean) ** 2).sum())
    repeated = float(((known - 1) * left).sum())
    if repeated <= 0:
        return Prior(mean, LEAST_WEIGHT, total, parts)
    within = spread * repeated
    likeness = (scatter - spread * float(left.sum())) / within if within > 0 else 0.0
    weight = 1 / likeness - 1 if likeness > 0 else MOST_WEIGHT
    return Prior(mean, min(max(weight, LEAST_WEIGHT), MOST_WEIGHT), total, parts)


def intervals(rates: Rates, parties: Array) -> tuple[Array, Array]:
    """Where the rates of `parties` int[b] lie nine times out of ten: float64[b] twice, equal tails of the posterior.

    NaN where there is no posterior: nothing was recorded, or only conversions, or none at all.

    >>> rates = referral_rates([0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1, 1, 1], 3)
    >>> [end.round(4).tolist() for end in intervals(rates, np.array([0, 1, 2]))]
    [[0.3223, 0.0001, 0.0006], [0.9427, 0.3078, 0.9726]]
    """
    from scipy.special import betaincinv

    prior = rates.prior
    won = rates.converted[parties] + prior.weight * prior.mean
    lost = (rates.known - rates.converted)[parties] + prior.weight * (1 - prior.mean)
    proper = (won > 0) & (lost > 0)
    ends = np.full((2, len(won)), np.nan)
    for end, share in zip(ends, (TAIL, 1 - TAIL), strict=True):
        end[proper] = betaincinv(won[proper], lost[proper], share)
    return ends[0], ends[1]
