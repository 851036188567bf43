"""A campaign: the referrers to ask together, what each adds, and how good the choice is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from explorer.digging import hundredths
from explorer.errors import InputError
from explorer.formats import Table
from explorer.formats.frame import frame
from explorer.referral_exports import CAMPAIGN_COLUMNS, campaign_batch
from explorer.referring import Asked, Basis
from graph.algorithms.campaign import Campaign, campaign
from graph.algorithms.influence import influence

if TYPE_CHECKING:
    import pandas as pd

CHECKS = 10_000
"""Worlds of the simulation that decides between the two choices."""


def affordable(size: int | None, budget: str | None, cost: str | None) -> int | None:
    """How many referrers a campaign has: as many as are wanted and can be paid; None where none is asked for.

    Amounts as they were typed, in units. Raises InputError `budget_alone` where one of the two lacks the other, and
    `budget_short` where it pays for nobody.
    """
    if (budget is None) != (cost is None):
        raise InputError("budget_alone")
    money, each = hundredths(budget), hundredths(cost)
    if money is None or each is None:
        return size
    if each <= 0 or money < each:
        raise InputError("budget_short", budget=budget, cost=cost)
    paid = money // each
    return paid if size is None else min(paid, size)


@dataclass
class CampaignFound:
    """A campaign of at most `size` of the basis' referrers, computed when first asked for."""

    basis: Basis
    asked: Asked
    size: int
    certificate: float
    sets: int
    simulations: int
    seed: int
    threads: int

    @cached_property
    def found(self) -> Campaign:
        return campaign(
            self.basis.steps, self.basis.referrers, self.size, target=self.certificate, most_sets=self.sets,
            worlds=CHECKS, seed=self.seed, weight=self.basis.value if self.asked.by_value else None,
            threads=self.threads,
        )  # fmt: skip

    def table(self) -> Table:
        """One row for each referrer of the campaign, in the order of the choice."""
        return Table(CAMPAIGN_COLUMNS, self._batches())

    def frame(self) -> pd.DataFrame:
        return frame(self.table())

    def facts(self) -> dict[str, Any]:
        """What a manifest says of this answer."""
        found = self.found
        return {
            "as_of": self.basis.view.as_of,
            "load_id": self.basis.view.load_id,
            "parameters": {
                "campaign": self.size, "certificate": self.certificate, "campaign_sets": self.sets,
                "simulations": self.simulations, "seed": self.seed, **self.asked.facts(),
            },
            "cut": False,
            "candidates": len(self.basis.referrers),
            "expected": round(found.expected, 6), "expected_se": round(found.error, 6),
            "method": found.method, "second": found.second,
            "brought": {name: round(of, 6) for name, of in found.brought},
            "lead": round(found.lead, 6), "lead_se": round(found.lead_error, 6),
            "certificate": round(found.certificate, 6), "lower": round(found.lower, 6),
            "upper": round(found.upper, 6), "sets": found.sets, "checks": CHECKS,
            **self.basis.facts(),
        }  # fmt: skip

    def _batches(self) -> Iterator[Any]:
        alone = influence(
            self.basis.steps, self.found.referrer, worlds=self.simulations, seed=self.seed,
            weight=self.basis.value, threads=self.threads,
        )  # fmt: skip
        yield campaign_batch(self.basis, self.found, alone)
