"""An answer that Spark has written, and how one machine's files are made of it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from explorer.formats import Column, Table, Written, write_stream
from explorer.formats.files import Hashed
from explorer.scaled_rows import read_back
from graph.spark import files

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


@dataclass(frozen=True)
class Scaled:
    """Rows in parts, in their order, and the facts of their manifest."""

    columns: tuple[Column, ...]
    folder: str
    facts: dict[str, Any]
    rows: int

    def table(self) -> Table:
        """All rows, read part by part, for any format that one machine writes."""
        return read_back(self.columns, self.folder)

    def digest(self, encoding: str) -> Written:
        """How many rows there are, and the SHA-256 of the CSV file that one machine would write of them."""
        hashed = Hashed(_Nowhere())
        rows = write_stream(self.table(), hashed, file_format="csv", encoding=encoding)
        return Written(rows, hashed.sha256)

    def remove(self) -> None:
        """Let go of the parts."""
        files.remove(self.folder)


class _Nowhere(io.RawIOBase, BinaryIO):
    def write(self, data: ReadableBuffer) -> int:
        return memoryview(data).nbytes

    def writable(self) -> bool:
        return True
