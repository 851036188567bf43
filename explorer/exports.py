"""The columns of every export (DESIGN 6), and how arrays of the algorithms become their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from explorer.formats import Column, Table
from explorer.view import View
from graph.algorithms.network import DIRECTIONS, MISSING, Array, Direction

if TYPE_CHECKING:
    from explorer.finding import Found
    from graph.algorithms.anchors import BestAnchors
    from graph.algorithms.strings import Strings

PARTY = ("kind", "roles", "industry", "region", "grid", "branch", "manager_id")
"""What every list of prospects says of a party besides its id and name."""


def _columns(text: str) -> tuple[Column, ...]:
    """Read "rank:integer name"; no kind means text."""
    pairs = (part.partition(":") for part in text.split())
    return tuple(Column(name, kind or "text") for name, _, kind in pairs)  # type: ignore[arg-type]


DIG_COLUMNS = _columns(
    f"anchor_id anchor_name direction rank:integer prospect_id prospect_name {' '.join(PARTY)} tier:integer"
    " score:score cost:integer path_ids path_names via_customers:integer last_amount:amount last_date:date"
    " cores_within_2:integer"
)
CORE_COLUMNS = " ".join(
    f"core_{i}_id core_{i}_name core_{i}_direction core_{i}_tier:integer core_{i}_score:score core_{i}_cost:integer"
    f" core_{i}_path_ids"
    for i in (1, 2, 3)
)
PROSPECT_COLUMNS = _columns(f"prospect_id prospect_name {' '.join(PARTY)} cores_within_2:integer {CORE_COLUMNS}")

CIRCLE = "circle_id kind name members:integer customers:integer"
CIRCLE_COLUMNS = _columns(
    f"{CIRCLE} penetration:score prospects:integer cores_touched:integer shared lift:number p_value:number"
    " best_referrer_id expected_customers:score former_id"
)
RISK_COLUMNS = _columns(
    f"{CIRCLE} links:integer strong_parts:integer in_strong:integer cycles:integer cycles_cut:flag"
    " shortest_cycle:integer loans:integer loan_amount:amount guarantees_inside:amount guarantees_outside:amount"
    " former_id"
)
TIE_COLUMNS = " ".join(f"link_{i}_id link_{i}_name link_{i}_types link_{i}_strength:score" for i in (1, 2, 3))
MEMBER_COLUMNS = _columns(
    f"circle_id circle_kind party_id name role {' '.join(PARTY)} standing expected_customers:score links:integer"
    f" {TIE_COLUMNS}"
)


@dataclass(frozen=True)
class Rows:
    """Rows of strings in export order, each array of length r; `path` int32[r, tiers+1], padded with -1."""

    anchor: Array
    direction: Array
    """index into DIRECTIONS"""
    rank: Array
    prospect: Array
    tier: Array
    cost: Array
    path: Array
    link: Array

    @classmethod
    def merge(cls, anchors: Array, directions: Sequence[Direction], found: Sequence[Strings]) -> Rows:
        """Lay what was dug in each direction from the same anchors in the order anchor, direction, rank."""
        cuts = [
            (which, slice(*found[which].start[i : i + 2])) for i in range(len(anchors)) for which in range(len(found))
        ]
        sizes = np.array([cut.stop - cut.start for _, cut in cuts], np.int64)

        def laid(name: str) -> Array:
            arrays = [getattr(strings, name) for strings in found]
            return np.concatenate([arrays[which][cut] for which, cut in cuts])

        numbers = [DIRECTIONS.index(direction) for direction in directions]
        return cls(
            anchor=np.repeat(np.repeat(anchors, len(found)), sizes),
            direction=np.repeat(np.tile(numbers, len(anchors)), sizes),
            rank=np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1,
            **{name: laid(name) for name in ("prospect", "tier", "cost", "path", "link")},
        )


def string_batch(view: View, rows: Rows) -> pa.RecordBatch:
    """The rows as columns of DIG_COLUMNS."""
    parties, graph = view.parties, view.graph
    customers = parties.flag("is_customer")
    between = rows.path[:, 1:].copy()
    between[np.arange(len(between)), rows.tier - 1] = -1
    amount, last = graph.amount[rows.link], graph.last[rows.link]
    upstream = rows.direction == 0
    within = (view.cores_within_2[name][rows.prospect] for name in DIRECTIONS)
    columns = {
        "anchor_id": parties.take("party_id", rows.anchor),
        "anchor_name": parties.take("name", rows.anchor),
        "direction": _words(rows.direction),
        "rank": rows.rank,
        "prospect_id": parties.take("party_id", rows.prospect),
        "prospect_name": parties.take("name", rows.prospect),
        **{name: parties.take(name, rows.prospect) for name in PARTY},
        "tier": rows.tier.astype(np.int32),
        "score": scores(rows.cost),
        "cost": rows.cost,
        "path_ids": parties.joined("party_id", rows.path),
        "path_names": parties.joined("name", rows.path),
        "via_customers": (customers[between] & (between >= 0)).sum(axis=1, dtype=np.int32),
        "last_amount": pa.array(amount, mask=amount < 0),
        "last_date": pa.array(last, pa.int32(), mask=last == MISSING).cast(pa.date32()),
        "cores_within_2": np.where(upstream, *within),
    }
    return _batch(DIG_COLUMNS, columns)


def scores(cost: Array) -> Array:
    """e^(-cost / 10^6), rounded to six decimals."""
    return np.round(np.exp(-cost / 1e6), 6)


def _words(direction: Array) -> pa.Array:
    return pa.array(DIRECTIONS).take(pa.array(direction, mask=direction < 0))


def _batch(columns: Sequence[Column], values: dict[str, Any]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([_array(values[c.name]) for c in columns], [c.name for c in columns])


def _array(values: Any) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values)


def prospect_batch(view: View, found: BestAnchors, rows: Array) -> pa.RecordBatch:
    """The prospects at `rows` as columns of PROSPECT_COLUMNS."""
    parties = view.parties
    paths = found.paths(rows)
    columns: dict[str, Any] = {
        "prospect_id": parties.take("party_id", rows),
        "prospect_name": parties.take("name", rows),
        **{name: parties.take(name, rows) for name in PARTY},
        "cores_within_2": view.cores_within_2["either"][rows],
    }
    for i in range(3):
        core, direction = found.core[rows, i], found.direction[rows, i].astype(np.int64)
        none = core < 0
        columns |= {
            f"core_{i + 1}_id": parties.take("party_id", core),
            f"core_{i + 1}_name": parties.take("name", core),
            f"core_{i + 1}_direction": _words(np.where(none, -1, direction)),
            f"core_{i + 1}_tier": pa.array(found.tier[rows, i].astype(np.int32), mask=none),
            f"core_{i + 1}_score": pa.array(scores(found.cost[rows, i]), mask=none),
            f"core_{i + 1}_cost": pa.array(found.cost[rows, i], mask=none),
            f"core_{i + 1}_path_ids": parties.joined("party_id", paths[:, i]),
        }
    return _batch(PROSPECT_COLUMNS, columns)


FOUND_COLUMNS = _columns("party_id name kind roles region industry how")


def found_table(view: View, found: Found) -> Table:
    """The parties that `find` found, as a table."""
    columns: dict[str, Any] = {
        column.name: view.parties.take(column.name, found.rows) for column in FOUND_COLUMNS[:-1]
    }
    batch = _batch(FOUND_COLUMNS, columns | {"how": pa.array(found.how, pa.string())})
    return Table(FOUND_COLUMNS, iter([batch]))
