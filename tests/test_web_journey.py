"""A manager's way from a core enterprise to five prospects with introducers, exported, in few clicks."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from explorer import Explorer
from tests.viewing import LOOKS, Look, looking, served
from web.app import create_app

CLICKS = 11
"""A suggestion, the dig, five ticks, onto a list, to the list, its introducers, the file."""


class Hand:
    """A person's hand: it clicks what is in sight, and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, what: str | Locator) -> None:
        (self.page.locator(what).locator("visible=true").first if isinstance(what, str) else what).click()
        self.clicks += 1


def walk(page: Page, core: str, folder: Path) -> tuple[int, list[str], Path]:
    """The clicks it took, the prospects ticked, and the file of their introducers."""
    hand = Hand(page)
    page.goto("/")
    page.keyboard.type(core)
    hand.click("[role=option]")
    page.wait_for_url("**/party/**")
    hand.click("main a[href*='/dig?direction=upstream']")
    page.wait_for_url("**/dig?direction=upstream")
    boxes = page.locator("tbody input[name=party]")
    ticked = [str(boxes.nth(at).get_attribute("value")) for at in range(5)]
    for at in range(5):
        hand.click(boxes.nth(at))
    hand.click("#tick button")
    hand.click("#told a")
    page.wait_for_url("**/lists/1")
    expect(page.locator("td.origin .path")).to_have_count(5, timeout=15_000)
    hand.click("main a[href*='/introduce?list=']")
    page.wait_for_url("**/introduce?list=1")
    with page.expect_download() as took:
        hand.click("a[download][href*='rows.csv']")
    took.value.save_as(folder / "doors.csv")
    return hand.clicks, ticked, folder / "doors.csv"


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_from_a_core_to_five_prospects_with_introducers(
    browser: Browser, county: Explorer, look: Look, tmp_path: Path
):
    view = county.view()
    core = str(view.parties.take("name", view.cores[:1])[0].as_py())
    app: Flask = create_app(county)
    with served(app) as address, looking(browser, address, look) as page:
        clicks, ticked, file = walk(page, core, tmp_path)
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert (clicks, {row["prospect_id"] for row in rows}) == (CLICKS, {*ticked})
    assert any(row["source_id"] for row in rows)
