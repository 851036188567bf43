"""The likeliest new customers and the rings of referrals are those of a search through all paths."""

from __future__ import annotations

import math
import random
from itertools import pairwise, permutations

import numpy as np

from graph.algorithms.likely import likely
from graph.algorithms.rings import rings
from tests.cascades import random_small, random_town


def test_likeliest_parties_and_paths_are_the_best_of_all_simple_paths() -> None:
    rng = random.Random(1)
    for _ in range(150):
        small, made = random_small(rng, most_steps=16)
        cost = {step: max(round(-math.log(chance) * 1e6), 1) for step, chance in small.steps.items()}
        found = likely(made, np.arange(small.parties), most=3)
        for source in range(small.parties):
            best: dict[int, int] = {}
            others = [party for party in range(small.parties) if party != source]
            for size in range(1, small.parties):
                for rest in permutations(others, size):
                    steps = list(pairwise((source, *rest)))
                    if all(step in cost for step in steps):
                        total = sum(cost[step] for step in steps)
                        best[rest[-1]] = min(total, best.get(rest[-1], total))
            order = sorted((total, party) for party, total in best.items() if small.won[party])[:3]
            parties = [party for party in found.party[source].tolist() if party >= 0]
            assert list(zip(found.cost[source].tolist(), parties, strict=False)) == order
            for place, (total, party) in enumerate(order):
                path = [at for at in found.path[source, place].tolist() if at >= 0]
                assert (path[0], path[-1]) == (source, party)
                assert sum(cost[step] for step in pairwise(path)) == total


def test_threads_and_blocks_do_not_change_who_is_likely() -> None:
    made, referrers = random_town(2, parties=6000)
    whole = likely(made, np.arange(6000), most=3, threads=2)
    some = likely(made, referrers, most=3)
    assert whole.party[referrers].tolist() == some.party.tolist()
    assert whole.cost[referrers].tolist() == some.cost.tolist()
    width = some.path.shape[2]
    assert whole.path[referrers][:, :, :width].tolist() == some.path.tolist()
    assert (whole.path[referrers][:, :, width:] == -1).all()


def test_rings_are_all_closed_walks_without_a_repeat() -> None:
    rng = random.Random(2)
    for _ in range(300):
        parties, longest = rng.randint(1, 6), rng.randint(2, 5)
        steps = [(rng.randrange(parties), rng.randrange(parties)) for _ in range(rng.randint(0, 14))]
        expected = [
            [*ring, *[-1] * (longest - size)]
            for size in range(2, longest + 1)
            for ring in permutations(range(parties), size)
            if ring[0] == min(ring) and set(pairwise((*ring, ring[0]))) <= set(steps)
        ]
        found = rings([a for a, _ in steps], [b for _, b in steps], parties, longest=longest, most=10**6)
        assert found.tolist() == expected
