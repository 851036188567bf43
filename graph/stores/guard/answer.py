"""What a query on either store answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Answer:
    """Rows of a query; `truncated` where the store had more than were asked for; `elapsed` in seconds."""

    table: pa.Table
    truncated: bool
    elapsed: float
