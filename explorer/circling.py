"""Circles for people: who is in them, how far they are won, what they share, whom to ask; and risk units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.acquaintance import WEIGHTS
from explorer.errors import InputError, StoreError
from explorer.exports import CIRCLE_COLUMNS, RISK_COLUMNS
from explorer.formats import Table
from explorer.formats.frame import frame
from explorer.gathering import FACES, RISKS, Gathered, former_ids, gather
from explorer.settings import Settings
from explorer.view import View
from graph.algorithms.network import DIRECTIONS, PROSPECT, Array
from graph.stores.home import Home

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from explorer.circle_members import Members
    from explorer.risk_units import Loans


def kinds_of(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds in the order of the table; raises InputError for unknown ones, or such as share no columns."""
    if not wanted or set(wanted) - {*FACES, *RISKS}:
        raise InputError("circle_kind", given=", ".join(wanted), kinds=", ".join((*FACES, *RISKS)))
    if set(wanted) & {*FACES} and set(wanted) & {*RISKS}:
        raise InputError("circles_mixed", faces=", ".join(FACES), risks=", ".join(RISKS))
    return tuple(kind for kind in (*FACES, *RISKS) if kind in wanted)


def load_before(home: Home) -> View | None:
    """The load before, where it is kept, and this version can read it and its bonds."""
    version = home.former()
    try:
        view = View.open(version) if version else None
        return view if view and view.bonds else None
    except StoreError:
        return None


@dataclass(frozen=True)
class Circles:
    """Read `table()` or `frame()`, or the `members` of one circle. `former` is the load before, where it is kept."""

    view: View
    former: View | None
    kinds: tuple[str, ...]
    settings: Settings
    threads: int
    loans: Loans | None = None
    """what parties owe; for risk units only"""

    def table(self) -> Table:
        """Rows by kind, those with the most prospects (risk units: the most members) first, then by id."""
        return Table(RISK_COLUMNS if self.loans else CIRCLE_COLUMNS, self._batches())

    def frame(self) -> pd.DataFrame:
        return frame(self.table())

    def members(self, circle: str) -> Members:
        """The members of a circle by its id; raises InputError where no circle has it, or circles of two kinds."""
        from explorer.circle_members import Members

        found = [one for one in self.gathered if circle in one.ids]
        if len(found) != 1:
            code = "circle_ambiguous" if found else "circle_unknown"
            raise InputError(code, circle=circle, kinds=", ".join(one.kind for one in found or self.gathered))
        return Members(self.view, found[0], found[0].ids.index(circle), self.settings, self.threads)

    def facts(self) -> dict[str, Any]:
        """What a manifest says of this answer."""
        return {
            "as_of": self.view.as_of,
            "load_id": self.view.load_id,
            "former_load_id": self.former.load_id if self.former else None,
            "parameters": {"kind": list(self.kinds)} | {name: self.settings.values[name] for name in self._used},
            "cut": False,
            "alone": self.alone,
        }

    @property
    def _used(self) -> tuple[str, ...]:
        """The settings that the answer depends on."""
        return ("cycle_limit", "settled") if self.loans else (*WEIGHTS, "contact", "simulations", "simulation_seed")

    @property
    def alone(self) -> dict[str, int]:
        """By kind, how many parties are in no circle of it."""
        return {
            one.kind: int((np.bincount(one.members.indices, minlength=len(self.view.parties)) == 0).sum())
            for one in self.gathered
        }

    def knowing(self, gathered: list[Gathered]) -> Circles:
        """The same with its circles found already."""
        found = replace(self)
        vars(found)["gathered"] = gathered
        return found

    @cached_property
    def gathered(self) -> list[Gathered]:
        return [gather(self.view, kind, self.settings, self.threads) for kind in self.kinds]

    def _batches(self) -> Iterator[pa.RecordBatch]:
        from explorer.risk_units import risk_columns

        for found in self.gathered:
            former = self._former(found)
            columns = _common_columns(self.view, found) | {"former_id": former}
            if self.loans:
                columns |= risk_columns(self.view, found, self.loans, self.settings.integer("cycle_limit"))
                yield _ordered(RISK_COLUMNS, columns, columns["members"])
            else:
                columns |= _face_columns(self.view, found, columns, self.expected)
                yield _ordered(CIRCLE_COLUMNS, columns, columns["prospects"])

    @cached_property
    def expected(self) -> Array:
        """float64[n]: new customers that each referrer is expected to bring, NaN for who may not be asked."""
        from explorer.expecting import expected

        return expected(self.view, self.settings, self.threads)

    def _former(self, found: Gathered) -> list[str | None]:
        if self.former is None:
            return [None] * len(found.ids)
        before = gather(self.former, found.kind, self.settings, self.threads)
        return former_ids(found, self.view, before, self.former)


