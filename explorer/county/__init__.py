"""A made-up county at any size, as input tables: `generate` writes them all; docs/county.md describes it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from explorer.county.bank import write_contacts, write_loans, write_managers, write_signals
from explorer.county.bonds import make_owners, write_guarantees, write_ownership
from explorer.county.catalogue import write_goods, write_makes
from explorer.county.goods import Goods, make_goods
from explorer.county.groups import write_groups
from explorer.county.parties import Population, make_population
from explorer.county.places import Places, make_places
from explorer.county.referrals import make_referrals, write_referrals
from explorer.county.register import Register
from explorer.county.social import make_neighbourhood, write_ties
from explorer.county.supplies import Trade
from explorer.county.write import FileFormat, TableFile, open_tables
from explorer.errors import BadSetting, InputError
from explorer.progress import Progress, silent

PARTIES = (1_000, 12_000_000)
DIRTY = (0.0, 0.5)


def generate(
    folder: Path,
    *,
    parties: int,
    seed: int,
    file_format: FileFormat = "parquet",
    dirty: float = 0.0,
    progress: Progress = silent,
) -> None:
    """Write every input table of a made-up county of `parties` parties into `folder`, the same bytes for a seed.

    Where this is stopped the folder stays empty.
    `dirty` is the share of each table's rows that is spoilt; `sprinkled/dirt.csv` then lists them. Raises
    BadSetting where a number is outside its bounds, InputError where the folder holds something already.
    """
    _check(folder, parties, dirty)
    folder.mkdir(parents=True, exist_ok=True)
    places, goods = make_places(parties, seed), make_goods(parties, seed)
    population = make_population(parties, seed, places, goods)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as part:
        with open_tables(Path(part), file_format, dirty, seed) as files:
            _write_people(files, population, goods, places, seed, progress)
            write_goods(files, goods)
            write_makes(files, population, goods, seed)
            write_groups(files, population, goods, places, seed)
            write_managers(files, places, seed)
            write_loans(files, population, seed)
            write_contacts(files, population, places, seed)
            write_signals(files, population, goods, seed)
            Trade(population, goods, places, seed).write(files["supplies"], progress)
        for made in Path(part).iterdir():
            made.rename(folder / made.name)


def _write_people(
    files: dict[str, TableFile], population: Population, goods: Goods, places: Places, seed: int, progress: Progress
) -> None:
    """Write the parties and what binds them other than trade."""
    referrals = make_referrals(population, places, seed)
    roles = population.roles(goods, referrals.referrer)
    Register(population, goods, places, roles, seed).write(files, progress)
    write_referrals(files, population, referrals, seed)
    circle = make_neighbourhood(population, places, seed)
    owners = make_owners(population, circle, seed)
    write_ties(files, population, circle, owners, seed)
    write_ownership(files, population, circle, owners, seed)
    write_guarantees(files, population, seed)


def _check(folder: Path, parties: int, dirty: float) -> None:
    for name, value, (low, high) in (("parties", parties, PARTIES), ("dirty", dirty, DIRTY)):
        if not low <= value <= high:
            raise BadSetting("setting_bounds", name=name, value=value, low=low, high=high)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise InputError("folder_not_empty", folder=folder)
