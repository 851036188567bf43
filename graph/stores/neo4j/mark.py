"""The mark of a load, one node (:Load): what is loaded, when, from what, and whether a load is under way.

While a load runs (`state` is loading, or publishing where one table alone is written) it also holds who loads
(`holder`), a `token` of that run, when it last wrote (`beat`), and how far it came (`table`, `row`): every batch
proves in its own transaction that the load is still its own, so that a loader that was thought dead cannot write into
the load that replaced it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from neo4j import ManagedTransaction, Transaction

from explorer.errors import StoreBusy, StoreError
from graph.snapshot import load_tag
from graph.stores.base import PUBLISHED, PUBLISHED_FILE
from graph.stores.neo4j.connection import Connection
from graph.stores.neo4j.statements import any_node_cypher

NAME = "graph"
REPORT = "report.json"
ALIVE = 120
"""Seconds since its last batch after which another machine may take a load over."""

READ = "MATCH (l:Load {name: $name}) RETURN l.load_id AS load_id, l.state AS state, l.report AS report"
LOCK = """
MERGE (l:Load {name: $name}) SET l.touched = true REMOVE l.touched
RETURN properties(l) AS found, coalesce(l.beat > datetime() - duration({seconds: $alive}), false) AS alive
"""
BEGIN = """
MATCH (l:Load {name: $name}) SET l.load_id = $load_id, l.state = $state, l.holder = $holder, l.token = $token,
l.beat = datetime(), l.at = $at, l.table = $table, l.row = $row
"""
BEAT = """
MATCH (l:Load {name: $name, token: $token}) SET l.beat = datetime(), l.table = $table, l.row = $row
RETURN l.load_id AS load_id
"""
COMPLETE = "MATCH (l:Load {name: $name, token: $token}) SET l = $facts RETURN l.load_id AS load_id"


@dataclass(frozen=True)
class Mark:
    """What the server says of itself; `report` is the report of a complete load as JSON."""

    load_id: str
    state: Literal["loading", "publishing", "complete"]
    report: str | None

    @property
    def complete(self) -> bool:
        return self.state == "complete"


@dataclass(frozen=True)
class Run:
    """A load under way: tables before `table` are done, and `row` rows of that one. `at` is the day of the load.

    `published` is the hash of the strings that were published into it, if any were.
    """

    load_id: str
    token: str
    at: date
    table: int = 0
    row: int = 0
    published: str = ""

    def names(self, table: str) -> str:
        """What the rows of a table are marked with as named last, so that all others are known to be stale."""
        return self.published if table == PUBLISHED else self.load_id


def read(connection: Connection) -> Mark | None:
    _, rows = connection.ask(READ, {"name": NAME})
    return Mark(*rows[0]) if rows else None


def facts(version: Path) -> dict[str, Any]:
    """Properties of (:Load) when the load in the folder `version` is complete."""
    report = json.loads((version / REPORT).read_text("utf-8"))
    text = json.dumps(report, ensure_ascii=False)
    tables = {f"rows_{table['name']}": int(table["kept"]) for table in report["checked"]["tables"]}
    counts = {**report["counts"], "links": report["links"], **tables}
    named = {"name": NAME, "load_id": load_tag(version / "snapshot")["load_id"], "state": "complete"}
    return {**named, "loaded_at": report["loaded_at"], "as_of": report["as_of"], **counts, "report": text}


def loaded_on(version: Path) -> date:
    return datetime.fromisoformat(json.loads((version / REPORT).read_text("utf-8"))["loaded_at"]).date()


def _published(version: Path) -> str:
    file = version / PUBLISHED_FILE
    return str(json.loads(file.read_text("utf-8"))["sha256"]) if file.exists() else ""


def begin(
    connection: Connection, version: Path, holder: str, state: Literal["loading", "publishing"] = "loading"
) -> Run:
    """Say that the load in `version` is under way; where it had begun before, go on from there.

    Strings may be published into a complete load alone, or where publishing them stopped half-way.
    Raises StoreBusy where another machine loads, StoreError where the graph in the database is somebody else's.
    """
    load_id = load_tag(version / "snapshot")["load_id"]
    fresh = Run(load_id, secrets.token_hex(8), loaded_on(version), published=_published(version))

    def work(transaction: ManagedTransaction) -> Run:
        found = _claim(transaction, connection.address, holder)
        run = fresh
        if state == "publishing" and found.get("state") == "loading":
            raise StoreBusy("publish_changing", store=connection.address)
        if (found.get("state"), state) == ("loading", "loading") and found.get("load_id") == load_id:
            run = replace(fresh, at=found["at"].to_native(), table=found["table"], row=found["row"])
        transaction.run(BEGIN, {"name": NAME, "holder": holder, "state": state, **vars(run)}).consume()
        return run

    return connection.write(work)


def check_free(connection: Connection, holder: str) -> None:
    """Raise what `begin` would raise, without a trace."""
    with connection.session(write=True) as session, session.begin_transaction() as transaction:
        _claim(transaction, connection.address, holder)
        transaction.rollback()


def beat(transaction: ManagedTransaction, address: str, run: Run, table: int, row: int) -> None:
    """Prove that the load is still `run`, and note how far it is; raise StoreBusy where another took it over."""
    given = {"name": NAME, "token": run.token, "table": table, "row": row}
    if transaction.run(BEAT, given).single() is None:
        raise StoreBusy("neo4j_taken_over", store=address)


def complete(connection: Connection, run: Run, found: Mapping[str, Any]) -> None:
    def work(transaction: ManagedTransaction) -> None:
        if transaction.run(COMPLETE, {"name": NAME, "token": run.token, "facts": dict(found)}).single() is None:
            raise StoreBusy("neo4j_taken_over", store=connection.address)

    connection.write(work)


def _claim(transaction: ManagedTransaction | Transaction, address: str, holder: str) -> dict[str, Any]:
    """Lock (:Load) and return what it says; raise where it is not ours to take."""
    record = transaction.run(LOCK, {"name": NAME, "alive": ALIVE}).single(strict=True)
    found: dict[str, Any] = record["found"]
    if "state" not in found and transaction.run(any_node_cypher()).single() is not None:
        raise StoreError("neo4j_foreign", address=address)
    if found.get("state", "complete") != "complete" and record["alive"] and found["holder"] != holder:
        raise StoreBusy("busy", store=address)
    return found
