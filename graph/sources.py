"""Which of the bank's sources each supply link comes from, beside the snapshot: one small number a link."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from explorer.errors import StoreError

FILE = "sources.arrow"
COLUMN = "sources"
KIND = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema([pa.field(COLUMN, KIND)])


def save(folder: Path, sources: pa.Array) -> None:
    """Write the sources of all links in canonical order, `;`-joined texts, null where none is named.

    Texts are numbered by code point, so that the same links are the same bytes, whoever wrote them.
    """
    texts = pc.unique(sources).drop_null()
    texts = texts.take(pc.sort_indices(texts.cast(pa.binary())))
    coded = pa.DictionaryArray.from_arrays(pc.index_in(sources, value_set=texts), texts)
    with pa.OSFile(str(folder / FILE), "wb") as sink, pa.ipc.new_file(sink, SCHEMA) as writer:
        writer.write_batch(pa.record_batch([coded], schema=SCHEMA))


def open(folder: Path) -> pa.DictionaryArray:
    """Map what `save` wrote into memory; raises StoreError `snapshot_unreadable` where it is missing or garbled."""
    try:
        found = pa.ipc.open_file(pa.memory_map(str(folder / FILE))).read_all()
    except (OSError, pa.ArrowInvalid) as error:
        raise StoreError("snapshot_unreadable", folder=folder) from error
    if found.schema != SCHEMA:
        raise StoreError("snapshot_unreadable", folder=folder)
    return found[COLUMN].combine_chunks()
