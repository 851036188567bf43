"""One load, all or nothing: read → check → transform → load, in a folder of its own until it is whole."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.errors import BadTables, InputError
from explorer.progress import Progress
from graph.loaders import build, rejects, transform, workbench
from graph.loaders.bonds import write_bonds
from graph.loaders.changes import compare, write_head
from graph.loaders.check import check
from graph.loaders.links import newest_date
from graph.loaders.mapping import Mapping
from graph.loaders.outcome import LoadReport, describe, read_report
from graph.loaders.read import read
from graph.loaders.report import Checked, verdict
from graph.loaders.rows import load_id, write_rows
from graph.stores.base import Store
from graph.stores.home import Home

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Order:
    """What to load and how. `as_of` None: the newest date in the tables; `memory` in GiB; `threads` 0: all cores."""

    tables: Path
    mapping: Mapping
    rejects: Path
    changes: Path | None
    today: date
    as_of: date | None
    ceiling: float
    strict: bool
    memory: float
    threads: int


def check_only(order: Order, progress: Progress) -> LoadReport:
    """Read and check the tables and write the rejects; no store is touched. Raises BadTables as `load` does."""
    with workbench.worded(), tempfile.TemporaryDirectory() as folder:
        stage = Path(folder)
        with workbench.open(stage, order.memory, order.threads) as db:
            return _planned(db, _checked(db, order, stage, progress), order)


def load(store: Store, home: Home, order: Order, progress: Progress) -> LoadReport:
    """Put the tables in force; whatever fails, the former graph stays. Raises BadTables, StoreBusy, StoreError."""
    with workbench.worded(), home.writing():
        store.prepare()
        version = home.begin()
        try:
            report = _fill(store, home, version, order, progress)
            home.publish(version)
        finally:
            home.prune()
    return report


def _fill(store: Store, home: Home, version: Path, order: Order, progress: Progress) -> LoadReport:
    stage = version / "stage"
    for name in ("stage", "rows", "graph"):
        (version / name).mkdir()
    with workbench.open(stage, order.memory, order.threads) as db:
        checked = _checked(db, order, stage, progress)
        report = _transform(db, checked, version, order, progress)
        former = home.current()
        if former and (former / "graph").is_dir():
            changes = compare(db, former / "graph", version / "graph", order.changes, progress)
            report = report.since(read_report(former).load_id, changes)
        elif order.changes:
            write_head(order.changes)
    shutil.rmtree(stage)
    report.save(version)
    store.write(version, progress)
    return report


def _checked(db: duckdb.DuckDBPyConnection, order: Order, stage: Path, progress: Progress) -> Checked:
    """Read, check and judge; the rejects are written whatever the verdict is, and a refusal carries the report."""
    for file in filter(None, (order.rejects, order.changes)):
        if not file.parent.is_dir():
            raise InputError("out_folder", file=file, folder=file.parent)
    rejects.write(None, order.rejects)
    sources = read(order.tables, order.mapping, stage, progress)
    checked = check(db, sources, order.mapping, today=order.today, as_of=order.as_of, progress=progress)
    rejects.write(db, order.rejects)
    try:
        verdict(checked, order.ceiling, order.strict)
    except BadTables as refusal:
        refusal.report = _planned(db, checked, order)
        raise
    return checked


def _planned(db: duckdb.DuckDBPyConnection, checked: Checked, order: Order) -> LoadReport:
    """What a load of the checked rows would say, as far as checking can tell."""
    report = describe(db, checked, order.as_of or newest_date(db), given=order.as_of is not None)
    return replace(report, inferred=transform.count_inferred(db))


def _transform(
    db: duckdb.DuckDBPyConnection, checked: Checked, version: Path, order: Order, progress: Progress
) -> LoadReport:
    """Write rows/, graph/ and snapshot/ of the version."""
    write_rows(db, version / "rows", progress)
    built = build.from_rows(db, version / "rows", order.as_of, order.threads, progress)
    as_of = str(built.as_of) if built.as_of else ""
    identity = load_id(version / "rows", {"as_of": as_of})
    build.write(db, built, version, {"load_id": identity, "as_of": as_of}, order.threads, progress)
    transform.write_nodes(db, version / "graph", progress)
    transform.write_relations(db, version / "graph", progress)
    build.write_parties(version)
    write_bonds(db, version, progress)
    report = describe(
        db, checked, built.as_of, given=order.as_of is not None, links=len(built.links.supplier), identity=identity
    )
    return replace(report, inferred=transform.count_inferred(db))
