"""The DuckDB that tables are worked on in: it spills to disk and may fetch nothing from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@contextmanager
def open(stage: Path, memory: float, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open one with `memory` GiB and some threads that spills into `stage`."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory}GiB",
        "temp_directory": str(stage / "spill"),
        "threads": str(threads),
        "autoinstall_known_extensions": "false",
    }
    with duckdb.connect(config=config) as db:
        yield db
