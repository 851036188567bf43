"""Dirt as it comes with real exports, sprinkled over clean rows, and the list of what was sprinkled.

A kind of dirt spoils one cell of a row, or adds another row below. Each table gets in turn every kind it can have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
from numpy.random import Generator

from explorer.county.draws import stream
from graph.model import Column, Table

Cell = str | None
Row = dict[str, Cell]
LISTING = pa.schema([("table", pa.string()), ("line", pa.int64()), ("kind", pa.string()), ("detail", pa.string())])
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
OPTIONAL = ("number", "date", "share", "count")


@dataclass(frozen=True)
class Dirt:
    """One kind: which columns of which tables it can hit, what it makes of a cell, whether in a row added below."""

    name: str
    hits: Callable[[Table, Column], bool]
    spoil: Callable[[str, Row, Generator], Cell]
    added: bool = False


def one_of(*choices: str) -> Callable[[str, Row, Generator], Cell]:
    """Replace a cell by one of `choices`."""
    return lambda _cell, _row, rng: choices[int(rng.integers(len(choices)))]


def _without_some(cell: str, _row: Row, rng: Generator) -> Cell:
    """Lose one or two signs, as a bad conversion does."""
    place = int(rng.integers(max(1, len(cell) - 1)))
    return (cell[:place] + cell[place + 1 + int(rng.integers(2)) :]) or "？"


def _bracketed(cell: str, _row: Row, rng: Generator) -> Cell:
    return ("（" + cell, cell + ")", cell + "）", '"' + cell, cell + "'", "【" + cell)[int(rng.integers(6))]


def _entity(table: Table) -> bool:
    return table.nature in ("entity", "role")


def _past(_table: Table, column: Column) -> bool:
    return column.kind == "date" and not column.future


def _own_id(table: Table, column: Column) -> bool:
    return column.kind == "id" and (column.required or column.name in table.key) and column.name != "row_id"


def _named(_table: Table, column: Column) -> bool:
    return column.name == "name"


def _numeric(column: Column) -> bool:
    return column.kind in ("amount", "number", "share", "count")


def _digits(column: Column) -> bool:
    return _numeric(column) or column.kind == "date"


def _event_number(table: Table, column: Column) -> bool:
    return _numeric(column) and not _entity(table)


def _event_date(table: Table, column: Column) -> bool:
    return column.kind == "date" and not _entity(table)


def _buyer(table: Table, column: Column) -> bool:
    return table.name == "supplies" and column.name == "buyer_id"


def _amount(_table: Table, column: Column) -> bool:
    return column.kind == "amount"


def _party(_table: Table, column: Column) -> bool:
    return column.refers in ("parties", "subjects")


def _changeable(table: Table, column: Column) -> bool:
    """Tell which column a repeat of a row disagrees in; events have no repeats."""
    if table.nature == "event":
        return False
    others = [c for c in table.columns if c.name not in (*table.key, "currency") and c.kind == "text"]
    return column in others[:1]


KINDS = (
    Dirt("missing_required", lambda _, c: c.required, lambda *_: None),
    Dirt("unknown_party", _party, one_of("X000000000", "X000000001", "不详")),
    Dirt("unreadable_number", _event_number, one_of("约三万", "12.3.4", "1O5", "#N/A")),
    Dirt("unreadable_date", _event_date, one_of("去年", "2025-13-40", "2025/2/30")),
    Dirt("future_date", _past, one_of("2091-03-15", "2062-06-30")),
    Dirt("date_before_1950", _past, one_of("1900-01-01", "1949-10-01", "0025-06-30")),
    Dirt("amount_zero", _amount, one_of("0", "0.00")),
    Dirt("amount_negative", _amount, lambda cell, *_: "-" + (cell or "12.00")),
    Dirt("amount_nan", _amount, one_of("NaN")),
    Dirt("self_supply", _buyer, lambda _cell, row, _rng: row["supplier_id"]),
    Dirt("share_outside", lambda _, c: c.kind == "share", one_of("1.7", "-0.2", "85")),
    Dirt("id_with_arrow", _own_id, lambda cell, *_: cell[:4] + ">" + cell[4:]),
    Dirt("id_with_semicolon", _own_id, lambda cell, *_: cell + ";"),
    Dirt("id_with_control", _own_id, lambda cell, *_: cell[:4] + "\x07" + cell[4:]),
    Dirt("id_in_spaces", _own_id, lambda cell, *_: f" {cell}  "),
    Dirt("name_in_spaces", _named, lambda cell, *_: f"  {cell} "),
    Dirt("name_in_wide_spaces", _named, lambda cell, *_: f"\u3000{cell}\u3000"),
    Dirt("stray_brackets", _named, _bracketed),
    Dirt("dropped_characters", _named, _without_some),
    Dirt("wide_digits", lambda _, c: _digits(c), lambda cell, *_: (cell or "1").translate(WIDE)),
    Dirt("unrated_currency", lambda _, c: c.name == "currency", one_of("USD", "JPY")),
    Dirt("odd_opt_out", lambda _, c: c.kind == "flag", one_of("勿扰", "不要打电话", "x")),
    Dirt("unreadable_optional", lambda t, c: _entity(t) and c.kind in OPTIONAL, one_of("待补", "?", "--")),
    Dirt("same_row_twice", lambda *_: False, lambda cell, *_: cell, added=True),
    Dirt("disagreeing_repeat", _changeable, lambda cell, *_: cell + "2", added=True),
)  # fmt: skip


@cache
def kinds_of(table: Table) -> tuple[tuple[Dirt, tuple[str, ...]], ...]:
    """Return the kinds of dirt a table can have, each with the columns it hits."""
    found = ((dirt, tuple(c.name for c in table.columns if dirt.hits(table, c))) for dirt in KINDS)
    return tuple((dirt, names) for dirt, names in found if names or dirt.name == "same_row_twice")


class Sprinkler:
    """Spoils a share of each table's rows as they pass, and writes down what and where."""

    def __init__(self, path: Path, dirty: float, seed: int) -> None:
        self._dirty, self._seed = dirty, seed
        self._passed: dict[str, int] = {}
        self._spoilt: dict[str, int] = {}
        self._list: Any = pcsv.CSVWriter(path, LISTING)

    def close(self) -> None:
        self._list.close()

    def sprinkle(self, table: Table, rows: pa.Table, line: int) -> pa.Table:
        """Return the rows as text with their share of dirt; `line` is the file's line of the first of them."""
        passed, spoilt = self._passed.get(table.name, 0), self._spoilt.get(table.name, 0)
        rng = stream(self._seed, f"dirt {table.name}", passed)
        self._passed[table.name] = passed + len(rows)
        wanted = round(self._dirty * (passed + len(rows))) - spoilt
        self._spoilt[table.name] = spoilt + wanted
        text = pa.Table.from_arrays(
            [column.combine_chunks().cast(pa.string()) for column in rows.columns], names=rows.column_names
        )
        if not wanted:
            return text
        chosen = rng.permutation(len(rows))[:wanted]
        before = text.take(pa.array(chosen)).to_pylist()
        return self._spoil(rng, table, text, line, spoilt, chosen.tolist(), before)

    def _spoil(
        self, rng: Generator, table: Table, text: pa.Table, line: int, turn: int, places: list[int], before: list[Row]
    ) -> pa.Table:
        kinds = kinds_of(table)
        changed: dict[str, dict[int, Cell]] = {name: {} for name in text.column_names}
        added: list[Row] = []
        listing = []
        for number, (place, row) in enumerate(zip(places, before, strict=True)):
            dirt, columns = kinds[(turn + number) % len(kinds)]
            name = columns[int(rng.integers(len(columns)))] if columns else ""
            after = dirt.spoil(row[name] or "", row, rng) if name else None
            if dirt.added:
                added.append({**row, name: after} if name else row)
                place = len(text) + len(added) - 1
            else:
                changed[name][place] = after
            detail = f"{name}: {row[name] or ''} -> {after or ''}" if name else ""
            listing.append({"table": table.name, "line": line + place, "kind": dirt.name, "detail": detail})
        self._list.write_table(pa.Table.from_pylist(listing, schema=LISTING))
        spoilt = pa.table([_replaced(text[name], changed[name]) for name in text.column_names], schema=text.schema)
        return pa.concat_tables([spoilt, pa.Table.from_pylist(added, schema=text.schema)])


def _replaced(column: pa.ChunkedArray, cells: dict[int, Cell]) -> pa.ChunkedArray:
    """Put `cells` (place: text) into a column."""
    if not cells:
        return column
    places = sorted(cells)
    mask = np.zeros(len(column), dtype=bool)
    mask[places] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array([cells[place] for place in places], pa.string()))
