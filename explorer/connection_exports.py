"""The columns of paths and of neighbours as they are exported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.exports import _batch, _columns
from explorer.formats import Column, Kind
from explorer.view import View
from graph.algorithms.network import Array
from graph.model import NODE, RELATION
from graph.stores.queries import other_properties

if TYPE_CHECKING:
    from explorer.neighbouring import Neighbours
    from explorer.pathing import Path, PathHop

PATH_COLUMNS = _columns(
    "path:integer path_hops:integer path_strength:score path_cost:integer hop:integer from_id from_name to_id to_name"
    " strength:score cost:integer evidence"
)
MONEY = ("amount", "amount_12", "amount_24", "reward")
"""Properties of the model that are amounts."""
KINDS: dict[str, Kind] = {"STRING": "text", "INT64": "integer", "DOUBLE": "number", "DATE": "date", "BOOL": "flag"}


def path_batch(
    view: View, paths: Sequence[Path], hops: Sequence[tuple[int, int, PathHop]], evidence: Sequence[str | None]
) -> pa.RecordBatch:
    """All hops, each with the number of its path and its own, as columns of PATH_COLUMNS."""
    parties = view.parties
    start, end = (np.array([getattr(hop, name) for *_, hop in hops], np.int64) for name in ("start", "end"))
    of = [paths[number - 1] for number, *_ in hops]
    columns: dict[str, Any] = {
        "path": pa.array([number for number, *_ in hops], pa.int64()),
        "path_hops": pa.array([len(path.hops) for path in of], pa.int64()),
        "path_strength": pa.array([path.strength for path in of], pa.float64()),
        "path_cost": pa.array([path.cost for path in of], pa.int64()),
        "hop": pa.array([at for _, at, _ in hops], pa.int64()),
        "from_id": parties.take("party_id", start),
        "from_name": parties.take("name", start),
        "to_id": parties.take("party_id", end),
        "to_name": parties.take("name", end),
        "strength": pa.array([hop.strength for *_, hop in hops], pa.float64()),
        "cost": pa.array([hop.cost for *_, hop in hops], pa.int64()),
        "evidence": pa.array(evidence, pa.string()),
    }
    return _batch(PATH_COLUMNS, columns)


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


def neighbour_batch(of: Neighbours, found: pa.Table, rows: Array) -> pa.RecordBatch:
    """What the store found as columns of `neighbour_columns`; `rows` are the parties among it."""
    parties, party = of.view.parties, np.full(len(found), of.row)
    names = found["name"].combine_chunks() if "name" in found.column_names else parties.take("name", rows)
    columns: dict[str, Any] = {
        "party_id": parties.take("party_id", party),
        "party_name": parties.take("name", party),
        "relation": pa.repeat(of.relation, len(found)),
        "direction": pa.repeat(of.direction, len(found)),
        "other_id": found["other_id"].combine_chunks(),
        "other_name": names,
    }
    shown = neighbour_columns(str(of.relation), of.other)
    for column in shown[len(columns) :]:
        columns[column.name] = _cells(column, found[column.name].combine_chunks())
    return _batch(shown, columns)


def _cells(column: Column, values: pa.Array) -> pa.Array:
    """Amounts stand in the store in units, in a table in hundredths."""
    if column.kind != "amount":
        return values
    return pc.round(pc.multiply(values.cast(pa.float64()), 100.0)).cast(pa.int64())
