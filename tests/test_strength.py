"""Strengths are those of the definitions, link by link."""

from __future__ import annotations

import math
import random
from dataclasses import fields

import numpy as np
import pytest

from graph.algorithms.network import MISSING, NO_AMOUNT, Links, Strength
from graph.algorithms.strength import partners, recency, strength
from tests import oracles, toy

AS_OF = 20_000


def pair(amount: int, n: int, last: int, confidence: float = 1.0) -> Links:
    """One supplier, one buyer."""
    return Links([0], [1], [amount], [n], [last], [last], [confidence])


def test_random_links_equal_the_plain_programme() -> None:
    rng = random.Random(3)
    for _ in range(300):
        made, links, _ = oracles.random_costs(rng)
        links = oracles.random_ledger(rng, links)
        found = strength(links, made.parties, AS_OF, threads=rng.choice([1, 2]))
        columns = (found.share_out, found.share_in, found.alive, found.cost_up, found.cost_down)
        rows = list(zip(*(column.tolist() for column in columns), strict=True))
        expected = oracles.strengths(links, AS_OF)
        assert [row[3:] for row in rows] == [row[3:] for row in expected]
        assert rows == [pytest.approx(row, rel=1e-14) for row in expected]


def test_strength_stays_between_its_bounds() -> None:
    sure = strength(pair(100, 1_000, AS_OF), 2, AS_OF)
    doubtful = strength(pair(100, 1, AS_OF, confidence=0.0), 2, AS_OF)
    assert (sure.up[0], sure.cost_up[0]) == (0.95, 51_293)
    assert (doubtful.down[0], doubtful.cost_down[0]) == (0.02, 3_912_023)


def test_a_link_without_amount_weighs_the_median_of_all_that_have_one() -> None:
    links = Links([0, 0, 0], [1, 2, 3], [NO_AMOUNT, 100, 201], [1] * 3, [0] * 3, [0] * 3, [1.0] * 3)
    assert strength(links, 4, 0).share_out.tolist() == [150.5 / 451.5, 100 / 451.5, 201 / 451.5]


def test_deliveries_weigh_where_no_link_has_an_amount() -> None:
    links = Links([0, 0], [1, 2], [NO_AMOUNT] * 2, [3, 1], [0] * 2, [0] * 2, [1.0] * 2)
    assert strength(links, 3, 0).share_out.tolist() == [0.75, 0.25]


def test_sums_of_amounts_are_exact_beyond_doubles() -> None:
    large = 2**55
    links = Links([0, 0, 0], [1, 2, 3], [large, 1, 1], [1] * 3, [0] * 3, [0] * 3, [1.0] * 3)
    assert strength(links, 4, 0).share_out[1] == 2 / (2 * (large + 2))


def test_a_link_halves_in_a_year_and_counts_half_without_a_date() -> None:
    year = round(12 * 30.4375)
    assert recency(AS_OF, AS_OF) == 1.0
    assert math.isclose(recency(AS_OF - year, AS_OF), 0.5, rel_tol=1e-3)
    assert recency(MISSING, AS_OF) == 0.5


def test_any_number_of_threads_gives_the_same_bits() -> None:
    rng = np.random.default_rng(1)
    supplier, buyer = np.divmod(np.unique(rng.integers(0, 90_000, 20_000)), 300)
    size = len(supplier)
    days = rng.integers(18_000, AS_OF, size)
    links = Links(
        supplier, buyer, rng.integers(1, 10**9, size), rng.integers(1, 30, size), days, days, rng.random(size)
    )
    one, three = strength(links, 300, AS_OF, threads=1), strength(links, 300, AS_OF, threads=3)
    for field in fields(Strength):
        assert getattr(one, field.name).tobytes() == getattr(three, field.name).tobytes()


def test_partners_are_counted_on_both_sides_with_the_largest_buyers_share() -> None:
    links = toy.links()
    found = partners(links, strength(links, 8, toy.AS_OF).share_out, 8)
    assert found.suppliers.tolist() == [2, 1, 0, 0, 2, 1, 1, 1]
    assert found.buyers.tolist() == [1, 2, 1, 2, 1, 1, 0, 0]
    assert np.array_equal(found.top_buyer_share, [1, 0.9, 1, 5 / 7, 1, 1, np.nan, np.nan], equal_nan=True)


def test_nothing_comes_of_no_links() -> None:
    none = Links([], [], [], [], [], [], [])
    found = partners(none, strength(none, 2, AS_OF).share_out, 2)
    assert (found.suppliers.tolist(), found.buyers.tolist()) == ([0, 0], [0, 0])
    assert np.isnan(found.top_buyer_share).all()
