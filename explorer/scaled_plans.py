"""The two plans: every executor holds the snapshot and searches its part, or all search together tier by tier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from explorer.digging import LIMITS
from explorer.errors import InputError
from explorer.exports import DIG_COLUMNS, PARTY, PROSPECT_COLUMNS
from explorer.prospecting import BLOCK
from explorer.scaled_asking import Asked, Counts, network, resolve
from explorer.scaled_rows import ddl, in_order, prospect_rows, string_rows, worded
from graph.algorithms.network import CUSTOMER, DIRECTIONS, DO_NOT_CONTACT
from graph.algorithms.strings import cost_limit
from graph.spark.frames import laid, mapped, totals

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import Column, DataFrame, SparkSession

    from explorer.formats import Column as Exported
    from explorer.scaled_tasks import DigTask, ProspectsTask
    from graph.spark.datasets import Work

ANCHORS_A_TASK = 256


class Plan(Protocol):
    def dig(self, asked: Asked, folder: str) -> Counts:
        """Write the rows of a dig into `folder`, in parts whose names are in their order."""

    def prospects(self, asked: Asked, folder: str) -> Counts:
        """Write the list of prospects likewise."""


@dataclass(frozen=True)
class SnapshotPlan:
    """The snapshot's files go to every host once, and tasks run the search of one machine on their part."""

    spark: SparkSession
    work: Work

    def dig(self, asked: Asked, folder: str) -> Counts:
        from explorer.scaled_tasks import DIG_DDL, DigTask

        snapshot = self.work.at("snapshot")
        parties = self.work.read(self.spark, "parties")
        named = None if asked.anchors is None else resolve(parties, asked.anchors)
        anchors = None if named is None else tuple(number for number, _ in named)
        number = self._counted(parties)[1] if anchors is None else len(anchors)
        tasks = max(1, -(-number // ANCHORS_A_TASK))
        task = DigTask(
            snapshot, tasks, anchors, asked.directions, asked.tiers, asked.top, asked.min_score, asked.filters
        )
        counted = self._run(task, DIG_DDL, DIG_COLUMNS, folder)
        ids = None if named is None else [party_id for _, party_id in named]
        limits = {name: counted[name] for name in LIMITS}
        passed = counted["passed_customers"], counted["passed_do_not_contact"]
        return Counts(counted["shown"], *passed, counted["lists"], limits, ids)

    def prospects(self, asked: Asked, folder: str) -> Counts:
        from explorer.scaled_tasks import PROSPECTS_DDL, ProspectsTask

        snapshot = self.work.at("snapshot")
        tasks = max(1, -(-self._counted(self.work.read(self.spark, "parties"))[0] // (2 * BLOCK)))
        task = ProspectsTask(snapshot, tasks, asked.tiers, asked.min_score, asked.filters)
        counted = self._run(task, PROSPECTS_DDL, PROSPECT_COLUMNS, folder)
        return Counts(counted["rows"], counted["passed_customers"], counted["passed_do_not_contact"])

    def _counted(self, parties: DataFrame) -> tuple[int, int]:
        """How many parties and core enterprises there are; raises InputError where there are none of these."""
        from pyspark.sql import functions as f

        counts = totals(parties, parties=f.count("*"), cores=f.count_if("is_core"))
        if not counts["cores"]:
            raise InputError("no_cores")
        return counts["parties"], counts["cores"]

    def _run(
        self, task: DigTask | ProspectsTask, schema: str, columns: tuple[Exported, ...], folder: str
    ) -> dict[str, int]:
        """Write the rows of all tasks, each a part, and sum up their counts as they come by."""
        from pyspark.sql import Observation
        from pyspark.sql import functions as f

        from explorer.scaled_tasks import COUNTS

        names = [column.name for column in columns]
        found = mapped(self.spark.range(0, task.tasks, 1, task.tasks), task.run, schema)
        seen = Observation("counts")
        rows = f.count_if(f.col("count_lists").isNull()).alias("rows")
        sums = [f.coalesce(f.sum(f"count_{name}"), f.lit(0)).alias(name) for name in COUNTS]
        found.observe(seen, rows, *sums).where("count_lists is null").select(*names).write.mode("overwrite").parquet(
            folder
        )
        return {name: int(value) for name, value in seen.get.items()}


@dataclass(frozen=True)
class TiersPlan:
    """Joins, tier by tier, for links that fit no executor. `scratch` is where each tier is laid down."""

    spark: SparkSession
    work: Work
    scratch: str

    def dig(self, asked: Asked, folder: str) -> Counts:
        from pyspark.sql import functions as f

        from graph.spark.lists import lists
        from graph.spark.near import cores_within_2
        from graph.spark.tiers import walk
        from graph.spark.told import told, with_links
        from graph.spark.ways import ways_of

        parties, links = self.work.read(self.spark, "parties"), self.work.read(self.spark, "links")
        over = network(parties, links, asked.filters)
        ids, anchors = self._anchors(parties, asked)
        numbers = tuple(DIRECTIONS.index(direction) for direction in asked.directions)
        each = anchors.select("party", f.explode(f.array(*map(f.lit, numbers))).alias("way"))
        starts = each.select((f.col("party").cast("long") * 2 + f.col("way")).alias("list"), "party")
        ways = ways_of(over, numbers, asked.top, self.scratch)
        walks = walk(
            starts, ways, tiers=asked.tiers, top=asked.top, max_cost=cost_limit(asked.min_score), scratch=self.scratch
        )
        found = lists(walks, over, self.scratch)
        rows = found.rows.where(f.col("tier").isin(*asked.filters.tier)) if asked.filters.tier else found.rows
        within = cores_within_2(over, self._cores(parties), rows.select("party"), self.scratch)
        direction = f.when(f.col("list") % 2 == 0, f.col("upstream")).otherwise(f.col("downstream"))
        near = rows.join(within, "party", "left").withColumn("within", f.coalesce(direction, f.lit(0)).cast("int"))
        whole = told(
            with_links(near, links).withColumn("path", f.array("path")), ("list", "rank"), parties, PARTY
        )  # fmt: skip
        summed = totals(found.summaries, lists=f.count("*"), top=f.count_if("cut"), min_score=f.count_if("too_dear"),
                        tiers=f.count_if("too_far"), passed_customers=f.sum("passed_customers"),
                        passed_do_not_contact=f.sum("passed_do_not_contact"))  # fmt: skip
        count = self._written(whole, ("list", "rank"), rows, string_rows, DIG_COLUMNS, folder)
        limits = {name: summed[name] for name in LIMITS}
        return Counts(
            count, summed["passed_customers"], summed["passed_do_not_contact"], summed["lists"], limits, ids
        )

    def prospects(self, asked: Asked, folder: str) -> Counts:
        from pyspark.sql import functions as f

        from graph.spark.best_cores import best_cores
        from graph.spark.near import cores_within_2
        from graph.spark.told import told
        from graph.spark.ways import ways_of

        parties, links = self.work.read(self.spark, "parties"), self.work.read(self.spark, "links")
        over = network(parties, links, asked.filters)
        cores = self._some(self._cores(parties))
        ways = ways_of(over, (0, 1), 0, self.scratch)
        best = best_cores(cores, ways, tiers=asked.tiers, scratch=self.scratch)
        first = best.withColumn("first", f.col("best")[0]).where(f.col("first.cost") <= cost_limit(asked.min_score))
        if asked.filters.tier:
            first = first.where(f.col("first.tier").isin(*asked.filters.tier))
        reached = laid(first, f"{self.scratch}/reached")
        summed = totals(
            reached,
            customers=f.count_if(f.col("standing") == CUSTOMER),
            do_not_contact=f.count_if(f.col("standing") == DO_NOT_CONTACT),
        )
        rows = reached.where("standing = 1").select(
            "party", f.col("first.cost").alias("cost"),
            *(f.col(f"best.{name}").alias(f"{name}s") for name in ("way", "tier", "cost", "path")),
        ).withColumnRenamed("paths", "path")  # fmt: skip
        within = cores_within_2(over, cores, rows.select("party"), self.scratch)
        either = within.select("party", f.col("either").alias("within"))
        near = rows.join(either, "party", "left").withColumn("within", f.coalesce("within", f.lit(0)).cast("int"))
        whole = told(near, ("party",), parties, PARTY)
        count = self._written(whole, ("cost", "party"), rows, prospect_rows, PROSPECT_COLUMNS, folder)
        return Counts(count, summed["customers"], summed["do_not_contact"])

    def _written(
        self, whole: DataFrame, order: tuple[str, ...], rows: DataFrame, row: Callable[[Any], Any],
        columns: tuple[Exported, ...], folder: str,
    ) -> int:  # fmt: skip
        """Write rows in their order; returns their number."""
        count = rows.count()
        # To cut the order into parts Spark looks at all rows once before: at what is laid down, not at its making.
        ordered = in_order(laid(whole, f"{self.scratch}/told"), order, count)
        mapped(ordered, worded(columns, row), ddl(columns)).write.mode("overwrite").parquet(folder)
        return int(count)

    def _anchors(self, parties: DataFrame, asked: Asked) -> tuple[list[str] | None, DataFrame]:
        if asked.anchors is None:
            return None, self._some(self._cores(parties))
        found = resolve(parties, asked.anchors)
        import pyarrow as pa

        numbers = pa.table({"party": pa.array([number for number, _ in found], pa.int32())})
        return [party_id for _, party_id in found], self.spark.createDataFrame(numbers)

    def _cores(self, parties: DataFrame) -> DataFrame:
        return parties.where("is_core").select(_number("party_n").alias("party"))

    def _some(self, cores: DataFrame) -> DataFrame:
        if cores.isEmpty():
            raise InputError("no_cores")
        return cores


def _number(name: str) -> Column:
    from pyspark.sql import functions as f

    return f.col(name).cast("int")
