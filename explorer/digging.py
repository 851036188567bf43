"""Digging for people: anchors and filters in words, strings out as export rows with their summaries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.errors import BadSetting
from explorer.exports import DIG_COLUMNS, Rows, string_batch
from explorer.formats import Table
from explorer.formats.frame import frame
from explorer.view import View
from graph.algorithms.network import DIRECTIONS, Array, Direction
from graph.algorithms.strings import Strings, cost_limit, dig_blocks
from graph.loaders.links import days_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

TEXT_FILTERS = {
    "kind": "kind",
    "industry": "industry",
    "region": "region",
    "grid": "grid",
    "branch": "branch",
    "manager": "manager_id",
}
"""Filters on a text column of the prospect, and the column each looks at."""


@dataclass(frozen=True, kw_only=True)
class WordFilters:
    """Filters on words of a party, by their names of the command line."""

    kind: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    grid: tuple[str, ...] = ()
    branch: tuple[str, ...] = ()
    manager: tuple[str, ...] = ()

    @property
    def words(self) -> dict[str, tuple[str, ...]]:
        return {one.name: getattr(self, one.name) for one in fields(WordFilters)}


@dataclass(frozen=True, kw_only=True)
class Filters(WordFilters):
    """What a prospect must be to be listed: values of one filter are or, filters are and.

    `traded_after` and `amount_at_least` (in 1/100) look at the whole last link into it; `exclude` holds ids.
    """

    traded_after: date | None = None
    amount_at_least: int | None = None
    exclude: tuple[str, ...] = ()
    tier: tuple[int, ...] = ()
    """tiers to show of what was found; all where none is named"""

    def standing(self, view: View) -> Array:
        """uint8[n]: the standing of those that meet the filters, 0 for all others."""
        if not (self.exclude or any(self.words.values())):
            return view.standing
        met = np.ones(len(view.parties), np.bool_)
        for name, column in TEXT_FILTERS.items():
            if values := getattr(self, name):
                met &= view.parties.mask(column, list(values))
        if self.role:
            met &= view.parties.with_role(list(self.role))
        if self.exclude:
            met &= ~view.parties.mask("party_id", list(self.exclude))
        return np.where(met, view.standing, 0).astype(np.uint8)

    def without(self, name: str) -> Filters:
        """These filters but for one on words or tiers."""
        nothing: Any = {name: ()}
        return replace(self, **nothing)

    def shown(self, tier: Array) -> Array:
        """bool[r]: which rows are of the tiers to show."""
        return np.isin(tier, self.tier) if self.tier else np.ones(len(tier), np.bool_)

    def facts(self) -> dict[str, Any]:
        """The filters in force; ids to exclude are counted, not repeated."""
        given = {name: value for name, value in asdict(self).items() if value not in ((), None)}
        return given | ({"exclude": len(self.exclude)} if self.exclude else {})

    def links(self, view: View) -> Array | None:
        """bool[m]: the links that may lead into a prospect; None where all may."""
        if self.traded_after is None and self.amount_at_least is None:
            return None
        met = np.ones(view.graph.links, np.bool_)
        if self.traded_after is not None:
            met &= view.graph.last > days_of(self.traded_after)
        if self.amount_at_least is not None:
            met &= view.graph.amount >= self.amount_at_least
        return met


DIGITS = 15
"""No amount has more; the power of ten of a larger one would not even be written out in time."""
LIMITS = {"top": "cut", "min_score": "too_dear", "tiers": "too_far"}
"""The settings that can end a list, and the field of Strings that says so."""


@dataclass(frozen=True)
class Summary:
    """What one anchor's list does not show: which limits it hit, and who was passed over."""

    anchor_id: str
    anchor_name: str
    direction: Direction
    rows: int
    limits: tuple[str, ...]
    """settings behind which more may lie: top where the list was cut, else min_score and tiers"""
    passed_customers: int
    passed_do_not_contact: int
    shown: int
    """how many of the rows are of the tiers to show"""

    @property
    def cut(self) -> bool:
        return "top" in self.limits


