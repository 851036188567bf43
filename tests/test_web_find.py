"""Finding a party: suggestions under every box that names one, with the keyboard alone, and a way on from nothing."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from explorer import Explorer
from tests.parts import load, write_tables
from tests.viewing import LOOKS, Look, looking, served
from web.app import create_app

TWINS = "T1,双喜店,沈阳\nT2,双喜店,鞍山\nT3,双喜大店,鞍山\n"


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    """Two parties of one name in two regions, among others."""
    folder: Path = tmp_path_factory.mktemp("twins")
    tables = write_tables(folder / "tables", {"parties": "party_id,name,region\nB1,平安公司,沈阳\n" + TWINS})
    return load(folder / "store", tables)


@pytest.fixture(scope="module")
def viewer_of_twins(twins: Explorer) -> Flask:
    return create_app(twins)


@pytest.fixture
def client(viewer_of_twins: Flask) -> FlaskClient:
    return viewer_of_twins.test_client()


@pytest.fixture(scope="module")
def twin_address(viewer_of_twins: Flask) -> Iterator[str]:
    with served(viewer_of_twins) as address:
        yield address


def options(page: Page) -> list[str]:
    page.wait_for_selector("[role=option]")
    return [text.replace("\n", " ") for text in page.locator("[role=option]").all_inner_texts()]


def picked(page: Page) -> str | None:
    """The option that a screen reader is told of, if any."""
    return page.evaluate(
        """() => { const at = document.activeElement.getAttribute('aria-activedescendant');
                   return at && document.getElementById(at).querySelector('small')?.textContent; }"""
    )  # type: ignore[no-any-return]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_namesakes_are_told_apart_and_chosen_with_the_keyboard(browser: Browser, twin_address: str, look: Look):
    with looking(browser, twin_address, look) as page:
        page.goto("/")
        page.keyboard.type("双喜店")
        assert options(page) == ["双喜店 沈阳 · T1", "双喜店 鞍山 · T2"]
        box = page.locator("#find")
        assert (box.get_attribute("role"), box.get_attribute("aria-expanded")) == ("combobox", "true")
        steps = []
        for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "Home", "ArrowUp"):
            page.keyboard.press(key)
            steps.append(picked(page))
        assert steps == ["沈阳 · T1", "鞍山 · T2", "沈阳 · T1", "鞍山 · T2", None, "鞍山 · T2"]
        assert not [one for one in Axe().run(page).response["violations"] if one["impact"] != "minor"]
        page.keyboard.press("Escape")
        assert (box.get_attribute("aria-expanded"), box.input_value()) == ("false", "双喜店")
        page.keyboard.press("ArrowDown")
        assert len(options(page)) == 2
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/party/T2")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_what_matches_nothing_says_so_and_how_to_go_on(browser: Browser, twin_address: str, look: Look):
    with looking(browser, twin_address, look) as page:
        page.goto("/")
        page.keyboard.type("zzzzzz")
        none = page.locator("p.suggest.none")
        none.wait_for()
        wanted = "代码或拼音首字母" if look.lang == "zh" else "pinyin initials"
        assert (wanted in none.inner_text(), page.locator("#find").get_attribute("aria-expanded")) == (True, "false")
        assert wanted in page.locator(".find [role=status]").text_content()  # type: ignore[operator]
        page.keyboard.press("Escape")
        assert none.is_hidden()
        page.keyboard.press("Enter")
        page.wait_for_url("**find=zzzzzz")
        expect(page.locator(".ways-on li")).to_have_count(3)
        page.goto("/?find=" + quote("core:双喜大"))
        page.click(".ways-on a")
        page.wait_for_url("**/?find=" + quote("双喜大"))
        expect(page.locator("tbody tr")).to_have_count(1)


def test_more_than_are_suggested_are_one_choice_away(browser: Browser, address: str):
    with looking(browser, address, Look("zh", "desktop")) as page:
        page.goto("/lists")
        page.keyboard.press("/")
        page.keyboard.type("鹿关")
        shown = options(page)
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/?find=**")
        assert (len(shown), shown[-1].startswith("看全部")) == (9, True)


def test_suggestions_hide_names_where_names_are_hidden(browser: Browser, twin_address: str):
    with looking(browser, twin_address, Look("zh", "desktop")) as page:
        page.goto("/lists?names=hidden")
        page.fill("#find", "双喜店")
        page.locator("#find").press("End")
        page.locator("#find").dispatch_event("input")
        assert options(page) == ["企业 001 沈阳", "企业 002 鞍山"]
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/party/T1?names=hidden")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_parameter_that_is_a_party_is_suggested_and_its_name_is_said(
    browser: Browser, twin_address: str, look: Look
):
    with looking(browser, twin_address, look) as page:
        page.goto("/query/neighbours")
        page.locator("#p-party").press_sequentially("双喜")
        assert options(page)[:2] == ["双喜店 沈阳 · T1", "双喜店 鞍山 · T2"]
        page.locator("[role=option]").nth(1).click()
        assert page.locator("#p-party").input_value() == "T2"
        page.click("#ask .btn.main")
        page.wait_for_url("**/query/neighbours?p_party=T2&**tab=table")
        page.wait_for_selector("#fields a[href$='/party/T2']")
        page.locator("#p-party").fill("")
        page.locator("#p-party").press_sequentially("平安")
        assert options(page) == ["平安公司 沈阳 · B1"]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [("/query/neighbours?p_party=双喜店&tab=table", "/query/neighbours?p_party=T2&tab=table"),
     ("/party/双喜店/dig?tiers=2", "/party/T2/dig?tiers=2"),
     ("/introduce?prospects=B1%0A双喜店", "/introduce?prospects=B1%0AT2"),
     ("/introduce?string_of=双喜店&direction=both", "/introduce?string_of=T2&direction=both")],
)  # fmt: skip
def test_an_ambiguous_name_offers_the_same_page_with_each_party_meant(client: FlaskClient, asked: str, wanted: str):
    page = client.get(asked)
    assert page.status_code == 404
    links = [unescape(part.partition('"')[0]) for part in page.text.split('href="')]
    assert wanted in links
    assert wanted.replace("T2", "T1") in links
    assert page.text.count("T2") == 2
    followed = client.get(wanted)
    assert followed.status_code == 200
    hidden = client.get(f"{asked}&names=hidden").text
    assert ("T2" in hidden, "沈阳" in hidden) == (False, False)


def test_a_manager_is_named_by_id_or_name(county: Explorer, viewer: Flask):
    (number, name), *_ = county.names("Manager").items()
    client = viewer.test_client()
    pages = [client.get("/api/", query_string={"manager": one}).json for one in (number, name)]
    assert pages[0] == pages[1]
    assert pages[0]["manager"] == number  # type: ignore[index]
