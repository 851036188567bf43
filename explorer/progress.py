"""How work that takes a while tells where it is, without knowing who listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Progress = Callable[[str, int, int], None]
"""Called with (key of the catalogue's area `progress`, done, total); total 0 where it is unknown."""


Item = TypeVar("Item")


def steps(progress: Progress, stage: str, items: Sequence[Item]) -> Iterator[Item]:
    """Hand out `items`, telling before each how many are done, and at the end that all are."""
    for done, item in enumerate(items):
        progress(stage, done, len(items))
        yield item
    progress(stage, len(items), len(items))


def silent(_stage: str, _done: int, _total: int) -> None:
    """Listen to nothing: the default of the service."""
