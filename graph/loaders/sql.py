"""The only place where a name or a text becomes part of a statement that cannot bind it."""

from __future__ import annotations

from pathlib import Path

from graph.stores.base import unglobbed


def name(identifier: str) -> str:
    """Quote a column or table name."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(value: str | Path) -> str:
    """Quote a text or a path."""
    return "'" + str(value).replace("'", "''") + "'"


def scanned(path: Path) -> str:
    """Quote the path of a file to be read; one to be written is a `literal`."""
    return literal(unglobbed(path))


def literals(values: tuple[str, ...] | list[str]) -> str:
    return ", ".join(literal(value) for value in values)
