"""Rows that say the same thing twice: entities and numbered events by their id, standing relations by their ends."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from explorer.settings import SETTING, weights
from graph.algorithms.strength import DAYS_A_MONTH
from graph.loaders.faults import IDENTICAL, SUPERSEDED, Fault, faults
from graph.loaders.sql import literal, name
from graph.model import Table

if TYPE_CHECKING:
    import duckdb


def mark(db: duckdb.DuckDBPyConnection, table: Table, rows: str, as_of: date | None) -> None:
    """Give repeated rows of the table `rows` their code: identical, superseded, or the fault `repeat`.

    `as_of`: the day the strengths of ties are compared on; None for the newest date of the tables.
    """
    if table.nature == "standing":
        _mark(db, table, rows, _standing(db, table, as_of))
    else:
        _mark(db, table, rows, _first_stays(table))


def _mark(db: duckdb.DuckDBPyConnection, table: Table, rows: str, ranked: str) -> None:
    key = ", ".join(name(column) for column in table.key)
    numbered = f"AND {name(table.key[0])} IS NOT NULL"
    kept = f"FROM {rows} WHERE row_fault = 0 {numbered}"
    several = f"SELECT hash({key}) {kept} GROUP BY ALL HAVING count(*) > 1"
    db.execute(
        "CREATE OR REPLACE TEMP TABLE repeats AS"
        f" WITH candidates AS (SELECT *, rowid AS row {kept} AND hash({key}) IN ({several}))"
        f" SELECT row, verdict FROM ({ranked}) WHERE verdict <> 0"
    )
    db.execute(f"UPDATE {rows} SET row_fault = verdict FROM repeats WHERE {rows}.rowid = repeats.row")
    db.execute("DROP TABLE repeats")


def _values(table: Table) -> str:
    return ", ".join(name(column.name) for column in table.columns)


def _first_stays(table: Table) -> str:
    """The first row of an id stays; role and party files are each taken by themselves, parties.py unites them."""
    code = faults(table).index(Fault("repeat", table.key[0])) + 1
    by_file = ", row_source" if table.key == ("party_id",) else ""
    values = f"row({_values(table)})"
    return (
        f"SELECT row, CASE WHEN row_number() OVER one = 1 THEN 0 WHEN {values} IS NOT DISTINCT FROM"
        f" first_value({values}) OVER one THEN {IDENTICAL} ELSE {code} END AS verdict FROM candidates"
        f" WINDOW one AS (PARTITION BY {name(table.key[0])}{by_file} ORDER BY row_source, row_line)"
    )


def _standing(db: duckdb.DuckDBPyConnection, table: Table, as_of: date | None) -> str:
    """The strongest tie, else the newest row, else the later one stays."""
    key = ", ".join(name(column) for column in table.key)
    order = "row_source DESC, row_line DESC"
    if any(column.name == "date" for column in table.columns):
        order = f"date DESC NULLS LAST, {order}"
    if table.name == "ties":
        order = f"{_tie_strength(db, as_of)} DESC, {order}"
    return (
        f"SELECT row, CASE WHEN row_number() OVER one = 1 THEN 0 WHEN row_number() OVER same > 1 THEN {IDENTICAL}"
        f" ELSE {SUPERSEDED} END AS verdict FROM candidates WINDOW one AS (PARTITION BY {key} ORDER BY {order}),"
        f" same AS (PARTITION BY {_values(table)} ORDER BY {order})"
    )


def _tie_strength(db: duckdb.DuckDBPyConnection, as_of: date | None) -> str:
    """Strength by the default weights, halved with the years before as_of (the newest trade, referral or tie)."""
    newest = "SELECT max(date) FROM rows_supplies"
    if as_of:
        newest = f"SELECT DATE {literal(as_of.isoformat())}"
    elif db.execute(newest).fetchall() == [(None,)]:
        kept = "SELECT date FROM rows_referrals UNION ALL SELECT date FROM checked_ties WHERE row_fault = 0"
        newest = f"SELECT max(date) FROM ({kept})"
    by_kind = weights(str(SETTING["tie_weights"].default))
    other, half_life = by_kind.pop("other"), SETTING["tie_half_life"].default
    kinds = " ".join(f"WHEN '{kind}' THEN {strength}" for kind, strength in by_kind.items())
    months = f"greatest(0, (({newest}) - date) / {DAYS_A_MONTH})"
    return f"coalesce(strength, CASE kind {kinds} ELSE {other} END) * coalesce(pow(2, -{months} / {half_life}), 1)"
