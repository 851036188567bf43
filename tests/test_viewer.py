"""The viewer as a whole: every page in both languages and at both widths, and the graph swapped under it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser

from explorer import Explorer
from tests.parts import EXAMPLE, TODAY, load, write_tables
from tests.viewing import LOOKS, Look, looking, served, shot
from web.addresses import encode
from web.app import create_app
from web.pages import PAGES

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def visits(explorer: Explorer) -> dict[str, str]:
    """An address for each page that a person may open, with something to see."""
    view = explorer.view()
    core = view.parties.take("party_id", view.cores[:1])[0].as_py()
    prospect = explorer.dig([core], direction="upstream", top=1).frame()["prospect_id"][0]
    group = explorer.circles("group").frame()["circle_id"][0]
    party = f"/party/{encode(core)}"
    return {
        "home": "/?find=粮",
        "party": party,
        "neighbours": f"{party}/neighbours?relation=SUPPLIES&direction=in",
        "path": f"/path?start={core}&end={prospect}",
        "dig": f"{party}/dig?direction=upstream",
        "prospects": "/prospects",
        "introduce": f"{party}/introduce",
        "introductions": f"/introduce?prospect={prospect}",
        "referrers": "/referrers",
        "circles": "/circles?kind=group",
        "circle": f"/circles/group/{encode(group)}",
        "grids": "/grids",
        "query": "/query",
        "lists": "/lists",
        "status": "/status",
    }


def test_every_page_is_visited(county: Explorer, viewer: Flask):
    needing = {page.name for page in PAGES if page.template} - visits(county).keys()
    assert needing <= {"list", "sign_in", "query_named", "saved"}, "their own tests visit these"
    client = viewer.test_client()
    assert {path: client.get(path).status_code for path in visits(county).values()} == dict.fromkeys(
        visits(county).values(), 200
    )


@pytest.mark.thorough
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.lang}-{look.width}")
def test_every_page_fits_reads_well_and_asks_nobody_else(
    browser: Browser, county: Explorer, address: str, look: Look
):
    found = {}
    with looking(browser, address, look) as page:
        for name, path in visits(county).items():
            page.goto(path)
            page.wait_for_load_state("networkidle")
            shot(page, name, look)
            wide = page.evaluate("document.documentElement.scrollWidth")
            broken = [one["id"] for one in Axe().run(page, options=RULES).response["violations"]]
            heads = page.locator("h1").count()
            if (wide, broken, heads) != (page.viewport_size["width"], [], 1):  # type: ignore[index]
                found[name] = wide, broken, heads
    assert found == {}


CJK = re.compile(r"[\u4e00-\u9fff]")


def test_every_page_speaks_english_when_asked(county: Explorer, viewer: Flask):
    """Words of the data stay as they are: what is Chinese in an English page must stand in the data."""
    data = json.dumps(list(_data(county)), ensure_ascii=False, default=str)
    client = viewer.test_client()
    foreign = {}
    for name, path in visits(county).items():
        text = re.sub(
            r"<(script|title)\b.*?</\1>|<[^>]+>", "\n", client.get(path + _also(path, "lang=en")).text, flags=re.S
        )
        lines = {line.strip(" ·◆✓⊘…") for line in text.split("\n") if CJK.search(line)}
        pieces = {piece for line in lines for piece in re.findall(r"[\u4e00-\u9fff]+", line)}
        if left := {piece for piece in pieces - {"中文", "粮", "核心企业", "临河"} if piece not in data}:
            foreign[name] = left
    assert foreign == {}


def _data(county: Explorer) -> Iterator[Any]:
    yield county.view().parties.table.to_pydict()
    yield from (table.to_pydict() for table in county.view().bonds.tables.values())
    yield from (county.names(label) for label in ("Industry", "Product", "Group", "Manager"))
    yield county.view().sources.dictionary.to_pylist()  # type: ignore[union-attr]
    yield county.settings.values


def _also(path: str, more: str) -> str:
    return ("&" if "?" in path else "?") + more


def test_a_load_swaps_the_graph_under_the_readers_without_an_error(tmp_path: Path):
    tables = write_tables(tmp_path / "tables", EXAMPLE)
    explorer = load(tmp_path / "store", tables)
    app = create_app(explorer)
    changed = EXAMPLE | {"parties": EXAMPLE["parties"].replace("冯家农场", "新冯农场")}
    over = threading.Event()

    def read(number: int) -> set[tuple[str, int]]:
        client, seen = app.test_client(), set()
        while not over.is_set():
            for path in ("/party/B1", "/party/B1/dig?direction=upstream", "/?find=F1", "/api/party/F1"):
                seen.add((path, client.get(path).status_code))
            time.sleep(0.02)  # leave the loads some of the processors
        return seen

    with ThreadPoolExecutor(4) as pool:
        reading = [pool.submit(read, number) for number in range(4)]
        for version in (changed, EXAMPLE, changed):
            Explorer.open(tmp_path / "store").load(
                write_tables(tmp_path / "tables", version), rejects=tmp_path / "rejects.csv", today=TODAY
            )
        over.set()
    assert {status for one in reading for _, status in one.result()} == {200}
    assert "新冯农场" in app.test_client().get("/party/F1").text


def test_a_store_without_a_load_says_how_to_make_one(browser: Browser, tmp_path: Path):
    with (
        served(create_app(Explorer.open(tmp_path))) as address,
        looking(browser, address, Look("en", "desktop")) as page,
    ):
        page.goto("/")
        assert "explorer load tables" in page.locator("main").inner_text()
        answer = page.goto("/party/B1")
        assert answer is not None
        assert (answer.status, page.locator("h1").inner_text()) == (503, "This did not work")


def test_parts_of_one_name_are_described_apart(viewer: Flask):
    described = viewer.test_client().get("/api/openapi.json").json
    assert described
    schemas = described["components"]["schemas"]
    used = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(described)))
    assert used - {*schemas} == set()
    row = schemas["ListPage"]["properties"]["rows"]["items"]["$ref"].rpartition("/")[2]
    assert {"found", "note", "excluded"} <= {*schemas[row]["properties"]}
    assert sorted(name for name in schemas if "Row" in name.split("__")) == [
        "web__pages__lists__Row", "web__pages__neighbours__Row"
    ]  # fmt: skip
