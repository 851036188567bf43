"""Strings at a scale that one machine does not hold: Spark digs them from a work folder, row for row the same."""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from explorer.digging import Filters, dig_facts, directions_of
from explorer.errors import InputError, StoreError
from explorer.exports import DIG_COLUMNS, PROSPECT_COLUMNS
from explorer.formats.manifest import manifest_bytes
from explorer.progress import Progress, silent
from explorer.prospecting import prospect_facts
from explorer.scaled_answer import Scaled
from explorer.scaled_asking import Asked
from explorer.scaled_plans import Plan, SnapshotPlan, TiersPlan
from explorer.scaled_rows import exported
from explorer.settings import Settings
from graph.loaders.outcome import LoadReport
from graph.spark import files, session, shipping, versions
from graph.spark.datasets import Work, address

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

GIB = 2**30


@dataclass(frozen=True)
class Tables:
    """Tables to make a work folder of: Parquet files or folders at an address that Spark reads."""

    folder: str
    mapping: Path | None = None
    as_of: date | None = None
    today: date | None = None
    strict: bool = False
    skip: bool = False
    """leave out files that are damaged, each a line of the rejects"""
    rejects: Path | None = None
    """a file on this machine that rejects are written into as well, as a load writes them"""


@dataclass
class AtScale:
    """A work folder (`graph.spark.versions`) and the Spark that answers from it.

    Each answer lies in parts in the work folder, until whoever asked removes it.
    """

    spark: SparkSession
    work: Work
    settings: Settings
    made: Work | None = None
    """the version that was prepared here, which is dug from then; else it is the newest"""

    @classmethod
    def open(
        cls,
        work: str,
        settings: Settings,
        environ: MutableMapping[str, str],
        options: Mapping[str, str] | None = None,
    ) -> AtScale:
        """Get the Spark of the setting spark_master, else the one of the environment, for a folder at any address.

        Raises InputError where PySpark is not installed, StoreError where Spark does not come up.
        """
        spark = session.open(settings.text("spark_master"), environ, options)
        return cls(spark, Work(address(work)), settings)

    def prepare(self, tables: Tables, progress: Progress = silent) -> dict[str, Any]:
        """Make a version of the work folder of tables, with the snapshot where the plan may want one, to dig from.

        Returns its facts. Raises BadTables as a load does; the version that was in force stays so then.
        """
        from graph.loaders.mapping import NO_MAPPING, read_mapping
        from graph.spark.prepare import Order, prepare

        most = {"snapshot": math.inf, "auto": self.settings.number("spark_snapshot") * GIB}
        order = Order(
            address(tables.folder), self.work, read_mapping(tables.mapping) if tables.mapping else NO_MAPPING,
            tables.today or date.today(), tables.as_of, self.settings.number("reject_ceiling"), tables.strict,
            tables.skip, most.get(self.settings.text("spark_plan"), -1), tables.rejects,
        )  # fmt: skip
        with self._worded():
            facts = prepare(self.spark, order, progress)
        self.made = Work(self.work.at(facts["made"]))
        return facts

    def rejects(self, facts: dict[str, Any]) -> str:
        """The address of the rejects of a preparation, by its facts or by the report of its refusal."""
        return Work(self.work.at(facts["made"])).at("rejects")

    def dig(
        self, anchors: Iterable[str] | Literal["all"], *, filters: Filters | None = None, as_of: date | None = None,
        **settings: object,
    ) -> Scaled:  # fmt: skip
        """Dig as `Explorer.dig` does, with its `settings` and besides spark_plan and spark_snapshot.

        Raises what that raises, InputError `spark_as_of` where the folder is of another day or `spark_no_snapshot`
        where it has none but the plan was asked for, and StoreError where the folder is not whole.
        """
        chosen = self.settings.but(settings)
        asked = self._asked(chosen, None if anchors == "all" else tuple(anchors), filters)
        with self._worded():
            version, facts = self._version(as_of)
            with _out(version) as out, self._plan(version, chosen) as (name, plan):
                counts = plan.dig(asked, out)
        said = dig_facts(
            facts["as_of"], facts["load_id"], asked.told(counts.anchors), counts.lists, counts.limits, counts.passed
        )
        return Scaled(DIG_COLUMNS, out, said | {"engine": "spark", "plan": name}, counts.rows)

    def prospects(self, *, filters: Filters | None = None, as_of: date | None = None, **settings: object) -> Scaled:
        """List prospects as `Explorer.prospects` does; settings and errors as in `dig`."""
        chosen = self.settings.but(settings)
        asked = self._asked(chosen, None, filters)
        with self._worded():
            version, facts = self._version(as_of)
            with _out(version) as out, self._plan(version, chosen) as (name, plan):
                counts = plan.prospects(asked, out)
        told = {"tiers": asked.tiers, "min_score": asked.min_score, "filters": asked.filters.facts()}
        said = prospect_facts(facts["as_of"], facts["load_id"], told, counts.passed)
        return Scaled(PROSPECT_COLUMNS, out, said | {"engine": "spark", "plan": name}, counts.rows)

    def room(self, folder: str, *others: str) -> str:
        """The address for the parts of an answer; raises InputError where they would take the place of anything else.

        That is what is no former answer, and what lies in, or around, the work folder or `others`.
        """
        out = address(folder)
        for other in (self.work.uri, *map(address, others)):
            if f"{out}/".startswith(f"{other}/") or f"{other}/".startswith(f"{out}/"):
                raise InputError("parts_inside", folder=folder, other=other)
        with self._worded():
            if name := files.stranger(out):
                raise InputError("parts_taken", folder=folder, name=name)
        return out

    def keep(self, found: Scaled, folder: str) -> None:
        """Write an answer as parts, with the values of one machine's Parquet export, and its manifest beside them.

        They take the place of a former answer at that address, which is left without a manifest where this fails.
        Raises as `room`.
        """
        out = self.room(folder)
        manifest = manifest_bytes(found.facts, found.digest(self.settings.text("encoding")))
        with self._worded():
            files.remove(f"{out}.manifest.json")
            exported(self.spark, found.columns, found.folder).write.mode("overwrite").parquet(out)
            files.write(f"{out}.manifest.json", manifest)

    def plan_of(self, version: Work, chosen: Settings) -> Literal["snapshot", "tiers"]:
        """The plan that the setting names; with `auto`, `snapshot` where there is one and an executor may hold it."""
        wanted, size = chosen.text("spark_plan"), shipping.size(version)
        if wanted == "snapshot" and not size:
            raise InputError("spark_no_snapshot", folder=self.work.uri)
        fits = 0 < size <= chosen.number("spark_snapshot") * GIB
        return "snapshot" if wanted == "snapshot" or (wanted == "auto" and fits) else "tiers"

    @contextmanager
    def _plan(self, version: Work, chosen: Settings) -> Iterator[tuple[str, Plan]]:
        name = self.plan_of(version, chosen)
        if name == "snapshot":
            yield name, SnapshotPlan(self.spark, version)
            return
        scratch = _scratch(version)
        try:
            yield name, TiersPlan(self.spark, version, scratch)
        finally:
            files.remove(scratch)

    def _asked(self, chosen: Settings, anchors: tuple[str, ...] | None, filters: Filters | None) -> Asked:
        return Asked(
            anchors, directions_of(chosen.text("direction")), chosen.integer("tiers"), chosen.integer("top"),
            chosen.number("min_score"), filters or Filters(),
        )  # fmt: skip

    def _version(self, as_of: date | None) -> tuple[Work, dict[str, Any]]:
        """What is dug from, and the facts of it."""
        version, facts = versions.newest(self.work) if self.made is None else (self.made, versions.facts(self.made))
        day = facts.get("as_of") or None
        if as_of is not None and str(as_of) != day:
            raise InputError("spark_as_of", folder=self.work.uri, day=day or "-", wanted=as_of)
        return version, {"as_of": day, "load_id": facts.get("load_id", "")}

    @contextmanager
    def _worded(self) -> Iterator[None]:
        """Raise StoreError for what stops Spark, or Arrow at the file system."""
        try:
            with session.worded(self.work.uri):
                yield
        except OSError as error:
            raise StoreError("spark_files", folder=self.work.uri, why=error) from error
        except StoreError as error:
            if "[PATH_NOT_FOUND]" in str(error.values.get("why")):
                raise StoreError("spark_unfinished", folder=self.work.uri) from error
            raise


def report_of(facts: dict[str, Any]) -> LoadReport:
    """What a preparation found, as a load on one machine tells it. Tables that strings do not need were not read."""
    counts = {name: facts[name] for name in ("parties", "customers", "cores", "isolated", "supply_rows")}
    return LoadReport(
        facts["load_id"], "", facts["as_of"], facts["checked"], counts | {"borrowers_no_customers": 0},
        facts["links"], facts["after_as_of"], facts["recent"],
    )  # fmt: skip


@contextmanager
def _out(version: Work) -> Iterator[str]:
    """Where the rows of an answer go; nowhere where it fails."""
    out, done = _scratch(version), False
    try:
        yield out
        done = True
    finally:
        if not done:
            files.remove(out)


def _scratch(version: Work) -> str:
    return version.at(f"stage/{secrets.token_hex(8)}")
