"""The workbook: users, lists and saved queries in a small SQLite file, or in PostgreSQL for several web servers."""

from __future__ import annotations

import os
import secrets
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from explorer.errors import BadSetting, StoreError
from explorer.settings import Settings
from web.workbook.tables import SCHEMA, STEPS, Base, Key

FILE = "workbook.db"
PATIENCE = 20
"""Seconds that one writer waits for another."""
LOCK = 19760117
"""The number of the writers' lock on a server; any will do that no other program uses in this database."""


class Workbook:
    """Opened at the first question and made where there is none; raises StoreError where it cannot be read."""

    def __init__(self, url: URL) -> None:
        self.url = url

    @classmethod
    def of(cls, settings: Settings) -> Workbook:
        """The workbook that the settings name; raises BadSetting for an address that is none."""
        named = settings.text("workbook")
        if "://" not in named:
            return cls.file(Path(named) if named else settings.home / FILE)
        try:
            return cls(make_url(named))
        except ArgumentError:
            raise BadSetting("workbook_address") from None

    @classmethod
    def file(cls, path: Path) -> Workbook:
        return cls(URL.create("sqlite", database=str(path.absolute())))

    @classmethod
    def passing(cls) -> Workbook:
        """One that goes with this object: for a viewer that keeps nothing."""
        folder = tempfile.mkdtemp(prefix="workbook-")
        book = cls.file(Path(folder) / FILE)
        weakref.finalize(book, rmtree, folder, ignore_errors=True)
        return book

    @property
    def place(self) -> str:
        """Where it is, for people: without its password."""
        if self._sqlite:
            return str(self.url.database)
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session whose answers are of one moment."""
        with self._worded(), Session(self._engine.execution_options(**self._reads)) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is kept where the block ends well. From its first line on it is the only one that writes."""
        with self._worded(), Session(self._engine.execution_options(writes=True)) as session, session.begin():
            yield session

    @cached_property
    def signing(self) -> str:
        """The secret that signs sessions: the same after a restart and for every process."""
        with self.reading() as session:
            return session.get_one(Key, "signing").value

    def close(self) -> None:
        """Let go of its connections, before a fork say; the next question opens it again."""
        if "_engine" in self.__dict__:
            self.__dict__.pop("_engine").dispose()

    @property
    def _sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def _reads(self) -> dict[str, Any]:
        """What makes PostgreSQL answer as of one moment; SQLite does anyway."""
        return {} if self._sqlite else {"isolation_level": "REPEATABLE READ"}

    @cached_property
    def _engine(self) -> Engine:
        try:
            engine = create_engine(self.url, pool_pre_ping=not self._sqlite)
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            raise StoreError("workbook_driver", place=self.place, reason=error) from None
        if self._sqlite:
            event.listen(engine, "connect", _on_connect)
            _private(Path(str(self.url.database)))
        event.listen(engine, "begin", _begin_sqlite if self._sqlite else _begin_server)
        # Several web servers may come up at once; tables are made by one of them.
        with self._worded(), engine.execution_options(writes=True).begin() as connection:
            self._check(connection)
        return engine

    def _check(self, connection: Any) -> None:
        """Make the tables in a fresh database, or of older ones ours; raise StoreError for a later version's."""
        tables = inspect(connection).get_table_names()
        if tables and Key.__tablename__ not in tables:
            raise StoreError("workbook_foreign", place=self.place)
        with Session(connection) as session:
            if not tables:
                Base.metadata.create_all(connection)
                keys = {"schema": str(SCHEMA), "signing": secrets.token_hex(32)}
                session.add_all(Key(name=name, value=value) for name, value in keys.items())
                session.flush()
            found = session.get(Key, "schema")
            if found is None or found.value not in map(str, range(1, SCHEMA + 1)):
                raise StoreError("workbook_version", place=self.place, found=found and found.value, known=SCHEMA)
            for step in range(int(found.value) + 1, SCHEMA + 1):
                for statement in STEPS[step]:
                    connection.exec_driver_sql(statement)
            found.value = str(SCHEMA)
            session.flush()

    @contextmanager
    def _worded(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or type(error).__name__).partition("\n")[0]
            raise StoreError("workbook_failed", place=self.place, reason=reason) from error


def _private(path: Path) -> None:
    """Make the file where there is none, for its owner alone."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StoreError.of(error) from error


def _on_connect(connection: Any, _: object) -> None:
    """SQLite in WAL mode: readers never wait, writers wait for each other."""
    connection.isolation_level = None  # we begin transactions ourselves, below
    for pragma in (f"busy_timeout = {PATIENCE * 1000}", "foreign_keys = ON", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        _wal(connection)


def _wal(connection: Any) -> None:
    """Turn WAL mode on, which a second process may be doing at this moment; it stays with the file."""
    import time
    from sqlite3 import OperationalError

    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _begin_sqlite(connection: Any) -> None:
    """A writer takes the lock at once: a reader that turns writer half-way is refused without waiting."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_server(connection: Any) -> None:
    """One writer at a time, as in SQLite: who looks first and writes then is not overtaken in between."""
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
