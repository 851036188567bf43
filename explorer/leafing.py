"""Lists to leaf through: the rows of a dig or of all prospects, in any order, with counts of what else to choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from explorer.digging import TEXT_FILTERS, Dig, Filters
from explorer.exports import Rows
from explorer.prospecting import Prospects
from explorer.view import View
from explorer.whole import dug_rows
from graph.algorithms.network import DIRECTIONS, Array

FACETS = ("tier", "kind", "role", "region", "grid", "industry", "branch", "manager")
"""Filters whose values a list is counted by."""
Counts = Mapping[str, int]
"""Values with how many rows have each, the most frequent first, then by code point."""


@dataclass(frozen=True)
class Listing:
    """The rows of a dig of one anchor that are shown, in the order direction, rank."""

    dug: Dig
    rows: Rows
    facets: Mapping[str, Counts]
    """by filter, what its values would show: counted over the list dug without that filter"""

    def ordered(self, sort: str) -> Array:
        """Places of the rows by `score`, `tier`, `name`, `cores` or `last`, turned round by a leading `-`.

        Scores begin with the highest where they are turned round; of equals the better score comes first. Any other
        word is as good as `-score`.
        """
        rows, view = self.rows, self.dug.view
        by: dict[str, Callable[[], Array]] = {
            "score": lambda: -rows.cost,
            "tier": lambda: rows.tier,
            "name": lambda: alphabetical(view, rows.prospect),
            "cores": lambda: cores_within_2(view, rows),
            "last": lambda: view.graph.last[rows.link],
        }
        key = by[sort.lstrip("-")]() if sort.lstrip("-") in by else rows.cost
        key = -key.astype(np.int64) if sort.startswith("-") and sort.lstrip("-") in by else key
        return np.lexsort((rows.rank, rows.direction, rows.cost, key))


def cores_within_2(view: View, rows: Rows) -> Array:
    """int32[r]: how many cores reach each prospect in the row's direction in at most two hops."""
    counts: Array = np.where(
        rows.direction == 0, *(view.cores_within_2[direction][rows.prospect] for direction in DIRECTIONS)
    )
    return counts


def alphabetical(view: View, parties: Array) -> Array:
    """Places of some parties in the order of their names by code point."""
    names = np.array(view.parties.take("name", parties).to_pylist(), object)
    _, place = np.unique(names.astype(str), return_inverse=True)
    return np.asarray(place)


def listing(dig: Callable[[Filters], Dig], filters: Filters) -> Listing:
    """Dig once for the list, and once more without each text filter in force, to count its other values."""
    dug = dig(filters)
    rows = dug_rows(dug)
    whole = dug_rows(dig(filters.without("tier"))) if filters.tier else rows
    facets = {"tier": _tiers(whole)}
    for name in FACETS[1:]:
        others = dug_rows(dig(filters.without(name))) if getattr(filters, name) else rows
        facets[name] = counted(dug.view, name, others.prospect)
    return Listing(dug, rows, facets)


def _tiers(rows: Rows) -> Counts:
    tiers, counts = np.unique(rows.tier, return_counts=True)
    return {str(tier): count for tier, count in zip(tiers.tolist(), counts.tolist(), strict=True)}


def counted(view: View, name: str, parties: Array) -> Counts:
    """How many of `parties` have each value of a text filter; those without one are not counted."""
    numbers, texts = view.parties.codes("roles" if name == "role" else TEXT_FILTERS[name])
    counts = np.bincount(numbers[parties] + 1, minlength=len(texts) + 1)[1:]
    met = np.flatnonzero(counts)
    found: dict[str, int] = {}
    for text, count in zip(texts.take(met).to_pylist(), counts[met].tolist(), strict=True):
        for value in filter(None, text.split(";") if name == "role" else [text]):
            found[value] = found.get(value, 0) + count
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True)
class ProspectListing:
    """All prospects that meet the filters, the one with the best core first."""

    found: Prospects
    rows: Array
    """rows of the parties"""
    facets: Mapping[str, Counts]

    def ordered(self, sort: str) -> Array:
        """Places of the rows by `score` or `cores`, turned round by a leading `-`; any other word is `-score`."""
        best = self.found.anchors()
        key = {"cores": self.found.view.cores_within_2["either"], "score": -best.cost[:, 0]}.get(sort.lstrip("-"))
        if key is None or sort == "-score":
            return np.arange(len(self.rows))
        values = key[self.rows].astype(np.int64)
        return np.argsort(-values if sort.startswith("-") else values, kind="stable")


def prospect_listing(prospects: Callable[[Filters], Prospects], filters: Filters) -> ProspectListing:
    """The prospects to list, and for each filter in force those without it, to count its other values."""
    found = prospects(filters)
    rows = found.rows()
    facets = {}
    for name in FACETS:
        others = prospects(filters.without(name)).rows() if getattr(filters, name) else rows
        facets[name] = _best_tiers(found, others) if name == "tier" else counted(found.view, name, others)
    return ProspectListing(found, rows, facets)


def _best_tiers(found: Prospects, rows: Array) -> Counts:
    counts = np.bincount(found.anchors().tier[rows, 0])
    return {str(tier): int(counts[tier]) for tier in np.flatnonzero(counts).tolist()}
