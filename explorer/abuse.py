"""Referrals to look at twice: rings, self-referral by phone, address or ownership, and bursts."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.formats import Table
from explorer.formats.frame import frame
from explorer.referral_exports import FLAG_COLUMNS, flag_batch
from explorer.referrals import Case, Referrals, referrals
from explorer.view import View
from graph.algorithms.network import MISSING, Array
from graph.algorithms.rings import rings
from graph.loaders.links import day_of

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("ring", "same_phone", "same_address", "owns", "same_owner", "burst")
"""In this order they are listed."""
SETTINGS = ("ring_length", "burst_referrals", "burst_days", "cycle_limit")
LEAST_DIGITS = 5
"""A shorter phone number, or a shorter address in signs, says nothing."""


@dataclass
class Flags:
    """What is suspicious about the referrals of a view; none of it is a proof."""

    view: View
    ring_length: int
    burst_referrals: int
    burst_days: int
    cycle_limit: int
    cut: bool = field(default=False, init=False)
    """whether there are or may be more rings than `cycle_limit`; known with the cases"""

    @cached_property
    def rows(self) -> Referrals:
        return referrals(self.view)

    @cached_property
    def cases(self) -> list[Case]:
        """By kind, then by the places of their rows."""
        found = [*self._rings(), *self._pairs(), *self._bursts()]
        return sorted(found, key=lambda case: (KINDS.index(case.kind), case.rows, case.reason))

    @property
    def counts(self) -> dict[str, int]:
        """How many cases there are of each kind."""
        return {kind: sum(case.kind == kind for case in self.cases) for kind in KINDS}

    def table(self) -> Table:
        """One row for each referral of each case."""
        return Table(FLAG_COLUMNS, iter([flag_batch(self.view, self.rows, self.cases)]))

    def frame(self) -> pd.DataFrame:
        return frame(self.table())

    def facts(self) -> dict[str, Any]:
        """What a manifest says of this answer."""
        chosen = {name: getattr(self, name) for name in SETTINGS}
        cases = self.counts
        return {
            "as_of": self.view.as_of, "load_id": self.view.load_id, "parameters": {"flags": True, **chosen},
            "cut": self.cut, "cases": cases,
        }  # fmt: skip

    def _rings(self) -> Iterator[Case]:
        of_pair = defaultdict(list)
        for row, pair in enumerate(zip(self.rows.referrer.tolist(), self.rows.referred.tolist(), strict=True)):
            of_pair[pair].append(row)
        found = rings(
            self.rows.referrer, self.rows.referred, len(self.view.parties), longest=self.ring_length,
            most=self.cycle_limit,
        )  # fmt: skip
        self.cut = len(found) == self.cycle_limit
        for parties in ([party for party in ring if party >= 0] for ring in found.tolist()):
            steps = zip(parties, [*parties[1:], parties[0]], strict=True)
            rows = tuple(sorted(row for step in steps for row in of_pair[step]))
            yield Case("ring", ">".join(self._ids([*parties, parties[0]])), rows)

    def _pairs(self) -> Iterator[Case]:
        """Referrals between parties that may be one."""
        ends = self.rows.referrer, self.rows.referred
        phones = [[_numbers(text) for text in self._texts("phone", end)] for end in ends]
        places = [[_signs(text) for text in self._texts("address", end)] for end in ends]
        owners = self._owners()
        for row, (a, b) in enumerate(zip(*(end.tolist() for end in ends), strict=True)):
            if phones[0][row] & phones[1][row]:
                yield Case("same_phone", "", (row,))
            if places[0][row] and places[0][row] == places[1][row]:
                yield Case("same_address", "", (row,))
            for owner, owned in ((a, b), (b, a)):
                if owner in owners.get(owned, ()):
                    yield Case("owns", ">".join(self._ids([owner, owned])), (row,))
            for owner in sorted(owners.get(a, set()) & owners.get(b, set())):
                yield Case("same_owner", ";".join(self._ids([owner])), (row,))

    def _bursts(self) -> Iterator[Case]:
        """Longest runs in which each referral lies in some window of enough of them."""
        days = self.rows.date.cast("int32").fill_null(MISSING).to_numpy(zero_copy_only=False)
        starts = [*np.flatnonzero(np.diff(self.rows.referrer, prepend=-1)).tolist(), len(days)]
        for start, stop in pairwise(starts):
            dated = [row for row in range(start, stop) if days[row] != MISSING]
            for first, last in _runs(days[dated], self.burst_referrals, self.burst_days):
                rows = dated[first : last + 1]
                span = f"{day_of(int(days[rows[0]]))}..{day_of(int(days[rows[-1]]))}"
                yield Case("burst", f"{len(rows)}: {span}", tuple(rows))

    def _owners(self) -> dict[int, set[int]]:
        """By party, who owns it."""
        owners: dict[int, set[int]] = defaultdict(set)
        for owner, owned in zip(*(end.tolist() for end in self.view.bonds.ends("ownership")), strict=True):
            owners[owned].add(owner)
        return dict(owners)

    def _ids(self, rows: list[int]) -> list[str]:
        ids: list[str] = self.view.parties.take("party_id", np.array(rows)).to_pylist()
        return ids

    def _texts(self, column: str, rows: Array) -> list[str]:
        return [text or "" for text in self.view.parties.take(column, rows).to_pylist()]


def _numbers(phones: str) -> set[str]:
    """The phone numbers in a cell, without their punctuation and the country's code."""
    plain = re.split("[;,/|、]", unicodedata.normalize("NFKC", phones))
    numbers = {"".join(sign for sign in one if sign in string.digits)[-11:] for one in plain}
    return {number for number in numbers if len(number) >= LEAST_DIGITS}


def _signs(address: str) -> str:
    """An address without blanks."""
    signs = "".join(address.split()).casefold()
    return signs if len(signs) >= LEAST_DIGITS else ""


def _runs(days: Array, least: int, window: int) -> Iterator[tuple[int, int]]:
    """First and last place of each run, of days in order: windows of `window` days that overlap are one run."""
    run: tuple[int, int] | None = None
    for first in range(len(days) - least + 1):
        last = int(np.searchsorted(days, days[first] + window - 1, "right")) - 1
        if last - first + 1 < least:
            continue
        if run and first <= run[1]:
            run = run[0], max(run[1], last)
            continue
        if run:
            yield run
        run = first, last
    if run:
        yield run
