"""Who lives and trades in the county: one array a trait, one entry a party; text is made later, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator

from explorer.county.draws import Flags, Floats, Ints, blocks, chosen, digits, pareto, pick, stream
from explorer.county.goods import LABOUR, MADE, PROCESSED, PUBLIC, RAW, RETAIL, SERVICE, WHOLESALE, Goods
from explorer.county.places import Places
from graph.model import ROLES

KINDS = ("company", "sole_trader", "farmer", "household", "person", "cooperative", "public_body")
COMPANY, TRADER, FARMER, HOUSEHOLD, PERSON, COOPERATIVE, PUBLIC_BODY = range(7)
SHARES = (0.15, 0.25, 0.32, 0.20, 0.05, 0.02, 0.01)

# Of each kind: how much it sells and buys, and how readily it becomes a customer.
SELLS = np.array([28.0, 8.0, 3.0, 0.8, 0.0, 12.0, 1.5])
BUYS = np.array([18.0, 10.0, 2.5, 2.5, 0.0, 8.0, 10.0])
COURTED = np.array([1.6, 1.6, 1.0, 0.6, 0.4, 1.8, 0.2])

# Of each kind: the share of each layer of goods among its sellers.
LAYERS = np.zeros((len(KINDS), 8))
LAYERS[COMPANY, [RAW, PROCESSED, MADE, WHOLESALE, RETAIL, SERVICE]] = 0.10, 0.25, 0.27, 0.15, 0.05, 0.18
LAYERS[TRADER, [WHOLESALE, RETAIL, SERVICE]] = 0.20, 0.52, 0.28
LAYERS[FARMER, RAW] = 1.0
LAYERS[HOUSEHOLD, LABOUR] = 1.0
LAYERS[PERSON, LABOUR] = 1.0
LAYERS[COOPERATIVE, [RAW, WHOLESALE]] = 0.7, 0.3
LAYERS[PUBLIC_BODY, PUBLIC] = 1.0

LINKS = 7.35
"""Supply links a party."""
PARTIES_PER_CORE = 340
CORE_APPETITE = 4.0
CUSTOMERS = 0.15
FIRST_CUSTOMER, LAST_DAY = 15_340, 20_634
"""Days since 1970: 2012-01-01 and 2026-06-30, the county's last day."""


@dataclass(frozen=True)
class Population:
    """The parties; `second` is a second product or -1, `since` the day a party became a customer or -1."""

    kind: Ints
    grid: Ints
    town: Ints
    product: Ints
    second: Ints
    size: Floats
    wants: Ints
    """Buyers each party looks for."""
    appetite: Floats
    """Weight of each party as a buyer."""
    core: Flags
    customer: Flags
    since: Ints

    def __len__(self) -> int:
        return len(self.kind)

    @cached_property
    def ids(self) -> pa.Array:
        """Party ids: 18 digits for firms, traders and bodies (some begin with 00), a letter and 9 for people."""
        pieces = [self._ids(start, end) for _, start, end in blocks(len(self), 1 << 19)]
        return pa.concat_arrays(pieces)

    def _ids(self, start: int, end: int) -> pa.Array:
        kind = self.kind[start:end]
        # A power of 3 has no factor in common with 10^9: every number stays different, without any order.
        serial = (np.arange(start + 1, end + 1, dtype=np.int64) * 387_420_489) % 10**9
        old = (kind == COMPANY) & (serial % 16 == 0)
        head = np.where(old, 0, np.array([91, 92, 0, 0, 0, 93, 12])[kind])
        code = head * 10**15 + (990_000 + self.town[start:end].astype(np.int64)) * 10**9 + serial
        long = digits(code * 10 + code % 97 % 10, 18)
        people = (kind == FARMER) | (kind == HOUSEHOLD) | (kind == PERSON)
        letters = pa.array(["", "", "F", "H", "P", "", ""]).take(pa.array(kind))
        short = pc.binary_join_element_wise(letters, digits(serial, 9), "")
        return pc.if_else(pa.array(people), short, long)

    def roles(self, goods: Goods, referrers: Ints) -> Ints:
        """Return each party's roles as bits, in the order of `graph.model.ROLES`."""
        layer = goods.layer[self.product]
        firm = self.kind != PERSON
        seller = firm & (layer <= MADE) & (self.wants >= 3)
        flags = {
            "customer": self.customer,
            "core_enterprise": self.core,
            "supplier": seller,
            "distributor": firm & (layer == WHOLESALE),
            "retailer": firm & (layer == RETAIL),
            "referrer": np.isin(np.arange(len(self)), referrers),
        }
        bits = np.zeros(len(self), dtype=np.int8)
        for place, role in enumerate(ROLES):
            bits |= flags[role].astype(np.int8) << place
        return bits


