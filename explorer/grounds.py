"""What an acquaintance rests on, in words: `kin 2024-05-01 survey + trade 2026-06-30`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.acquaintance import TYPES, look_up
from explorer.settings import Settings
from explorer.view import View
from graph.algorithms.network import MISSING, NO_AMOUNT, Array
from graph.snapshot import link_index

TABLES = {"tie": "ties", "referral": "referrals", "ownership": "ownership", "guarantee": "guarantees"}
"""Types whose rows have a date."""
SAID = ("kind", "date", "source", "share", "amount")


@dataclass(frozen=True)
class Ground:
    """One relation that two parties are acquainted by: of its type the row that counts, with its facts.

    `type` is one of TYPES; `start` is the row of the party that it leaves (who sells, refers, owns, guarantees; of a
    tie and of fellows in a group, the lower one). `kind` is that of a tie or of ownership, or the name of the group.
    """

    type: str
    start: int
    kind: str | None = None
    date: date | None = None
    source: str | None = None
    share: float | None = None
    amount: Decimal | None = None


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


def pair_words(view: View, settings: Settings, pairs: Array, types: tuple[str, ...] = TYPES) -> pa.Array:
    """The same for pairs of parties, int64[u] as `lower << 32 | higher`, ascending; by some types of relations."""
    columns = pair_columns(view, settings, pairs, types).values()
    return pc.binary_join_element_wise(*columns, " + ", null_handling="skip")


def pair_grounds(
    view: View, settings: Settings, pairs: Array, types: tuple[str, ...] = TYPES
) -> list[tuple[Ground, ...]]:
    """What `pair_words` says, as values: of each pair one ground for each type of relation that it has."""
    found: list[list[Ground]] = [[] for _ in pairs]
    for type_ in types:
        if type_ == "trade":
            places, grounds = _trades(view, settings, pairs)
        else:
            places, rows = look_up(view, settings, type_, pairs)
            grounds = _facts(view, type_, pairs[places], rows)
        for place, ground in zip(places.tolist(), grounds, strict=True):
            found[place].append(ground)
    return [tuple(one) for one in found]


def pair_columns(view: View, settings: Settings, pairs: Array, types: tuple[str, ...] = TYPES) -> dict[str, pa.Array]:
    """By type, in their order, the words of each of these pairs; null where the two have no relation of it."""
    return {type_: _words(view, settings, type_, pairs) for type_ in types}


def _words(view: View, settings: Settings, type_: str, pairs: Array) -> pa.Array:
    """Text of one type for each pair, null where the two have no relation of it."""
    if type_ == "trade":
        return _trade(view, settings, pairs)
    places, rows = look_up(view, settings, type_, pairs)
    text = _group(view, rows) if type_ == "group" else _dated(view, type_, rows)
    at = np.full(len(pairs), -1, np.int64)
    at[places] = np.arange(len(places))
    return text.take(pa.array(at, mask=at < 0))


def _facts(view: View, type_: str, pairs: Array, rows: Array) -> list[Ground]:
    """The rows of one type but trade, each of a pair."""
    if type_ == "group":
        names = _groups(view, rows)["name"].to_pylist()
        return [Ground(type_, one, name) for one, name in zip((pairs >> 32).tolist(), names, strict=True)]
    starts = view.bonds.ends(TABLES[type_])[0][rows].tolist()
    return [
        Ground(
            type_, start, row.get("kind"), row["date"], row.get("source"), row.get("share"),
            None if row.get("amount") is None else Decimal(str(row["amount"])),
        )
        for start, row in zip(starts, _taken(view, type_, rows).to_pylist(), strict=True)
    ]  # fmt: skip


def _trades(view: View, settings: Settings, pairs: Array) -> tuple[Array, list[Ground]]:
    """Trade of the pairs, with the seller of the newer link and what both links together are worth."""
    none = settings.number("trade_weight") == 0
    links = np.array([link_index(view.graph, *ends) for ends in _both_ways(pairs)]).reshape(2, -1)
    places = np.flatnonzero((links >= 0).any(axis=0) & ~none)
    grounds = []
    for place in places.tolist():
        some = [
            (int(view.graph.last[link]), -way, way, link) for way, link in enumerate(links[:, place]) if link >= 0
        ]
        last, _, way, link = max(some)
        amounts = [int(view.graph.amount[link]) for *_, link in some if view.graph.amount[link] != NO_AMOUNT]
        day = None if last == MISSING else pa.scalar(last, pa.int32()).cast(pa.date32()).as_py()
        seller = int(pairs[place] >> 32 if way == 0 else pairs[place] & 0xFFFFFFFF)
        named = None if view.sources is None else view.sources[int(link)].as_py()
        worth = Decimal(sum(amounts)) / 100 if amounts else None
        grounds.append(Ground("trade", seller, date=day, source=named, amount=worth))
    return places, grounds


def _both_ways(pairs: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    low, high = pairs >> 32, pairs & 0xFFFFFFFF
    return (low, high), (high, low)


def _dated(view: View, type_: str, rows: Array) -> pa.Array:
    table = _taken(view, type_, rows)
    date = table["date"].cast(pa.string())
    if type_ == "tie":
        return _joined(table["kind"].fill_null(type_), date, table["source"])
    return _joined(pa.repeat(type_, len(rows)), *([table["kind"]] if type_ == "ownership" else []), date)


def _taken(view: View, type_: str, rows: Array) -> pa.Table:
    """Some rows of one type, with what is said of them."""
    table = view.bonds.tables[TABLES[type_]]
    return table.select([name for name in SAID if name in table.column_names]).take(pa.array(rows))


def _group(view: View, rows: Array) -> pa.Array:
    groups = _groups(view, rows)
    return _joined(pa.repeat("group", len(rows)), groups["group_id"], groups["name"])


def _groups(view: View, rows: Array) -> pa.Table:
    return view.bonds.tables["groups"].take(pa.array(rows))


def _trade(view: View, settings: Settings, pairs: Array) -> pa.Array:
    """The newest trade of two parties, whoever sold, and the sources of that link."""
    if not view.graph.links:
        return pa.nulls(len(pairs), pa.string())
    one, other = (link_index(view.graph, *ends) for ends in _both_ways(pairs))
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
