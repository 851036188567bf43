"""The circles of a load: those found by who knows whom, groups and grids as loaded, rings of sureties, families."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.acquaintance import acquaintance
from explorer.settings import Settings
from explorer.view import View
from graph.algorithms.network import Array

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FACES = ("community", "group", "grid")
"""Circles to work; they stand in one table, in this order."""
RISKS = ("guarantee", "ownership")
"""Risk units, which have columns of their own."""
BONDS = {"guarantee": "guarantees", "ownership": "ownership"}
"""The bonds that tie each risk unit together."""
SMALLEST = 2
"""A party for itself is no circle; groups and grids are listed whatever their size."""


@dataclass(frozen=True)
class Gathered:
    """The circles of one kind, in the order of their ids."""

    kind: str
    ids: list[str]
    names: list[str | None]
    members: csr_array
    """int64[circles, parties], 1 for each member"""

    def of(self, circle: int) -> Array:
        """Rows of the members of one circle, ascending."""
        return np.asarray(self.members.indices[self.members.indptr[circle] : self.members.indptr[circle + 1]])


def gather(view: View, kind: str, settings: Settings, threads: int) -> Gathered:
    """Find the circles of a kind; raises StoreError where the load is older than bonds are."""
    if kind == "community":
        return _communities(view, settings, threads)
    return LOADED[kind](view)


def _communities(view: View, settings: Settings, threads: int) -> Gathered:
    """Circles that know each other, named after the member who knows the others best."""
    from graph.algorithms.circles import circles

    known = acquaintance(view, settings, threads)
    label = circles(known.ptr, known.rows, known.strength)
    neighbour = known.rows & 0xFFFFFFFF
    inside = label[neighbour] == np.repeat(label, np.diff(known.ptr))
    micro = np.where(inside, np.rint(known.strength * 1e6), 0).astype(np.int64)
    total = np.concatenate(([0], np.cumsum(micro)))
    return _labelled(view, "community", label, total[known.ptr[1:]] - total[known.ptr[:-1]])


def _rings(view: View) -> Gathered:
    """Parties that stand surety for each other, round and round, named after the one with most such links."""
    return _tied(view, "guarantee", "strong")


def _families(view: View) -> Gathered:
    """Owners with all that they own, however far, named after the party with most such links."""
    return _tied(view, "ownership", "weak")


def _tied(view: View, kind: str, connection: str) -> Gathered:
    from graph.algorithms.risk import distinct, parts

    n = len(view.parties)
    source, target = distinct(*view.bonds.ends(BONDS[kind]))
    label = parts(n, source, target, connection)  # type: ignore[arg-type]
    inside = label[source] == label[target]
    ends = np.concatenate((source[inside], target[inside]))
    return _labelled(view, kind, label, np.bincount(ends, minlength=n))


def _labelled(view: View, kind: str, label: Array, weight: Array) -> Gathered:
    """Circles by the smallest member of each; of equal weights the smaller party names the circle."""
    size = np.bincount(label, minlength=len(label))
    party = np.flatnonzero(size[label] >= SMALLEST)
    order = party[np.lexsort((party, -weight[party], label[party]))]
    smallest, first, circle = np.unique(label[order], return_index=True, return_inverse=True)
    ids, names = view.parties.take("party_id", smallest), view.parties.take("name", order[first])
    return Gathered(kind, ids.to_pylist(), names.to_pylist(), _matrix(circle, order, len(smallest), len(label)))


def _groups(view: View) -> Gathered:
    party, group = view.bonds.ends("memberships")
    groups = view.bonds.tables["groups"]
    ids, names = groups["group_id"].to_pylist(), groups["name"].to_pylist()
    return Gathered("group", ids, names, _matrix(group, party, len(ids), len(view.parties)))


def gather_grids(view: View) -> Gathered:
    """Grids that parties stand in; they have no name but their id."""
    numbers, ids = coded(view, "grid")
    party = np.flatnonzero(numbers >= 0)
    return Gathered("grid", ids, [None] * len(ids), _matrix(numbers[party], party, len(ids), len(numbers)))


LOADED: dict[str, Callable[[View], Gathered]] = {
    "group": _groups,
    "grid": gather_grids,
    "guarantee": _rings,
    "ownership": _families,
}


def coded(view: View, column: str) -> tuple[Array, list[str]]:
    """A text column of the parties as numbers into its distinct texts, sorted by code point; -1 for none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = view.parties.column(column).dictionary_encode()
    texts = found.dictionary
    order = np.array(pc.sort_indices(texts.cast(pa.binary())), np.int64)
    place = np.empty(len(order) + 1, np.int64)
    place[order], place[-1] = np.arange(len(order)), -1
    numbers = found.indices.fill_null(len(order)).to_numpy(zero_copy_only=False)
    return place[numbers], texts.take(pa.array(order)).to_pylist()


def _matrix(circle: Array, party: Array, circles: int, parties: int) -> csr_array:
    from scipy.sparse import csr_array

    made = csr_array((np.ones(len(party), np.int64), (circle, party)), shape=(circles, parties))
    made.sum_duplicates()
    made.data[:] = 1
    return made


def former_ids(now: Gathered, view: View, before: Gathered, former: View) -> list[str | None]:
    """The id of the circle before that each one shares more than half of the union with."""
    import pyarrow.compute as pc

    from graph.algorithms.circles import former as same

    parties = len(view.parties)
    place = pc.index_in(former.parties.column("party_id"), value_set=view.parties.column("party_id"))
    gone = np.asarray(place.is_null())
    column = place.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    # Those who left still belong to the union.
    column[gone] = parties + np.arange(gone.sum())
    width = parties + int(gone.sum())
    ours, theirs = now.members.tocoo(), before.members.tocoo()
    rows = same(
        _matrix(ours.coords[0], ours.coords[1], len(now.ids), width),
        _matrix(theirs.coords[0], column[theirs.coords[1]], len(before.ids), width),
    )
    return [before.ids[row] if row >= 0 else None for row in rows.tolist()]
