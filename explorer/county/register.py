"""The register of parties as tables: `parties`, and the role files that repeat some of its rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator

from explorer.county import names
from explorer.county.draws import Flags, Floats, Ints, blocks, days, digits, joined, only, stream, words
from explorer.county.goods import Goods
from explorer.county.parties import COMPANY, COOPERATIVE, KINDS, PERSON, PUBLIC_BODY, TRADER, Population
from explorer.county.places import Places
from explorer.county.write import TableFile
from explorer.progress import Progress
from graph.model import ROLE_TABLES, ROLES

BLOCK = 200_000
LISTED = {"customer": 0.8, "core_enterprise": 1.0, "supplier": 0.25, "distributor": 0.5, "referrer": 0.9}
"""Share of a role's parties that its own file repeats."""
GRADES = ("AAA", "AA", "A", "BBB", "BB", "B")


class Register:
    """Makes the rows of the register; `write` streams them into the files of parties and roles."""

    def __init__(self, population: Population, goods: Goods, places: Places, roles: Ints, seed: int) -> None:
        self._people, self._goods, self._places, self._seed = population, goods, places, seed
        self._roles = roles
        self._role_words = [_role_text(bits) for bits in range(1 << len(ROLES))]

    def write(self, files: Mapping[str, TableFile], progress: Progress) -> None:
        for number, start, end in blocks(len(self._people), BLOCK):
            rng = stream(self._seed, "register", number)
            rows = self._rows(rng, start, end)
            files["parties"].add(rows)
            for table in ROLE_TABLES:
                files[table.name].add(self._listed(rng, rows, table.role, self._roles[start:end]))
            progress("county_parties", end, len(self._people))

    def _listed(self, rng: Generator, rows: dict[str, pa.Array], role: str, bits: Ints) -> dict[str, pa.Array]:
        """Repeat some rows of a role, a third of them without the name."""
        has = (bits >> ROLES.index(role)) & 1 == 1
        places = np.flatnonzero(has & (rng.random(len(bits)) < LISTED[role]))
        some = {name: column.take(pa.array(places)) for name, column in rows.items()}
        some["name"] = only(rng.random(len(places)) < 2 / 3, some["name"])
        return some

    def _rows(self, rng: Generator, start: int, end: int) -> dict[str, pa.Array]:
        part = slice(start, end)
        people, goods, places = self._people, self._goods, self._places
        n = end - start
        grid, town, product = people.grid[part], people.town[part], people.product[part]
        customer = people.customer[part]
        kind = people.kind[part]
        place = places.centre[town] + 0.02 * rng.standard_normal((n, 2))
        located = rng.random(n) < 0.7
        known = (rng.random(n) < 0.97) & (kind != PERSON)
        managed = (customer & (rng.random(n) < 0.95)) | people.core[part]
        return {
            "party_id": people.ids.slice(start, n),
            "name": self._names(rng, kind, town, product),
            "kind": words(KINDS, kind),
            "roles": words(self._role_words, np.where(self._roles[part] == 0, -1, self._roles[part])),
            "industry": words([row[0] for row in goods.industry_rows], np.where(known, goods.industry[product], -1)),
            "product": words(goods.names, np.where(known, product, -1)),
            "region": words(places.towns, town),
            "grid": digits(grid + 1, 5, "G"),
            "branch": words(places.branches, places.grid_branch[grid]),
            "manager_id": only(managed, digits(places.grid_manager[grid] + 1, 5, "M")),
            "customer_since": days(people.since[part], customer),
            "credit_grade": words(GRADES, np.where(customer, rng.integers(0, len(GRADES), n), -1)),
            "value": _values(rng, people.size[part], customer),
            "phone": only(rng.random(n) < 0.9, digits(rng.integers(0, 10**6, n), 6, "199-0000-")),
            "address": self._addresses(rng, town),
            "longitude": pa.array(np.round(place[:, 0], 5), mask=~located),
            "latitude": pa.array(np.round(place[:, 1], 5), mask=~located),
            "do_not_contact": only(rng.random(n) < 0.01, "是"),
            "no_introductions": only(rng.random(n) < 0.01, "是"),
        }

    def _names(self, rng: Generator, kind: Ints, town: Ints, product: Ints) -> pa.Array:
        n = len(kind)
        short = words([name.rstrip("镇乡街道") for name in self._places.towns], town)
        brand, trade = names.brands(rng, n), words(self._goods.trade_words, product)
        firm = joined(short, brand, trade, names.ends(rng, names.FIRM_ENDS, n))
        shop = joined(short, brand, trade, names.ends(rng, names.TRADER_ENDS, n))
        cooperative = joined(short, brand, trade, "专业合作社")
        public = joined(words(self._places.towns, town), brand, names.ends(rng, names.PUBLIC_ENDS, n))
        name = names.people(rng, n)
        for who, text in ((COMPANY, firm), (TRADER, shop), (COOPERATIVE, cooperative), (PUBLIC_BODY, public)):
            name = pc.if_else(pa.array(kind == who), text, name)
        return name

    def _addresses(self, rng: Generator, town: Ints) -> pa.Array:
        n = len(town)
        number = pa.array(rng.integers(1, 400, n)).cast(pa.string())
        street = words(names.STREETS, names.streets(rng, n))
        return only(rng.random(n) < 0.85, joined(words(self._places.towns, town), street, "路", number, "号"))


def _role_text(bits: int) -> str:
    return ";".join(sorted(role for place, role in enumerate(ROLES) if bits >> place & 1))


def _values(rng: Generator, size: Floats, customer: Flags) -> pa.Array:
    """Yearly worth of a customer to the bank, in yuan."""
    worth = np.round(rng.lognormal(6.0, 0.8, len(size)) * np.sqrt(size), 2)
    return pa.array(worth, mask=~customer)
