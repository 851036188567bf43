"""What an acquaintance rests on is found pair by pair, as by going over all rows."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from explorer import Explorer
from explorer.acquaintance import TYPES, Strongest, look_up, weighed
from explorer.settings import Settings
from graph.algorithms.network import link_index


def strongest(rows: list[tuple[int, int, float]]) -> dict[tuple[int, int], int]:
    """By the pair, the row that counts: the strongest, of equals the first; those that weigh nothing do not."""
    found: dict[tuple[int, int], int] = {}
    for row, (a, b, weight) in enumerate(rows):
        pair = min(a, b), max(a, b)
        if weight > 0 and (pair not in found or weight > rows[found[pair]][2]):
            found[pair] = row
    return found


def test_the_strongest_row_of_each_pair_counts_the_first_of_equals() -> None:
    rng = np.random.default_rng(4)
    for _ in range(300):
        parties, count = int(rng.integers(2, 7)), int(rng.integers(0, 20))
        a, b = rng.integers(0, parties, (2, count))
        weight = rng.choice([0.0, 0.3, 0.5], count)
        wanted = [*combinations(range(parties), 2)]
        pairs = np.array([low << 32 | high for low, high in wanted], np.int64)
        places, rows = Strongest.of((a, b, weight)).look_up(pairs)
        known = strongest(list(zip(a.tolist(), b.tolist(), weight.tolist(), strict=True)))
        assert dict(zip((wanted[at] for at in places.tolist()), rows.tolist(), strict=True)) == {
            pair: row for pair, row in known.items() if pair[0] != pair[1]
        }


def test_relations_of_a_county_are_those_of_its_rows(county: Explorer) -> None:
    view = county.view()
    for given in ({}, {"group_members": 8}, {"group_weight": 0.0, "trade_weight": 0.0, "tie_half_life": 5.0}):
        settings = Settings(given)
        rng = np.random.default_rng(1)
        for type_ in TYPES:
            a, b, weight = (np.asarray(column) for column in weighed(view, settings, type_))
            known = strongest(list(zip(a.tolist(), b.tolist(), weight.tolist(), strict=True)))
            ends = rng.integers(0, len(view.parties), (2, 300))
            made = {(min(pair), max(pair)) for pair in ends.T.tolist()} | set(list(known)[:300])
            wanted = sorted(pair for pair in made if pair[0] != pair[1])
            places, rows = look_up(view, settings, type_, np.array([x << 32 | y for x, y in wanted], np.int64))
            assert [wanted[at] for at in places.tolist()] == [pair for pair in wanted if pair in known]
            if type_ == "trade":
                ways = np.array([wanted[at] for at in places.tolist()], np.int64).reshape(-1, 2).T
                linked = link_index(view.graph, *ways), link_index(view.graph, *ways[::-1])
                assert rows.tolist() == np.maximum(*linked).tolist()
            elif type_ != "group":
                assert rows.tolist() == [known[pair] for pair in wanted if pair in known]
