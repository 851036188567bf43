"""Ways to a prospect, as people read them: who opens the door, over whom, and what each hop rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from explorer.acquaintance import acquaintance
from explorer.grounds import pair_columns
from explorer.introducing import Introducing
from graph.algorithms.network import Array


@dataclass(frozen=True)
class Ground:
    """What one relation of a hop says: `words` begin with its kind, then date, source or group, as far as known."""

    type: str
    words: str


@dataclass(frozen=True)
class Step:
    """One hop: how well the two know each other, 0 to 0.95, and what that rests on."""

    strength: float
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class Way:
    """An introduction, or the nearest beyond three hops; parties are row numbers, the path begins with the source."""

    source: int
    path: tuple[int, ...]
    steps: tuple[Step, ...]
    strength: float
    load: int
    """prospects of the answer that the source was found for"""
    taken: bool
    """whether this is the offer that is taken up under the cap"""
    customer_since: date | None
    converted: int
    known: int
    """referrals with an outcome on record, and how many of them brought a customer"""
    is_customer: bool
    is_referrer: bool


@dataclass(frozen=True)
class Door:
    """One prospect with its ways, the best first; `rank` is None where nobody introduces within three hops."""

    prospect: int
    rank: int | None
    rank_capped: int | None
    score: float | None
    """1 - ∏(1 - strength) over the ways"""
    ways: tuple[Way, ...]

    @property
    def near(self) -> bool:
        return self.rank is not None


def doors(found: Introducing, first: int, last: int) -> list[Door]:
    """The prospects from place `first` to before `last` of an answer, in its order; kept with the answer."""
    return found.kept.get("doors", (first, last), lambda: _doors(found, first, last), most=16)


def _doors(found: Introducing, first: int, last: int) -> list[Door]:
    offers = found.offers
    starts = door_starts(found)
    edges = np.append(starts, len(offers.prospect))
    stop = min(last, len(starts))
    if first >= stop:
        return []
    part = slice(int(edges[first]), int(edges[stop]))
    ways = _ways(found, part)
    made = []
    for start, end in pairwise(edges[first : stop + 1].tolist()):
        rank, capped = int(offers.rank[start]), int(offers.rank_capped[start:end].max())
        score = float(offers.score[start]) if rank else None
        made.append(
            Door(
                int(offers.prospect[start]), rank or None, capped or None, score,
                tuple(way for way in ways[start - part.start : end - part.start] if way is not None),
            )
        )  # fmt: skip
    return made


def door_starts(found: Introducing) -> Array:
    """int64: where the offers of each prospect begin."""
    prospect = found.offers.prospect
    return np.flatnonzero(np.append(True, prospect[1:] != prospect[:-1])) if len(prospect) else np.empty(0, np.int64)


def _ways(found: Introducing, part: slice) -> list[Way | None]:
    offers, view, sources = found.offers[part], found.view, found.sources
    columns = [column.tolist() for column in (offers.load, offers.rank_capped)]
    paths = offers.from_source()
    steps = _steps(found, paths)
    since = view.parties.take("customer_since", offers.source).to_pylist()
    customer = view.parties.flag("is_customer")
    strength = np.exp(-offers.cost / 1e6).round(6).tolist()
    return [
        None if source < 0 else Way(
            source, tuple(step for step in path if step >= 0), steps[at], strength[at], load, taken > 0, since[at],
            int(sources.converted[source]), int(sources.known[source]), bool(customer[source]),
            bool(sources.is_referrer[source]),
        )
        for at, (source, path, load, taken) in enumerate(
            zip(offers.source.tolist(), paths.tolist(), *columns, strict=True)
        )
    ]  # fmt: skip


def _steps(found: Introducing, paths: Array) -> list[tuple[Step, ...]]:
    """What every hop of the paths rests on."""
    a, b = paths[:, :-1].astype(np.int64), paths[:, 1:].astype(np.int64)
    keys = np.where(b < 0, -1, np.minimum(a, b) << 32 | np.maximum(a, b))
    pairs, place = np.unique(keys[keys >= 0], return_inverse=True)
    grounds = pair_columns(found.view, found.settings, pairs)
    columns = {type_: words.to_pylist() for type_, words in grounds.items()}
    strength = _strength(found, pairs)
    known = [
        Step(
            strength[at], tuple(Ground(type_, words[at]) for type_, words in columns.items() if words[at] is not None)
        )
        for at in range(len(pairs))
    ]
    ends = np.cumsum((keys >= 0).sum(axis=1)).tolist()
    return [tuple(known[at] for at in place[start:end]) for start, end in pairwise([0, *ends])]


def _strength(found: Introducing, pairs: Array) -> list[float]:
    """How well the two of each pair know each other."""
    known = acquaintance(found.view, found.settings, found.threads)
    strengths = []
    for pair in pairs.tolist():
        low, high = pair >> 32, pair & 0xFFFFFFFF
        start, stop = known.ptr[low], known.ptr[low + 1]
        met = np.flatnonzero((known.rows[start:stop] & 0xFFFFFFFF) == high)
        strengths.append(float(known.strength[start + met[0]]) if len(met) else 0.0)
    return strengths


def barred(found: Introducing, party: int) -> tuple[int, int]:
    """How many a party knows who asked not to introduce, and others who are not to be contacted; none is named."""
    known = acquaintance(found.view, found.settings, found.threads)
    near = known.rows[known.ptr[party] : known.ptr[party + 1]] & 0xFFFFFFFF
    stop = found.view.parties.flag("do_not_contact")[near]
    silent = found.view.parties.flag("no_introductions")[near] & ~stop
    return int(silent.sum()), int(stop.sum())
