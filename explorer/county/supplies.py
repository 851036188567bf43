"""The supply links of the county and the rows behind them, drawn block by block of suppliers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from explorer.county.draws import Ints, Pool, blocks, days, money, pick, stream, words
from explorer.county.goods import SEASONS, Goods
from explorer.county.parties import LAST_DAY, Population
from explorer.county.places import Places
from explorer.county.write import TableFile
from explorer.progress import Progress

BLOCK = 40_000
"""Suppliers drawn at once: about 300,000 links and 700,000 rows."""
INSIDE = 0.645
"""Chance of a draw to stay in the supplier's town; repeated pairs fall away, so that 60 % of links do."""
FIRST_DAY = LAST_DAY - 729
ATTEMPTS = 6
STEPS = 4096
SOURCES = ("增值税发票", "银行流水", "新闻")


@dataclass(frozen=True)
class Links:
    """Distinct (supplier, buyer) pairs, sorted."""

    supplier: Ints
    buyer: Ints


class Trade:
    """Everything that the blocks share; a block depends on nothing but these and the seed."""

    def __init__(self, population: Population, goods: Goods, places: Places, seed: int) -> None:
        self._people, self._goods, self._places, self._seed = population, goods, places, seed
        self._n_products, self._n_towns = len(goods.names), len(places.towns)
        cells = population.town.astype(np.int64) * self._n_products + population.product
        self._buyers = Pool(cells, population.appetite, self._n_towns * self._n_products)
        self._calendar = calendar()

    def write(self, file: TableFile, progress: Progress) -> None:
        """Write the table `supplies`, block by block."""
        for number, start, end in blocks(len(self._people), BLOCK):
            rng = stream(self._seed, "supplies", number)
            file.add(self._rows(rng, self._links(rng, start, end)))
            progress("county_supplies", end, len(self._people))

    def _links(self, rng: Generator, start: int, end: int) -> Links:
        """Find each supplier its buyers; those lost to repetition are sought again, at last anywhere in a town."""
        wants = self._people.wants[start:end].astype(np.int64)
        n = len(self._people)
        pairs = np.empty(0, dtype=np.int64)
        missing = wants
        for attempt in range(ATTEMPTS):
            supplier = np.repeat(np.arange(start, end), missing)
            buyer = self._draw_buyers(rng, supplier, anybody=attempt >= ATTEMPTS // 2)
            valid = (buyer >= 0) & (buyer != supplier)
            found = (supplier[valid] - start) * n + buyer[valid]
            pairs = np.unique(np.concatenate([pairs, found]))
            missing = wants - np.bincount(pairs // n, minlength=end - start)
        supplier, buyer = np.divmod(pairs, n)
        return Links(supplier + start, buyer)

    def _draw_buyers(self, rng: Generator, supplier: Ints, anybody: bool) -> Ints:
        """Draw who buys: in a town, somebody whose product needs the supplier's, else anybody there."""
        people = self._people
        target = pick(rng, self._goods.weights, people.product[supplier].astype(np.int64))
        town = people.town[supplier].astype(np.int64)
        away = rng.random(len(supplier)) >= INSIDE
        distance = 1 + ((self._n_towns - 1) * rng.random(len(supplier)) ** 2).astype(np.int64)
        town = (town + np.where(away, distance, 0)) % self._n_towns
        cell = town * self._n_products + target
        whole = (town * self._n_products, (town + 1) * self._n_products)
        return self._buyers.near(rng, whole if anybody else (cell, cell + 1), whole)

    def _rows(self, rng: Generator, links: Links) -> dict[str, pa.Array]:
        """Spread each link over time: a life within the window, a pace, a season, a usual amount."""
        n = len(links.supplier)
        born = np.where(rng.random(n) < 0.5, 0.0, rng.random(n))
        died = np.minimum(born + rng.exponential(0.9, n), 1.0)
        pace = rng.lognormal(0.60, 1.25, n)
        number = np.minimum(rng.poisson(pace * (died - born)), 60)
        once = number == 0
        number[once], born[once], died[once] = 1, 0.0, 1.0
        size = self._people.size
        usual = 7.4 + 0.5 * np.log(size[links.supplier] * size[links.buyer]) + 0.9 * rng.standard_normal(n)
        link = np.repeat(np.arange(n), number)
        m = len(link)
        supplier = links.supplier[link]
        product = self._products(rng, supplier)
        when = born[link] + rng.random(m) * (died - born)[link]
        day = FIRST_DAY + self._calendar[self._goods.season[product], (when * STEPS).astype(np.int64) % STEPS]
        source = np.searchsorted([0.70, 0.98], rng.random(m), side="right")
        news = source == 2
        amount = np.exp(usual[link] + 0.5 * rng.standard_normal(m))
        cents = np.clip(np.rint(100 * amount), 100, 10**11).astype(np.int64)
        count = np.where(rng.random(m) < 0.85, 1, rng.integers(2, 7, m))
        confidence = np.round(rng.uniform(0.6, 0.95, m), 2)
        ids = self._people.ids
        return {
            "supplier_id": ids.take(pa.array(supplier)),
            "buyer_id": ids.take(pa.array(links.buyer[link])),
            "product": words(self._goods.names, product),
            "amount": money(cents, ~news),
            "currency": words(("CNY",), np.where(news, -1, 0)),
            "date": days(day),
            "count": pa.array(count.astype(np.int32)),
            "source": words(SOURCES, source),
            "confidence": pa.array(confidence, mask=~news),
        }

    def _products(self, rng: Generator, supplier: Ints) -> Ints:
        second = self._people.second[supplier]
        return np.where((second >= 0) & (rng.random(len(supplier)) < 0.3), second, self._people.product[supplier])


def calendar() -> Ints:
    """Day of the window (0 to 729) by season and by quantile of the season's trade, in 4096 steps."""
    date = np.arange(FIRST_DAY, LAST_DAY + 1).astype("datetime64[D]")
    month = date.astype("datetime64[M]").astype(np.int64) % 12
    weight = np.array(SEASONS, dtype=float)[:, month]
    share = np.cumsum(weight, axis=1)
    share /= share[:, -1:]
    quantiles = (np.arange(STEPS) + 0.5) / STEPS
    return np.stack([np.searchsorted(row, quantiles) for row in share]).astype(np.int32)
