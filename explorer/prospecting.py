"""Every prospect that some core enterprise reaches, once, with the three cores it hangs on most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.digging import Filters
from explorer.exports import PROSPECT_COLUMNS, prospect_batch
from explorer.formats import Table
from explorer.formats.frame import frame
from explorer.view import View
from graph.algorithms.network import Array

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from graph.algorithms.anchors import BestAnchors

BLOCK = 50_000


def best(view: View, tiers: int, threads: int) -> BestAnchors:
    """The best cores of every party; kept for the next question, since it takes a second in a county."""
    from graph.algorithms.anchors import best_anchors

    return view.answers.get(
        "anchors", tiers, lambda: best_anchors(view.graph, view.cores, tiers=tiers, threads=threads), most=1
    )


@dataclass
class Prospects:
    """Read `table()` or `frame()` once; `passed_customers` and `passed_do_not_contact` are known after that.

    They count the parties that meet the filters and are reached, but are customers or not to be contacted.
    """

    view: View
    tiers: int
    min_score: float
    filters: Filters
    anchors: Callable[[], BestAnchors]
    """finds the best cores of every party within `tiers`"""
    passed_customers: int = field(default=0, init=False)
    passed_do_not_contact: int = field(default=0, init=False)

    def table(self) -> Table:
        """Rows as they are exported (DESIGN 6), ordered by the cost of the best core, then by id."""
        return Table(PROSPECT_COLUMNS, self._batches())

    def frame(self) -> pd.DataFrame:
        return frame(self.table())

    def facts(self) -> dict[str, Any]:
        """What a manifest says of this answer; whole once the rows were read."""
        asked = {"tiers": self.tiers, "min_score": self.min_score, "filters": self.filters.facts()}
        passed = self.passed_customers, self.passed_do_not_contact
        return prospect_facts(self.view.as_of, self.view.load_id, asked, passed)

    def _batches(self) -> Iterator[Any]:
        found, rows = self.anchors(), self.rows()
        for start in range(0, len(rows), BLOCK):
            yield prospect_batch(self.view, found, rows[start : start + BLOCK])

    def rows(self) -> Array:
        """Rows of the prospects to list, in their order; counts those passed over."""
        from graph.algorithms.network import CUSTOMER, DO_NOT_CONTACT, PROSPECT
        from graph.algorithms.strings import cost_limit

        found, standing = self.anchors(), self.filters.standing(self.view)
        reached = (found.core[:, 0] >= 0) & (found.cost[:, 0] <= cost_limit(self.min_score))
        reached &= self.filters.shown(found.tier[:, 0])
        self.passed_customers = int((reached & (standing == CUSTOMER)).sum())
        self.passed_do_not_contact = int((reached & (standing == DO_NOT_CONTACT)).sum())
        rows = np.flatnonzero(reached & (standing == PROSPECT))
        return rows[np.argsort(found.cost[rows, 0], kind="stable")]


def prospect_facts(
    as_of: date | None, load_id: str, asked: dict[str, Any], passed: tuple[int, int]
) -> dict[str, Any]:
    """The facts of such a list for its manifest; `passed`: customers, and parties not to be contacted."""
    return {
        "as_of": as_of,
        "load_id": load_id,
        "parameters": asked,
        "cut": False,
        "passed_customers": passed[0],
        "passed_do_not_contact": passed[1],
    }
