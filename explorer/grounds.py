"""What an acquaintance rests on, in words: `kin 2024-05-01 survey + trade 2026-06-30`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.acquaintance import TYPES, weighed
from explorer.settings import Settings
from explorer.view import View
from graph.algorithms.network import MISSING, Array
from graph.snapshot import link_index

TABLES = {"tie": "ties", "referral": "referrals", "ownership": "ownership", "guarantee": "guarantees"}
"""Types whose rows have a date."""


def hop_words(view: View, settings: Settings, paths: Array) -> pa.Array:
    """What each hop of paths int32[r, w], padded with -1, rests on, joined by ` > ` along the path; null without one.

    A hop names its relations in the order of their types, of each the row that counts: kind, date, source.
    """
    a, b = paths[:, :-1].astype(np.int64), paths[:, 1:].astype(np.int64)
    keys = np.where(b < 0, -1, np.minimum(a, b) << 32 | np.maximum(a, b))
    pairs, at = np.unique(keys[keys >= 0], return_inverse=True)
    words = pair_words(view, settings, pairs)
    places = np.full(keys.shape, -1)
    places[keys >= 0] = at
    hops = [words.take(pa.array(places[:, i], mask=places[:, i] < 0)) for i in range(keys.shape[1])]
    hops[0] = hops[0].fill_null("")  # Arrow leaves rows out of which all parts are null
    joined = pc.binary_join_element_wise(*hops, " > ", null_handling="skip")
    return pc.if_else(pa.array(keys[:, 0] >= 0), joined, None)


def pair_words(view: View, settings: Settings, pairs: Array) -> pa.Array:
    """The same for pairs of parties, int64[u] as `lower << 32 | higher`, ascending."""
    columns = [_words(view, settings, type_, pairs) for type_ in TYPES]
    return pc.binary_join_element_wise(*columns, " + ", null_handling="skip")


def _words(view: View, settings: Settings, type_: str, pairs: Array) -> pa.Array:
    """Text of one type for each pair, null where the two have no relation of it."""
    if type_ == "trade":
        return _trade(view, settings, pairs)
    a, b, weight = weighed(view, settings, type_)
    keys = np.minimum(a, b).astype(np.int64) << 32 | np.maximum(a, b)
    place = np.searchsorted(pairs, keys)
    met = np.flatnonzero((place < len(pairs)) & (weight > 0))
    met = met[pairs[place[met]] == keys[met]]
    met = met[np.lexsort((met, -weight[met], place[met]))]
    found, first = np.unique(place[met], return_index=True)
    rows = met[first]
    text = _group(view, settings, rows) if type_ == "group" else _dated(view, type_, rows)
    at = np.full(len(pairs), -1, np.int64)
    at[found] = np.arange(len(found))
    return text.take(pa.array(at, mask=at < 0))


def _dated(view: View, type_: str, rows: Array) -> pa.Array:
    table = view.bonds.tables[TABLES[type_]].take(pa.array(rows))
    date = table["date"].cast(pa.string())
    if type_ == "tie":
        return _joined(table["kind"].fill_null(type_), date, table["source"])
    return _joined(pa.repeat(type_, len(rows)), *([table["kind"]] if type_ == "ownership" else []), date)


def _group(view: View, settings: Settings, rows: Array) -> pa.Array:
    """The group that makes two parties fellows; the pairs lie group by group."""
    sizes = np.bincount(view.bonds.ends("memberships")[1], minlength=len(view.bonds.tables["groups"]))
    pairs = np.where(sizes <= settings.integer("group_members"), sizes * (sizes - 1) // 2, 0)
    group = np.repeat(np.arange(len(sizes)), pairs)[rows]
    groups = view.bonds.tables["groups"].take(pa.array(group))
    return _joined(pa.repeat("group", len(rows)), groups["group_id"], groups["name"])


def _trade(view: View, settings: Settings, pairs: Array) -> pa.Array:
    """The newest trade of two parties, whoever sold, and the sources of that link."""
    if not view.graph.links:
        return pa.nulls(len(pairs), pa.string())
    low, high = pairs >> 32, pairs & 0xFFFFFFFF
    one, other = (link_index(view.graph, *ends) for ends in ((low, high), (high, low)))
    link = np.where((one < 0) | (other >= 0) & (view.graph.last[other] > view.graph.last[one]), other, one)
    none = (link < 0) | (settings.number("trade_weight") == 0)
    last = np.where(none, MISSING, view.graph.last[link])
    days = pa.array(last, pa.int32(), mask=last == MISSING).cast(pa.date32()).cast(pa.string())
    named = [] if view.sources is None else [view.sources.take(pa.array(link, mask=none)).cast(pa.string())]
    return pc.if_else(pa.array(none), None, _joined(pa.repeat("trade", len(pairs)), days, *named))


def _joined(*parts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Words of one relation; the first is never null."""
    columns = [part if isinstance(part, pa.ChunkedArray) else pa.chunked_array([part]) for part in parts]
    return pc.binary_join_element_wise(*columns, " ", null_handling="skip").combine_chunks()
