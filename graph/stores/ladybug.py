"""The embedded store: one Ladybug database file per load, filled by COPY and opened read-only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.errors import NothingLoaded, StoreError
from explorer.progress import Progress, silent
from graph.model import NODES, RELATIONS, Node, Relation
from graph.stores.base import Parameter, Store, table_files
from graph.stores.home import Home

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = "0.22"
"""Ladybug's file format changes between minor versions, so the file's name carries the one that wrote it."""


def create_node_cypher(node: Node) -> str:
    columns = ", ".join(f"`{p.name}` {p.type}" for p in node.properties)
    return f"CREATE NODE TABLE `{node.label}`({columns}, PRIMARY KEY(`{node.key}`))"


def create_relation_cypher(relation: Relation) -> str:
    ends = [f"FROM `{start}` TO `{end}`" for start, end in relation.ends]
    columns = [f"`{p.name}` {p.type}" for p in relation.properties]
    return f"CREATE REL TABLE `{relation.type}`({', '.join(ends + columns)})"


def copy_cypher(name: str, path: Path) -> str:
    """`name` is one of `table_files()`; `path` is our own folder, quoted for a Cypher string."""
    quoted = str(path).replace("\\", "\\\\").replace("'", "\\'")
    label, *ends = name.split(".")
    pair = f" (from='{ends[0]}', to='{ends[1]}')" if ends else ""
    return f"COPY `{label}` FROM '{quoted}'{pair}"


class LadybugStore(Store):
    """Opens the load in force at each question, so that a reader sees a new load without being told."""

    def __init__(self, home: Home, *, memory: float, threads: int, progress: Progress = silent) -> None:
        """`memory`: GiB for the buffer pool of a load; `threads`: 0 for all cores; `progress` hears of a rebuild."""
        self.home = home
        self.pool = int(memory * 2**30)
        self.threads = threads
        self.progress = progress
        self._open: tuple[Path, Any, Any] | None = None

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
        database = ladybug.Database(building, buffer_pool_size=self.pool, max_num_threads=self.threads)
        connection = ladybug.Connection(database)
        try:
            for node in NODES:
                connection.execute(create_node_cypher(node))
            for relation in RELATIONS:
                connection.execute(create_relation_cypher(relation))
            names = table_files()
            for done, name in enumerate(names):
                progress("copy", done, len(names))
                connection.execute(copy_cypher(name, version / "graph" / f"{name}.parquet"))
            progress("copy", len(names), len(names))
        except RuntimeError as error:
            raise StoreError("ladybug_write", reason=error) from error
        finally:
            connection.close()
            database.close()
        building.replace(path)

    def ask(self, statement: str, parameters: Mapping[str, Parameter]) -> pa.Table:
        connection = self._connection()
        try:
            result = connection.execute(statement, dict(parameters))
        except RuntimeError as error:
            raise StoreError("ladybug_ask", reason=error) from error
        return result.get_as_arrow(100_000)

    def close(self) -> None:
        if self._open:
            _, database, connection = self._open
            connection.close()
            database.close()
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
        if self._open is None or self._open[0] != version:
            self.close()
            self._open = (version, *self._open_database(version))
        return self._open[2]

    def _open_database(self, version: Path) -> tuple[Any, Any]:
        import ladybug

        path = self._whole(version)
        try:
            database = ladybug.Database(
                path, read_only=True, buffer_pool_size=self.pool, max_num_threads=self.threads
            )
            return database, ladybug.Connection(database)
        except RuntimeError as error:
            raise StoreError("ladybug_open", path=path, reason=error) from error
