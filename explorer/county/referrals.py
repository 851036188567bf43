"""Referrals of the county: who brought whom, with outcomes; those brought in bring others, so chains arise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from explorer.county.draws import Floats, Ints, Pool, blocks, days, digits, money, pareto, stream, words
from explorer.county.parties import LAST_DAY, Population
from explorer.county.places import Places
from explorer.county.write import TableFile
from graph.model import OUTCOMES

BROUGHT = 0.16
"""Share of customers that somebody brought."""
ASKED = 0.045
"""Share of the other parties that were named to the bank and declined, or have not answered yet."""
REFERRING = 0.2
"""Share of customers that name others."""
CONVERTED, DECLINED, OPEN = range(len(OUTCOMES))
BLOCK = 500_000


@dataclass(frozen=True)
class Referrals:
    """One entry a referral."""

    referrer: Ints
    referred: Ints
    day: Ints
    outcome: Ints


def make_referrals(population: Population, places: Places, seed: int) -> Referrals:
    """Draw referrals between parties of the same grid, or else the same town."""
    rng = stream(seed, "referrals")
    draw = rng.random(len(population))
    referred = np.flatnonzero(draw < np.where(population.customer, BROUGHT, ASKED))
    referrer = _referrers(population, places, referred, seed)
    known = (referrer >= 0) & (referrer != referred)
    referrer, referred = referrer[known], referred[known]
    won = population.customer[referred]
    since = population.since
    # Whoever came first brought the other; each customer is brought once.
    swap = won & (since[referrer] > since[referred])
    referrer, referred = np.where(swap, referred, referrer), np.where(swap, referrer, referred)
    order = np.unique(referred, return_index=True)[1]
    referrer, referred, won = referrer[order], referred[order], won[order]
    first, n = since[referrer], len(order)
    ahead = since[referred] - rng.integers(0, 45, n)
    later = first + (rng.random(n) ** 0.5 * (LAST_DAY - first)).astype(np.int64)
    day = np.where(won, np.maximum(first, ahead), later)
    pending = (LAST_DAY - day < 120) & (rng.random(n) < 0.7)
    outcome = np.where(won, CONVERTED, np.where(pending, OPEN, DECLINED))
    return Referrals(referrer, referred, day, outcome)


def _referrers(population: Population, places: Places, referred: Ints, seed: int) -> Ints:
    """Draw who named each of `referred`: a few customers name many."""
    rng = stream(seed, "referrers")
    n = len(population)
    weight: Floats = pareto(rng, 1.4, n) * (population.customer & (rng.random(n) < REFERRING))
    pool = Pool(population.grid, weight, places.n_grids)
    grid, town = population.grid[referred], population.town[referred]
    return pool.near(rng, (grid, grid + 1), (places.starts[town], places.starts[town + 1]))


def write_referrals(files: dict[str, TableFile], population: Population, referrals: Referrals, seed: int) -> None:
    """Write the referrals; a converted one was rewarded."""
    for number, start, end in blocks(len(referrals.referrer), BLOCK):
        rng = stream(seed, "rewards", number)
        part = slice(start, end)
        won = (referrals.outcome[part] == CONVERTED) & (rng.random(end - start) < 0.8)
        files["referrals"].add(
            {
                "referrer_id": population.ids.take(pa.array(referrals.referrer[part])),
                "referred_id": population.ids.take(pa.array(referrals.referred[part])),
                "date": days(referrals.day[part]),
                "outcome": words(OUTCOMES, referrals.outcome[part]),
                "reward": money(rng.integers(1, 11, end - start) * 5_000, won),
                "currency": words(("CNY",), np.where(won, 0, -1)),
                "row_id": digits(np.arange(start, end) + 1, 9, "R"),
            }
        )
