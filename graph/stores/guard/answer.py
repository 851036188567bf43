"""What a query on either store answers, and how it is told that nobody waits any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

Stop = Callable[[], bool]
"""Asked now and then while a statement runs; true where it shall be stopped."""


def never() -> bool:
    return False


@dataclass(frozen=True)
class Answer:
    """Rows of a query; `truncated` where the store had more than were asked for; `elapsed` in seconds."""

    table: pa.Table
    truncated: bool
    elapsed: float
