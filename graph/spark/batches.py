"""Cells of some rows typed and judged by the very SQL of one machine, in a DuckDB inside each task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.loaders import rejects
from graph.loaders.faults import Fault
from graph.loaders.sql import name
from graph.loaders.typed import TYPES, Rules, Typing
from graph.model import TABLE, Table
from graph.spark.datasets import inside
from graph.spark.folder import Given

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

PIECE = 100_000
"""Rows that are typed at once: planning the query costs some milliseconds whatever their number."""
SPARK_TYPES = {
    "VARCHAR": "string", "BIGINT": "bigint", "DOUBLE": "double", "DATE": "date", "BOOLEAN": "boolean",
}  # fmt: skip
REJECT = "struct<column:string,value:string,reason:string,kind:string>"
PLACES = {
    "row_part": "int", "row_file": "string", "row_line": "bigint", "row_fault": "int",
    "row_rejects": f"array<{REJECT}>",
}  # fmt: skip
"""Where a row stands, the code of its first fault or 0, and what is to be listed of it."""
ARROW_TYPES: dict[str, Callable[[Any], Any]] = {
    "string": lambda pa: pa.string(), "bigint": lambda pa: pa.int64(), "double": lambda pa: pa.float64(),
    "date": lambda pa: pa.date32(), "boolean": lambda pa: pa.bool_(), "int": lambda pa: pa.int32(),
    f"array<{REJECT}>": lambda pa: pa.list_(
        pa.struct([(field.partition(":")[0], pa.string()) for field in REJECT[7:-1].split(",")])
    ),
}  # fmt: skip
LATE = ("unknown_party", "unknown_subject", "lost_with_party")
"""Faults that only other tables show: a batch does not look for them."""
CELLS = "cells"

Batches = Callable[[Iterator["pa.RecordBatch"]], Iterator["pa.RecordBatch"]]


class BatchTyping(Typing):
    """The query for one batch, registered as `cells`, whose lines are its rows from 0."""

    @property
    def scan(self) -> str:
        return f"{CELLS} AS given"

    @property
    def judged_late(self) -> tuple[str, ...]:
        """Columns that other rows may show to be wrong; what was given there is kept where typing changed it."""
        ends = tuple(column.name for column in self.table.columns if column.refers in ("parties", "subjects"))
        keys = tuple(key for key in self.table.key if key in ("party_id", "row_id"))
        return ends + keys + (("name",) if self.table.key == ("party_id",) else ())

    @property
    def told(self) -> tuple[str, ...]:
        """Columns of numbers that conflicts between files show as DuckDB writes them."""
        return numbers(self.table) if self.table.key == ("party_id",) else ()

    def carried(self) -> dict[str, str]:
        return {f"r_{column}": self.raw(column) for column in self.judged_late if column in self.names}

    def _joins(self) -> str:
        return ""

    def _extra(self) -> str:
        given = [
            f"CASE WHEN r_{column} IS DISTINCT FROM v_{column} THEN r_{column} END"
            if column in self.names
            else "NULL::VARCHAR"
            for column in self.judged_late
        ]
        told = [f"v_{column}::VARCHAR" if column in self.names else "NULL::VARCHAR" for column in self.told]
        labels = [f"given_{column}" for column in self.judged_late] + [f"told_{column}" for column in self.told]
        return "".join(f", {value} AS {name(label)}" for value, label in zip(given + told, labels, strict=True))

    def _condition(self, fault: Fault) -> str:
        return "" if fault.reason in LATE else super()._condition(fault)


def numbers(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.kind == "number")


@dataclass(frozen=True)
class Reading:
    """How the rows of one dataset are typed; goes to the tasks. `part`: its number among those of its kind."""

    given: Given
    rules: Rules
    part: int

    @property
    def table(self) -> Table:
        return TABLE[self.given.source.table]

    def columns(self) -> dict[str, str]:
        """The columns of a typed row and what Spark calls their types."""
        typing = self._typing({})
        typed = {column.name: SPARK_TYPES[TYPES[column.kind]] for column in self.table.columns}
        texts = [f"given_{column}" for column in typing.judged_late] + [f"told_{column}" for column in typing.told]
        return typed | dict.fromkeys(texts, "string") | PLACES

    def schema(self) -> str:
        return ", ".join(f"`{column}` {kind}" for column, kind in self.columns().items())

    def rows(self, spark: SparkSession) -> DataFrame:
        """Every row typed, with its place, the code of its first fault or 0, and what is to be listed of it."""
        return self.given.cells(spark).mapInArrow(self._typed, self.schema())

    def currencies(self, spark: SparkSession) -> DataFrame | None:
        """Currencies of given amounts and how often each stands there; None where the table has none."""
        if not self._typing(dict.fromkeys(self.given.source.columns.values(), "VARCHAR")).currencies():
            return None
        return self.given.cells(spark).mapInArrow(self._counted, "currency string, times bigint")

    def _typing(self, types: Mapping[str, str]) -> BatchTyping:
        return BatchTyping(self.table, self.given.source, types, self.rules)

    def _typed(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        with _workbench() as db:
            for piece in _pieces(batches):
                typing = self._registered(db, piece)
                db.execute(f"CREATE OR REPLACE TEMP TABLE checked AS {typing.query(0)}")
                db.execute("DROP TABLE IF EXISTS rejects")
                rejects.create(db)
                rejects.collect(db, "checked", typing, 0)
                yield self._placed(db, piece)

    def _counted(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        with _workbench() as db:
            for piece in _pieces(batches):
                yield from db.sql(self._registered(db, piece).currencies()).to_arrow_table().to_batches()

    def _registered(self, db: duckdb.DuckDBPyConnection, piece: pa.Table) -> BatchTyping:
        """Let the batch answer as `cells`, each row's line being its place in the batch."""
        import numpy as np
        import pyarrow as pa

        cells = piece.drop_columns(["file", "place"]).append_column("line", pa.array(np.arange(len(piece))))
        db.register(CELLS, cells.append_column("ragged", pa.nulls(len(piece), pa.string())))
        types = {row[0]: row[1] for row in db.execute(f"DESCRIBE FROM {CELLS}").fetchall()}
        return self._typing(types)

    def _placed(self, db: duckdb.DuckDBPyConnection, piece: pa.Table) -> pa.RecordBatch:
        """The typed rows with their files and lines, as one batch of `schema`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        listed = (
            'SELECT line, list(struct_pack("column" := "column", value := value, reason := CASE WHEN kind ='
            " 'emptied' THEN 'emptied_' || reason ELSE reason END, kind := kind)) AS row_rejects"
            " FROM rejects GROUP BY line"
        )
        found = db.sql(
            f"SELECT checked.*, row_rejects FROM checked LEFT JOIN ({listed}) ON line = row_line ORDER BY row_line"
        ).to_arrow_table()
        place = found["row_line"]
        files = piece["file"].combine_chunks().dictionary_encode()
        if isinstance(files, pa.ChunkedArray):
            files = files.combine_chunks()
        names = pa.array([inside(self.given.dataset.root, file) for file in files.dictionary.to_pylist()])
        columns = {
            "row_part": pa.array([self.part] * len(found), pa.int32()),
            "row_file": names.cast(pa.string()).take(files.indices).take(place),
            "row_line": pc.add(piece["place"].take(place), 1),
        }
        schema = pa.schema([(column, ARROW_TYPES[kind](pa)) for column, kind in self.columns().items()])
        arrays = [columns[one.name] if one.name in columns else found[one.name] for one in schema]
        cast = [array.cast(one.type) for array, one in zip(arrays, schema, strict=True)]
        table = pa.Table.from_arrays(cast, schema=schema)
        return table.combine_chunks().to_batches()[0] if len(table) else pa.RecordBatch.from_pylist([], schema)


def _workbench() -> duckdb.DuckDBPyConnection:
    """A DuckDB of one thread, since Spark runs a task for every core, that fetches nothing from outside."""
    import duckdb

    db = duckdb.connect(config={"threads": "1", "autoinstall_known_extensions": "false"})
    db.execute("SET TimeZone = 'UTC'")
    return db


def _pieces(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= PIECE:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if sum(map(len, waiting)):
        yield pa.Table.from_batches(waiting)
