"""What hangs on parties that stand surety for each other or own each other: cycles, loans, guarantees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.gathering import BONDS, Gathered
from explorer.view import View
from graph.algorithms.network import Array
from graph.stores.queries import statement

if TYPE_CHECKING:
    from graph.stores.base import Store


@dataclass(frozen=True)
class Loans:
    """Loans that are not settled, by party."""

    number: Array
    """int64[n]"""
    amount: Array
    """int64[n], in 1/100; a loan without an amount adds nothing"""


def loans(view: View, store: Store, settled: tuple[str, ...]) -> Loans:
    """Count and sum each party's loans but those whose status is one of the words `settled`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = store.ask(statement("loans", store.dialect), {})
    status = pc.fill_null(found["status"].cast(pa.string()), "")
    found = found.filter(pc.invert(pc.is_in(status, value_set=pa.array(settled, pa.string()))))
    place = pc.index_in(found["party_id"].cast(pa.string()), value_set=view.parties.column("party_id"))
    party = np.asarray(place.fill_null(-1).to_numpy(), np.int64)
    amount = np.asarray(found["amount"].cast(pa.float64()).to_numpy(), np.float64)
    known, n = party >= 0, len(view.parties)
    return Loans(np.bincount(party[known], minlength=n), _sums(party[known], _cents(amount[known]), n))


def _cents(amount: Array) -> Array:
    return np.asarray(np.rint(np.nan_to_num(amount) * 100), np.int64)


def _sums(where: Array, amount: Array, n: int) -> Array:
    """Sum integers; as doubles they would be rounded above 2^53."""
    sums = np.zeros(n, np.int64)
    np.add.at(sums, where, amount)
    return sums


def risk_columns(view: View, found: Gathered, owed: Loans, limit: int) -> dict[str, Any]:
    """Links between members, strongly connected parts, cycles, and the money that hangs on them."""
    n, circles = len(view.parties), len(found.ids)
    circle = np.full(n, -1, np.int64)
    pairs = found.members.tocoo()
    circle[pairs.coords[1]] = pairs.coords[0]
    a, b = view.bonds.ends("guarantees")
    cents = _cents(view.bonds.numbers("guarantees", "amount"))
    given = circle[a] >= 0
    inside = given & (circle[a] == circle[b])
    return {
        **_tangle(view, found, circle, limit),
        "loans": found.members @ owed.number,
        "loan_amount": found.members @ owed.amount,
        "guarantees_inside": _sums(circle[a][inside], cents[inside], circles),
        "guarantees_outside": _sums(circle[a][given & ~inside], cents[given & ~inside], circles),
    }


def _tangle(view: View, found: Gathered, circle: Array, limit: int) -> dict[str, Any]:
    """How the members' own bonds run: how many, and how they come back to where they started."""
    import pyarrow as pa

    from graph.algorithms.risk import cycles, distinct, parts

    n, circles = len(view.parties), len(found.ids)
    source, target = distinct(*view.bonds.ends(BONDS[found.kind]))
    within = (circle[source] >= 0) & (circle[source] == circle[target])
    source, target = source[within], target[within]
    part = parts(n, source, target, "strong")
    size = np.bincount(part, minlength=n)
    strong = np.flatnonzero(size > 1)
    counted = cycles(n, source, target, part, limit)
    by_length = np.zeros((circles, counted.by_length.shape[1]), np.int64)
    np.add.at(by_length, circle[strong], counted.by_length[strong])
    number = by_length.sum(axis=1)
    return {
        "links": np.bincount(circle[source], minlength=circles),
        "strong_parts": np.bincount(circle[strong], minlength=circles),
        "in_strong": _sums(circle[strong], size[strong], circles),
        "cycles": number,
        "cycles_cut": np.bincount(circle[strong][counted.cut[strong]], minlength=circles) > 0,
        "shortest_cycle": pa.array((by_length > 0).argmax(axis=1), mask=number == 0),
    }
