"""A campaign: the k referrers who together bring most, with a certificate of how near to the best they are.

OPIM-C (Tang, J., Tang, X., Xiao, X. and Yuan, J. (2018): Online processing algorithms for influence maximization.
SIGMOD 2018, 991-1005), run until the instance's own certificate is good enough, not until a promised eps: half of the
sets choose, the other half, which the choice has never seen, bound from below what it brings, and the sets that chose
bound from above what any k referrers bring. The choice is then held against the obvious one, the k with the largest
sum of chances, and a greedy one by simulation, in worlds that none of them has seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graph.algorithms.cascade import Cascade
from graph.algorithms.coverage import cover
from graph.algorithms.influence import one_hop
from graph.algorithms.lazily import greedy_by_simulation
from graph.algorithms.network import Array, frozen
from graph.algorithms.reverse import NO_SETS, Roots, Sets, roots, sample
from graph.algorithms.together import Together, standard_error, together

CHOOSING, BOUNDING = 1, 2
"""Purposes of the worlds that sets are sampled in."""
START = 1 << 14
"""Sets of the first round."""
GROWTH = 1.5
"""How many times as many each further round has as the one before, with all of that one's."""
FAILURE = 0.001
"""The certificate is wrong in at most this share of campaigns."""
POOL, POOL_EACH = 2000, 20
"""The greedy choice by simulation looks at so many of the largest sums of chances, and so many more for each of k."""
SETTLED = 0.01
"""Where chance moves the bounds by no more than this, further sets will not raise the certificate."""


@dataclass(frozen=True)
class Campaign:
    """k referrers in the order of the choice, and how good a choice it is."""

    referrer: Array
    """int32[k]"""
    gain: Array
    """float64[k], what each adds to those before, in the worlds of the check"""
    gain_error: Array
    """float64[k], its standard error"""
    expected: float
    """what they bring together, in the worlds of the check"""
    error: float
    """its standard error"""
    method: str
    """the choice that won: `sets`, `simulated` or `one_hop`, the largest sums of chances; `same` where all are one"""
    second: str
    """the one that came next; empty where all are one"""
    brought: tuple[tuple[str, float], ...]
    """what each different choice brings, in the worlds of the check"""
    lead: float
    """how much more the winner brings than the next"""
    lead_error: float
    """standard error of `lead`, in the same worlds"""
    lower: float
    """with all but FAILURE certainty the chosen ones bring at least this,"""
    upper: float
    """and no k of the candidates more than this"""
    sets: int
    """that chose, and about as many again that bounded"""
    settled: bool
    """whether more sets would hardly change the bounds"""

    @property
    def certificate(self) -> float:
        """At least this part of the best that any k of the candidates could bring."""
        return min(self.lower / self.upper, 1.0) if self.upper > 0 else 1.0


@dataclass(frozen=True)
class _Choices:
    """Places of the candidates chosen by each method, and what the sets say of them."""

    chosen: dict[str, Array]
    lower: dict[str, float]
    """what each brings at least"""
    upper: float
    sets: int
    settled: bool


def campaign(
    steps: Cascade, candidates: Array, k: int, *, target: float, most_sets: int, worlds: int, seed: int,
    weight: Array | None = None, threads: int = 1,
) -> Campaign:  # fmt: skip
    """Choose `k` of `candidates` int[c], who are distinct; all of them where they are fewer.

    Parameters: `target`, 0 to 1, the certificate to reach, and `most_sets`, where to stop short of it; `worlds` of
    the check; `weight` float64[n], what each party is worth when won. The same `seed` gives the same answer with any
    number of threads.

    Example: 0 knows 4, 5 and 6, 1 knows two of these, 2 only 3. The largest sums of chances are those of 0 and 1, but
    2 adds more.

    >>> from graph.algorithms.cascade import cascade
    >>> ties = [[4, 5, 6], [4, 5], [3], [2], [0, 1], [0, 1], [0]]
    >>> made = cascade(np.cumsum([0] + [len(of) for of in ties]), sum(ties, []), [1.0] * 12, [1.0] * 7, contact=0.8,
    ...                won=[False] * 3 + [True] * 4, present=[True] * 7, passes=[True] * 3 + [False] * 4)
    >>> best = campaign(made, [0, 1, 2], 2, target=0.88, most_sets=100_000, worlds=10_000, seed=1)
    >>> best.referrer.tolist(), best.gain.round(1).tolist(), best.method, best.certificate >= 0.88
    ([0, 2], [2.4, 0.8], 'sets', True)
    """
    alone = one_hop(steps, weight)
    places = np.asarray(candidates, np.int64)
    # The obvious choice is the first k of this order, and among equals the sets choose by it too.
    order = frozen(places[np.lexsort((places, -alone[places]))], "i4")
    k = min(k, len(order))
    begin = roots(steps, order, weight)
    pool = order[: POOL + POOL_EACH * k]
    others = {
        "simulated": greedy_by_simulation(steps, pool, k, seed=seed, weight=weight, threads=threads),
        "one_hop": np.arange(k),
    }
    choices = _choose(steps, begin, order, k, others, target, most_sets, seed, threads)
    return _checked(
        order, choices, lambda who: together(steps, who, worlds=worlds, seed=seed, weight=weight, threads=threads)
    )


