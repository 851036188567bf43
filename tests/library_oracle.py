"""The library of queries written a second time in plain Python over the tables, sharing nothing with the product.

`ORACLE[name](world, **parameters)` gives the rows of a query in their order, all parameters being given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.independent import World as Links
from tests.independent import table

Row = dict[str, Any]
Edges = dict[str, set[str]]
ORACLE: dict[str, Callable[..., list[Row]]] = {}


def oracle(function: Callable[..., Iterable[Row]]) -> Callable[..., list[Row]]:
    def rows(world: World, **parameters: Any) -> list[Row]:
        return list(function(world, **parameters))

    ORACLE[function.__name__] = rows
    return rows


@dataclass
class Link:
    """One supplier and buyer; amounts in 1/100."""

    supplier: str
    buyer: str
    amount: int | None
    n: int
    first: date | None
    last: date | None
    share_in: float
    share_out: float
    amount_12: int = 0
    amount_24: int = 0


def rounded(number: float, places: int) -> float:
    return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def years_before(of: date, years: int) -> date:
    return of.replace(year=of.year - years)


def yuan(cents: int | None) -> float | None:
    return None if cents is None else cents / 100


class World:
    """The tables of a folder, and what every query needs of them."""

    def __init__(self, folder: Path) -> None:
        known = Links(folder)
        self.as_of, self.parties, self.folder = known.as_of, known.parties, folder
        self.links = {
            ends: Link(
                *ends, one.amount, one.n, min(one.dates, default=None), max(one.dates, default=None), one.share_in,
                one.share_out,
            )
            for ends, one in known.links.items()
        }  # fmt: skip
        for row in table(folder, "supplies"):
            when, link = day(row["date"]), self.links.get((row["supplier_id"], row["buyer_id"]))
            if link and when and row.get("amount"):
                cents = int(Decimal(row["amount"]) * 100)
                if when > years_before(self.as_of, 1):
                    link.amount_12 += cents
                elif when > years_before(self.as_of, 2):
                    link.amount_24 += cents
        self.suppliers, self.buyers = self.edges((s, b) for s, b in self.links)[::-1]
        self.owned, self.owners = self.ends("ownership", "owner_id", "owned_id")
        self.guaranteed, self.guarantors = self.ends("guarantees", "guarantor_id", "guaranteed_id")
        self.referred, self.referrers = self.ends("referrals", "referrer_id", "referred_id")
        after, before = self.ends("ties", "a_id", "b_id")
        self.friends: Edges = defaultdict(set, {one: after[one] | before[one] for one in {*after, *before}})
        self.goes_into, self.comes_from = self.ends("product_chain", "input_product_id", "output_product_id")
        self.makers, self.made = self.ends("makes", "product_id", "party_id")
        self.members, self.groups = self.ends("memberships", "group_id", "party_id")
        self.products = {row["product_id"]: row["name"] for row in table(folder, "products")}

    def rows(self, name: str) -> list[dict[str, str]]:
        return table(self.folder, name)

    def ends(self, name: str, start: str, end: str) -> tuple[Edges, Edges]:
        return self.edges((row[start], row[end]) for row in self.rows(name))

    @staticmethod
    def edges(pairs: Iterable[tuple[str, str]]) -> tuple[Edges, Edges]:
        """Ends by start, and starts by end."""
        out: Edges = defaultdict(set)
        back: Edges = defaultdict(set)
        for start, end in pairs:
            out[start].add(end)
            back[end].add(start)
        return out, back

    def cell(self, party: str, column: str) -> str | None:
        return self.parties[party].get(column) or None

    def has_role(self, party: str, role: str) -> bool:
        return role in self.parties[party]["roles"].split(";")

    def ours(self, party: str) -> bool:
        return self.has_role(party, "customer") or bool(self.cell(party, "customer_since"))

    def open(self, party: str) -> bool:
        return not self.ours(party) and not self.shut(party)

    def shut(self, party: str) -> bool:
        return (self.cell(party, "do_not_contact") or "0").lower() in ("1", "true", "yes", "y", "是")

    def core(self, party: str) -> bool:
        return self.has_role(party, "core_enterprise")

    def partners(self, party: str) -> set[str]:
        return self.suppliers[party] | self.buyers[party]

    def like(self, party: str, region: str = "", manager: str = "") -> bool:
        return region in ("", self.cell(party, "region")) and manager in ("", self.cell(party, "manager_id"))

    def facts(self, party: str, *columns: str) -> Row:
        """party_id, name and more of a party; is_customer and is_core are computed."""
        computed = {"is_customer": self.ours, "is_core": self.core}
        return {"party_id": party, "name": self.parties[party]["name"]} | {
            one: computed[one](party) if one in computed else self.cell(party, one) for one in columns
        }


def steps(edges: Edges, start: str, most: int) -> dict[str, int]:
    """In how many steps each thing is reached, up to `most`; the start itself where a circle leads back to it."""
    found: dict[str, int] = {}
    level = {start}
    for step in range(1, most + 1):
        level = {end for one in level for end in edges.get(one, ())} - found.keys()
        found |= dict.fromkeys(level, step)
    return found


def by(rows: Iterable[Row], *keys: str) -> list[Row]:
    """Sorted by columns, falling where a `-` stands before; nothing comes last, first where falling."""
    done = list(rows)
    for key in reversed(keys):
        name = key.lstrip("-")
        done.sort(key=lambda row: (row[name] is None, row[name] or 0) if row[name] is None else (False, row[name]),
                  reverse=key.startswith("-"))  # fmt: skip
    return done


@oracle
def neighbours(world: World, party: str) -> list[Row]:
    around = (
        world.partners(party) | world.friends[party] | world.owned[party] | world.owners[party]
        | world.guaranteed[party] | world.guarantors[party] | world.referred[party] | world.referrers[party]
    )  # fmt: skip
    kinds: dict[str, set[str]] = defaultdict(set)
    for row in world.rows("ties"):
        if party in (row["a_id"], row["b_id"]) and row["kind"]:
            kinds[row["b_id"] if row["a_id"] == party else row["a_id"]].add(row["kind"])
    return [
        world.facts(one, "kind", "is_customer")
        | {
            "buys": yuan(world.links[party, one].amount) if (party, one) in world.links else None,
            "sells": yuan(world.links[one, party].amount) if (one, party) in world.links else None,
            "knows": sorted(kinds[one]),
            "owns": one in world.owners[party], "owned_by": one in world.owned[party],
            "guarantees": one in world.guarantors[party], "guaranteed_by": one in world.guaranteed[party],
            "referred": one in world.referrers[party], "referred_by": one in world.referred[party],
        }
        for one in sorted(around)
    ]  # fmt: skip


@oracle
def suppliers_of_suppliers(world: World, party: str, min_amount: float) -> list[Row]:
    via: Edges = defaultdict(set)
    for supplier in world.suppliers[party]:
        for one in world.suppliers[supplier]:
            if world.open(one) and one != party:
                via[one].add(supplier)
    rows = []
    for one, through in via.items():
        links = [world.links[one, supplier] for supplier in through]
        rows.append(
            world.facts(one, "kind", "region", "manager_id")
            | {"via": sorted(through), "amount_12": yuan(sum(link.amount_12 for link in links)),
               "last": max((link.last for link in links if link.last), default=None)}
        )  # fmt: skip
    return by((row for row in rows if row["amount_12"] >= min_amount), "-amount_12", "party_id")


@oracle
def distributors_and_terminals(world: World, party: str, marked_only: bool) -> list[Row]:
    rows = []
    for one in world.buyers[party]:
        for shop in world.buyers[one] - {party}:
            marked = world.has_role(one, "distributor") and world.has_role(shop, "retailer")
            if marked or not marked_only:
                rows.append({
                    "distributor_id": one, "distributor_name": world.parties[one]["name"],
                    "distributor_is_customer": world.ours(one), "bought": yuan(world.links[party, one].amount_12),
                    "retailer_id": shop, "retailer_name": world.parties[shop]["name"],
                    "retailer_is_customer": world.ours(shop), "sold_on": yuan(world.links[one, shop].amount_12),
                    "last": world.links[one, shop].last,
                })  # fmt: skip
    return by(rows, "-bought", "distributor_id", "-sold_on", "retailer_id")


@oracle
def customers_among_ours(world: World, min_suppliers: int, min_share: float, manager: str) -> list[Row]:
    rows = []
    for one in filter(world.ours, world.parties):
        n, ours = len(world.suppliers[one]), sum(map(world.ours, world.suppliers[one]))
        if ours and n >= min_suppliers and ours >= min_share * n and world.like(one, manager=manager):
            counts = {"suppliers": n, "customers": ours, "share": rounded(ours / n, 4), "unwon": n - ours}
            rows.append(world.facts(one, "manager_id") | counts)
    return by(rows, "-share", "-suppliers", "party_id")


@oracle
def shared_suppliers(world: World, first: str, second: str) -> list[Row]:
    shared = world.suppliers[first] & world.suppliers[second] if first != second else set()
    rows = [
        world.facts(one, "kind", "is_customer")
        | {"to_first": yuan(world.links[one, first].amount_12), "to_second": yuan(world.links[one, second].amount_12),
           "buyers": len(world.buyers[one])}
        for one in sorted(shared)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -(row["to_first"] + row["to_second"]))


def ways(world: World) -> dict[tuple[str, str], set[str]]:
    """The relationships between two parties, either way."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    kinds = {"SUPPLIES": world.buyers, "OWNS": world.owned, "GUARANTEES": world.guaranteed,
             "REFERRED": world.referred, "KNOWS": world.friends}  # fmt: skip
    for kind, edges in kinds.items():
        for start, ends in edges.items():
            for end in ends:
                found[start, end].add(kind)
                found[end, start].add(kind)
    return found


