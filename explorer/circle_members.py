"""The members of one circle: what each is in it, and the links that tie him to it most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.acquaintance import TYPES, WEIGHTS, acquaintance, look_up
from explorer.exports import MEMBER_COLUMNS, PARTY
from explorer.formats import Table
from explorer.formats.frame import frame
from explorer.gathering import RISKS, Gathered
from explorer.settings import Settings
from explorer.view import View
from graph.algorithms.network import Array

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 3
"""Links that are named of each member."""
STANDINGS = ("", "prospect", "customer", "do_not_contact")


@dataclass(frozen=True)
class Members:
    """Read `table()` or `frame()`."""

    view: View
    circles: Gathered
    circle: int
    settings: Settings
    threads: int

    def table(self) -> Table:
        """One row for each member, by id."""
        import pyarrow as pa

        columns = self._columns()
        batch = pa.record_batch({column.name: columns[column.name] for column in MEMBER_COLUMNS})
        return Table(MEMBER_COLUMNS, iter([batch]))

    def frame(self) -> pd.DataFrame:
        return frame(self.table())

    def facts(self) -> dict[str, Any]:
        """What a manifest says of this answer."""
        kind, circle = self.circles.kind, self.circles.ids[self.circle]
        return {
            "as_of": self.view.as_of,
            "load_id": self.view.load_id,
            "parameters": {"kind": [kind], "circle": circle} | {name: self.settings.values[name] for name in WEIGHTS},
            "cut": False,
        }

    def _columns(self) -> dict[str, Any]:
        import pyarrow as pa

        from explorer.expecting import expected

        party, parties = self.circles.of(self.circle), self.view.parties
        brought = expected(self.view, self.settings, self.threads)[party]
        return {
            "circle_id": pa.array([self.circles.ids[self.circle]] * len(party), pa.string()),
            "circle_kind": pa.array([self.circles.kind] * len(party), pa.string()),
            "party_id": parties.take("party_id", party),
            "name": parties.take("name", party),
            "role": self._roles(party),
            **{name: parties.take(name, party) for name in PARTY},
            "standing": pa.array([STANDINGS[one] for one in self.view.standing[party]], pa.string()),
            "expected_customers": pa.array(brought, from_pandas=True),
            **self._links(party),
        }

    def _roles(self, party: Array) -> Any:
        """What each member is in a group, as loaded."""
        import pyarrow as pa

        roles = dict.fromkeys(party.tolist())
        if self.circles.kind == "group":
            member, group = self.view.bonds.ends("memberships")
            rows = np.flatnonzero(np.asarray(group) == self.circle)
            words = self.view.bonds.tables["memberships"]["role"].take(pa.array(rows)).to_pylist()
            roles |= dict(zip(np.asarray(member)[rows].tolist(), words, strict=True))
        return pa.array(list(roles.values()), pa.string())

    def _links(self, party: Array) -> dict[str, Any]:
        """How many other members each one knows (a risk unit: is bound to), and the strongest of these links."""
        import pyarrow as pa

        place, near, strength, number = self._inside(party)
        types = self._types(party[place], near)
        columns: dict[str, Any] = {"links": np.bincount(place, minlength=len(party))}
        for i in range(SHOWN):
            row = np.full(len(party), -1, np.int64)
            row[place[number == i]] = np.flatnonzero(number == i)
            none = row < 0
            other = np.where(none, -1, near[row] if len(near) else -1)
            columns |= {
                f"link_{i + 1}_id": self.view.parties.take("party_id", other),
                f"link_{i + 1}_name": self.view.parties.take("name", other),
                f"link_{i + 1}_types": pa.array([types[at] if at >= 0 else None for at in row.tolist()], pa.string()),
                f"link_{i + 1}_strength": pa.array(strength[row] if len(near) else np.zeros(len(row)), mask=none),
            }
        return columns

    def _inside(self, party: Array) -> tuple[Array, Array, Array, Array]:
        """Acquaintances among members: the place of one, the other, the strength, and its number: strongest first.

        In a risk unit only those that its own bonds make.
        """
        types = (self.circles.kind,) if self.circles.kind in RISKS else TYPES
        known = acquaintance(self.view, self.settings, self.threads, types)
        of = np.full(known.parties, -1, np.int64)
        of[party] = np.arange(len(party))
        sizes = known.ptr[party + 1] - known.ptr[party]
        place = np.repeat(np.arange(len(party)), sizes)
        rows = np.arange(sizes.sum()) + np.repeat(known.ptr[party] - (np.cumsum(sizes) - sizes), sizes)
        near = known.rows[rows] & 0xFFFFFFFF
        inside = of[near] >= 0
        place, near, rows = place[inside], near[inside], rows[inside]
        start = np.searchsorted(place, np.arange(len(party)))
        return place, near, known.strength[rows], np.arange(len(place)) - start[place]

    def _types(self, a: Array, b: Array) -> list[str]:
        """The types of relations that each pair rests on, joined by `;`."""
        wanted = np.minimum(a, b).astype(np.int64) << 32 | np.maximum(a, b)
        found = [""] * len(wanted)
        for type_ in TYPES:
            for at in look_up(self.view, self.settings, type_, wanted)[0].tolist():
                found[at] += f";{type_}" if found[at] else type_
        return found
