"""The definitions (DESIGN 3, 4.1 and 4.2) written a second time in plain Python, sharing nothing with the product.

CSV rows in; links, strengths, strings and whole export rows out, every cell as the text that a CSV export holds.
It knows clean tables only, besides the two faults of the real ones: unknown parties and amounts of zero or less.
"""

from __future__ import annotations

import csv
import gzip
import math
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import median

ROLE_FILES = {
    "customers": "customer",
    "core_enterprises": "core_enterprise",
    "suppliers": "supplier",
    "distributors": "distributor",
    "referrers": "referrer",
}
SHOWN = ("kind", "roles", "industry", "region", "grid", "branch", "manager_id")
UPSTREAM, DOWNSTREAM = "upstream", "downstream"
NO = {"", "0", "false", "no", "n", "否"}

Walk = tuple[int, int, tuple[str, ...]]
"""Cost, tier, path from the anchor on."""


@dataclass
class Link:
    amount: int | None = None
    n: int = 0
    dates: list[date] = field(default_factory=list)
    doubts: list[float] = field(default_factory=list)
    alive: float = 0.0
    share_in: float = 0.0
    share_out: float = 0.0
    strength: dict[str, float] = field(default_factory=dict)
    cost: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """One answer: its rows, whether anything was cut, and who was passed over."""

    rows: list[dict[str, str]]
    cut: bool
    customers: int
    do_not_contact: int


def table(folder: Path, name: str) -> list[dict[str, str]]:
    for path, opened in ((folder / f"{name}.csv", open), (folder / f"{name}.csv.gz", gzip.open)):
        if path.exists():
            with opened(path, "rt", encoding="utf-8-sig", newline="") as stream:
                return list(csv.DictReader(stream))
    return []


