"""Finding a party by what a person remembers of it: an id, a name, two characters, or nearly the name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow.compute as pc

from explorer.view import View
from graph.algorithms.network import Array

How = Literal["id", "name", "part", "id_part", "near"]
NEAR = 60.0
"""Least likeness, 0 to 100, of a name that is offered where nothing has what was asked for."""
PIECE = 1 << 17


@dataclass(frozen=True)
class Found:
    """Rows of the parties that answer, best first, `how` each was found, and how many there are in all."""

    rows: Array
    how: tuple[How, ...]
    total: int


def find(view: View, text: str, limit: int) -> Found:
    """Exact ids first, then whole names, names that contain the text (shorter ones first), ids that begin with it.

    Where nothing does, the nearest names by edit distance.
    """
    wanted = text.strip()
    if not wanted:
        return Found(np.zeros(0, np.int64), (), 0)
    parties, row = view.parties, view.parties.find(wanted)
    reasons: dict[How, Array] = {
        "id": np.array([] if row is None else [row], np.int64),
        "name": parties.named(wanted),
        "part": _short_first(view, parties.containing(wanted)),
        "id_part": parties.beginning(wanted),
    }
    rows, best = _first_of_each(list(reasons.values()))
    if len(rows):
        names: list[How] = list(reasons)
        return Found(rows[:limit], tuple(names[at] for at in best[:limit]), len(rows))
    near = _near(view, wanted, limit)
    how: How = "near"
    return Found(near, (how,) * len(near), len(near))


def _first_of_each(found: list[Array]) -> tuple[Array, Array]:
    """Every party once, in order, and the place of the first of `found` that has it."""
    rows = np.concatenate(found)
    at = np.repeat(np.arange(len(found)), [len(each) for each in found])
    first = np.sort(np.unique(rows, return_index=True)[1])
    return rows[first], at[first]


def _short_first(view: View, rows: Array) -> Array:
    lengths = pc.utf8_length(view.parties.take("name", rows))
    return rows[np.argsort(lengths.to_numpy(zero_copy_only=False), kind="stable")]


def _near(view: View, text: str, limit: int) -> Array:
    """The nearest names, compared piece by piece: all names of a province at once would not fit into memory."""
    from rapidfuzz import fuzz, process

    names = view.parties.column("name")
    best: list[tuple[float, int]] = []
    for start in range(0, len(names), PIECE):
        piece = names.slice(start, PIECE).to_pylist()
        matches = process.extract(text, piece, scorer=fuzz.ratio, limit=limit, score_cutoff=NEAR)
        best = sorted(best + [(-score, start + row) for _, score, row in matches])[:limit]
    return np.array([row for _, row in best], np.int64)
