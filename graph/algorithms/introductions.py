"""Warm introductions: who, of those the bank may ask, can open a prospect's door, and along which walk (DESIGN 4.3).

Rounds of pulling: after round r every party that may stand in the middle knows its nearest sources at exactly r hops,

    label = cost << 31 | source

ascending, one label of each source, one more than a prospect is to get: what is not among them is beaten by as many
sources at the walk's beginning, and at most one of those is the prospect itself, who does not count. That holds for
every tied walk too. A walk costs 356675 more for each hop after the first; in its middle stands no source.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from graph.algorithms.acquaintance import Acquaintance
from graph.algorithms.network import Array, frozen

# numba's cache looks at this file only: after a change of DECAY, remove graph/algorithms/__pycache__.
from graph.algorithms.walks import DECAY

NOTHING = np.iinfo(np.int64).max
"""An empty label."""
WHO = 0x7FFFFFFF
"""The part of a label that is its source."""
NO_WAY = np.iinfo(np.int32).max
"""Above all costs."""
PIECES = 32
MICRO = 1e6


@dataclass(frozen=True)
class Introductions:
    """The best sources of p prospects, by (cost, source id), at most b of each."""

    source: Array
    """int32[p, b], -1 where there are fewer"""
    cost: Array
    """int32[p, b], in millionths; the strength of the introduction is e^(-cost / 10^6)"""
    path: Array
    """int32[p, b, hops+1], from the prospect to the source, padded with -1"""

    @property
    def hops(self) -> Array:
        """int8[p, b], 0 where there is no source."""
        return np.asarray(np.maximum((self.path >= 0).sum(axis=2) - 1, 0), np.int8)

    def score(self) -> Array:
        """float64[p]: 1 - ∏(1 - strength), 0 where nobody introduces."""
        missing = np.where(self.source < 0, 1.0, -np.expm1(-self.cost / MICRO))
        return np.asarray(1.0 - np.prod(missing, axis=1))


@dataclass(frozen=True)
class Reach:
    """What every party knows of the sources near it, whoever is to be introduced: all of `introduce` but its end.

    For r rounds: `labels` int64[r, n, best + 1], `via` int32 alike; `nearest` int32[n], the least cost of any.
    """

    labels: Array
    via: Array
    nearest: Array

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, frozen(getattr(self, field.name)))


def reach(
    known: Acquaintance, *, is_source: ArrayLike, blocked: ArrayLike, hops: int, best: int, threads: int = 1
) -> Reach:
    """Spread the sources by `hops` - 1 rounds; arguments as of `introduce`."""
    ptr, rows, sources = known.ptr, known.rows, frozen(is_source, "?")
    open_ = frozen(~(sources | np.asarray(blocked, np.bool_)))
    rounds = max(hops - 1, 1)
    labels = np.full((rounds, known.parties, best + 1), NOTHING)
    via = np.full(labels.shape, -1, np.int32)
    near = np.full((rounds, known.parties), NO_WAY, np.int32)
    with ThreadPoolExecutor(threads) as pool:
        _in_pieces(pool, known.parties, lambda i, j: _first(i, j, ptr, rows, sources, open_, labels[0], near[0]))
        for r in range(1, rounds):
            pull = partial(_pulled, (r, ptr, rows, open_, near[r - 1].min(initial=NO_WAY), near, labels, via))
            _in_pieces(pool, known.parties, pull)
    return Reach(labels, via, near[: hops - 1].min(axis=0, initial=NO_WAY))


def introduce(
    known: Acquaintance, prospects: ArrayLike, *, is_source: ArrayLike, blocked: ArrayLike, hops: int, best: int,
    threads: int = 1, reached: Reach | None = None,
) -> Introductions:  # fmt: skip
    """Find each prospect's `best` sources within `hops` (1 to 6), with whole walks; nobody introduces himself.

    Parameters: `prospects` int[p]; `is_source` bool[n]; `blocked` bool[n], who may not stand in the middle of a walk;
    `reached`, what `reach` gave for the same arguments, which spares nearly all of the work for a few prospects.
    Of walks to one source the least (cost, hops) counts, then that whose last party but one is nearer to the
    prospect, then has the lower id, and so on back. Needs 12·(best + 1) bytes a party for each hop but the last.

    Example: 0 knows 1 and 2 well and 3 a little; 3 is a source, and so is 4, whom 1 knows.

    >>> from graph.algorithms.acquaintance import combine
    >>> known = combine(5, [([0, 0, 0, 1], [1, 2, 3, 4], [0.9, 0.9, 0.3, 0.9])])
    >>> found = introduce(known, [0, 2], is_source=[0, 0, 0, 1, 1], blocked=[0] * 5, hops=3, best=3)
    >>> found.source.tolist(), found.cost.tolist()
    ([[4, 3, -1], [4, 3, -1]], [[567397, 1203973, 0], [1029433, 1666009, 0]])
    >>> found.path[1, 0].tolist(), found.score().round(6).tolist()
    ([2, 0, 1, 4], [0.6969, 0.478697])
    """
    spread = reached or reach(known, is_source=is_source, blocked=blocked, hops=hops, best=best, threads=threads)
    nearest, labels, via = spread.nearest, spread.labels, spread.via
    with ThreadPoolExecutor(threads) as pool:
        which = frozen(prospects, "i4")
        found = np.full((len(which), best), NOTHING)
        path = np.full((len(which), best, hops + 1), -1, np.int32)
        chosen = which, known.ptr, known.rows, nearest.min(initial=NO_WAY), nearest, labels, via, found, path
        _in_pieces(pool, len(which), lambda i, j: _best(i, j, *chosen))
    none = found == NOTHING
    source, cost = np.where(none, -1, found & WHO), np.where(none, 0, found >> 31)
    return Introductions(source.astype(np.int32), cost.astype(np.int32), path)


def _pulled(given: tuple[Any, ...], start: int, stop: int) -> None:
    _pull(start, stop, *given)


def _in_pieces(pool: ThreadPoolExecutor, count: int, work: Callable[[int, int], None]) -> None:
    if count <= PIECES:
        work(0, count)
        return
    cuts = np.linspace(0, count, PIECES + 1).astype(np.int64).tolist()
    list(pool.map(work, cuts[:-1], cuts[1:]))


@njit(cache=True, nogil=True)
def _first(
    start: int, stop: int, ptr: Array, rows: Array, sources: Array, open_: Array, labels: Array, near: Array
) -> None:
    """The nearest sources among a party's own acquaintances; only who may stand in the middle says how near."""
    for party in range(start, stop):
        kept = 0
        for i in range(ptr[party], ptr[party + 1]):
            who = rows[i] & 0xFFFFFFFF
            if sources[who]:
                labels[party, kept] = (rows[i] >> 32) << 31 | who
                kept += 1
                if kept == labels.shape[1]:
                    break
        if open_[party] and kept > 0:
            near[party] = labels[party, 0] >> 31


