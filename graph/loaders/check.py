"""The second verb, check: from cells as given to typed rows that keep every rule of the tables, and what was lost.

It never raises for a bad row: `rejects` lists them, and `report.verdict` judges.
"""

from __future__ import annotations

from collections.abc import Mapping as Items
from datetime import date
from typing import TYPE_CHECKING

from explorer.progress import Progress, steps
from graph.loaders import parties, rejects, repeats
from graph.loaders.currency import base_currency
from graph.loaders.faults import IDENTICAL, SUPERSEDED
from graph.loaders.mapping import Mapping
from graph.loaders.report import Checked, FileReport, TableReport
from graph.loaders.scanning import column_types, damaged
from graph.loaders.source import Source, Sources
from graph.loaders.sql import name
from graph.loaders.typed import TYPES, Rules, Typing
from graph.model import TABLES, Table

if TYPE_CHECKING:
    import duckdb

EXTRA = {
    "supplies": {"supplier_n": "INTEGER", "buyer_n": "INTEGER"},
    "signals": {"is_party": "BOOLEAN"},
}
PLACE = {"row_line": "BIGINT", "row_source": "USMALLINT", "row_fault": "USMALLINT", "row_listed": "UINTEGER"}
HASHED = ("referrals", "contacts", "signals")
"""Events that live on as themselves in the graph and so need an id."""


def check(
    db: duckdb.DuckDBPyConnection, sources: Sources, mapping: Mapping, *,
    today: date, as_of: date | None, progress: Progress,
) -> Checked:  # fmt: skip
    """Leave one table `rows_<name>` per table of the model (role files go into parties) and the table `rejects`.

    Amounts are 1/100 of the base currency. rows_parties also has `n`, its place by party_id; rows_supplies
    `supplier_n` and `buyer_n`; referrals, contacts and signals `event_id`; signals `is_party`.
    Raises BadTables where a Parquet file turns out to be damaged.
    """
    db.execute("SET TimeZone = 'UTC'")
    rejects.create(db)
    rejects.know_parts(db, {source.file: source.scan for source in sources.sources})
    rules = Rules(today, base_currency(db, sources, mapping, today), mapping.rates)
    work = _Check(db, sources, rules, as_of)
    tables = [table for table in TABLES if table not in parties.PARTY_TABLES]
    work.parties()
    for table in steps(progress, "check", tables):
        if table.name == "signals":
            _know_products(db)
        work.table(table)
    reports = tuple(work.report(table) for table in TABLES if sources.of(table.name))
    return Checked(reports, sources.unknown_files, rules.currency)


def _know_products(db: duckdb.DuckDBPyConnection) -> None:
    db.execute(
        "CREATE TEMP TABLE product_ids AS SELECT product_id FROM rows_products"
        " UNION SELECT product_id FROM rows_makes UNION SELECT input_product_id FROM rows_product_chain"
        " UNION SELECT output_product_id FROM rows_product_chain"
    )


class _Check:
    """One check under way: the connection, the sources and the counts so far."""

    def __init__(self, db: duckdb.DuckDBPyConnection, sources: Sources, rules: Rules, as_of: date | None) -> None:
        self.db = db
        self.sources = sources
        self.rules = rules
        self.as_of = as_of
        self.counts: dict[str, Items[int, int]] = {}

    def parties(self) -> None:
        for table in parties.PARTY_TABLES:
            self._fill(table)
            repeats.mark(self.db, table, f"checked_{table.name}", self.as_of)
        found = parties.parts(self.sources.sources)
        parties.settle(self.db, found)
        for table in parties.PARTY_TABLES:
            self._collect(table)
        parties.unite(self.db, found)
        for table in parties.PARTY_TABLES:
            self.db.execute(f"DROP TABLE checked_{table.name}")

    def table(self, table: Table) -> None:
        checked, rows = f"checked_{table.name}", f"rows_{table.name}"
        self._fill(table)
        if "row_id" not in table.key or any("row_id" in each.columns for each in self.sources.of(table.name)):
            repeats.mark(self.db, table, checked, self.as_of)
        self._collect(table)
        self.db.execute(f"DELETE FROM {checked} WHERE row_fault <> 0")
        for column in PLACE:
            self.db.execute(f"ALTER TABLE {checked} DROP COLUMN {column}")
        self.db.execute(f"ALTER TABLE {checked} RENAME TO {rows}")
        if table.name in HASHED:
            self._identify(table)

    def _fill(self, table: Table) -> None:
        columns = {column.name: TYPES[column.kind] for column in table.columns} | EXTRA.get(table.name, {}) | PLACE
        definitions = ", ".join(f"{name(column)} {type_}" for column, type_ in columns.items())
        self.db.execute(f"CREATE TABLE checked_{table.name} ({definitions})")
        for number, source in enumerate(self.sources.of(table.name)):
            typing = self._typing(table, source)
            with damaged(source):
                self.db.execute(f"INSERT INTO checked_{table.name} {typing.query(number)}")

    def _typing(self, table: Table, source: Source) -> Typing:
        return Typing(table, source, column_types(self.db, source), self.rules)

    def _collect(self, table: Table) -> None:
        rows = f"checked_{table.name}"
        found = self.db.execute(f"SELECT row_fault, count(*) FROM {rows} GROUP BY ALL").fetchall()
        self.counts[table.name] = dict(found)
        for number, source in enumerate(self.sources.of(table.name)):
            rejects.collect(self.db, rows, self._typing(table, source), number)

    def _identify(self, table: Table) -> None:
        """event_id: row_id, else a hash of the row with its number among equal ones."""
        rows = f"rows_{table.name}"
        values = ", ".join(f"coalesce({name(column.name)}::VARCHAR, '')" for column in table.columns)
        number = f"row_number() OVER (PARTITION BY {', '.join(name(c.name) for c in table.columns)})"
        self.db.execute(
            f"CREATE OR REPLACE TABLE {rows} AS SELECT *, coalesce(row_id,"
            f" left(md5(concat_ws(chr(31), {values})), 16) || '-' || {number}) AS event_id FROM {rows}"
        )

    def report(self, table: Table) -> TableReport:
        sources = self.sources.of(table.name)
        counts = self.counts[table.name]
        read = sum(counts.values())
        listed = self.db.execute(
            'SELECT kind, reason, count(*) FROM rejects WHERE "table" = $table GROUP BY ALL ORDER BY ALL',
            {"table": table.name},
        ).fetchall()
        by_kind = {kind: sum(n for k, _, n in listed if k == kind) for kind, _, _ in listed}
        return TableReport(
            table.name,
            tuple(FileReport(s.file, s.scan.format, s.scan.encoding, s.unknown) for s in sources),
            read=read,
            kept=counts.get(0, 0),
            dropped=sum(source.scan.rows for source in sources) - read,
            identical=counts.get(IDENTICAL, 0),
            superseded=counts.get(SUPERSEDED, 0),
            rejected={reason: n for kind, reason, n in listed if kind == "reject"},
            lost_with_party=by_kind.get("lost_with_party", 0),
            emptied=by_kind.get("emptied", 0) + by_kind.get("odd_flag", 0),
            conflicts=by_kind.get("conflict", 0),
        )
