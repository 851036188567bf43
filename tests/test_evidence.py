"""The evidence page judges as it says, lets nothing leak into what is loaded, and shows what comes out today."""

from __future__ import annotations

import csv
import itertools
import random
from pathlib import Path

import pytest

from benchmarks.evidence import households, interval, table
from benchmarks.splits import NEAR, half_known, leaders_known
from benchmarks.villages import Villages, order
from tests.parts import ROOT, SHARED

PAGE = (ROOT / "docs/evidence.md").read_text("utf-8")


@pytest.fixture(scope="module")
def villages() -> Villages:
    return Villages.read(SHARED / "microfi")


@pytest.mark.parametrize("seed", range(5))
def test_the_order_is_the_share_of_pairs_that_stand_right(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(50):
        parties = [str(number) for number in range(rng.randint(1, 9))]
        scores = {party: rng.choice([0.0, 0.5, 1.0]) for party in parties if rng.random() < 0.8}
        brought = {party: float(rng.randrange(3)) for party in parties}
        pairs = [two for two in itertools.permutations(parties, 2) if brought[two[0]] > brought[two[1]]]
        marks = [scores.get(one, 0) - scores.get(other, 0) for one, other in pairs]
        right = sum(1 if mark > 0 else 0.5 if mark == 0 else 0 for mark in marks)
        assert order(scores, brought, parties) == (pytest.approx(right / len(pairs)) if pairs else None)


def test_an_interval_holds_its_mean_and_shrinks_to_it_where_all_villages_are_alike() -> None:
    mean, low, high = interval([0.4, 0.6, 0.5, 0.7])
    assert low < mean < high
    assert mean == pytest.approx(0.55)
    assert interval([0.5] * 4) == (0.5, 0.5, 0.5)


@pytest.mark.shared
def test_nothing_of_who_is_judged_is_loaded(villages: Villages, tmp_path: Path) -> None:
    for number, split in enumerate((leaders_known(villages, villages.leaders), half_known(villages, set(), 3))):
        folder = villages.write(tmp_path / str(number), split.known, split.referrers)
        with (folder / "parties.csv").open(encoding="utf-8") as stream:
            roles = {row["party_id"]: row["roles"] for row in csv.DictReader(stream)}
        with (folder / "referrals.csv").open(encoding="utf-8") as stream:
            referred = {row["referred_id"] for row in csv.DictReader(stream)}
        judged = set(split.judged)
        assert ({roles[party] for party in judged}, referred & judged, judged & split.known) == ({""}, set(), set())
        assert len(judged & villages.took) > 300


@pytest.mark.shared
def test_the_page_shows_what_the_product_says_today(villages: Villages) -> None:
    split = leaders_known(villages, villages.leaders & villages.took)
    assert table(households(villages, [split]), NEAR) in PAGE