@njit(cache=True, nogil=True)
def _pull(
    start: int, stop: int, r: int, ptr: Array, rows: Array, open_: Array, least: int, near: Array, labels: Array,
    via: Array,
) -> None:  # fmt: skip
    """Take over what all acquaintances learnt in the round before, as far as it is better than what is known."""
    hops = np.full(labels.shape[2], r + 1, np.int64)
    for party in range(start, stop):
        if not open_[party]:
            continue
        mine = labels[r, party]
        for i in range(ptr[party], ptr[party + 1]):
            step, who = (rows[i] >> 32) + DECAY, rows[i] & 0xFFFFFFFF
            room = min(mine[-1] >> 31, NO_WAY - 1) - step
            if least > room:
                break
            if near[r - 1, who] <= room:
                _take_over(r - 1, who, step, -1, r + 1, labels, via, mine, via[r, party], hops)
        if mine[0] != NOTHING:
            near[r, party] = mine[0] >> 31


@njit(cache=True, nogil=True)
def _best(
    start: int, stop: int, prospects: Array, ptr: Array, rows: Array, least: int, near: Array, labels: Array,
    via: Array, found: Array, path: Array,
) -> None:  # fmt: skip
    """The best sources of each prospect over walks of any number of hops, and the walks."""
    most = path.shape[2] - 1
    through, hops = np.empty(found.shape[1], np.int32), np.empty(found.shape[1], np.int64)
    for b in range(start, stop):
        party, mine = prospects[b], found[b]
        mine[:] = labels[0, party, : len(mine)]
        through[:], hops[:] = party, 1
        for i in range(ptr[party], ptr[party + 1]):
            step, who = (rows[i] >> 32) + DECAY, rows[i] & 0xFFFFFFFF
            room = min(mine[-1] >> 31, NO_WAY - 1) - step
            if least > room:
                break
            if near[who] <= room:
                for r in range(most - 1):
                    _take_over(r, who, step, party, r + 2, labels, via, mine, through, hops)
        for j in range(len(mine)):
            if mine[j] != NOTHING:
                path[b, j, 0] = party
                _walk_on(through[j], mine[j] & WHO, hops[j], labels, via, path[b, j])


