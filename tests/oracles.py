"""Slow and obvious programmes that the kernels must agree with, written from the definitions alone.

Nothing of the product is used here but the containers of arrays; parties are numbers, links are dictionaries.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from statistics import median

from graph.algorithms.network import MISSING, NO_AMOUNT, Graph, Links, Strength

Costs = dict[int, dict[int, int]]
"""From a party to its neighbours in the walking direction and the cost of each step."""
Walk = tuple[int, int, list[int]]
"""Cost, tier, path."""


@dataclass
class World:
    """A made-up network: `up[buyer][supplier]` and `down[supplier][buyer]` are costs."""

    parties: int
    up: Costs
    down: Costs

    def costs(self, direction: str) -> Costs:
        return self.up if direction == "upstream" else self.down


def random_links(rng: random.Random) -> tuple[int, list[tuple[int, int]]]:
    """Number of parties and (supplier, buyer) pairs in canonical order; one world in ten has hubs over 50."""
    parties = rng.randint(60, 75) if rng.random() < 0.1 else rng.randint(1, 12)
    pairs = set()
    for _ in range(rng.randint(0, parties * 3)):
        pairs.add((rng.randrange(parties), rng.randrange(parties)))
    if parties >= 60:
        for hub in rng.sample(range(parties), 2):
            pairs |= {(hub, party) for party in range(parties) if rng.random() < 0.9}
            pairs |= {(party, hub) for party in range(parties) if rng.random() < 0.9}
    return parties, sorted((supplier, buyer) for supplier, buyer in pairs if supplier != buyer)


def random_costs(rng: random.Random) -> tuple[World, Links, Strength]:
    """A world whose costs are made up, few of them distinct, so that many walks tie."""
    parties, pairs = random_links(rng)
    palette = rng.choice([[1], [100_000, 200_000], [51_293, 3_912_023, 356_675, 713_350], range(1, 10_000_000)])
    up, down = [rng.choice(palette) for _ in pairs], [rng.choice(palette) for _ in pairs]
    zeros = [0] * len(pairs)
    links = Links([s for s, _ in pairs], [b for _, b in pairs], zeros, zeros, zeros, zeros, zeros)
    shares = links.confidence
    return world(parties, pairs, up, down), links, Strength(shares, shares, shares, shares, shares, up, down)


def random_ledger(rng: random.Random, links: Links) -> Links:
    """The same pairs with amounts, counts and dates, some missing and few of them distinct."""
    pairs = range(len(links.supplier))
    with_amounts = rng.random() < 0.8
    amount = [rng.choice([NO_AMOUNT, 100, 100, 250, 999]) if with_amounts else NO_AMOUNT for _ in pairs]
    last = [rng.choice([MISSING, 20_000, 19_900, 15_000]) for _ in pairs]
    confidence = [rng.choice([1.0, 0.5, 0.0]) for _ in pairs]
    return Links(links.supplier, links.buyer, amount, [rng.choice([1, 2, 40]) for _ in pairs], last, last, confidence)


def world(parties: int, pairs: list[tuple[int, int]], up: list[int], down: list[int]) -> World:
    made = World(parties, {p: {} for p in range(parties)}, {p: {} for p in range(parties)})
    for (supplier, buyer), cost_up, cost_down in zip(pairs, up, down, strict=True):
        made.up[buyer][supplier] = cost_up
        made.down[supplier][buyer] = cost_down
    return made


def strengths(links: Links, as_of: int) -> list[tuple[float, float, float, int, int]]:
    """share_out, share_in, alive, cost_up, cost_down of each link."""
    supplier, buyer, amount, n, last, confidence = (
        getattr(links, name).tolist() for name in ("supplier", "buyer", "amount", "n", "last", "confidence")
    )
    known = [a for a in amount if a != NO_AMOUNT]
    weight = [a if a != NO_AMOUNT else median(known) for a in amount] if known else n
    found = []
    for i in range(len(supplier)):
        out = weight[i] / sum(w for w, s in zip(weight, supplier, strict=True) if s == supplier[i])
        into = weight[i] / sum(w for w, b in zip(weight, buyer, strict=True) if b == buyer[i])
        rec = 0.5 if last[i] == MISSING else 2 ** (-((as_of - last[i]) / 30.4375) / 12)
        alive = rec * (1 - math.exp(-n[i] / 4)) * confidence[i]
        s_up, s_down = (
            max(0.02, min(0.95, 0.02 + 0.93 * alive * (0.5 + 0.5 * math.sqrt(share)))) for share in (into, out)
        )
        found.append((out, into, alive, round(-math.log(s_up) * 1e6), round(-math.log(s_down) * 1e6)))
    return found


def passage(tier: int, degree: int) -> int:
    """What it costs to walk on through a party at `tier`."""
    if tier == 0:
        return 0
    return 356675 + round(-math.log(min(1, (50 / degree) ** 0.5)) * 1e6)


def best_walks(costs: Costs, anchor: int, tiers: int) -> dict[int, Walk]:
    """The best walk to every party but the anchor: a dynamic programme over the exact number of hops."""
    levels: list[dict[int, tuple[int, int]]] = [{anchor: (0, -1)}]
    for tier in range(tiers):
        reached: dict[int, tuple[int, int, int]] = {}
        for parent, (cost, _) in levels[tier].items():
            for party, step in costs[parent].items():
                total = cost + step + passage(tier, len(costs[parent]))
                candidate = (total, cost, parent)
                reached[party] = min(candidate, reached.get(party, candidate))
        levels.append({party: (total, parent) for party, (total, _, parent) in reached.items()})
    best: dict[int, Walk] = {}
    for tier in range(tiers, 0, -1):
        for party, (cost, _) in levels[tier].items():
            if party != anchor and (party not in best or cost <= best[party][0]):
                best[party] = (cost, tier, _path(levels, tier, party))
    return best


def _path(levels: list[dict[int, tuple[int, int]]], tier: int, party: int) -> list[int]:
    path = [party]
    for level in range(tier, 0, -1):
        path.insert(0, levels[level][path[0]][1])
    return path


@dataclass
class Answer:
    """What a dig of one anchor must say: rows of (prospect, tier, cost, path), and what was left out."""

    rows: list[tuple[int, int, int, list[int]]]
    cut: bool
    customers: int
    do_not_contact: int


def string(
    costs: Costs, anchor: int, tiers: int, top: int, standing: list[int], max_cost: int, link_ok: set[tuple[int, int]]
) -> Answer:
    """`link_ok`: the (parent, prospect) steps that may lead into a prospect."""
    walks = best_walks(costs, anchor, tiers)
    order = sorted(
        (cost, tier, party, path)
        for party, (cost, tier, path) in walks.items()
        if standing[party] and cost <= max_cost and (path[-2], party) in link_ok
    )
    prospects = [row for row in order if standing[row[2]] == 1]
    last = prospects[top - 1][:3] if len(prospects) >= top else (math.inf, 0, 0)
    passed = [standing[row[2]] for row in order if standing[row[2]] > 1 and row[:3] < last]
    rows = [(party, tier, cost, path) for cost, tier, party, path in prospects[:top]]
    return Answer(rows, len(prospects) > top, passed.count(2), passed.count(3))


def anchors(made: World, cores: list[int], tiers: int) -> list[list[tuple[int, int, int, int, list[int]]]]:
    """For every party its best three cores: (core, direction, tier, cost, path)."""
    found: list[list[tuple[int, int, int, int, int, list[int]]]] = [[] for _ in range(made.parties)]
    for core in cores:
        for direction, costs in enumerate((made.up, made.down)):
            for party, (cost, tier, path) in best_walks(costs, core, tiers).items():
                found[party].append((cost, tier, core, direction, tier, path))
    best = []
    for candidates in found:
        kept: dict[int, tuple[int, int, int, int, list[int]]] = {}
        for cost, tier, core, direction, _, path in sorted(candidates):
            kept.setdefault(core, (core, direction, tier, cost, path))
        best.append(list(kept.values())[:3])
    return best


def within_2(made: World, cores: list[int]) -> tuple[list[int], list[int], list[int]]:
    """Distinct other cores at most two hops from each party: upstream, downstream, either."""
    near = [[set(best_walks(costs, core, 2)) for core in cores] for costs in (made.up, made.down)]
    both = [up | down for up, down in zip(*near, strict=True)]
    counts = [[sum(party in reached for reached in sets) for party in range(made.parties)] for sets in (*near, both)]
    return counts[0], counts[1], counts[2]


def rows_of(graph: Graph, direction: str) -> Costs:
    """A graph's packed rows, read back."""
    ptr, rows = graph.rows(direction)  # type: ignore[arg-type]
    return {
        party: {link & 0xFFFFFFFF: link >> 32 for link in rows[ptr[party] : ptr[party + 1]].tolist()}
        for party in range(graph.parties)
    }


def steps(graph: Graph, direction: str, link_ok: list[bool] | None) -> set[tuple[int, int]]:
    """The steps of a walk, (from, to), over links that may lead into a prospect: all where there is no filter."""
    suppliers = [
        party for party in range(graph.parties) for _ in range(graph.out_ptr[party], graph.out_ptr[party + 1])
    ]
    pairs = zip(suppliers, graph.buyer.tolist(), link_ok or [True] * graph.links, strict=True)
    return {(b, s) if direction == "upstream" else (s, b) for s, b, ok in pairs if ok}
