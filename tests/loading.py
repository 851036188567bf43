"""Tables written by a test, read and checked for real."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from explorer.progress import silent
from graph.loaders.check import check
from graph.loaders.mapping import NO_MAPPING, read_mapping
from graph.loaders.read import read
from graph.loaders.report import Checked, TableReport
from graph.loaders.source import Sources

TODAY = date(2026, 6, 30)
PARTIES = "party_id,name\nA,甲厂\nB,乙店\nC,丙农\n"


@dataclass(frozen=True)
class Loaded:
    db: duckdb.DuckDBPyConnection
    sources: Sources
    checked: Checked

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.db.execute(query).fetchall()

    @property
    def rejects(self) -> list[tuple[Any, ...]]:
        """(file, line, column, value, reason, kind)"""
        return self.rows('SELECT file, line, "column", value, reason, kind FROM rejects ORDER BY ALL')

    def report(self, table: str) -> TableReport:
        return next(report for report in self.checked.tables if report.name == table)


def write(folder: Path, tables: Mapping[str, str | bytes]) -> Path:
    """Write files by name; text as UTF-8, gzipped where the name says so."""
    for name, content in tables.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return folder


def read_tables(folder: Path, stage: Path, mapping: str = "") -> Sources:
    stage.mkdir(exist_ok=True)
    if not mapping:
        return read(folder, NO_MAPPING, stage, silent)
    (stage / "mapping.toml").write_text(mapping, "utf-8")
    return read(folder, read_mapping(stage / "mapping.toml"), stage, silent)


@contextmanager
def checked(
    folder: Path, tables: Mapping[str, str | bytes] | None = None, mapping: str = "", today: date = TODAY
) -> Iterator[Loaded]:
    """Write `tables` (with parties A, B, C unless given) into `folder`, read and check them."""
    write(folder, {"parties.csv": PARTIES, **tables} if tables is not None else {})
    stage = folder / "stage"
    sources = read_tables(folder, stage, mapping)
    rules = read_mapping(stage / "mapping.toml") if mapping else NO_MAPPING
    with duckdb.connect(config={"threads": "2"}) as db:
        yield Loaded(db, sources, check(db, sources, rules, today=today, as_of=None, progress=silent))
