"""The library of queries: every file is whole, says what it does, and gives the rows of the tables on each store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from explorer import Explorer
from explorer.errors import InputError
from graph.model import NODES, RELATIONS
from graph.stores import library
from graph.stores.guard import check
from graph.stores.guard.tokens import tokens
from tests.library_oracle import ORACLE, World
from tests.neo4j_server import Server
from tests.parts import ROOT, load, write_tables
from tests.stores import fill, on_server

FOLDER = ROOT / "cypher/library"
DIALECTS = ("ladybug", "neo4j")
ISSUE = {
    "neighbours", "suppliers_of_suppliers", "distributors_and_terminals", "customers_among_ours", "shared_suppliers",
    "paths", "cores_by_unwon", "parties_on_several_cores", "single_buyer_suppliers", "quiet_links", "growing_links",
    "guarantee_chains", "guarantee_circles", "ownership_families", "referrers_by_conversions", "referral_tree",
    "loans_due", "groups_by_penetration", "grids_by_coverage", "products_with_makers", "product_chain",
    "party_signals_downstream", "contradictory_roles", "isolated_parties", "data_freshness",
}  # fmt: skip
TANGLED = {
    "parties": """\
party_id,name,kind,roles,region,grid,manager_id,do_not_contact
A,甲厂,company,core_enterprise;customer,东,G1,M1,
B,乙厂,company,core_enterprise;supplier,东,G1,,
C,丙店,sole_trader,distributor,西,G2,M1,
D,丁店,sole_trader,retailer;distributor,西,G2,,
E,戊农,farmer,supplier,,G3,M2,
F,己农,farmer,customer;supplier,东,G1,M2,是
G,庚农,farmer,,西,,,yes
H,辛户,household,referrer,东,G1,,
I,壬户,household,customer,西,G2,M1,
J,癸户,household,,东,,,
K,子厂,company,core_enterprise,东,,,
L,丑店,sole_trader,retailer,,G3,,
""",
    "supplies": """\
supplier_id,buyer_id,amount,date,count
E,A,100.10,2026-06-30,3
E,A,200.20,2025-01-15,9
E,B,,2026-01-01,1
F,A,1000,2026-05-01,8
F,B,500.5,2024-12-31,7
F,E,77.77,,2
A,B,300,2025-06-30,6
B,A,300,2025-07-01,6
A,C,900,2026-06-01,12
C,D,450,2026-06-02,12
C,L,449.99,2026-06-02,12
D,I,33.33,2025-12-01,3
D,L,12,2023-01-01,20
G,E,64,2026-03-03,5
I,E,25,2024-08-01,5
I,E,75,2026-02-01,5
""",
    "ties": "a_id,b_id,kind,date\nA,H,friend,2026-01-01\nH,A,kin,\nI,J,spouse,\nE,I,neighbour,2020-02-02\n",
    "ownership": "owner_id,owned_id,kind,share,date\nH,A,,0.6,\nH,B,,0.4,2020-01-01\nH,C,,,\nA,B,,0.2,\nB,D,,0.51,\n",
    "guarantees": """\
guarantor_id,guaranteed_id,amount,date
A,B,1000,2025-01-01
B,C,1000,
C,A,500,2026-01-01
B,A,10,2026-02-01
C,D,20,
D,C,20,
D,A,5,
""",
    "referrals": """\
referrer_id,referred_id,date,outcome
A,F,2024-01-01,converted
A,F,2025-01-01,converted
A,I,2025-06-01,declined
F,I,,converted
I,A,2026-01-01,open
I,J,2026-02-01,declined
J,G,2026-03-01,
""",
    "groups": "group_id,name,kind\nC1,协会,association\nC2,市场,market\n",
    "memberships": "group_id,party_id,role\nC1,A,会长\nC1,H,\nC1,E,成员\nC1,I,成员\nC1,G,\nC2,C,\nC2,J,\n",
    "managers": "manager_id,name,branch,grids\nM1,赵,一支行,G1;G2\nM2,钱,一支行,G2\n",
    "loans": """\
