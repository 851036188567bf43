"""What was read, kept and lost: the dataset of rejects and the counts that one machine's report has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from graph.loaders.faults import IDENTICAL
from graph.loaders.rejects import HEAD, ORDER, write_lines
from graph.loaders.report import FileReport, TableReport
from graph.spark.batches import Reading
from graph.spark.datasets import Work
from graph.spark.folder import Dataset

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

COLUMNS = (*HEAD, "kind", "table", "place")
UNREADABLE = "file_unreadable"
"""The reason of a file that was left out whole; its line is 0."""


def rejects(listed: Sequence[DataFrame], readings: Sequence[Reading], skipped: Sequence[str]) -> DataFrame:
    """All that is listed, as COLUMNS, in the order of one machine's file: by table, file, line, column and reason."""
    from pyspark.sql import functions as f

    # A part's number says its table; those of supplies begin at 0 again, so each frame knows only its own.
    party = [reading for reading in readings if reading.table.name != "supplies"]
    own = [party] * (len(listed) - 1) + [[reading for reading in readings if reading not in party]]
    frames = []
    for frame, known in zip(listed, own, strict=True):
        table = f.lit("supplies")
        for reading in known:
            table = f.when(f.col("row_part") == reading.part, reading.table.name).otherwise(table)
        frames.append(frame.withColumn("table", table))
    found = reduce(lambda one, other: one.unionByName(other), frames)
    found = found.withColumnsRenamed({"row_file": "file", "row_line": "line"})
    place = f.lit(0)
    for name, number in ORDER.items():
        place = f.when(f.col("table") == name, number).otherwise(place)
    found = found.withColumn("place", place).select(*COLUMNS)
    for file in skipped:
        of = next((one.table.name for one in readings if _holds(one.given.dataset, file)), "")
        row = [file, 0, "", "", UNREADABLE, UNREADABLE, of, ORDER.get(of, 0)]
        found = found.union(found.sparkSession.createDataFrame([tuple(row)], found.schema))
    return found.sort("place", "file", "line", "column", "reason")


def write_rejects(work: Work, path: Path) -> None:
    """Write the rejects of a work folder as one machine does, piece by piece."""
    batches = work.batches("rejects", HEAD)
    write_lines(path, (zip(*(batch[name].to_pylist() for name in HEAD), strict=True) for batch in batches))


def _holds(dataset: Dataset, file: str) -> bool:
    return file == dataset.name or file.startswith(f"{dataset.name}/")


def reports(
    spark: SparkSession, rows: Sequence[DataFrame], listed: DataFrame, readings: Sequence[Reading]
) -> tuple[TableReport, ...]:
    """Counts of every table; `rows`: those of parties, then those of supplies; `listed`: the dataset of rejects."""
    found = listed.groupBy("table", "kind", "reason").count().collect()  # a few dozen numbers
    lost = {(table, kind, reason): int(count) for table, kind, reason, count in found}
    parts = [{(part, fault): int(n) for part, fault, n in _faults(frame)} for frame in rows]
    reports = []
    for name in dict.fromkeys(reading.table.name for reading in readings):
        own = [reading for reading in readings if reading.table.name == name]
        counts = parts[name == "supplies"]
        mine = {reading.part for reading in own}
        read = sum(n for (part, _), n in counts.items() if part in mine)
        identical = sum(n for (part, fault), n in counts.items() if part in mine and fault == IDENTICAL)
        by_kind = {kind: sum(n for (t, k, _), n in lost.items() if (t, k) == (name, kind)) for _, kind, _ in lost}
        reports.append(
            TableReport(
                name,
                tuple(FileReport(one.given.source.file, "parquet", "", one.given.source.unknown) for one in own),
                read=read,
                kept=read - identical - by_kind.get("reject", 0) - by_kind.get("lost_with_party", 0),
                dropped=_given_rows(spark, own) - read if any(one.given.source.drop for one in own) else 0,
                identical=identical,
                rejected=dict(sorted((r, n) for (t, kind, r), n in lost.items() if (t, kind) == (name, "reject"))),
                lost_with_party=by_kind.get("lost_with_party", 0),
                emptied=by_kind.get("emptied", 0) + by_kind.get("odd_flag", 0),
                conflicts=by_kind.get("conflict", 0),
            )
        )
    return tuple(reports)


def _faults(rows: DataFrame) -> list[tuple[int, int, int]]:
    """(part, code, rows): the few codes that matter for each file."""
    from pyspark.sql import functions as f

    code = f.when(f.col("row_fault").isin(0, IDENTICAL), f.col("row_fault")).otherwise(1).alias("code")
    return [tuple(row) for row in rows.groupBy("row_part", code).count().collect()]  # three numbers a file


def _given_rows(spark: SparkSession, readings: Sequence[Reading]) -> int:
    return sum(reading.given.dataset.frame(spark).count() for reading in readings)
