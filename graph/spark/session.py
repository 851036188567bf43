"""A session as users of Spark expect to get one: classic or Connect, from a submit, a variable or a master."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Collection, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from explorer.errors import BadTables, InputError, StoreError
from graph.spark.datasets import inside

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NAME = "prospect-explorer"
GIVEN = ("SPARK_REMOTE", "PYSPARK_GATEWAY_PORT")
"""Set where somebody else has said which Spark it is: a Connect server, or `spark-submit`."""
FAILED = "FAILED_READ_FILE"
DAMAGED = re.compile(r"\[FAILED_READ_FILE[.\w]*\] Encountered error while reading file (.+?)\.(?:\s|$)")
SETTLED = {
    # Moments are days in UTC on one machine, and so they must be here.
    "spark.sql.session.timeZone": "UTC",
    # What names a folder, as branch=0012, is text: as a number it would lose its zeros.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # Rows that are not read are never passed over in silence, whatever spark-defaults say.
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
}
"""Settings of the session that rows depend on."""


def open(master: str, environ: MutableMapping[str, str], options: Mapping[str, str] | None = None) -> SparkSession:
    """Get the session of `master` (`local[4]`, `yarn`, `spark://…`, `sc://…`), else the one the surroundings name.

    Without any it is that of spark-defaults, else this machine, all cores. `options` are Spark's own, by their names.
    `environ` is told the Python of this process where Spark is to start a Connect server here.
    Raises InputError where PySpark is not installed, StoreError where Spark does not come up.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise InputError("spark_missing", why=error) from None
    # It says so of every batch in Arrow, which meets no pandas on its way.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    builder = SparkSession.builder.appName(NAME)
    if master.startswith("sc://"):
        builder = builder.remote(master)
    elif master or ("MASTER" in environ and not any(name in environ for name in GIVEN)):
        builder = builder.master(master or environ["MASTER"])
    for name, value in (options or {}).items():
        builder = builder.config(name, value)
    if environ.get("SPARK_REMOTE", "").startswith("local"):  # a server that Spark starts here, which asks once
        environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        spark: SparkSession = builder.getOrCreate()
        _settle_python(spark, environ)
        for name, value in SETTLED.items():
            spark.conf.set(name, value)
    except (PySparkException, RuntimeError, OSError) as error:
        raise StoreError("spark_start", why=first_line(error)) from error
    return spark


def _settle_python(spark: SparkSession, environ: Mapping[str, str]) -> None:
    """Have tasks on this machine run in the Python that this process runs in, unless another one was named.

    Which Spark it is only the session knows: a master may come from spark-defaults. Elsewhere, as on YARN, a path of
    this machine means nothing, and Spark's own rules hold; a Connect server has its own.
    """
    context = getattr(spark, "sparkContext", None)
    if context is not None and context.master.startswith("local") and "PYSPARK_PYTHON" not in environ:
        context.pythonExec = sys.executable  # what each function goes to the tasks with


@contextmanager
def worded(root: str, files: Collection[str] = ()) -> Iterator[None]:
    """Raise BadTables `file_unreadable` with the name of the file under `root` that Spark found damaged.

    `files` are the names there, where they are known. Whatever else ends a job is a StoreError `spark_failed`.
    """
    try:
        yield
    except failures() as error:
        file = damaged_file(error, root, files)
        if file is None:
            raise StoreError("spark_failed", why=first_line(error)) from error
        raise BadTables("file_unreadable", file=file, why=FAILED) from error


def failures() -> tuple[type[Exception], ...]:
    """What Spark raises, classic or Connect; classic lets some errors of the JVM through as they are."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return PySparkException, Py4JError


def damaged_file(error: Exception, root: str, files: Collection[str] = ()) -> str | None:
    """The path inside the folder `root` of the file that Spark could not read, where that is what went wrong.

    Spark hands this fact on in several classes of error, so only their text tells it.
    """
    found = DAMAGED.search(str(error))
    return inside(root, found[1], files) if found else None


def first_line(error: Exception) -> str:
    """What an error says before its traces."""
    lines = [line.strip().lstrip(": ") for line in str(error).strip().splitlines()]
    return next(
        (line for line in lines if line and "An error occurred while calling" not in line), type(error).__name__
    )