@oracle
def paths(world: World, first: str, second: str, hops: int) -> list[Row]:
    between, edges = ways(world), world.edges(ways(world))[0]
    routes = [(first,)] if first != second else []
    seen = {first}
    for _ in range(hops):
        routes = [(*route, one) for route in routes for one in edges[route[-1]] - seen]
        if any(route[-1] == second for route in routes):
            break
        seen |= {route[-1] for route in routes}
    rows: list[Row] = []
    for route in (route for route in routes if route[-1] == second):
        kinds: list[tuple[str, ...]] = [()]
        for pair in pairwise(route):
            kinds = [(*so_far, kind) for so_far in kinds for kind in sorted(between[pair])]
        names = [world.parties[one]["name"] for one in route]
        rows += [
            {"hops": len(route) - 1, "party_ids": list(route), "names": names, "relations": list(kind)}
            for kind in kinds
        ]
    return sorted(rows, key=lambda row: (">".join(row["party_ids"]), ">".join(row["relations"])))


@oracle
def cores_by_unwon(world: World, region: str, min_unwon: int) -> list[Row]:
    rows = []
    for one in filter(world.core, world.parties):
        sides = [set(filter(world.open, side[one])) for side in (world.suppliers, world.buyers)]
        row = world.facts(one, "region", "is_customer", "manager_id") | {
            "suppliers": len(world.suppliers[one]), "buyers": len(world.buyers[one]),
            "unwon": len(sides[0] | sides[1]), "unwon_suppliers": len(sides[0]), "unwon_buyers": len(sides[1]),
        }  # fmt: skip
        if row["unwon"] >= min_unwon and world.like(one, region):
            rows.append(row)
    return by(rows, "-unwon", "party_id")


