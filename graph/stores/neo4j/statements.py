"""The statements that make, fill and sweep a graph on Neo4j, put together from names of the model; values are bound.

Every node and relationship carries, besides what the model declares, `load_id` of the load that named it last, and
the days `first_seen` and `last_seen` of the loads that named it first and last.
"""

from __future__ import annotations

from collections.abc import Iterable

from graph.model import NODE, NODES, RELATION, ROLE_FLAGS, ROLE_LABELS, Node, Property
from graph.stores.base import table_files

FULL_TEXT = "party_names"
"""The index that finds parties by parts of their names; cjk cuts them into pairs of characters."""
MARKS = "{of}.load_id = $load_id, {of}.last_seen = $at"


def schema_cypher() -> list[str]:
    """Constraints and indexes of the model; each statement does nothing where its own is there already."""
    statements = [
        "CREATE CONSTRAINT load_name IF NOT EXISTS FOR (n:Load) REQUIRE n.name IS UNIQUE",
        *(
            f"CREATE CONSTRAINT {node.label.lower()}_key IF NOT EXISTS FOR (n:`{node.label}`)"
            f" REQUIRE n.`{node.key}` IS UNIQUE"
            for node in NODES
        ),
    ]
    statements += [
        f"CREATE INDEX {node.label.lower()}_{name} IF NOT EXISTS FOR (n:`{node.label}`) ON (n.`{name}`)"
        for node in NODES
        for name in node.indexed
    ]
    return [
        *statements,
        f"CREATE FULLTEXT INDEX {FULL_TEXT} IF NOT EXISTS FOR (n:Party) ON EACH [n.name]"
        " OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}",
    ]


def any_node_cypher() -> str:
    """One row where a node of the model is in the database."""
    return f"MATCH (n:{'|'.join(f'`{node.label}`' for node in NODES)}) RETURN 1 AS found LIMIT 1"


def merge_cypher(name: str) -> list[str]:
    """Statements that put $rows of one of `table_files()` in place; each row is a list in the order of the table."""
    label, *ends = name.split(".")
    return _merge_relations(label, *ends) if ends else [_merge_nodes(NODE[label])]


def merge_unkeyed_cypher(name: str) -> list[str]:
    """As `merge_cypher`, for rows whose relationship has none of its key properties: MERGE takes no nulls."""
    kind, start, end = name.split(".")
    empty = " AND ".join(f"r.`{key}` IS NULL" for key in RELATION[kind].key)
    return [
        f"{_ends(start, end)} WHERE NOT EXISTS {{ MATCH (a)-[r:`{kind}`]->(b) WHERE {empty} }}"
        f" CREATE (a)-[r:`{kind}` {{first_seen: $at}}]->(b)",
        f"{_ends(start, end)} MATCH (a)-[r:`{kind}`]->(b) WHERE {empty}"
        f" SET {_sets('r', RELATION[kind].properties, 2)}",
    ]


def stale_cypher(name: str) -> str:
    """Element ids of what other loads than $load_id left in one of `table_files()`."""
    label, *ends = name.split(".")
    found = f"(:`{ends[0]}`)-[n:`{label}`]->(:`{ends[1]}`)" if ends else f"(n:`{label}`)"
    return f"MATCH {found} WHERE coalesce(n.load_id, '') <> $load_id RETURN elementId(n) AS id"


def remove_cypher(name: str) -> str:
    """Remove nodes or relationships by their element ids, bound as $ids."""
    if "." in name:
        return "UNWIND $ids AS id MATCH ()-[n]->() WHERE elementId(n) = id DELETE n"
    return "UNWIND $ids AS id MATCH (n) WHERE elementId(n) = id DETACH DELETE n"


def sweep_order() -> list[str]:
    """Tables in the order in which what is left of them can go: relationships before their ends."""
    return list(reversed(table_files()))


def _merge_nodes(node: Node) -> str:
    places = {p.name: at for at, p in enumerate(node.properties)}
    labels = [
        f" FOREACH (_ IN CASE WHEN row[{places[flag]}] THEN [1] ELSE [] END | SET n:`{ROLE_LABELS[role]}`)"
        f" FOREACH (_ IN CASE WHEN row[{places[flag]}] THEN [] ELSE [1] END | REMOVE n:`{ROLE_LABELS[role]}`)"
        for role, flag in ROLE_FLAGS.items()
        if flag in places
    ]
    return (
        f"UNWIND $rows AS row MERGE (n:`{node.label}` {{`{node.key}`: row[0]}})"
        f" ON CREATE SET n.first_seen = $at SET {_sets('n', node.properties[1:], 1)}{''.join(labels)}"
    )


def _merge_relations(kind: str, start: str, end: str) -> list[str]:
    properties = RELATION[kind].properties
    places = {p.name: at for at, p in enumerate(properties, 2)}
    key = ", ".join(f"`{name}`: row[{places[name]}]" for name in RELATION[kind].key)
    return [
        f"{_ends(start, end)} MERGE (a)-[r:`{kind}` {{{key}}}]->(b)"
        f" ON CREATE SET r.first_seen = $at SET {_sets('r', properties, 2)}"
    ]


def _ends(start: str, end: str) -> str:
    return (
        f"UNWIND $rows AS row MATCH (a:`{start}` {{`{NODE[start].key}`: row[0]}})"
        f" MATCH (b:`{end}` {{`{NODE[end].key}`: row[1]}})"
    )


def _sets(of: str, properties: Iterable[Property], first: int) -> str:
    sets = [f"{of}.`{p.name}` = row[{place}]" for place, p in enumerate(properties, first)]
    return ", ".join([*sets, MARKS.format(of=of)])
