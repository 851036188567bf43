"""From the server back to files: the party table, the links as arrays and the bonds, read as collected columns.

One record holds a page of nodes, or all links of a page of suppliers, a list for each column: many times faster than
a record for each link, and faster than one for each supplier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from neo4j import ManagedTransaction

from explorer.progress import Progress
from graph import bonds, snapshot
from graph import parties as register
from graph import sources as link_sources
from graph.algorithms.anchors import cores_within_2
from graph.algorithms.network import MISSING, NO_AMOUNT, Array, Links, Strength
from graph.bonds import TYPES
from graph.model import NODE, RELATION
from graph.stores.neo4j.connection import Connection

LINK_COLUMNS: dict[str, pa.DataType] = {
    "amount": pa.float64(), "n": pa.int64(), "first": pa.int32(), "last": pa.int32(), "share_out": pa.float64(),
    "share_in": pa.float64(), "alive": pa.float64(), "cost_up": pa.int32(), "cost_down": pa.int32(),
    "sources": pa.string(),
}  # fmt: skip
DAYS = {"first", "last"}
"""Dates that the server counts from 1970: a number is read four times as fast as a date."""
EPOCH = date(1970, 1, 1)
PAGE, PAGES = 1000, 4
"""Nodes whose values make one record, and records that are under way at a time."""
CHUNK = 1 << 18
"""Values that are held as Python objects before they become an array."""


@dataclass
class _Growing:
    """A column that grows by lists and is packed away now and then."""

    kind: pa.DataType
    chunks: list[pa.Array] = field(default_factory=list)
    pending: list[Any] = field(default_factory=list)

    def extend(self, values: Iterable[Any]) -> None:
        self.pending.extend(values)
        if len(self.pending) >= CHUNK:
            self.pack()

    def pack(self) -> None:
        self.chunks.append(pa.array(_native(self.pending, self.kind), self.kind))
        self.pending = []

    def array(self) -> pa.Array:
        self.pack()
        return pa.chunked_array(self.chunks, self.kind).combine_chunks()


def paged_cypher(label: str) -> str:
    """Rows of `page`, $page nodes of a kind each; needs no index."""
    return (
        f"MATCH (n:`{label}`) WITH collect(n) AS found UNWIND range(0, size(found) - 1, $page) AS at"
        " WITH found[at..at + $page] AS page"
    )


def nodes_cypher(label: str) -> str:
    """One row for each page: the model's properties as lists."""
    lists = ", ".join(f"[n IN page | n.`{p.name}`] AS `{p.name}`" for p in NODE[label].properties)
    return f"{paged_cypher(label)} RETURN {lists}"


def collected_cypher(start: str, relation: str, end: str, columns: Mapping[str, pa.DataType]) -> str:
    """One row for each page of starts: their keys, then for each of them lists of the ends' keys and of the columns.

    $epoch is bound to the day that days, which are columns of int32 dates, are counted from.
    """
    keys = NODE[start].key, NODE[end].key

    def value(name: str, kind: pa.DataType) -> str:
        days = name in DAYS or pa.types.is_date32(kind)
        return f"duration.inDays($epoch, r.`{name}`).days" if days else f"r.`{name}`"

    values = {"ends": f"endNode(r).`{keys[1]}`"} | {name: value(name, kind) for name, kind in columns.items()}
    lists = "".join(f", [links IN rows | [r IN links | {of}]] AS `{name}`" for name, of in values.items())
    return (
        f"{paged_cypher(start)} WITH page, [a IN page | [(a)-[r:`{relation}`]->() | r]] AS rows"
        f" RETURN [a IN page | a.`{keys[0]}`] AS starts{lists}"
    )


def read_snapshot(connection: Connection, folder: Path, tag: dict[str, str], progress: Progress) -> None:
    """Make in `folder` what a load lays beside its graph: the party table, the arrays and the counts of cores."""
    parties = read_nodes(connection, "Party", progress)
    links, strength, named = read_links(connection, parties["party_id"], progress)
    graph = snapshot.build(links, strength, len(parties))
    snapshot.save(folder, graph, tag)
    link_sources.save(folder, named)
    counts = cores_within_2(graph, parties["is_core"].to_numpy(zero_copy_only=False))
    snapshot.save_counts(folder, dict(zip(snapshot.COUNTS, counts, strict=True)))
    register.save(folder, parties)
    read_bonds(connection, parties["party_id"], folder, progress)


def read_nodes(connection: Connection, label: str, progress: Progress) -> pa.Table:
    """All nodes of a kind with the model's columns, by code point of their keys."""
    properties = NODE[label].properties

    def work(transaction: ManagedTransaction) -> list[_Growing]:
        columns = [_Growing(TYPES[p.type]) for p in properties]
        for lists in _pages(transaction, nodes_cypher(label), progress):
            for column, values in zip(columns, lists, strict=True):
                column.extend(values)
        return columns

    names = [p.name for p in properties]
    table = pa.table([column.array() for column in connection.read(work, fetch=PAGES)], names=names)
    return table.take(pc.sort_indices(table[NODE[label].key].cast(pa.binary()))).combine_chunks()


def read_links(connection: Connection, ids: pa.ChunkedArray, progress: Progress) -> tuple[Links, Strength, pa.Array]:
    """All supply links in canonical order, with the strengths that the load computed and their sources' names."""
    supplier, buyer, columns = _read_collected(
        connection, "Party", "SUPPLIES", "Party", ids, ids, LINK_COLUMNS, progress
    )
    order = np.lexsort((buyer, supplier))
    named = columns.pop("sources").take(pa.array(order))
    taken = {name: _plain(column)[order] for name, column in columns.items()}
    return *_weighed(supplier[order], buyer[order], taken), named


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
        for starts, *nested in _pages(transaction, statement, progress):
            owners.extend(starts)
            sizes.extend(map(len, nested[0]))
            for column, lists in zip(columns, nested, strict=True):
                column.extend(chain.from_iterable(lists))
        return owners, sizes, columns

    owners, sizes, (others, *columns) = connection.read(work, fetch=PAGES)
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


def _pages(transaction: ManagedTransaction, statement: str, progress: Progress) -> Iterator[list[list[Any]]]:
    """The columns of one page of nodes after the other."""
    done = 0
    for record in transaction.run(statement, {"epoch": EPOCH, "page": PAGE}):
        columns = record.values()
        yield columns
        done += len(columns[0])
        progress("neo4j_read", done, 0)
