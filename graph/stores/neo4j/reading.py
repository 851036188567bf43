"""From the server back to files: the party table, the links as arrays and the bonds, read as collected columns.

One record holds all links of a supplier, a list for each column: several times faster than a record for each link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from neo4j import ManagedTransaction

from explorer.progress import Progress
from graph import bonds, snapshot
from graph import parties as register
from graph.algorithms.anchors import cores_within_2
from graph.algorithms.network import MISSING, NO_AMOUNT, Array, Links, Strength
from graph.bonds import TYPES
from graph.model import NODE, RELATION
from graph.stores.neo4j.connection import FETCH, Connection

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


def collected_cypher(start: str, relation: str, end: str, columns: Mapping[str, pa.DataType]) -> str:
    """One row for each start: its key, the keys of the ends and the columns of the relationships, as lists.

    $epoch is bound to the day that days, which are columns of int32 dates, are counted from.
    """
    keys = NODE[start].key, NODE[end].key

    def value(name: str, kind: pa.DataType) -> str:
        days = name in DAYS or pa.types.is_date32(kind)
        return f"duration.inDays($epoch, r.`{name}`).days" if days else f"r.`{name}`"

    lists = "".join(f", [r IN links | {value(name, kind)}] AS `{name}`" for name, kind in columns.items())
    return (
        f"MATCH (a:`{start}`) WITH a, [(a)-[r:`{relation}`]->(:`{end}`) | r] AS links WHERE size(links) > 0"
        f" RETURN a.`{keys[0]}` AS start, [r IN links | endNode(r).`{keys[1]}`] AS ends{lists}"
    )


def read_snapshot(connection: Connection, folder: Path, tag: dict[str, str], progress: Progress) -> None:
    """Make in `folder` what a load lays beside its graph: the party table, the arrays and the counts of cores."""
    parties = read_nodes(connection, "Party", progress)
    links, strength = read_links(connection, parties["party_id"], progress)
    graph = snapshot.build(links, strength, len(parties))
    snapshot.save(folder, graph, tag)
    counts = cores_within_2(graph, parties["is_core"].to_numpy(zero_copy_only=False))
    snapshot.save_counts(folder, dict(zip(snapshot.COUNTS, counts, strict=True)))
    register.save(folder, parties)
    read_bonds(connection, parties["party_id"], folder, progress)


def read_nodes(connection: Connection, label: str, progress: Progress) -> pa.Table:
    """All nodes of a kind with the model's columns, by code point of their keys."""
    properties = NODE[label].properties
    statement = f"MATCH (n:`{label}`) RETURN " + ", ".join(f"n.`{p.name}` AS `{p.name}`" for p in properties)

    def work(transaction: ManagedTransaction) -> list[_Growing]:
        columns = [_Growing(TYPES[p.type]) for p in properties]
        for records in _portions(transaction, statement, progress):
            for column, values in zip(columns, zip(*records, strict=True), strict=True):
                column.extend(values)
        return columns

    names = [p.name for p in properties]
    table = pa.table([column.array() for column in connection.read(work)], names=names)
    return table.take(pc.sort_indices(table[NODE[label].key].cast(pa.binary()))).combine_chunks()


def read_links(connection: Connection, ids: pa.ChunkedArray, progress: Progress) -> tuple[Links, Strength]:
    """All supply links in canonical order, with the strengths that the load computed."""
    supplier, buyer, columns = _read_collected(
        connection, "Party", "SUPPLIES", "Party", ids, ids, LINK_COLUMNS, progress
    )
    order = np.lexsort((buyer, supplier))
    taken = {name: _plain(column)[order] for name, column in columns.items()}
    return _weighed(supplier[order], buyer[order], taken)


def read_bonds(connection: Connection, ids: pa.ChunkedArray, folder: Path, progress: Progress) -> None:
    """Make `bonds` in `folder` as a load does."""
    groups = read_nodes(connection, "Group", progress)
    bonds.save(folder, bonds.GROUPS, groups)
    numbers = {"Party": ids, "Group": groups["group_id"]}
    for name, relation in bonds.RELATIONS.items():
        [(start, end)] = RELATION[relation].ends
        kinds = {p.name: TYPES[p.type] for p in RELATION[relation].properties}
        a, b, columns = _read_collected(
            connection, start, relation, end, numbers[start], numbers[end], kinds, progress
        )
        bonds.save(folder, name, pa.table({"a": a, "b": b, **columns}))


def _read_collected(
    connection: Connection, start: str, relation: str, end: str, starts: pa.ChunkedArray, ends: pa.ChunkedArray,
    kinds: Mapping[str, pa.DataType], progress: Progress,
) -> tuple[Array, Array, dict[str, pa.Array]]:  # fmt: skip
    """All relationships of a kind: int32 numbers of their ends among the sorted keys given, and their columns."""
    statement = collected_cypher(start, relation, end, kinds)
    read = {name: pa.int32() if pa.types.is_date32(kind) else kind for name, kind in kinds.items()}

    def work(transaction: ManagedTransaction) -> tuple[_Growing, list[int], list[_Growing]]:
        owners, sizes = _Growing(pa.string()), list[int]()
        columns = [_Growing(kind) for kind in (pa.string(), *read.values())]
        for records in _portions(transaction, statement, progress):
            for owner, *lists in records:
                owners.extend([owner])
                sizes.append(len(lists[0]))
                for column, values in zip(columns, lists, strict=True):
                    column.extend(values)
        return owners, sizes, columns

    owners, sizes, (others, *columns) = connection.read(work)
    a, b = _numbers(owners, starts), _numbers(others, ends)
    arrays = [column.array().cast(kind) for column, kind in zip(columns, kinds.values(), strict=True)]
    return np.repeat(a, np.array(sizes, np.int64)), b, dict(zip(kinds, arrays, strict=True))


def _numbers(keys: _Growing, among: pa.ChunkedArray) -> Array:
    found = pc.index_in(keys.array(), value_set=among.combine_chunks())
    return np.asarray(found.to_numpy(zero_copy_only=False).astype(np.int32))


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
