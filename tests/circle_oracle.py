"""Circles and faces (DESIGN 4.5) written again in plain Python, from the tables and what `referrers` expects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scipy.stats import hypergeom

from tests.independent import World, table

NO = {"", "0", "false", "no", "n", "否"}


@dataclass
class Faces:
    """What a row of `explorer circles` must say of a set of parties."""

    world: World
    tables: Path
    expected: dict[str, float]
    """of who may be asked, the new customers he is expected to bring"""

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
