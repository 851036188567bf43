"""Counties to measure on, made by the product itself and kept in the cache folder."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import child, explorer, save, seconds

SEED = 7


@dataclass(frozen=True)
class County:
    """Tables and a store of one size; what is there is used again."""

    folder: Path
    parties: int
    memory: float
    """GiB for a load."""

    @property
    def tables(self) -> Path:
        return self.folder / "tables"

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def version(self) -> Path:
        """The folder of the load in force."""
        return max(self.store.glob("load-*"))

    def generated(self) -> County:
        if not self.tables.exists():
            part = self.folder / f"tables.{SEED}"
            self.folder.mkdir(parents=True, exist_ok=True)
            made = explorer("generate", part, "--parties", str(self.parties), "--seed", str(SEED))
            self._measured("generate", made)
            part.rename(self.tables)
        return self

    def loaded(self) -> County:
        self.generated()
        if not (self.store / "CURRENT").exists():
            rejects, memory = self.folder / "rejects.csv", str(self.memory)
            self._measured("load", explorer("load", self.tables, "--store", self.store, "--rejects", rejects,
                                            "--memory", memory))  # fmt: skip
        return self

    def _measured(self, what: str, command: list[str | Path]) -> None:
        """Make it and keep what that took beside it."""
        timing = child(f"{what} {self.parties:,} parties", command)
        save([seconds(what, timing)], self.folder, what)


def county(given: Namespace, parties: int | None = None) -> County:
    size = parties or given.parties
    return County(given.folder / str(size), size, given.memory)
