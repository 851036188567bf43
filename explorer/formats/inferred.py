"""A table of any Arrow table: kinds of columns by their types; lists, nodes and paths in words."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import pyarrow as pa

from explorer.formats.columns import Column, Kind, Table
from graph.model import NODE


def table(rows: pa.Table, sequences: Collection[str] = ()) -> Table:
    """All rows of `rows`; the cells of a list are joined by `;`, those of `sequences` by `>`."""
    columns, arrays = [], []
    for name in rows.column_names:
        kind = kind_of(rows[name].type)
        array = rows[name]
        if kind == "text" and not pa.types.is_string(array.type):
            joint = ">" if name in sequences else ";"
            array = pa.chunked_array([[word(cell, joint) for cell in array.to_pylist()]], pa.string())
        elif kind in TYPES:
            array = array.cast(TYPES[kind])
        columns.append(Column(name, kind))
        arrays.append(array)
    return Table(tuple(columns), iter(pa.table(arrays, names=rows.column_names).to_batches()))


TYPES: dict[Kind, pa.DataType] = {"integer": pa.int64(), "number": pa.float64()}


def kind_of(kind: pa.DataType) -> Kind:
    """The kind of column that holds values of an Arrow type; what is no single value becomes text."""
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0):
        return "integer"
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number"
    if pa.types.is_boolean(kind):
        return "flag"
    return "date" if pa.types.is_date32(kind) else "text"


def word(cell: Any, joint: str = ";") -> str | None:
    """A value as the text of a cell: `(:Party B1)-[:SUPPLIES]->(:Party D1)` for a path, JSON for a map."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, list):
        words = [word(one) or "" for one in cell]
        # Stores collect nodes and paths in any order.
        return joint.join(sorted(set(words)) if cell and isinstance(cell[0], dict) else words)
    if not isinstance(cell, dict):
        return str(cell)
    if void(cell):
        return None
    if "_NODES" in cell:
        return _path(cell["_NODES"], cell["_RELS"])
    if "_SRC" in cell:
        return f"[:{cell['_LABEL']}]"
    return _node(cell) if "_LABEL" in cell else json.dumps(cell, ensure_ascii=False, default=str)


def void(cell: Mapping[str, Any]) -> bool:
    """Whether an optional part of a pattern found nothing: a node without a label, or a path with such a one."""
    return any(one["_LABEL"] is None for one in cell.get("_NODES", [cell] if "_LABEL" in cell else []))


def _node(node: Mapping[str, Any]) -> str:
    return f"(:{node['_LABEL']} {node[NODE[node['_LABEL']].key]})"


def _path(nodes: list[Mapping[str, Any]], links: list[Mapping[str, Any]]) -> str:
    text = _node(nodes[0]) if nodes else ""
    for start, link, end in zip(nodes, links, nodes[1:], strict=False):
        along = link["_SRC"] == start["_ID"]
        text += f"{'-' if along else '<-'}[:{link['_LABEL']}]{'->' if along else '-'}{_node(end)}"
    return text
