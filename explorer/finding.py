"""Finding a party by what a person remembers of it: an id, a name, two characters, or nearly the name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.view import View
from graph.algorithms.network import Array

How = Literal["id", "name", "part", "id_part", "near"]
NEAR = 60.0
"""Least likeness, 0 to 100, of a name that is offered where nothing has what was asked for."""


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
    steps: list[tuple[How, Array]] = []
    row = view.parties.find(wanted)
    steps.append(("id", np.array([] if row is None else [row], np.int64)))
    steps.append(("name", view.parties.named(wanted)))
    steps.append(("part", _short_first(view, view.parties.containing(wanted) if wanted else np.arange(0))))
    steps.append(("id_part", view.parties.beginning(wanted) if wanted else np.arange(0)))
    found = _first_of_each(steps)
    if not found and wanted:
        found = [(row, "near") for row in _near(view, wanted, limit)]
    shown = found[:limit]
    return Found(np.array([row for row, _ in shown], np.int64), tuple(how for _, how in shown), len(found))


def _first_of_each(steps: list[tuple[How, Array]]) -> list[tuple[int, How]]:
    """Every party once, under the best reason it was found for."""
    reasons: dict[int, How] = {}
    for how, rows in steps:
        for row in rows.tolist():
            reasons.setdefault(row, how)
    return list(reasons.items())


def _short_first(view: View, rows: Array) -> Array:
    names = view.parties.take("name", rows).to_pylist()
    return rows[np.argsort([len(name) for name in names], kind="stable")]


def _near(view: View, text: str, limit: int) -> list[int]:
    from rapidfuzz import fuzz, process

    names = view.parties.column("name").to_pylist()
    matches = process.extract(text, names, scorer=fuzz.ratio, limit=limit, score_cutoff=NEAR)
    return [row for _, _, row in sorted(matches, key=lambda match: (-match[1], match[2]))]
