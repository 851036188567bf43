"""The columns of referrers, campaigns, ledgers and flags (DESIGN 6), and how arrays become their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from explorer.exports import _array, _batch, _columns, scores
from explorer.referring import Basis
from explorer.view import View
from graph.algorithms.network import Array

if TYPE_CHECKING:
    from explorer.referrals import Case, Referrals
    from graph.algorithms.campaign import Campaign
    from graph.algorithms.influence import Influence
    from graph.algorithms.likely import Likely

RATES = "known:integer converted:integer rate:score rate_low:score rate_high:score"
STANDING = "region grid branch manager_id"
REFERRER_COLUMNS = _columns(
    f"party_id name expected:score expected_se:score one_hop:score {RATES} reach_2:integer degree:integer"
    f" value_expected:number prospects_2:integer {STANDING} "
    + " ".join(f"likely_{i}_id likely_{i}_name likely_{i}_chance:score likely_{i}_path_ids" for i in (1, 2, 3))
)
CAMPAIGN_COLUMNS = _columns(
    "rank:integer party_id name gain:score gain_se:score together:score expected:score expected_se:score"
    f" one_hop:score {RATES} reach_2:integer degree:integer value_expected:number prospects_2:integer {STANDING}"
)


def referrer_batch(basis: Basis, found: Influence, places: Array, brought: Likely) -> pa.RecordBatch:
    """The referrers at `places` of the basis as columns of REFERRER_COLUMNS; `brought` is theirs."""
    parties = basis.view.parties
    columns = _referrer(basis, found, places, basis.referrers[places])
    for i in range(brought.party.shape[1]):
        party, none = brought.party[:, i], brought.party[:, i] < 0
        columns |= {
            f"likely_{i + 1}_id": parties.take("party_id", party),
            f"likely_{i + 1}_name": parties.take("name", party),
            f"likely_{i + 1}_chance": pa.array(scores(brought.cost[:, i]), mask=none),
            f"likely_{i + 1}_path_ids": parties.joined("party_id", brought.path[:, i]),
        }
    return _batch(REFERRER_COLUMNS, columns)


def campaign_batch(basis: Basis, found: Campaign, alone: Influence) -> pa.RecordBatch:
    """A campaign as columns of CAMPAIGN_COLUMNS; `alone` is what each of its referrers brings by himself."""
    places = np.arange(len(found.referrer))
    columns = _referrer(basis, alone, places, found.referrer) | {
        "rank": places + 1,
        "gain": found.gain.round(6),
        "gain_se": found.gain_error.round(6),
        "together": np.cumsum(found.gain).round(6),
    }
    return _batch(CAMPAIGN_COLUMNS, columns)


def _referrer(basis: Basis, found: Influence, places: Array, rows: Array) -> dict[str, Any]:
    """What every list of referrers says of the parties at `rows`, whose influence stands at `places`."""
    parties = basis.view.parties
    low, high = basis.interval(rows)
    worth = np.full(len(rows), np.nan) if basis.value is None else found.worth[places].round(6)
    return {
        "party_id": parties.take("party_id", rows),
        "name": parties.take("name", rows),
        "expected": found.expected[places].round(6),
        "expected_se": found.error[places].round(6),
        "one_hop": found.one_hop[places].round(6),
        "known": basis.rates.known[rows],
        "converted": basis.rates.converted[rows],
        "rate": basis.rates.rate[rows].round(6),
        "rate_low": pa.array(low.round(6), mask=np.isnan(low)),
        "rate_high": pa.array(high.round(6), mask=np.isnan(high)),
        "reach_2": found.reach_2[places],
        "degree": found.degree[places],
        "value_expected": pa.array(worth, mask=np.isnan(worth)),
        "prospects_2": found.open_2[places],
        **{name: parties.take(name, rows) for name in STANDING.split()},
    }


_REFERRAL = "referrer_id referrer_name referred_id referred_name date:date month outcome reward:amount"
LEDGER_COLUMNS = _columns(
    f"{_REFERRAL} converted:integer earned:amount event_id"
    + "".join(
        f" {of}_referrals:integer {of}_converted:integer {of}_reward:amount {of}_earned:amount"
        for of in ("month", "person")
    )
)
FLAG_COLUMNS = _columns(f"flag case:integer reason {_REFERRAL} event_id")


def ledger_batch(view: View, rows: Referrals) -> pa.RecordBatch:
    """Referrals as columns of LEDGER_COLUMNS."""
    columns = _referral(view, rows) | {"converted": rows.own["converted"], "earned": rows.own["earned"]}
    for of, sums in (("month", rows.of_month), ("person", rows.of_person)):
        columns |= {f"{of}_{name}": values for name, values in sums.items()}
    return _batch(LEDGER_COLUMNS, columns)


def flag_batch(view: View, rows: Referrals, cases: Sequence[Case]) -> pa.RecordBatch:
    """Cases as columns of FLAG_COLUMNS, numbered from 1, a row for each of their referrals."""
    places = pa.array([row for case in cases for row in case.rows], pa.int64())
    columns = {name: _array(values).take(places) for name, values in _referral(view, rows).items()}
    sizes = [len(case.rows) for case in cases]
    number = np.repeat(np.arange(len(cases)), sizes)
    columns |= {
        "flag": pa.array([case.kind for case in cases], pa.string()).take(pa.array(number)),
        "case": number + 1,
        "reason": pa.array([case.reason or None for case in cases], pa.string()).take(pa.array(number)),
    }
    return _batch(FLAG_COLUMNS, columns)


def _referral(view: View, rows: Referrals) -> dict[str, Any]:
    take = view.parties.take
    return {
        "referrer_id": take("party_id", rows.referrer),
        "referrer_name": take("name", rows.referrer),
        "referred_id": take("party_id", rows.referred),
        "referred_name": take("name", rows.referred),
        "date": rows.date,
        "month": rows.month,
        "outcome": rows.outcome,
        "reward": rows.reward,
        "event_id": rows.event_id,
    }
