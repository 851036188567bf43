"""What is known and who is judged in `evidence`, and the product's rankings of those who are judged."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np

from benchmarks.villages import Scores, Villages
from explorer import Explorer
from explorer.expecting import expected
from explorer.referring import Asked, basis
from explorer.view import View

TODAY = date(2026, 11, 1)
DEGREE, PAST, NEAR = "acquaintances (degree)", "conversions so far", "acquaintances who converted"
INTRODUCED, WON, EXPECTED = "introducers (`intro_score`)", "influence (chance to be won)", "influence (`expected`)"


@dataclass(frozen=True)
class Known:
    """What is loaded: whose decision is known, who has the role of a referrer, and who is judged."""

    villages: Villages
    known: set[str]
    referrers: set[str]
    judged: list[str]

    @cached_property
    def rankings(self) -> dict[str, Scores]:
        """The scores of every ranking by household; who has none counts as 0."""
        took, near = self.known & self.villages.took, self.villages.near
        simple = {
            DEGREE: {party: float(len(of)) for party, of in near.items()},
            NEAR: {party: float(len(of & took)) for party, of in near.items()},
        }
        with self.explorer() as explorer:
            found = explorer.introduce("all").frame().dropna(subset="intro_score").drop_duplicates("prospect_id")
            introduced = dict(zip(found["prospect_id"], found["intro_score"], strict=True))
            view = explorer.view()
            won = dict(zip(ids(view), chance_of_being_won(explorer), strict=True))
        return simple | {INTRODUCED: introduced, WON: won}

    def referrers_ranked(self) -> tuple[dict[str, Scores], dict[str, float]]:
        """The scores of every permitted referrer, and how many each one really brought of those who are judged."""
        past, brought = self._conversions(self.known), self._conversions(set(self.judged))
        with self.explorer() as explorer:
            worth = expected(explorer.view(), explorer.settings, 1).tolist()
            influence = {party: score for party, score in zip(ids(explorer.view()), worth, strict=True) if score >= 0}
        asked = [party for party in influence if party in self.villages.leaders]
        scores: dict[str, Scores] = {
            DEGREE: {party: float(len(self.villages.near[party])) for party in asked},
            PAST: {party: past.get(party, 0.0) for party in asked},
            EXPECTED: {party: influence[party] for party in asked},
        }
        return scores, {party: brought.get(party, 0.0) for party in asked}

    def _conversions(self, among: set[str]) -> dict[str, float]:
        found: dict[str, float] = {}
        for row in self.villages.referrals:
            if row["referred_id"] in among and row["outcome"] == "converted":
                found[row["referrer_id"]] = found.get(row["referrer_id"], 0.0) + 1
        return found

    @contextmanager
    def explorer(self) -> Iterator[Explorer]:
        """The product with these tables loaded, in a folder that is gone afterwards."""
        with tempfile.TemporaryDirectory() as folder:
            tables = self.villages.write(Path(folder) / "tables", self.known, self.referrers)
            with closing(Explorer.open(Path(folder) / "store")) as explorer:
                explorer.load(tables, rejects=Path(folder) / "rejects.csv", today=TODAY)
                yield explorer


def ids(view: View) -> list[str]:
    found: list[str] = view.parties.column("party_id").to_pylist()
    return found


def chance_of_being_won(explorer: Explorer) -> list[float]:
    """For each party the chance that at least one permitted referrer who knows it wins it in one step."""
    made = basis(explorer.view(), explorer.settings, 1, Asked())
    asked = np.zeros(made.steps.parties, np.bool_)
    asked[made.referrers] = True
    missed = np.log1p(-made.steps.into * asked[made.steps.party])
    party = np.repeat(np.arange(len(asked)), np.diff(made.steps.ptr))
    chance = 1 - np.exp(np.bincount(party, missed, minlength=len(asked)))
    found: list[float] = np.round(chance, 9).tolist()
    return found


def leaders_known(villages: Villages, referrers: set[str]) -> Known:
    """Only the leaders' own decisions are known. The other households are judged."""
    return Known(villages, villages.leaders, referrers, villages.others)


def half_known(villages: Villages, referrers: set[str], seed: int) -> Known:
    """Besides, half of the other households are known, by lot; the other half is judged."""
    known = villages.half(seed)
    judged = [party for party in villages.others if party not in known]
    return Known(villages, villages.leaders | known, referrers, judged)
