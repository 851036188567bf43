"""Answers that take long are made once, also where several ask at once, and only the last few are kept."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from explorer.errors import StillMaking, StoreError
from explorer.keeping import AT_ONCE, WAITING, Keeping


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


def test_who_has_little_patience_is_told_to_come_again_and_finds_the_answer_later():
    keeping, made, go = Keeping(), [], Event()

    def make() -> int:
        made.append(1)
        go.wait(10)
        return 7

    for _ in range(3):
        with pytest.raises(StillMaking):
            keeping.get("kind", "key", make, patience=0.01)
    go.set()
    assert [keeping.get("kind", "key", make, patience=10), keeping.get("kind", "key", make)] == [7, 7]
    assert made == [1]


def test_what_failed_aside_is_told_once_and_tried_again():
    keeping, go = Keeping(), Event()

    def fail() -> int:
        go.wait(10)
        raise ZeroDivisionError

    with pytest.raises(StillMaking):
        keeping.get("kind", "key", fail, patience=0.01)
    go.set()
    with pytest.raises(ZeroDivisionError):
        keeping.get("kind", "key", fail, patience=10)
    assert keeping.get("kind", "key", lambda: 5, patience=10) == 5


def test_too_many_answers_at_once_are_refused():
    keeping, go = Keeping(), Event()
    for key in range(AT_ONCE + WAITING):
        with pytest.raises(StillMaking):
            keeping.get("kind", key, lambda: go.wait(10), most=100, patience=0.001)
    with pytest.raises(StoreError) as refused:
        keeping.get("kind", "one more", lambda: go.wait(10), most=100, patience=0.001)
    go.set()
    assert refused.value.code == "making_many"
    assert keeping.get("kind", 0, lambda: 1, most=100, patience=10) is True


def test_what_is_being_made_does_not_make_room_for_others():
    keeping, go, made = Keeping(), Event(), []

    def make(key: int) -> int:
        made.append(key)
        go.wait(10)
        return key

    for _ in range(3):
        for key in range(6):
            with pytest.raises(StillMaking):
                keeping.get("kind", key, lambda key=key: make(key), most=2, patience=0.001)  # type: ignore[misc]
    go.set()
    assert [keeping.get("kind", key, lambda: -1, most=2, patience=10) for key in (0, 1)] == [0, 1]
    assert sorted(made) == sorted(set(made))
