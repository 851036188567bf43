"""The columns of every export (DESIGN 6), and how arrays of the algorithms become their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.formats import Column, Table
from explorer.view import View
from graph.algorithms.network import DIRECTIONS, MISSING, Array, Direction

if TYPE_CHECKING:
    from explorer.finding import Found
    from explorer.sources import Sources
    from graph.algorithms.anchors import BestAnchors
    from graph.algorithms.introductions import Introductions
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

    def at(self, places: Array) -> Rows:
        """Some of the rows, by their places or a mask."""
        return Rows(*(getattr(self, one.name)[places] for one in fields(self)))


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


INTRODUCTION_COLUMNS = _columns(
    "prospect_id prospect_name rank:integer rank_capped:integer source_id source_name source_is cost:integer"
    " strength:score hops:integer path_ids path_names evidence manager_id branch load:integer intro_score:score"
)


@dataclass(frozen=True)
class Offers:
    """Introductions in export order, each array of length r; 0 stands for no rank, -1 for no source."""

    prospect: Array
    rank: Array
    rank_capped: Array
    source: Array
    cost: Array
    path: Array
    """int32[r, w], from the prospect to the source, padded with -1"""
    load: Array
    """prospects of this answer that the source was found for"""
    score: Array
    """float64, intro_score of the prospect"""

    @classmethod
    def unranked(cls, prospects: Array, found: Introductions) -> Offers:
        """The nearest source of each prospect beyond the reach of an introduction, if any."""
        none = np.zeros(len(prospects), np.int64)
        return cls(prospects, none, none, found.source[:, 0], found.cost[:, 0], found.path[:, 0], none, none)

    def followed_by(self, other: Offers) -> Offers:
        pairs = ((getattr(self, one.name), getattr(other, one.name)) for one in fields(self))
        return Offers(*(np.concatenate(pair) for pair in pairs))

    def __getitem__(self, part: slice) -> Offers:
        return Offers(*(getattr(self, one.name)[part] for one in fields(self)))

    @property
    def hops(self) -> Array:
        return np.asarray(np.maximum((self.path >= 0).sum(axis=1) - 1, 0), np.int32)

    def from_source(self) -> Array:
        """The paths the other way round, as int32[r, w]; without a source, nothing."""
        at = self.hops[:, None] - np.arange(self.path.shape[1])
        turned: Array = np.take_along_axis(self.path, np.maximum(at, 0), axis=1)
        turned[(at < 0) | (self.source < 0)[:, None]] = -1
        return turned


def introduction_batch(
    view: View, sources: Sources, offers: Offers, paths: Array, evidence: pa.Array
) -> pa.RecordBatch:
    """The offers as columns of INTRODUCTION_COLUMNS; `paths` and `evidence` from the source on."""
    parties, source = view.parties, offers.source
    none, unranked = source < 0, offers.rank == 0
    columns: dict[str, Any] = {
        "prospect_id": parties.take("party_id", offers.prospect),
        "prospect_name": parties.take("name", offers.prospect),
        "rank": pa.array(offers.rank, pa.int64(), mask=unranked),
        "rank_capped": pa.array(offers.rank_capped, pa.int64(), mask=offers.rank_capped == 0),
        "source_id": parties.take("party_id", source),
        "source_name": parties.take("name", source),
        "source_is": _source_is(view, sources, source),
        "cost": pa.array(offers.cost, mask=none),
        "strength": pa.array(scores(offers.cost), mask=none),
        "hops": pa.array(offers.hops, mask=none),
        "path_ids": parties.joined("party_id", paths),
        "path_names": parties.joined("name", paths),
        "evidence": evidence,
        "manager_id": parties.take("manager_id", source),
        "branch": parties.take("branch", source),
        "load": pa.array(offers.load, pa.int64(), mask=unranked),
        "intro_score": pa.array(np.round(offers.score.astype(np.float64), 6), mask=unranked),
    }
    return _batch(INTRODUCTION_COLUMNS, columns)


def _source_is(view: View, sources: Sources, source: Array) -> pa.Array:
    """What a source is to the bank: `customer 2020-05-01; referrer 2/5`, two of five known outcomes converted."""
    some = source >= 0
    customer = pa.array(view.parties.flag("is_customer")[source] & some)
    referrer = pa.array(sources.is_referrer[source] & some)
    since = view.parties.take("customer_since", source).cast(pa.string())
    stands = pc.binary_join_element_wise(pa.repeat("customer", len(source)), since, " ", null_handling="skip")
    record = (pa.array(of[source]).cast(pa.string()) for of in (sources.converted, sources.known))
    brought = pc.binary_join_element_wise("referrer ", pc.binary_join_element_wise(*record, "/"), "")
    both = pc.binary_join_element_wise(stands, brought, "; ")
    alone = pc.if_else(customer, stands, pc.if_else(referrer, brought, None))
    return pc.if_else(pc.and_(customer, referrer), both, alone)


FOUND_COLUMNS = _columns("party_id name kind roles region industry how")


def found_table(view: View, found: Found) -> Table:
    """The parties that `find` found, as a table."""
    columns: dict[str, Any] = {
        column.name: view.parties.take(column.name, found.rows) for column in FOUND_COLUMNS[:-1]
    }
    batch = _batch(FOUND_COLUMNS, columns | {"how": pa.array(found.how, pa.string())})
    return Table(FOUND_COLUMNS, iter([batch]))
