"""Why a row is not kept, or a cell not believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.loaders import cells
from graph.model import Column, Table

REFLEXIVE = {"supplies", "referrals", "ties", "ownership", "guarantees"}
"""Tables of relations between two parties, where nobody can stand on both sides."""

FAULTS = (
    "ragged", "missing", "unreadable", "bad_id", "number", "date", "date_range", "amount", "currency", "share",
    "count", "self", "unknown_party", "unknown_subject", "lost_with_party", "repeat",
)  # fmt: skip
"""Why a row is not kept, in the order in which the first one counts."""

IDENTICAL = 60_001
SUPERSEDED = 60_002


@dataclass(frozen=True)
class Fault:
    """Something that takes a row away, told by the cell in `column`."""

    reason: str
    column: str


def faults(table: Table) -> tuple[Fault, ...]:
    """All faults a row of `table` can have; a fault's code is its place here, from 1."""
    found = [fault for column in table.columns for fault in _column_faults(table, column)]
    found.append(Fault("ragged", ""))
    if table.name in REFLEXIVE:
        found.append(Fault("self", table.columns[1].name))
    if table.nature in ("entity", "role") or "row_id" in table.key:
        found.append(Fault("repeat", table.key[0]))
    return tuple(sorted(found, key=lambda fault: FAULTS.index(fault.reason)))


def _column_faults(table: Table, column: Column) -> Iterator[Fault]:
    reasons = []
    if column.required or (table.nature == "role" and column.name == "name"):
        reasons.append("missing")
    if column.required:
        reasons.append("unreadable")
    if column.refers in ("parties", "subjects"):
        reasons += ["unknown_party" if column.refers == "parties" else "unknown_subject", "lost_with_party"]
    elif column.kind == "id" and not is_emptied(table, column):
        reasons.append("bad_id")
    if column.kind in ("amount", "number", "share", "count") and not is_emptied(table, column):
        reasons.append("number")
    if column.kind == "date" and not is_emptied(table, column):
        reasons += ["date", "date_range"]
    if column.kind == "amount":
        reasons.append("amount")
    if column.name == "currency":
        reasons.append("currency")
    if column.kind in ("share", "count"):
        reasons.append(column.kind)
    return (Fault(reason, column.name) for reason in reasons)


def is_emptied(table: Table, column: Column) -> bool:
    """Whether an unreadable cell only loses its value. In events, numbers and dates must be readable."""
    if column.required:
        return False
    return table.nature != "event" or (column.kind in cells.TEXTS and column.name != "row_id")