@oracle
def parties_on_several_cores(world: World, min_cores: int, region: str, manager: str) -> list[Row]:
    rows = []
    for one in world.parties:
        cores = sorted(filter(world.core, world.partners(one)))
        if world.open(one) and len(cores) >= min_cores and world.like(one, region, manager):
            rows.append(world.facts(one, "kind", "region", "manager_id") | {"cores": len(cores), "core_ids": cores})
    return by(rows, "-cores", "party_id")


@oracle
def single_buyer_suppliers(world: World, min_share: float, min_amount: float, region: str) -> list[Row]:
    rows = []
    for one in world.parties:
        links = [world.links[one, buyer] for buyer in world.buyers[one]]
        top = max((link.share_out for link in links), default=0.0)
        for link in links:
            big = link.share_out == top >= min_share and link.amount_12 / 100 >= min_amount
            if big and world.like(one, region):
                rows.append(world.facts(one, "kind", "region", "is_customer") | {
                    "buyers": len(links), "share": rounded(top, 4), "buyer_id": link.buyer,
                    "buyer_name": world.parties[link.buyer]["name"], "amount_12": yuan(link.amount_12),
                    "last": link.last,
                })  # fmt: skip
    return by(rows, "-amount_12", "party_id", "buyer_id")


def ends_of(world: World, link: Link) -> Row:
    return {
        "supplier_id": link.supplier, "supplier_name": world.parties[link.supplier]["name"],
        "buyer_id": link.buyer, "buyer_name": world.parties[link.buyer]["name"],
    }  # fmt: skip


def with_us(world: World, link: Link, ours_only: bool) -> bool:
    return not ours_only or world.ours(link.supplier) or world.ours(link.buyer)


