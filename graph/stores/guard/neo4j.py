"""Typed statements on Neo4j: explained first, then run in a transaction that may only read and is always rolled back.

The driver's read mode is no access control, the Community edition has no roles, and `LOAD CSV` and some commands of
administration count as reading. So after the guard's tokens the server's own plan decides: each operator in it must
be one that reads the graph, and each procedure one that describes it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import pyarrow as pa
from neo4j import Record, Session, Transaction
from neo4j.exceptions import ClientError, Neo4jError

from explorer.errors import ExplorerError, QueryFailed, QueryMemory, QueryTimeout, RefusedQuery
from graph.stores.base import Parameter
from graph.stores.guard import read
from graph.stores.guard.answer import Answer
from graph.stores.guard.plain import column
from graph.stores.guard.words import OPERATORS, PROCEDURES

Plan = dict[str, Any]
OF_QUERIES = ("Neo.ClientError.Statement.", "Neo.ClientError.Procedure.")
"""How the codes begin of errors that lie in the query."""


def run(
    session: Session, statement: str, parameters: Mapping[str, Parameter], *, rows: int, seconds: float,
    tag: str = "",
) -> Answer:  # fmt: skip
    """At most `rows` rows of a reading statement, in a session of read mode; `tag` names its transaction.

    Raises RefusedQuery, QueryTimeout, QueryMemory, QueryFailed; what else the driver raises is the caller's to word.
    """
    reading = read(statement, "neo4j")
    reading.check_parameters(parameters)
    began = time.monotonic()
    text = reading.limited(rows + 1)
    asked = text[reading.tokens[0].end :] if reading.explains else text
    try:
        with session.begin_transaction(
            timeout=seconds, metadata={"app": "prospect-explorer query", "tag": tag}
        ) as transaction:
            plan = _plan(transaction, asked, parameters)
            _check(plan)
            if reading.explains:
                return Answer(_plan_table(plan), False, time.monotonic() - began)
            result = transaction.run(asked, dict(parameters))
            names, found = list(result.keys()), list(islice(result, rows + 1))
            transaction.rollback()
    except Neo4jError as error:
        raise (_worded(error, seconds) or error) from error
    return Answer(_table(names, found[:rows]), len(found) > rows, time.monotonic() - began)


def _plan(transaction: Transaction, asked: str, parameters: Mapping[str, Parameter]) -> Plan:
    summary = transaction.run(f"EXPLAIN {asked}", dict(parameters)).consume()
    if summary.query_type != "r" or summary.plan is None:
        raise RefusedQuery("query_plan", clause=f"EXPLAIN: {summary.query_type}")
    return dict(summary.plan)


def _operators(plan: Plan, depth: int = 0) -> Iterator[tuple[int, str, str, Any]]:
    """Depth, name, details and estimated rows of each operator, the outermost first."""
    stack = [(depth, plan)]
    while stack:
        depth, one = stack.pop()
        values = one.get("args", {})
        yield (
            depth, str(one["operatorType"]).partition("@")[0], str(values.get("Details", "")),
            values.get("EstimatedRows"),
        )  # fmt: skip
        stack += [(depth + 1, child) for child in reversed(one.get("children", []))]


def _check(plan: Plan) -> None:
    """Raises RefusedQuery for an operator or a procedure that may do more than read."""
    for _, operator, details, _ in _operators(plan):
        if operator.partition("(")[0] not in OPERATORS:
            raise RefusedQuery("query_plan", clause=operator)
        if operator == "ProcedureCall" and details.partition("(")[0].strip().upper() not in PROCEDURES["neo4j"]:
            raise RefusedQuery("query_plan", clause=f"CALL {details.partition('(')[0].strip()}")


def _plan_table(plan: Plan) -> pa.Table:
    rows = list(_operators(plan))
    columns = {
        "operator": [f"{'  ' * depth}{operator}" for depth, operator, _, _ in rows],
        "details": [details for _, _, details, _ in rows],
        "estimated_rows": [float(estimate or 0) for _, _, _, estimate in rows],
    }
    return pa.table(columns)


def _table(names: list[str], records: list[Record]) -> pa.Table:
    return pa.table([column([record[at] for record in records]) for at in range(len(names))], names=names)


def _worded(error: Neo4jError, seconds: float) -> ExplorerError | None:
    """What went wrong with the query; None where it was not the query."""
    code = error.code or ""
    if "TransactionTimedOut" in code or code.endswith((".Terminated", "LockClientStopped")):
        return QueryTimeout("query_timeout", seconds=f"{seconds:g}")
    if "OutOfMemory" in code or "MemoryPool" in code:
        return QueryMemory("query_memory_server")
    if isinstance(error, ClientError) and code.startswith(
        ("Neo.ClientError.Statement.", "Neo.ClientError.Procedure.")
    ):
        return QueryFailed("query_failed", reason=str(error.message).partition("\n")[0])
    return None