def _common_columns(view: View, found: Gathered) -> dict[str, Any]:
    """What circles to work and risk units both say."""
    return {
        "circle_id": found.ids,
        "kind": [found.kind] * len(found.ids),
        "name": found.names,
        "members": np.diff(found.members.indptr).astype(np.int64),
        "customers": found.members @ view.parties.flag("is_customer").astype(np.int64),
    }


def _face_columns(view: View, found: Gathered, common: dict[str, Any], expected: Array) -> dict[str, Any]:
    """How far circles are won, what their members share, and whom to ask."""
    import pyarrow as pa

    from explorer.sharing import telling

    members, customers = common["members"], common["customers"]
    shared = telling(view, found)
    best = _best(found, expected)
    return {
        "penetration": pa.array(customers / np.maximum(members, 1), mask=members == 0),
        "prospects": found.members @ (view.standing == PROSPECT).astype(np.int64),
        "cores_touched": cores_touched(view, found),
        "shared": pa.array(shared.shared, pa.string()),
        "lift": pa.array(shared.lift, from_pandas=True),
        "p_value": pa.array(shared.p_value, from_pandas=True),
        "best_referrer_id": view.parties.take("party_id", best),
        "expected_customers": pa.array(expected[best], mask=best < 0),
    }


def cores_touched(view: View, found: Gathered) -> Array:
    """Distinct cores that sell to a member or buy from one."""
    from scipy.sparse import csr_array

    pairs = []
    for number, core in enumerate(view.cores.tolist()):
        for direction in DIRECTIONS:
            ptr, rows = view.graph.rows(direction)
            near = rows[ptr[core] : ptr[core + 1]] & 0xFFFFFFFF
            pairs.append(np.stack((near, np.full(len(near), number))))
    party, core_number = np.concatenate([np.empty((2, 0), np.int64), *pairs], axis=1)
    shape = len(view.parties), len(view.cores)
    touching = csr_array((np.ones(len(party), np.int64), (party, core_number)), shape=shape)
    counts: Array = np.diff((found.members @ touching).indptr).astype(np.int64)
    return counts


def _best(found: Gathered, expected: Array) -> Array:
    """int64[circles]: who of the members is expected to bring most, of several the smallest; -1 for nobody."""
    pairs = found.members.tocoo()
    circle, party = pairs.coords
    asked = ~np.isnan(expected[party])
    circle, party = circle[asked], party[asked]
    order = np.lexsort((party, -expected[party], circle))
    circles, first = np.unique(circle[order], return_index=True)
    best = np.full(len(found.ids), -1, np.int64)
    best[circles] = party[order][first]
    return best


def _ordered(columns: Any, values: dict[str, Any], largest: Array) -> pa.RecordBatch:
    """One batch in the order of `largest`, the largest first, then as the ids are given."""
    import pyarrow as pa

    batch = pa.record_batch({column.name: _array(values[column.name]) for column in columns})
    return batch.take(pa.array(np.argsort(-np.asarray(largest), kind="stable")))


def _array(values: Any) -> pa.Array:
    """A column; lists are texts."""
    import pyarrow as pa

    if isinstance(values, list):
        return pa.array(values, pa.string())
    return values if isinstance(values, pa.Array) else pa.array(values)
