"""Answers that take long are made once, also where several ask at once, and only the last few are kept."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from explorer.keeping import Keeping


def test_who_asks_meanwhile_waits_for_the_first():
    keeping, made = Keeping(), []

    def make() -> int:
        made.append(1)
        time.sleep(0.05)
        return 7

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: keeping.get("kind", "key", make), range(8)))
    assert (answers, len(made)) == ([7] * 8, 1)


def test_the_answer_asked_for_longest_ago_makes_room():
    keeping, made = Keeping(), []
    for key in ("a", "b", "a", "c", "a", "b"):
        keeping.get("kind", key, lambda key=key: made.append(key), most=2)  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]


def test_kinds_do_not_push_each_other_out_and_all_can_be_forgotten():
    keeping, made = Keeping(), []
    for _ in range(2):
        for kind in ("a", "b"):
            keeping.get(kind, 1, lambda kind=kind: made.append(kind), most=1)  # type: ignore[misc]
    assert made == ["a", "b"]
    keeping.forget()
    keeping.get("a", 1, lambda: made.append("again"))
    assert made == ["a", "b", "again"]


def test_a_failure_is_the_askers_alone():
    keeping = Keeping()
    with pytest.raises(ZeroDivisionError):
        keeping.get("kind", 1, lambda: 1 // 0)
    assert keeping.get("kind", 1, lambda: 5) == 5
