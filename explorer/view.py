"""One load, opened: its graph, its parties and what was counted when it was made."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from explorer.errors import AmbiguousName, InputError, UnknownParty
from explorer.progress import silent
from graph import snapshot
from graph.algorithms.network import Array, Graph
from graph.parties import Parties

if TYPE_CHECKING:
    import pyarrow as pa

    from explorer.initials import Initials
    from explorer.keeping import Keeping
    from explorer.shelf import Shelf
    from graph.bonds import Bonds
    from graph.loaders.outcome import LoadReport

CANDIDATES = 20
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class View:
    """What every question about strings is asked of. `as_of` is the day the strengths are computed for."""

    version: Path
    load_id: str
    as_of: date | None
    graph: Graph
    parties: Parties
    cores_within_2: dict[str, Array]
    dated: bool = False
    """whether `as_of` is another day than the load's"""
    shelf: Shelf | None = None
    """where answers are kept for the other processes of this machine"""

    @classmethod
    def open(cls, version: Path, shelves: Path | None = None) -> View:
        """Map the snapshot of a load into memory; raises StoreError where it is missing or garbled.

        `shelves` is a folder where answers that take long may be kept for other processes, which ask for them too.
        """
        folder = version / "snapshot"
        graph, tag = snapshot.open(folder)
        as_of = date.fromisoformat(tag["as_of"]) if tag["as_of"] else None
        counts = snapshot.open_counts(folder)
        shelf = _shelf(shelves, version, tag["load_id"])
        return cls(version, tag["load_id"], as_of, graph, Parties(folder), counts, shelf=shelf)

    @cached_property
    def standing(self) -> Array:
        """uint8[n]: what each party is in a search: a prospect, a customer, or not to be contacted."""
        from graph.algorithms.network import CUSTOMER, DO_NOT_CONTACT, PROSPECT

        standing = np.full(len(self.parties), PROSPECT, np.uint8)
        standing[self.parties.flag("do_not_contact")] = DO_NOT_CONTACT
        standing[self.parties.flag("is_customer")] = CUSTOMER
        return standing

    @cached_property
    def cores(self) -> Array:
        """int32: rows of all core enterprises, in the order of their ids."""
        return np.flatnonzero(self.parties.flag("is_core")).astype(np.int32)

    @cached_property
    def partners(self) -> Array:
        """int32[n]: how many suppliers and buyers of each party are known, together."""
        found: Array = (np.diff(self.graph.up_ptr) + np.diff(self.graph.out_ptr)).astype(np.int32)
        return found

    @cached_property
    def bonds(self) -> Bonds:
        """Ties, referrals and the like; raises StoreError where the load is older than they are."""
        from graph.bonds import Bonds

        return Bonds(self.version / "snapshot")

    @cached_property
    def answers(self) -> Keeping:
        """Answers that took long, kept as long as the load is in force."""
        from explorer.keeping import Keeping

        return Keeping()

    @cached_property
    def initials(self) -> Initials:
        """Pinyin initials of all names."""
        from explorer.initials import Initials

        return Initials(self.parties.column("name"))

    @cached_property
    def sold_to(self) -> tuple[Array, Array]:
        """The rows of the graph for walking downstream, at their buyers: who sells to each, at the same costs."""
        from graph.algorithms.rows import sorted_rows

        ptr, rows = self.graph.rows("downstream")
        supplier = np.repeat(np.arange(self.graph.parties, dtype=np.int32), np.diff(ptr))
        buyer, cost = (rows & 0xFFFFFFFF).astype(np.int32), (rows >> 32).astype(np.int32)
        return sorted_rows(buyer, supplier, cost, self.graph.parties)

    @cached_property
    def sources(self) -> pa.Array | None:
        """The names of each link's sources, by the links' numbers; None where the view is of another day.

        Raises StoreError where the load is older than they are.
        """
        from graph import sources

        return None if self.dated else sources.open(self.version / "snapshot")

    def kept(
        self, kind: str, key: Hashable, make: Callable[[], Answer], *, most: int = 4, patience: float | None = None,
        mapped: bool = False,
    ) -> Answer:  # fmt: skip
        """An answer out of `answers`, made once on this machine where there is a shelf; arrays may be `mapped`."""
        shelf = self.shelf
        if shelf is None:
            return self.answers.get(kind, key, make, most=most, patience=patience)
        get = shelf.mapped if mapped else shelf.get
        return self.answers.get(kind, key, lambda: get(kind, key, make), most=most, patience=patience)

    def standing_word(self, row: int) -> str:
        """What a party is to the bank: customer, do_not_contact or prospect."""
        for word, flag in (("customer", "is_customer"), ("do_not_contact", "do_not_contact")):
            if self.parties.column(flag)[row].as_py():
                return word
        return "prospect"

    def report(self) -> LoadReport:
        from graph.loaders.outcome import read_report

        return read_report(self.version)

    def resolve(self, text: str) -> int:
        """The row of the party with this id, else of the only one with this whole name.

        Raises AmbiguousName with the candidates, or UnknownParty (with candidates where the name is part of one).
        """
        if not text.strip():
            raise UnknownParty("unknown_party", name=text)
        row = self.parties.find(text.strip())
        if row is not None:
            return row
        named = self.parties.named(text.strip())
        if len(named) == 1:
            return int(named[0])
        if len(named):
            raise AmbiguousName("ambiguous_name", name=text, count=len(named), candidates=self.describe(named))
        near = self.parties.containing(text.strip())
        if len(near):
            raise AmbiguousName("name_part", name=text, count=len(near), candidates=self.describe(near))
        raise UnknownParty("unknown_party", name=text)

    def describe(self, rows: Array) -> list[tuple[str, str, str]]:
        """Id, name and what tells namesakes apart, of the first of `rows`."""
        shown = rows[:CANDIDATES]
        columns = [self.parties.take(name, shown).to_pylist() for name in ("party_id", "name", "region", "industry")]
        return [(party, name, " ".join(filter(None, rest))) for party, name, *rest in zip(*columns, strict=True)]


def _shelf(shelves: Path | None, version: Path, load_id: str) -> Shelf | None:
    from explorer.shelf import Shelf

    return Shelf(shelves, version, load_id) if shelves else None


def as_of_view(view: View, as_of: date, *, memory: float, threads: int) -> View:
    """The same load with its strengths computed for another day, from the checked rows beside it."""
    import tempfile

    from graph.loaders import build, workbench
    from graph.loaders.rows import view_rows

    rows = view.version / "rows"
    if not rows.is_dir():
        raise InputError("no_rows", store=view.version.parent)
    with tempfile.TemporaryDirectory() as stage, workbench.open(Path(stage), memory, threads) as db:
        view_rows(db, rows)
        graph = build.from_rows(db, rows, as_of, threads, silent, named=False).graph()
    counts = build.count_cores(graph, view.parties.flag("is_core"), threads)
    return View(view.version, view.load_id, as_of, graph, view.parties, counts, dated=True)
