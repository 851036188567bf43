"""Values of Neo4j as Arrow columns, in the shapes that Ladybug hands over.

A node is {_ID, _LABEL, its properties}, a relationship {_SRC, _DST, _LABEL, _ID, its properties}, a path
{_NODES, _RELS}. A column whose values are of several kinds becomes text, as JSON.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from neo4j import graph, spatial, time

from graph.model import NODE


def column(values: list[Any]) -> pa.Array:
    plain_values = [plain(value) for value in values]
    try:
        return pa.array(plain_values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return pa.array([None if value is None else _text(value) for value in plain_values], pa.string())


def plain(value: Any) -> Any:
    """A value without the driver's own classes."""
    if isinstance(value, graph.Node):
        return {"_ID": value.element_id, "_LABEL": label(value)} | _plain_items(value)
    if isinstance(value, graph.Relationship):
        start, end = (node.element_id if node is not None else None for node in (value.start_node, value.end_node))
        return {"_SRC": start, "_DST": end, "_LABEL": value.type, "_ID": value.element_id} | _plain_items(value)
    if isinstance(value, graph.Path):
        return {"_NODES": [plain(node) for node in value.nodes], "_RELS": [plain(one) for one in value.relationships]}
    if isinstance(value, time.Date | time.DateTime | time.Time):
        return value.to_native()
    if isinstance(value, time.Duration):
        return value.iso_format()
    if isinstance(value, spatial.Point):
        return {"srid": value.srid, "coordinates": list(value)}
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def label(node: graph.Node) -> str:
    """The label that the model knows; roles are labels too, but also properties."""
    names = sorted(node.labels)
    return next((name for name in names if name in NODE), names[0] if names else "")


def _plain_items(entity: graph.Node | graph.Relationship) -> dict[str, Any]:
    return {key: plain(value) for key, value in sorted(entity.items())}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_iso)


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
