"""Introducers are those of the definitions: equal to a search through all walks, whatever blocks or ties."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest

from graph.algorithms.acceptance import accept
from graph.algorithms.acquaintance import Acquaintance
from graph.algorithms.introductions import introduce

DECAY = 356_675


@dataclass
class World:
    """Who knows whom at what cost; one party in a few is a source, one in a few may not stand in a middle."""

    near: list[dict[int, int]]
    sources: list[bool]
    blocked: list[bool]

    def known(self) -> Acquaintance:
        rows = [sorted((cost << 32) | other for other, cost in of.items()) for of in self.near]
        flat = np.array([row for of in rows for row in of], np.int64)
        return Acquaintance(np.cumsum([0, *map(len, rows)]), flat, np.exp(-(flat >> 32) / 1e6))


def random_world(rng: random.Random, parties: int, knowing: float) -> World:
    """Few distinct costs, among them the decay itself, so that walks of any lengths tie."""
    palette = rng.choice(
        [[51_293], [60_000, 120_000], [51_293, 51_293 + DECAY, 51_293 + 2 * DECAY], range(51_293, 2**25)]
    )
    near: list[dict[int, int]] = [{} for _ in range(parties)]
    for a in range(parties):
        for b in range(a):
            if rng.random() < knowing:
                near[a][b] = near[b][a] = rng.choice(palette)
    share, blocking = rng.choice([0.1, 0.4, 0.8]), rng.choice([0.0, 0.3])
    sources = [rng.random() < share for _ in range(parties)]
    return World(near, sources, [not source and rng.random() < blocking for source in sources])


def walks(world: World, path: list[int], cost: list[int], hops: int) -> list[tuple[list[int], list[int]]]:
    """All walks to a source: the parties, and what the walk to each of them costs."""
    found = []
    for other, step in world.near[path[-1]].items():
        onward = [*path, other], [*cost, cost[-1] + step + (DECAY if len(path) > 1 else 0)]
        if world.sources[other] and other != path[0]:
            found.append(onward)
        if hops > 1 and not world.sources[other] and not world.blocked[other]:
            found += walks(world, *onward, hops - 1)
    return found


def expected(world: World, prospect: int, hops: int, best: int) -> list[tuple[int, int, list[int]]]:
    """Of each source the best walk; of these the first few as (cost, source, path)."""
    kept: dict[int, tuple[tuple[object, ...], list[int]]] = {}
    for path, cost in walks(world, [prospect], [0], hops):
        parents = [pair for at in zip(reversed(cost[:-1]), reversed(path[:-1]), strict=True) for pair in at]
        candidate = (cost[-1], len(path), *parents), path
        kept[path[-1]] = min(candidate, kept.get(path[-1], candidate))
    return sorted((int(str(key[0])), source, path) for source, (key, path) in kept.items())[:best]


def found(world: World, hops: int, best: int, threads: int = 1) -> list[list[tuple[int, int, list[int]]]]:
    parties = len(world.near)
    given = introduce(
        world.known(), list(range(parties)), is_source=world.sources, blocked=world.blocked, hops=hops, best=best,
        threads=threads,
    )  # fmt: skip
    rows = zip(given.source.tolist(), given.cost.tolist(), given.path.tolist(), given.hops.tolist(), strict=True)
    answer = []
    for sources, costs, paths, lengths in rows:
        shown = [
            (cost, source, [at for at in path if at >= 0])
            for source, cost, path in zip(sources, costs, paths, strict=True)
            if source >= 0
        ]
        assert [len(path) - 1 for *_, path in shown] == lengths[: len(shown)]
        answer.append(shown)
    return answer


@pytest.mark.parametrize(
    ("worlds", "parties", "knowing", "hops"), [(2500, 9, 0.4, 3), (300, 30, 0.25, 3), (400, 8, 0.35, 6)]
)
def test_random_worlds_equal_a_search_through_all_walks(worlds: int, parties: int, knowing: float, hops: int) -> None:
    rng = random.Random(hops * parties)
    for _ in range(worlds):
        world = random_world(rng, rng.randint(1, parties), knowing)
        best = rng.choice([1, 3])
        answer = found(world, hops, best, threads=rng.choice([1, 2]))
        assert answer == [expected(world, prospect, hops, best) for prospect in range(len(world.near))]


def test_one_hop_is_who_knows_him_himself() -> None:
    rng = random.Random(1)
    for _ in range(100):
        world = random_world(rng, 9, 0.5)
        assert found(world, 1, 3) == [expected(world, prospect, 1, 3) for prospect in range(9)]


def test_threads_do_not_change_a_byte() -> None:
    world = random_world(random.Random(3), 400, 0.03)
    answers = [
        introduce(
            world.known(), range(400), is_source=world.sources, blocked=world.blocked, hops=3, best=3, threads=n
        )
        for n in (1, 2, 5)
    ]
    for name in ("source", "cost", "path"):
        assert len({getattr(answer, name).tobytes() for answer in answers}) == 1


def test_the_score_is_of_the_three_together() -> None:
    world = World([{1: 500_000, 2: 700_000}, {0: 500_000}, {0: 700_000}], [False, True, True], [False] * 3)
    given = introduce(world.known(), [0, 1], is_source=world.sources, blocked=world.blocked, hops=3, best=3)
    alone = 1 - (1 - math.exp(-0.5)) * (1 - math.exp(-0.7))
    assert given.score().tolist() == pytest.approx([alone, math.exp(-(0.5 + 0.7 + DECAY / 1e6))])


def test_offers_are_taken_up_as_by_hand() -> None:
    rng = random.Random(9)
    for _ in range(300):
        offers = [(rng.randrange(6), rng.randrange(4), rng.randrange(3)) for _ in range(rng.randint(0, 15))]
        offers = list({offer[:2]: offer for offer in offers}.values())
        most, served, given = rng.randint(1, 3), set[int](), dict.fromkeys(range(4), 0)
        taken = set()
        for prospect, source, cost in sorted(offers, key=lambda offer: (offer[2], offer[0], offer[1])):
            if prospect not in served and given[source] < most:
                served.add(prospect)
                given[source] += 1
                taken.add((prospect, source, cost))
        columns = ([offer[i] for offer in offers] for i in range(3))
        assert accept(*columns, most=most).tolist() == [offer in taken for offer in offers]


def test_a_hub_is_walked_through_like_anybody() -> None:
    """A hundred know the hub, who knows one source: each walk is the same but for its ends."""
    near: list[dict[int, int]] = [{1: 60_000}, {0: 60_000} | {n: 51_293 + n for n in range(2, 102)}]
    near += [{1: 51_293 + n} for n in range(2, 102)]
    world = World(near, [True] + [False] * 101, [False] * 102)
    answer = found(world, 3, 3)
    assert answer[2:] == [[(60_000 + DECAY + 51_293 + n, 0, [n, 1, 0])] for n in range(2, 102)]
    assert [stop - start for start, stop in pairwise(world.known().ptr[:3].tolist())] == [1, 101]
