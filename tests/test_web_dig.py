"""The pages of dig and of all prospects: what they say is what the command line says, whatever is chosen."""

from __future__ import annotations

import shlex
from collections import Counter
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from explorer import Explorer
from tests.parts import Run
from tests.viewing import LOOKS, Look, looking, served, shot
from web.app import create_app

RULES = {"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"}


def broken(page: Page) -> list[str]:
    """Rules of accessibility that a page breaks."""
    return [one["id"] for one in Axe().run(page).response["violations"] if RULES & {*one["tags"]}]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.fixture(scope="module")
def core(county: Explorer) -> str:
    """The core enterprise with most suppliers."""
    view = county.view()
    return str(
        view.parties.take("party_id", view.cores[[np.diff(view.graph.up_ptr)[view.cores].argmax()]])[0].as_py()
    )


@pytest.fixture
def client(viewer: Flask) -> FlaskClient:
    return viewer.test_client()


def answer(client: FlaskClient, path: str) -> Any:
    got = client.get(f"/api{path}")
    assert got.status_code == 200, got.text
    return got.json


def file(client: FlaskClient, path: str) -> bytes:
    with client.get(path) as got:
        assert got.status_code == 200, got.text
        return got.data


QUERIES = [
    "", "?direction=upstream", "?direction=downstream&tiers=2", "?tier=2&tier=3", "?kind=company&kind=farmer",
    "?role=supplier&tiers=3", "?min_score=0.2", "?top=7", "?traded_after=2026-01-01&amount_at_least=5000",
    "?grid=G00001&kind=company",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_the_files_are_those_of_the_command_on_the_page(
    client: FlaskClient, county: Explorer, core: str, query: str, run: Run
):
    path = f"/party/{core}/dig"
    words = shlex.split(answer(client, path + query)["command"])
    ran = run(*words[1:], "--store", county.home.folder, "--format", "csv")
    assert ran.code == 0, ran.err
    assert file(client, f"{path}/rows.csv{query}") == ran.out


@pytest.mark.parametrize("query", QUERIES)
def test_the_page_shows_each_row_once_with_its_whole_path(
    client: FlaskClient, county: Explorer, core: str, query: str
):
    path = f"/party/{core}/dig"
    wanted = [line.split(",") for line in file(client, f"{path}/rows.csv{query}").decode("utf-8-sig").splitlines()]
    head, wanted = wanted[0], wanted[1:]
    at = {name: head.index(name) for name in ("direction", "rank", "prospect_id", "tier", "path_ids")}
    shown, page, pages = [], 1, 1
    while page <= pages:
        got = answer(client, f"{path}{query}{'&' if query else '?'}page={page}")
        pages, page = got["pager"]["pages"], page + 1
        for row in got["rows"]:
            ends = [who["party_id"] for who in row["chain"]["ends"]]
            hops = [(hop["supplier_id"], hop["buyer_id"]) for hop in row["chain"]["hops"]]
            assert hops == [*pairwise(ends)]
            walked = ends[::-1] if row["direction"] == "upstream" else ends
            shown.append(
                [
                    row["direction"],
                    str(row["rank"]),
                    row["prospect"]["who"]["party_id"],
                    str(row["tier"]),
                    ">".join(walked),
                ]
            )
    assert sorted(shown) == sorted([[row[place] for place in at.values()] for row in wanted])


def test_hops_say_what_the_links_of_the_evidence_say(client: FlaskClient, county: Explorer, core: str):
    rows = answer(client, f"/party/{core}/dig?direction=upstream&top=20")["rows"]
    for row in rows[::4]:
        (explained,) = [
            one for one in county.evidence(row["prospect"]["who"]["party_id"], core) if one.direction == "upstream"
        ]
        told = [(hop["amount"]["amount"], hop["count"], hop["last"], hop["strength"]) for hop in row["chain"]["hops"]]
        assert told == [
            (None if hop.amount is None else str(hop.amount), hop.n, hop.last.isoformat() if hop.last else None,
             pytest.approx(hop.strength, abs=1e-4))
            for hop in reversed(explained.hops)
        ]  # fmt: skip


def test_facets_count_the_list_dug_without_their_own_filter(client: FlaskClient, county: Explorer, core: str):
    got = answer(client, f"/party/{core}/dig?kind=company&tier=1&tier=2")
    facets = {one["name"]: {c["value"]: c["count"] for c in one["choices"] + one["rest"]} for one in got["facets"]}
    from explorer.digging import Filters

    def plain(column: str, **filters: Any) -> Counter[str]:
        found = county.dig([core], filters=Filters(**filters)).frame()[column].dropna()
        return Counter(str(value) for value in found)

    assert facets["kind"] == plain("kind", tier=(1, 2))
    assert facets["tier"] == plain("tier", kind=("company",))
    region = plain("region", kind=("company",), tier=(1, 2))
    assert facets["region"] == dict(sorted(region.items(), key=lambda item: (-item[1], item[0]))[:60])


@pytest.mark.parametrize("sort", ["score", "-score", "tier", "-tier", "name", "-name", "cores", "-cores", "last"])
def test_every_order_is_an_order_of_the_same_rows(client: FlaskClient, core: str, sort: str):
    rows = answer(client, f"/party/{core}/dig?top=20&direction=upstream&sort={sort}")["rows"]
    keys = {
        "score": [row["score"] for row in rows], "tier": [row["tier"] for row in rows],
        "name": [row["prospect"]["who"]["name"] for row in rows], "cores": [row["cores"] for row in rows],
        "last": [row["chain"]["hops"][0]["last"] or "" for row in rows],
    }[sort.lstrip("-")]  # fmt: skip
    assert keys == sorted(keys, reverse=sort.startswith("-"))
    assert {row["rank"] for row in rows} == set(range(1, 21))


def test_the_page_says_where_a_list_ends_and_who_was_passed_over(client: FlaskClient, county: Explorer, core: str):
    got = answer(client, f"/party/{core}/dig?top=5")
    dug = county.dig([core], top=5)
    list(dug.blocks())
    assert [(one["found"], one["limits"], one["passed_customers"]) for one in got["lists"]] == [
        (one.rows, [*one.limits], one.passed_customers) for one in dug.summaries
    ]
    assert (got["cut"], got["further"], got["found"]) == (True, 25, 10)


@pytest.mark.parametrize(
    "path", ["/prospects", "/prospects?grid=G00001", "/prospects?tier=1&kind=company&min_score=0.3"]
)
def test_the_list_of_all_prospects_is_the_command_lines(client: FlaskClient, county: Explorer, run: Run, path: str):
    got = answer(client, path)
    ran = run(*shlex.split(got["command"])[1:], "--store", county.home.folder, "--format", "csv")
    assert file(client, path.replace("/prospects", "/prospects/rows.csv")) == ran.out
    assert got["shown"] == len(ran.rows)
    assert [row["prospect"]["who"]["party_id"] for row in got["rows"]] == [
        row["prospect_id"] for row in ran.rows[: len(got["rows"])]
    ]
    for row, told in zip(got["rows"], ran.rows, strict=False):
        cores = [told[f"core_{i}_id"] for i in (1, 2, 3) if told[f"core_{i}_id"]]
        assert [one["who"]["party_id"] for one in row["cores"]] == cores


def test_hidden_names_leak_into_no_text(client: FlaskClient, core: str):
    plain = answer(client, f"/party/{core}/dig?direction=upstream")
    names = {who["name"] for row in plain["rows"] for who in row["chain"]["ends"]}
    for path in (f"/party/{core}/dig?direction=upstream", "/prospects"):
        html = client.get(f"{path}{'&' if '?' in path else '?'}names=hidden&amounts=hidden").text
        assert [name for name in names if name in html] == []
        assert "•••" in html


@pytest.mark.parametrize(
    "wrong", ["tier=9", "tier=x", "tiers=7", "direction=up", "amount_at_least=x", "page=x", "top=0"]
)
def test_bad_arguments_are_refused_in_words(client: FlaskClient, core: str, wrong: str):
    assert client.get(f"/party/{core}/dig?{wrong}").status_code == 400


def test_an_empty_list_says_what_was_looked_at_and_what_to_do(client: FlaskClient, core: str):
    html = client.get(f"/party/{core}/dig?min_score=1&lang=zh").text
    assert "没有连线不等于没有往来" in html
    assert "放宽到 6 级" in html
    assert "清除筛选" in client.get(f"/party/{core}/dig?region=nowhere&lang=zh").text


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.lang}-{look.width}")
@pytest.mark.parametrize("name", ["dig", "prospects", "dig-empty"])
def test_lists_can_be_looked_at(browser: Browser, address: str, core: str, look: Look, name: str):
    with looking(browser, address, look) as page:
        page.goto(
            {"prospects": "/prospects", "dig": f"/party/{core}/dig"}.get(name, f"/party/{core}/dig?min_score=1")
        )
        assert page.locator("tbody tr").count() == (0 if name == "dig-empty" else 50)
        shot(page, name, look)
        assert (broken(page), fits(page)) == ([], True)


