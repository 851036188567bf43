"""The chain of a party equals a search by hand, and what its picture shows is a tree with everything else counted."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from explorer import Explorer
from explorer.chain import FARTHEST, Chain
from explorer.chain_shown import COLUMN, Choice, Shown
from explorer.errors import BadSetting, UnknownParty
from explorer.surrounding import through
from graph.algorithms.network import DIRECTIONS, PROSPECT, Direction
from graph.algorithms.strings import dig
from tests import oracles
from tests.test_strings import answers, random_graph

HUB = 25


def ids(explorer: Explorer, rows: list[int]) -> list[str]:
    found: list[str] = explorer.view().parties.take("party_id", np.array(rows, np.int64)).to_pylist()
    return found


def some(explorer: Explorer, count: int) -> list[int]:
    """Rows of the parties with most partners, and of others."""
    partners = explorer.view().partners
    rng = random.Random(3)
    return [*np.argsort(-partners, kind="stable")[:5].tolist(), *rng.sample(range(len(partners)), count)]


@pytest.mark.parametrize("seed", range(6))
def test_walks_may_end_at_closed_parties_but_never_go_through(seed: int):
    rng = random.Random(seed)
    for _ in range(60):
        graph = random_graph(rng)
        tiers, anchor = rng.randint(1, 5), rng.randrange(graph.parties)
        closed = [rng.random() < 0.3 for _ in range(graph.parties)]
        for direction in DIRECTIONS:
            costs = oracles.rows_of(graph, direction)
            ended = {party: row if party == anchor or not closed[party] else {} for party, row in costs.items()}
            found = dig(
                graph,
                [anchor],
                direction=direction,
                tiers=tiers,
                top=1000,
                standing=[1] * graph.parties,
                closed=closed,
            )
            expected = oracles.string(
                ended, anchor, tiers, 1000, [1] * graph.parties, 2**29 - 1, oracles.steps(graph, direction, None)
            )
            assert answers(found) == [expected]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_party_of_a_chain_stands_on_its_best_walk(county: Explorer, direction: Direction):
    view = county.view()
    costs = oracles.rows_of(view.graph, direction)
    for party in some(county, 20):
        chain = county.chain(*ids(county, [party]), up=3, down=3, view_hub=HUB)
        side = chain.side(direction)
        ended = {at: row if at == party or view.partners[at] <= HUB else {} for at, row in costs.items()}
        expected = oracles.best_walks(ended, party, 3)
        found = {
            int(at): (int(cost), int(tier), int(parent))
            for at, cost, tier, parent in zip(side.party, side.cost, side.tier, side.parent, strict=True)
        }
        assert found == {at: (cost, tier, path[-2]) for at, (cost, tier, path) in expected.items() if at != party}
        assert side.totals == tuple(Counter(tier for _, tier, _ in found.values())[tier] for tier in (1, 2, 3))
        assert side.whole


def test_a_chain_says_what_its_links_are(county: Explorer):
    core = ids(county, [int(county.view().cores[0])])[0]
    chain = county.chain(core)
    rows = chain.rows(chain.upstream, range(len(chain.upstream.party)))
    graph = county.view().graph
    assert [row.score for row in rows] == sorted((row.score for row in rows), reverse=True)
    assert [row.strength for row in rows if row.tier == 1] == pytest.approx(
        [row.score for row in rows if row.tier == 1], abs=1e-6
    )
    assert [graph.buyer[row.link] for row in rows] == [row.parent for row in rows]
    assert len(chain.table().names) == len(next(chain.table().batches).columns)


def test_sides_of_no_tiers_are_empty_and_bounds_are_kept(county: Explorer):
    core = ids(county, [int(county.view().cores[0])])[0]
    chain = county.chain(core, up=0, down=1)
    assert (chain.upstream.totals, chain.upstream.whole, len(chain.downstream.totals)) == ((), True, 1)
    with pytest.raises(BadSetting):
        county.chain(core, view_hub=0)
    with pytest.raises(UnknownParty):
        county.chain("nobody at all")


def shown_of(explorer: Explorer, party: int, choice: Choice, tiers: int = 2, hub: int = 1000) -> tuple[Chain, Shown]:
    chain = explorer.chain(*ids(explorer, [party]), up=tiers, down=tiers, view_hub=hub)
    return chain, explorer.chain_shown(chain, choice)


def test_a_picture_is_a_tree_of_which_every_column_is_the_next_tier(county: Explorer):
    for party in some(county, 20):
        for choice in (Choice(), Choice(boxes=30), Choice(prospects_only=True)):
            chain, shown = shown_of(county, party, choice, tiers=FARTHEST)
            tiers = {(one.party, one.direction): one.tier for one in shown.branches}
            assert len(tiers) == len(shown.branches) < choice.boxes
            before = [0 if one.parent == party else tiers[one.parent, one.direction] for one in shown.branches]
            assert [one.tier - 1 for one in shown.branches] == before
            assert max(Counter((one.direction, one.tier) for one in shown.branches).values(), default=0) <= COLUMN
            leaves = set(tiers) - {(one.parent, one.direction) for one in shown.branches}
            if choice.prospects_only:
                assert {int(chain.view.standing[leaf]) for leaf, _ in leaves} <= {PROSPECT}


def test_what_is_not_shown_is_counted(county: Explorer):
    for party in some(county, 20):
        chain, shown = shown_of(county, party, Choice())
        for side in chain.sides:
            there = Counter(one.tier for one in shown.branches if one.direction == side.direction)
            left = [shown.left.get((side.direction, tier), 0) + there[tier] for tier in (1, 2)]
            assert left == list(side.totals)
        for direction in DIRECTIONS:
            costs = oracles.rows_of(chain.view.graph, direction)
            boxes = {one.party for one in shown.branches if one.direction == direction} | {party}
            extra = {one.party: one.extra for one in shown.branches if one.direction == direction}
            assert extra == {one: len(set(costs.get(one, {})) - boxes) for one in boxes - {party}}


def test_side_links_are_those_between_boxes_on_no_walk(county: Explorer):
    for party in some(county, 10):
        chain, shown = shown_of(county, party, Choice())
        boxes = {party, *(one.party for one in shown.branches)}
        sells = oracles.rows_of(chain.view.graph, "downstream")
        links = {(a, b) for a in boxes for b in sells.get(a, {}) if b in boxes}
        walked = {
            (one.party, one.parent) if one.direction == "upstream" else (one.parent, one.party)
            for one in shown.branches
        }
        assert shown.side_links == len(links - walked)
        pick = shown.branches[0].party if shown.branches else party
        beside = shown_of(county, party, Choice(pick=pick))[1].beside
        assert {ends[:2] for ends in beside} == {ends for ends in links - walked if pick in ends}


def expandable(explorer: Explorer) -> tuple[int, int]:
    """A party and one of its boxes with neighbours that are not shown."""
    for party in some(explorer, 20):
        _, shown = shown_of(explorer, party, Choice())
        for one in shown.branches:
            if one.extra > 1:
                return party, one.party
    raise AssertionError("no box has hidden neighbours")


def test_expanding_adds_the_strongest_neighbours_that_were_not_shown(county: Explorer):
    party, box = expandable(county)
    chain, before = shown_of(county, party, Choice())
    branch = before.of(box)[0]
    costs = oracles.rows_of(chain.view.graph, branch.direction)[box]
    there = {one.party for one in before.branches if one.direction == branch.direction} | {party}
    wanted = sorted((cost, one) for one, cost in costs.items() if one not in there)[:2]
    after = shown_of(county, party, Choice(expand=(box,), children=2))[1]
    added = [one for one in after.branches if one.party not in there and one.parent == box]
    assert [one.party for one in added] == [one for _, one in wanted]
    assert [one.cost for one in added] == [
        branch.cost + oracles.passage(branch.tier, len(costs)) + cost for cost, _ in wanted
    ]
    assert after.of(box)[0].extra == branch.extra - 2


def test_dismissing_takes_away_what_hangs_on_a_box(county: Explorer):
    party, _ = expandable(county)
    _, before = shown_of(county, party, Choice(column=5))
    parents = {one.parent for one in before.branches} - {party}
    for gone in parents:
        _, after = shown_of(county, party, Choice(dismiss=(gone,), column=5))
        assert gone not in {at for one in after.branches for at in (one.party, one.parent)}


def test_grouped_leaves_are_counted_and_nothing_is_lost(county: Explorer):
    for party in some(county, 10):
        _, plain = shown_of(county, party, Choice())
        _, grouped = shown_of(county, party, Choice(group_leaves=True))
        singles = [one for one in grouped.branches if one.party >= 0]
        assert len(singles) + sum(one.folded for one in grouped.branches) == len(plain.branches)
        parents = {(one.parent, one.direction) for one in grouped.branches}
        leaves = Counter((one.parent, one.direction) for one in singles if (one.party, one.direction) not in parents)
        assert {one.folded for one in grouped.branches if one.party < 0}.isdisjoint({1})
        assert set(leaves.values()) <= {1}


def test_a_hub_is_a_count_and_is_never_expanded(county: Explorer):
    partners = county.view().partners
    for party in some(county, 20):
        chain, shown = shown_of(county, party, Choice(), hub=HUB)
        for one in shown.branches:
            assert one.hub == bool(partners[one.party] > HUB)
            if one.hub:
                ptr, _ = chain.view.graph.rows(one.direction)
                assert one.extra == ptr[one.party + 1] - ptr[one.party]
                opened = shown_of(county, party, Choice(expand=(one.party,)), hub=HUB)[1]
                assert opened == shown
    assert shown_of(county, some(county, 0)[0], Choice(), hub=HUB)[0].crowded


def test_a_side_on_which_the_party_is_a_hub_is_a_count_and_the_other_is_drawn(county: Explorer):
    graph = county.view().graph
    buyers, suppliers = np.diff(graph.out_ptr), np.diff(graph.up_ptr)
    party = int(np.argmax(np.where(suppliers > 0, buyers - suppliers, -1)))
    hub = int(buyers[party]) - 1
    chain, shown = shown_of(county, party, Choice(), hub=hub)
    assert (chain.crowded, {one.direction for one in shown.branches}) == (("downstream",), {"upstream"})
    assert shown.left["downstream", 1] == chain.known("downstream") == buyers[party]
    assert len(chain.downstream.party) >= buyers[party]
    whole = shown_of(county, party, Choice())[1]
    mine = {one.place for one in whole.branches if one.direction == "upstream" and one.tier == 1}
    assert {one.place for one in shown.branches if one.tier == 1} == mine
    alone = county.chain(*ids(county, [party]), up=1, down=0, view_hub=hub)
    assert county.chain_shown(alone, Choice()).left["downstream", 1] == 0


def test_picking_lights_every_walk_through_a_party(county: Explorer):
    party, box = expandable(county)
    _, shown = shown_of(county, party, Choice(expand=(box,)))
    lit = through(shown, (), box)
    for one in shown.branches:
        walk, at = [], one
        while True:
            walk.append(at.party)
            above = [each for each in shown.of(at.parent) if each.direction == one.direction]
            if at.parent == party or not above:
                break
            at = above[0]
        if box in walk:
            assert {(each, one.direction) for each in walk} <= lit
        elif one.party not in {at for at, _ in lit}:
            assert (one.party, one.direction) not in lit
