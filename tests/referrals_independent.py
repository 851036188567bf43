"""DESIGN 4.3 and 4.4 written a second time in plain Python from the tables: who refers, how well, and to whom."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date
from pathlib import Path

from tests.independent import NO, parties, table

KIN = {
    "spouse": 0.95, "kin": 0.9, "legal_representative": 0.9, "friend": 0.6, "partner": 0.5, "colleague": 0.5,
    "classmate": 0.5, "neighbour": 0.4,
}  # fmt: skip


class Referring:
    """Ties and referrals of a folder of clean tables."""

    def __init__(self, folder: Path, as_of: date) -> None:
        self.parties, self.as_of = parties(folder), as_of
        self.referrals = table(folder, "referrals")
        best: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        for row in table(folder, "ties"):
            stated = float(row["strength"]) if row.get("strength") else KIN.get(row["kind"], 0.3)
            self._keep(best, "tie", row["a_id"], row["b_id"], stated * self._left(row["date"]))
        for row in self.referrals:
            self._keep(best, "referral", row["referrer_id"], row["referred_id"], 0.6 * self._left(row["date"]))
        self.near: dict[str, dict[str, float]] = defaultdict(dict)
        for (a, b), types in best.items():
            missing = 1.0
            for weight in types.values():
                missing *= 1 - weight
            self.near[a][b] = self.near[b][a] = min(1 - missing, 0.95)
        self.counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for row in self.referrals:
            self.counts[row["referrer_id"]][0] += row["outcome"] == "converted"
            self.counts[row["referrer_id"]][1] += row["outcome"] in ("converted", "declined")

    def _left(self, day: str) -> float:
        days = (self.as_of - date.fromisoformat(day)).days if day else 0
        return float(2 ** (-(max(days, 0) / 30.4375) / 36))

    @staticmethod
    def _keep(best: dict[tuple[str, str], dict[str, float]], kind: str, a: str, b: str, weight: float) -> None:
        if a != b and weight > 0:
            pair = best[min(a, b), max(a, b)]
            pair[kind] = max(weight, pair.get(kind, 0.0))

    def flag(self, party: str, name: str) -> bool:
        return self.parties[party].get(name, "").strip().lower() not in NO

    def customer(self, party: str) -> bool:
        return "customer" in self.parties[party]["roles"].split(";")

    def sources(self) -> list[str]:
        found = []
        for party in self.parties:
            converted, known = self.counts.get(party, (0, 0))
            refers = party in self.counts or "referrer" in self.parties[party]["roles"].split(";")
            asked = self.customer(party) or (refers and (converted > 0 or known == 0))
            if asked and not self.flag(party, "do_not_contact") and not self.flag(party, "no_introductions"):
                found.append(party)
        return sorted(found)

    def prior(self) -> tuple[float, float]:
        known = [(k, n) for k, n in self.counts.values() if n]
        total = sum(n for _, n in known)
        mean = sum(k for k, _ in known) / total
        s = sum(n * (k / n - mean) ** 2 for k, n in known)
        above = s - mean * (1 - mean) * sum(1 - n / total for _, n in known)
        below = mean * (1 - mean) * sum((n - 1) * (1 - n / total) for _, n in known)
        return mean, min(max(below / above - 1, 1.0), 1000.0) if above > 0 else 1000.0

    def rate(self, party: str) -> float:
        mean, weight = self.prior()
        converted, known = self.counts.get(party, (0, 0))
        return (converted + weight * mean) / (known + weight)

    def chances(self, rates: dict[str, float]) -> dict[str, dict[str, float]]:
        """The chance of every step of the cascade."""
        absent = {party for party in self.near if self.flag(party, "do_not_contact")}
        return {
            party: {other: 0.5 * rates[party] * strength for other, strength in near.items() if other not in absent}
            for party, near in self.near.items()
            if party not in absent and not self.flag(party, "no_introductions")
        }

    def within_2(self, party: str, chances: dict[str, dict[str, float]]) -> set[str]:
        first = set(chances.get(party, {}))
        return first.union(*(chances.get(one, {}) for one in first)) - {party}

    def brought(self, who: list[str], chances: dict[str, dict[str, float]], worlds: int, seed: int) -> list[float]:
        """How many each world has won who were no customers, by dice of Python's own."""
        rng, totals = random.Random(seed), []
        for _ in range(worlds):
            reached, waiting = set(who), list(who)
            while waiting:
                for party, chance in chances.get(waiting.pop(), {}).items():
                    if party not in reached and rng.random() < chance:
                        reached.add(party)
                        waiting.append(party)
            totals.append(float(sum(not self.customer(party) for party in reached - set(who))))
        return totals
