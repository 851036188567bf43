"""A page whose answer takes long says so at once, reloads by itself, and two who ask wait for one computation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from threading import Event

import pytest
from flask import Flask
from playwright.sync_api import Browser

from explorer import Explorer, answering
from tests import viewing
from tests.viewing import LOOKS, Look
from web.app import create_app


@pytest.fixture
def slow(county: Explorer, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Flask, Event, list[str]]]:
    """A viewer of little patience, whose answers take until the event is set, and how many were begun."""
    go, begun = Event(), []

    def waiting(table: object, real: object = answering.whole) -> object:
        begun.append("begun")
        go.wait(20)
        return real(table)  # type: ignore[operator]

    monkeypatch.setattr(answering, "whole", waiting)
    yield create_app(Explorer.open(county.home.folder), patience=0.05), go, begun
    go.set()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_that_it_is_being_made_and_then_shows_it(slow: tuple[Flask, Event, list[str]], lang: str):
    app, go, begun = slow
    for _ in range(2):
        answer = app.test_client().get("/circles?kind=group", headers={"Accept-Language": lang})
        assert (answer.status_code, answer.headers["Retry-After"]) == (202, "3")
        assert '<meta http-equiv="refresh" content="3">' in answer.text
        assert {"zh": "正在计算", "en": "Being computed"}[lang] in answer.text
    twin = app.test_client().get("/api/circles?kind=group")
    assert (twin.status_code, twin.json["waiting"]["code"], twin.json["waiting"]["retry_after"]) == (
        202, "still_making", 3,
    )  # fmt: skip
    go.set()
    app.extensions["patience"] = 20.0
    assert app.test_client().get("/circles?kind=group").status_code == 200
    assert begun == ["begun"]


def test_a_file_is_waited_for(slow: tuple[Flask, Event, list[str]]):
    app, go, _ = slow
    assert app.test_client().get("/circles?kind=group").status_code == 202
    go.set()
    answer = app.test_client().get("/circles/rows.csv?kind=group")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    answer.close()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.lang}-{look.width}")
def test_a_browser_comes_to_the_answer_by_itself(slow: tuple[Flask, Event, list[str]], browser: Browser, look: Look):
    app, go, _ = slow
    with viewing.served(app) as address, viewing.looking(browser, address, look) as page:
        page.goto("/circles?kind=group")
        heading = page.get_by_role("heading", level=1)
        assert heading.inner_text() == {"zh": "正在计算", "en": "Being computed"}[look.lang]
        viewing.shot(page, "waiting", look)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        go.set()
        page.get_by_role("heading", level=1).filter(has_not_text=re.compile("正在计算|Being computed")).wait_for()
        assert page.url.endswith("/circles?kind=group")
