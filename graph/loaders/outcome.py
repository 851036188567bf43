"""What a load tells at its end, kept beside the graph for `status`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.loaders.changes import Change
from graph.loaders.parties import has_role
from graph.loaders.report import Checked

if TYPE_CHECKING:
    import duckdb

FILE = "report.json"
RECENT_DAYS = 90

UP_TO_DAY = " WHERE date IS NULL OR date <= coalesce($day::DATE, DATE '9999-12-31')"
COUNTS_SQL = {
    "parties": "SELECT count(*) FROM rows_parties",
    "customers": f"SELECT count(*) FROM rows_parties WHERE {has_role('customer')}",
    "cores": f"SELECT count(*) FROM rows_parties WHERE {has_role('core_enterprise')}",
    "supply_rows": "SELECT count(*) FROM rows_supplies",
    "borrowers_no_customers": "SELECT count(DISTINCT party_id) FROM rows_loans"
    f" WHERE party_id IN (SELECT party_id FROM rows_parties WHERE NOT {has_role('customer')})",
    "isolated": "SELECT count(*) FROM rows_parties WHERE n NOT IN ("
    f"SELECT supplier_n FROM rows_supplies{UP_TO_DAY} UNION SELECT buyer_n FROM rows_supplies{UP_TO_DAY})",
}


@dataclass(frozen=True)
class LoadReport:
    """Counts of one load or check. `after_as_of` rows were left out, `recent` lie in the last 90 days before as_of.

    `inferred` counts the things that are only named by other tables; `changes` is None for a first load.
    """

    load_id: str
    loaded_at: str
    as_of: str | None
    checked: dict[str, Any]
    counts: dict[str, int]
    links: int = 0
    after_as_of: int = 0
    recent: int = 0
    inferred: dict[str, int] = field(default_factory=dict)
    former: str | None = None
    changes: tuple[Change, ...] | None = None

    @property
    def stale(self) -> bool:
        """Fewer than 1 % of the supply rows are recent: as_of may be a typing error in one date."""
        return self.as_of is not None and self.recent * 100 < self.counts["supply_rows"] - self.after_as_of

    def since(self, former: str, changes: tuple[Change, ...]) -> LoadReport:
        return replace(self, former=former, changes=changes)

    def save(self, version: Path) -> None:
        (version / FILE).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), "utf-8")


def read_report(version: Path) -> LoadReport:
    found = json.loads((version / FILE).read_text("utf-8"))
    changes = found.pop("changes")
    return LoadReport(**found, changes=None if changes is None else tuple(Change(**change) for change in changes))


def describe(
    db: duckdb.DuckDBPyConnection,
    checked: Checked,
    day: date | None,
    *,
    given: bool,
    links: int = 0,
    identity: str = "",
) -> LoadReport:
    """Count what was kept; `day` is as_of, `given` whether rows after it were left out."""
    counts = {name: _count(db, query, day) for name, query in COUNTS_SQL.items()}
    after = _count(db, "SELECT count(*) FROM rows_supplies WHERE date > $day::DATE", day) if given else 0
    latest = f"date > $day::DATE - {RECENT_DAYS} AND date <= $day::DATE"
    recent = _count(db, f"SELECT count(*) FROM rows_supplies WHERE {latest}", day)
    return LoadReport(
        load_id=identity,
        loaded_at=datetime.now().astimezone().isoformat(timespec="seconds"),
        as_of=str(day) if day else None,
        checked=asdict(checked),
        counts=counts,
        links=links,
        after_as_of=after,
        recent=recent,
    )


def _count(db: duckdb.DuckDBPyConnection, query: str, day: date | None = None) -> int:
    [(count,)] = db.execute(query, {"day": day} if "$day" in query else {}).fetchall()
    return int(count)