def test_a_tick_digs_anew_and_keeps_its_place(browser: Browser, address: str, core: str):
    with looking(browser, address, Look("zh", "desktop")) as page:
        page.goto(f"/party/{core}/dig?direction=upstream")
        tick = page.locator('[name="tier"][value="2"]')
        tick.focus()
        tick.press("Space")
        page.wait_for_url("**tier=2**")
        assert "direction=upstream" in page.url
        page.wait_for_selector('#answer:not([aria-busy]) [name="tier"][value="2"]:checked')
        assert page.evaluate("document.activeElement.value") == "2"
        assert set(page.locator("td.tier .desk").all_inner_texts()) == {"2"}
        page.go_back()
        page.wait_for_selector('[name="tier"][value="2"]:not(:checked)')


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["/party/{core}/dig", "/party/{core}/dig?direction=upstream", "/prospects"])
def test_the_first_screen_of_a_phone_shows_two_prospects(
    browser: Browser, address: str, core: str, lang: str, path: str
):
    with looking(browser, address, Look(lang, "phone")) as page:
        page.goto(path.format(core=core))
        second = page.locator("tbody tr").nth(1).locator("td.why").bounding_box()
        bar = page.locator(".tabbar").bounding_box()
        assert second is not None
        assert bar is not None
        assert second["y"] + second["height"] <= bar["y"]


