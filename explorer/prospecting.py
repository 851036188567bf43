"""Every prospect that some core enterprise reaches, once, with the three cores it hangs on most."""

from __future__ import annotations

from collections.abc import Iterator
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
    import pandas as pd

    from graph.algorithms.anchors import BestAnchors

BLOCK = 50_000


@dataclass
class Prospects:
    """Read `table()` or `frame()` once; `passed_customers` and `passed_do_not_contact` are known after that.

    They count the parties that meet the filters and are reached, but are customers or not to be contacted.
    """

    view: View
    tiers: int
    min_score: float
    filters: Filters
    threads: int
    passed_customers: int = field(default=0, init=False)
    passed_do_not_contact: int = field(default=0, init=False)

    def table(self) -> Table:
        """Rows as they are exported (DESIGN 6), ordered by the cost of the best core, then by id."""
        return Table(PROSPECT_COLUMNS, self._batches())

    def frame(self) -> pd.DataFrame:
        return frame(self.table())

    def facts(self) -> dict[str, Any]:
        """What a manifest says of this answer; whole once the rows were read."""
        return {
            "as_of": self.view.as_of,
            "load_id": self.view.load_id,
            "parameters": {"tiers": self.tiers, "min_score": self.min_score, "filters": self.filters.facts()},
            "cut": False,
            "passed_customers": self.passed_customers,
            "passed_do_not_contact": self.passed_do_not_contact,
        }

    def _batches(self) -> Iterator[Any]:
        from graph.algorithms.anchors import best_anchors

        found = best_anchors(self.view.graph, self.view.cores, tiers=self.tiers, threads=self.threads)
        rows = self._reached(found)
        for start in range(0, len(rows), BLOCK):
            yield prospect_batch(self.view, found, rows[start : start + BLOCK])

    def _reached(self, found: BestAnchors) -> Array:
        """Rows of the prospects to list, in their order; counts those passed over."""
        from graph.algorithms.network import CUSTOMER, DO_NOT_CONTACT, PROSPECT
        from graph.algorithms.strings import cost_limit

        standing = self.filters.standing(self.view)
        reached = (found.core[:, 0] >= 0) & (found.cost[:, 0] <= cost_limit(self.min_score))
        self.passed_customers = int((reached & (standing == CUSTOMER)).sum())
        self.passed_do_not_contact = int((reached & (standing == DO_NOT_CONTACT)).sum())
        rows = np.flatnonzero(reached & (standing == PROSPECT))
        return rows[np.argsort(found.cost[rows, 0], kind="stable")]
