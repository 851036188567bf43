"""What of a chain a picture shows: a tree on each side, as many boxes as can be read, the rest counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from explorer.chain import Chain, Side
from explorer.exports import scores
from graph.algorithms.network import DIRECTIONS, PROSPECT, Array, Direction, link_index

COLUMN = 22
"""Boxes of one column before anything is expanded: more cannot be read at a glance."""


@dataclass(frozen=True)
class Choice:
    """What a person chose to see; parties by their rows."""

    expand: tuple[int, ...] = ()
    dismiss: tuple[int, ...] = ()
    pick: int | None = None
    prospects_only: bool = False
    """only prospects, and those that lead to them"""
    group_leaves: bool = False
    boxes: int = 300
    children: int = 50
    """of one expanded party"""
    column: int = COLUMN


@dataclass(frozen=True)
class Branch:
    """One box but the middle one. `extra` counts the party's own neighbours onward that are not shown.

    A box of `folded` leaves has party -1. `hub`: its neighbours are counted, never shown.
    """

    party: int
    direction: Direction
    tier: int
    parent: int
    cost: int
    link: int
    strength: float
    confidence: float
    extra: int = 0
    hub: bool = False
    folded: int = 0

    @property
    def place(self) -> tuple[int, Direction]:
        """What tells its box from others; of folded leaves there is one for each parent."""
        return (self.party if self.party >= 0 else -1 - self.parent, self.direction)

    @property
    def score(self) -> float:
        return float(scores(np.array(self.cost)))


@dataclass(frozen=True)
class Shown:
    """The boxes of both sides, parents first, the better before the worse; `left` counts by (direction, tier)."""

    branches: tuple[Branch, ...]
    left: dict[tuple[Direction, int], int]
    side_links: int
    """links between shown parties that are on no walk"""
    beside: tuple[tuple[int, int, float], ...]
    """those of the picked party: supplier, buyer, strength"""

    def of(self, party: int) -> list[Branch]:
        """The boxes of a party, at most one on each side."""
        return [branch for branch in self.branches if branch.party == party]


def show(chain: Chain, choice: Choice) -> Shown:
    """Choose the boxes: by tier, then score, then what was expanded; not what was dismissed, nor what hangs on it.

    A box hangs on one of the column before: a walk through a party whose own best walk is another is not drawn.
    Of a side on which the party itself is a hub only the count of its partners is left.
    """
    branches, left = _first(chain, choice)
    for party in choice.expand:
        for branch in [one for one in branches if one.party == party]:
            room = max(0, min(choice.children, choice.boxes - 1 - len(branches)))
            fresh = list(_children(chain, branch, branches, choice, room))
            branches += fresh
            left.subtract(filter(None, (_place(chain, one) for one in fresh)))
    if choice.prospects_only:
        branches = _pruned(chain, branches, choice)
    branches = _counted(chain, branches)
    if choice.group_leaves:
        branches = _folded(branches, choice)
    side_links, beside = _beside(chain, branches, choice.pick)
    return Shown(tuple(branches), dict(left), side_links, beside)


def _first(chain: Chain, choice: Choice) -> tuple[list[Branch], Counter[tuple[Direction, int]]]:
    """What is shown before anything is expanded, and how many rows of each column are not."""
    room = choice.boxes - 1
    kept: dict[Direction, list[Branch]] = {direction: [] for direction in DIRECTIONS}
    left: Counter[tuple[Direction, int]] = Counter()
    playing = {side.direction: _playing(chain, side, choice) for side in chain.sides}
    for tier in range(1, max(side.tiers for side in chain.sides) + 1):
        for side in chain.sides:
            if side.direction in chain.crowded:
                left[side.direction, 1] = chain.known(side.direction) if side.tiers else 0
                continue
            mine = kept[side.direction]
            parents = [one.party for one in mine if one.tier == tier - 1] if tier > 1 else [chain.party]
            at = np.flatnonzero((side.tier == tier) & playing[side.direction])
            hung = at[np.isin(side.parent[at], parents)][: min(choice.column, room)]
            mine += _branches(chain, side, hung)
            left[side.direction, tier] = len(at) - len(hung)
            room -= len(hung)
    return [one for side in chain.sides for one in kept[side.direction]], left


def _place(chain: Chain, branch: Branch) -> tuple[Direction, int] | None:
    """The column that counts a party; None where it is farther than the chain goes."""
    side = chain.side(branch.direction)
    at = side.at(branch.party)
    return None if at is None else (branch.direction, int(side.tier[at]))


def _playing(chain: Chain, side: Side, choice: Choice) -> Array:
    """bool[r]: the rows that may be shown: not dismissed; with `prospects_only`, prospects and those before them."""
    met: Array = ~np.isin(side.party, choice.dismiss)
    if not choice.prospects_only:
        return met
    wanted = chain.view.standing[side.party] == PROSPECT
    for tier in range(side.tiers, 1, -1):
        wanted |= np.isin(side.party, side.parent[wanted & (side.tier == tier)])
    met &= wanted
    return met


def _branches(chain: Chain, side: Side, at: Array) -> Iterator[Branch]:
    for row in chain.rows(side, at):
        yield _branch(chain, row.row, row.direction, row.tier, row.parent, row.cost, row.link)


def _branch(chain: Chain, party: int, direction: Direction, tier: int, parent: int, cost: int, link: int) -> Branch:
    from graph.algorithms.strength import HABIT, link_strength, recency
    from graph.loaders.links import days_of

    graph, today = chain.view.graph, days_of(chain.view.as_of) if chain.view.as_of else 0
    share = (graph.share_in if direction == "upstream" else graph.share_out)[link]
    alive = float(graph.alive[link])
    fresh = recency(int(graph.last[link]), today) * (1 - float(np.exp(-graph.n[link] / HABIT)))
    return Branch(
        party, direction, tier, parent, cost, link, float(link_strength(alive, share)),
        alive / fresh if fresh else 1.0,
        hub=bool(chain.view.partners[party] > chain.hub),
    )  # fmt: skip


def _children(
    chain: Chain, of: Branch, branches: Iterable[Branch], choice: Choice, most: int
) -> Iterator[Branch]:  # fmt: skip
    """The neighbours onward of an expanded box that are not shown yet, the strongest link first; none of a hub."""
    from graph.algorithms.walks import passage

    if of.hub:
        return
    there = {one.party for one in branches if one.direction == of.direction} | {chain.party, *choice.dismiss}
    ptr, packed = chain.view.graph.rows(of.direction)
    row = packed[ptr[of.party] : ptr[of.party + 1]]
    found = [(int(one >> 32), int(one & 0xFFFFFFFF)) for one in row.tolist()]
    found = [pair for pair in found if pair[1] not in there]
    if choice.prospects_only:
        found = [pair for pair in found if chain.view.standing[pair[1]] == PROSPECT]
    del found[most:]
    base = of.cost + int(passage(of.tier, len(row)))
    for (cost, party), link in zip(found, _links(chain, of, [party for _, party in found]), strict=True):
        yield _branch(chain, party, of.direction, of.tier + 1, of.party, base + cost, link)


def _links(chain: Chain, of: Branch, parties: list[int]) -> list[int]:
    ends = np.array(parties, np.int64), np.full(len(parties), of.party)
    found: list[int] = link_index(chain.view.graph, *(ends if of.direction == "upstream" else ends[::-1])).tolist()
    return found


def _pruned(chain: Chain, branches: list[Branch], choice: Choice) -> list[Branch]:
    """Without those that are no prospects and lead to none; what was expanded or picked stays."""
    stay = {*choice.expand, choice.pick}
    while True:
        parents = {(one.parent, one.direction) for one in branches}
        kept = [
            one
            for one in branches
            if (one.party, one.direction) in parents
            or one.party in stay
            or chain.view.standing[one.party] == PROSPECT
        ]
        if len(kept) == len(branches):
            return kept
        branches = kept


def _counted(chain: Chain, branches: list[Branch]) -> list[Branch]:
    """With the neighbours onward of each that are not among its side's boxes; all of them for a hub."""
    counted = []
    for direction in DIRECTIONS:
        mine = [one for one in branches if one.direction == direction]
        party = np.array([one.party for one in mine], np.int64)
        ptr, packed = chain.view.graph.rows(direction)
        start, sizes = ptr[party], ptr[party + 1] - ptr[party]
        ends = np.cumsum(sizes)
        places = np.arange(sizes.sum()) + np.repeat(start - (ends - sizes), sizes)
        there = np.isin(packed[places] & 0xFFFFFFFF, np.append(party, chain.party))
        known = np.diff(np.append(0, np.cumsum(there))[np.append(0, ends)])
        extra = np.where([one.hub for one in mine], sizes, sizes - known)
        counted += [replace(one, extra=more) for one, more in zip(mine, extra.tolist(), strict=True)]
    return counted


