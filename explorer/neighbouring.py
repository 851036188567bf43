"""A party's neighbours by one relation, page by page: the store sorts and cuts, so that a hub is never read whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from explorer.connection_exports import neighbour_batch, neighbour_columns
from explorer.errors import InputError
from explorer.formats import Table
from explorer.formats.frame import frame
from explorer.party import NeighbourCount, counts_of
from explorer.view import View
from graph.algorithms.network import Array
from graph.model import NODE, RELATION
from graph.stores.base import Store
from graph.stores.queries import neighbours_statement, other_properties

if TYPE_CHECKING:
    import pandas as pd

MUTUAL = ("KNOWS",)
"""Relations without a direction: each stands in the store once, whoever has the lower id first."""
PIECE = 10_000
"""Rows that are asked for at once where all are exported."""


@dataclass(frozen=True)
class Neighbours:
    """Some of a party's neighbours by one relation, from `offset` on.

    `relation` is None where the party has no neighbour at all. `counts` are those by all relations, in the order of
    the model; a mutual one counts once, its direction is both.
    """

    view: View
    store: Store
    row: int
    counts: tuple[NeighbourCount, ...]
    relation: str | None
    direction: str
    offset: int
    limit: int

    @property
    def total(self) -> int:
        return sum(
            one.count for one in self.counts if (one.relation, one.direction) == (self.relation, self.direction)
        )

    def strength(self, row: Mapping[str, object]) -> float | None:
        """How strong the relationship of a row of `found` is, 0 to 1; None where nothing says."""
        own = {"SUPPLIES": "strength_down" if self.direction == "out" else "strength_up", "OWNS": "share"}
        value = row.get(own.get(str(self.relation), "strength"))
        return float(value) if isinstance(value, float) else None

    @property
    def other(self) -> str:
        """The kind of node at the other end."""
        return other_end(str(self.relation), self.direction)

    @cached_property
    def found(self) -> pa.Table:
        """The rows: other_id, the properties of the relationship, and of a neighbour that is no party its own."""
        return self._known(self._ask(self.offset, self.limit))

    @cached_property
    def other_rows(self) -> Array:
        """int64, the row of each neighbour that is a party, -1 for others."""
        return self._rows_of(self.found)

    def table(self) -> Table:
        """All neighbours by this relation, not those of this page alone."""
        assert self.relation
        return Table(neighbour_columns(self.relation, self.other), self._batches())

    def frame(self) -> pd.DataFrame:
        return frame(self.table())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        for offset in range(0, self.total, PIECE):
            found = self._known(self._ask(offset, PIECE))
            by = str(self.relation), self.direction, self.other
            yield neighbour_batch(self.view, self.row, by, found, self._rows_of(found))

    @property
    def statement(self) -> str:
        """What the store is asked, with $id, $offset and $rows."""
        return neighbours_statement(RELATION[str(self.relation)], NODE[self.other], self.direction)

    def _ask(self, offset: int, limit: int) -> pa.Table:
        if not self.total:  # a store of an older model may not know the relation
            every = (*RELATION[str(self.relation)].properties, *other_properties(NODE[self.other]))
            return pa.table({name: pa.array([], pa.string()) for name in ("other_id", *(one.name for one in every))})
        party = self.view.parties.take("party_id", np.array([self.row]))[0].as_py()
        return self.store.ask(self.statement, {"id": party, "offset": offset, "rows": limit})

    def _known(self, found: pa.Table) -> pa.Table:
        """Without parties that the view does not have: for a moment the store may be one load ahead of it."""
        return found.filter(pa.array(self._rows_of(found) >= 0)) if self.other == "Party" else found

    def _rows_of(self, found: pa.Table) -> Array:
        if self.other != "Party":
            return np.full(len(found), -1, np.int64)
        rows = [self.view.parties.find(one) for one in found["other_id"].to_pylist()]
        return np.array([-1 if row is None else row for row in rows], np.int64)


def neighbours_of(
    view: View, store: Store, row: int, relation: str | None, direction: str | None, offset: int, limit: int
) -> Neighbours:
    """The neighbours by a relation; where none is named, by the first that the party has any by.

    Raises InputError `relation_unknown` for what is no relation of a party, and `relation_direction` for a direction
    that it does not have.
    """
    counts = merged(counts_of(view, store, row))
    if relation is None:
        if not counts:
            return Neighbours(view, store, row, counts, None, "", offset, limit)
        relation, direction = counts[0].relation, counts[0].direction
    known = sides(relation)
    if not known:
        every = [one for one in RELATION if sides(one)]
        raise InputError("relation_unknown", given=relation[:60], known=", ".join(every))
    if relation in MUTUAL and direction in ("out", "in"):
        direction = "both"
    if direction is None:
        there = [one.direction for one in counts if one.relation == relation]
        direction = there[0] if there else known[0]
    if direction not in known:
        raise InputError("relation_direction", relation=relation, given=direction[:60], known=", ".join(known))
    return Neighbours(view, store, row, counts, relation, direction, offset, limit)


def sides(relation: str) -> tuple[str, ...]:
    """The directions in which a relation leads away from a party; none where it is no relation of parties."""
    if relation not in RELATION:
        return ()
    ends = RELATION[relation].ends
    found = [side for side, at in (("out", 0), ("in", 1)) if any(one[at] == "Party" for one in ends)]
    return ("both",) if relation in MUTUAL else tuple(found)


def other_end(relation: str, direction: str) -> str:
    """The kind of node that a relation leads to from a party."""
    mine, other = (1, 0) if direction == "in" else (0, 1)
    return next(ends[other] for ends in RELATION[relation].ends if ends[mine] == "Party")


def merged(counts: Iterable[NeighbourCount]) -> tuple[NeighbourCount, ...]:
    """The same counts with both directions of a mutual relation as one."""
    found: dict[tuple[str, str], NeighbourCount] = {}
    for one in counts:
        direction = "both" if one.relation in MUTUAL else one.direction
        before = found.get((one.relation, direction))
        count = one.count + (before.count if before else 0)
        found[one.relation, direction] = replace(one, direction=direction, count=count)
    return tuple(found.values())
