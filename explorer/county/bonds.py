"""Who owns whom and who stands surety for whom; a few circles of firms guarantee one another."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from explorer.county.draws import Ints, blocks, days, money, stream, words
from explorer.county.parties import COMPANY, COOPERATIVE, LAST_DAY, TRADER, Population
from explorer.county.social import Neighbourhood
from explorer.county.write import TableFile

BLOCK = 500_000
OWNERSHIP = ("自然人股东", "控股", "参股")
NATURAL, CONTROL, STAKE = range(len(OWNERSHIP))
PARTIES_PER_CIRCLE = 8_000
GAP = 8
"""Sureties outside the circles go at least this far along the order, those of a circle less far."""


def make_owners(population: Population, circle: Neighbourhood, seed: int) -> Ints:
    """Draw a natural person of the same grid as first owner of each company."""
    grid = population.grid[np.flatnonzero(population.kind == COMPANY)]
    return circle.somebody(stream(seed, "owners"), grid)


def write_ownership(
    files: Mapping[str, TableFile], population: Population, circle: Neighbourhood, owners: Ints, seed: int
) -> None:
    """Write shareholders: the first owner, often a second person, for some a company; shares sum to 1 at most."""
    companies = np.flatnonzero(population.kind == COMPANY)
    groups = companies[population.core[companies]]
    for number, start, end in blocks(len(companies), BLOCK):
        rng = stream(seed, "ownership", number)
        n = end - start
        owned, first = companies[start:end], owners[start:end]
        second = circle.somebody(rng, population.grid[owned])
        parent = groups[(rng.random(n) ** 2 * len(groups)).astype(np.int64)]
        with_second = (rng.random(n) < 0.6) & (second != first)
        with_parent = (rng.random(n) < 0.08) & (parent != owned)
        stake = np.where(with_parent, np.round(rng.uniform(0.05, 0.9, n), 3), 0.0)
        rest = np.where(with_second, np.round((1 - stake) * rng.uniform(0.05, 0.49, n), 3), 0.0)
        people = np.full(n, NATURAL)
        rows = (
            (first, owned, np.round(1 - stake - rest, 3), people),
            (second[with_second], owned[with_second], rest[with_second], people[with_second]),
            (parent[with_parent], owned[with_parent], stake[with_parent],
             np.where(stake > 0.5, CONTROL, STAKE)[with_parent]),
        )  # fmt: skip
        for owner, firm, share, kind in rows:
            files["ownership"].add(_shares(rng, population, owner, firm, share, kind))


def _shares(
    rng: Generator, population: Population, owner: Ints, owned: Ints, share: Ints, kind: Ints
) -> dict[str, pa.Array]:
    n = len(owner)
    day = LAST_DAY - rng.integers(30, 7_000, n)
    return {
        "owner_id": population.ids.take(pa.array(owner)),
        "owned_id": population.ids.take(pa.array(owned)),
        "kind": words(OWNERSHIP, kind),
        "share": pa.array(share, mask=rng.random(n) < 0.1),
        "date": days(day, rng.random(n) < 0.9),
    }


def write_guarantees(files: Mapping[str, TableFile], population: Population, seed: int) -> None:
    """Write sureties between businesses: forward along the order of towns, and circles that close."""
    rng = stream(seed, "guarantees")
    business = np.flatnonzero(np.isin(population.kind, (COMPANY, TRADER, COOPERATIVE)))
    order = rng.permutation(business)
    order = order[np.argsort(population.town[order], kind="stable")]
    giver = np.flatnonzero(rng.random(len(order)) < np.where(population.customer[order], 0.2, 0.01))
    taker = giver + rng.integers(GAP, 60, len(giver))
    inside = taker < len(order)
    circle_from, circle_to = _circles(rng, len(order), max(2, len(population) // PARTIES_PER_CIRCLE))
    giver = order[np.concatenate([giver[inside], circle_from])]
    taker = order[np.concatenate([taker[inside], circle_to])]
    for number, start, end in blocks(len(giver), BLOCK):
        rng = stream(seed, "sureties", number)
        n = end - start
        amount = 10_000 * np.maximum(1, rng.lognormal(3.3, 1.0, n)).astype(np.int64)
        files["guarantees"].add(
            {
                "guarantor_id": population.ids.take(pa.array(giver[start:end])),
                "guaranteed_id": population.ids.take(pa.array(taker[start:end])),
                "amount": money(amount * 100),
                "currency": words(("CNY",), np.zeros(n, dtype=np.int64)),
                "date": days(LAST_DAY - rng.integers(1, 1_460, n)),
            }
        )


def _circles(rng: Generator, length: int, number: int) -> tuple[Ints, Ints]:
    """Close `number` circles of 3 to 6 members, each a run of places that no other circle has."""
    first = GAP * rng.permutation(length // GAP)[:number]
    members = rng.integers(3, 7, len(first))
    start = np.repeat(first, members)
    step = np.arange(len(start)) - np.repeat(np.cumsum(members) - members, members)
    return start + step, start + (step + 1) % np.repeat(members, members)
