"""The village data of `evidence`: households, who knows whom, who took the loan; and what a bank would know of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

Row = dict[str, str]
Scores = Mapping[str, float]
"""Of each household."""
Areas = dict[str, float]
"""Of each village."""


@dataclass(frozen=True)
class Villages:
    """The tables as they are; rows that name a household outside the list of parties are left out and counted."""

    parties: list[Row]
    ties: list[Row]
    referrals: list[Row]
    left_out: int

    @classmethod
    def read(cls, folder: Path) -> Villages:
        tables = {}
        for name in ("parties", "ties", "referrals"):
            with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
                tables[name] = list(csv.DictReader(stream))
        known = {row["party_id"] for row in tables["parties"]}
        ties = [row for row in tables["ties"] if {row["a_id"], row["b_id"]} <= known]
        referrals = [row for row in tables["referrals"] if {row["referrer_id"], row["referred_id"]} <= known]
        left_out = len(tables["ties"]) + len(tables["referrals"]) - len(ties) - len(referrals)
        return cls(tables["parties"], ties, referrals, left_out)

    @cached_property
    def village(self) -> dict[str, str]:
        return {row["party_id"]: row["region"] for row in self.parties}

    def _with(self, role: str) -> set[str]:
        return {row["party_id"] for row in self.parties if role in row["roles"].split(";")}

    @cached_property
    def took(self) -> set[str]:
        """Households that took the loan in the end."""
        return self._with("customer")

    @cached_property
    def leaders(self) -> set[str]:
        """Households that the lender told first."""
        return self._with("referrer")

    @cached_property
    def others(self) -> list[str]:
        return sorted(self.village.keys() - self.leaders)

    @cached_property
    def near(self) -> dict[str, set[str]]:
        """The households each one has a tie with."""
        found: dict[str, set[str]] = {party: set() for party in self.village}
        for row in self.ties:
            if row["a_id"] != row["b_id"]:
                found[row["a_id"]].add(row["b_id"])
                found[row["b_id"]].add(row["a_id"])
        return found

    def half(self, seed: int) -> set[str]:
        """Half of each village's households that are no leaders, by lot."""
        rng = np.random.default_rng(seed)
        chosen: set[str] = set()
        for village in sorted(set(self.village.values())):
            there = [party for party in self.others if self.village[party] == village]
            chosen |= {there[at] for at in rng.permutation(len(there))[: len(there) // 2].tolist()}
        return chosen

    def write(self, folder: Path, known: set[str], referrers: set[str]) -> Path:
        """Write what a bank knows that has learnt of the households in `known` alone whether they took the loan.

        `referrers` keep their role and what they brought. A household that is not known was not referred yet.
        """
        folder.mkdir(parents=True)
        parties = [row | {"roles": ";".join(self._roles(row["party_id"], known, referrers))} for row in self.parties]
        referrals = [row for row in self.referrals if row["referred_id"] in known and row["referrer_id"] in referrers]
        for name, rows in (("parties", parties), ("ties", self.ties), ("referrals", referrals)):
            (folder / f"{name}.csv").write_text(_csv(rows, {"referrals": self.referrals}.get(name, rows)), "utf-8")
        return folder

    def _roles(self, party: str, known: set[str], referrers: set[str]) -> list[str]:
        roles = ["customer"] if party in known & self.took else []
        return roles + (["referrer"] if party in referrers else [])


def _csv(rows: Iterable[Row], like: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(like[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def order(scores: Scores, brought: Mapping[str, float], parties: Iterable[str]) -> float | None:
    """How often of two parties the one that brought more stands first, equal scores counting half.

    Where they bring one or nothing this is the area under the ROC curve; None where all bring as much.
    """
    of = list(parties)
    score = np.array([scores.get(party, 0.0) for party in of])
    more = np.array([brought.get(party, 0.0) for party in of])
    better = more[:, None] > more
    if not better.any():
        return None
    first = (score[:, None] > score) + (score[:, None] == score) / 2
    return float(first[better].mean())


def by_village(villages: Villages, scores: Scores, brought: Mapping[str, float], judged: Iterable[str]) -> Areas:
    """The order in each village whose judged parties did not all bring as much."""
    there: dict[str, list[str]] = {}
    for party in judged:
        there.setdefault(villages.village[party], []).append(party)
    found = {village: order(scores, brought, parties) for village, parties in sorted(there.items())}
    return {village: area for village, area in found.items() if area is not None}
