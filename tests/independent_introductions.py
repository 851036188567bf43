"""DESIGN 4.3 written a second time in plain Python over CSV rows, sharing nothing with the product.

Introducers by rounds over (hops, party) from each prospect; every cell as the text that a CSV export holds, but the
evidence, which is a fact of the rows and not of the search.
"""

from __future__ import annotations

import math
from datetime import date
from itertools import combinations
from pathlib import Path

from tests.independent import NO, World, table

KINDS = {
    "spouse": 0.95, "kin": 0.9, "legal_representative": 0.9, "friend": 0.6, "partner": 0.5, "colleague": 0.5,
    "classmate": 0.5, "neighbour": 0.4,
}  # fmt: skip
DECAY = 356675
Found = tuple[int, int, str, tuple[str, ...]]
"""Cost, hops, source, path from the prospect on."""


class Circle:
    """Who knows whom, and who may be asked, by the tables of a folder."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.parties = self.world.parties
        self.weights: dict[tuple[str, str], dict[str, float]] = {}
        self._know(folder)
        self.near: dict[str, dict[str, int]] = {party: {} for party in self.parties}
        for (a, b), types in self.weights.items():
            strength = min(1 - math.prod(1 - weight for weight in types.values()), 0.95)
            self.near[a][b] = self.near[b][a] = round(-math.log(strength) * 1e6)
        self.converted, self.known = (dict.fromkeys(self.parties, 0) for _ in range(2))
        referrers = {party for party, facts in self.parties.items() if "referrer" in facts["roles"].split(";")}
        for row in table(folder, "referrals"):
            referrers.add(row["referrer_id"])
            self.converted[row["referrer_id"]] += row["outcome"] == "converted"
            self.known[row["referrer_id"]] += row["outcome"] in ("converted", "declined")
        self.referrers = referrers
        self.blocked = {
            party for party, facts in self.parties.items()
            if any(facts.get(word, "").strip().lower() not in NO for word in ("do_not_contact", "no_introductions"))
        }  # fmt: skip
        worth = {party for party in referrers if self.converted[party] or not self.known[party]}
        self.sources = ({party for party in self.parties if self.is_customer(party)} | worth) - self.blocked

    def is_customer(self, party: str) -> bool:
        facts = self.parties[party]
        return bool(facts.get("customer_since")) or "customer" in facts["roles"].split(";")

    def _fresh(self, day: str | None) -> float:
        if not day:
            return 1.0
        return float(2 ** (-max((self.world.as_of - date.fromisoformat(day)).days, 0) / 30.4375 / 36))

    def _tie(self, type_: str, a: str, b: str, weight: float) -> None:
        if a != b and a in self.parties and b in self.parties:
            types = self.weights.setdefault((min(a, b), max(a, b)), {})
            types[type_] = max(weight, types.get(type_, 0.0))

    def _know(self, folder: Path) -> None:
        for row in table(folder, "ties"):
            stated = float(row["strength"]) if row.get("strength") else KINDS.get(row["kind"], 0.3)
            self._tie("tie", row["a_id"], row["b_id"], stated * self._fresh(row.get("date")))
        for row in table(folder, "referrals"):
            self._tie("referral", row["referrer_id"], row["referred_id"], 0.6 * self._fresh(row.get("date")))
        for row in table(folder, "ownership"):
            share = row.get("share")
            self._tie("ownership", row["owner_id"], row["owned_id"], 0.5 + 0.45 * float(share) if share else 0.7)
        for row in table(folder, "guarantees"):
            self._tie("guarantee", row["guarantor_id"], row["guaranteed_id"], 0.7)
        for (supplier, buyer), link in self.world.links.items():
            self._tie("trade", supplier, buyer, 0.7 * max(link.strength.values()))
        groups: dict[str, set[str]] = {}
        for row in table(folder, "memberships"):
            groups.setdefault(row["group_id"], set()).add(row["party_id"])
        for members in groups.values():
            for a, b in combinations(sorted(members), 2) if len(members) <= 50 else ():
                self._tie("group", a, b, 0.3)

    def introducers(self, prospect: str, hops: int = 3, best: int = 3) -> list[Found]:
        level: dict[str, tuple[int, tuple[str, ...]]] = {prospect: (0, (prospect,))}
        found: dict[str, Found] = {}
        for hop in range(1, hops + 1):
            offers: dict[str, tuple[int, int, str]] = {}
            for parent, (so_far, _) in level.items():
                if hop == 1 or not (parent in self.sources or parent in self.blocked):
                    for party, cost in self.near[parent].items():
                        offer = (so_far + cost + (DECAY if hop > 1 else 0), so_far, parent)
                        offers[party] = min(offer, offers.get(party, offer))
            level = {party: (cost, (*level[parent][1], party)) for party, (cost, _, parent) in offers.items()}
            for party, (cost, path) in level.items():
                if party in self.sources and party != prospect and (party not in found or cost < found[party][0]):
                    found[party] = (cost, hop, party, path)
        return sorted(found.values(), key=lambda one: (one[0], one[2]))[:best]

    def prospects(self) -> list[str]:
        barred = {p for p, facts in self.parties.items() if facts.get("do_not_contact", "").strip().lower() not in NO}
        return sorted(party for party in self.parties if not self.is_customer(party) and party not in barred)

    def rows(self, prospects: list[str], cap: int = 5) -> list[dict[str, str]]:
        """The whole export of these prospects."""
        found = {prospect: self.introducers(prospect) for prospect in prospects}
        score = {p: 1 - math.prod(1 - math.exp(-one[0] / 1e6) for one in of) for p, of in found.items()}
        ranked = sorted((p for p in prospects if found[p]), key=lambda p: (-round(score[p], 12), p))
        offers = sorted((cost, p, source) for p, of in found.items() for cost, _, source, _ in of)
        load: dict[str, int] = {}
        given: dict[str, int] = {}
        accepted: dict[str, str] = {}
        for _, prospect, source in offers:
            load[source] = load.get(source, 0) + 1
            if prospect not in accepted and given.get(source, 0) < cap:
                accepted[prospect], given[source] = source, given.get(source, 0) + 1
        capped = [p for p in ranked if p in accepted]
        rows = []
        for rank, prospect in enumerate(ranked, 1):
            for one in found[prospect]:
                taken = accepted.get(prospect) == one[2]
                rows.append(self._row(prospect, one) | {
                    "rank": str(rank), "rank_capped": str(capped.index(prospect) + 1) if taken else "",
                    "load": str(load[one[2]]), "intro_score": f"{score[prospect]:.6f}",
                })  # fmt: skip
        for prospect in prospects:
            if not found[prospect]:
                beyond = self.introducers(prospect, 6, 1)
                rows.append(self._row(prospect, beyond[0] if beyond else None))
        return rows

    def _row(self, prospect: str, found: Found | None) -> dict[str, str]:
        row = {"prospect_id": prospect, "prospect_name": self.parties[prospect]["name"]}
        empty = "rank rank_capped source_id source_name source_is cost strength hops path_ids path_names manager_id"
        row |= dict.fromkeys([*empty.split(), "branch", "load", "intro_score"], "")
        if found is None:
            return row
        cost, hops, source, path = found
        facts = self.parties[source]
        is_ = [f"customer {facts.get('customer_since', '')}".strip()] if self.is_customer(source) else []
        if source in self.referrers:
            is_.append(f"referrer {self.converted[source]}/{self.known[source]}")
        return row | {
            "source_id": source, "source_name": facts["name"], "source_is": "; ".join(is_), "cost": str(cost),
            "strength": f"{math.exp(-cost / 1e6):.6f}", "hops": str(hops), "path_ids": ">".join(reversed(path)),
            "path_names": ">".join(self.parties[party]["name"] for party in reversed(path)),
            "manager_id": facts.get("manager_id", ""), "branch": facts.get("branch", ""),
        }  # fmt: skip
