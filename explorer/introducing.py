"""Warm introductions: who opens the door to each prospect, along which path, and whom to ask first (DESIGN 4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from explorer.acquaintance import WEIGHTS, acquaintance
from explorer.digging import Dig, Filters, directions_of
from explorer.exports import INTRODUCTION_COLUMNS, Offers, introduction_batch
from explorer.formats import Table
from explorer.formats.frame import frame
from explorer.grounds import hop_words
from explorer.keeping import Keeping
from explorer.settings import Settings
from explorer.sources import Sources, sources_of
from explorer.view import View
from graph.algorithms.network import CUSTOMER, DO_NOT_CONTACT, PROSPECT, Array

if TYPE_CHECKING:
    import pandas as pd

    from graph.algorithms.introductions import Introductions

HOPS, BEST, REACH = 3, 3, 6
"""Hops of an introduction, introducers of a prospect, and how far the nearest one is looked for otherwise."""
SAME = 12
"""Decimals to which two scores are one, so that every machine ranks alike."""
BLOCK = 50_000


@dataclass
class Introducing:
    """The introducers of the prospects at `rows`. Counts are whole once `table()`, `frame()` or `offers` was read."""

    view: View
    settings: Settings
    rows: Array
    asked: dict[str, Any]
    """what a manifest says of how the prospects were chosen"""
    threads: int
    passed: tuple[int, int]
    """customers, and others not to be contacted, that were asked for"""
    dug: Dig | None = None
    """the string whose prospects these are"""
    kept: Keeping = field(default_factory=Keeping, init=False, repr=False)
    """its ways as they were read"""
    introduced: int = field(default=0, init=False)
    within_reach: int = field(default=0, init=False)

    @property
    def alone(self) -> int:
        """Prospects whom nobody introduces within HOPS."""
        return len(self.rows) - self.introduced

    def table(self) -> Table:
        """Rows as they are exported (DESIGN 6): by rank, each prospect's best first; then whom nobody introduces."""
        return Table(INTRODUCTION_COLUMNS, self._batches())

    def frame(self) -> pd.DataFrame:
        return frame(self.table())

    def facts(self) -> dict[str, Any]:
        """What a manifest says of this answer; whole once the rows were read."""
        chosen = {name: self.settings.values[name] for name in ("introductions", *WEIGHTS)}
        return {
            "as_of": self.view.as_of, "load_id": self.view.load_id, "parameters": self.asked | chosen, 
            "cut": self.dug is not None and self.dug.cut,
            "introduced": self.introduced, "without": self.alone, "within_six": self.within_reach,
            "passed_customers": self.passed[0], "passed_do_not_contact": self.passed[1],
        }  # fmt: skip

    @cached_property
    def offers(self) -> Offers:
        """All rows as arrays, in their order; fills the counts."""
        from graph.algorithms.acceptance import accept

        near = self._search(self.rows, HOPS, BEST)
        some = near.source[:, 0] >= 0
        score = near.score()
        order = np.flatnonzero(some)
        order = order[np.argsort(-np.round(score[order], SAME), kind="stable")]
        far_rows = self.rows[~some]
        far = self._search(far_rows, REACH, 1) if len(far_rows) else None
        self.introduced = len(order)
        self.within_reach = int((far.source >= 0).sum()) if far else 0

        at, slot = np.nonzero(near.source[order] >= 0)
        place = order[at]
        source, cost = near.source[place, slot], near.cost[place, slot]
        taken = accept(self.rows[place], source, cost, self.settings.integer("introductions"))
        load = np.bincount(source, minlength=len(self.view.parties))[source]
        path = np.full((len(place), REACH + 1), -1, np.int32)
        path[:, : HOPS + 1] = near.path[place, slot]
        offers = Offers(
            self.rows[place], at + 1, np.where(taken, np.cumsum(taken), 0), source, cost, path, load, score[place]
        )
        return offers if far is None else offers.followed_by(Offers.unranked(far_rows, far))

    @cached_property
    def sources(self) -> Sources:
        return sources_of(self.view)

    def _search(self, rows: Array, hops: int, best: int) -> Introductions:
        from graph.algorithms.introductions import Reach, introduce, reach

        known = acquaintance(self.view, self.settings, self.threads)
        given: dict[str, Any] = {
            "is_source": self.sources.is_source, "blocked": self.sources.blocked, "hops": hops, "best": best,
            "threads": self.threads,
        }  # fmt: skip

        def made() -> Reach:
            return reach(known, **given)

        chosen = tuple(self.settings.values[name] for name in WEIGHTS)
        return introduce(
            known, rows, **given, reached=self.view.kept("reach", (hops, best, chosen), made, mapped=True)
        )

    def _batches(self) -> Iterator[Any]:
        offers = self.offers
        paths = offers.from_source()
        evidence = hop_words(self.view, self.settings, paths)
        for start in range(0, len(offers.prospect), BLOCK):
            part = slice(start, start + BLOCK)
            yield introduction_batch(self.view, self.sources, offers[part], paths[part], evidence[part])


def introducers(
    view: View, settings: Settings, prospects: Iterable[str] | Literal["all"], string_of: str | None, threads: int
) -> Introducing:
    """Choose the prospects: some by id or whole name, all there are, or those of the string of an anchor.

    Raises UnknownParty and AmbiguousName. Customers and parties not to be contacted are passed over, and counted.
    """
    if string_of is not None:
        return _of_string(view, settings, view.resolve(string_of), threads)
    if prospects == "all":
        rows, asked = np.arange(len(view.parties), dtype=np.int32), "all"
    else:
        rows = np.unique(np.array([view.resolve(prospect) for prospect in prospects], np.int32))
        asked = view.parties.take("party_id", rows).to_pylist()
    standing = view.standing[rows]
    passed = int((standing == CUSTOMER).sum()), int((standing == DO_NOT_CONTACT).sum())
    return Introducing(view, settings, rows[standing == PROSPECT], {"prospects": asked}, threads, passed)


def _of_string(view: View, settings: Settings, anchor: int, threads: int) -> Introducing:
    dug = Dig(
        view, np.array([anchor], np.int32), directions_of(settings.text("direction")), settings.integer("tiers"),
        settings.integer("top"), settings.number("min_score"), Filters(), threads,
    )  # fmt: skip
    rows = np.unique(np.concatenate([rows.prospect for _, rows in dug.blocks()]))
    passed = (
        sum(one.passed_customers for one in dug.summaries),
        sum(one.passed_do_not_contact for one in dug.summaries),
    )
    asked = {"string_of": dug.anchor_ids()[0].as_py(), "string": dug.facts()["parameters"], "limits": dug.limits}
    return Introducing(view, settings, rows, asked, threads, passed, dug)
