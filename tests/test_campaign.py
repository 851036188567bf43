"""A campaign is held against exhaustive search, and its certificate against the exact optimum."""

from __future__ import annotations

import pickle
import random
from itertools import chain, combinations

import numpy as np
import pytest

from graph.algorithms.campaign import Campaign, campaign
from graph.algorithms.coverage import cover
from graph.algorithms.lazily import greedy_by_simulation
from graph.algorithms.together import standard_error, together
from tests.cascades import best, random_small, random_town, spread

GREEDY = 1 - 1 / np.e


def run(made: object, candidates: object, k: int, **options: object) -> Campaign:
    given = {"target": 0.9, "most_sets": 200_000, "worlds": 5_000, "seed": 1} | options
    return campaign(made, candidates, k, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(8))
def test_greedy_cover_and_its_bound_stand_beside_all_subsets(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(100):
        candidates, k = rng.randint(1, 8), rng.randint(1, 8)
        sets = [rng.sample(range(candidates), rng.randint(1, min(3, candidates))) for _ in range(rng.randint(0, 25))]
        start, member = np.cumsum([0] + [len(of) for of in sets]), np.array(list(chain(*sets)), np.int32)
        found = cover(start, member, candidates, k)
        chosen = found.chosen.tolist()
        covered = [sum(bool(set(of) & set(chosen[:i])) for of in sets) for i in range(len(chosen) + 1)]
        most = max(
            sum(bool(set(of) & set(some)) for of in sets)
            for some in combinations(range(candidates), min(k, candidates))
        )
        assert len(set(chosen)) == min(k, candidates)
        assert found.gain.tolist() == np.diff(covered).tolist()
        assert GREEDY * most - 1e-9 <= covered[-1] <= most <= found.upper
        steps = [
            [sum(bool(set(of) & {*chosen[:i], one}) for of in sets) for one in range(candidates)]
            for i in range(len(chosen))
        ]
        assert all(covered[i + 1] == max(step) for i, step in enumerate(steps))


@pytest.mark.parametrize("seed", range(10))
def test_no_bound_lies_on_the_wrong_side_of_the_exact_optimum(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(10):
        small, made = random_small(rng)
        worlds, worth = small.brought(), small.worth
        candidates = rng.sample(range(small.parties), rng.randint(1, small.parties))
        k = rng.randint(1, 3)
        found = run(made, candidates, k, weight=np.array(worth), seed=seed, most_sets=20_000)
        most, brought = best(candidates, k, worlds, worth), spread(found.referrer.tolist(), worlds, worth)
        assert found.lower - 1e-9 <= brought <= most + 1e-9 <= found.upper + 2e-9
        assert brought >= found.certificate * most - 1e-9
        assert abs(found.expected - brought) <= 5 * found.error + 5e-3


def test_a_campaign_among_fifteen_candidates_is_as_good_as_the_best_of_all_subsets() -> None:
    for seed in range(3):
        made, referrers = random_town(seed, parties=400)
        candidates = referrers[:15]
        found = run(made, candidates, 4, worlds=20_000, seed=seed)
        single = {one: together(made, np.array([one]), worlds=300, seed=9).expected for one in candidates.tolist()}
        likely = sorted(combinations(candidates.tolist(), 4), key=lambda some: -sum(single[one] for one in some))
        simulated = [together(made, np.array(some), worlds=3_000, seed=9) for some in likely[:200]]
        top = max(one.expected for one in simulated)
        error = max(standard_error(one.totals) for one in simulated)
        # The best of many simulated ones is flattered by chance.
        assert found.expected >= top - 6 * error
        assert found.certificate >= 0.9 or found.settled or found.sets > 190_000
        assert found.upper >= top - 6 * error


def test_the_check_says_which_choice_won_and_by_how_much() -> None:
    made, referrers = random_town(2)
    found = run(made, referrers, 20, most_sets=20_000, worlds=4_000)
    order = sorted(referrers.tolist(), key=lambda one: (-sums(made)[one], one))
    obvious = together(made, np.array(order[:20]), worlds=4_000, seed=1)
    simulated = np.array(order)[greedy_by_simulation(made, np.array(order), 20, seed=1)]
    greedy = together(made, simulated, worlds=4_000, seed=1)
    won = together(made, found.referrer, worlds=4_000, seed=1)
    brought = dict(found.brought)
    assert (found.expected, found.gain.tolist()) == (won.expected, won.gain.tolist())
    assert (brought["one_hop"], brought["simulated"]) == (obvious.expected, greedy.expected)
    assert list(brought) == sorted(brought, key=lambda name: -brought[name])
    assert (found.method, found.second) == tuple(brought)[:2]
    assert found.lead == pytest.approx(brought[found.method] - brought[found.second])
    assert found.gain.sum() == pytest.approx(found.expected)


@pytest.mark.parametrize("seed", range(6))
def test_the_greedy_choice_by_simulation_is_nearly_that_over_all_worlds(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(10):
        small, made = random_small(rng)
        worlds, worth = small.brought(), small.worth
        pool = rng.sample(range(small.parties), rng.randint(1, small.parties))
        places = greedy_by_simulation(made, np.array(pool), 3, seed=seed, weight=np.array(worth)).tolist()
        assert len(set(places)) == len(places) == min(3, len(pool))
        for i in range(len(places)):
            done = [pool[place] for place in places[:i]]
            most = max(spread([*done, one], worlds, worth) for one in pool)
            assert spread([*done, pool[places[i]]], worlds, worth) >= most - 0.25


def sums(made: object) -> list[float]:
    from graph.algorithms.influence import one_hop

    return one_hop(made).tolist()  # type: ignore[arg-type]


@pytest.mark.thorough
def test_a_campaign_that_may_sample_on_reaches_the_certificate_and_one_that_may_not_says_so() -> None:
    made, referrers = random_town(2)
    whole, cut = run(made, referrers, 20, most_sets=4_000_000), run(made, referrers, 20, most_sets=20_000)
    assert whole.certificate >= 0.9 > cut.certificate
    assert whole.lower <= whole.expected + 5 * whole.error
    assert whole.expected - 5 * whole.error <= whole.upper <= cut.upper


@pytest.mark.thorough
def test_any_number_of_threads_gives_the_same_campaign_and_another_seed_another_check() -> None:
    made, referrers = random_town(4)
    one, three = (run(made, referrers, 12, threads=threads) for threads in (1, 3))
    assert pickle.dumps(one) == pickle.dumps(three)
    assert run(made, referrers, 12, seed=2).expected != one.expected
    shuffled = np.random.default_rng(0).permutation(referrers)
    assert run(made, shuffled, 12).referrer.tolist() == one.referrer.tolist()


def test_fewer_candidates_than_places_and_none_at_all_are_answered() -> None:
    made, referrers = random_town(4, parties=300)
    assert sorted(run(made, referrers[:3], 10).referrer.tolist()) == referrers[:3].tolist()
    nobody = run(made, referrers[:0], 10)
    assert (nobody.referrer.tolist(), nobody.expected, nobody.certificate) == ([], 0.0, 1.0)


def test_where_nobody_can_be_won_the_obvious_order_stands() -> None:
    _, made = random_small(random.Random(0))
    dead = type(made)(made.ptr, made.party, made.out * 0, made.into * 0, made.won, made.present, made.passes)
    found = run(dead, [2, 0, 1], 2)
    assert (found.referrer.tolist(), found.method, found.expected, found.upper) == ([0, 1], "same", 0.0, 0.0)
    assert (found.brought, found.lead, found.lead_error) == ((("sets", 0.0),), 0.0, 0.0)
