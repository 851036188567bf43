"""What every export is made of: named columns of known kinds, and rows as a stream of Arrow batches."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["text", "integer", "score", "amount", "date", "flag", "number"]


@dataclass(frozen=True)
class Column:
    """One column of an export.

    Its kind says what the batches hold: text strings, integer int32 or int64, score float64 (shown with six
    decimals), amount int64 in 1/100 (shown with two), date date32, flag bool, number float64.
    """

    name: str
    kind: Kind


@dataclass(frozen=True)
class Table:
    """Rows to write, once: `batches` may be of any size and have the columns in this order, under any name."""

    columns: tuple[Column, ...]
    batches: Iterator[pa.RecordBatch]

    def select(self, names: Collection[str]) -> Table:
        """The columns with these names, in this table's order."""
        places = [at for at, column in enumerate(self.columns) if column.name in names]
        return Table(tuple(self.columns[at] for at in places), (batch.select(places) for batch in self.batches))

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


@dataclass(frozen=True)
class Written:
    """What was written: the number of rows and the SHA-256 of the file's bytes."""

    rows: int
    sha256: str