@oracle
def quiet_links(world: World, quiet_since: date, min_deliveries: int, ours_only: bool) -> Iterator[Row]:
    links = sorted(world.links.values(), key=lambda link: (-(link.amount or 0), link.supplier, link.buyer))
    for link in links:
        quiet = link.last is not None and link.last < quiet_since and link.n >= min_deliveries
        if quiet and with_us(world, link, ours_only):
            yield ends_of(world, link) | {
                "first": link.first, "last": link.last, "deliveries": link.n, "amount": yuan(link.amount),
                "amount_12": yuan(link.amount_12),
            }  # fmt: skip


@oracle
def growing_links(world: World, growth: float, min_amount: float, ours_only: bool) -> Iterator[Row]:
    def grown(link: Link) -> tuple[float, str, str]:
        return link.amount_24 / 100 - link.amount_12 / 100, link.supplier, link.buyer

    for link in sorted(world.links.values(), key=grown):
        now, before = link.amount_12 / 100, link.amount_24 / 100
        if before > 0 and before >= min_amount and now >= growth * before and with_us(world, link, ours_only):
            yield ends_of(world, link) | {
                "amount_24": before, "amount_12": now, "growth": rounded(now / before, 2), "last": link.last,
            }  # fmt: skip


@oracle
def guarantee_chains(world: World, party: str, hops: int) -> list[Row]:
    down, up = steps(world.guaranteed, party, hops), steps(world.guarantors, party, hops)
    return [
        world.facts(one, "kind", "is_customer") | {"answers_for": down.get(one), "backed_by": up.get(one)}
        for one in sorted((down.keys() | up.keys()) - {party})
    ]


@oracle
def guarantee_circles(world: World, most: int) -> list[Row]:
    circles: list[list[str]] = []

    def walk(route: list[str]) -> None:
        for one in world.guaranteed.get(route[-1], ()):
            if one == route[0]:
                circles.append(route)
            elif one > route[0] and one not in route and len(route) < most:
                walk([*route, one])

    for start in list(world.guaranteed):
        walk([start])
    return [
        {"members": len(route), "customers": sum(map(world.ours, route)), "party_ids": route,
         "names": [world.parties[one]["name"] for one in route]}
        for route in sorted(circles, key=lambda route: (-len(route), ">".join(route)))
    ]  # fmt: skip


@oracle
def ownership_family(world: World, party: str, hops: int) -> list[Row]:
    around = {one: world.owned[one] | world.owners[one] for one in {*world.owned, *world.owners}}
    found = steps(around, party, hops)
    rows = [
        world.facts(one, "kind", "is_customer", "is_core") | {"steps": step}
        for one, step in found.items()
        if one != party
    ]
    return by(rows, "steps", "party_id")


@oracle
def ownership_families(world: World, min_firms: int, min_share: float) -> list[Row]:
    holdings = world.rows("ownership")
    firms = world.edges(
        (row["owner_id"], row["owned_id"]) for row in holdings if float(row["share"] or 0) >= min_share
    )[0]
    rows = [
        world.facts(one, "kind", "is_customer")
        | {"firms": len(held), "customers": sum(map(world.ours, held)), "firm_ids": sorted(held)}
        for one, held in firms.items()
        if len(held) >= min_firms
    ]
    return by(rows, "-firms", "party_id")


@oracle
def referrers_by_conversions(world: World, min_converted: int, manager: str) -> list[Row]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in world.rows("referrals"):
        found[row["referrer_id"]].append(row)
    rows = []
    for one, theirs in found.items():
        won, lost = (sum(row["outcome"] == word for row in theirs) for word in ("converted", "declined"))
        if won >= min_converted and world.like(one, manager=manager):
            rows.append(world.facts(one, "is_customer", "manager_id") | {
                "referrals": len(theirs), "converted": won, "declined": lost,
                "rate": rounded(won / (won + lost), 4) if won + lost else None,
                "last": max((day(row["date"]) for row in theirs if row["date"]), default=None),
            })  # fmt: skip
    return by(rows, "-converted", "party_id")


@oracle
def referral_tree(world: World, party: str, generations: int) -> list[Row]:
    found = steps(world.referred, party, generations)
    before = {party: 0} | {one: step for one, step in found.items() if one != party and step < generations}
    rows = [
        world.facts(one, "is_customer")
        | {"generation": step, "introduced_by": sorted(world.referrers[one] & before.keys())}
        for one, step in found.items()
        if one != party
    ]
    return by(rows, "generation", "party_id")


