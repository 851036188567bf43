"""Cells of a query's answer as people read them: parties as links, paths in words, amounts that can be hidden."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from explorer.formats.inferred import kind_of, void, word
from explorer.querying import Result
from explorer.view import View
from graph.model import NODE
from web.parts import Money, Who, whos

RATIOS = frozenset({"share", "rate", "penetration", "coverage", "growth"})
"""Columns of numbers in the library that are no amounts."""
DRAWN = 30
"""Parts of a list or path that a cell shows."""

Kind = Literal["empty", "text", "number", "ratio", "amount", "date", "flag", "party", "node", "link", "many", "path"]


@dataclass(frozen=True)
class Cell:
    """One value. `parts` are those of a list, or of a path: node, link, node …; `left` says how many more there are.

    A link in a path has `along` where it runs in reading order; a party has the label "id" where its id was asked.
    """

    kind: Kind
    text: str = ""
    label: str = ""
    number: float | int | None = None
    flag: bool | None = None
    along: bool = True
    who: Who | None = None
    money: Money | None = None
    parts: tuple[Cell, ...] = ()
    left: int = 0


@dataclass(frozen=True)
class Column:
    name: str
    numeric: bool


EMPTY = Cell("empty")


@dataclass(frozen=True)
class Names:
    """Which party a text of the answer names, by its id or its whole name."""

    known: dict[str, Who]
    hiding: bool
    typed: bool
    """whether somebody typed the statement, which may then put a telephone into any column"""

    @classmethod
    def of(cls, view: View, texts: Iterable[str], *, hiding: bool, typed: bool) -> Names:
        """Of several parties of one name none is meant, unless names are to be hidden."""
        wanted = list(dict.fromkeys(texts))
        by_id = {text: row for text in wanted if (row := view.parties.find(text)) is not None}
        rows = view.parties.where("name", [text for text in wanted if text not in by_id])
        named: dict[str, list[int]] = {}
        for row, name in zip(rows.tolist(), view.parties.take("name", rows).to_pylist(), strict=True):
            named.setdefault(name, []).append(row)
        at = by_id | {name: found[0] for name, found in named.items() if hiding or len(found) == 1}
        return cls(dict(zip(at, whos(view, np.array(list(at.values()), np.int64)), strict=True)), hiding, typed)


def columns(result: Result) -> tuple[Column, ...]:
    kinds = {name: kind_of(result.rows[name].type) for name in result.columns}
    return tuple(Column(name, kind in ("integer", "number")) for name, kind in kinds.items())


def rows(result: Result, part: slice, *, hiding: bool) -> tuple[tuple[Cell, ...], ...]:
    """The cells of some rows of a result."""
    size = part.stop - part.start
    shown = result.rows.slice(part.start, size)
    values = {name: shown[name].to_pylist() for name in result.columns}
    names = Names.of(result.view, _texts(result, values, hiding), hiding=hiding, typed=not result.query.declared)
    made = [
        [_cell(value, name, shown[name].type, result, names) for value in values[name]] for name in result.columns
    ]
    return tuple(zip(*made, strict=True)) if made else ()


def _texts(result: Result, values: dict[str, list[Any]], hiding: bool) -> Iterator[str]:
    """Texts that may name a party: in the library those of columns of ids and names, else all."""
    for name, column in values.items():
        if hiding or not result.query.declared or name.endswith(("id", "ids", "name", "names", "via")):
            for value in column:
                yield from _strings(value)
        else:
            for value in column:
                if isinstance(value, dict | list):
                    yield from _strings(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict) and "_NODES" in value:
        yield from _strings(value["_NODES"])
    elif isinstance(value, dict) and value.get("_LABEL") == "Party":
        yield str(value["party_id"])


def _cell(value: Any, name: str, kind: pa.DataType, result: Result, names: Names) -> Cell:
    """A value of a column. What is no whole number counts as an amount, of a typed statement whole ones too."""
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        return _plain(value, names)
    declared = result.query.declared
    if declared and name in RATIOS:
        return Cell("ratio", number=float(value))
    return Cell("number", number=int(value)) if declared and pa.types.is_integer(kind) else _amount(value)


def _amount(value: float | Decimal) -> Cell:
    return Cell("amount", money=Money(Decimal(str(value)) if math.isfinite(value) else None))


def _plain(value: Any, names: Names) -> Cell:
    if value is None or value == []:
        return EMPTY
    if isinstance(value, bool):
        return Cell("flag", flag=value)
    if isinstance(value, date):
        return Cell("date", str(value))
    if isinstance(value, list):
        return Cell("many", parts=tuple(_plain(one, names) for one in value[:DRAWN]), left=max(0, len(value) - DRAWN))
    if isinstance(value, dict):
        return _struct(value, names)
    if isinstance(value, int | float | Decimal):
        return _amount(value)
    text = str(value)
    who = names.known.get(text)
    if who is None and names.hiding and names.typed:
        return Cell("text", "•••")
    return Cell("party", who=who, label="id" if text == who.party_id else "") if who else Cell("text", text)


def _struct(value: dict[str, Any], names: Names) -> Cell:
    """A path, a relationship, a node, or a map in words; a map is not shown where names are hidden."""
    if void(value):
        return EMPTY
    if "_NODES" in value:
        return _path(value["_NODES"], value["_RELS"], names)
    if "_SRC" in value:
        amount = value.get("amount")
        return Cell("link", label=value["_LABEL"], money=Money(Decimal(str(amount))) if amount is not None else None)
    if "_LABEL" in value:
        key = str(value[NODE[value["_LABEL"]].key])
        if value["_LABEL"] == "Party" and key in names.known:
            return Cell("party", who=names.known[key])
        return Cell("node", key, value["_LABEL"])
    return Cell("text", "•••" if names.hiding else word(value) or "")


def _path(nodes: list[dict[str, Any]], links: list[dict[str, Any]], names: Names) -> Cell:
    parts = [_struct(nodes[0], names)] if nodes else []
    for start, link, end in zip(nodes, links, nodes[1:], strict=False):
        made = _struct(link, names)
        parts += [Cell("link", label=made.label, along=link["_SRC"] == start["_ID"]), _struct(end, names)]
    return Cell("path", parts=tuple(parts))
