"""From the server back to files: the party table and the links as arrays, read as collected columns.

One record holds all links of a supplier, a list for each column: several times faster than a record for each link.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from neo4j import ManagedTransaction

from explorer.progress import Progress
from graph import parties as register
from graph import snapshot
from graph.algorithms.anchors import cores_within_2
from graph.algorithms.network import MISSING, NO_AMOUNT, Array, Links, Strength
from graph.model import NODE, Type
from graph.stores.neo4j.connection import FETCH, Connection

TYPES: dict[Type, pa.DataType] = {
    "STRING": pa.string(), "INT64": pa.int64(), "DOUBLE": pa.float64(), "DATE": pa.date32(), "BOOL": pa.bool_(),
}  # fmt: skip
LINK_COLUMNS: dict[str, pa.DataType] = {
    "amount": pa.float64(), "n": pa.int64(), "first": pa.int32(), "last": pa.int32(), "share_out": pa.float64(),
    "share_in": pa.float64(), "alive": pa.float64(), "cost_up": pa.int32(), "cost_down": pa.int32(),
}  # fmt: skip
DAYS = {"first", "last"}
"""Dates that the server counts from 1970: a number is read four times as fast as a date."""
EPOCH = date(1970, 1, 1)
CHUNK = 1 << 18
"""Values that are held as Python objects before they become an array."""


@dataclass
class _Growing:
    """A column that grows by lists and is packed away now and then."""

    kind: pa.DataType
    chunks: list[pa.Array] = field(default_factory=list)
    pending: list[Any] = field(default_factory=list)

    def extend(self, values: Sequence[Any]) -> None:
        self.pending += values
        if len(self.pending) >= CHUNK:
            self.pack()

    def pack(self) -> None:
        self.chunks.append(pa.array(_native(self.pending, self.kind), self.kind))
        self.pending = []

    def array(self) -> pa.Array:
        self.pack()
        return pa.chunked_array(self.chunks, self.kind).combine_chunks()


def links_cypher() -> str:
    """One row for each supplier; $epoch is bound to the day that days are counted from."""
    values = {
        name: f"duration.inDays($epoch, r.`{name}`).days" if name in DAYS else f"r.`{name}`" for name in LINK_COLUMNS
    }
    columns = ", ".join(f"[r IN links | {value}] AS `{name}`" for name, value in values.items())
    return (
        "MATCH (a:Party) WITH a, [(a)-[r:SUPPLIES]->(:Party) | r] AS links WHERE size(links) > 0"
        f" RETURN a.party_id AS supplier, [r IN links | endNode(r).party_id] AS buyers, {columns}"
    )


def read_snapshot(connection: Connection, folder: Path, tag: dict[str, str], progress: Progress) -> None:
    """Make in `folder` what a load lays beside its graph: the party table, the arrays and the counts of cores."""
    parties = read_parties(connection, progress)
    links, strength = read_links(connection, parties["party_id"], progress)
    graph = snapshot.build(links, strength, len(parties))
    snapshot.save(folder, graph, tag)
    counts = cores_within_2(graph, parties["is_core"].to_numpy(zero_copy_only=False))
    snapshot.save_counts(folder, dict(zip(snapshot.COUNTS, counts, strict=True)))
    register.save(folder, parties)


def read_parties(connection: Connection, progress: Progress) -> pa.Table:
    """All parties with the model's columns, by code point of their ids."""
    properties = NODE["Party"].properties
    statement = "MATCH (n:Party) RETURN " + ", ".join(f"n.`{p.name}` AS `{p.name}`" for p in properties)

    def work(transaction: ManagedTransaction) -> list[_Growing]:
        columns = [_Growing(TYPES[p.type]) for p in properties]
        for records in _portions(transaction, statement, progress):
            for column, values in zip(columns, zip(*records, strict=True), strict=True):
                column.extend(values)
        return columns

    names = [p.name for p in properties]
    table = pa.table([column.array() for column in connection.read(work)], names=names)
    return table.take(pc.sort_indices(table["party_id"].cast(pa.binary()))).combine_chunks()


def read_links(connection: Connection, ids: pa.ChunkedArray, progress: Progress) -> tuple[Links, Strength]:
    """All supply links in canonical order, with the strengths that the load computed."""

    def work(transaction: ManagedTransaction) -> tuple[_Growing, list[int], list[_Growing]]:
        suppliers, sizes = _Growing(pa.string()), list[int]()
        columns = [_Growing(kind) for kind in (pa.string(), *LINK_COLUMNS.values())]
        for records in _portions(transaction, links_cypher(), progress):
            for supplier, *lists in records:
                suppliers.extend([supplier])
                sizes.append(len(lists[0]))
                for column, values in zip(columns, lists, strict=True):
                    column.extend(values)
        return suppliers, sizes, columns

    suppliers, sizes, (buyers, *columns) = connection.read(work)
    numbers = partial(pc.index_in, value_set=ids.combine_chunks())
    supplier = np.repeat(numbers(suppliers.array()).to_numpy(zero_copy_only=False), sizes).astype(np.int32)
    buyer = numbers(buyers.array()).to_numpy(zero_copy_only=False).astype(np.int32)
    order = np.lexsort((buyer, supplier))
    taken = {name: _plain(column.array())[order] for name, column in zip(LINK_COLUMNS, columns, strict=True)}
    return _weighed(supplier[order], buyer[order], taken)


def _weighed(supplier: Array, buyer: Array, of: dict[str, Array]) -> tuple[Links, Strength]:
    """The columns as a load has them: cents for amounts, days for dates. Confidence is in the strengths already."""
    sure = np.ones(len(supplier))
    cents = np.where(np.isnan(of["amount"]), NO_AMOUNT, np.rint(np.nan_to_num(of["amount"]) * 100)).astype(np.int64)
    links = Links(supplier, buyer, cents, of["n"], of["first"], of["last"], sure)
    strength = Strength(of["share_out"], of["share_in"], of["alive"], sure, sure, of["cost_up"], of["cost_down"])
    return links, strength


def _plain(column: pa.Array) -> Array:
    if pa.types.is_int32(column.type):
        column = column.fill_null(MISSING)
    return np.asarray(column.to_numpy(zero_copy_only=False))


def _native(values: list[Any], kind: pa.DataType) -> list[Any]:
    if pa.types.is_date32(kind):
        return [None if value is None else value.to_native() for value in values]
    return values


def _portions(transaction: ManagedTransaction, statement: str, progress: Progress) -> Iterator[list[list[Any]]]:
    """The records of a statement, `FETCH` at a time."""
    done, result = 0, transaction.run(statement, {"epoch": EPOCH})
    while records := result.fetch(FETCH):
        yield [record.values() for record in records]
        done += len(records)
        progress("neo4j_read", done, 0)
