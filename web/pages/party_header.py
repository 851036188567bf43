"""The head of a party's page: who it is, its facts, and its neighbours counted by relation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from explorer.neighbouring import merged
from explorer.party import NeighbourCount, Party
from explorer.view import View
from graph.algorithms.network import CUSTOMER
from web.page import Asked
from web.parts import Money, Private

FACTS = ("kind", "industry", "product", "region", "grid", "branch", "manager_id", "value", "phone", "address")
PRIVATE = ("phone", "address")
CODED = {"industry": "Industry", "product": "Product", "manager_id": "Manager"}
"""Facts that are codes, and the nodes that they name."""
ROLES = ("is_supplier", "is_distributor", "is_retailer", "is_referrer", "no_introductions")


@dataclass(frozen=True)
class Fact:
    name: str
    value: str | Money | Private


@dataclass(frozen=True)
class Header:
    customer: bool
    roles: tuple[str, ...]
    customer_since: str | None
    credit_grade: str | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Count:
    """Neighbours of one relation; `ours` are customers among them, known for supply alone."""

    relation: str
    direction: str
    other: str
    count: int
    ours: int | None


def header(asked: Asked, party: Party) -> Header:
    known = party.facts
    facts = tuple(Fact(name, _fact(asked, name, known[name])) for name in FACTS if name in known)
    roles = tuple(name for name in ROLES if known.get(name))
    since = known.get("customer_since")
    return Header(
        bool(known.get("is_customer")), roles, str(since) if since else None, known.get("credit_grade"), facts
    )


def _fact(asked: Asked, name: str, value: object) -> str | Money | Private:
    if name in PRIVATE:
        return Private(str(value))
    if name in CODED:
        called = asked.names(CODED[name]).get(str(value))
        text = f"{called} ({value})" if called else str(value)
        return Private(text) if name == "manager_id" else text
    return Money(Decimal(str(value))) if name == "value" else str(value)


def counts(view: View, row: int, neighbours: Iterable[NeighbourCount]) -> tuple[Count, ...]:
    """Suppliers and buyers first, the rest in the order of the model; what has no direction is counted once."""
    supply = ("in", "out")
    ranked = sorted(
        merged(neighbours), key=lambda one: supply.index(one.direction) if one.relation == "SUPPLIES" else len(supply)
    )
    return tuple(Count(one.relation, one.direction, one.other, one.count, _ours(view, row, one)) for one in ranked)


def _ours(view: View, row: int, count: NeighbourCount) -> int | None:
    """How many of a party's suppliers or buyers are customers of ours."""
    if count.relation != "SUPPLIES":
        return None
    ptr, packed = view.graph.rows("downstream" if count.direction == "out" else "upstream")
    return int((view.standing[packed[ptr[row] : ptr[row + 1]] & 0xFFFFFFFF] == CUSTOMER).sum())
