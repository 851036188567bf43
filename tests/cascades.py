"""Slow and obvious programmes for the cascade: all possible worlds of a small graph, one after the other.

Nothing of the product is used here but its containers of arrays.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import combinations, product

import numpy as np

from graph.algorithms.cascade import Cascade, cascade
from graph.algorithms.network import Array

Steps = dict[tuple[int, int], float]
"""The chance of each step."""
Worlds = list[tuple[float, list[set[int]]]]
"""The probability of each possible world, and whom each party brings in it."""


class Small:
    """A small graph with `steps` of some chance, and who counts when won."""

    def __init__(self, parties: int, steps: Steps, won: list[bool], worth: list[float]) -> None:
        self.parties, self.steps, self.won, self.worth = parties, steps, won, worth

    def worlds(self) -> Iterable[tuple[float, dict[int, list[int]]]]:
        """The probability of each world and its live steps."""
        unsure = list(self.steps)
        for live in product((False, True), repeat=len(unsure)):
            chance, to = 1.0, {party: [] for party in range(self.parties)}
            for (a, b), is_live in zip(unsure, live, strict=True):
                chance *= self.steps[a, b] if is_live else 1 - self.steps[a, b]
                if is_live:
                    to[a].append(b)
            yield chance, to

    def brought(self) -> Worlds:
        """The probability of each world, and whom each party brings in it."""
        return [(chance, [self._reached(party, to) for party in range(self.parties)]) for chance, to in self.worlds()]

    def _reached(self, source: int, to: dict[int, list[int]]) -> set[int]:
        reached, waiting = {source}, [source]
        while waiting:
            for party in to[waiting.pop()]:
                if party not in reached:
                    reached.add(party)
                    waiting.append(party)
        return {party for party in reached - {source} if self.won[party]}


def spread(referrers: Iterable[int], worlds: Worlds, worth: Sequence[float]) -> float:
    """What they bring together, each party once, nobody himself."""
    return sum(
        chance * sum(worth[party] for party in set().union(*(brought[one] for one in referrers)))
        for chance, brought in worlds
    )


def best(candidates: Sequence[int], k: int, worlds: Worlds, worth: Sequence[float]) -> float:
    """The most that any k of the candidates bring together."""
    return max(spread(chosen, worlds, worth) for chosen in combinations(candidates, min(k, len(candidates))))


def random_small(rng: random.Random, most_steps: int = 12) -> tuple[Small, Cascade]:
    """A small graph with blocked parties, and the same as a cascade of the product."""
    parties = rng.randint(2, 8)
    pairs = [(a, b) for a in range(parties) for b in range(a + 1, parties)]
    known = {pair: rng.choice([1.0, 0.9, 0.6, 0.3]) for pair in rng.sample(pairs, min(len(pairs), most_steps // 2))}
    rate = [rng.choice([0.0, 0.1, 0.5, 1.0]) for _ in range(parties)]
    contact = rng.choice([0.5, 0.9])
    won, present, passes = ([rng.random() < share for _ in range(parties)] for share in (0.7, 0.9, 0.9))
    worth = [rng.choice([0.0, 1.0, 2.5]) for _ in range(parties)]
    steps = {
        (a, b): contact * rate[a] * strength
        for (low, high), strength in known.items()
        for a, b in ((low, high), (high, low))
        if present[a] and present[b] and passes[a] and rate[a]
    }
    near = [sorted((b if a == of else a, w) for (a, b), w in known.items() if of in (a, b)) for of in range(parties)]
    made = cascade(
        np.cumsum([0] + [len(of) for of in near]), np.array([party for of in near for party, _ in of], np.int64),
        np.array([w for of in near for _, w in of]), np.array(rate), contact=contact, won=won, present=present,
        passes=passes,
    )  # fmt: skip
    return Small(parties, steps, [w and p for w, p in zip(won, present, strict=True)], worth), made


def random_town(seed: int, parties: int = 3000) -> tuple[Cascade, Array]:
    """A larger cascade with a few hubs, and its referrers."""
    rng = np.random.default_rng(seed)
    a = (rng.power(0.5, 4 * parties) * parties).astype(np.int64)
    b = (a + rng.integers(1, 60, len(a))) % parties
    pairs = np.unique(np.minimum(a, b) * parties + np.maximum(a, b))
    low, high = pairs // parties, pairs % parties
    owner, near = np.concatenate((low, high)), np.concatenate((high, low))
    order = np.lexsort((near, owner))
    weight = rng.choice([0.9, 0.6, 0.4], len(pairs))
    ptr = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=parties))))
    customer, absent, silent = (rng.random(parties) < share for share in (0.15, 0.02, 0.02))
    made = cascade(
        ptr, near[order], np.concatenate((weight, weight))[order], rng.beta(1.5, 4, parties), contact=0.5,
        won=~customer, present=~absent, passes=~silent,
    )  # fmt: skip
    return made, np.flatnonzero(customer & ~absent & ~silent)
