"""Circles and faces (DESIGN 4.4 and 4.5) written a second time in plain Python, from the tables alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scipy.stats import hypergeom

from tests.independent import World, table

KINDS = {
    "spouse": 0.95, "kin": 0.9, "legal_representative": 0.9, "friend": 0.6, "partner": 0.5, "colleague": 0.5,
    "classmate": 0.5, "neighbour": 0.4,
}  # fmt: skip
NO = {"", "0", "false", "no", "n", "否"}


@dataclass
class Faces:
    """What a row of `explorer circles` must say of a set of parties."""

    world: World
    tables: Path

    def __post_init__(self) -> None:
        self.parties = {
            row["party_id"]: row | self.world.parties[row["party_id"]] for row in table(self.tables, "parties")
        }
        self.groups: dict[str, set[str]] = {row["group_id"]: set() for row in table(self.tables, "groups")}
        for row in table(self.tables, "memberships"):
            self.groups.setdefault(row["group_id"], set()).add(row["party_id"])
        self.names = {row["group_id"]: row["name"] for row in table(self.tables, "groups")}
        self.grids: dict[str, set[str]] = {}
        for party, facts in self.parties.items():
            if facts["grid"]:
                self.grids.setdefault(facts["grid"], set()).add(party)
        cores = set(self.world.cores())
        self.cores: dict[str, set[str]] = {}
        for a, b in self.world.links:
            for one, other in ((a, b), (b, a)):
                if one in cores:
                    self.cores.setdefault(other, set()).add(one)
        self.values = {
            attribute: self._values(attribute) for attribute in ("product", "industry", "group", "address")
        }
        self.expected = self._expected()

    def _values(self, attribute: str) -> dict[str, set[str]]:
        """The parties that have each value."""
        if attribute == "group":
            return {
                f"{group} {self.names.get(group, '')}".rstrip(): members for group, members in self.groups.items()
            }
        found: dict[str, set[str]] = {}
        for party, facts in self.parties.items():
            if facts[attribute]:
                found.setdefault(facts[attribute], set()).add(party)
        return found

    def customer(self, party: str) -> bool:
        facts = self.parties[party]
        return "customer" in facts["roles"].split(";") or bool(facts["customer_since"])

    def _closed(self, party: str) -> bool:
        return self.parties[party]["do_not_contact"].lower() not in NO

    def prospect(self, party: str) -> bool:
        return not self.customer(party) and not self._closed(party)

    def row(self, kind: str, circle: str, members: set[str]) -> dict[str, object]:
        customers = sum(map(self.customer, members))
        shared, lift, p_value = self.shared(kind, members)
        asked = sorted((-self.expected[party], party) for party in members if party in self.expected)
        return {
            "circle_id": circle,
            "kind": kind,
            "members": len(members),
            "customers": customers,
            "penetration": round(customers / len(members), 6) if members else None,
            "prospects": sum(map(self.prospect, members)),
            "cores_touched": len(set().union(*(self.cores.get(party, set()) for party in members))),
            "shared": shared,
            "lift": lift,
            "p_value": p_value,
            "best_referrer_id": asked[0][1] if asked else None,
            "expected_customers": -asked[0][0] if asked else None,
        }

    def shared(self, kind: str, members: set[str]) -> tuple[str | None, float | None, float | None]:
        """The most telling thing, by the lowest p, then the highest lift, attribute and value."""
        best: list[tuple[float, float, int, str, str]] = []
        for place, (attribute, values) in enumerate(self.values.items()):
            if attribute == kind:
                continue
            known = set().union(*values.values())
            drawn = len(known & members)
            for value, marked in values.items():
                k = len(marked & members)
                if k < 2 or k * len(known) <= len(marked) * drawn:
                    continue
                lift = (k / drawn) / (len(marked) / len(known))
                p = float(hypergeom.sf(k - 1, len(known), len(marked), drawn))
                best.append((float(f"{p:.6g}"), -float(f"{lift:.6g}"), place, value, f"{attribute}:{value}"))
        if not best:
            return None, None, None
        p, lift, _, _, words = min(best)
        return words, -lift, p

    def _expected(self) -> dict[str, float]:
        """The one-hop expectation of everybody who may be asked."""
        won: dict[str, int] = {}
        known: dict[str, int] = {}
        for row in table(self.tables, "referrals"):
            won[row["referrer_id"]] = won.get(row["referrer_id"], 0) + (row["outcome"] == "converted")
            ended = row["outcome"] in ("converted", "declined")
            known[row["referrer_id"]] = known.get(row["referrer_id"], 0) + ended
        n = [size for size in known.values() if size]
        ratios = [won[party] / size for party, size in known.items() if size]
        mean = sum(won.values()) / sum(n)
        rests = [1 - one / sum(n) for one in n]
        scatter = sum(one * (ratio - mean) ** 2 for one, ratio in zip(n, ratios, strict=True))
        alike = (scatter - mean * (1 - mean) * sum(rests)) / (
            mean * (1 - mean) * sum((one - 1) * rest for one, rest in zip(n, rests, strict=True))
        )
        weight = min(max(1 / alike - 1, 1), 1000) if alike > 0 else 1000
        people = self._people()
        found = {}
        for party, facts in self.parties.items():
            brought, size = won.get(party, 0), known.get(party, 0)
            trusted = self.customer(party) or ("referrer" in facts["roles"].split(";") and (brought or not size))
            if trusted and not self._closed(party) and facts["no_introductions"].lower() in NO:
                rate = (brought + weight * mean) / (size + weight)
                near = people.get(party, {})
                found[party] = round(0.5 * rate * sum(w for other, w in near.items() if self.prospect(other)), 6)
        return found

    def _people(self) -> dict[str, dict[str, float]]:
        """Acquaintance by ties and referrals."""
        strongest: tuple[dict[frozenset[str], float], ...] = ({}, {})
        for row in table(self.tables, "ties"):
            stated = float(row["strength"]) if row["strength"] else KINDS.get(row["kind"], 0.3)
            self._note(strongest[0], (row["a_id"], row["b_id"]), stated * self._fresh(row["date"]))
        for row in table(self.tables, "referrals"):
            self._note(strongest[1], (row["referrer_id"], row["referred_id"]), 0.6 * self._fresh(row["date"]))
        people: dict[str, dict[str, float]] = {}
        for pair in strongest[0].keys() | strongest[1].keys():
            known = min(1 - math.prod(1 - one.get(pair, 0.0) for one in strongest), 0.95)
            a, b = pair
            people.setdefault(a, {})[b] = people.setdefault(b, {})[a] = known
        return people

    @staticmethod
    def _note(strongest: dict[frozenset[str], float], ends: tuple[str, str], weight: float) -> None:
        if ends[0] != ends[1]:
            strongest[frozenset(ends)] = max(weight, strongest.get(frozenset(ends), 0.0))

    def _fresh(self, day: str) -> float:
        if not day:
            return 1.0
        return 2 ** -(max((self.world.as_of - date.fromisoformat(day)).days, 0) / 30.4375 / 36)
