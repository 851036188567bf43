"""A chain as a list: the rows of one side that meet a person's choice, in the order of one column."""

from __future__ import annotations

from typing import Literal

import numpy as np

from explorer.chain import Chain, Side
from graph.algorithms.network import PROSPECT, Array

Sort = Literal["score", "-score", "tier", "-tier", "amount", "-amount", "last", "-last", "name", "-name"]


def ordered(chain: Chain, side: Side, tier: int | None, *, prospects_only: bool, sort: Sort = "-score") -> Array:
    """Places of the rows that are listed, in their order; the best walk first among equals."""
    at = np.arange(len(side.party))
    if tier is not None:
        at = at[side.tier[at] == tier]
    if prospects_only:
        at = at[chain.view.standing[side.party[at]] == PROSPECT]
    key = _key(chain, side, at, sort.lstrip("-"))
    order = np.argsort(-key if sort.startswith("-") else key, kind="stable")
    found: Array = at[order]
    return found


def _key(chain: Chain, side: Side, at: Array, sort: str) -> Array:
    graph = chain.view.graph
    if sort == "name":
        names = chain.view.parties.take("name", side.party[at]).to_pylist()
        rank = {name: number for number, name in enumerate(sorted(set(names)))}
        return np.array([rank[name] for name in names], np.int64)
    keys = {"score": -side.cost.astype(np.int64), "tier": side.tier.astype(np.int64)}
    if sort in keys:
        return keys[sort][at]
    found: Array = (graph.amount if sort == "amount" else graph.last)[side.link[at]].astype(np.int64)
    return found