@oracle
def loans_due(world: World, due_from: date, due_until: date, manager: str) -> list[Row]:
    rows = []
    for row in world.rows("loans"):
        one, due = row["party_id"], day(row["due"])
        if world.ours(one) and due and due_from <= due <= due_until and world.like(one, manager=manager):
            unwon = sorted(filter(world.open, world.partners(one)))
            rows.append({
                "loan_id": row["loan_id"], "due": due, "amount": float(row["amount"]),
                "status": row["status"] or None, **world.facts(one, "manager_id"),
                "unwon": len(unwon), "unwon_ids": unwon,
            })  # fmt: skip
    return by(rows, "due", "loan_id")


@oracle
def groups_by_penetration(world: World, kind: str, min_members: int) -> list[Row]:
    rows = []
    for group in world.rows("groups"):
        members = world.members[group["group_id"]]
        if len(members) >= max(min_members, 1) and kind in ("", group["kind"]):
            ours = sum(map(world.ours, members))
            rows.append({
                "group_id": group["group_id"], "name": group["name"], "kind": group["kind"] or None,
                "members": len(members), "customers": ours, "penetration": rounded(ours / len(members), 4),
                "prospects": sum(map(world.open, members)),
            })  # fmt: skip
    return by(rows, "-penetration", "-prospects", "group_id")


@oracle
def group_prospects(world: World, group_id: str) -> list[Row]:
    roles = {row["party_id"]: row["role"] or None for row in world.rows("memberships") if row["group_id"] == group_id}
    rows = []
    for one in filter(world.open, roles):
        known = sorted(friend for friend in world.friends[one] & roles.keys() if world.ours(friend))
        facts = world.facts(one, "kind", "manager_id")
        rows.append(facts | {"role": roles[one], "customers_known": len(known), "known_ids": known})
    return by(rows, "-customers_known", "party_id")


@oracle
def grids_by_coverage(world: World, min_parties: int) -> list[Row]:
    grids: Edges = defaultdict(set)
    for one in world.parties:
        if world.cell(one, "grid"):
            grids[world.parties[one]["grid"]].add(one)
    rows = []
    for grid, inside in grids.items():
        if len(inside) >= min_parties:
            ours = sum(map(world.ours, inside))
            serving = [row["manager_id"] for row in world.rows("managers") if grid in row["grids"].split(";")]
            rows.append({
                "grid": grid, "parties": len(inside), "customers": ours, "coverage": rounded(ours / len(inside), 4),
                "prospects": sum(map(world.open, inside)), "manager_ids": sorted(serving),
            })  # fmt: skip
    return by(rows, "coverage", "grid")


@oracle
def grid_prospects(world: World, grid: str) -> list[Row]:
    rows = [
        world.facts(one, "kind", "industry", "manager_id")
        | {"customers_traded_with": sum(map(world.ours, world.partners(one))),
           "partners": len(world.suppliers[one]) + len(world.buyers[one])}
        for one in world.parties
        if world.cell(one, "grid") == grid and world.open(one)
    ]  # fmt: skip
    return by(rows, "-customers_traded_with", "party_id")


@oracle
def products_with_makers(world: World, region: str) -> list[Row]:
    rows = []
    for product, makers in world.makers.items():
        there = [one for one in makers if world.like(one, region)]
        if there:
            rows.append({
                "product_id": product, "name": world.products.get(product), "makers": len(there),
                "customers": sum(map(world.ours, there)), "prospects": sum(map(world.open, there)),
                "goes_into": len(world.goes_into[product]),
            })  # fmt: skip
    return by(rows, "-makers", "product_id")


def called(world: World, product: str) -> set[str]:
    return {one for one, name in world.products.items() if product in (one, name)}


@oracle
def makers_of_product(world: World, product: str, region: str, unwon_only: bool) -> list[Row]:
    rows = [
        {"product_id": row["product_id"], **world.facts(row["party_id"], "kind", "region", "is_customer"),
         "share": float(row["share"]) if row["share"] else None, "buyers": len(world.buyers[row["party_id"]])}
        for row in world.rows("makes")
        if row["product_id"] in called(world, product) and world.like(row["party_id"], region)
        and (not unwon_only or world.open(row["party_id"]))
    ]  # fmt: skip
    return by(rows, "-buyers", "party_id", "product_id")


