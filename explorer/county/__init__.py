"""A made-up county at any size, as input tables: `generate` writes them all; docs/county.md describes it."""

from __future__ import annotations

from pathlib import Path

from explorer.county.goods import make_goods
from explorer.county.parties import make_population
from explorer.county.places import make_places
from explorer.county.register import Register
from explorer.county.supplies import Trade
from explorer.county.write import FileFormat, open_tables
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

    `dirty` is the share of each table's rows that is spoilt; `sprinkled/dirt.csv` then lists them. Raises
    BadSetting where a number is outside its bounds, InputError where the folder holds something already.
    """
    _check(folder, parties, dirty)
    folder.mkdir(parents=True, exist_ok=True)
    places, goods = make_places(parties, seed), make_goods(parties, seed)
    population = make_population(parties, seed, places, goods)
    with open_tables(folder, file_format, dirty, seed) as files:
        import numpy as np

        roles = population.roles(goods, np.empty(0, dtype=np.int64))
        Register(population, goods, places, roles, seed).write(files)
        for done, rows in enumerate(Trade(population, goods, places, seed).tables()):
            files["supplies"].add(rows)
            progress("county_supplies", done, 0)


def _check(folder: Path, parties: int, dirty: float) -> None:
    for name, value, (low, high) in (("parties", parties, PARTIES), ("dirty", dirty, DIRTY)):
        if not low <= value <= high:
            raise BadSetting("setting_bounds", name=name, value=value, low=low, high=high)
    if folder.exists() and any(folder.iterdir()):
        raise InputError("folder_not_empty", folder=folder)
