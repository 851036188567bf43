"""A campaign: the k referrers who together bring most, with a certificate of how near to the best they are.

OPIM-C (Tang, J., Tang, X., Xiao, X. and Yuan, J. (2018): Online processing algorithms for influence maximization.
SIGMOD 2018, 991-1005), run until the instance's own certificate is good enough, not until a promised eps: half of the
sets choose, the other half, which the choice has never seen, bound from below what it brings, and the sets that chose
bound from above what any k referrers bring. The choice is then held against the obvious one, the k with the largest
sum of chances, in worlds that neither has seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from graph.algorithms.cascade import Cascade
from graph.algorithms.coverage import Cover, cover
from graph.algorithms.influence import one_hop
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
    """`sets` where the choice of the sets won, `one_hop` where the largest sums of chances did, `same`"""
    lead: float
    """how much more the winner brings than the other"""
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
class _Choice:
    """What the sets of a round say: the choice, what it and the obvious one bring at least, and any at most."""

    cover: Cover
    lower: float
    lower_obvious: float
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
    choice = _choose(steps, roots(steps, order, weight), order, k, target, most_sets, seed, threads)

    def simulated(chosen: Array) -> Together:
        return together(steps, order[chosen], worlds=worlds, seed=seed, weight=weight, threads=threads)

    found, obvious = simulated(choice.cover.chosen), simulated(np.arange(k))
    leads = found.totals - obvious.totals
    lead, same = float(leads.mean()), set(choice.cover.chosen.tolist()) == set(range(k))
    lost = lead < 0 and not same
    won, chosen = (obvious, np.arange(k)) if lost else (found, choice.cover.chosen)
    return Campaign(
        order[chosen], won.gain, won.error, won.expected, standard_error(won.totals),
        "same" if same else "one_hop" if lost else "sets", 0.0 if same else abs(lead),
        0.0 if same else standard_error(leads), choice.lower_obvious if lost else choice.lower, choice.upper,
        choice.sets, choice.settled,
    )  # fmt: skip


def _choose(
    steps: Cascade, begin: Roots, order: Array, k: int, target: float, most_sets: int, seed: int, threads: int
) -> _Choice:
    """Sample more and more sets until the choice is good enough."""
    if not begin.total or not k:
        return _Choice(Cover(np.arange(k), np.zeros(k, np.int64), 0), 0.0, 0.0, 0.0, 0, True)
    rounds = 1 + math.ceil(math.log(max(most_sets / START, 1), GROWTH))
    doubt = math.log(3 * rounds / FAILURE)
    choosing, bounding, done, draw = NO_SETS, NO_SETS, 0, 0
    while True:
        size = min(math.ceil(START * GROWTH**draw), most_sets)
        choosing, bounding = (
            sets.more(sample(steps, begin, size - done, seed=seed, purpose=purpose, draw=draw, threads=threads))
            for sets, purpose in ((choosing, CHOOSING), (bounding, BOUNDING))
        )
        choice = _round(choosing, bounding, begin.total, len(order), k, doubt)
        if choice.lower >= target * choice.upper or size >= most_sets or choice.settled:
            return choice
        done, draw = size, draw + 1


def _round(choosing: Sets, bounding: Sets, total: float, candidates: int, k: int, doubt: float) -> _Choice:
    found = cover(choosing.start, choosing.member, candidates, k)
    each, of_each = total / max(choosing.number, 1), total / max(bounding.number, 1)
    hits, most = bounding.hit(found.chosen), found.upper
    lower, upper = _at_least(hits, doubt), _at_most(most, doubt)
    return _Choice(
        found, of_each * lower, of_each * _at_least(bounding.hit(np.arange(k)), doubt),
        min(each * upper, total) if choosing.number else total, choosing.number,
        settled=hits - lower <= SETTLED * hits and upper - most <= SETTLED * most,
    )  # fmt: skip


def _at_least(hits: int, doubt: float) -> float:
    """Of what `hits` is a sample of, with a chance of e^-doubt to be wrong (lemma 4.2 of the paper)."""
    return max((math.sqrt(hits + 2 * doubt / 9) - math.sqrt(doubt / 2)) ** 2 - doubt / 18, 0.0)


def _at_most(hits: int, doubt: float) -> float:
    """The same from above."""
    return (math.sqrt(hits + doubt / 2) + math.sqrt(doubt / 2)) ** 2
