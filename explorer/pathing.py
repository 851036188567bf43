"""Paths between two parties: how they are connected, along which relations, and what each hop rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from explorer.acquaintance import TYPES, WEIGHTS, acquaintance
from explorer.connection_exports import PATH_COLUMNS
from explorer.errors import InputError
from explorer.exports import _batch
from explorer.formats import Table
from explorer.formats.frame import frame
from explorer.grounds import Ground, pair_grounds, pair_words
from explorer.settings import Settings
from explorer.view import View
from graph.algorithms.network import Array

if TYPE_CHECKING:
    import pandas as pd

    from graph.algorithms.paths import Paths


@dataclass(frozen=True)
class PathHop:
    """One hop, from the row `start` to the row `end`; `cost` in millionths, without what a further hop costs."""

    start: int
    end: int
    cost: int
    strength: float
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class Path:
    """One path; `cost` is that of its hops and 356675 for each after the first, `strength` is e^(-cost / 10^6)."""

    cost: int
    strength: float
    hops: tuple[PathHop, ...]


@dataclass
class PathsFound:
    """The best paths between two parties, each given by its row; `cut` says that there are more."""

    view: View
    settings: Settings
    start: int
    end: int
    relations: tuple[str, ...]
    along_goods: bool
    found: Paths
    cut: bool

    def __len__(self) -> int:
        return len(self.found.cost)

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """The paths hop by hop, with what each rests on."""
        grounds = dict(zip(self._pairs.tolist(), self._grounds(), strict=True))
        return tuple(
            Path(int(cost), strength_of(cost), tuple(self._hop(*ends, grounds) for ends in pairwise(row)))
            for row, cost in zip(self._rows, self.found.cost.tolist(), strict=True)
        )

    def table(self) -> Table:
        """One row for each hop of each path (docs/cli.md)."""
        words = pair_words(self.view, self.settings, self._pairs, self.relations).to_pylist()
        evidence = dict(zip(self._pairs.tolist(), words, strict=True))
        hops = [(number, at, hop) for number, path in enumerate(self.paths, 1) for at, hop in enumerate(path.hops, 1)]
        batch = _hops_batch(self.view, self.paths, hops, [evidence[pair(hop.start, hop.end)] for *_, hop in hops])
        return Table(PATH_COLUMNS, iter([batch]))

    def frame(self) -> pd.DataFrame:
        return frame(self.table())

    def facts(self) -> dict[str, Any]:
        """What a manifest says of this answer."""
        ends = self.view.parties.take("party_id", np.array([self.start, self.end])).to_pylist()
        chosen = {name: self.settings.values[name] for name in ("path_hops", "paths", *WEIGHTS)}
        asked = {
            "start": ends[0], "end": ends[1], "relations": list(self.relations), "along_goods": self.along_goods,
        }  # fmt: skip
        return {
            "as_of": self.view.as_of, "load_id": self.view.load_id, "parameters": asked | chosen, "cut": self.cut,
            "found": len(self),
        }  # fmt: skip

    @property
    def _rows(self) -> list[list[int]]:
        return [[party for party in path if party >= 0] for path in self.found.path.tolist()]

    @cached_property
    def _pairs(self) -> Array:
        """Every two parties that stand side by side on some path, once, ascending."""
        return np.unique(np.array([pair(*ends) for row in self._rows for ends in pairwise(row)], np.int64))

    def _grounds(self) -> list[tuple[Ground, ...]]:
        return pair_grounds(self.view, self.settings, self._pairs, self.relations)

    def _hop(self, start: int, end: int, grounds: dict[int, tuple[Ground, ...]]) -> PathHop:
        cost = self._costs[start, end]
        return PathHop(start, end, cost, strength_of(cost), grounds[pair(start, end)])

    @cached_property
    def _costs(self) -> dict[tuple[int, int], int]:
        ptr, rows = _rows_of(self.view, self.settings, self.relations, self.along_goods, 1)[0]
        hops = {ends for row in self._rows for ends in pairwise(row)}
        return {
            (start, end): int(found[(found & 0xFFFFFFFF) == end][0] >> 32)
            for start, end in hops
            for found in (rows[ptr[start] : ptr[start + 1]],)
        }


def _hops_batch(
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


def strength_of(cost: int) -> float:
    """e^(-cost / 10^6), rounded to six decimals."""
    return round(float(np.exp(-cost / 1e6)), 6)


def pair(one: int, other: int) -> int:
    """Two parties in whatever order, as `lower << 32 | higher`."""
    return min(one, other) << 32 | max(one, other)


def paths_between(
    view: View, settings: Settings, start: str, end: str, relations: Sequence[str], along_goods: bool, threads: int
) -> PathsFound:
    """The best paths by some types of relations (all of them where none is named), or along the goods alone.

    Raises UnknownParty and AmbiguousName, InputError `path_same` for one party twice and `path_relation` for an
    unknown type, StoreError where the load is older than bonds are.
    """
    from graph.algorithms.paths import Paths, along

    for relation in relations:
        if relation not in TYPES:
            raise InputError("path_relation", given=relation[:60], known=", ".join(TYPES))
    ends = view.resolve(start), view.resolve(end)
    if ends[0] == ends[1]:
        raise InputError("path_same")
    types = ("trade",) if along_goods else tuple(one for one in TYPES if one in relations) or TYPES
    forth, back = _rows_of(view, settings, types, along_goods, threads)
    most = settings.integer("paths")
    found = along(forth, back, *ends, hops=settings.integer("path_hops"), best=most + 1)
    kept = Paths(found.path[:most], found.cost[:most])
    return PathsFound(view, settings, *ends, types, along_goods, kept, cut=len(found.cost) > most)


def _rows_of(
    view: View, settings: Settings, types: tuple[str, ...], along_goods: bool, threads: int
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """The rows that are walked, and the same at their other ends."""
    if along_goods:
        return view.graph.rows("downstream"), view.sold_to
    known = acquaintance(view, settings, threads, types)
    return (known.ptr, known.rows), (known.ptr, known.rows)
