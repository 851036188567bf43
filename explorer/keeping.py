"""Answers that take seconds, kept for the next one who asks the same; who asks meanwhile waits for the first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar

from explorer.errors import StillMaking, StoreError

Answer = TypeVar("Answer")
AT_ONCE, WAITING = 2, 16
"""Answers that are made aside at a time, and how many may wait for their turn."""


@dataclass
class _Place:
    lock: Lock = field(default_factory=Lock)
    made: bool = False
    answer: Any = None
    aside: Future[None] | None = None
    """where the answer is made while those who asked were told to come again"""

    @property
    def idle(self) -> bool:
        """Whether nobody is making or awaiting it."""
        return self.made or (self.aside is None and not self.lock.locked())

    def fill(self, make: Callable[[], Any]) -> None:
        with self.lock:
            if not self.made:
                self.answer, self.made = make(), True


class Keeping:
    """Of every kind of answer the last few that were asked for. Lives with one load, and goes with it.

    >>> keeping = Keeping()
    >>> keeping.get("sum", (1, 2), lambda: 1 + 2), keeping.get("sum", (1, 2), lambda: 0)
    (3, 3)
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._rooms: dict[str, OrderedDict[Hashable, _Place]] = {}
        self._aside = 0

    def get(
        self, kind: str, key: Hashable, make: Callable[[], Answer], *, most: int = 4, patience: float | None = None
    ) -> Answer:
        """The answer of a kind to a question, made once; of a kind the `most` asked for last are kept.

        What `make` raises goes to the asker alone; the next one tries again. Who has `patience` for so many seconds
        alone gets StillMaking after them, while the answer is being made aside, and asks again later; StoreError
        `making_many` where too many answers are.
        """
        with self._lock:
            room = self._rooms.setdefault(kind, OrderedDict())
            place = room.setdefault(key, _Place())
            room.move_to_end(key)
            idle = [other for other, old in room.items() if other != key and old.idle]
            for other in idle[: max(0, len(room) - most)]:
                del room[other]
        if patience is None or place.made:
            place.fill(make)
        else:
            self._await(place, make, patience)
        answer: Answer = place.answer
        return answer

    def _await(self, place: _Place, make: Callable[[], Any], patience: float) -> None:
        with self._lock:
            if place.aside is None:
                if self._aside >= AT_ONCE + WAITING:
                    raise StoreError("making_many")
                self._aside += 1
                place.aside = self._workers.submit(self._make_aside, place, make)
            aside = place.aside
        try:
            aside.result(patience)
        except TimeoutError:
            raise StillMaking("still_making") from None
        finally:
            if aside.done():  # where it failed, whoever asks next tries again
                place.aside = None

    def _make_aside(self, place: _Place, make: Callable[[], Any]) -> None:
        try:
            place.fill(make)
        finally:
            with self._lock:
                self._aside -= 1

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="aside")

    def forget(self) -> None:
        """Let go of all answers."""
        with self._lock:
            self._rooms.clear()
