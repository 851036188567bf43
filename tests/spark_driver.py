"""What came to the driver of a local Spark, told by Spark itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True)
class Brought:
    """The tasks that ended, and the bytes that they handed to the driver, their counters among them."""

    tasks: int
    bytes: int
    most: int
    """of one task, on average over those of its stage"""


def brought(spark: SparkSession, work: Callable[[], object]) -> Brought:
    """Run `work` and tell what its tasks handed to the driver."""
    before = {stage for stage, _, _ in _stages(spark)}
    work()
    spark.sparkContext._jsc.sc().listenerBus().waitUntilEmpty()  # type: ignore[union-attr]
    found = [(tasks, size) for stage, tasks, size in _stages(spark) if stage not in before and tasks]
    return Brought(
        sum(tasks for tasks, _ in found), sum(size for _, size in found), max(size // tasks for tasks, size in found)
    )


def _stages(spark: SparkSession) -> list[tuple[int, int, int]]:
    """Number, tasks and bytes of results of every stage."""
    context = spark.sparkContext
    gateway, jvm = context._gateway, context._jvm
    assert gateway is not None
    assert jvm is not None
    stages = context._jsc.sc().statusStore().stageList(None, False, False, gateway.new_array(jvm.double, 0), None)  # type: ignore[union-attr]
    each = (stages.apply(at) for at in range(stages.size()))
    return [(int(one.stageId()), int(one.numCompleteTasks()), int(one.resultSize())) for one in each]
