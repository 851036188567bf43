"""Answers that take seconds, kept for the next one who asks the same; who asks meanwhile waits for the first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

Answer = TypeVar("Answer")


@dataclass
class _Place:
    lock: Lock = field(default_factory=Lock)
    made: bool = False
    answer: Any = None


class Keeping:
    """Of every kind of answer the last few that were asked for. Lives with one load, and goes with it.

    >>> keeping = Keeping()
    >>> keeping.get("sum", (1, 2), lambda: 1 + 2), keeping.get("sum", (1, 2), lambda: 0)
    (3, 3)
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._rooms: dict[str, OrderedDict[Hashable, _Place]] = {}

    def get(self, kind: str, key: Hashable, make: Callable[[], Answer], *, most: int = 4) -> Answer:
        """The answer of a kind to a question, made once; of a kind the `most` asked for last are kept.

        What `make` raises goes to the asker alone; the next one tries again.
        """
        with self._lock:
            room = self._rooms.setdefault(kind, OrderedDict())
            place = room.setdefault(key, _Place())
            room.move_to_end(key)
            while len(room) > most:
                room.popitem(last=False)
        with place.lock:
            if not place.made:
                place.answer, place.made = make(), True
            answer: Answer = place.answer
        return answer

    def forget(self) -> None:
        """Let go of all answers."""
        with self._lock:
            self._rooms.clear()
