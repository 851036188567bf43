"""Narrow lists out of a whole search are what a search of their own finds."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from explorer import Explorer
from explorer.whole import EVERYBODY, chosen, narrow
from graph.algorithms.network import DIRECTIONS, PROSPECT, Direction
from graph.algorithms.strings import cost_limit, dig


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("least", [0.0, 0.05])
def test_a_list_out_of_a_whole_search_is_the_list_of_its_own_search(
    county: Explorer, direction: Direction, least: float
):
    graph, random = county.view().graph, np.random.default_rng(5)
    everybody = np.full(graph.parties, PROSPECT, np.uint8)
    for anchor in random.choice(graph.parties, 40, replace=False):
        given = {"direction": direction, "tiers": int(random.integers(1, 5)), "max_cost": cost_limit(least)}
        whole = dig(graph, np.array([anchor]), top=EVERYBODY, standing=everybody, **given)  # type: ignore[arg-type]
        for top in (1, 7, 200):
            standing = random.choice(4, graph.parties, p=[0.7, 0.2, 0.06, 0.04]).astype(np.uint8)
            own = dig(graph, np.array([anchor]), top=top, standing=standing, **given)  # type: ignore[arg-type]
            found = chosen(whole, standing, top)
            for one in fields(own):
                assert np.array_equal(getattr(found, one.name), getattr(own, one.name)), one.name


def test_a_list_is_narrow_where_many_would_be_walked_past():
    standing = np.zeros(100_000, np.uint8)
    standing[:300] = PROSPECT
    assert (narrow(standing, 200), narrow(standing, 100)) == (True, False)
    assert narrow(np.zeros(1000, np.uint8), 200)
