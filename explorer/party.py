"""A party as a person looks it up: its facts, and its neighbours counted before any is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.view import View
from graph.model import RELATION
from graph.stores.base import Store
from graph.stores.queries import statement

KINDS = list(RELATION)


@dataclass(frozen=True)
class NeighbourCount:
    """`direction` is out or in, as the relationship points; `other` is the kind of node at its other end."""

    relation: str
    direction: str
    other: str
    count: int


@dataclass(frozen=True)
class Party:
    """`facts` are the properties of the model that are filled in, in its order."""

    party_id: str
    name: str
    standing: str
    facts: dict[str, Any]
    neighbours: tuple[NeighbourCount, ...]


def party_of(view: View, store: Store, row: int) -> Party:
    facts = {name: view.parties.take(name, np.array([row]))[0].as_py() for name in view.parties.table.column_names}
    known = {name: value for name, value in facts.items() if value not in (None, False, "")}
    return Party(facts["party_id"], facts["name"], view.standing_word(row), known, counts_of(view, store, row))


def counts_of(view: View, store: Store, row: int) -> tuple[NeighbourCount, ...]:
    """The party's neighbours counted by relation and direction, in the order of the model."""
    party = view.parties.take("party_id", np.array([row]))[0].as_py()
    neighbours = [
        NeighbourCount(found["relation"], direction, found["other"], int(found["n"]))
        for direction in ("out", "in")
        for found in store.ask(statement(f"neighbour_counts_{direction}", store.dialect), {"id": party}).to_pylist()
    ]
    return tuple(sorted(neighbours, key=lambda one: KINDS.index(one.relation)))