@oracle
def product_chain(world: World, product: str, tiers: int) -> list[Row]:
    rows = []
    for start in called(world, product):
        up, down = steps(world.comes_from, start, tiers), steps(world.goes_into, start, tiers)
        rows += [
            {"product_id": one, "name": world.products.get(one), "upstream": up.get(one), "downstream": down.get(one),
             "makers": len(world.makers[one]), "unwon_makers": sum(map(world.open, world.makers[one]))}
            for one in (up.keys() | down.keys()) - {start}
        ]  # fmt: skip
    return by(rows, "product_id")


def signals(world: World, since: date, kind: str) -> Iterator[tuple[Row, str]]:
    for row in world.rows("signals"):
        when = day(row["date"])
        if when and when >= since and kind in ("", row["kind"]):
            shown = {"signal_id": row["row_id"], "date": when, "kind": row["kind"], "value": row["value"] or None}
            yield shown, row["subject_id"]


@oracle
def party_signals_downstream(world: World, since: date, kind: str, min_share: float) -> list[Row]:
    rows = []
    for row, one in signals(world, since, kind):
        if one in world.parties:
            buyers = sorted(buyer for buyer in world.buyers[one] if world.links[one, buyer].share_in >= min_share)
            rows.append(row | world.facts(one, "is_customer") | {
                "buyers": len(buyers), "customers": sum(map(world.ours, buyers)), "buyer_ids": buyers,
            })  # fmt: skip
    return by(rows, "-date", "signal_id")


@oracle
def product_signals_downstream(world: World, since: date, kind: str) -> list[Row]:
    rows = []
    for row, one in signals(world, since, kind):
        into = sorted(world.goes_into[one])
        if one not in world.parties and into:
            makers = [maker for product in into for maker in world.makers[product]]
            rows.append(row | {
                "product_id": one, "name": world.products.get(one), "goes_into": into, "makers": len(makers),
                "customers": sum(map(world.ours, makers)),
            })  # fmt: skip
    return by(rows, "-date", "signal_id")


@oracle
def contradictory_roles(world: World, contradiction: str) -> list[Row]:
    rows = []
    for one in world.parties:
        sells, buys = bool(world.buyers[one]), bool(world.suppliers[one])
        held = {
            "core_without_trade": world.core(one) and not sells and not buys,
            "customer_not_to_be_contacted": world.ours(one) and world.shut(one),
            "distributor_without_buyer": world.has_role(one, "distributor") and not sells,
            "distributor_without_supplier": world.has_role(one, "distributor") and not buys,
            "referrer_without_referral": world.has_role(one, "referrer") and not world.referred[one],
            "retailer_without_supplier": world.has_role(one, "retailer") and not buys,
            "supplier_without_buyer": world.has_role(one, "supplier") and not sells,
        }
        rows += [
            {**world.facts(one, "roles"), "contradiction": name, "suppliers": len(world.suppliers[one]),
             "buyers": len(world.buyers[one])}
            for name, holds in held.items()
            if holds and contradiction in ("", name)
        ]  # fmt: skip
    return by(rows, "party_id", "contradiction")


@oracle
def isolated_parties(world: World, customers_only: bool, region: str) -> list[Row]:
    bound = [
        world.suppliers, world.buyers, world.friends, world.owned, world.owners, world.guaranteed, world.guarantors,
        world.referred, world.referrers, world.groups,
    ]  # fmt: skip
    return [
        world.facts(one, "kind", "region", "manager_id", "is_customer")
        for one in sorted(world.parties)
        if not any(edges.get(one) for edges in bound)
        and (world.ours(one) or not customers_only)
        and world.like(one, region)
    ]


@oracle
def data_freshness(world: World, recent_since: date) -> Iterator[Row]:
    dated = {"contacts": "date", "guarantees": "date", "loans": "start", "ownership": "date", "referrals": "date",
             "signals": "date", "ties": "date"}  # fmt: skip
    spans = {
        name: [(day(row[column]), day(row[column])) for row in world.rows(name)] for name, column in dated.items()
    }
    spans["supplies"] = [(link.first, link.last) for link in world.links.values()]
    for name in sorted(spans):
        firsts, lasts = ([one[at] for one in spans[name] if one[at]] for at in (0, 1))
        yield {
            "record": name, "records": len(spans[name]), "undated": len(spans[name]) - len(lasts),
            "first": min(firsts, default=None), "last": max(lasts, default=None),
            "recent": sum(last >= recent_since for last in lasts if last),
        }  # fmt: skip


def as_of(world: World, days: int) -> date:
    return world.as_of + timedelta(days)
