"""The snapshot of one machine, built from a version of a work folder by one process that streams it, piece by piece.

Only `pyarrow.fs` touches the file system here, so one task of Spark may do it, or a driver, or neither of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graph import parties as register
from graph import snapshot
from graph import sources as link_sources
from graph.algorithms.network import MISSING, NO_AMOUNT, Links, Strength
from graph.bonds import TYPES
from graph.loaders.build import count_cores
from graph.model import NODE
from graph.spark import files
from graph.spark.datasets import Work

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

FOLDER = "snapshot"
LINK_BYTES, PARTY_BYTES = 72, 200
"""What a link and a party take, as measured on counties of 680,000 and of 5 million parties."""
SUMS = {
    "supplier_n": ("i4", 0), "buyer_n": ("i4", 0), "amount": ("i8", NO_AMOUNT), "n": ("i8", 0),
    "first": ("i4", MISSING), "last": ("i4", MISSING), "confidence": ("f8", 0.0),
}  # fmt: skip
"""Columns of links/ that snapshot.Links has, in its order, with the value of an empty cell."""
STRENGTH = {
    "share_out": "f8", "share_in": "f8", "alive": "f8", "strength_up": "f8", "strength_down": "f8",
    "cost_up": "i4", "cost_down": "i4",
}  # fmt: skip


def build(spark: SparkSession, work: Work, facts: dict[str, Any]) -> None:
    """Lay `snapshot/` beside the links: one task reads parties and links, and needs the memory of one machine."""

    def make(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        for _ in batches:
            lay(work, facts)
        yield pa.RecordBatch.from_pylist([{"done": 1}], pa.schema([("done", pa.int32())]))

    spark.range(1).coalesce(1).mapInArrow(make, "done int").collect()  # one number


def lay(work: Work, facts: dict[str, Any]) -> None:
    """Build the snapshot on this process's disk, then copy it to where the links are."""
    from pyarrow import fs

    system, path = work.files()
    with tempfile.TemporaryDirectory() as local:
        save(work, facts, Path(local))
        target = f"{path.rstrip('/')}/{FOLDER}"
        system.create_dir(target, recursive=True)
        fs.copy_files(local, target, source_filesystem=fs.LocalFileSystem(), destination_filesystem=system)


def expected(facts: dict[str, Any]) -> int:
    """Bytes that the snapshot of a preparation will take."""
    links, parties = int(facts["links"]), int(facts["parties"])
    return links * LINK_BYTES + parties * PARTY_BYTES


def size(work: Work) -> int:
    """Bytes of the snapshot of a whole version; 0 where it has none."""
    return files.size(work.at(FOLDER))


def save(work: Work, facts: dict[str, Any], target: Path) -> None:
    """Write the snapshot's files into `target`: the same bytes as a load on one machine, but for the load id."""
    import pyarrow as pa

    links, strength, sources = _links(work, facts["links"])
    graph = snapshot.build(links, strength, facts["parties"])
    snapshot.save(target, graph, {"load_id": facts["load_id"], "as_of": facts["as_of"] or ""})
    link_sources.save(target, sources)
    schema = pa.schema([(one.name, TYPES[one.type]) for one in NODE["Party"].properties])
    read = work.batches("parties", schema.names)
    parties = pa.Table.from_batches(
        (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in read), schema
    )
    register.save(target, parties)
    is_core = parties["is_core"].to_numpy()
    snapshot.save_counts(target, count_cores(graph, is_core, 1))


def _links(work: Work, count: int) -> tuple[Links, Strength, pa.Array]:
    """The columns of links/ as arrays, filled from the front; the names of sources as they come."""
    import pyarrow as pa

    kinds = {name: kind for name, (kind, _) in SUMS.items()} | STRENGTH
    arrays: dict[str, Any] = {name: np.empty(count, kind) for name, kind in kinds.items()}
    sources, at = [], 0
    for batch in work.batches("links", [*kinds, "sources"]):
        for name, array in arrays.items():
            array[at : at + len(batch)] = _plain(batch[name], SUMS[name][1] if name in SUMS else 0)
        sources.append(batch["sources"].dictionary_encode())
        at += len(batch)
    assert at == count
    named = pa.chunked_array(sources, pa.dictionary(pa.int32(), pa.string())).unify_dictionaries().combine_chunks()
    if isinstance(named, pa.ChunkedArray):
        named = pa.array([], pa.dictionary(pa.int32(), pa.string()))
    links = Links(*[arrays[name] for name in SUMS])
    return links, Strength(*[arrays[name] for name in STRENGTH]), named.cast(pa.string())


def _plain(column: pa.Array, empty: float) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    return (pc.fill_null(column, empty) if column.null_count else column).to_numpy(zero_copy_only=False)
