"""Which Parquet files of a folder, on any file system that Spark reads, hold which table."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from explorer.errors import BadTables
from graph.loaders.files import TableFile, flat
from graph.loaders.mapping import Entry, Mapping
from graph.loaders.parted import named
from graph.loaders.read import bind
from graph.loaders.source import Scan, Source
from graph.model import TABLE, TABLES
from graph.spark import session
from graph.spark.datasets import path_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ENDING = ".parquet"
OTHERS = (".csv", ".csv.gz", ".xlsx")


NEEDED = {table.name for table in TABLES if table.nature == "role" or any(c.kind == "amount" for c in table.columns)}
NEEDED |= {"parties", "ties"}
"""Tables that strings, or the choice of the currency, depend on; others are not opened."""


@dataclass(frozen=True)
class Dataset:
    """A Parquet file, or a folder of them, that is read as one. `name` is its path inside the folder of tables."""

    root: str
    name: str
    files: tuple[str, ...]
    """paths inside the folder of tables, in their order, which is that of their rows"""
    whole: bool = True
    """whether these are all the files there are"""
    schema: str = ""
    """all columns and types as Spark writes them in JSON, once they were asked for"""

    @property
    def columns(self) -> list[str]:
        """As Spark calls them, which is another name where a folder's is percent-encoded."""
        return [column["name"] for column in json.loads(self.schema)["fields"]]

    def named(self) -> dict[str, tuple[str, dict[str, str]]]:
        """What folders say, by what Spark calls their columns: the column's name, and the values that Spark misreads.

        Spark takes each %E5 for a sign of its own (Latin-1), not for a byte of UTF-8.
        """
        found: dict[str, tuple[str, dict[str, str]]] = {}
        for file in self.files:
            inner = file.removeprefix(self.name)
            pairs = zip(named(inner, _latin).items(), named(inner).items(), strict=True)
            for (key, read), (name, value) in pairs:
                misread = found.setdefault(key, (name, {}))[1]
                if read is not None and value is not None and read != value:
                    misread[read] = value
        return found

    def frame(self, spark: SparkSession) -> DataFrame:
        """All columns, also those that only folders are named by; raises BadTables where a file is damaged."""
        from pyspark.errors import AnalysisException
        from pyspark.sql.types import StructType

        base = f"{self.root}/{self.name}"
        reader = spark.read.option("mergeSchema", str(len(self.files) > 1).lower())
        paths = [base]
        if not self.whole:
            reader, paths = reader.option("basePath", base), [f"{self.root}/{file}" for file in self.files]
        if self.schema:
            return reader.schema(StructType.fromJson(json.loads(self.schema))).parquet(*paths)
        with session.worded(self.root, self.files):
            try:
                frame = reader.parquet(*paths)
                frame.schema  # noqa: B018 (with Connect only asking finds out)
            except AnalysisException as error:
                if session.damaged_file(error, self.root, self.files):
                    raise
                raise BadTables("spark_schemas", file=self.name, why=session.first_line(error)) from error
            return frame


@dataclass(frozen=True)
class Given:
    """A dataset read as one table. The scan's columns c0, c1, … are `columns` of the dataset, in this order."""

    source: Source
    dataset: Dataset
    columns: tuple[str, ...]

    def cells(self, spark: SparkSession) -> DataFrame:
        """The columns that are asked for as c0, c1, …, and each row's `file` and `place` in it, from 0."""
        from pyspark.sql import functions as f

        used = {*self.source.columns.values(), *self.source.drop}
        wanted = {
            f"c{i}": f.col("`" + column.replace("`", "``") + "`")
            for i, column in enumerate(self.columns)
            if f"c{i}" in used
        }
        named = self.dataset.named()
        for i, column in enumerate(self.columns):
            _, misread = named.get(column, (column, {}))
            if misread and (name := f"c{i}") in wanted:
                right = f.create_map(*(f.lit(one) for pair in misread.items() for one in pair))
                wanted[name] = f.coalesce(f.try_element_at(right, wanted[name]), wanted[name])
        place = [f.col("_metadata.file_path").alias("file"), f.col("_metadata.row_index").alias("place")]
        return self.dataset.frame(spark).select(*(cell.alias(name) for name, cell in wanted.items()), *place)


@dataclass(frozen=True)
class Tables:
    """All that was found. `skipped` files could not be read and were left out, because that was asked for."""

    root: str
    given: tuple[Given, ...]
    unknown: tuple[str, ...]
    skipped: tuple[str, ...] = ()

    def of(self, table: str) -> tuple[Given, ...]:
        return tuple(one for one in self.given if one.source.table == table)