@dataclass
class Dig:
    """The strings of some anchors. Read `table()` or `frame()` once; `summaries` are whole after that."""

    view: View
    anchors: Array
    directions: tuple[Direction, ...]
    tiers: int
    top: int
    min_score: float
    filters: Filters
    threads: int
    all_cores: bool = False
    summaries: list[Summary] = field(default_factory=list)

    def table(self) -> Table:
        """Rows as they are exported (DESIGN 6), a batch at a time, in the order anchor id, direction, rank."""
        return Table(DIG_COLUMNS, self._batches())

    def frame(self) -> pd.DataFrame:
        """The same rows as a pandas frame."""
        return frame(self.table())

    def anchor_ids(self) -> pa.Array:
        return self.view.parties.take("party_id", self.anchors)

    def facts(self) -> dict[str, Any]:
        """What a manifest says of this answer; whole once the rows were read."""
        lists = self.summaries
        asked = {
            "anchors": "all" if self.all_cores else self.anchor_ids().to_pylist(),
            "direction": list(self.directions), "tiers": self.tiers, "top": self.top, "min_score": self.min_score,
            "filters": self.filters.facts(),
        }  # fmt: skip
        passed = sum(one.passed_customers for one in lists), sum(one.passed_do_not_contact for one in lists)
        return dig_facts(self.view.as_of, self.view.load_id, asked, len(lists), self.limits, passed)

    @property
    def limits(self) -> dict[str, int]:
        """How many lists hit each limit."""
        return {name: sum(name in one.limits for one in self.summaries) for name in LIMITS}

    @property
    def cut(self) -> bool:
        return self.limits["top"] > 0

    def blocks(self) -> Iterator[tuple[Array, Rows]]:
        """Rows as arrays, block after block of anchors; fills `summaries`."""
        standing, links = self.filters.standing(self.view), self.filters.links(self.view)
        streams = [
            dig_blocks(
                self.view.graph, self.anchors, direction=direction, tiers=self.tiers, top=self.top,
                standing=standing, link_ok=links, max_cost=cost_limit(self.min_score), threads=self.threads,
            )
            for direction in self.directions
        ]  # fmt: skip
        done = 0
        for block in zip(*streams, strict=True):
            anchors = self.anchors[done : done + len(block[0].cut)]
            done += len(anchors)
            yield anchors, self.laid(anchors, block)

    def laid(self, anchors: Array, block: Sequence[Strings]) -> Rows:
        """The rows to show of what was found from some anchors, by direction; adds to `summaries`."""
        self._summarise(anchors, block)
        rows = Rows.merge(anchors, self.directions, block)
        return rows.at(self.filters.shown(rows.tier)) if self.filters.tier else rows

    def _batches(self) -> Iterator[pa.RecordBatch]:
        for _, rows in self.blocks():
            if len(rows.prospect):
                yield string_batch(self.view, rows)

    def _summarise(self, anchors: Array, block: Sequence[Strings]) -> None:
        ids = self.view.parties.take("party_id", anchors).to_pylist()
        names = self.view.parties.take("name", anchors).to_pylist()
        for i, (party_id, name) in enumerate(zip(ids, names, strict=True)):
            for direction, found in zip(self.directions, block, strict=True):
                self.summaries.append(
                    Summary(
                        party_id, name, direction, int(found.start[i + 1] - found.start[i]),
                        tuple(name for name, hit in LIMITS.items() if getattr(found, hit)[i]),
                        int(found.passed_customers[i]), int(found.passed_do_not_contact[i]),
                        int(self.filters.shown(found.tier[found.start[i] : found.start[i + 1]]).sum()),
                    )
                )  # fmt: skip


def dig_facts(
    as_of: date | None, load_id: str, asked: dict[str, Any], lists: int, limits: dict[str, int],
    passed: tuple[int, int],
) -> dict[str, Any]:  # fmt: skip
    """The facts of a dig for its manifest; `passed`: customers, and parties not to be contacted."""
    return {
        "as_of": as_of,
        "load_id": load_id,
        "parameters": asked,
        "cut": limits["top"] > 0,
        "lists": lists,
        "limits": limits,
        "passed_customers": passed[0],
        "passed_do_not_contact": passed[1],
    }


def hundredths(amount: str | None) -> int | None:
    """An amount in units, as it was typed, as an integer of 1/100; raises BadSetting."""
    if amount is None:
        return None
    try:
        number = Decimal(amount)
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or number.adjusted() > DIGITS:
        raise BadSetting("amount_unreadable", value=amount)
    return int((number * 100).to_integral_value())


def directions_of(wanted: str) -> tuple[Direction, ...]:
    return tuple(direction for direction in DIRECTIONS if wanted in ("both", direction))
