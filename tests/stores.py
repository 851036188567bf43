"""Both stores for one test: a folder, and a Neo4j server with a folder of this machine beside it."""

from __future__ import annotations

from pathlib import Path

from explorer import Explorer
from explorer.settings import Login
from graph.model import NODES, RELATIONS
from tests.neo4j_server import Server
from tests.parts import TODAY


def on_server(server: Server, home: Path, **settings: object) -> Explorer:
    """The explorer of a machine that keeps its loads in `home`."""
    login = Login(server.username, server.password, server.database)
    return Explorer.open(server.uri, {"home": home, **settings}, login=login)


def fill(explorer: Explorer, tables: Path, **options: object) -> Explorer:
    explorer.load(tables, rejects=tables.with_name("rejects.csv"), today=TODAY, **options)  # type: ignore[arg-type]
    return explorer


def contents(explorer: Explorer) -> dict[str, list[tuple[object, ...]]]:
    """Every table of the graph as the store answers it, its rows sorted."""
    found = {}
    for node in NODES:
        columns = ", ".join(f"n.`{p.name}` AS `{p.name}`" for p in node.properties)
        found[node.label] = f"MATCH (n:`{node.label}`) RETURN {columns}"
    for relation in RELATIONS:
        for start, end in relation.ends:
            keys = [next(node.key for node in NODES if node.label == label) for label in (start, end)]
            columns = "".join(f", r.`{p.name}` AS `{p.name}`" for p in relation.properties)
            found[f"{relation.type}.{start}.{end}"] = (
                f"MATCH (a:`{start}`)-[r:`{relation.type}`]->(b:`{end}`)"
                f" RETURN a.`{keys[0]}` AS `from`, b.`{keys[1]}` AS `to`{columns}"
            )
    return {name: rows_of(explorer.store.ask(query, {}).to_pylist()) for name, query in found.items()}


def rows_of(rows: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return sorted((tuple(row.values()) for row in rows), key=repr)
