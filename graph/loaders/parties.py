"""Parties from all the files that name them: one row per id, roles united, the first filled cell of each column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from graph.loaders.rejects import CUT, ORDER
from graph.loaders.sql import literal, name
from graph.loaders.source import Source
from graph.loaders.typed import Fault, faults
from graph.model import ROLE_TABLES, TABLE, Table

if TYPE_CHECKING:
    import duckdb

PARTIES = TABLE["parties"]
PARTY_TABLES = (PARTIES, *ROLE_TABLES)
SINGLE = [column.name for column in PARTIES.columns if column.name not in ("party_id", "roles")]
FLAGS = ("do_not_contact", "no_introductions")


def code(table: Table, reason: str, column: str) -> int:
    return faults(table).index(Fault(reason, column)) + 1


def settle(db: duckdb.DuckDBPyConnection) -> None:
    """Give the code of a fault to rows that only the other files show to be wrong.

    These are role rows without a name where no file has one, and rows of a second file mapped to `parties` that
    disagree with an earlier one in a filled cell.
    """
    named = " UNION ".join(
        f"SELECT party_id FROM checked_{t.name} WHERE row_fault = 0 AND name IS NOT NULL" for t in PARTY_TABLES
    )
    for table in ROLE_TABLES:
        db.execute(
            f"UPDATE checked_{table.name} SET row_fault = {code(table, 'missing', 'name')} WHERE row_fault = 0 AND name IS NULL"
            f" AND party_id NOT IN ({named})"
        )
    differs = " OR ".join(f"later.{name(c)} <> first.{name(c)}" for c in SINGLE)
    db.execute(
        f"UPDATE checked_parties SET row_fault = {code(PARTIES, 'repeat', 'party_id')} WHERE row_fault = 0 AND row_source > 0"
        " AND rowid IN (SELECT later.rowid FROM checked_parties AS later JOIN checked_parties AS first"
        " ON first.party_id = later.party_id AND first.row_source < later.row_source AND first.row_fault = 0 AND later.row_fault = 0"
        f" WHERE later.row_source > 0 AND ({differs}))"
    )


def unite(db: duckdb.DuckDBPyConnection, sources: Mapping[str, tuple[Source, ...]]) -> None:
    """Make `rows_parties` from the checked rows, list conflicts, and number the parties in `party_ids`.

    A party that was only rejected is numbered -1, so that rows lost with it can be told from unknown ones.
    """
    db.execute(
        " UNION ALL ".join(_stacked(table) for table in PARTY_TABLES).join(("CREATE TEMP TABLE stacked AS ", ""))
    )
    db.execute(
        "CREATE TEMP TABLE several AS SELECT * FROM stacked WHERE party_id IN"
        " (SELECT party_id FROM stacked GROUP BY party_id HAVING count(*) > 1)"
    )
    firsts = ", ".join(f"arg_min({name(c)}, rank) AS {name(c)}" for c in SINGLE)
    db.execute(
        f"CREATE TEMP TABLE united AS SELECT party_id, {firsts},"
        " nullif(array_to_string(list_sort(list_distinct(flatten(list(string_split(roles, ';'))"
        " FILTER (roles IS NOT NULL)))), ';'), '') AS roles FROM several GROUP BY party_id"
    )
    _list_conflicts(db, sources)
    columns = ", ".join(
        f"coalesce({name(c.name)}, false) AS {name(c.name)}" if c.kind == "flag" else name(c.name)
        for c in PARTIES.columns
    )
    every = ", ".join(name(c.name) for c in PARTIES.columns)
    db.execute(
        f"CREATE TABLE rows_parties AS SELECT {columns}, (row_number() OVER (ORDER BY party_id) - 1)::INTEGER AS n"
        f" FROM (SELECT {every} FROM stacked WHERE party_id NOT IN (SELECT party_id FROM united)"
        f" UNION ALL SELECT {every} FROM united) ORDER BY party_id"
    )
    db.execute("CREATE TABLE party_ids AS SELECT party_id, n FROM rows_parties")
    lost = " UNION ".join(f"SELECT party_id FROM checked_{table.name} WHERE row_fault <> 0" for table in PARTY_TABLES)
    db.execute(
        f"INSERT INTO party_ids SELECT party_id, -1 FROM ({lost}) WHERE party_id IS NOT NULL"
        " AND party_id NOT IN (SELECT party_id FROM rows_parties)"
    )
    db.execute("DROP TABLE stacked; DROP TABLE several; DROP TABLE united")


def _stacked(table: Table) -> str:
    """Kept rows of one table with its role added; `rank` orders all rows of all files."""
    every = ", ".join(name(column) for column in SINGLE)
    roles = "roles"
    if table.role:
        both = f"list_append(coalesce(string_split(roles, ';'), []), {literal(table.role)})"
        roles = f"array_to_string(list_sort(list_distinct({both})), ';')"
    return (
        f"SELECT party_id, {every}, {roles} AS roles, {ORDER[table.name]} AS place, row_source, row_line,"
        f" {ORDER[table.name]} * 65536 + row_source AS rank FROM checked_{table.name} WHERE row_fault = 0"
    )


def _list_conflicts(db: duckdb.DuckDBPyConnection, sources: Mapping[str, tuple[Source, ...]]) -> None:
    db.execute('CREATE TEMP TABLE file_names (place INTEGER, row_source INTEGER, "table" VARCHAR, file VARCHAR)')
    for table in PARTY_TABLES:
        for number, source in enumerate(sources[table.name]):
            row = (ORDER[table.name], number, table.name, source.file)
            db.execute("INSERT INTO file_names VALUES (?, ?, ?, ?)", row)
    for column in SINGLE:
        cell = f"several.{name(column)}"
        db.execute(
            f'INSERT INTO rejects SELECT "table", several.place, file, row_line, {literal(column)},'
            f" left({cell}::VARCHAR, {CUT}), 'conflict', 'conflict' FROM several JOIN united USING (party_id)"
            f" JOIN file_names USING (place, row_source) WHERE {cell} <> united.{name(column)}"
        )
    db.execute("DROP TABLE file_names")
