"""A real Spark on this machine for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from graph.spark import session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OPTIONS = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    # Tests are over before the second compiler's work would pay; the first alone has room for 48 MiB of code, which
    # one run of them fills.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
}


@contextmanager
def running(folder: Path) -> Iterator[SparkSession]:
    """A local Spark of two cores with its files in `folder`, ended after use."""
    spark = session.open("local[2]", {}, OPTIONS | {"spark.local.dir": str(folder)})
    spark.sparkContext.setLogLevel("OFF")
    yield spark
    spark.stop()
