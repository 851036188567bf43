"""Parties by their ids, as a person's list holds them: which are in the load, as a table, and read from a file."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.errors import InputError
from explorer.exports import PARTY
from explorer.formats import Column, Table
from explorer.formats.guard import unguarded
from explorer.view import View
from graph.algorithms.network import Array

HEADS = {
    "party_id": ("party_id", "prospect_id", "id", "主体编号", "代码", "编号"),
    "note": ("note", "备注"),
    "excluded": ("excluded", "剔除"),
}
"""How the head of a column may read that an imported list takes something from."""
YES = ("true", "yes", "1", "是")
FEW = 500
CELLS, UNPACKED = 5_000_000, 100_000_000
"""What a sheet that is read may span, and bytes that a workbook may be unpacked to."""
CELL = re.compile(rb"""\br=["']([A-Z]{0,3})(\d{1,7})["']""")
MOST = 200_000
ORIGIN_COLUMNS = (
    *(Column(name, "text") for name in ("found_in", "core_id", "core_name", "direction")),
    Column("tier", "integer"), Column("rank", "integer"), Column("score", "score"),
    *(Column(name, "text") for name in ("path_ids", "path_names")),
    Column("found", "date"), Column("found_by", "text"), Column("as_of", "date"), Column("loaded", "text"),
)  # fmt: skip
COLUMNS = (
    *(Column(name, "text") for name in ("party_id", "name", *PARTY, "standing")),
    Column("added", "date"), Column("added_by", "text"), Column("note", "text"), Column("excluded", "flag"),
    Column("known", "flag"), *ORIGIN_COLUMNS,
)  # fmt: skip


@dataclass(frozen=True)
class Named:
    """A party as it was called on that day."""

    party_id: str
    name: str


@dataclass(frozen=True)
class Origin:
    """Where a party on a list was found: its row on the day it was ticked.

    The score of an introduction is how likely somebody opens the door, any other the strength of the chain.
    """

    found_in: Literal["dig", "prospects", "introduce"]
    score: float | None
    rank: int | None
    tier: int | None
    """hops of the path"""
    path: tuple[Named, ...]
    """from the core enterprise, or from who introduces, to the party"""
    core: Named | None
    direction: Literal["upstream", "downstream"] | None
    loaded: str
    """the load in force"""
    as_of: date | None
    found: date | None = None
    found_by: str = ""


def better(one: Origin | None, other: Origin | None) -> Origin | None:
    """The one to keep: a chain from a core before an introduction, then the higher score, then the first."""

    def worth(origin: Origin | None) -> tuple[bool, bool, float]:
        return origin is not None, bool(origin and origin.found_in != "introduce"), (origin and origin.score) or 0.0

    return other if worth(other) > worth(one) else one


@dataclass(frozen=True)
class Line:
    """A party on a list, as its files say it; the name is that of the day it was added."""

    party_id: str
    name: str
    added: date
    added_by: str
    note: str
    excluded: bool
    origin: Origin | None = None


@dataclass(frozen=True)
class Imported:
    """What a file says of one party."""

    party_id: str
    note: str = ""
    excluded: bool = False


def rows_of(view: View, ids: Sequence[str]) -> Array:
    """int64: the row of each id, -1 where the load has no such party."""
    if len(ids) < FEW:
        found = [view.parties.find(one) for one in ids]
        return np.array([-1 if row is None else row for row in found], np.int64)
    at = pc.index_in(pa.array(ids, pa.string()), value_set=view.parties.column("party_id"))
    return np.asarray(pc.fill_null(at, -1).to_numpy(zero_copy_only=False), np.int64)


def names_of(view: View, ids: Sequence[str]) -> dict[str, str]:
    """The name of each id, empty where the load has no such party."""
    rows = rows_of(view, ids)
    return {one: name or "" for one, name in zip(ids, view.parties.take("name", rows).to_pylist(), strict=True)}


def standing(view: View, rows: Array) -> list[str]:
    """What each party is to the bank today: customer, do_not_contact, prospect, or vanished from the load."""
    words = np.array(["prospect", "do_not_contact", "customer", "vanished"])
    flags = [view.parties.flag(name)[rows] for name in ("do_not_contact", "is_customer")]
    which = np.where(rows < 0, 3, np.where(flags[0], 1, np.where(flags[1], 2, 0)))
    return [str(word) for word in words[which]]


def table(view: View, lines: Sequence[Line]) -> Table:
    """The lines with what the load in force knows of their parties, in the columns COLUMNS."""
    rows = rows_of(view, [line.party_id for line in lines])
    names = view.parties.take("name", rows).to_pylist()
    columns: dict[str, Any] = {
        "party_id": [line.party_id for line in lines],
        "name": [now or line.name or None for now, line in zip(names, lines, strict=True)],
        **{name: view.parties.take(name, rows).to_pylist() for name in PARTY},
        "standing": standing(view, rows),
        "added": pa.array([line.added for line in lines], pa.date32()),
        "added_by": [line.added_by or None for line in lines],
        "note": [line.note or None for line in lines],
        "excluded": pa.array([line.excluded for line in lines], pa.bool_()),
        "known": pa.array((rows >= 0).tolist(), pa.bool_()),
        **_origins([line.origin for line in lines]),
    }
    arrays = [
        columns[one.name] if isinstance(columns[one.name], pa.Array) else pa.array(columns[one.name], pa.string())
        for one in COLUMNS
    ]
    return Table(COLUMNS, iter([pa.RecordBatch.from_arrays(arrays, [one.name for one in COLUMNS])]))


def _origins(of: Sequence[Origin | None]) -> dict[str, Any]:
    """The columns ORIGIN_COLUMNS; empty where it is not known how a party was found."""
    columns: dict[str, Any] = {
        "found_in": [one and one.found_in for one in of],
        "core_id": [one and one.core and one.core.party_id for one in of],
        "core_name": [one and one.core and one.core.name for one in of],
        "direction": [one and one.direction for one in of],
        "tier": pa.array([one and one.tier for one in of], pa.int32()),
        "rank": pa.array([one and one.rank for one in of], pa.int64()),
        "score": pa.array([one and one.score for one in of], pa.float64()),
        "path_ids": [one and (">".join(step.party_id for step in one.path) or None) for one in of],
        "path_names": [one and (">".join(step.name for step in one.path) or None) for one in of],
        "found": pa.array([one and one.found for one in of], pa.date32()),
        "found_by": [one and (one.found_by or None) for one in of],
        "as_of": pa.array([one and one.as_of for one in of], pa.date32()),
        "loaded": [one and one.loaded for one in of],
    }
    return columns


def read(content: bytes, file: str) -> list[Imported]:
    """The parties that a CSV or XLSX file lists, each once, in its order.

    Ids stand in a column of that head, else in the first one, which then may have no head. Raises InputError.
    """
    cells = _sheet(content, file) if content[:4] == b"PK\x03\x04" else _lines(content, file)
    rows = [[cell.strip() for cell in row] for row in _unguarded(list(cells)) if any(cell.strip() for cell in row)]
    if not rows:
        raise InputError("list_file", file=file, reason="0")
    head = [cell.lower() for cell in rows[0]]
    places = {name: next((head.index(word) for word in words if word in head), None) for name, words in HEADS.items()}
    body = rows if places["party_id"] is None else rows[1:]
    found: dict[str, Imported] = {}
    columns = (places["party_id"] or 0, places["note"], places["excluded"])
    for row in body:
        party, note, excluded = (row[at] if at is not None and at < len(row) else "" for at in columns)
        if party and plain(party):
            found.setdefault(party, Imported(party, note, excluded.lower() in YES))
    if len(found) > MOST:
        raise InputError("list_full", name=file, most=MOST)
    return list(found.values())


def plain(party: str) -> bool:
    """Whether it may be an id at all: those with control signs are none."""
    return len(party) <= 1000 and not any(sign < " " for sign in party)


def _unguarded(rows: list[list[str]]) -> list[list[str]]:
    """Our own exports mark cells that would start a formula."""
    plain = iter(unguarded(pa.array([cell for row in rows for cell in row], pa.string())).to_pylist())
    return [[next(plain) for _ in row] for row in rows]


def _lines(content: bytes, file: str) -> Iterable[list[str]]:
    text = _text(content, file)
    first = text.partition("\n")[0]
    sign = max(",;\t", key=first.count)
    csv.field_size_limit(10_000_000)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    except csv.Error as error:
        raise InputError("list_file", file=file, reason=error) from None


def _text(content: bytes, file: str) -> str:
    """UTF-8 with or without its mark, UTF-16 with one, else GB18030."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            reason = error.reason
    raise InputError("list_file", file=file, reason=reason)


def _sheet(content: bytes, file: str) -> Iterable[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        if _area(content) > CELLS:
            raise InputError("list_file", file=file, reason=f"> {CELLS:,}")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return [[_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, IndexError, zipfile.BadZipFile) as error:
        raise InputError("list_file", file=file, reason=error) from None


def _area(content: bytes) -> int:
    """Cells that the largest sheet spans, told from the places in its text: a reader lays them all out in memory.

    A sheet whose text would be larger than UNPACKED bytes counts as too large without being unpacked.
    """
    largest = 0
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(one.file_size for one in packed.infolist()) > UNPACKED:
            return CELLS + 1
        for one in packed.infolist():
            if one.filename.startswith("xl/worksheets/"):
                places = CELL.findall(packed.read(one))
                height = max((int(row) for _, row in places), default=0)
                width = max((_column(letters) for letters, _ in places), default=0)
                largest = max(largest, height * max(width, 1))
    return largest


def _column(letters: bytes) -> int:
    """The number of a column, from 1; A is 1, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _cell(cell: Any) -> str:
    """A cell as text; a whole number without its fraction."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