def test_an_address_says_only_what_was_chosen(browser: Browser, address: str, core: str):
    with looking(browser, address, Look("zh", "desktop")) as page:
        page.goto(f"/party/{core}/dig?direction=upstream&min_score=0.015&page=2")
        page.check('[name="tier"][value="2"]')
        page.wait_for_url(f"**/party/{core}/dig?direction=upstream&min_score=0.015&tier=2")
        page.wait_for_selector('#answer:not([aria-busy]) [name="tier"][value="2"]:checked')
        page.select_option("#tiers", "3")
        page.wait_for_url("**&tier=2&tiers=3")
        page.wait_for_selector("#answer:not([aria-busy])")
        page.select_option("#tiers", "4")
        page.wait_for_url("**/dig?direction=upstream&min_score=0.015&tier=2")
        page.wait_for_selector("#answer:not([aria-busy])")
        page.uncheck('[name="tier"][value="2"]')
        page.wait_for_url("**/dig?direction=upstream&min_score=0.015")


@pytest.mark.parametrize("look", [Look("zh", "phone"), Look("en", "desktop")], ids=str)
def test_a_tick_far_down_is_put_on_a_list_where_it_is_made(browser: Browser, county: Explorer, core: str, look: Look):
    with served(create_app(county)) as address, looking(browser, address, look) as page:
        page.goto(f"/party/{core}/dig?direction=upstream")
        add = page.locator("#tick button")
        assert add.is_visible() == (look.width == "desktop")
        page.locator("tbody input[name=party]").nth(30).check()
        assert add.is_visible()
        if look.width == "phone":
            box = add.bounding_box()
            assert box is not None
            assert 0 <= box["y"] <= 844 - box["height"]
        page.fill("#tick [name=name]", "春耕")
        add.click()
        page.wait_for_load_state()
        assert "direction=upstream" in page.url
        page.goto("/lists/1")
        expect(page.locator("td.origin .path")).to_have_count(1, timeout=15_000)


