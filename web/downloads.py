"""Tables to take away, through the same writers as the command line's; names and amounts hidden where asked."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from flask import Response, send_file

from explorer import formats
from explorer.formats import Column, Table
from web.page import Download

TYPES = {
    "csv": "text/csv",
    "json": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
IN_MEMORY = 1 << 22
"""Bytes of a file that are held in memory before it goes to the disk."""
TELLING = {"evidence": re.compile(r"(^|[+>] )group "), "shared": re.compile("(group|address):")}
"""Columns of words, and what such a text holds that tells who a party is: a group or an address."""


def respond(download: Download, file_format: str, encoding: str) -> Response:
    """The whole table as a file; raises InputError for rows that the format cannot hold."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  (closed with the response)
    formats.write_stream(download.table, file, file_format=file_format, encoding=encoding)  # type: ignore[arg-type]
    file.seek(0)
    return named(send_file(file, mimetype=TYPES[file_format], max_age=0), f"{download.name}.{file_format}")


def attached(content: bytes, mimetype: str, name: str) -> Response:
    """A file to save, which no browser opens as a page of ours."""
    return named(Response(content, mimetype=mimetype), name)


def named(response: Response, name: str) -> Response:
    """To be saved under `name`, whatever signs are in it."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "_" for sign in name)
    response.headers["Content-Disposition"] = f"attachment; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"
    return response


def hidden(table: Table, word: str, *, names: bool, amounts: bool) -> Table:
    """The same rows with parties numbered in reading order instead of named, ids too, and without amounts.

    A text that names a group or an address is left out with them.

    A path's parties keep their numbers: whoever has the list without names can still follow it.
    """
    if not (names or amounts):
        return table
    numbers: dict[str, str] = {}

    def number(identity: str | None) -> str | None:
        if identity is None:
            return None
        return ">".join(numbers.setdefault(one, f"{word} {len(numbers) + 1:03d}") for one in identity.split(">"))

    def column(batch: pa.RecordBatch, one: Column) -> Any:
        if amounts and one.kind == "amount":
            return pa.nulls(batch.num_rows, batch.column(one.name).type)
        if names and one.name in TELLING:
            telling, cells = TELLING[one.name], batch.column(one.name).to_pylist()
            return pa.array([None if cell is None or telling.search(cell) else cell for cell in cells], pa.string())
        of = _identity(one.name, table.names) if names else None
        return (
            pa.array([number(cell) for cell in batch.column(of).to_pylist()], pa.string())
            if of
            else batch.column(one.name)
        )

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in table.batches:
            yield pa.RecordBatch.from_arrays([column(batch, one) for one in table.columns], table.names)

    return Table(table.columns, batches())


def _identity(name: str, names: list[str]) -> str | None:
    """The column of ids that a column of ids or names goes by; None for one that names no party."""
    for ending, ids in (("_names", "_ids"), ("name", "id"), ("_ids", "_ids"), ("_id", "_id")):
        if name.endswith(ending):
            of = name[: len(name) - len(ending)] + ids
            return next(
                (
                    one
                    for one in (of, f"party_{of}", f"circle_{of}")
                    if one in names and not one.startswith("manager")
                ),
                None,
            )
    return None