loan_id,party_id,amount,start,due,status
L1,A,10000,2025-07-01,2026-07-01,正常
L2,A,5000.5,2024-07-01,2026-09-01,
L3,I,800,2026-01-01,2026-12-31,正常
L4,E,100,2026-01-01,2026-07-15,正常
""",
    "products": "product_id,name\nP1,小麦\nP2,面粉\nP3,挂面\nP4,饲料\n",
    "makes": "party_id,product_id,share\nE,P1,0.75\nF,P1,\nA,P2,1\nB,P2,0.5\nB,P3,0.5\nG,P4,\n",
    "product_chain": "input_product_id,output_product_id\nP1,P2\nP2,P3\nP2,P4\nP4,P1\n",
    "signals": """\
subject_id,kind,date,value,row_id
A,涉诉,2026-06-30,,S1
E,停业,2026-06-05,3,S2
P1,价格,2026-06-29,1.5,S3
P3,价格,2026-06-29,1.5,S4
P2,价格,2026-01-01,-2,S5
""",
    "contacts": "party_id,manager_id,date,kind\nA,M1,2026-06-01,电话\nE,M2,2025-01-01,\n",
}
"""A small world with what a generated one lacks: circles within circles, mutual trade, two rows of one pair, gaps."""


@dataclass(frozen=True)
class Asked:
    """A store that holds the tables of a world, and the parameters to ask the queries with."""

    explorer: Explorer
    world: World


@pytest.fixture(scope="session")
def tangled_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tables(tmp_path_factory.mktemp("tangled") / "tables", TANGLED)


@pytest.fixture(scope="session")
def example_world(example_tables: Path) -> World:
    return World(example_tables)


@pytest.fixture(scope="session")
def tangled_world(tangled_tables: Path) -> World:
    return World(tangled_tables)


@pytest.fixture(scope="session")
def county_world(county_tables: Path) -> World:
    return World(county_tables)


@pytest.fixture(scope="session")
def on_ladybug(
    example: Explorer, county: Explorer, tangled_tables: Path, example_world: World, county_world: World,
    tangled_world: World,
) -> dict[str, Asked]:  # fmt: skip
    tangled = load(tangled_tables.with_name("store"), tangled_tables)
    return {
        "example": Asked(example, example_world), "tangled": Asked(tangled, tangled_world),
        "county": Asked(county, county_world),
    }  # fmt: skip


WORLDS = ("example", "tangled", "county")
LOOSER: dict[str, list[dict[str, object]]] = {
    "suppliers_of_suppliers": [{"min_amount": 500}],
    "distributors_and_terminals": [{"marked_only": False}],
    "customers_among_ours": [{"min_suppliers": 1, "min_share": 0}, {"min_share": 0.25, "manager": "M1"}],
    "paths": [{"hops": 2}],
    "cores_by_unwon": [{"min_unwon": 0}, {"region": "东"}],
    "parties_on_several_cores": [{"min_cores": 1}, {"min_cores": 2, "region": "东"}, {"manager": "M00001"}],
    "single_buyer_suppliers": [{"min_share": 0.5, "min_amount": 0}, {"min_amount": 0, "region": "西"}],
    "quiet_links": [
        {"min_deliveries": 1, "ours_only": False},
        {"quiet_since": "2026-01-01"},
        {"quiet_since": "as_of"},
    ],
    "growing_links": [{"growth": 0.5, "min_amount": 0, "ours_only": False}, {"min_amount": "1000.5"}],
    "guarantee_chains": [{"hops": 1}, {"hops": 5}],
    "guarantee_circles": [{"most": 3}],
    "ownership_family": [{"hops": 1}],
    "ownership_families": [{"min_firms": 1}, {"min_firms": 1, "min_share": 0.5}],
    "referrers_by_conversions": [{"min_converted": 0}, {"manager": "M1", "min_converted": 2}],
    "referral_tree": [{"generations": 1}, {"generations": 5}],
    "loans_due": [
        {"due_until": "2026-12-31"},
        {"due_from": "2026-07-02", "due_until": "2027-01-01", "manager": "M1"},
    ],
    "groups_by_penetration": [{"min_members": 1}, {"kind": "market", "min_members": 1}],
    "grids_by_coverage": [{"min_parties": 4}],
    "products_with_makers": [{"region": "东"}],
    "makers_of_product": [{"unwon_only": "是"}, {"region": "东"}],
    "product_chain": [{"tiers": 1}, {"tiers": 3}],
    "party_signals_downstream": [{"since": "2020-01-01", "min_share": 0}, {"kind": "停业"}],
    "product_signals_downstream": [{"since": "2020-01-01"}, {"kind": "价格"}],
    "contradictory_roles": [{"contradiction": "supplier_without_buyer"}],
    "isolated_parties": [{"customers_only": True}, {"region": "东"}],
    "data_freshness": [{"recent_since": "as_of-1000"}],
}
"""Parameters to ask with besides the defaults."""


def chosen(world: World, name: str) -> list[list[object]]:
    """What to start from where a query must be given something: everything in a small world, some of a county."""
    small = len(world.parties) < 100
    by_trade = sorted(world.parties, key=lambda one: (-len(world.partners(one)), one))
    busy = [max(sorted(world.parties), key=lambda one: len(edges[one])) for edges in (
        world.guaranteed, world.guarantors, world.owned, world.owners, world.referred, world.friends)]  # fmt: skip
    parties = sorted(world.parties) if small else list(dict.fromkeys([*by_trade[:2], *busy, by_trade[-1]]))
    starts: dict[str, list[object]] = {
        "party": parties,
        "first": parties[:4],
        "second": parties[:6],
        "group_id": sorted(world.members)[: 9 if small else 3],
        "grid": ["G1", "G2", "G3", "G9"] if small else ["G00001", "G00004"],
        "product": [*sorted(world.products)[:4], *list(world.products.values())[:1]] or ["P1"],
    }
    return [starts[one.name] for one in library.query(name, "ladybug").parameters if one.default is None]


def asks(world: World, name: str) -> Iterator[dict[str, object]]:
    """Every set of parameters that a query is tried with on a world."""
    needed = [one.name for one in library.query(name, "ladybug").parameters if one.default is None]
    for values in product(*chosen(world, name)):
        for more in [{}, *LOOSER.get(name, [])]:
            yield dict(zip(needed, values, strict=True)) | more


def wrong(asked: Asked, name: str) -> list[tuple[dict[str, object], list[Any], list[Any]]]:
    """The parameters with which a query does not give the rows of the tables, and what differs."""
    found = []
    for given in asks(asked.world, name):
        result = asked.explorer.query(name, limit=100_000, **given)
        columns = [column for column, kind in result.query.columns if kind != "graph"]
        rows = result.rows.select(columns).to_pylist()
        expected = [
            {column: row[column] for column in columns} for row in ORACLE[name](asked.world, **result.parameters)
        ]
        if rows != expected:
            found.append((given, [row for row in rows if row not in expected][:3] or rows[:3],
                          [row for row in expected if row not in rows][:3] or expected[:3]))  # fmt: skip
    return found


@pytest.mark.parametrize("name", library.names())
@pytest.mark.parametrize("world", WORLDS)
def test_every_query_gives_the_rows_of_the_tables(on_ladybug: dict[str, Asked], world: str, name: str):
    assert wrong(on_ladybug[world], name) == []


@pytest.mark.thorough
@pytest.mark.parametrize("world", WORLDS)
def test_every_query_gives_the_same_rows_on_neo4j(
    neo4j_empty: Server, on_ladybug: dict[str, Asked], world: str, tmp_path: Path
):
    asked = on_ladybug[world]
    with closing(fill(on_server(neo4j_empty, tmp_path / "home"), asked.world.folder)) as explorer:
        there = Asked(explorer, asked.world)
        found = {name: wrong(there, name) for name in library.names()}
    assert {name: differing for name, differing in found.items() if differing} == {}


@pytest.mark.parametrize("name", library.names())
def test_some_world_has_rows_for_every_query(on_ladybug: dict[str, Asked], name: str):
    assert any(
        ORACLE[name](asked.world, **library.query(name, "ladybug").bind(given, asked.world.as_of))
        for asked in on_ladybug.values()
        for given in asks(asked.world, name)
    )


def test_the_library_has_what_analysts_press_and_each_query_its_oracle():
    assert ISSUE <= set(library.names()) == set(ORACLE)
    assert len(library.names()) >= 24


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", library.names())
def test_every_file_is_whole_and_passes_the_guard(name: str, dialect: Any):
    query = library.query(name, dialect)
    check(query.statement, dialect, max_hops=6)
    used = {token.text[1:] for token in tokens(query.statement, dialect) if token.kind == "parameter"}
    assert used == {one.name for one in query.parameters}
    assert [one.default for one in query.parameters if one.refers and one.default is not None] == []
    assert not used & {"limit", "timeout"}
    assert query.statement.rstrip().splitlines()[-1].lstrip().startswith(("ORDER BY", "list_to_string"))
    said = [query.title, query.description, *(one.help for one in query.parameters)]
    assert [texts for texts in said if not re.search("[\u4e00-\u9fff]", texts["zh"])] == []
    assert [texts for texts in said if re.search("[\u3000-\u9fff]", texts["en"])] == []


def test_a_twin_stands_only_beside_a_query_and_says_why():
    twins = sorted(FOLDER.glob("*.*.cypher"))
    assert [twin.name for twin in twins] == ["guarantee_circles.neo4j.cypher", "paths.neo4j.cypher"]
    assert [twin.name for twin in twins if not twin.read_text("utf-8").startswith("// Neo4j")] == []


HEAD = """\
// title = {en = "t", zh = "题"}
// description = {en = "d", zh = "述"}
// starts_from = "none"
// [parameters.n]
// type = "integer"
// default = 3
// help = {en = "h", zh = "助"}
// [columns]
// n = "integer"
"""


def test_a_head_is_read_and_the_statement_is_what_follows():
    query = library.parse("mine", HEAD + "RETURN $n AS n\n")
    assert query.statement == "RETURN $n AS n\n"
    assert query.parameters == (library.Parameter("n", "integer", {"en": "h", "zh": "助"}, 3),)
    assert (query.columns, query.starts_from, query.limit) == ((("n", "integer"),), "none", None)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("// title = {en = \"t\", zh = \"题\"}\n", "", "title is missing"),
        ("zh = \"述\"", "fr = \"x\"", "description must be said in en and zh"),
        ('type = "integer"', 'type = "int"', "n is int, none of text, integer, number, date, flag, list"),
        ('// n = "integer"\n', '// n = "money"\n', f"n is money, none of {', '.join(library.COLUMN_TYPES)}"),
        ('"none"', '"bank"', "starts_from is bank, none of party, group, grid, product, none"),
        ("default = 3", "defualt = 3", "n has defualt"),
        ("// [columns]\n", "// [columns\n", "Expected ']' at the end of a table declaration (at line 8, column 9)"),
    ],
)  # fmt: skip
def test_a_head_that_is_wrong_is_refused_with_the_reason(old: str, new: str, why: str):
    with pytest.raises(InputError) as refused:
        library.parse("mine", HEAD.replace(old, new) + "RETURN $n AS n\n")
    assert (refused.value.code, str(refused.value.values["why"])) == ("query_head", why)


def test_every_query_is_documented():
    page = (ROOT / "docs/queries.md").read_text("utf-8").split("\n### ")
    sections = {part.splitlines()[0]: part for part in page}
    missing = [
        (name, word)
        for name in library.names()
        for query in [library.query(name, "ladybug")]
        for word in (
            query.title["zh"], query.title["en"], *(f"| `{one.name}` |" for one in query.parameters),
            *(f"`{column}` {kind}" for column, kind in query.columns),
        )
        if word not in sections.get(name, "")
    ]  # fmt: skip
    assert missing == []


def test_the_picture_shows_the_whole_model():
    picture = (ROOT / "docs/model.svg").read_text("utf-8")
    named = [*(f"{node.label} " for node in NODES), *(relation.type for relation in RELATIONS)]
    assert [name for name in named if name not in picture] == []
