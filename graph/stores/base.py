"""The store's interface, small enough to be written twice: put a graph in, ask it, say which one it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.progress import Progress
from graph.model import NODES, RELATIONS

if TYPE_CHECKING:
    import pyarrow as pa

PUBLISHED = "PROSPECT_OF.Party.Party"
"""The one of `table_files()` that is written after a load, and alone."""
PUBLISHED_FILE = "published.json"
"""Beside the graph: what was published into it."""
Parameter = str | int | float | bool | date | list[str] | None


class Store(ABC):
    """A graph that is asked in Cypher and replaced as a whole by a load."""

    dialect = ""
    """Which of two texts of a statement is meant for this store: `<name>.<dialect>.cypher`, where there is one."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What people call this store by: its folder or its address."""

    @abstractmethod
    def version(self) -> Path:
        """The folder of the load in force; raises NothingLoaded before the first load."""

    def changing(self) -> bool:
        """Whether a load is writing into the very graph that questions are asked of."""
        return False

    def prepare(self) -> None:
        """Raise StoreError where a load could not be written, before hours are spent on its tables."""
        return

    def restore(self, version: Path, progress: Progress) -> None:
        """Make the graph of a former load the one that answers, before the pointer is set back to it."""
        del version, progress

    @abstractmethod
    def write(self, version: Path, progress: Progress) -> None:
        """Put the graph tables of `version` into the store; raise StoreError where that fails."""

    def own_file(self, version: Path) -> Path | None:
        """The one file of a load that the store writes into."""
        del version
        return None

    @abstractmethod
    def put(self, current: Path, version: Path, name: str, progress: Progress) -> None:
        """Make one of `table_files()` what it is in `version`, which else is `current`; raise StoreError."""

    @abstractmethod
    def ask(self, statement: str, parameters: Mapping[str, Parameter]) -> pa.Table:
        """Run one reading statement on the graph in force; raise NothingLoaded before the first load."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections; the store opens them again at the next question."""


def unglobbed(path: Path) -> str:
    """The path as a pattern that only it fits: DuckDB and Ladybug take `*`, `?` and `[` in what they read for one."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


def table_files() -> list[str]:
    """Names (without `.parquet`) of the files a graph is handed over in: nodes first, then relationships.

    Node tables have the columns of the model; relationship tables `from`, `to` and the model's properties.
    """
    nodes = [node.label for node in NODES]
    return nodes + [f"{r.type}.{start}.{end}" for r in RELATIONS for start, end in r.ends]
