"""Strings that were dug elsewhere, put into the store beside the graph they were dug from: all or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.errors import InputError
from explorer.progress import Progress
from graph.loaders import transform, workbench
from graph.loaders.outcome import read_report
from graph.loaders.sql import literal, scanned
from graph.stores.base import PUBLISHED, PUBLISHED_FILE, Store
from graph.stores.home import Home

if TYPE_CHECKING:
    import duckdb

COLUMNS = {
    "prospect_id": "VARCHAR", "anchor_id": "VARCHAR", "direction": "VARCHAR", "rank": "BIGINT", "tier": "BIGINT",
    "score": "DOUBLE", "cost": "BIGINT", "path_ids": "VARCHAR",
}  # fmt: skip
"""What is taken of an export of `dig`."""

OPTIONS = "union_by_name = true, hive_partitioning = false"
"""How parts are read: names of folders above them are no columns."""

STRINGS_SQL = """
SELECT prospect_id AS "from", anchor_id AS "to", direction AS side, rank, tier, score, cost, path_ids AS path,
       {as_of} AS as_of
FROM dug ANTI JOIN barred ON prospect_id = party_id
"""


@dataclass(frozen=True)
class Published:
    """What was put in force: `rows` strings of `anchors` anchors, dug as of a day, by a plan of an engine.

    `left_out` rows lead to parties that have become customers, or may not be contacted, since they were dug.
    `sha256` is that of the rows as they stand in the store.
    """

    rows: int
    anchors: int
    left_out: int
    as_of: str | None
    engine: str
    sha256: str


@dataclass(frozen=True)
class Export:
    """A Parquet export of `dig` on this machine, a file or a folder of parts, and what those who asked call it."""

    path: Path
    called: str

    def __str__(self) -> str:
        return self.called


def read_published(version: Path) -> Published | None:
    """What was published into a load; None where nothing was."""
    file = version / PUBLISHED_FILE
    return Published(**json.loads(file.read_text("utf-8"))) if file.exists() else None


def publish(store: Store, home: Home, strings: Export, memory: float, threads: int, progress: Progress) -> Published:
    """Put the strings of an export in the place of those published before.

    The load stays what it is, and so does the one before it. Raises InputError for rows that do not belong to the
    load in force, StoreBusy, StoreError; what was published before then stays.
    """
    with workbench.worded(), home.writing():
        current = store.version()
        store.prepare()
        if not (current / "graph").is_dir():
            raise InputError("publish_no_tables", store=store.name)
        version = home.begin()
        try:
            _link(current, version, store.own_file(current))
            (version / "stage").mkdir()
            with workbench.open(version / "stage", memory, threads) as db:
                found = _write(db, strings, version, read_report(current).as_of)
            shutil.rmtree(version / "stage")
            (version / PUBLISHED_FILE).unlink(missing_ok=True)
            (version / PUBLISHED_FILE).write_text(json.dumps(asdict(found)), "utf-8")
            store.put(current, version, PUBLISHED, progress)
            home.publish(version, instead=True)
        finally:
            home.prune()
    return found


def _link(current: Path, version: Path, but: Path | None) -> None:
    """Give `version` the same files as `current`, without copying them, but for one that will be written into."""
    for path in sorted(current.rglob("*")):
        place = version / path.relative_to(current)
        if path.is_dir():
            place.mkdir()
        elif path != but:
            os.link(path, place)


def _write(db: duckdb.DuckDBPyConnection, strings: Export, version: Path, as_of: str | None) -> Published:
    facts = _manifest(strings)
    dug_as_of = facts.get("as_of", as_of)
    if dug_as_of != as_of:
        raise InputError("publish_as_of", file=strings, dug=dug_as_of or "-", loaded=as_of or "-")
    _read(db, strings)
    [(read,)] = db.execute("SELECT count(*) FROM dug").fetchall()
    if facts.get("rows", read) != read:
        raise InputError("publish_rows", file=strings, read=read, rows=facts["rows"])
    _check(db, strings, version)
    day = f"DATE {literal(date.fromisoformat(as_of).isoformat())}" if as_of else "NULL"
    file = version / "graph" / f"{PUBLISHED}.parquet"
    file.unlink(missing_ok=True)  # or the rows would be written into the file of the load that it is linked with
    transform.write_relation(db, PUBLISHED, STRINGS_SQL.format(as_of=day), version / "graph")
    [(rows, anchors)] = db.execute(
        f'SELECT count(*), count(DISTINCT "to") FROM read_parquet({scanned(file)})'
    ).fetchall()
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    return Published(rows, anchors, read - rows, as_of, str(facts.get("engine", "numba")), sha256)


def _manifest(strings: Export) -> dict[str, Any]:
    """What the export says of itself; nothing where it has lost its manifest."""
    file = strings.path.with_name(f"{strings.path.name}.manifest.json")
    if not file.exists():
        return {}
    try:
        facts: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise InputError("publish_manifest", file=f"{strings}.manifest.json") from error
    return facts


def _read(db: duckdb.DuckDBPyConnection, strings: Export) -> None:
    """The table `dug`, with COLUMNS."""
    from duckdb import BinderException, ConversionException, InvalidInputException, IOException

    if not strings.path.exists():
        raise InputError("publish_absent", file=strings)
    parts = _parts(strings.path) if strings.path.is_dir() else [strings.path]
    if not parts:
        raise InputError("publish_absent", file=f"{strings}/*.parquet")
    files = f"[{', '.join(map(scanned, parts))}]"
    wanted = ", ".join(f"{name}::{kind} AS {name}" for name, kind in COLUMNS.items())
    try:
        db.execute(f"CREATE TEMP TABLE dug AS SELECT {wanted} FROM read_parquet({files}, {OPTIONS})")
    except (BinderException, ConversionException, InvalidInputException, IOException) as error:
        reason = str(error).partition("\n")[0]
        raise InputError("publish_unreadable", file=strings, columns=", ".join(COLUMNS), reason=reason) from error


def _parts(folder: Path) -> list[Path]:
    """The parts of an export; what a job that was broken off left, in folders or names of its own, is none."""
    found = (path for path in folder.glob("*.parquet") if path.is_file())
    return sorted(path for path in found if not path.name.startswith(("_", ".")))


def _check(db: duckdb.DuckDBPyConnection, strings: Export, version: Path) -> None:
    """Raise InputError where rows name parties that the load has not, or say two things of one string."""
    parties = f"read_parquet({scanned(version / 'graph' / 'Party.parquet')})"
    db.execute(
        f"CREATE TEMP VIEW barred AS SELECT party_id FROM {parties}"
        " WHERE is_customer OR coalesce(do_not_contact, false)"
    )
    named = "SELECT coalesce(prospect_id, '') AS id FROM dug UNION SELECT coalesce(anchor_id, '') FROM dug"
    unknown = db.execute(f"SELECT id FROM ({named}) ANTI JOIN {parties} ON id = party_id ORDER BY id").fetchall()
    if unknown:
        raise InputError("publish_unknown", file=strings, count=len(unknown), first=unknown[0][0])
    keys = "SELECT anchor_id, direction, prospect_id FROM dug GROUP BY ALL HAVING count(*) > 1"
    repeated = db.execute(f"{keys} ORDER BY ALL LIMIT 1").fetchall()
    if repeated:
        raise InputError("publish_repeats", file=strings, prospect=repeated[0][2], anchor=repeated[0][0])
