"""Every referrer we may ask, with what he is expected to bring and whom most likely (DESIGN 4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.formats import Table
from explorer.formats.frame import frame
from explorer.referral_exports import REFERRER_COLUMNS, referrer_batch
from explorer.referring import Asked, Basis
from graph.algorithms.influence import Influence, influence
from graph.algorithms.likely import Likely, likely
from graph.algorithms.network import Array

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 50_000
LIKELY = 3


@dataclass
class Referrers:
    """The referrers of a basis, simulated when first asked for."""

    basis: Basis
    asked: Asked
    simulations: int
    seed: int
    threads: int

    @cached_property
    def found(self) -> Influence:
        """What each of `basis.referrers` brings."""
        return influence(
            self.basis.steps, self.basis.referrers, worlds=self.simulations, seed=self.seed,
            weight=self.basis.value, threads=self.threads,
        )  # fmt: skip

    def table(self) -> Table:
        """Rows as they are exported (DESIGN 6), the most promising referrer first, then by id."""
        return Table(REFERRER_COLUMNS, self._batches())

    def frame(self) -> pd.DataFrame:
        return frame(self.table())

    def facts(self) -> dict[str, Any]:
        """What a manifest says of this answer."""
        return {
            "as_of": self.basis.view.as_of,
            "load_id": self.basis.view.load_id,
            "parameters": {"simulations": self.simulations, "seed": self.seed, **self.asked.facts()},
            "cut": False,
            **self.basis.facts(),
        }

    def likely(self, rows: Array) -> Likely:
        """Whom the parties at `rows` int32[b] most likely bring."""
        return likely(self.basis.steps, rows, most=LIKELY, threads=self.threads)

    def _batches(self) -> Iterator[Any]:
        best = self.found.worth if self.asked.by_value else self.found.expected
        # By the numbers as they are shown, so that the order of the rows can be seen from them.
        order = np.argsort(-best.round(6), kind="stable")
        for start in range(0, len(order), BLOCK):
            rows = order[start : start + BLOCK]
            brought = self.likely(self.basis.referrers[rows])
            yield referrer_batch(self.basis, self.found, rows, brought)
