"""Rates and their prior are those of the formulas, computed a second time, and of numbers worked out by hand."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from graph.algorithms.referral_rates import CONVERTED, DECLINED, OPEN, UNRECORDED, fit, intervals, referral_rates


def slow_prior(counts: list[tuple[int, int]]) -> tuple[float, float]:
    """Mean and weight for (converted, known) of each referrer, as DESIGN 4.4 writes them."""
    total = sum(n for _, n in counts)
    mean = sum(k for k, _ in counts) / total
    s = sum(n * (k / n - mean) ** 2 for k, n in counts)
    spread = mean * (1 - mean)
    above = s - spread * sum(1 - n / total for _, n in counts)
    below = spread * sum((n - 1) * (1 - n / total) for _, n in counts)
    if not any(1 < n < total for _, n in counts):
        return mean, 1.0
    if below <= 0 or above / below <= 0:
        return mean, 1000.0
    return mean, min(max(below / above - 1, 1.0), 1000.0)


def test_a_prior_worked_out_by_hand() -> None:
    """3 of 4, 1 of 4, 0 of 2: μ 0.4; S = 4·0.1225 + 4·0.0225 + 2·0.16 = 0.9; ρ = (0.9 − 0.24·2) / (0.24·4.4) ..."""
    prior = fit(np.array([3, 1, 0]), np.array([4, 4, 2]))
    likeness = (0.9 - 0.24 * 2.0) / (0.24 * (3 * 0.6 + 3 * 0.6 + 1 * 0.8))
    assert (prior.mean, prior.outcomes, prior.referrers) == (0.4, 10, 3)
    assert prior.weight == pytest.approx(1 / likeness - 1) == pytest.approx(1.5142857142857142)


def test_rates_equal_the_formulas_on_random_referrals() -> None:
    rng = random.Random(4)
    for _ in range(300):
        parties = rng.randint(1, 12)
        rows = [(rng.randrange(parties), rng.choice([CONVERTED, DECLINED, OPEN])) for _ in range(rng.randint(0, 40))]
        found = referral_rates([who for who, _ in rows], [outcome for _, outcome in rows], parties)
        counts = [
            (sum(row == (party, CONVERTED) for row in rows),
             sum(row[0] == party and row[1] != OPEN for row in rows))
            for party in range(parties)
        ]  # fmt: skip
        assert list(zip(found.converted.tolist(), found.known.tolist(), strict=True)) == counts
        known = [count for count in counts if count[1]]
        if not known:
            assert found.rate.tolist() == [UNRECORDED] * parties
            continue
        mean, weight = slow_prior(known)
        assert (found.prior.mean, found.prior.weight) == pytest.approx((mean, weight), rel=1e-6)
        assert found.rate.tolist() == pytest.approx([(k + weight * mean) / (n + weight) for k, n in counts], rel=1e-6)


@pytest.mark.parametrize(
    ("converted", "known", "weight"),
    [([2, 2], [4, 4], 1000.0), ([1], [3], 1.0), ([1, 0, 1], [1, 1, 1], 1.0), ([40, 0], [40, 40], 1.0),
     ([2, 3], [2, 3], 1000.0), ([0, 0], [5, 1], 1000.0)],
)  # fmt: skip
def test_the_weight_stays_between_one_and_a_thousand_whatever_was_recorded(
    converted: list[int], known: list[int], weight: float
) -> None:
    assert fit(np.array(converted), np.array(known)).weight == weight


def test_intervals_cut_a_twentieth_off_each_tail_of_the_posterior() -> None:
    found = referral_rates([0] * 9 + [1] * 5, [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0], 3)
    low, high = intervals(found, np.arange(3))
    for party in range(3):
        a = found.converted[party] + found.prior.weight * found.prior.mean
        b = found.known[party] - found.converted[party] + found.prior.weight * (1 - found.prior.mean)
        grid = (np.arange(400_000) + 0.5) / 400_000
        density = np.exp((a - 1) * np.log(grid) + (b - 1) * np.log1p(-grid) - math.lgamma(a) - math.lgamma(b))
        density *= math.exp(math.lgamma(a + b)) / 400_000
        assert density[grid < low[party]].sum() == pytest.approx(0.05, abs=2e-4)
        assert density[grid > high[party]].sum() == pytest.approx(0.05, abs=2e-4)
        assert low[party] < found.rate[party] < high[party]


def test_there_is_no_interval_without_a_posterior() -> None:
    for outcomes in ([], [OPEN, OPEN], [CONVERTED, CONVERTED], [DECLINED]):
        found = referral_rates([0] * len(outcomes), outcomes, 2)
        assert np.isnan(intervals(found, np.arange(2))).all()
