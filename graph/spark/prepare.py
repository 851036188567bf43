"""From tables to a version of a work folder: read → check → links, each step written before the next one reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.errors import BadTables, InputError, StoreError
from explorer.progress import Progress, silent
from graph.loaders.currency import DEFAULT
from graph.loaders.mapping import Mapping
from graph.loaders.outcome import RECENT_DAYS
from graph.loaders.parties import PARTY_TABLES
from graph.loaders.rejects import write_lines
from graph.loaders.report import Checked, verdict
from graph.loaders.typed import Rules
from graph.model import NODE, TABLE, VERSION
from graph.spark import counting, files, folder, links, parties, session, shipping, supplies, versions
from graph.spark.batches import Reading
from graph.spark.datasets import Work
from graph.spark.newest import newest_bond
from graph.spark.parties import FIRST_ROLE

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

STEPS = ("read", "parties", "supplies", "rejects", "links", "facts", "snapshot")
SUPPLIES = ("supplier_n", "buyer_n", "date", "amount", "count", "source", "confidence")
PLACE = ("row_part", "row_file", "row_line", "row_fault", "row_rejects")


@dataclass(frozen=True)
class Order:
    """What to check and how; the same names as a load on one machine.

    `work` is the folder that gets a new version; `skip`: leave out files that are damaged; `snapshot`: lay one beside
    where it takes no more than so many bytes; `rejects`: a file of this machine for them, besides the dataset.
    """

    tables: str
    work: Work
    mapping: Mapping
    today: date
    as_of: date | None
    ceiling: float
    strict: bool
    skip: bool = False
    snapshot: float = -1
    rejects: Path | None = None


def prepare(spark: SparkSession, order: Order, progress: Progress = silent) -> dict[str, Any]:
    """Make a version of the work folder of some tables; returns its facts, which are written last and name it `made`.

    Raises BadTables as a load on one machine does; the version in force stays. Where it is the rejects that tables
    were refused for, these are left in what was begun, and the error's report names it. InputError where there is no
    folder for the file of rejects.
    """
    if order.rejects:
        if not order.rejects.parent.is_dir():
            raise InputError("out_folder", file=order.rejects, folder=order.rejects.parent)
        write_lines(order.rejects, ())  # those of another run are not these
    files.folders(order.work.uri)  # whether Arrow reaches it is not left for the end
    version = versions.begin(order.work)
    over = version.uri
    try:
        with session.worded(order.tables):
            facts = _Preparation(spark, order, version, progress).run()
        versions.finish(version, facts)
        over = version.at("stage")
    except BadTables as refusal:
        if refusal.report:
            over = version.at("stage")
        raise
    finally:
        with suppress(OSError, StoreError):  # what went wrong first is told
            files.remove(over)
    versions.prune(order.work, version)
    return facts


class _Preparation:
    """One run under way."""

    def __init__(self, spark: SparkSession, order: Order, version: Work, progress: Progress) -> None:
        self.spark = spark
        self.order = order
        self.work = version
        self.progress = progress

    def run(self) -> dict[str, Any]:
        self._step("read")
        self.tables = folder.find(self.spark, self.order.tables, self.order.mapping, skip=self.order.skip)
        self.rules = Rules(self.order.today, self._currency(), self.order.mapping.rates)
        self._step("parties")
        of_parties = [reading for table in PARTY_TABLES for reading in self._readings(table.name)]
        rows = self.work.stage(self.spark, parties.checked(self.spark, of_parties), "party_rows")
        kept = parties.numbered(self.spark, self.work, parties.united(rows, of_parties))
        staged = self.work.read(self.spark, "stage/parties")
        self.known = self.work.stage(self.spark, parties.known(rows, staged, kept), "known")
        self._step("supplies")
        of_supplies = self._readings("supplies")
        self.sold = self.work.stage(self.spark, self._supplies(of_supplies), "supplies")
        self._step("rejects")
        listed = [*parties.listed(rows, staged), supplies.listed(self.sold)]
        readings = [*of_parties, *of_supplies]
        self.work.write(counting.rejects(listed, readings, self.tables.skipped), "rejects")
        if self.order.rejects:
            counting.write_rejects(self.work, self.order.rejects)
        checked = self._checked([rows, self.sold], readings)
        made = self.work.uri.rpartition("/")[2]
        facts: dict[str, Any] = {"made": made, "checked": asdict(checked), "skipped": list(self.tables.skipped)}
        try:
            verdict(checked, self.order.ceiling, self.order.strict)
        except BadTables as refusal:
            refusal.report = facts
            raise
        self._step("links")
        facts |= self._links(kept)
        self._step("facts")
        facts |= self._identity() | {"engine": {"spark": self.spark.version}}
        if shipping.expected(facts) <= self.order.snapshot:
            self._step("snapshot")
            shipping.build(self.spark, self.work, facts)
        self.progress("spark", len(STEPS), len(STEPS))
        return facts

    def _step(self, name: str) -> None:
        self.progress("spark", STEPS.index(name), len(STEPS))

    def _readings(self, table: str) -> list[Reading]:
        """Parts are numbered in the order in which their rows count; role files come after files of parties."""
        role = TABLE[table].role
        roles = [one.name for one in PARTY_TABLES]
        start = FIRST_ROLE * (1 + roles.index(table)) if role else 0
        return [Reading(one, self.rules, start + i) for i, one in enumerate(self.tables.of(table))]

    def _currency(self) -> str:
        """The base currency, as one machine chooses it: it looks at all tables that have amounts."""
        from pyspark.sql import functions as f

        mapping = self.order.mapping
        if mapping.currency:
            return mapping.currency
        rules = Rules(self.order.today, DEFAULT, {})
        counted = [Reading(one, rules, 0).currencies(self.spark) for one in self.tables.given]
        found = [frame for frame in counted if frame is not None]
        if not found:
            return DEFAULT
        sums = (
            reduce(lambda one, other: one.union(other), found).groupBy("currency").agg(f.sum("times").alias("times"))
        )
        if mapping.rates:
            sums = sums.filter(~f.col("currency").isin(list(mapping.rates)))
        first = sums.orderBy(f.desc("times"), "currency").limit(1).collect()  # one word
        return str(first[0]["currency"]) if first else DEFAULT

    def _supplies(self, readings: Sequence[Reading]) -> DataFrame:
        if not readings:
            columns = "supplier_n int, buyer_n int, date date, amount bigint, count bigint, source string"
            places = "confidence double, row_part int, row_file string, row_line bigint, row_fault int"
            reject = "row_rejects array<struct<column:string,value:string,reason:string,kind:string>>"
            return self.spark.createDataFrame([], f"{columns}, {places}, {reject}")
        rows = supplies.checked(self.spark, readings, self.known)
        if any("row_id" in reading.given.source.columns for reading in readings):
            rows = self.work.stage(self.spark, rows, "supply_rows")
            if rows.filter("row_id IS NOT NULL").limit(1).count():
                rows = supplies.once(rows, readings[0].table)
        return rows.select(*SUPPLIES, *PLACE)

    def _checked(self, rows: Sequence[DataFrame], readings: Sequence[Reading]) -> Checked:
        rejects = self.work.read(self.spark, "rejects")
        reports = counting.reports(self.spark, rows, rejects, readings)
        return Checked(reports, self.tables.unknown, self.rules.currency)

    def _links(self, kept: DataFrame) -> dict[str, Any]:
        """Write links and parties; what was counted on the way."""
        rows = self.sold.filter("row_fault = 0")
        newest = links.newest(rows)
        as_of = self.order.as_of or newest or newest_bond(self.spark, self._bonds(), self.known)
        sums = self.work.stage(self.spark, links.summed(rows, as_of), "sums")
        weighted = sums.withColumn("weight", links.weight(sums))
        sold, bought = links.ledgers(weighted)
        sold, bought = self.work.stage(self.spark, sold, "sold"), self.work.stage(self.spark, bought, "bought")
        weighed = self.work.stage(self.spark, links.weighed(weighted, sold, bought, as_of), "weighed")
        self.work.write(weighed.sort("supplier_n", "buyer_n"), "links")
        names = [one.name for one in NODE["Party"].properties]
        whole = links.with_partners(kept, sold, bought).select("party_n", *names)
        self.work.write(whole.sort("party_n"), "parties")
        return {"as_of": str(as_of) if as_of else None} | self._counts(rows, as_of)

    def _bonds(self) -> list[Reading]:
        return [reading for table in ("ties", "referrals") for reading in self._readings(table)]

    def _counts(self, rows: DataFrame, as_of: date | None) -> dict[str, Any]:
        """Rows of supplies: all, those left out, and those of the last days."""
        from pyspark.sql import functions as f

        day, ago = f.lit(as_of).cast("date"), f.date_sub(f.lit(as_of).cast("date"), RECENT_DAYS)
        counts = rows.agg(
            f.count(f.lit(1)).alias("supply_rows"),
            f.count_if(f.col("date") > day).alias("after_as_of"),
            f.count_if((f.col("date") > ago) & (f.col("date") <= day)).alias("recent"),
        )
        facts = counts.collect()[0].asDict()  # three numbers
        facts["stale"] = as_of is not None and facts["recent"] * 100 < facts["supply_rows"] - facts["after_as_of"]
        return facts

    def _identity(self) -> dict[str, Any]:
        """`load_id`: 16 hex digits of parties and links, whatever order they came in; how many there are of each.

        The id is another than one machine's, which is of the checked rows of all tables.
        """
        from pyspark.sql import functions as f

        digest = hashlib.sha256(f"{VERSION}".encode())
        counts = {"links": {}, "parties": {
            "customers": f.count_if("is_customer"), "cores": f.count_if("is_core"),
            "isolated": f.count_if(f.expr("n_suppliers = 0 AND n_buyers = 0")),
        }}  # fmt: skip
        facts: dict[str, Any] = {}
        for name, more in counts.items():
            frame = self.work.read(self.spark, name)
            row = f.sum(f.xxhash64(*frame.columns).cast("decimal(20,0)")).alias("hash")
            aggregates = [count.alias(label) for label, count in more.items()]
            facts |= frame.agg(f.count(f.lit(1)).alias(name), row, *aggregates).collect()[0].asDict()  # five numbers
            digest.update(f"\n{name} {facts[name]} {facts.pop('hash')}".encode())
        return facts | {"load_id": digest.hexdigest()[:16]}