def find(spark: SparkSession, root: str, mapping: Mapping, *, skip: bool = False) -> Tables:
    """Find the tables in the folder `root` and match their headers.

    With `skip`, files that cannot be read to their end are left out whole; this reads the tables once more.
    Raises BadTables as one machine's `read` does, and where a table is given in another format than Parquet.
    """
    files = _listed(spark, root)
    skipped: list[str] = []
    datasets: dict[str, Dataset] = {}
    given: list[Given] = []
    used: set[str] = set()
    for entry, name in _named(root, list(files), mapping):
        used.update(file for file in files if file == name or file.startswith(f"{name}/"))
        if entry.table not in NEEDED:
            continue
        if name not in datasets:
            found = Dataset(root, name, tuple(file for file in files if file == name or file.startswith(f"{name}/")))
            flat(name, found.files)
            empty = [file for file in found.files if not files[file]]
            if empty and not skip:
                raise BadTables("file_empty", file=empty[0])
            left = _readable(spark, found, empty, skipped) if skip else found
            datasets[name] = replace(left, schema=left.frame(spark).schema.json())
        given.append(_given(entry, datasets[name]))
    unknown = sorted({file.partition("/")[0] for file in files if file not in used})
    if not any(one.source.table == "parties" for one in given):
        raise BadTables("no_parties", folder=root, unknown=", ".join(unknown) or "-")
    return Tables(root, tuple(given), tuple(unknown), tuple(skipped))


def _listed(spark: SparkSession, root: str) -> dict[str, int]:
    """All files below the folder and their bytes, by their paths inside it, in order; only names reach us."""
    from pyspark.errors import AnalysisException

    reader = spark.read.format("binaryFile").option("recursiveFileLookup", "true")
    try:
        rows = reader.load(root).select("path", "length").collect()  # names of files, no data
    except AnalysisException as error:
        if error.getCondition() != "PATH_NOT_FOUND":
            raise
        raise BadTables("folder_missing", folder=root) from None
    start = path_of(root).rstrip("/") + "/"
    return dict(sorted((path_of(row["path"]).removeprefix(start), row["length"]) for row in rows))


def _named(root: str, files: list[str], mapping: Mapping) -> Iterable[tuple[Entry, str]]:
    """Entries of all tables in the model's order, each with a file or folder of its own."""
    tops = sorted({file.partition("/")[0] for file in files})
    for table in TABLES:
        standard = [top for top in tops if _stem(top) == table.name]
        for entry in mapping.tables.get(table.name, (Entry(table.name),)):
            if entry.file:
                names = _mapped(entry.file, files)
                if not names:
                    raise BadTables("mapping_file", table=table.name, file=entry.file, folder=root)
            elif len(standard) > 1:
                raise BadTables("table_twice", table=table.name, files=", ".join(standard))
            elif standard:
                names = standard
            elif table.name in mapping.tables:
                raise BadTables("table_without_file", table=table.name, folder=root)
            else:
                continue
            for name in names:
                if name.casefold().endswith(OTHERS):
                    raise BadTables("spark_parquet", file=name)
                yield entry, name


def _stem(top: str) -> str:
    """The table that a file or folder is named for, in either writing: `parties.parquet` or `parties`."""
    low = top.casefold()
    for ending in (ENDING, *OTHERS):
        low = low.removesuffix(ending)
    return low if low in TABLE else ""


def _mapped(wanted: str, files: list[str]) -> list[str]:
    """Files and folders that a mapping names, by a name or by a pattern of one level."""
    parts = wanted.strip("/").split("/")
    heads = {"/".join(file.split("/")[: len(parts)]) for file in files}
    return sorted(
        head
        for head in heads
        if head.count("/") == len(parts) - 1
        and all(fnmatchcase(one, part) for one, part in zip(head.split("/"), parts, strict=True))
    )


def _given(entry: Entry, dataset: Dataset) -> Given:
    columns, told = tuple(dataset.columns), dataset.named()
    headers = tuple((told.get(column, (column,))[0], f"c{i}") for i, column in enumerate(columns))
    file = TableFile(entry, Path(dataset.name), dataset.name, "parquet")
    return Given(bind(file, Scan(Path(dataset.name), "parquet", headers, rows=0)), dataset, columns)


def _latin(text: str) -> str:
    return unquote(text, encoding="latin-1")


def _readable(spark: SparkSession, dataset: Dataset, empty: list[str], skipped: list[str]) -> Dataset:
    """The dataset without the files that fail; each failure costs one more reading of the others."""
    skipped += empty
    files = tuple(file for file in dataset.files if file not in empty)
    while files:
        try:
            left = Dataset(dataset.root, dataset.name, files, whole=files == dataset.files)
            with session.worded(dataset.root, files):
                left.frame(spark).write.format("noop").mode("overwrite").save()
            return left
        except BadTables as refused:
            bad = str(refused.values.get("file"))
            if refused.code != "file_unreadable" or bad not in files:
                raise
            skipped.append(bad)
            files = tuple(file for file in files if file != bad)
    raise BadTables("file_unreadable", file=dataset.name, why=session.FAILED)
