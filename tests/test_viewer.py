"""The viewer as a whole: every page in both languages and at both widths."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.viewing import LOOKS, Look, looking, shot


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.lang}-{look.width}")
def test_the_first_page_finds_and_fits(browser: Browser, address: str, look: Look):
    with looking(browser, address, look) as page:
        page.goto("/?find=粮")
        assert page.locator("tbody tr").count() > 0
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
        shot(page, "home", look)


def test_the_json_twin_says_what_the_page_says(viewer: Flask):
    client = viewer.test_client()
    hits = client.get("/api/?find=粮").json["hits"]  # type: ignore[index]
    html = client.get("/?find=粮").text
    assert [hit["who"]["name"] for hit in hits if hit["who"]["name"] not in html] == []
