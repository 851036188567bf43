"""How work that takes a while tells where it is, without knowing who listens."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with (key of the catalogue's area `progress`, done, total); total 0 where it is unknown."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Listen to nothing: the default of the service."""
