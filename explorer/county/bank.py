"""The bank's own tables: account managers, loans, contacts, and signals about parties and goods."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pyarrow as pa

from explorer.county import names
from explorer.county.draws import blocks, days, digits, money, only, stream, words
from explorer.county.goods import LABOUR, Goods
from explorer.county.parties import COMPANY, COOPERATIVE, FARMER, HOUSEHOLD, LAST_DAY, Population
from explorer.county.places import Places
from explorer.county.supplies import FIRST_DAY
from explorer.county.write import TableFile

BLOCK = 500_000
LOANS = ("农户小额贷", "经营快贷", "流水贷", "抵押贷")
STATUSES = ("正常", "正常", "正常", "正常", "关注", "逾期")
CONTACTS = ("上门走访", "电话", "微信", "网点接待")
RESULTS = ("有意向", "再联系", "无需求", "未接通")
NOTES = ("近期扩建仓库", "旺季备货需要资金", "已有他行贷款", "想了解利率", "家人代为接待")
SIGNALS = ("新设分店", "股东变更", "涉诉", "招工", "中标", "停业")
SIGNAL_SOURCES = ("工商公告", "裁判文书", "新闻", "网格走访")


def write_managers(files: Mapping[str, TableFile], places: Places, seed: int) -> None:
    """Write the managers, each with the grids in a row that are theirs."""
    rng = stream(seed, "managers")
    n = places.n_managers
    starts = np.searchsorted(places.grid_manager, np.arange(n + 1))
    grids = digits(np.arange(places.n_grids) + 1, 5, "G").to_pylist()
    theirs = [";".join(grids[a:b]) for a, b in pairwise(starts)]
    files["managers"].add(
        {
            "manager_id": digits(np.arange(n) + 1, 5, "M"),
            "name": names.people(rng, n),
            "branch": words(places.branches, places.grid_branch[starts[:-1]]),
            "grids": pa.array(theirs),
            "weekly_hours": pa.array(rng.choice([20.0, 30.0, 35.0, 37.5, 40.0, 40.0], n)),
        }
    )


def write_loans(files: Mapping[str, TableFile], population: Population, seed: int) -> None:
    """Write loans of most customers, and a few of parties that are none (the load counts those)."""
    draw = stream(seed, "borrowers").random(len(population))
    borrowers = np.flatnonzero(draw < np.where(population.customer, 0.7, 0.002))
    for number, start, end in blocks(len(borrowers), BLOCK):
        rng = stream(seed, "loans", number)
        party = borrowers[start:end]
        n = end - start
        since = np.where(population.customer[party], population.since[party], LAST_DAY - 1_500)
        opened = since + (rng.random(n) * (LAST_DAY - since)).astype(np.int64)
        rural = np.isin(population.kind[party], (FARMER, HOUSEHOLD, COOPERATIVE))
        due = opened + rng.choice([183, 365, 730, 1095], n)
        amount = 1_000 * np.maximum(5, rng.lognormal(4.5, 1.0, n) * np.sqrt(population.size[party])).astype(np.int64)
        status = np.where(due < LAST_DAY, len(STATUSES), rng.integers(0, len(STATUSES), n))
        files["loans"].add(
            {
                "loan_id": digits(np.arange(start, end) + 1, 10, "L"),
                "party_id": population.ids.take(pa.array(party)),
                "product": words(LOANS, np.where(rural, 0, rng.integers(1, len(LOANS), n))),
                "amount": money(amount * 100),
                "currency": words(("CNY",), np.zeros(n, dtype=np.int64)),
                "start": days(opened),
                "due": days(due),
                "status": words((*STATUSES, "结清"), status),
            }
        )


def write_contacts(files: Mapping[str, TableFile], population: Population, places: Places, seed: int) -> None:
    """Write when managers spoke to parties of their grids in the last two years."""
    draw = stream(seed, "visited").random(len(population))
    visited = np.flatnonzero(draw < np.where(population.customer, 0.3, 0.06))
    for number, start, end in blocks(len(visited), BLOCK):
        rng = stream(seed, "contacts", number)
        party = visited[start:end]
        n = end - start
        files["contacts"].add(
            {
                "party_id": population.ids.take(pa.array(party)),
                "manager_id": digits(places.grid_manager[population.grid[party]] + 1, 5, "M"),
                "date": days(rng.integers(FIRST_DAY, LAST_DAY + 1, n)),
                "kind": words(CONTACTS, rng.integers(0, len(CONTACTS), n)),
                "outcome": words(RESULTS, rng.integers(0, len(RESULTS), n)),
                "note": words(NOTES, np.where(rng.random(n) < 0.3, rng.integers(0, len(NOTES), n), -1)),
                "row_id": digits(np.arange(start, end) + 1, 9, "V"),
            }
        )


def write_signals(files: Mapping[str, TableFile], population: Population, goods: Goods, seed: int) -> None:
    """Write events of firms, and the price of each product month by month."""
    draw = stream(seed, "noticed").random(len(population))
    noticed = np.flatnonzero(draw < np.where(population.kind == COMPANY, 0.12, 0.01))
    for number, start, end in blocks(len(noticed), BLOCK):
        rng = stream(seed, "signals", number)
        n = end - start
        files["signals"].add(
            {
                "subject_id": population.ids.take(pa.array(noticed[start:end])),
                "kind": words(SIGNALS, rng.integers(0, len(SIGNALS), n)),
                "date": days(rng.integers(FIRST_DAY, LAST_DAY + 1, n)),
                "value": only(rng.random(n) < 0.3, digits(rng.integers(1, 100, n), 2)),
                "source": words(SIGNAL_SOURCES, rng.integers(0, len(SIGNAL_SOURCES), n)),
                "row_id": digits(np.arange(start, end) + 1, 9, "S"),
            }
        )
    rng = stream(seed, "prices")
    products = np.flatnonzero(goods.layer < LABOUR)
    months, product = np.divmod(np.arange(24 * len(products)), len(products))
    change = np.round(rng.normal(0.0, 4.0, len(months)), 1)
    files["signals"].add(
        {
            "subject_id": words(goods.product_ids, products[product]),
            "kind": pa.repeat("价格涨跌", len(months)).cast(pa.string()),
            "date": days(FIRST_DAY + 30 * months + 14),
            "value": pa.array(change).cast(pa.string()),
            "source": pa.repeat("批发市场行情", len(months)).cast(pa.string()),
            "row_id": digits(np.arange(len(months)) + 1, 9, "Q"),
        }
    )
