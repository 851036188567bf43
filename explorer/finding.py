"""Finding a party by what a person remembers of it: an id, a name, a part or the initials, or nearly the name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.narrowing import Names, narrowed
from explorer.view import View
from graph.algorithms.network import Array

How = Literal["id", "name", "part", "id_part", "initials", "near", "type"]
NEAR = 60.0
"""Least likeness, 0 to 100, of a name that is offered where nothing has what was asked for."""
PIECE = 1 << 17


@dataclass(frozen=True)
class Found:
    """Rows of the parties that answer, best first, `how` each was found, and how many there are in all.

    `how` is type where nothing but `core:`, `grid:…` and the like was asked for.
    """

    rows: Array
    how: tuple[How, ...]
    total: int


def find(view: View, text: str, limit: int, *, names: Names, near: bool = True) -> Found:
    """Exact ids first, then whole names, names that contain the text (shorter ones first), ids that begin with it.

    Then, of two Latin letters or more, names with these pinyin initials, those that begin so first. Where nothing is
    found, the nearest names by edit distance, unless they are not wanted, since that takes time. `core:粮` or
    `grid:坪山 面粉` look among parties of a role, kind, grid, region, product or industry alone.
    """
    among, wanted = narrowed(view, text, names)
    if not wanted:
        rows = np.zeros(0, np.int64) if among is None else np.flatnonzero(among)
        return Found(rows[:limit], _all("type", rows[:limit]), len(rows))
    found = {how: rows if among is None else rows[among[rows]] for how, rows in _reasons(view, wanted).items()}
    rows, best = _first_of_each(list(found.values()))
    if len(rows) or not near:
        hows: list[How] = list(found)
        return Found(rows[:limit], tuple(hows[at] for at in best[:limit]), len(rows))
    nearest = _near(view, wanted, limit, among)
    return Found(nearest, _all("near", nearest), len(nearest))


def _all(how: How, rows: Array) -> tuple[How, ...]:
    return (how,) * len(rows)


def _reasons(view: View, wanted: str) -> dict[How, Array]:
    """Rows by the reason that each was found for, each in its order."""
    parties, row = view.parties, view.parties.find(wanted)
    part = parties.containing(wanted)
    whole = pc.equal(parties.column("name").take(pa.array(part)), wanted).to_numpy(zero_copy_only=False)
    return {
        "id": np.array([] if row is None else [row], np.int64),
        "name": part[whole.astype(np.bool_)],
        "part": _short_first(view, part),
        "id_part": parties.beginning(wanted),
        "initials": _initials(view, wanted),
    }


def _initials(view: View, wanted: str) -> Array:
    """Names that begin with the initials first, shorter ones first among these and among the others."""
    if len(wanted) < 2 or not (wanted.isascii() and wanted.isalpha()):
        return np.zeros(0, np.int64)
    rows, begins = view.initials.matching(wanted)
    return np.concatenate([_short_first(view, rows[begins]), _short_first(view, rows[~begins])])


def _first_of_each(found: list[Array]) -> tuple[Array, Array]:
    """Every party once, in order, and the place of the first of `found` that has it."""
    rows = np.concatenate(found)
    at = np.repeat(np.arange(len(found)), [len(each) for each in found])
    first = np.sort(np.unique(rows, return_index=True)[1])
    return rows[first], at[first]


def _short_first(view: View, rows: Array) -> Array:
    lengths = pc.utf8_length(view.parties.column("name").take(pa.array(rows)))
    return rows[np.argsort(lengths.to_numpy(zero_copy_only=False), kind="stable")]


def _near(view: View, text: str, limit: int, among: Array | None) -> Array:
    """The nearest names, compared piece by piece: all names of a province at once would not fit into memory."""
    from rapidfuzz import fuzz, process

    rows = np.arange(len(view.parties)) if among is None else np.flatnonzero(among)
    names = view.parties.column("name")
    best: list[tuple[float, int]] = []
    for start in range(0, len(rows), PIECE):
        piece = rows[start : start + PIECE]
        texts = names.take(pa.array(piece)).to_pylist()
        matches = process.extract(text, texts, scorer=fuzz.ratio, limit=limit, score_cutoff=NEAR)
        best = sorted(best + [(-score, int(piece[at])) for _, score, at in matches])[:limit]
    return np.array([row for _, row in best], np.int64)
