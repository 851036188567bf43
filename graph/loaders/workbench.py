"""The DuckDB that tables are worked on in: it spills to disk and may fetch nothing from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.errors import StoreError

if TYPE_CHECKING:
    import duckdb

FULL = ("No space left", "File too large", "checkpoint failed")
"""How a full disk sounds; the last is Ladybug's, which reads back what it could not write."""


@contextmanager
def open(stage: Path, memory: float, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open one with `memory` GiB and some threads that spills into `stage`; Ctrl-C raises KeyboardInterrupt."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory}GiB",
        "temp_directory": str(stage / "spill"),
        "threads": str(threads),
        "autoinstall_known_extensions": "false",
    }
    with duckdb.connect(config=config) as db:
        try:
            yield db
        except RuntimeError as error:
            if str(error) == "Query interrupted":  # DuckDB swallows the KeyboardInterrupt that it is stopped by
                raise KeyboardInterrupt from error
            raise


@contextmanager
def worded() -> Iterator[None]:
    """Say in one sentence what the disk or the memory refused, whichever part found out: raises StoreError."""
    import duckdb

    try:
        yield
    except (OSError, duckdb.Error, StoreError) as error:
        if any(sign in str(error) for sign in FULL):
            raise StoreError("disk_full") from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise StoreError("memory_short", reason=error) from error
        if isinstance(error, OSError):
            raise StoreError.of(error) from error
        raise
