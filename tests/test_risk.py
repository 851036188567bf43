"""Risk units are the strongly connected parts and the simple cycles that networkx finds."""

from __future__ import annotations

import random

import networkx as nx
import numpy as np
import pytest

from graph.algorithms.risk import LONGEST, cycles, parts


def random_graph(rng: random.Random) -> tuple[int, list[tuple[int, int]]]:
    """Up to eleven parties; some links are there twice, some lead back to where they come from."""
    n = rng.randint(1, 11)
    return n, [(rng.randrange(n), rng.randrange(n)) for _ in range(rng.randint(0, 3 * n))]


def graph_of(n: int, links: list[tuple[int, int]]) -> nx.DiGraph:
    made = nx.DiGraph()
    made.add_nodes_from(range(n))
    made.add_edges_from(link for link in links if link[0] != link[1])
    return made


def ends(links: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [a for a, _ in links], [b for _, b in links]


def named(components: object) -> dict[int, int]:
    return {party: min(part) for part in components for party in part}  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(10))
def test_parts_and_cycles_equal_those_of_networkx(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(100):
        n, links = random_graph(rng)
        made = graph_of(n, links)
        strong, weak = (parts(n, *ends(links), connection) for connection in ("strong", "weak"))
        assert dict(enumerate(strong.tolist())) == named(nx.strongly_connected_components(made))
        assert dict(enumerate(weak.tolist())) == named(nx.weakly_connected_components(made))
        expected = np.zeros((n, LONGEST + 1), np.int64)
        for cycle in nx.simple_cycles(made, length_bound=LONGEST):
            expected[strong[cycle[0]], len(cycle)] += 1
        found = cycles(n, *ends(links), strong, limit=10**6)
        assert (found.by_length.tolist(), found.cut.any()) == (expected.tolist(), False)


@pytest.mark.parametrize("seed", range(5))
def test_a_limit_cuts_just_those_parts_that_have_more_cycles(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(50):
        n, links = random_graph(rng)
        strong = parts(n, *ends(links), "strong")
        whole = cycles(n, *ends(links), strong, limit=10**6).by_length.sum(axis=1)
        found = cycles(n, *ends(links), strong, limit=3)
        assert found.by_length.sum(axis=1).tolist() == np.minimum(whole, 3).tolist()
        assert found.cut.tolist() == (whole > 3).tolist()


def test_a_part_where_everybody_vouches_for_everybody_ends_at_the_limit() -> None:
    n = 60
    links = [(a, b) for a in range(n) for b in range(n) if a != b]
    found = cycles(n, *ends(links), np.zeros(n), limit=1_000)
    assert (int(found.by_length[0].sum()), bool(found.cut[0])) == (1_000, True)


def test_no_links_make_no_parts() -> None:
    assert parts(3, [], [], "strong").tolist() == [0, 1, 2]
    assert cycles(3, [], [], [0, 1, 2], limit=9).by_length.sum() == 0
