"""The reward ledger: what was promised for each referral, what it became, and the sums by person and month."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from explorer.formats import Table
from explorer.formats.frame import frame
from explorer.referral_exports import LEDGER_COLUMNS, ledger_batch
from explorer.referrals import Referrals, referrals
from explorer.view import View

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class Ledger:
    """All referrals of a view with their rewards; `totals` of all of them."""

    view: View
    totals: dict[str, int] = field(init=False)
    rows: Referrals = field(init=False)

    def __post_init__(self) -> None:
        self.rows = referrals(self.view)
        self.totals = {name: int(values.sum()) for name, values in self.rows.own.items()}

    def table(self) -> Table:
        return Table(LEDGER_COLUMNS, iter([ledger_batch(self.view, self.rows)]))

    def frame(self) -> pd.DataFrame:
        return frame(self.table())

    def facts(self) -> dict[str, Any]:
        """What a manifest says of this answer; sums of money in units."""
        money = {name: self.totals[name] / 100 for name in ("reward", "earned")}
        return {
            "as_of": self.view.as_of, "load_id": self.view.load_id, "parameters": {"ledger": True}, "cut": False,
            **self.totals, **money,
        }  # fmt: skip
