"""One Neo4j server and one of its databases: sessions that route and retry, opened at the first question."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import neo4j
from neo4j import READ_ACCESS, WRITE_ACCESS, Driver, GraphDatabase, ManagedTransaction, Session

from explorer.errors import BadSetting
from explorer.settings import Login
from graph.stores.neo4j.faults import check_version, worded

T = TypeVar("T")
SCHEMES = ("neo4j", "neo4j+s", "bolt", "bolt+s", "neo4j+ssc", "bolt+ssc")
PORT = 7687
FETCH = 2000
"""Records that the server sends at a time."""
PATIENCE = 10.0
"""Seconds to wait for a server to answer at all."""


class Connection:
    """Use `read` and `write` for units of work, which are retried where a cluster moves or a lock is lost.

    What one unit wrote the next one sees, on whichever member of a cluster it runs. Every method raises StoreError.
    """

    def __init__(self, address: str, login: Login) -> None:
        """Raises BadSetting for an address of another kind, or one with a password in it."""
        parts = urlsplit(address)
        if parts.scheme not in SCHEMES:
            raise BadSetting("store_scheme", store=parts.scheme)
        if "@" in parts.netloc:
            raise BadSetting("neo4j_password_in_address")
        self.address = address
        self.login = login
        self._opened: Driver | None = None
        self._bookmarks = GraphDatabase.bookmark_manager()

    @property
    def identity(self) -> str:
        """A name for this database among others, the same for every scheme and spelling of the address."""
        parts = urlsplit(self.address)
        place = f"{(parts.hostname or 'localhost').lower()}:{parts.port or PORT}/{self.login.database}"
        return hashlib.sha256(place.encode()).hexdigest()[:16]

    @contextmanager
    def session(self, *, write: bool = False, fetch: int = FETCH) -> Iterator[Session]:
        """A session of the driver; what the driver raises in the block becomes a StoreError."""
        with (
            worded(self.address, self.login),
            self._driver().session(
                database=self.login.database or None,
                default_access_mode=WRITE_ACCESS if write else READ_ACCESS,
                bookmark_manager=self._bookmarks,
                fetch_size=fetch,
            ) as session,
        ):
            yield session

    def read(self, work: Callable[[ManagedTransaction], T], *, fetch: int = FETCH) -> T:
        with self.session(fetch=fetch) as session:
            return session.execute_read(work)

    def write(self, work: Callable[[ManagedTransaction], T]) -> T:
        with self.session(write=True) as session:
            return session.execute_write(work)

    def ask(self, statement: str, parameters: Mapping[str, Any] | None = None) -> tuple[list[str], list[list[Any]]]:
        """Run one reading statement; returns the names of the columns and the rows."""

        def work(transaction: ManagedTransaction) -> tuple[list[str], list[list[Any]]]:
            result = transaction.run(statement, dict(parameters or {}))
            return list(result.keys()), [record.values() for record in result]

        return self.read(work)

    def close(self) -> None:
        if self._opened:
            self._opened.close()
            self._opened = None

    def _driver(self) -> Driver:
        """The driver, once the server has answered and is new enough."""
        if self._opened is None:
            login = self.login
            driver = GraphDatabase.driver(
                self.address,
                auth=(login.username, login.password) if login.password else None,
                connection_timeout=PATIENCE,
                notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF,
                user_agent="prospect-explorer",
            )
            with ExitStack() as refused:
                refused.callback(driver.close)
                check_version(driver.get_server_info().agent, self.address)
                refused.pop_all()
            self._opened = driver
        return self._opened
