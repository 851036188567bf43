"""The Neo4j store: the graph on a server, everything else of a load in a folder of this machine."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.errors import InputError, NothingLoaded, StoreBusy, StoreError
from explorer.progress import Progress, silent
from graph import snapshot
from graph.stores.base import Parameter, Store
from graph.stores.home import Home
from graph.stores.neo4j import mark
from graph.stores.neo4j.connection import Connection

if TYPE_CHECKING:
    import pyarrow as pa


class Neo4jStore(Store):
    """What the server says is loaded is what is in force; a folder that lags behind is brought up to it."""

    dialect = "neo4j"

    def __init__(self, connection: Connection, home: Home, *, batch: int, progress: Progress = silent) -> None:
        """`batch`: rows that one transaction writes; `progress` hears of a snapshot that is made from the server."""
        self.connection = connection
        self.home = home
        self.batch = batch
        self.progress = progress

    @property
    def name(self) -> str:
        return self.connection.address

    def prepare(self) -> None:
        mark.check_free(self.connection, self._holder)

    def write(self, version: Path, progress: Progress) -> None:
        """Bring the server to the graph of `version`; where this stops half-way, the next write completes it."""
        from graph.stores.neo4j.load import write

        write(self.connection, version, self._holder, self.batch, progress)

    def put(self, current: Path, version: Path, name: str, progress: Progress) -> None:
        """One table of the server, batch by batch; until it is whole, queries see some of its former rows."""
        from graph.stores.neo4j.load import put

        del current
        put(self.connection, version, name, self._holder, self.batch, progress)

    def restore(self, version: Path, progress: Progress) -> None:
        if not (version / "graph").is_dir():
            raise InputError("no_former_tables", store=self.name)
        self.write(version, progress)

    def version(self) -> Path:
        """The folder of the load in force, made from the server where this machine has not got it.

        While a load runs it is the last complete one that is here; raises StoreBusy where there is none.
        """
        current, found = self.home.current(), mark.read(self.connection)
        if found is None:
            raise NothingLoaded("nothing_loaded", store=self.name)
        if current and (not found.complete or _load_id(current) == found.load_id):
            return current
        if not found.complete:
            raise StoreBusy("neo4j_changing", store=self.name)
        return self._catch_up(found, current)

    def changing(self) -> bool:
        found = mark.read(self.connection)
        return found is not None and not found.complete

    def ask(self, statement: str, parameters: Mapping[str, Parameter]) -> pa.Table:
        import pyarrow as pa

        names, rows = self.connection.ask(statement, parameters)
        columns = zip(*rows, strict=True) if rows else ([] for _ in names)
        return pa.table({name: [native(value) for value in of] for name, of in zip(names, columns, strict=True)})

    def close(self) -> None:
        self.connection.close()

    @property
    def _holder(self) -> str:
        """This machine's folder for the database, as a name that tells no one where it is."""
        return hashlib.sha256(f"{socket.gethostname()}:{self.home.folder.resolve()}".encode()).hexdigest()[:16]

    def _catch_up(self, found: mark.Mark, current: Path | None) -> Path:
        """Put in force here what the server holds; while that cannot be done, what is here answers."""
        try:
            with self.home.writing():
                version = self._kept(found.load_id) or self._rebuild(found)
                if version != self.home.current():
                    self.home.publish(version)
                return version
        except StoreBusy:
            if current is None:
                raise
            return current

    def _kept(self, load_id: str) -> Path | None:
        """A whole folder of that load, which was not put in force because its loader died, or is the former one."""
        for folder in sorted(self.home.folder.glob("load-*"), reverse=True):
            whole = (folder / mark.REPORT).exists() and not (folder / "stage").exists()
            if whole and _load_id(folder) == load_id:
                return folder
        return None

    def _rebuild(self, found: mark.Mark) -> Path:
        from graph.stores.neo4j.reading import read_snapshot

        version = self.home.begin()
        report = str(found.report)
        tag = {"load_id": found.load_id, "as_of": json.loads(report)["as_of"] or ""}
        read_snapshot(self.connection, version / "snapshot", tag, self.progress)
        (version / mark.REPORT).write_text(report, "utf-8")
        if mark.read(self.connection) != found:
            raise StoreBusy("neo4j_changing", store=self.name)
        return version


def _load_id(version: Path) -> str:
    """The load of a folder; of one that another version of this program made, and cannot be read, none."""
    try:
        return str(snapshot.load_tag(version / "snapshot")["load_id"])
    except StoreError:
        return ""


def native(value: Any) -> Any:
    """A value of the driver as plain Python: dates as dates, nodes and relationships as their properties."""
    if isinstance(value, list):
        return [native(one) for one in value]
    if hasattr(value, "to_native"):
        return value.to_native()
    if hasattr(value, "element_id"):
        return {name: native(one) for name, one in value.items()}
    return value