def _folded(branches: list[Branch], choice: Choice) -> list[Branch]:
    """Leaves of one party as one box that counts them, but for the picked one and those of expanded parties."""
    parents = {(one.parent, one.direction) for one in branches}
    leaves: dict[tuple[int, Direction], list[Branch]] = {}
    for one in branches:
        if (one.party, one.direction) not in parents and one.party != choice.pick and one.parent not in choice.expand:
            leaves.setdefault((one.parent, one.direction), []).append(one)
    gone = {(one.party, one.direction) for many in leaves.values() if len(many) > 1 for one in many}
    boxes = [
        replace(many[0], party=-1, extra=0, hub=False, folded=len(many)) for many in leaves.values() if len(many) > 1
    ]
    return [one for one in branches if (one.party, one.direction) not in gone] + boxes


def _beside(
    chain: Chain, branches: list[Branch], pick: int | None
) -> tuple[int, tuple[tuple[int, int, float], ...]]:  # fmt: skip
    """How many links join shown parties on no walk, and those of the picked party."""
    from graph.algorithms.strength import link_strength

    graph = chain.view.graph
    there = np.unique([chain.party, *(one.party for one in branches if one.party >= 0)])
    ptr, rows = graph.out_ptr, graph.buyer
    suppliers = np.repeat(there, ptr[there + 1] - ptr[there])
    places = np.concatenate([np.arange(ptr[one], ptr[one + 1]) for one in there])
    buyers = rows[places]
    inside = np.isin(buyers, there)
    walked = np.array([one.link for one in branches if one.party >= 0], np.int64)
    aside = inside & ~np.isin(places, walked)
    of = aside & ((suppliers == pick) | (buyers == pick)) if pick is not None else np.zeros(len(aside), np.bool_)
    strength = [
        float(link_strength(alive, share))
        for alive, share in zip(graph.alive[places[of]], graph.share_in[places[of]], strict=True)
    ]
    return int(aside.sum()), tuple(zip(suppliers[of].tolist(), buyers[of].tolist(), strength, strict=True))
