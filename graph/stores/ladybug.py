"""The embedded store: one Ladybug database file per load, filled by COPY and opened read-only."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from explorer.errors import NothingLoaded, StoreError
from explorer.progress import Progress, silent, steps
from graph.model import NODES, RELATION, RELATIONS, Node, Relation
from graph.stores.base import Parameter, Store, table_files, unglobbed
from graph.stores.home import Home

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = "0.22"
"""Ladybug's file format changes between minor versions, so the file's name carries the one that wrote it."""
COPY_POOL = 0
"""Ladybug's own choice, most of the machine's memory: it takes what a COPY needs, and fails where that is capped."""


def create_node_cypher(node: Node) -> str:
    columns = ", ".join(f"`{p.name}` {p.type}" for p in node.properties)
    return f"CREATE NODE TABLE `{node.label}`({columns}, PRIMARY KEY(`{node.key}`))"


def create_relation_cypher(relation: Relation) -> str:
    ends = [f"FROM `{start}` TO `{end}`" for start, end in relation.ends]
    columns = [f"`{p.name}` {p.type}" for p in relation.properties]
    return f"CREATE REL TABLE `{relation.type}`({', '.join(ends + columns)})"


def copy_cypher(name: str, path: Path) -> str:
    """`name` is one of `table_files()`; `path` is our own folder, quoted for a Cypher string."""
    quoted = unglobbed(path).replace("\\", "\\\\").replace("'", "\\'")
    label, *ends = name.split(".")
    pair = f" (from='{ends[0]}', to='{ends[1]}')" if ends else ""
    return f"COPY `{label}` FROM '{quoted}'{pair}"


class LadybugStore(Store):
    """Opens the load in force at each question, so that a reader sees a new load without being told."""

    def __init__(self, home: Home, *, memory: float, threads: int, progress: Progress = silent) -> None:
        """`memory`: GiB for the buffer pool of a reader; `threads`: 0 for all; `progress` hears of a rebuild."""
        self.home = home
        self.pool = int(memory * 2**30)
        self.threads = threads
        self.progress = progress
        self._open: tuple[Path, Any] | None = None
        self._opening = Lock()

    @property
    def name(self) -> str:
        return str(self.home.folder)

    def version(self) -> Path:
        version = self.home.current()
        if version is None:
            raise NothingLoaded("nothing_loaded", store=self.name)
        return version

    def write(self, version: Path, progress: Progress) -> None:
        """Build the database beside its final name, so that a file of that name is always whole."""
        import ladybug

        path = self._path(version)
        building = path.with_suffix(".building")
        for left in version.glob(building.name + "*"):
            left.unlink()
        try:
            with (
                ladybug.Database(building, buffer_pool_size=COPY_POOL, max_num_threads=self.threads) as database,
                ladybug.Connection(database) as connection,
            ):
                for node in NODES:
                    connection.execute(create_node_cypher(node))
                for relation in RELATIONS:
                    connection.execute(create_relation_cypher(relation))
                for name in steps(progress, "copy", table_files()):
                    connection.execute(copy_cypher(name, version / "graph" / f"{name}.parquet"))
        except RuntimeError as error:
            raise StoreError("ladybug_write", reason=error) from error
        building.replace(path)

    def own_file(self, version: Path) -> Path | None:
        return self._path(version)

    def put(self, current: Path, version: Path, name: str, progress: Progress) -> None:
        """Copy the database of `current`, whose readers go on reading it, and fill one table of the copy anew."""
        import ladybug

        path = self._path(version)
        if not self._path(current).exists():
            self.write(version, progress)
            return
        building = path.with_suffix(".building")
        shutil.copyfile(self._path(current), building)
        label = name.partition(".")[0]
        try:
            with (
                ladybug.Database(building, buffer_pool_size=COPY_POOL, max_num_threads=self.threads) as database,
                ladybug.Connection(database) as connection,
            ):
                connection.execute(f"DROP TABLE IF EXISTS `{label}`")
                connection.execute(create_relation_cypher(RELATION[label]))
                connection.execute(copy_cypher(name, version / "graph" / f"{name}.parquet"))
        except RuntimeError as error:
            raise StoreError("ladybug_write", reason=error) from error
        building.replace(path)

    def ask(self, statement: str, parameters: Mapping[str, Parameter]) -> pa.Table:
        connection = self._connection()
        try:
            return connection.execute(statement, dict(parameters)).get_as_arrow(100_000)
        except RuntimeError as error:
            raise StoreError("ladybug_ask", reason=error) from error

    def close(self) -> None:
        if self._open:
            _, connection = self._open
            connection.close()
            connection.database.close()
            self._open = None

    def database(self) -> Path:
        """The file of the load in force, for a process of its own to open; raises NothingLoaded."""
        return self._whole(self.version())

    def _path(self, version: Path) -> Path:
        return version / f"graph-{FORMAT}.lbug"

    def _whole(self, version: Path) -> Path:
        """The file of a load, built first where only another version of Ladybug has written it."""
        path = self._path(version)
        if not path.exists():
            self.progress("rebuild", 0, 0)
            with self.home.writing():
                self.write(version, self.progress)
        return path

    def _connection(self) -> Any:
        version = self.version()
        with self._opening:
            if self._open is None or self._open[0] != version:
                # Another thread may still be asking the database of the load before: it closes with the last answer.
                self._open = (version, self._open_database(version))
            return self._open[1]

    def _open_database(self, version: Path) -> Any:
        import ladybug

        path = self._whole(version)
        try:
            database = ladybug.Database(
                path, read_only=True, buffer_pool_size=self.pool, max_num_threads=self.threads
            )
            return ladybug.Connection(database)
        except RuntimeError as error:
            raise StoreError("ladybug_open", path=path, reason=error) from error