class World:
    """The tables of a folder as of a day: by default the newest date among supplies; else rows after it left out."""

    def __init__(self, folder: Path, as_of: date | None = None) -> None:
        self.parties = parties(folder)
        rows = [row for row in table(folder, "supplies") if self._kept(row)]
        dates = [date.fromisoformat(row["date"]) for row in rows if row.get("date")]
        self.as_of = as_of or max(dates)
        self.links: dict[tuple[str, str], Link] = {}
        for row in rows:
            if not row.get("date") or date.fromisoformat(row["date"]) <= self.as_of:
                add(self.links.setdefault((row["supplier_id"], row["buyer_id"]), Link()), row)
        self._weigh()
        self.steps: dict[str, dict[str, list[tuple[str, int]]]] = {UPSTREAM: {}, DOWNSTREAM: {}}
        for (supplier, buyer), link in self.links.items():
            self.steps[UPSTREAM].setdefault(buyer, []).append((supplier, link.cost[UPSTREAM]))
            self.steps[DOWNSTREAM].setdefault(supplier, []).append((buyer, link.cost[DOWNSTREAM]))

    def _kept(self, row: dict[str, str]) -> bool:
        ends = row["supplier_id"], row["buyer_id"]
        good = not row.get("amount") or Decimal(row["amount"]) > 0
        return good and ends[0] != ends[1] and all(end in self.parties for end in ends)

    def _weigh(self) -> None:
        known = [link.amount for link in self.links.values() if link.amount is not None]
        usual = median(known) if known else None
        weights = {
            ends: link.n if usual is None else usual if link.amount is None else link.amount
            for ends, link in self.links.items()
        }
        sold: dict[str, float] = {}
        bought: dict[str, float] = {}
        for (supplier, buyer), weight in weights.items():
            sold[supplier] = sold.get(supplier, 0) + weight
            bought[buyer] = bought.get(buyer, 0) + weight
        for (supplier, buyer), link in self.links.items():
            weight = weights[supplier, buyer]
            link.share_out, link.share_in = weight / sold[supplier], weight / bought[buyer]
            months = (self.as_of - max(link.dates)).days / 30.4375 if link.dates else None
            recent = 0.5 if months is None else 2 ** (-months / 12)
            missed = math.prod(1 - doubt for doubt in sorted(link.doubts))
            link.alive = recent * (1 - math.exp(-link.n / 4)) * (1 - missed)
            for direction, share in ((UPSTREAM, link.share_in), (DOWNSTREAM, link.share_out)):
                strength = 0.02 + 0.93 * link.alive * (0.5 + 0.5 * math.sqrt(share))
                link.strength[direction] = min(max(strength, 0.02), 0.95)
                link.cost[direction] = round(-math.log(link.strength[direction]) * 10**6)

    def cores(self) -> list[str]:
        return sorted(id_ for id_, party in self.parties.items() if "core_enterprise" in party["roles"].split(";"))

    def walks(self, anchor: str, direction: str, tiers: int) -> dict[str, Walk]:
        """For every party the best walk from the anchor, by rounds over the number of hops."""
        steps = self.steps[direction]
        level: dict[str, tuple[int, tuple[str, ...]]] = {anchor: (0, (anchor,))}
        best: dict[str, Walk] = {}
        for tier in range(1, tiers + 1):
            offers: dict[str, tuple[int, int, str]] = {}
            for parent, (so_far, _) in level.items():
                links = steps.get(parent, [])
                on = so_far + (onward(len(links)) if tier > 1 and links else 0)
                for party, cost in links:
                    offer = (on + cost, so_far, parent)
                    if party not in offers or offer < offers[party]:
                        offers[party] = offer
            level = {party: (cost, (*level[parent][1], party)) for party, (cost, _, parent) in offers.items()}
            for party, (cost, path) in level.items():
                if party != anchor and (party not in best or cost < best[party][0]):
                    best[party] = (cost, tier, path)
        return best

    def link(self, direction: str, path: tuple[str, ...]) -> Link:
        """The link into the last party of a path."""
        return self.links[(path[-1], path[-2]) if direction == UPSTREAM else (path[-2], path[-1])]

    def within_2(self, party: str, *directions: str) -> int:
        """Distinct cores other than the party that reach it in at most two hops, in any of the directions."""
        if not hasattr(self, "_near"):
            self._near = {
                (core, way): set(self.walks(core, way, 2)) for core in self.cores() for way in (UPSTREAM, DOWNSTREAM)
            }
        return sum(
            core != party and any(party in self._near[core, way] for way in directions) for core in self.cores()
        )

    def facts(self, party: str) -> dict[str, str]:
        return {"prospect_id": party, "prospect_name": self.name(party)} | {
            column: self.parties[party].get(column, "") for column in SHOWN
        }

    def name(self, party: str) -> str:
        return self.parties[party]["name"]

    def standing(self, party: str) -> str:
        facts = self.parties[party]
        if "customer" in facts["roles"].split(";") or facts.get("customer_since"):
            return "customer"
        return "do_not_contact" if facts.get("do_not_contact", "").strip().lower() not in NO else "prospect"

    def meets(self, party: str, filters: dict[str, object]) -> bool:
        """`filters`: column of `SHOWN` -> allowed values (`roles`: any of them), `exclude` -> ids."""
        facts = self.parties[party]
        for column, values in filters.items():
            if column == "exclude":
                met = party not in values  # type: ignore[operator]
            elif column == "roles":
                met = bool(set(facts["roles"].split(";")) & set(values))  # type: ignore[call-overload]
            elif column in SHOWN:
                met = facts.get(column, "") in values  # type: ignore[operator]
            else:
                met = True
            if not met:
                return False
        return True

    def dig(
        self,
        anchor: str,
        direction: str,
        *,
        tiers: int = 4,
        top: int = 200,
        min_score: float = 0.0,
        **filters: object,
    ) -> Listed:
        """The string of one anchor; `traded_after` and `amount_at_least` look at the link into the prospect."""
        after, least = filters.get("traded_after"), filters.get("amount_at_least")
        order = []
        for party, (cost, tier, path) in self.walks(anchor, direction, tiers).items():
            link = self.link(direction, path)
            if (
                self.meets(party, filters)
                and math.exp(-cost / 1e6) >= min_score
                and (after is None or (link.dates and max(link.dates) > after))  # type: ignore[operator]
                and (least is None or (link.amount is not None and link.amount >= least))  # type: ignore[operator]
            ):
                order.append((cost, tier, party, path))
        order.sort()
        prospects = [row for row in order if self.standing(row[2]) == "prospect"]
        last = prospects[top - 1][:3] if len(prospects) >= top else (math.inf, 0, "")
        passed = [self.standing(row[2]) for row in order if row[:3] < last]
        rows = [self._row(anchor, direction, rank, row) for rank, row in enumerate(prospects[:top], 1)]
        return Listed(rows, len(prospects) > top, passed.count("customer"), passed.count("do_not_contact"))

    def _row(
        self, anchor: str, direction: str, rank: int, found: tuple[int, int, str, tuple[str, ...]]
    ) -> dict[str, str]:
        cost, tier, party, path = found
        link = self.link(direction, path)
        return {
            "anchor_id": anchor, "anchor_name": self.name(anchor), "direction": direction, "rank": str(rank),
            **self.facts(party), "tier": str(tier), "score": score(cost), "cost": str(cost),
            "path_ids": ">".join(path), "path_names": ">".join(map(self.name, path)),
            "via_customers": str(sum(self.standing(step) == "customer" for step in path[1:-1])),
            "last_amount": "" if link.amount is None else f"{Decimal(link.amount) / 100:.2f}",
            "last_date": max(link.dates).isoformat() if link.dates else "",
            "cores_within_2": str(self.within_2(party, direction)),
        }  # fmt: skip

    def prospects(self, *, tiers: int = 4, **filters: object) -> Listed:
        """Every prospect that a core reaches, with its best three cores."""
        found: dict[str, list[tuple[int, int, str, int, str]]] = {}
        for core in self.cores():
            for at, direction in enumerate((UPSTREAM, DOWNSTREAM)):
                for party, (cost, tier, path) in self.walks(core, direction, tiers).items():
                    found.setdefault(party, []).append((cost, tier, core, at, ">".join(path)))
        met = [party for party in found if self.meets(party, filters)]
        rows = []
        for party in met:
            best: dict[str, tuple[int, int, str, int, str]] = {}
            for offer in sorted(found[party]):
                best.setdefault(offer[2], offer)
            rows.append((min(found[party])[0], party, list(best.values())[:3]))
        rows.sort(key=lambda row: row[:2])
        listed = [self._hung(party, best) for _, party, best in rows if self.standing(party) == "prospect"]
        passed = [self.standing(party) for party in met]
        return Listed(listed, False, passed.count("customer"), passed.count("do_not_contact"))

    def _hung(self, party: str, best: list[tuple[int, int, str, int, str]]) -> dict[str, str]:
        row = {**self.facts(party), "cores_within_2": str(self.within_2(party, UPSTREAM, DOWNSTREAM))}
        for i in (1, 2, 3):
            if i > len(best):
                cells = [""] * 7
            else:
                cost, tier, core, at, path = best[i - 1]
                direction = (UPSTREAM, DOWNSTREAM)[at]
                cells = [core, self.name(core), direction, str(tier), score(cost), str(cost), path]
            names = ("id", "name", "direction", "tier", "score", "cost", "path_ids")
            row |= {f"core_{i}_{name}": cell for name, cell in zip(names, cells, strict=True)}
        return row