def make_population(parties: int, seed: int, places: Places, goods: Goods) -> Population:
    """Draw the parties of a county and their traits."""
    rng = stream(seed, "population")
    kind = np.searchsorted(np.cumsum(SHARES)[:-1], rng.random(parties), side="right").astype(np.int8)
    grid = pick(rng, places.grid_weight[None, :], np.zeros(parties, dtype=np.int64)).astype(np.int32)
    town = places.grid_town[grid].astype(np.int16)
    product = _products(rng, goods, kind, town, len(places.towns)).astype(np.int16)
    second = _second_products(rng, goods, kind, product)
    size = np.minimum(pareto(rng, 1.7, parties), 20_000).astype(np.float32)
    out = SELLS[kind] * size**0.9 * rng.lognormal(0.0, 0.5, parties)
    appetite = BUYS[kind] * size**0.9 * rng.lognormal(0.0, 0.5, parties)
    wants = _wants(rng, out, parties)
    core = _cores(rng, goods, kind, product, size)
    appetite[core] *= CORE_APPETITE
    penetration = rng.gamma(3.0, size=places.n_grids)
    customer = chosen(rng, COURTED[kind] * penetration[grid] * size**0.3, round(CUSTOMERS * parties))
    age = np.sqrt(rng.random(parties))
    since = np.where(customer, FIRST_CUSTOMER + (age * (LAST_DAY - FIRST_CUSTOMER)).astype(np.int32), -1)
    return Population(
        kind, grid, town, product, second, size, wants, appetite.astype(np.float32), core, customer, since
    )


def _products(rng: Generator, goods: Goods, kind: Ints, town: Ints, n_towns: int) -> Ints:
    """Give each party its main product; every town has goods of its own that many there make."""
    fits = np.where(goods.grown | (goods.layer != RAW), 1.0, 0.0)
    weights = np.zeros((len(KINDS), len(goods.names)))
    for who in range(len(KINDS)):
        layer_weight = LAYERS[who] / np.maximum(np.bincount(goods.layer, minlength=8), 1)
        weights[who] = layer_weight[goods.layer]
    weights[[FARMER, COOPERATIVE]] *= fits
    weights[COMPANY] *= np.where(goods.grown & (goods.layer == RAW), 0.3, 1.0)
    special = rng.lognormal(0.0, 1.0, (n_towns, 1, len(goods.names)))
    table = (special * weights[None]).reshape(-1, len(goods.names))
    return pick(rng, table, town.astype(np.int64) * len(KINDS) + kind)


def _second_products(rng: Generator, goods: Goods, kind: Ints, product: Ints) -> Ints:
    """Give a quarter of the makers a second product of the same sector and layer."""
    same = (goods.layer[:, None] == goods.layer[None, :]) & (goods.sector[:, None] == goods.sector[None, :])
    np.fill_diagonal(same, False)
    lonely = ~same.any(axis=1)
    same[lonely, 0] = True
    second = pick(rng, same.astype(float), product).astype(np.int16)
    without = lonely[product] | (rng.random(len(product)) > 0.25) | (kind == PERSON)
    return np.where(without, np.int16(-1), second)


def _wants(rng: Generator, out: Floats, parties: int) -> Ints:
    """Scale to the wished number of links, with a bound on the greatest; round at random."""
    most = min(20_000.0, 40.0 + parties / 100)
    scaled = out
    for _ in range(20):
        scaled = np.minimum(scaled * (LINKS * parties / scaled.sum()), most)
    return np.floor(scaled + rng.random(parties)).astype(np.int32)


def _cores(rng: Generator, goods: Goods, kind: Ints, product: Ints, size: Floats) -> Flags:
    """Name the core enterprises: large companies that process or make goods."""
    layer = goods.layer[product]
    able = (kind == COMPANY) & ((layer == PROCESSED) | (layer == MADE))
    score = np.where(able, size * rng.lognormal(0.0, 0.5, len(size)), 0.0)
    number = round(len(size) / PARTIES_PER_CORE)
    core = np.zeros(len(size), dtype=bool)
    core[np.argpartition(score, len(score) - number)[len(score) - number :]] = True
    core &= able
    return core
