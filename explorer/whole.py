"""Narrow lists out of one whole search: where few meet the filters, a dig walks the graph anew for each of them."""

from __future__ import annotations

import numpy as np

from explorer.digging import Dig
from explorer.exports import Rows
from graph.algorithms.network import CUSTOMER, DO_NOT_CONTACT, PROSPECT, Array, Direction
from graph.algorithms.strings import Strings, cost_limit, dig

WALKED = 50_000
"""Parties that a search may be expected to walk past; beyond that a whole one is made, and kept."""
EVERYBODY = 2**31 - 1


def dug_rows(dug: Dig) -> Rows:
    """All rows of a dig of one anchor, with its summaries, as `blocks` gives them."""
    links, standing = dug.filters.links(dug.view), dug.filters.standing(dug.view)
    if links is not None or not narrow(standing, dug.top):
        (_, rows), *_ = dug.blocks()
        return rows
    return dug.laid(dug.anchors, [chosen(_whole(dug, way), standing, dug.top) for way in dug.directions])


def narrow(standing: Array, top: int) -> bool:
    """Whether so few parties are in play that `top` of them would be found after very many others."""
    return bool(top * len(standing) > WALKED * max(1, int((standing == PROSPECT).sum())))


def _whole(dug: Dig, direction: Direction) -> Strings:
    """Everybody that the anchor reaches, whatever he is to us."""
    most = cost_limit(dug.min_score)
    key = int(dug.anchors[0]), direction, dug.tiers, most
    everybody = np.full(len(dug.view.parties), PROSPECT, np.uint8)
    return dug.view.answers.get(
        "whole", key,
        lambda: dig(
            dug.view.graph, dug.anchors, direction=direction, tiers=dug.tiers, top=EVERYBODY, standing=everybody,
            max_cost=most,
        ), most=6,
    )  # fmt: skip


def chosen(whole: Strings, standing: Array, top: int) -> Strings:
    """What a dig among parties of this standing finds, out of the strings of one anchor to everybody."""
    of = standing[whole.prospect]
    places = np.flatnonzero(of == PROSPECT)
    cut = len(places) > top
    places = places[:top]
    # Who comes after the last row of a full list was not passed over.
    before = of[: places[-1]] if len(places) == top else of
    return Strings(
        np.array([0, len(places)]), whole.prospect[places], whole.tier[places], whole.cost[places],
        whole.path[places], whole.link[places], np.array([cut]), whole.too_dear & (not cut),
        whole.too_far & (not cut), np.array([(before == CUSTOMER).sum()]),
        np.array([(before == DO_NOT_CONTACT).sum()]),
    )  # fmt: skip