@njit(cache=True, nogil=True)
def _take_over(
    r: int, who: int, step: int, itself: int, hop: int, labels: Array, via: Array, mine: Array, through: Array,
    hops: Array,
) -> None:  # fmt: skip
    """Add what `who` learnt in round r, at `step` more; `itself` is no source of its own."""
    for j in range(labels.shape[2]):
        label = labels[r, who, j]
        if label == NOTHING:
            break
        if label & WHO == itself:
            continue
        label += step << 31
        if label > mine[-1]:
            break
        _insert(label, who, hop, labels, via, mine, through, hops)


@njit(cache=True, nogil=True)
def _insert(
    label: int, who: int, hop: int, labels: Array, via: Array, mine: Array, through: Array, hops: Array
) -> None:
    """Put `label` in its place; the dearer one of the same source makes room, else the last.

    Between equals the fewer hops count, then the walk. Rows are gone through by cost and id, so that of walks of two
    hops the first to come is the right one.
    """
    room = len(mine) - 1
    for i in range(len(mine)):
        if mine[i] == label:
            if hop < hops[i] or (
                hop == hops[i] and hop > 2 and _earlier(who, through[i], label & WHO, hop, labels, via)
            ):
                through[i], hops[i] = who, hop
            return
        if mine[i] != NOTHING and (mine[i] ^ label) & WHO == 0:
            if mine[i] < label:
                return
            room = i
    while room > 0 and mine[room - 1] > label:
        mine[room], through[room], hops[room] = mine[room - 1], through[room - 1], hops[room - 1]
        room -= 1
    mine[room], through[room], hops[room] = label, who, hop


@njit(cache=True, nogil=True)
def _earlier(one: int, other: int, source: int, hop: int, labels: Array, via: Array) -> bool:
    """Whether the walk of `hop` hops through `one` comes before the equally dear one through `other`.

    From the source back: the party nearer to the prospect, which is dearer from the source, then the lower id.
    """
    for left in range(1, hop):
        a, b = _at(one, source, hop - 1, left, labels, via), _at(other, source, hop - 1, left, labels, via)
        if a != b:
            rest_a = labels[left - 1, a, _slot(source, labels[left - 1, a])]
            rest_b = labels[left - 1, b, _slot(source, labels[left - 1, b])]
            return rest_a > rest_b if rest_a != rest_b else a < b
    return False


@njit(cache=True, nogil=True)
def _at(party: int, source: int, hops: int, left: int, labels: Array, via: Array) -> int:
    """Walk from a party, `hops` from the source, to where `left` hops are left."""
    for r in range(hops - 1, left - 1, -1):
        party = via[r, party, _slot(source, labels[r, party])]
    return party


@njit(cache=True, nogil=True)
def _slot(source: int, mine: Array) -> int:
    slot = 0
    while mine[slot] & WHO != source:
        slot += 1
    return slot


@njit(cache=True, nogil=True)
def _walk_on(first: int, source: int, hops: int, labels: Array, via: Array, path: Array) -> None:
    path[hops] = source
    for at in range(1, hops):
        path[at] = _at(first, source, hops - 1, hops - at, labels, via)
