"""The columns of paths and of neighbours as they are exported."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.exports import _batch, _columns
from explorer.formats import Column, Kind
from explorer.view import View
from graph.algorithms.network import Array
from graph.model import NODE, RELATION
from graph.stores.queries import other_properties

PATH_COLUMNS = _columns(
    "path:integer path_hops:integer path_strength:score path_cost:integer hop:integer from_id from_name to_id to_name"
    " strength:score cost:integer evidence"
)
MONEY = ("amount", "amount_12", "amount_24", "reward")
"""Properties of the model that are amounts."""
KINDS: dict[str, Kind] = {"STRING": "text", "INT64": "integer", "DOUBLE": "number", "DATE": "date", "BOOL": "flag"}


def neighbour_columns(relation: str, other: str) -> tuple[Column, ...]:
    """Whose neighbour, which one, then the properties of the relationship and of a neighbour that is no party."""
    return (
        *_columns("party_id party_name relation direction other_id other_name"),
        *(
            Column(one.name, "amount" if one.name in MONEY else KINDS[one.type])
            for one in (*RELATION[relation].properties, *other_properties(NODE[other]))
            if one.name != "name"
        ),
    )


def neighbour_batch(view: View, row: int, by: tuple[str, str, str], found: pa.Table, rows: Array) -> pa.RecordBatch:
    """What the store found by (relation, direction, kind of node) as columns; `rows` are the parties among it."""
    parties, party, (relation, direction, other) = view.parties, np.full(len(found), row), by
    names = found["name"].combine_chunks() if "name" in found.column_names else parties.take("name", rows)
    columns: dict[str, Any] = {
        "party_id": parties.take("party_id", party),
        "party_name": parties.take("name", party),
        "relation": pa.repeat(relation, len(found)),
        "direction": pa.repeat(direction, len(found)),
        "other_id": found["other_id"].combine_chunks(),
        "other_name": names,
    }
    shown = neighbour_columns(relation, other)
    for column in shown[len(columns) :]:
        columns[column.name] = _cells(column, found[column.name].combine_chunks())
    return _batch(shown, columns)


def _cells(column: Column, values: pa.Array) -> pa.Array:
    """Amounts stand in the store in units, in a table in hundredths."""
    if column.kind != "amount":
        return values
    return pc.round(pc.multiply(values.cast(pa.float64()), 100.0)).cast(pa.int64())
