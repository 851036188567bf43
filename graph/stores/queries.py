"""Statements of `cypher/`, with their slots filled: the one place where text enters a statement.

Values are always bound. What Cypher cannot bind (a label, a type, a property) is a `{slot}`, and only names that the
model declares may fill it.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from graph.model import NODE, Node, Property, Relation

RANKED_BY = {
    "SUPPLIES_out": "r.strength_down", "SUPPLIES_in": "r.strength_up", "REFERRED": "r.date", "KNOWS": "r.strength",
    "OWNS": "r.share", "GUARANTEES": "r.amount", "MAKES": "r.share", "BORROWS": "b.start", "CONTACTED": "r.date",
    "ABOUT": "b.date", "PROSPECT_OF": "r.score",
}  # fmt: skip
"""The property by which neighbours are listed, the greatest or newest first; others are listed by key."""


def statement(query: str, dialect: str = "", **slots: str) -> str:
    """The text of `cypher/<query>.cypher` with `{slot}` filled by names that the caller took from the model.

    Where `<query>.<dialect>.cypher` stands beside it, that one: stores differ in what they call a label or a type.
    """
    folder = files("cypher")
    own = folder / f"{query}.{dialect}.cypher"
    text = (own if own.is_file() else folder / f"{query}.cypher").read_text("utf-8")
    for slot, name in slots.items():
        text = text.replace("{" + slot + "}", name if slot in ("properties", "order") else f"`{name}`")
    return text


def nodes_statement(node: Node) -> str:
    """Nodes of one kind by their keys, bound as $ids; columns `key` and the model's properties but private ones."""
    shown = [p for p in node.properties if p.name not in node.private]
    return statement("nodes", label=node.label, key=node.key, properties=_properties("a", shown))


def links_statement(relation: Relation, ends: tuple[str, str], *, leaving: bool) -> str:
    """Relationships that leave (or arrive at) nodes bound as $ids; columns start_id, end_id and the properties."""
    start, end = (NODE[label] for label in ends)
    return statement(
        "links_out" if leaving else "links_in",
        type=relation.type,
        start=start.label,
        end=end.label,
        start_key=start.key,
        end_key=end.key,
        properties=_properties("r", relation.properties),
    )


def neighbours_statement(relation: Relation, other: Node, direction: str) -> str:
    """One page of a party's neighbours by one relation, the most important first and those without a value last.

    `direction` is out, in or both. Columns other_id and `neighbour_properties`.
    """
    by = RANKED_BY.get(f"{relation.type}_{direction}") or RANKED_BY.get(relation.type)
    variable, _, name = (by or "").partition(".")
    ranked = [f"CASE WHEN {variable}.`{name}` IS NULL THEN 1 ELSE 0 END", f"{variable}.`{name}` DESC"] if by else []
    shown = _properties("r", relation.properties) + _properties("b", other_properties(other))
    return statement(
        f"neighbours_{direction}",
        type=relation.type,
        other=other.label,
        other_key=other.key,
        properties=shown,
        order=", ".join([*ranked, "other_id", *relation.key]),
    )


def other_properties(other: Node) -> tuple[Property, ...]:
    """What is told of a neighbour besides its key and the relationship; of a party all else is known already."""
    return () if other.label == "Party" else other.properties[1:]


def _properties(variable: str, of: Iterable[Property]) -> str:
    return "".join(f", {variable}.`{p.name}` AS `{p.name}`" for p in of)
