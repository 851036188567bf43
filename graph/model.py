"""The model, declared once: input tables, node kinds, relationships and their properties.

Loaders read `TABLES`; the stores' DDL, the viewer's legend and `docs/model.md` come from `NODES` and `RELATIONS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VERSION = 2
"""Part of the load id: raise it whenever the same rows would make another graph."""

Kind = Literal["id", "text", "ids", "roles", "amount", "number", "share", "count", "date", "flag"]
Nature = Literal["entity", "role", "standing", "event"]
Type = Literal["STRING", "INT64", "DOUBLE", "DATE", "BOOL"]

ROLE_FLAGS = {
    "customer": "is_customer",
    "core_enterprise": "is_core",
    "supplier": "is_supplier",
    "distributor": "is_distributor",
    "retailer": "is_retailer",
    "referrer": "is_referrer",
}
"""The boolean property of each role that has one; any other word in `roles` is kept as text."""
ROLES = tuple(ROLE_FLAGS)
ROLE_LABELS = {role: "".join(word.capitalize() for word in role.split("_")) for role in ROLES}
"""Labels that parties bear besides :Party in a store whose nodes may have several."""


@dataclass(frozen=True)
class Column:
    """One column of an input table; `refers` names what its id points to; `future` allows dates to come."""

    name: str
    kind: Kind = "text"
    required: bool = False
    refers: str = ""
    future: bool = False


@dataclass(frozen=True)
class Table:
    """One input table. `key` identifies a row: an entity's id, a standing relation's ends and kind."""

    name: str
    nature: Nature
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    role: str = ""

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _id(name: str, refers: str = "", required: bool = True) -> Column:
    return Column(name, "id", required, refers)


PARTY_COLUMNS = (
    _id("party_id"),
    Column("name", required=True),
    Column("kind"),
    Column("roles", "roles"),
    _id("industry", "industries", required=False),
    Column("product"),
    Column("region"),
    _id("grid", "grids", required=False),
    Column("branch"),
    _id("manager_id", "managers", required=False),
    Column("customer_since", "date"),
    Column("credit_grade"),
    Column("value", "number"),
    Column("phone"),
    Column("address"),
    Column("longitude", "number"),
    Column("latitude", "number"),
    Column("do_not_contact", "flag"),
    Column("no_introductions", "flag"),
)
_ROW_ID = Column("row_id", "id")
_MONEY = (Column("amount", "amount"), Column("currency"))


def _role_file(name: str, role: str) -> Table:
    columns = tuple(Column("name") if c.name == "name" else c for c in PARTY_COLUMNS)
    return Table(name, "role", ("party_id",), columns, role)


TABLES = (
    Table("parties", "entity", ("party_id",), PARTY_COLUMNS),
    _role_file("customers", "customer"),
    _role_file("core_enterprises", "core_enterprise"),
    _role_file("suppliers", "supplier"),
    _role_file("distributors", "distributor"),
    _role_file("referrers", "referrer"),
    Table("supplies", "event", ("row_id",), (
        _id("supplier_id", "parties"), _id("buyer_id", "parties"), Column("product"), *_MONEY,
        Column("date", "date"), Column("count", "count"), Column("source"), Column("confidence", "share"), _ROW_ID,
    )),
    Table("referrals", "event", ("row_id",), (
        _id("referrer_id", "parties"), _id("referred_id", "parties"), Column("date", "date"), Column("outcome"),
        Column("reward", "amount"), Column("currency"), _ROW_ID,
    )),
    Table("ties", "standing", ("a_id", "b_id", "kind"), (
        _id("a_id", "parties"), _id("b_id", "parties"), Column("kind"), Column("date", "date"),
        Column("strength", "share"), Column("source"),
    )),
    Table("ownership", "standing", ("owner_id", "owned_id", "kind"), (
        _id("owner_id", "parties"), _id("owned_id", "parties"), Column("kind"), Column("share", "share"),
        Column("date", "date"),
    )),
    Table("guarantees", "standing", ("guarantor_id", "guaranteed_id"), (
        _id("guarantor_id", "parties"), _id("guaranteed_id", "parties"), *_MONEY, Column("date", "date"),
    )),
    Table("groups", "entity", ("group_id",), (_id("group_id"), Column("name", required=True), Column("kind"))),
    Table("memberships", "standing", ("group_id", "party_id"), (
        _id("group_id", "groups"), _id("party_id", "parties"), Column("role"),
    )),
    Table("products", "entity", ("product_id",), (_id("product_id"), Column("name", required=True))),
    Table("makes", "standing", ("party_id", "product_id"), (
        _id("party_id", "parties"), _id("product_id", "products"), Column("share", "share"),
    )),
    Table("product_chain", "standing", ("input_product_id", "output_product_id"), (
        _id("input_product_id", "products"), _id("output_product_id", "products"),
    )),
    Table("industries", "entity", ("code",), (
        _id("code"), Column("name", required=True), _id("parent_code", "industries", required=False),
    )),
    Table("industry_chain", "standing", ("input_code", "output_code"), (
        _id("input_code", "industries"), _id("output_code", "industries"),
    )),
    Table("managers", "entity", ("manager_id",), (
        _id("manager_id"), Column("name", required=True), Column("branch"), Column("grids", "ids", refers="grids"),
        Column("weekly_hours", "number"),
    )),
    Table("loans", "entity", ("loan_id",), (
        _id("loan_id"), _id("party_id", "parties"), Column("product"), *_MONEY, Column("start", "date"),
        Column("due", "date", future=True), Column("status"),
    )),
    Table("contacts", "event", ("row_id",), (
        _id("party_id", "parties"), _id("manager_id", "managers"), Column("date", "date", True), Column("kind"),
        Column("outcome"), Column("note"), _ROW_ID,
    )),
    Table("signals", "event", ("row_id",), (
        _id("subject_id", "subjects"), Column("kind", required=True), Column("date", "date", True),
        Column("value"), Column("source"), _ROW_ID,
    )),
)  # fmt: skip
TABLE = {table.name: table for table in TABLES}
ROLE_TABLES = tuple(table for table in TABLES if table.nature == "role")
OUTCOMES = ("converted", "declined", "open")


@dataclass(frozen=True)
class Property:
    """A property of a node or relationship; `derived` ones move with as_of and never count as a change."""

    name: str
    type: Type = "STRING"
    derived: bool = False


@dataclass(frozen=True)
class Node:
    """A node kind; its first property is its key. `pattern` and `source` document it.

    Of `indexed` properties a store keeps an index where it can, so that queries may start from them. `private` ones
    are shown with one party that was asked for, never in the picture or export of a neighbourhood.
    """

    label: str
    properties: tuple[Property, ...]
    source: str
    indexed: tuple[str, ...] = ()
    private: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.properties[0].name


@dataclass(frozen=True)
class Relation:
    """A relationship type between the node kinds of `ends`; `key` adds to (from, to) what keeps parallels apart.

    `computed` ones come from no table: a load leaves them out, until strings are published.
    """

    type: str
    ends: tuple[tuple[str, str], ...]
    properties: tuple[Property, ...]
    source: str
    key: tuple[str, ...] = ()
    computed: bool = False


def _properties(text: str) -> tuple[Property, ...]:
    """Read "name: STRING, amount: DOUBLE, alive~: DOUBLE"; no type means STRING, ~ means derived."""
    pairs = (part.partition(":") for part in text.split(","))
    return tuple(
        Property(name.strip().rstrip("~"), kind.strip() or "STRING", name.strip().endswith("~"))  # type: ignore[arg-type]
        for name, _, kind in pairs
    )


NODES = (
    # (:Party {party_id, name, kind, roles, is_customer, …})
    Node("Party", _properties(
        "party_id, name, kind, roles, is_customer: BOOL, is_core: BOOL, is_supplier: BOOL, is_distributor: BOOL,"
        "is_retailer: BOOL, is_referrer: BOOL, industry, product, region, grid, branch, manager_id,"
        "customer_since: DATE, credit_grade, value: DOUBLE, phone, address, longitude: DOUBLE, latitude: DOUBLE,"
        "do_not_contact: BOOL, no_introductions: BOOL, n_suppliers~: INT64, n_buyers~: INT64,"
        "top_buyer_share~: DOUBLE"), "parties and role files, supplies", ("name", "is_core"), ("phone", "address")),
    Node("Group", _properties("group_id, name, kind"), "groups, memberships", ("name",)),
    Node("Product", _properties("product_id, name"), "products, makes, product_chain", ("name",)),
    Node("Industry", _properties("code, name"), "industries, industry_chain, parties.industry"),
    Node("Grid", _properties("grid"), "parties.grid, managers.grids"),
    Node("Manager", _properties("manager_id, name, branch, weekly_hours: DOUBLE"), "managers, parties.manager_id"),
    Node("Loan", _properties("loan_id, product, amount: DOUBLE, currency, start: DATE, due: DATE, status"), "loans",
         ("due",)),
    Node("Signal", _properties("signal_id, kind, date: DATE, value, source"), "signals", ("date",)),
)  # fmt: skip

RELATIONS = (
    # (:Party)-[:SUPPLIES]->(:Party), goods flow, one per pair
    Relation("SUPPLIES", (("Party", "Party"),), _properties(
        "amount: DOUBLE, amount_12~: DOUBLE, amount_24~: DOUBLE, n: INT64, first: DATE, last: DATE,"
        "confidence: DOUBLE, share_out~: DOUBLE, share_in~: DOUBLE, alive~: DOUBLE, strength_up~: DOUBLE,"
        "strength_down~: DOUBLE, cost_up~: INT64, cost_down~: INT64, sources"), "supplies"),
    # (:Party)-[:REFERRED]->(:Party)
    Relation("REFERRED", (("Party", "Party"),), _properties(
        "date: DATE, outcome, reward: DOUBLE, event_id"), "referrals", ("event_id",)),
    # (:Party)-[:KNOWS]->(:Party), one per pair and kind, smaller id first
    Relation("KNOWS", (("Party", "Party"),), _properties(
        "kind, strength: DOUBLE, date: DATE, source"), "ties", ("kind",)),
    # (:Party)-[:OWNS]->(:Party)
    Relation("OWNS", (("Party", "Party"),), _properties("kind, share: DOUBLE, date: DATE"), "ownership", ("kind",)),
    # (:Party)-[:GUARANTEES]->(:Party)
    Relation("GUARANTEES", (("Party", "Party"),), _properties("amount: DOUBLE, date: DATE"), "guarantees"),
    # (:Party)-[:MEMBER_OF]->(:Group)
    Relation("MEMBER_OF", (("Party", "Group"),), _properties("role"), "memberships"),
    # (:Party)-[:MAKES]->(:Product)-[:GOES_INTO]->(:Product)
    Relation("MAKES", (("Party", "Product"),), _properties("share: DOUBLE"), "makes"),
    Relation("GOES_INTO", (("Product", "Product"),), (), "product_chain"),
    # (:Party)-[:IN_INDUSTRY]->(:Industry)-[:PART_OF]->(:Industry), (:Industry)-[:FEEDS]->(:Industry)
    Relation("IN_INDUSTRY", (("Party", "Industry"),), (), "parties.industry"),
    Relation("PART_OF", (("Industry", "Industry"),), (), "industries.parent_code"),
    Relation("FEEDS", (("Industry", "Industry"),), (), "industry_chain"),
    # (:Party)-[:IN_GRID]->(:Grid)<-[:SERVES]-(:Manager)-[:MANAGES]->(:Party)
    Relation("IN_GRID", (("Party", "Grid"),), (), "parties.grid"),
    Relation("SERVES", (("Manager", "Grid"),), (), "managers.grids"),
    Relation("MANAGES", (("Manager", "Party"),), (), "parties.manager_id"),
    # (:Party)-[:BORROWS]->(:Loan)
    Relation("BORROWS", (("Party", "Loan"),), (), "loans"),
    # (:Manager)-[:CONTACTED]->(:Party)
    Relation("CONTACTED", (("Manager", "Party"),), _properties(
        "date: DATE, kind, outcome, event_id"), "contacts", ("event_id",)),
    # (:Signal)-[:ABOUT]->(:Party or :Product)
    Relation("ABOUT", (("Signal", "Party"), ("Signal", "Product")), (), "signals"),
    # (:Party)-[:PROSPECT_OF]->(:Party), from the prospect to the anchor of its string, `side` up- or downstream
    Relation("PROSPECT_OF", (("Party", "Party"),), _properties(
        "side, rank: INT64, tier: INT64, score: DOUBLE, cost: INT64, path, as_of: DATE"),
        "strings that explorer publish writes", ("side",), computed=True),
)  # fmt: skip
NODE = {node.label: node for node in NODES}
RELATION = {relation.type: relation for relation in RELATIONS}
