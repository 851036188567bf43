"""Strings are exact: the worked example of the definitions, and every answer of a brute-force search over hops."""

from __future__ import annotations

import random
from dataclasses import fields

import networkx as nx
import numpy as np
import pytest

from graph.algorithms.network import DIRECTIONS, Direction, Graph
from graph.algorithms.strength import strength
from graph.algorithms.strings import Strings, cost_limit, dig, dig_blocks
from graph.algorithms.walks import ANY_COST
from graph.snapshot import build, link_index
from tests import oracles, toy
from tests.oracles import Answer
from tests.toy import B1, D1, F1, F2, M1, M2, R1, R2


def answers(found: Strings) -> list[Answer]:
    paths = [[party for party in path if party >= 0] for path in found.path.tolist()]
    rows = list(zip(found.prospect.tolist(), found.tier.tolist(), found.cost.tolist(), paths, strict=True))
    bounds = zip(found.start[:-1].tolist(), found.start[1:].tolist(), strict=True)
    lists = [rows[start:stop] for start, stop in bounds]
    ends = (found.cut, found.passed_customers, found.passed_do_not_contact)
    return [Answer(*anchor) for anchor in zip(lists, *(end.tolist() for end in ends), strict=True)]


def random_graph(rng: random.Random) -> Graph:
    """Made-up costs in two cases of three, else costs of real strengths."""
    made, links, costs = oracles.random_costs(rng)
    if rng.random() < 1 / 3:
        links = oracles.random_ledger(rng, links)
        costs = strength(links, made.parties, 20_000)
    return build(links, costs, made.parties)


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        (
            "upstream",
            Answer(
                [(M2, 1, 774565, [B1, M2]), (F1, 2, 1075874, [B1, M1, F1]), (F2, 2, 2083348, [B1, M2, F2])],
                False,
                1,
                0,
            ),
        ),
        (
            "downstream",
            Answer(
                [(D1, 1, 53723, [B1, D1]), (R1, 2, 537069, [B1, D1, R1]), (R2, 2, 2066863, [B1, D1, R2])], False, 0, 0
            ),
        ),
    ],
)
def test_worked_example_comes_out_to_the_digit(direction: Direction, expected: Answer) -> None:
    found = dig(toy.graph(), [B1], direction=direction, tiers=4, top=200, standing=toy.STANDING)
    assert answers(found) == [expected]


@pytest.mark.parametrize("seed", range(25))
def test_strings_equal_the_brute_force_search(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(100):
        graph = random_graph(rng)
        tiers, top = rng.randint(1, 6), rng.choice([1, 2, 3, 5, 1000])
        standing = [rng.choice([0, 1, 1, 1, 2, 3]) for _ in range(graph.parties)]
        link_ok = rng.choice([None, [rng.random() < 0.6 for _ in range(graph.links)]])
        anchors = [rng.randrange(graph.parties) for _ in range(rng.randint(0, 4))]
        for direction in DIRECTIONS:
            costs = oracles.rows_of(graph, direction)
            reached = [walk[0] for anchor in anchors for walk in oracles.best_walks(costs, anchor, tiers).values()]
            max_cost = rng.choice([ANY_COST, rng.choice(reached or [0])])
            found = dig(
                graph, anchors, direction=direction, tiers=tiers, top=top, standing=standing, link_ok=link_ok,
                max_cost=max_cost, threads=2,
            )  # fmt: skip
            steps = oracles.steps(graph, direction, link_ok)
            assert answers(found) == [
                oracles.string(costs, anchor, tiers, top, standing, max_cost, steps) for anchor in anchors
            ]


def test_links_into_the_prospects_are_those_at_the_paths_ends() -> None:
    for direction in DIRECTIONS:
        found = dig(toy.graph(), [B1, D1, M1], direction=direction, tiers=4, top=200, standing=[1] * 8)
        parent = found.path[np.arange(len(found.path)), found.tier - 1]
        ends = (found.prospect, parent) if direction == "upstream" else (parent, found.prospect)
        assert found.link.tolist() == link_index(toy.graph(), *ends).tolist()


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_costs_equal_dijkstra_where_no_walk_is_longer_than_the_bound(direction: Direction) -> None:
    rng = random.Random(11)
    for _ in range(300):
        graph = random_graph(rng)
        if graph.parties > 7:
            continue
        costs = oracles.rows_of(graph, direction)
        found = dig(graph, [0], direction=direction, tiers=6, top=100, standing=[1] * graph.parties)
        steps = nx.DiGraph()
        steps.add_node(0)
        for party, row in costs.items():
            through = oracles.passage(int(party != 0), len(row)) if row else 0
            steps.add_weighted_edges_from((party, to, cost + through) for to, cost in row.items())
        expected = nx.single_source_dijkstra_path_length(steps, 0)
        assert {0: 0} | dict(zip(found.prospect.tolist(), found.cost.tolist(), strict=True)) == expected


def test_any_number_of_threads_and_any_blocks_give_the_same_arrays() -> None:
    rng = np.random.default_rng(5)
    pairs = np.unique(rng.integers(0, 2000, (12_000, 2)), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    ones = np.ones(len(pairs))
    links = oracles.Links(pairs[:, 0], pairs[:, 1], rng.integers(1, 50, len(pairs)), ones, ones, ones, ones)
    graph = build(links, strength(links, 2000, 1), 2000)
    anchors = rng.integers(0, 2000, 700).astype(np.int32)
    asked = {"direction": "upstream", "tiers": 4, "top": 30, "standing": rng.integers(0, 4, 2000)}
    one, three = (dig(graph, anchors, threads=threads, **asked) for threads in (1, 3))
    blocks = list(dig_blocks(graph, anchors, threads=2, **asked))
    for field in fields(Strings):
        assert getattr(one, field.name).tobytes() == getattr(three, field.name).tobytes()
    assert [answer for block in blocks for answer in answers(block)] == answers(one)
    assert len(blocks) > 1


def test_a_score_is_listed_down_to_the_limit_and_not_below() -> None:
    limit = cost_limit(0.25)
    assert np.exp(-limit / 1e6) >= 0.25 > np.exp(-(limit + 1) / 1e6)
    assert (cost_limit(0.0), cost_limit(1.0)) == (ANY_COST, 0)


def test_an_empty_answer_has_the_shape_of_a_full_one() -> None:
    found = dig(toy.graph(), [R1], direction="downstream", tiers=4, top=5, standing=toy.STANDING)
    none = dig(toy.graph(), [], direction="downstream", tiers=4, top=5, standing=toy.STANDING)
    assert answers(found) == [Answer([], False, 0, 0)]
    assert answers(none) == []
    assert found.path.shape == none.path.shape == (0, 5)
