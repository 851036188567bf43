"""A campaign beside a greedy one by simulation (CELF), and every referrer of a county or a town."""

from __future__ import annotations

import heapq
from argparse import Namespace

import numpy as np

from benchmarks.county import county
from benchmarks.measure import Figure, best, ratio, seconds, timed
from explorer.referring import Asked, Basis, basis
from explorer.settings import Settings
from explorer.view import View
from graph.algorithms.campaign import campaign
from graph.algorithms.influence import influence
from graph.algorithms.together import standard_error, together

SIZE = 50
WANTED = 3 * 2.6
"""Seconds for a campaign of 50 in a county to a certificate of 0.9."""
COUNTY, TOWN = 680_000, 50_000
WORLDS = 1000
"""Of each evaluation of the greedy choice by simulation."""
CHECKS = 20_000
SEED = 1


def run(given: Namespace) -> list[Figure]:
    view = View.open(county(given).loaded().version)
    settings = Settings({"threads": 2})
    made = timed("rates, acquaintance, cascade", lambda: basis(view, settings, 2, Asked()))
    ready: Basis = made.output
    worlds = settings.integer("simulations")
    every = timed(
        f"every referrer, {worlds} worlds",
        lambda: influence(ready.steps, ready.referrers, worlds=worlds, seed=SEED, threads=2), given.runs,
    )  # fmt: skip
    figures = [seconds("rates, acquaintance and cascade", made),
               seconds(f"every referrer ({len(ready.referrers):,}), {worlds} worlds", every)]  # fmt: skip
    return figures + of_campaign(ready, settings, given)


def of_campaign(ready: Basis, settings: Settings, given: Namespace) -> list[Figure]:
    """Ours on one and on two threads, the same bytes; beside CELF where the graph is no larger than a town."""
    sets, target = settings.integer("campaign_sets"), settings.number("certificate")
    one, two = (
        timed(f"campaign of {SIZE}, {threads} threads",
              lambda threads=threads: campaign(ready.steps, ready.referrers, SIZE, target=target, most_sets=sets,
                                               worlds=10_000, seed=SEED, threads=threads), given.runs)
        for threads in (1, 2)
    )  # fmt: skip
    found = two.output
    assert np.array_equal(found.referrer, one.output.referrer)
    assert (found.lower, found.upper, found.expected) == (one.output.lower, one.output.upper, one.output.expected)
    said = f"certificate {found.certificate:.3f}, sets {found.sets:,} twice, expected {found.expected:.2f}"
    print(said, f"method {found.method}, lead {found.lead:.2f}")
    figures = [
        seconds(f"campaign of {SIZE}, 1 thread", one),
        seconds(f"campaign of {SIZE}, 2 threads ({said})", two, WANTED if given.parties >= COUNTY else None),
    ]
    if given.parties > TOWN:
        return figures
    greedy = timed(f"CELF, {WORLDS} worlds an evaluation", lambda: celf(ready, SIZE))
    ours, theirs = (
        together(ready.steps, chosen, worlds=CHECKS, seed=SEED + 1, threads=2)
        for chosen in (found.referrer, greedy.output)
    )
    more = ours.totals - theirs.totals
    brings = f"{ours.expected:.2f} against {theirs.expected:.2f} (difference ± {standard_error(more):.2f})"
    return [
        *figures,
        ratio("campaign, 1 thread, beside CELF", best([one]), greedy, 1.0),
        Figure("new customers of the two, in the same unseen worlds", brings),
    ]


def celf(ready: Basis, size: int) -> np.ndarray:
    """The greedy choice by simulation, evaluated lazily (Leskovec et al. 2007), on one thread."""
    alone = influence(ready.steps, ready.referrers, worlds=WORLDS, seed=SEED).expected
    heap = [(-gain, party, 0) for gain, party in zip(alone.tolist(), ready.referrers.tolist(), strict=True)]
    heapq.heapify(heap)
    chosen: list[int] = []
    brought = 0.0
    while len(chosen) < size and heap:
        gain, party, seen = heapq.heappop(heap)
        if seen == len(chosen):
            chosen.append(party)
            brought -= gain
            continue
        with_him = together(ready.steps, np.array([*chosen, party]), worlds=WORLDS, seed=SEED)
        heapq.heappush(heap, (brought - with_him.expected, party, len(chosen)))
    return np.array(chosen, np.int32)
