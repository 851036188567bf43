"""CSV of any size into a staged Parquet file: cells as text, each row with its physical line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.errors import BadTables
from graph.loaders.encoding import Utf8, find_encoding, open_bytes
from graph.loaders.files import TableFile
from graph.loaders.source import Scan

if TYPE_CHECKING:
    import pyarrow as pa

HEAD = 1 << 20
BLOCK = 1 << 24
SEPARATORS = (",", ";", "\t", "|")
CUT = 200


def stage_csv(file: TableFile, target: Path, known: Callable[[list[str]], int]) -> Scan:
    """Turn a CSV file into Parquet at `target`; `known` counts the headers that somebody looks for.

    Raises BadTables: no head, bytes that are no CSV.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    encoding, broken = find_encoding(file.path, file.entry.encoding)
    with open_bytes(file.path) as raw:
        text: io.BufferedReader[Any] = io.BufferedReader(Utf8(raw, encoding), BLOCK)
        head, separator, lines = _read_head(file, text, known)
        schema = pa.schema(
            [("line", pa.int64()), ("ragged", pa.string())] + [(f"c{i}", pa.string()) for i in range(len(head))]
        )
        rows = 0
        with pq.ParquetWriter(target, schema, compression="lz4") as writer:
            for batch in _batches(file.name, text, separator, len(head), lines + 1, schema):
                writer.write_batch(batch)
                rows += batch.num_rows
    headers = tuple((name, f"c{i}") for i, name in enumerate(head))
    return Scan(target, file.format, headers, rows, encoding=encoding, broken=broken)


def _read_head(
    file: TableFile, text: io.BufferedReader[Any], known: Callable[[list[str]], int]
) -> tuple[list[str], str, int]:
    """Read up to the end of the head: its names, the separator, the number of lines it took."""
    start = text.peek(HEAD)[:HEAD].decode("utf-8", "ignore").removeprefix("\ufeff")
    choices = (file.entry.separator,) if file.entry.separator else SEPARATORS
    heads = [_split_head(start, separator) for separator in choices]
    best = max(range(len(choices)), key=lambda i: (known(heads[i][0]), len(heads[i][0]), -i))
    head, lines = heads[best]
    if not head:
        raise BadTables("file_empty", file=file.name)
    for _ in range(lines):
        _skip_line(text)
    return head, choices[best], lines


def _split_head(start: str, separator: str) -> tuple[list[str], int]:
    """Split the first line that is not blank; (names, physical lines up to its end)."""
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=separator)
    try:
        names = next((row for row in reader if any(cell.strip() for cell in row)), [])
    except csv.Error:
        return [], 0
    return names, reader.line_num


def _skip_line(text: io.BufferedReader[Any]) -> None:
    """Go past the next line end, be it a line feed, a carriage return or both."""
    while sign := text.read(1):
        if sign == b"\n":
            return
        if sign == b"\r":
            if text.peek(1)[:1] == b"\n":
                text.read(1)
            return


def _batches(
    name: str, text: io.BufferedReader[Any], separator: str, width: int, line: int, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    if not text.peek(1):
        return
    columns = [f"c{i}" for i in range(width)]
    ragged: list[Any] = []

    def keep(row: Any) -> str:
        ragged.append((row.number, row.text))
        return "skip"

    lines = _Lines(line, separator, schema)
    try:
        reader = arrow_csv.open_csv(
            text,
            arrow_csv.ReadOptions(column_names=columns, use_threads=False, block_size=BLOCK),
            arrow_csv.ParseOptions(
                delimiter=separator, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
            ),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()), check_utf8=False),
        )
        for batch in reader:
            yield from lines.place(batch, ragged)
    except pa.ArrowInvalid as error:
        raise BadTables("file_unreadable", file=name, why=error) from None
    yield from lines.rest(ragged)


class _Lines:
    """Gives rows their physical lines: Arrow numbers only the rows that do not fit, and counts rows, not lines."""

    def __init__(self, line: int, separator: str, schema: pa.Schema) -> None:
        self.row = 1
        self.line = line
        self.separator = separator
        self.schema = schema

    def place(self, batch: pa.RecordBatch, ragged: list[Any]) -> Iterator[pa.RecordBatch]:
        """Lay `batch` and the ragged rows that stand before its last row on their lines."""
        import pyarrow as pa

        n = batch.num_rows
        breaks, blank = _shape(batch)
        numbers = np.arange(self.row, self.row + n + len(ragged))
        fits = ~np.isin(numbers, [number for number, _ in ragged])
        last = int(np.flatnonzero(fits)[n - 1]) + 1 if n else 0
        height = np.ones(last, np.int64)
        height[fits[:last]] += breaks
        inside = [text for number, text in ragged if number < self.row + last]
        height[~fits[:last]] += np.array([_line_ends(text) for text in inside], np.int64)
        lines = self.line + np.concatenate(([0], np.cumsum(height)))
        del ragged[: len(inside)]
        yield from self._ragged(inside, lines[:-1][~fits[:last]])
        self.row, self.line = self.row + last, int(lines[-1])
        given = pa.RecordBatch.from_arrays(
            [pa.array(lines[:-1][fits[:last]]), pa.nulls(n, pa.string()), *batch.columns], schema=self.schema
        )
        yield given.filter(pa.array(~blank)) if blank.any() else given

    def rest(self, ragged: list[Any]) -> Iterator[pa.RecordBatch]:
        """Lay down the ragged rows after the last one that fits."""
        for _, text in ragged:
            yield from self._ragged([text], np.array([self.line]))
            self.line += 1 + _line_ends(text)

    def _ragged(self, texts: list[str], lines: np.ndarray[Any, Any]) -> Iterator[pa.RecordBatch]:
        """Rows of a text that a stray quote swallowed are rows again where they have the right number of cells."""
        import pyarrow as pa

        width = len(self.schema) - 2
        rows: list[tuple[Any, ...]] = []
        for text, line in zip(texts, lines.tolist(), strict=True):
            parts = [(at, self._split(part)) for at, part in enumerate(text.splitlines())]
            whole = [(line + at, None, *cells) for at, cells in parts if len(cells) == width]
            if len(parts) > 1 and whole:
                lost = text.splitlines()
                bad = [(line + at, lost[at][:CUT]) for at, cells in parts if len(cells) != width]
            else:
                whole, bad = [], [(line, text[:CUT])]
            rows += whole + [(at, part, *[None] * width) for at, part in bad]
        if rows:
            columns = [
                pa.array(column, field.type)
                for column, field in zip(zip(*rows, strict=True), self.schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _split(self, line: str) -> list[str]:
        if '"' not in line or len(line) > csv.field_size_limit():
            return line.split(self.separator)
        return next(csv.reader([line], delimiter=self.separator), [])


def _shape(batch: pa.RecordBatch) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Line breaks inside the cells of every row, and whether all its cells are empty (a blank line)."""
    import pyarrow.compute as pc

    breaks = np.zeros(batch.num_rows, np.int64)
    blank = np.ones(batch.num_rows, bool)
    for column in batch.columns:
        blank &= pc.equal(pc.binary_length(column), 0).to_numpy(zero_copy_only=False)
        for sign, times in (("\n", 1), ("\r", 1), ("\r\n", -1)):
            if times > 0 or breaks.any():
                breaks += times * pc.count_substring(column, sign).to_numpy(zero_copy_only=False)
    return breaks, blank


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")
