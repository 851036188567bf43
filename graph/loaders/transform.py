"""From checked rows to the tables of the graph: one Parquet file per node kind and pair of ends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.progress import Progress, steps
from graph.loaders.parties import has_role
from graph.loaders.sql import literal
from graph.model import NODE, RELATION, ROLE_FLAGS

if TYPE_CHECKING:
    import duckdb

_FLAGS = ", ".join(f"{has_role(role)} AS {flag}" for role, flag in ROLE_FLAGS.items())

# What is only named by a row of another table becomes a bare node: it has its key and nothing else.
NODES_SQL = {
    "Party": f"SELECT *, {_FLAGS} FROM rows_parties JOIN partners USING (n)",
    "Group": "FROM rows_groups UNION ALL BY NAME SELECT DISTINCT group_id FROM rows_memberships"
    " WHERE group_id NOT IN (SELECT group_id FROM rows_groups)",
    "Product": "FROM rows_products UNION ALL BY NAME (SELECT product_id FROM rows_makes"
    " UNION SELECT input_product_id FROM rows_product_chain"
    " UNION SELECT output_product_id FROM rows_product_chain"
    " EXCEPT SELECT product_id FROM rows_products)",
    "Industry": "FROM rows_industries UNION ALL BY NAME (SELECT industry AS code FROM rows_parties"
    " WHERE industry IS NOT NULL UNION SELECT parent_code FROM rows_industries WHERE parent_code IS NOT NULL"
    " UNION SELECT input_code FROM rows_industry_chain UNION SELECT output_code FROM rows_industry_chain"
    " EXCEPT SELECT code FROM rows_industries)",
    "Grid": "SELECT grid FROM rows_parties WHERE grid IS NOT NULL"
    " UNION SELECT unnest(string_split(grids, ';')) FROM rows_managers",
    "Manager": "FROM rows_managers UNION ALL BY NAME (SELECT manager_id FROM rows_parties"
    " WHERE manager_id IS NOT NULL UNION SELECT manager_id FROM rows_contacts"
    " EXCEPT SELECT manager_id FROM rows_managers)",
    "Loan": "SELECT * REPLACE (amount / 100.0 AS amount) FROM rows_loans",
    "Signal": "SELECT *, event_id AS signal_id FROM rows_signals",
}

RELATIONS_SQL = {
    "REFERRED.Party.Party": 'SELECT referrer_id AS "from", referred_id AS "to",'
    " * REPLACE (reward / 100.0 AS reward) FROM rows_referrals",
    "KNOWS.Party.Party": 'SELECT a_id AS "from", b_id AS "to", * FROM rows_ties',
    "OWNS.Party.Party": 'SELECT owner_id AS "from", owned_id AS "to", * FROM rows_ownership',
    "GUARANTEES.Party.Party": 'SELECT guarantor_id AS "from", guaranteed_id AS "to",'
    " * REPLACE (amount / 100.0 AS amount) FROM rows_guarantees",
    "MEMBER_OF.Party.Group": 'SELECT party_id AS "from", group_id AS "to", * FROM rows_memberships',
    "MAKES.Party.Product": 'SELECT party_id AS "from", product_id AS "to", * FROM rows_makes',
    "GOES_INTO.Product.Product": 'SELECT input_product_id AS "from", output_product_id AS "to"'
    " FROM rows_product_chain",
    "IN_INDUSTRY.Party.Industry": 'SELECT party_id AS "from", industry AS "to" FROM rows_parties'
    " WHERE industry IS NOT NULL",
    "PART_OF.Industry.Industry": 'SELECT code AS "from", parent_code AS "to" FROM rows_industries'
    " WHERE parent_code IS NOT NULL",
    "FEEDS.Industry.Industry": 'SELECT input_code AS "from", output_code AS "to" FROM rows_industry_chain',
    "IN_GRID.Party.Grid": 'SELECT party_id AS "from", grid AS "to" FROM rows_parties WHERE grid IS NOT NULL',
    "SERVES.Manager.Grid": 'SELECT DISTINCT manager_id AS "from", unnest(string_split(grids, \';\')) AS "to"'
    " FROM rows_managers WHERE grids IS NOT NULL",
    "MANAGES.Manager.Party": 'SELECT manager_id AS "from", party_id AS "to" FROM rows_parties'
    " WHERE manager_id IS NOT NULL",
    "BORROWS.Party.Loan": 'SELECT party_id AS "from", loan_id AS "to" FROM rows_loans',
    "CONTACTED.Manager.Party": 'SELECT manager_id AS "from", party_id AS "to", * FROM rows_contacts',
    "ABOUT.Signal.Party": 'SELECT event_id AS "from", subject_id AS "to" FROM rows_signals WHERE is_party',
    "ABOUT.Signal.Product": 'SELECT event_id AS "from", subject_id AS "to" FROM rows_signals WHERE NOT is_party',
}

NOT_YET_SQL = {
    f"{one.type}.{start}.{end}": "SELECT '' AS \"from\", '' AS \"to\""
    + "".join(f', NULL AS "{p.name}"' for p in one.properties)
    + " WHERE false"
    for one in RELATION.values()
    if one.computed
    for start, end in one.ends
}
"""Relationships that a load leaves empty."""


def write_nodes(db: duckdb.DuckDBPyConnection, folder: Path, progress: Progress) -> None:
    """Write `<Label>.parquet` for every node kind, sorted by key. Needs the table `partners` (see `load`)."""
    for label, query in steps(progress, "nodes", list(NODES_SQL.items())):
        node = NODE[label]
        columns = ", ".join(f'"{p.name}"::{p.type} AS "{p.name}"' for p in node.properties)
        _copy(db, f"SELECT {columns} FROM ({query}) ORDER BY {node.key}", folder / f"{label}.parquet")


def write_relations(db: duckdb.DuckDBPyConnection, folder: Path, progress: Progress) -> None:
    """Write `<TYPE>.<From>.<To>.parquet` for every relationship but SUPPLIES, sorted by its ends and key."""
    for name, query in steps(progress, "relations", [*RELATIONS_SQL.items(), *NOT_YET_SQL.items()]):
        write_relation(db, name, query, folder)


def write_relation(db: duckdb.DuckDBPyConnection, name: str, query: str, folder: Path) -> None:
    """Write one file of relationships from a query with the columns from, to and the model's properties."""
    properties = RELATION[name.split(".")[0]].properties
    columns = ['"from"', '"to"', *(f'"{p.name}"::{p.type} AS "{p.name}"' for p in properties)]
    _copy(db, f"SELECT {', '.join(columns)} FROM ({query}) ORDER BY ALL", folder / f"{name}.parquet")


INFERRED = {"Group": "groups", "Product": "products", "Industry": "industries", "Manager": "managers"}
"""Node kinds that a row of another table may name before their own table does."""


def count_inferred(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """By table: the bare nodes that only other tables name; grids have no table, so all of them count."""

    def count(source: str) -> int:
        [(rows,)] = db.execute(f"SELECT count(*) FROM ({source})").fetchall()
        return int(rows)

    counts = {table: count(NODES_SQL[label]) - count(f"FROM rows_{table}") for label, table in INFERRED.items()}
    return counts | {"grids": count(NODES_SQL["Grid"])}


def _copy(db: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    db.execute(f"COPY ({query}) TO {literal(path)} (FORMAT parquet, COMPRESSION snappy)")
