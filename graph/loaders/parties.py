"""Parties from all the files that name them: one row per id, roles united, the first filled cell of each column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.loaders.faults import Fault, faults
from graph.loaders.rejects import CUT, ORDER
from graph.loaders.source import Source
from graph.loaders.sql import literal, name
from graph.model import ROLE_TABLES, TABLE, Table

if TYPE_CHECKING:
    import duckdb

PARTIES = TABLE["parties"]
PARTY_TABLES = (PARTIES, *ROLE_TABLES)
CELLS = [column for column in PARTIES.columns if column.name not in ("party_id", "roles")]


@dataclass(frozen=True)
class Part:
    """The kept rows of one file; `rows` is a query of them, with at most one row per id."""

    table: Table
    number: int
    file: str

    @property
    def rows(self) -> str:
        return f"(SELECT * FROM checked_{self.table.name} WHERE row_fault = 0 AND row_source = {self.number})"


def parts(sources: Iterable[Source]) -> list[Part]:
    """The files that name parties, in the order in which their cells count."""
    found: list[Part] = []
    for source in sources:
        table = TABLE[source.table]
        if table in PARTY_TABLES:
            found.append(Part(table, sum(part.table == table for part in found), source.file))
    return found


def settle(db: duckdb.DuckDBPyConnection, found: list[Part]) -> None:
    """Give the code of a fault to rows that only the other files show to be wrong.

    These are rows of a second file mapped to `parties` that disagree with an earlier one in a filled cell, and role
    rows without a name where no file has one.
    """
    files = [part for part in found if part.table == PARTIES]
    for at, later in enumerate(files):
        for first in files[:at]:
            repeated = (
                f"party_id IN (SELECT party_id FROM {first.rows} AS first JOIN {later.rows} AS later"
                f" USING (party_id) WHERE {_differs('later', 'first')})"
            )
            _refuse(db, later, Fault("repeat", "party_id"), repeated)
    named = " UNION ALL ".join(f"SELECT party_id FROM {part.rows} WHERE name IS NOT NULL" for part in found)
    for part in found:
        if db.execute(f"SELECT 1 FROM {part.rows} WHERE name IS NULL LIMIT 1").fetchone():
            _refuse(db, part, Fault("missing", "name"), f"name IS NULL AND party_id NOT IN ({named})")


def _refuse(db: duckdb.DuckDBPyConnection, part: Part, fault: Fault, condition: str) -> None:
    code = faults(part.table).index(fault) + 1
    db.execute(
        f"UPDATE checked_{part.table.name} SET row_fault = {code}"
        f" WHERE row_fault = 0 AND row_source = {part.number} AND {condition}"
    )


def _differs(one: str, other: str) -> str:
    return " OR ".join(f"{one}.{name(cell.name)} <> {other}.{name(cell.name)}" for cell in CELLS)


def unite(db: duckdb.DuckDBPyConnection, found: list[Part]) -> None:
    """Make `rows_parties`, list conflicts, and number the parties in `party_ids` in the order of their ids.

    A party that was only rejected is numbered -1 there, so that rows lost with it can be told from unknown ones.
    """
    kept = " UNION ".join(f"SELECT party_id FROM {part.rows}" for part in found)
    db.execute(
        "CREATE TABLE party_ids AS"
        f" SELECT party_id, (row_number() OVER (ORDER BY party_id) - 1)::INTEGER AS n FROM ({kept})"
    )
    columns = ", ".join(_united(column.name, column.kind, found) for column in PARTIES.columns)
    joined = f"{found[0].rows} AS t0" + "".join(
        f" FULL JOIN {part.rows} AS t{i} USING (party_id)" for i, part in enumerate(found) if i
    )
    db.execute(f"CREATE TABLE rows_parties AS SELECT {columns}, n FROM {joined} JOIN party_ids USING (party_id)")
    for part in found[1:]:
        _list_conflicts(db, part)
    for flag in (cell.name for cell in CELLS if cell.kind == "flag"):
        db.execute(f"UPDATE rows_parties SET {name(flag)} = false WHERE {name(flag)} IS NULL")
    lost = " UNION ".join(f"SELECT party_id FROM checked_{part.table.name} WHERE row_fault <> 0" for part in found)
    db.execute(
        f"INSERT INTO party_ids SELECT party_id, -1 FROM ({lost}) WHERE party_id IS NOT NULL"
        " AND party_id NOT IN (SELECT party_id FROM rows_parties)"
    )


def has_role(role: str) -> str:
    """Whether a row of `rows_parties` has a role, as SQL; whoever is a customer since some day is one."""
    has = f"contains(';' || coalesce(roles, '') || ';', {literal(f';{role};')})"
    return f"({has} OR customer_since IS NOT NULL)" if role == "customer" else has


def _united(column: str, kind: str, found: list[Part]) -> str:
    """The first filled cell; of roles, all of them and that of each role file."""
    cells = [f"t{i}.{name(column)}" for i in range(len(found))]
    if column == "party_id":
        return column
    if kind != "roles":
        return f"coalesce({', '.join(cells)}) AS {name(column)}"
    roles = [
        f"CASE WHEN t{i}.row_fault = 0 THEN {literal(part.table.role)} END"
        for i, part in enumerate(found)
        if part.table.role
    ]
    if not roles:
        return f"coalesce({', '.join(cells)}) AS roles" if len(cells) == 1 else f"{_sorted(cells)} AS roles"
    return f"{_sorted(cells + roles)} AS roles"


def _sorted(cells: list[str]) -> str:
    joined = f"concat_ws(';', {', '.join(cells)})"
    distinct = f"array_to_string(list_sort(list_distinct(string_split({joined}, ';'))), ';')"
    return f"nullif(CASE WHEN contains({joined}, ';') THEN {distinct} ELSE {joined} END, '')"


def _list_conflicts(db: duckdb.DuckDBPyConnection, part: Part) -> None:
    """List the filled cells of one file that lost against an earlier one."""
    both = f"{part.rows} AS later JOIN rows_parties AS first USING (party_id)"
    if not db.execute(f"SELECT 1 FROM {both} WHERE {_differs('later', 'first')} LIMIT 1").fetchone():
        return
    for cell in CELLS:
        later = f"later.{name(cell.name)}"
        db.execute(
            f"INSERT INTO rejects SELECT {literal(part.table.name)}, {ORDER[part.table.name]}, {literal(part.file)},"
            f" row_line, {literal(cell.name)}, left({later}::VARCHAR, {CUT}), 'conflict', 'conflict'"
            f" FROM {both} WHERE {later} <> first.{name(cell.name)}"
        )
