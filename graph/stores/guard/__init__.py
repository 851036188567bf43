"""The guard: which statements that people type may go to a store. Nothing but reading the graph may happen.

It is the first lock and the one that explains itself; behind it stand a read-only file in a worker process
(`graph.stores.worker`) and a plan check in a transaction that is always rolled back (`graph.stores.guard.neo4j`).
"""

from __future__ import annotations

from explorer.errors import RefusedQuery
from graph.stores.guard.clauses import Walk
from graph.stores.guard.hops import check_hops
from graph.stores.guard.tokens import Dialect, Token, tokens


def check(statement: str, dialect: Dialect, *, max_hops: int) -> None:
    """Raises RefusedQuery, which names the clause and says why, unless `statement` only reads the graph."""
    reading(statement, dialect, max_hops=max_hops)


def reading(statement: str, dialect: Dialect, *, max_hops: int) -> list[Token]:
    """The tokens of a statement that passes `check`, without a semicolon at its end."""
    found = tokens(statement, dialect)
    while found and found[-1].is_sign(";"):
        found.pop()
    if not found:
        raise RefusedQuery("query_empty")
    check_hops(statement, found, dialect, max_hops)
    Walk(statement, found, dialect).run()
    return found
