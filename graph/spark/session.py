"""A session as users of Spark expect to get one: classic or Connect, from a submit, a variable or a master."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from explorer.errors import BadTables, InputError, StoreError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NAME = "prospect-explorer"
LOCAL = "local[*]"
GIVEN = ("SPARK_REMOTE", "PYSPARK_GATEWAY_PORT")
"""Set where somebody else has said which Spark it is: a Connect server, or `spark-submit`."""
DAMAGED = re.compile(r"\[FAILED_READ_FILE[.\w]*\] Encountered error while reading file (\S+)\.\s")


def open(master: str, environ: Mapping[str, str], options: Mapping[str, str] | None = None) -> SparkSession:
    """Get the session of `master` (`local[4]`, `yarn`, `spark://…`, `sc://…`), else the one the surroundings name.

    Without any it is this machine, all cores. `options` are Spark's own, by their names.
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
    elif master or not any(name in environ for name in GIVEN):
        builder = builder.master(master or environ.get("MASTER", LOCAL))
    for name, value in (options or {}).items():
        builder = builder.config(name, value)
    try:
        spark: SparkSession = builder.getOrCreate()
        # Moments are days in UTC on one machine, and so they must be here.
        spark.conf.set("spark.sql.session.timeZone", "UTC")
        spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "65536")
    except (PySparkException, RuntimeError, OSError) as error:
        raise StoreError("spark_start", why=first_line(error)) from error
    return spark


@contextmanager
def worded(root: str) -> Iterator[None]:
    """Raise BadTables `file_unreadable` with the name of the file under `root` that Spark found damaged."""
    try:
        yield
    except Exception as error:
        path = damaged_file(error)
        if path is None:
            raise
        raise BadTables("file_unreadable", file=path.rpartition(root.rstrip("/") + "/")[2], why="Parquet") from error


def damaged_file(error: Exception) -> str | None:
    """The address of the file that Spark could not read, where that is what went wrong.

    Spark hands this fact on in several classes of error, so only their text tells it.
    """
    found = DAMAGED.search(str(error))
    return found[1] if found else None


def first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
