"""What one referrer brings, and what several bring together, is what all possible worlds say."""

from __future__ import annotations

import random
from dataclasses import fields

import numpy as np
import pytest

from graph.algorithms.direct import direct
from graph.algorithms.influence import Influence, influence, one_hop
from graph.algorithms.reverse import roots, sample
from graph.algorithms.together import standard_error, together
from tests.cascades import random_small, random_town, spread

SURE = 5.0
"""Standard errors that a right estimate stays within, in all of some hundreds."""
SEEDS = range(10)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_each_referrer_brings_is_the_expectation_over_all_worlds(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(10):
        small, made = random_small(rng)
        worlds, ones = small.brought(), [1.0] * small.parties
        found = influence(made, np.arange(small.parties), worlds=20_000, seed=seed, weight=np.array(small.worth))
        for party in range(small.parties):
            own = [p for (a, b), p in small.steps.items() if a == party and small.won[b]]
            assert found.one_hop[party] == pytest.approx(sum(own), abs=1e-12)
            off = abs(found.expected[party] - spread([party], worlds, ones))
            assert off <= SURE * found.error[party] + 1e-3
            assert abs(found.worth[party] - spread([party], worlds, small.worth)) <= 2.5 * SURE * 0.01
        assert one_hop(made).tolist() == pytest.approx(found.one_hop.tolist(), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_several_bring_is_the_expectation_over_all_worlds_each_won_once(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(10):
        small, made = random_small(rng)
        worlds, worth = small.brought(), small.worth
        chosen = rng.sample(range(small.parties), rng.randint(1, small.parties))
        found = together(made, np.array(chosen), worlds=20_000, seed=seed, weight=np.array(worth))
        for i in range(len(chosen)):
            gain = spread(chosen[: i + 1], worlds, worth) - spread(chosen[:i], worlds, worth)
            assert abs(found.gain[i] - gain) <= SURE * found.error[i] + 3e-3
        off = abs(found.expected - spread(chosen, worlds, worth))
        assert off <= SURE * standard_error(found.totals) + 3e-3


@pytest.mark.parametrize("seed", SEEDS)
def test_sets_and_what_is_known_of_all_other_worlds_add_up_to_what_all_worlds_say(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(10):
        small, made = random_small(rng)
        worlds, worth = small.brought(), small.worth
        candidates = np.array(rng.sample(range(small.parties), rng.randint(1, small.parties)))
        begin = roots(made, candidates, np.array(worth))
        own = direct(made, candidates, begin, np.array(worth))
        exact = [spread(candidates[:size].tolist(), worlds, worth) for size in range(1, len(candidates) + 1)]
        brings = [own.brings(np.arange(size)) for size in range(1, len(candidates) + 1)]
        assert brings[-1] - 1e-12 <= exact[-1] <= brings[-1] + begin.total + 1e-12
        assert own.gains()[0] == pytest.approx(brings[0])
        if not begin.total:
            assert brings == pytest.approx(exact)
            continue
        sets = sample(made, begin, 40_000, seed=seed, purpose=7, draw=0, threads=1)
        assert abs(sets.number - 40_000) < SURE * 200
        for size, (whole, part) in enumerate(zip(exact, brings, strict=True), 1):
            share = (whole - part) / begin.total
            error = (max(share * (1 - share), 0.0) / sets.number) ** 0.5
            assert abs(sets.hit(np.arange(size)) / sets.number - share) <= SURE * error + 1e-9


def test_degree_and_reach_leave_out_the_absent_and_stop_at_those_who_pass_nothing_on() -> None:
    rng = random.Random(5)
    for _ in range(200):
        small, made = random_small(rng, most_steps=24)
        near = [set(made.party[made.ptr[p] : made.ptr[p + 1]].tolist()) for p in range(small.parties)]
        found = influence(made, np.arange(small.parties), worlds=1, seed=1)
        present, passes = made.present.tolist(), made.passes.tolist()
        for party in range(small.parties):
            first = {p for p in near[party] if present[p]}
            reached = {p for n in first if passes[n] for p in near[n] if present[p]} | first
            reached -= {party}
            open_ = {p for p in reached if small.won[p]}
            counts = found.degree[party], found.reach_2[party], found.open_2[party]
            assert counts == (len(first), len(reached), len(open_))


def test_neither_threads_nor_who_else_is_asked_for_change_a_byte() -> None:
    made, referrers = random_town(3)
    one, three = (influence(made, referrers, worlds=200, seed=4, threads=threads) for threads in (1, 3))
    some = influence(made, referrers[5:9], worlds=200, seed=4)
    for field in fields(Influence):
        assert getattr(one, field.name).tobytes() == getattr(three, field.name).tobytes()
        assert getattr(one, field.name)[5:9].tobytes() == getattr(some, field.name).tobytes()
    assert (influence(made, referrers, worlds=200, seed=5).expected != one.expected).any()


def test_one_seed_gives_one_simulation_and_one_sample_with_any_number_of_threads() -> None:
    made, referrers = random_town(3)
    one, three = (together(made, referrers[:40], worlds=3000, seed=4, threads=threads) for threads in (1, 3))
    assert one.totals.tobytes() == three.totals.tobytes()
    assert (one.gain.tobytes(), one.error.tobytes()) == (three.gain.tobytes(), three.error.tobytes())
    begin = roots(made, referrers)
    single, triple = (sample(made, begin, 30_000, seed=4, purpose=1, draw=2, threads=threads) for threads in (1, 3))
    assert (single.member.tobytes(), single.start.tobytes()) == (triple.member.tobytes(), triple.start.tobytes())


def test_forward_and_backward_estimates_of_a_town_agree() -> None:
    made, referrers = random_town(6)
    chosen = referrers[:100]
    forward = together(made, chosen, worlds=5000, seed=1)
    begin = roots(made, referrers)
    sets = sample(made, begin, 400_000, seed=1, purpose=1, draw=0, threads=2)
    share = sets.hit(np.arange(100)) / sets.number
    error = (share * (1 - share) / sets.number) ** 0.5 * begin.total
    brought = direct(made, referrers, begin).brings(np.arange(100)) + share * begin.total
    assert abs(brought - forward.expected) <= SURE * (error + standard_error(forward.totals))
