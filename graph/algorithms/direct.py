"""What candidates win in the worlds that are not sampled: known exactly, whoever else is chosen.

In such a world no live step into a party comes from somebody into whom a live step leads (see `reverse`). With the
chances p of a step and x of a live step into its beginning, a world is such a one with 1 - p x for each step, and the
step is live in it with p (1 - x). So candidates win the party there with ∏(1 - p x) over all steps into it, times
1 - ∏(1 - p') over their own, p' = p (1 - x) / (1 - p x).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.algorithms.cascade import Cascade
from graph.algorithms.network import Array, frozen
from graph.algorithms.reverse import Roots


@dataclass(frozen=True)
class Direct:
    """The steps of c candidates to those who count when won, from both ends."""

    ptr: Array
    """int64[c+1], where each candidate's steps begin"""
    party: Array
    """int32, whom a step leads to"""
    chance: Array
    """float64, p' of the step"""
    back_ptr: Array
    """int64[n+1], the same steps by whom they lead to"""
    place: Array
    """int32, the candidate a step comes from"""
    back_chance: Array
    """float64"""
    worth: Array
    """float64[n], times the chance of a world that is not sampled"""

    def gains(self) -> Array:
        """What each candidate wins: float64[c]."""
        sums = np.concatenate(([0.0], np.cumsum(self.chance * self.worth[self.party])))
        return np.asarray(sums[self.ptr[1:]] - sums[self.ptr[:-1]])

    def brings(self, chosen: Array) -> float:
        """What the candidates at places `chosen` int[k] win, each party once."""
        return float(_brings(chosen, self.ptr, self.party, self.chance, self.worth))


def direct(steps: Cascade, candidates: Array, begin: Roots, weight: Array | None = None) -> Direct:
    """The steps of `candidates` int[c], the roots of whose sets are `begin`; `weight` as there.

    >>> from graph.algorithms.cascade import cascade
    >>> from graph.algorithms.reverse import roots
    >>> made = cascade([0, 1, 2, 4], [2, 2, 0, 1], [1.0] * 4, [0.4, 1.0, 1.0], contact=0.5,
    ...                won=[False, False, True], present=[True] * 3, passes=[True, True, False])
    >>> who = np.array([1, 0])
    >>> found = direct(made, who, roots(made, who))
    >>> found.gains().round(6).tolist(), round(found.brings(np.array([0, 1])), 6)
    ([0.5, 0.2], 0.6)
    """
    worth = steps.won * (np.ones(steps.parties) if weight is None else np.maximum(frozen(weight, "f8"), 0.0))
    worth = worth * (1 - begin.sampled)
    sizes = steps.ptr[candidates + 1] - steps.ptr[candidates]
    place = np.repeat(np.arange(len(candidates), dtype=np.int32), sizes)
    before = np.cumsum(sizes) - sizes
    at = np.repeat(steps.ptr[candidates] - before, sizes) + np.arange(sizes.sum())
    useful = (steps.out[at] > 0) & (worth[steps.party[at]] > 0)
    place, party, chance = place[useful], steps.party[at[useful]], steps.out[at[useful]]
    onward = begin.onward[np.asarray(candidates)[place]]
    chance = chance * (1 - onward) / (1 - chance * onward)
    order = np.argsort(party, kind="stable")
    return Direct(
        _starts(place, len(candidates)), party, chance, _starts(party, steps.parties), place[order], chance[order],
        frozen(worth, "f8"),
    )  # fmt: skip


def _starts(owner: Array, owners: int) -> Array:
    return np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=owners))))


@njit(cache=True, nogil=True)
def win(
    one: int, ptr: Array, party: Array, chance: Array, back_ptr: Array, place: Array, back_chance: Array,
    left: Array, gains: Array,
) -> float:  # fmt: skip
    """Choose one more: what he wins is `left` to nobody else. Returns how much that is."""
    won = 0.0
    for i in range(ptr[one], ptr[one + 1]):
        taken = left[party[i]] * chance[i]
        won += taken
        left[party[i]] -= taken
        for j in range(back_ptr[party[i]], back_ptr[party[i] + 1]):
            gains[place[j]] -= taken * back_chance[j]
    return won


@njit(cache=True, nogil=True)
def _brings(chosen: Array, ptr: Array, party: Array, chance: Array, worth: Array) -> float:
    left, won = worth.copy(), 0.0
    for one in chosen:
        for i in range(ptr[one], ptr[one + 1]):
            taken = left[party[i]] * chance[i]
            left[party[i]] -= taken
            won += taken
    return won
