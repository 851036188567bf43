"""Circles are those of a bare NetworKit call, the same at every call, and known again after a load."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import networkit
import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import hypergeom

from graph.algorithms.circles import circles, former
from graph.algorithms.network import Array
from graph.algorithms.sharing import shared

Known = dict[tuple[int, int], float]


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Put Ctrl-C's handler back, which NetworKit takes away where a test calls it bare."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, signal.default_int_handler)


def arrays(n: int, known: Known, rng: random.Random) -> tuple[Array, Array, Array]:
    """Acquaintances as rows at both ends, each party's in any order."""
    both = [(a, b, w) for (a, b), w in known.items()] + [(b, a, w) for (a, b), w in known.items()]
    rng.shuffle(both)
    both.sort(key=lambda row: row[0])
    ptr = np.searchsorted([a for a, _, _ in both], np.arange(n + 1))
    rows = np.array([rng.randrange(1_000) << 32 | b for _, b, _ in both], np.int64)
    return ptr, rows, np.array([w for _, _, w in both])


def village(rng: random.Random, n: int) -> Known:
    """Cliques of seven with a few acquaintances between them."""
    known = {(a, b): 0.9 for a in range(n) for b in range(a + 1, n) if a // 7 == b // 7}
    for _ in range(n // 3):
        a, b = sorted(rng.sample(range(n), 2))
        known.setdefault((a, b), rng.choice([0.1, 0.3]))
    return known


def bare(n: int, known: Known) -> list[int]:
    """NetworKit's own answer, pair by pair in the order of both ends; each party's smallest fellow."""
    networkit.setNumberOfThreads(1)
    networkit.setSeed(1, False)
    graph = networkit.Graph(n, weighted=True)
    for a, b in sorted(known):
        graph.addEdge(a, b, known[a, b])
    found = networkit.community.ParallelLeiden(graph, iterations=3, gamma=1)
    found.run()
    parts = found.getPartition()
    smallest: dict[int, int] = {}
    return [smallest.setdefault(parts.subsetOf(party), party) for party in range(n)]


@pytest.mark.parametrize("seed", range(5))
def test_circles_are_those_of_a_bare_networkit_call(seed: int) -> None:
    rng = random.Random(seed)
    for n in (1, 2, 40, 300):
        known = village(rng, n)
        assert circles(*arrays(n, known, rng)).tolist() == bare(n, known)


def test_cliques_are_found_whole() -> None:
    known = {(a, b): 0.9 for a in range(70) for b in range(a + 1, 70) if a // 7 == b // 7} | {(6, 7): 0.1}
    assert circles(*arrays(70, known, random.Random(1))).tolist() == [party // 7 * 7 for party in range(70)]


def test_whatever_networkit_did_before_the_circles_are_the_same_and_its_threads_are_put_back() -> None:
    given = arrays(300, village(random.Random(2), 300), random.Random(2))
    first = circles(*given).tobytes()
    networkit.setNumberOfThreads(2)
    networkit.setSeed(99, True)
    networkit.community.PLM(networkit.generators.ErdosRenyiGenerator(50, 0.2).generate()).run()
    again = circles(*given).tobytes()
    threads = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(1)
    assert (again == first, threads) == (True, 2)


def test_several_who_ask_at_once_get_the_same_circles() -> None:
    given = arrays(300, village(random.Random(3), 300), random.Random(3))
    with ThreadPoolExecutor(3) as pool:
        found = {one.tobytes() for one in pool.map(lambda _: circles(*given), range(12))}
    assert found == {circles(*given).tobytes()}


def test_who_knows_nobody_is_a_circle_of_his_own() -> None:
    assert circles(np.zeros(4, np.int64), np.empty(0, np.int64), np.empty(0)).tolist() == [0, 1, 2]


def matrix(sets: list[set[int]], columns: int) -> csr_array:
    made = np.zeros((len(sets), columns), np.int64)
    for row, members in enumerate(sets):
        made[row, sorted(members)] = 1
    return csr_array(made)


def random_sets(rng: random.Random, parties: int) -> list[set[int]]:
    return [set(rng.sample(range(parties), rng.randint(0, parties))) for _ in range(rng.randint(1, 6))]


@pytest.mark.parametrize("seed", range(5))
def test_a_circle_is_known_again_where_more_than_half_of_the_union_is_shared(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(100):
        parties = rng.randint(1, 6)
        now, before = random_sets(rng, parties), random_sets(rng, parties)
        expected = []
        for circle in now:
            shares = [Fraction(len(circle & other), len(circle | other) or 1) for other in before]
            best = max(shares)
            expected.append(shares.index(best) if best > Fraction(1, 2) else -1)
        assert former(matrix(now, parties), matrix(before, parties)).tolist() == expected


@pytest.mark.parametrize("seed", range(5))
def test_what_members_share_equals_a_direct_count(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(60):
        parties = rng.randint(1, 12)
        members, values = random_sets(rng, parties), random_sets(rng, parties)
        known = set().union(*values)
        expected = []
        for at, circle in enumerate(members):
            for number, marked in enumerate(values):
                drawn, both = circle & known, circle & marked
                if len(both) < 2 or len(both) * len(known) <= len(marked) * len(drawn):
                    continue
                lift = len(both) / len(drawn) / (len(marked) / len(known))
                chances = hypergeom(len(known), len(marked), len(drawn))
                p = sum(chances.pmf(k) for k in range(len(both), len(drawn) + 1))
                expected.append((at, number, len(both), pytest.approx(lift, rel=1e-5), pytest.approx(p, rel=1e-5)))
        found = shared(matrix(members, parties), csr_array(matrix(values, parties).T))
        columns = (found.circle, found.value, found.members, found.lift, found.p_value)
        assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected


def test_chances_too_small_for_a_double_are_told_apart() -> None:
    half, third = set(range(3_000)), set(range(2_000))
    found = shared(matrix([half], 40_000), csr_array(matrix([half, third, set(range(40_000))], 40_000).T))
    expected = hypergeom.logsf([2_999, 1_999], 40_000, [3_000, 2_000], 3_000)
    assert (found.value.tolist(), found.p_value.tolist()) == ([0, 1], [0.0, 0.0])
    assert found.log_p.tolist() == pytest.approx(expected, rel=1e-6)


def test_ctrl_c_is_heard_after_circles_were_found() -> None:
    circles(np.array([0, 1, 2]), np.array([1, 0]), np.full(2, 0.5))
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        time.sleep(20)
