"""All referrals of a view, with the sums of each referrer by month and in all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.view import View
from graph.algorithms.network import Array

SUMS = ("referrals", "converted", "reward", "earned")


@dataclass(frozen=True)
class Referrals:
    """The rows of a ledger in its order: by referrer, day (undated last), who was referred, event. Sums are int64."""

    referrer: Array
    referred: Array
    date: pa.Array
    month: pa.Array
    """text, 2026-06"""
    outcome: pa.Array
    event_id: pa.Array
    reward: pa.Array
    """int64 in 1/100, null where none was promised"""
    of_month: dict[str, Array]
    """by the names of SUMS, what the row's referrer did in the row's month"""
    of_person: dict[str, Array]
    """the same over all months"""
    own: dict[str, Array]
    """the same of the row alone"""


@dataclass(frozen=True)
class Case:
    """Referrals that are suspicious together."""

    kind: str
    reason: str
    """ids: the ring, or who owns whom; of a burst, how many in which days; else empty"""
    rows: tuple[int, ...]
    """places in the ledger"""


def referrals(view: View) -> Referrals:
    """Read the referrals of a view and sum them up."""
    bonds = view.bonds
    table = bonds.tables["referrals"].combine_chunks()
    keys = table.select(["a", "date", "b", "event_id"])
    keys = keys.set_column(1, "date", pc.fill_null(keys["date"].cast(pa.int32()), np.iinfo(np.int32).max))
    table = table.take(pc.sort_indices(keys, [(name, "ascending") for name in keys.column_names]))
    referrer = table["a"].to_numpy()
    reward = cents(column(table, "reward"))
    promised = pc.fill_null(reward, 0).to_numpy(zero_copy_only=False)
    converted = pc.fill_null(pc.equal(column(table, "outcome"), "converted"), False).to_numpy(zero_copy_only=False)
    month = pc.strftime(column(table, "date"), "%Y-%m")
    own = {
        "referrals": np.ones(len(table), np.int64), "converted": converted.astype(np.int64), "reward": promised,
        "earned": np.where(converted, promised, 0),
    }  # fmt: skip
    in_month = referrer.astype(np.int64) << 32 | months(column(table, "date"))
    return Referrals(
        referrer, table["b"].to_numpy(), column(table, "date"), month, column(table, "outcome"),
        column(table, "event_id"), reward, {name: sums(values, in_month) for name, values in own.items()},
        {name: sums(values, referrer) for name, values in own.items()}, own,
    )  # fmt: skip


def column(table: pa.Table, name: str) -> pa.Array:
    """A column as one array."""
    chunks = table[name]
    return pa.concat_arrays(chunks.chunks) if chunks.num_chunks else pa.array([], chunks.type)


def cents(amounts: pa.Array) -> pa.Array:
    """Amounts in units as whole numbers of 1/100."""
    return pc.round(pc.multiply(amounts, 100.0), round_mode="half_to_even").cast(pa.int64())


def months(dates: pa.Array) -> Array:
    """A number for each month, and one for no date."""
    year, month = (pc.fill_null(part(dates), 0).to_numpy(zero_copy_only=False) for part in (pc.year, pc.month))
    return np.asarray(12 * year + month, np.int64)


def sums(values: Array, key: Array) -> Array:
    """For each row the sum of `values` int64[r] over all rows of the same key."""
    _, group = np.unique(key, return_inverse=True)
    total = np.zeros(int(group.max(initial=-1)) + 1, np.int64)
    np.add.at(total, group, values)
    return np.asarray(total[group])