def score(cost: int) -> str:
    return f"{math.exp(-cost / 1e6):.6f}"


def onward(degree: int) -> int:
    """Cost of walking on through a party with so many neighbours in the walking direction."""
    return 356675 + round(-math.log(min(1.0, (50 / degree) ** 0.5)) * 10**6)


def add(link: Link, row: dict[str, str]) -> None:
    """Sum one supply row into its link."""
    if row.get("amount"):
        cents = int((Decimal(row["amount"]) * 100).quantize(Decimal(1), ROUND_HALF_UP))
        link.amount = (link.amount or 0) + cents
    link.n += int(row.get("count") or 1)
    if row.get("date"):
        link.dates.append(date.fromisoformat(row["date"]))
    link.doubts.append(float(row.get("confidence") or 1))


def parties(folder: Path) -> dict[str, dict[str, str]]:
    """Parties by id: roles united over all files, other cells from the first file that fills them."""
    found: dict[str, dict[str, str]] = {}
    roles: dict[str, set[str]] = {}
    for name, role in {"parties": "", **ROLE_FILES}.items():
        for row in table(folder, name):
            facts = found.setdefault(row["party_id"], {})
            facts |= {column: cell for column, cell in row.items() if cell and not facts.get(column)}
            roles.setdefault(row["party_id"], set()).update([*filter(None, row.get("roles", "").split(";")), role])
    for party, held in roles.items():
        found[party]["roles"] = ";".join(sorted(held - {""}))
    return {party: {"name": "", **facts} for party, facts in found.items()}
