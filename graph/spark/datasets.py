"""What the tables are made into, and what strings are dug from, at any address that Spark reads.

One version of a work folder (`graph.spark.versions`) holds:

    parties/    Parquet: party_n int (0 … n−1 in the code-point order of party_id), then the properties of Party as
                the model names them (is_customer, is_core, …, n_suppliers, n_buyers, top_buyer_share), in order
    links/      Parquet: supplier_n, buyer_n int; amount, amount_12, amount_24 long in 1/100 (amount null where no row
                has one); n long; first, last date; confidence, share_out, share_in, alive, strength_up,
                strength_down double; cost_up, cost_down int; sources string; one row a pair, ordered by the pair.
                The number of neighbours that walks are diluted by are n_suppliers and n_buyers of parties/
    rejects/    Parquet: file, line, column, value, reason as in the rejects file of one machine, in its order; kind,
                table and place (of the table in the model)
    snapshot/   the files of one machine's snapshot (see graph.spark.shipping), where it was asked for
    stage/      what is worked on, by a preparation or by those who dig, each in a folder of its own
    facts.json  written last: what was found

The part that checks tables writes it, the plans read it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from explorer.errors import StoreError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.fs import FileSystem
    from pyspark.sql import DataFrame, SparkSession

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
PART = "part-"
"""How Spark begins the names of data files."""
SYSTEM = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(//[^/]*)?")
"""The beginning of an address that names its file system."""


@dataclass(frozen=True)
class Work:
    """A work folder, or a version in one, at an address."""

    uri: str

    def at(self, name: str) -> str:
        return f"{self.uri.rstrip('/')}/{name}"

    def read(self, spark: SparkSession, name: str) -> DataFrame:
        return spark.read.parquet(self.at(name))

    def write(self, frame: DataFrame, name: str) -> None:
        """Write a dataset whole."""
        frame.write.mode("overwrite").parquet(self.at(name))

    def stage(self, spark: SparkSession, frame: DataFrame, name: str) -> DataFrame:
        """Write what is used several times, so that it is computed once and a lost executor costs one step."""
        self.write(frame, f"stage/{name}")
        return self.read(spark, f"stage/{name}")

    def batches(self, name: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Some columns of a dataset piece by piece, in the order of its rows, without Spark."""
        import pyarrow.parquet as pq
        from pyarrow.fs import FileSelector

        system, path = self.files()
        found = system.get_file_info(FileSelector(f"{path.rstrip('/')}/{name}"))
        for file in sorted(one.path for one in found if one.base_name.startswith(PART)):
            with pq.ParquetFile(file, filesystem=system) as parquet:
                yield from parquet.iter_batches(1 << 18, columns=list(columns))

    def files(self) -> tuple[FileSystem, str]:
        """The file system and the path on it, for processes that read or write without Spark.

        Raises StoreError `spark_files` where Arrow does not know it or does not reach it.
        """
        from pyarrow import ArrowException
        from pyarrow.fs import FileSystem, LocalFileSystem

        if self.uri.startswith("file:"):  # Hadoop's addresses are not percent-encoded, Arrow's are
            return LocalFileSystem(), "/" + self.uri.removeprefix("file:").lstrip("/")
        start = SYSTEM.match(self.uri)
        head = start[0] if start else ""
        try:
            system, path = FileSystem.from_uri(re.sub("^s3[an]:", "s3:", head) + quote(self.uri[len(head) :]))
        except (ArrowException, OSError) as error:
            raise StoreError("spark_files", folder=self.uri, why=str(error).partition("\n")[0]) from error
        return system, path


def address(place: str | Path) -> str:
    """A path on this machine as an address, or an address; without `..` and the like, as Hadoop writes the paths."""
    text = str(place)
    if not SCHEME.match(text):
        text = f"file://{Path(text).absolute()}"
    path = path_of(text)
    return text.removesuffix(path) + ("/" + posixpath.normpath(path).strip("/") if path.strip("/") else "")


def path_of(address: str) -> str:
    """The path of an address, without the file system it is on."""
    return SYSTEM.sub("", address, count=1)


def inside(root: str, address: str, files: Collection[str] = ()) -> str:
    """Where a file lies inside the folder `root`; Spark writes some signs of a row's file as %20 and the like.

    What is one of `files` as it stands was written plainly, as Spark does in some errors.
    """
    path, start = path_of(address), path_of(root).rstrip("/") + "/"
    if path.removeprefix(start) in files:
        return path.removeprefix(start)
    return unquote(path).removeprefix(start) if not path.startswith(start) else unquote(path.removeprefix(start))
