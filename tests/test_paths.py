"""Paths between two parties are the best simple ones, in order, whatever the graph; each hop has its grounds."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from explorer import Explorer
from explorer.errors import InputError, UnknownParty
from graph.algorithms.acquaintance import combine
from graph.algorithms.paths import Paths, Rows, along, between
from graph.algorithms.rows import sorted_rows
from tests.parts import EXAMPLE, Run, load, write_tables

DECAY = 356_675
Path_ = tuple[int, int, tuple[int, ...]]


def every_path(rows: Rows, start: int, end: int, hops: int) -> list[Path_]:
    """(cost, hops, ids) of all simple paths, by plain recursion."""
    ptr, packed = rows
    found: list[Path_] = []

    def walk(path: tuple[int, ...], cost: int) -> None:
        if path[-1] == end:
            found.append((cost + (len(path) - 2) * DECAY, len(path) - 1, path))
            return
        if len(path) <= hops:
            for row in packed[ptr[path[-1]] : ptr[path[-1] + 1]].tolist():
                if row & 0xFFFFFFFF not in path:
                    walk((*path, row & 0xFFFFFFFF), cost + (row >> 32))

    walk((start,), 0)
    return sorted(found)


def read(found: Paths) -> list[Path_]:
    paths = (tuple(party for party in path if party >= 0) for path in found.path.tolist())
    return list(zip(found.cost.tolist(), found.hops.tolist(), paths, strict=True))


def palette(rng: random.Random) -> list[float]:
    """Few weights, so that costs tie, or many."""
    return rng.choice([[0.3], [0.3, 0.9], [0.3, 0.5, 0.7, 0.95], [1e-7, 0.95], [rng.random() for _ in range(30)]])


def test_random_worlds_equal_all_simple_paths_sorted() -> None:
    rng = random.Random(11)
    for _ in range(400):
        parties = rng.randint(2, 9)
        ends = [[rng.randrange(parties) for _ in range(rng.randint(0, 3) * parties)] for _ in "ab"]
        size = min(map(len, ends))
        weights = palette(rng)
        known = combine(parties, [(ends[0][:size], ends[1][:size], [rng.choice(weights) for _ in range(size)])])
        start, end = rng.sample(range(parties), 2)
        hops, best = rng.randint(1, 6), rng.choice([1, 2, 3, 10, 50])
        expected = every_path((known.ptr, known.rows), start, end, hops)
        assert read(between(known, start, end, hops=hops, best=best)) == expected[:best]


def test_random_directed_worlds_equal_all_simple_paths_sorted() -> None:
    rng = random.Random(12)
    for _ in range(400):
        parties = rng.randint(2, 9)
        pairs = sorted({(rng.randrange(parties), rng.randrange(parties)) for _ in range(rng.randint(0, 4) * parties)})
        costs = np.array([rng.choice([5, 5, 900_000, rng.randrange(4_000_000)]) for _ in pairs], np.int32)
        a, b = (np.array([pair[i] for pair in pairs], np.int32) for i in (0, 1))
        forth, back = sorted_rows(a, b, costs, parties), sorted_rows(b, a, costs, parties)
        start, end = rng.sample(range(parties), 2)
        hops, best = rng.randint(1, 6), rng.choice([1, 3, 50])
        expected = every_path(forth, start, end, hops)
        assert read(along(forth, back, start, end, hops=hops, best=best)) == expected[:best]


def test_a_crowd_around_the_only_path_is_passed_by() -> None:
    """A hub of a thousand friends joins the two; within six hops all of them can be walked to and back, in vain."""
    crowd = range(3, 1003)
    friends = [(0, 1), (1, 2), *((1, one) for one in crowd), *((one, one + 1) for one in crowd[:-1])]
    known = combine(1003, [([a for a, _ in friends], [b for _, b in friends], [0.9] * len(friends))])
    assert read(between(known, 0, 2, hops=6, best=50)) == [(2 * 105_361 + DECAY, 2, (0, 1, 2))]


TABLES = EXAMPLE | {
    "ties": "a_id,b_id,kind,date,source\nF1,F2,kin,2026-06-30,survey\nR1,R2,friend,,\n",
    "guarantees": "guarantor_id,guaranteed_id,amount,date\nM2,F1,50000.50,2025-01-01\n",
    "ownership": "owner_id,owned_id,kind,share,date\nB1,D1,shareholder,0.6,2020-02-02\n",
    "referrals": "referrer_id,referred_id,date,outcome\nR1,F1,2026-06-30,converted\n",
    "groups": "group_id,name,kind\nG1,面粉同业会,association\n",
    "memberships": "group_id,party_id\nG1,M1\nG1,M2\n",
}


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    folder = tmp_path_factory.mktemp("paths")
    return load(folder / "store", write_tables(folder / "tables", TABLES))


def test_each_hop_tells_all_relations_between_its_two_parties(explorer: Explorer) -> None:
    found = explorer.path("F2", "M2", path_hops=1)
    ids = explorer.view().parties.column("party_id").to_pylist()
    shown = [
        [
            (one.type, ids[one.start], one.kind, str(one.date), one.source, one.share, one.amount)
            for one in hop.grounds
        ]
        for hop in found.paths[0].hops
    ]
    assert shown == [[("trade", "F2", None, "2026-06-30", None, None, 50_000)]]
    by = {
        one.type: (ids[one.start], one.kind, one.source, one.share, one.amount)
        for ends in (("F2", "F1"), ("M2", "F1"), ("B1", "D1"), ("F1", "R1"), ("M2", "M1"))
        for one in explorer.path(*ends, path_hops=1).paths[0].hops[0].grounds
        if one.type != "trade"
    }
    assert {type_: (*rest[:-1], rest[-1] and float(rest[-1])) for type_, rest in by.items()} == {
        "tie": ("F1", "kin", "survey", None, None),
        "guarantee": ("M2", None, None, None, 50_000.5),
        "ownership": ("B1", "shareholder", None, 0.6, None),
        "referral": ("R1", None, None, None, None),
        "group": ("M1", "面粉同业会", None, None, None),
    }


def test_relations_narrow_the_walk_and_none_found_is_an_answer(explorer: Explorer) -> None:
    kin = explorer.path("F2", "R1", relations=["referral", "tie"])
    frame = kin.frame()
    assert frame["evidence"].tolist() == ["kin 2026-06-30 survey", "referral 2026-06-30"]
    assert kin.relations == ("tie", "referral")
    assert len(explorer.path("B1", "R2", relations=["tie"])) == 0
    assert len(explorer.path("F2", "R1", relations=["tie"]).frame()) == 0


def test_along_the_goods_a_path_leads_one_way_alone_at_the_costs_of_a_string(explorer: Explorer) -> None:
    found = explorer.path("B1", "R1", along_goods=True)
    assert [(path.cost, len(path.hops)) for path in found.paths] == [(537_069, 2)]
    assert len(explorer.path("R1", "B1", along_goods=True)) == 0


def test_paths_are_numbered_counted_and_cut(explorer: Explorer) -> None:
    whole, one = explorer.path("B1", "F2", path_hops=6, paths=50), explorer.path("B1", "F2", path_hops=6, paths=1)
    assert (whole.cut, one.cut, len(one)) == (False, True, 1)
    frame = whole.frame()
    assert frame["path"].is_monotonic_increasing
    assert frame.groupby("path")["hop"].agg(list).map(lambda hops: hops == list(range(1, len(hops) + 1))).all()
    assert frame["path_cost"].is_monotonic_increasing
    first = frame[frame["path"] == 1]
    assert first["cost"].sum() + (len(first) - 1) * DECAY == first["path_cost"].iloc[0]


@pytest.mark.parametrize(
    ("ends", "options", "error", "code"),
    [
        (("B1", "B1"), {}, InputError, "path_same"),
        (("B1", "X"), {}, UnknownParty, "unknown_party"),
        (("B1", "R1"), {"relations": ["love"]}, InputError, "path_relation"),
        (("B1", "R1"), {"path_hops": 7}, InputError, "setting_bounds"),
        (("B1", "R1"), {"paths": 0}, InputError, "setting_bounds"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    explorer: Explorer, ends: tuple[str, str], options: dict[str, object], error: type[InputError], code: str
) -> None:
    with pytest.raises(error) as refused:
        explorer.path(*ends, **options)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_the_command_writes_hops_and_a_manifest(explorer: Explorer, run: Run) -> None:
    store = explorer.home.folder
    ran = run("path", "F2", "R1", "--relation", "tie", "-r", "referral", "--hops", 3, "--store", store)
    assert (ran.code, [(row["from_id"], row["to_id"]) for row in ran.rows]) == (0, [("F2", "F1"), ("F1", "R1")])
    assert ran.err == "Paths of at most 3 hops: 1; there are no others.\n"
    ran = run("path", "B1", "F2", "--paths", 2, "--out", "paths.csv", "--store", store)
    assert (ran.code, ran.err.splitlines()[1][:12]) == (0, "The best 2 p")
    manifest = json.loads(Path("paths.csv.manifest.json").read_text("utf-8"))
    assert (manifest["cut"], manifest["parameters"]["start"], manifest["parameters"]["paths"]) == (True, "B1", 2)


def test_the_command_says_that_no_path_proves_nothing(explorer: Explorer, run: Run) -> None:
    ran = run("path", "B1", "R2", "-r", "tie", "--store", explorer.home.folder)
    assert (ran.code, ran.rows) == (0, [])
    assert ran.err.startswith("No path within 4 hops. That is no proof")
    assert run("path", "B1", "龙头食品", "--store", explorer.home.folder).code == 2
