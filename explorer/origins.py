"""Where ticked parties come from: their rows in the answer they were ticked in, as a list keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from explorer.digging import Dig
from explorer.exports import scores
from explorer.introducing import Introducing
from explorer.listing import Named, Origin, rows_of
from explorer.prospecting import Prospects
from explorer.view import View
from explorer.whole import dug_rows
from graph.algorithms.network import DIRECTIONS, Array

Origins = dict[str, Origin]
"""By the id of the party; without those that are not in the answer."""


def of_string(dug: Dig, parties: Sequence[str]) -> Origins:
    """The rows of some parties in a dig of one anchor; of two directions the better one."""
    rows = dug_rows(dug)
    rows = rows.at(np.isin(rows.prospect, rows_of(dug.view, parties)))
    rows = rows.at(np.argsort(-rows.cost, kind="stable"))  # the dearest first: a better one takes its place
    return _chains(dug.view, rows.path, rows.direction, rows.rank, rows.cost)


def of_prospects(listed: Prospects, parties: Sequence[str]) -> Origins:
    """The rows of some parties among all prospects, each with its best core."""
    best, rows = listed.anchors(), listed.rows()
    places = np.flatnonzero(np.isin(rows, rows_of(listed.view, parties)))
    at = rows[places]
    found = _chains(listed.view, best.paths(at)[:, 0], best.direction[at, 0], places + 1, best.cost[at, 0])
    return {party: replace(origin, found_in="prospects") for party, origin in found.items()}


def of_introductions(answer: Introducing, parties: Sequence[str]) -> Origins:
    """The rows of some parties among those to be introduced, each with its best way."""
    view, offers = answer.view, answer.offers
    which, places = np.unique(offers.prospect, return_index=True)
    wanted = np.isin(which, rows_of(view, parties))
    which, places = which[wanted], places[wanted]
    paths = _paths(view, offers.from_source()[places])
    core = next(iter(_paths(view, answer.dug.anchors[:, None])), (None,))[0] if answer.dug else None
    ranks, chances = offers.rank[places].tolist(), np.round(offers.score[places].astype(float), 6).tolist()
    ids = view.parties.take("party_id", which).to_pylist()
    return {
        party: Origin(
            "introduce", chance if rank else None, rank or None, len(path) - 1 if path else None, path, core, None,
            view.load_id, view.as_of,
        )
        for party, path, rank, chance in zip(ids, paths, ranks, chances, strict=True)
    }  # fmt: skip


def _chains(view: View, paths: Array, direction: Array, rank: Array, cost: Array) -> Origins:
    """The origins of the last party of each path, which begins with a core; of several of one party the last."""
    columns = (column.tolist() for column in (direction, rank, scores(cost)))
    return {
        path[-1].party_id: Origin(
            "dig", score, place, len(path) - 1, path, path[0], DIRECTIONS[way], view.load_id, view.as_of
        )
        for path, way, place, score in zip(_paths(view, paths), *columns, strict=True)
    }


def _paths(view: View, paths: Array) -> list[tuple[Named, ...]]:
    """Rows of parties, padded with -1, as the parties."""
    which = np.unique(paths[paths >= 0].astype(np.int64))
    columns = (view.parties.take(name, which).to_pylist() for name in ("party_id", "name"))
    known = dict(zip(which.tolist(), map(Named, *columns), strict=True))
    return [tuple(known[step] for step in path if step >= 0) for path in paths.tolist()]
