"""Acquaintance is that of the definitions, pair by pair, whatever the relations and the number of threads."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest

from explorer import Explorer
from explorer.acquaintance import PERSONAL, acquaintance
from explorer.errors import BadSetting
from explorer.settings import Settings
from graph.algorithms.acquaintance import Acquaintance, combine, fellows, trade
from graph.algorithms.rows import build
from tests import oracles
from tests.parts import load, write_tables

Rows = tuple[list[int], list[int], list[float]]


def random_types(rng: random.Random) -> tuple[int, list[Rows]]:
    """One world in ten has more rows of one party than are sorted by insertion; few weights, so that costs tie."""
    parties = 40 if rng.random() < 0.1 else rng.randint(1, 8)
    palette = rng.choice([[0.3, 0.5, 1.0], [0.0, 1e-17, 0.7], [rng.random() for _ in range(50)]])
    types = []
    for _ in range(rng.randint(0, 4)):
        pairs = [(rng.randrange(parties), rng.randrange(parties)) for _ in range(rng.randint(0, parties * 5))]
        types.append(([a for a, _ in pairs], [b for _, b in pairs], [rng.choice(palette) for _ in pairs]))
    return parties, types


def expected(parties: int, types: list[Rows]) -> list[list[tuple[int, int, float]]]:
    """Of each party (cost, neighbour, strength), by the plain words of the definition."""
    found: list[list[tuple[int, int, float]]] = [[] for _ in range(parties)]
    for a, b in combinations(range(parties), 2):
        left = 1.0
        for rows in types:
            left *= 1 - max([w for *ends, w in zip(*rows, strict=True) if sorted(ends) == [a, b]], default=0)
        strength = min(1 - left, 0.95)
        if strength > 0:
            cost = round(-math.log(strength) * 1e6)
            found[a].append((cost, b, strength))
            found[b].append((cost, a, strength))
    return [sorted(rows) for rows in found]


def read(found: Acquaintance) -> list[list[tuple[int, int, float]]]:
    rows = [(row >> 32, row & 0xFFFFFFFF) for row in found.rows.tolist()]
    whole = [(*row, strength) for row, strength in zip(rows, found.strength.tolist(), strict=True)]
    return [whole[start:stop] for start, stop in pairwise(found.ptr.tolist())]


def test_random_relations_equal_the_plain_programme_with_any_number_of_threads() -> None:
    rng = random.Random(5)
    for _ in range(300):
        parties, types = random_types(rng)
        assert read(combine(parties, types, threads=rng.choice([1, 2, 3]))) == expected(parties, types)


def test_the_stronger_direction_of_a_trade_counts() -> None:
    rng = random.Random(6)
    for _ in range(100):
        made, links, costs = oracles.random_costs(rng)
        size = len(links.supplier)
        alive, share_in, share_out = ([rng.random() for _ in range(size)] for _ in range(3))
        shares = {"alive": np.array(alive), "share_in": np.array(share_in), "share_out": np.array(share_out)}
        found = combine(made.parties, [trade(build(links, replace(costs, **shares), made.parties), 0.7)])
        best: dict[tuple[int, int], float] = {}
        for i, (supplier, buyer) in enumerate(zip(links.supplier.tolist(), links.buyer.tolist(), strict=True)):
            stronger = 0.02 + 0.93 * alive[i] * (0.5 + 0.5 * math.sqrt(max(share_in[i], share_out[i])))
            pair = min(supplier, buyer), max(supplier, buyer)
            best[pair] = max(min(stronger, 0.95), best.get(pair, 0.0))
        strengths = {(a, b): pytest.approx(0.7 * of, rel=1e-12) for (a, b), of in best.items() if a < b}
        rows = ((a, b, strength) for a, rows in enumerate(read(found)) for _, b, strength in rows)
        assert {(a, b): strength for a, b, strength in rows if a < b} == strengths


def test_fellows_are_all_pairs_of_groups_that_are_not_too_large() -> None:
    rng = random.Random(7)
    for _ in range(100):
        groups = [rng.sample(range(9), rng.randint(0, 6)) for _ in range(rng.randint(0, 5))]
        rows = [(member, group) for group, members in enumerate(groups) for member in members]
        rng.shuffle(rows)
        a, b = fellows(len(groups), [member for member, _ in rows], [group for _, group in rows], 4)
        pairs = sorted(tuple(sorted(pair)) for pair in zip(a.tolist(), b.tolist(), strict=True))
        assert pairs == sorted(
            pair for members in groups if len(members) <= 4 for pair in combinations(sorted(members), 2)
        )


TABLES = {
    "parties": "party_id,name\n" + "".join(f"P{i},\n".replace(",", f",甲{i}") for i in range(8)),
    "supplies": "supplier_id,buyer_id,date,count\nP0,P1,2026-06-30,400\n",
    "ties": "a_id,b_id,kind,strength,date,source\nP1,P0,kin,,,\nP0,P1,friend,0.2,,\nP2,P3,战友,,2023-06-30,survey\n"
    "P3,P4,spouse,,2026-07-30,\n",
    "referrals": "referrer_id,referred_id,date,outcome\nP2,P3,,declined\nP5,P4,2023-06-30,open\nP4,P5,2020-06-30,\n",
    "ownership": "owner_id,owned_id,share\nP6,P7,0.4\nP0,P7,\n",
    "guarantees": "guarantor_id,guaranteed_id\nP6,P5\n",
    "memberships": "group_id,party_id\n" + "".join(f"G,P{i}\n" for i in (5, 6, 7)),
}  # fmt: skip
"""Every type of relation, as of 2026-06-30."""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    folder = tmp_path_factory.mktemp("known")
    return load(folder / "store", write_tables(folder / "tables", TABLES))


def pairs(found: Acquaintance) -> dict[str, float]:
    rows = [(a, *row) for a, rows in enumerate(read(found)) for row in rows]
    return {f"P{a}-P{b}": round(strength, 6) for a, _, b, strength in rows if a < b}


def test_every_type_has_the_weight_of_the_definitions(known: Explorer) -> None:
    three_years, six_years = (2 ** -(days / 30.4375 / 36) for days in (1096, 2191))
    found = acquaintance(known.view(), known.settings, 2)
    assert pairs(found) == {
        "P0-P1": 0.95, "P0-P7": 0.7,
        "P2-P3": round(1 - (1 - 0.3 * three_years) * (1 - 0.6), 6), "P3-P4": 0.95,
        "P4-P5": round(0.6 * three_years, 6), "P5-P6": round(1 - 0.3 * 0.7, 6), "P5-P7": 0.3,
        "P6-P7": round(1 - (1 - (0.5 + 0.45 * 0.4)) * 0.7, 6),
    }  # fmt: skip
    assert six_years < three_years
    assert acquaintance(known.view(), known.settings, 2) is found


def test_influence_is_told_of_ties_and_referrals_only(known: Explorer) -> None:
    found = pairs(acquaintance(known.view(), known.settings, 1, PERSONAL))
    assert list(found) == ["P0-P1", "P2-P3", "P3-P4", "P4-P5"]
    assert found["P0-P1"] == 0.9


def test_weights_are_settings(known: Explorer) -> None:
    given = {"tie_weights": "战友=1, kin=0.5", "tie_half_life": 1200, "group_members": 2, "guarantee_weight": 0.1}
    found = pairs(acquaintance(known.view(), Settings(given), 1))
    assert (found["P2-P3"], found["P5-P6"], "P5-P7" in found) == (0.95, 0.1, False)
    assert found["P0-P1"] == round(1 - 0.5 * (1 - 0.7 * 0.95), 6)


@pytest.mark.parametrize("text", ["kin", "kin=2", "=0.5", "kin=x", "kin=nan"])
def test_weights_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(BadSetting) as refused:
        Settings({"tie_weights": text})
    assert refused.value.code == "setting_weights"