def _checked(order: Array, choices: _Choices, simulated: Callable[[Array], Together]) -> Campaign:
    """The choice that brings most in the worlds of the check; between equals the first."""
    different: dict[frozenset[int], str] = {}
    for name, chosen in choices.chosen.items():
        different.setdefault(frozenset(chosen.tolist()), name)
    found = {name: simulated(order[choices.chosen[name]]) for name in different.values()}
    ranked = sorted(found, key=lambda name: -found[name].expected)
    best, won = ranked[0], found[ranked[0]]
    leads = won.totals - found[ranked[1]].totals if len(ranked) > 1 else np.zeros(2)
    return Campaign(
        order[choices.chosen[best]], won.gain, won.error, won.expected, standard_error(won.totals),
        best if len(ranked) > 1 else "same", ranked[1] if len(ranked) > 1 else "",
        tuple((name, found[name].expected) for name in ranked), float(leads.mean()), standard_error(leads),
        choices.lower[best], choices.upper, choices.sets, choices.settled,
    )  # fmt: skip


def _choose(
    steps: Cascade, begin: Roots, order: Array, k: int, others: dict[str, Array], target: float, most_sets: int,
    seed: int, threads: int,
) -> _Choices:  # fmt: skip
    """Sample more and more sets until one of the choices is surely good enough."""
    if not begin.total or not k:
        chosen = {"sets": np.arange(k), **others}
        return _Choices(chosen, dict.fromkeys(chosen, 0.0), 0.0, 0, True)
    rounds = 1 + math.ceil(math.log(max(most_sets / START, 1), GROWTH))
    doubt = math.log((2 + len(others)) * rounds / FAILURE)
    choosing, bounding, done, draw = NO_SETS, NO_SETS, 0, 0
    while True:
        size = min(math.ceil(START * GROWTH**draw), most_sets)
        choosing, bounding = (
            sets.more(sample(steps, begin, size - done, seed=seed, purpose=purpose, draw=draw, threads=threads))
            for sets, purpose in ((choosing, CHOOSING), (bounding, BOUNDING))
        )
        choices = _round(choosing, bounding, begin.total, len(order), k, others, doubt)
        if max(choices.lower.values()) >= target * choices.upper or size >= most_sets or choices.settled:
            return choices
        done, draw = size, draw + 1


def _round(
    choosing: Sets, bounding: Sets, total: float, candidates: int, k: int, others: dict[str, Array], doubt: float
) -> _Choices:
    found = cover(choosing.start, choosing.member, candidates, k)
    chosen = {"sets": found.chosen, **others}
    hits = {name: bounding.hit(places) for name, places in chosen.items()}
    lower = {name: _at_least(number, doubt) for name, number in hits.items()}
    each, upper = total / max(bounding.number, 1), _at_most(found.upper, doubt)
    return _Choices(
        chosen, {name: each * number for name, number in lower.items()},
        min(total * upper / choosing.number, total) if choosing.number else total, choosing.number,
        settled=hits["sets"] - lower["sets"] <= SETTLED * hits["sets"] and upper - found.upper <= SETTLED * upper,
    )  # fmt: skip


def _at_least(hits: int, doubt: float) -> float:
    """Of what `hits` is a sample of, with a chance of e^-doubt to be wrong (lemma 4.2 of the paper)."""
    return max((math.sqrt(hits + 2 * doubt / 9) - math.sqrt(doubt / 2)) ** 2 - doubt / 18, 0.0)


def _at_most(hits: int, doubt: float) -> float:
    """The same from above."""
    return (math.sqrt(hits + doubt / 2) + math.sqrt(doubt / 2)) ** 2