def test_the_form_works_without_a_script(client: FlaskClient, browser: Browser, address: str, core: str):
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"/party/{core}/dig?direction=upstream")
    page.check('[name="tier"][value="1"]')
    page.click("#filters button")
    assert ("tier=1" in page.url, "direction=upstream" in page.url) == (True, True)
    context.close()


def test_what_a_form_sends_without_a_script_is_said_as_briefly_as_a_script_says_it(
    browser: Browser, address: str, core: str
):
    """Of each form one box is filled in; the others are empty, or as they are without being said."""
    forms = {
        f"/party/{core}/dig?direction=upstream&names=hidden": ("#filters [name=top]", "30", "#filters .main"),
        "/prospects": ("#filters [name=tiers]", "2", "#filters .main"),
        "/introduce": ("#string_of", core, "form:has(#string_of) .main"),
        f"/path?start={core}": ("#end", "x", ".path-form .main"),
        "/referrers": ("#grid", "G00001", "form:has(#grid) .btn"),
        "/grids": ("#branch", "", "form:has(#branch) .btn"),
        "/?find=粮": ("main [name=find]", "米", "main form .main"),
        "/query/neighbours": ("#p-party", core, "#ask .main"),
    }
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    found = {}
    for path, (box, value, button) in forms.items():
        page.goto(path)
        if page.locator(box).evaluate("one => one.tagName") == "SELECT":
            page.select_option(box, value)
        else:
            page.fill(box, value)
        page.click(button)
        found[path] = unquote(page.url.removeprefix(address))
    context.close()
    assert found == {
        f"/party/{core}/dig?direction=upstream&names=hidden":
            f"/party/{core}/dig?top=30&direction=upstream&names=hidden",
        "/prospects": "/prospects?tiers=2",
        "/introduce": f"/introduce?string_of={core}",
        f"/path?start={core}": f"/path?start={core}&end=x",
        "/referrers": "/referrers?grid=G00001",
        "/grids": "/grids",
        "/?find=粮": "/?find=米",
        "/query/neighbours": f"/query/neighbours?p_party={core}&tab=table",
    }  # fmt: skip


def test_what_a_form_sends_and_nobody_can_read_is_refused_as_it_was_sent(client: FlaskClient, core: str):
    assert client.get(f"/party/{core}/dig?sent=1&tiers=nine&top=").status_code == 400
    short = client.get(f"/party/{core}/dig?sent=1&tiers=3&top=200&min_score=0.00&traded_after=&tier=1&tier=2")
    assert (short.status_code, short.location) == (302, f"/party/{core}/dig?tiers=3&tier=1&tier=2")
    assert client.get(f"/api/party/{core}/dig?sent=1&top=200").status_code == 200


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_a_desktop_a_chain_of_two_stands_in_one_line_and_no_column_is_cut(
    browser: Browser, address: str, core: str, lang: str
):
    with looking(browser, address, Look(lang, "desktop")) as page:
        page.goto("/prospects")
        assert page.evaluate(
            """() => { const table = document.querySelector("table.strings"), card = table.closest("section");
                return table.getBoundingClientRect().right <= card.getBoundingClientRect().right; }"""
        )
        heights = page.eval_on_selector_all(
            ".why .path", "all => all.filter(one => one.children.length === 3).map(one => one.offsetHeight)"
        )
        assert len(heights) > 3
        assert max(heights) < 60
