"""The page of neighbours: every relation a tab, its rows in pages, with what is known of each, all to take away."""

from __future__ import annotations

import csv
import io
import shlex
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser

from explorer import Explorer
from tests.parts import Run
from tests.viewing import LOOKS, Look, looking, shot


@pytest.fixture(scope="module")
def core(county: Explorer) -> str:
    """The core enterprise with most neighbours by supply."""
    parties, cores = county.view().parties, county.view().cores
    counts = parties.take("n_suppliers", cores).fill_null(0).to_numpy()
    return str(parties.take("party_id", cores[[counts.argmax()]])[0].as_py())


def at(party: str, query: str = "") -> str:
    return f"/party/{party}/neighbours{query and '?' + query}"


def twin(viewer: Flask, address: str) -> Any:
    return viewer.test_client().get("/api" + address).json


def test_every_tab_lists_what_it_counts(viewer: Flask, county: Explorer, core: str) -> None:
    client = viewer.test_client()
    for tab in twin(viewer, at(core))["tabs"]:
        query = f"relation={tab['relation']}&direction={tab['direction']}"
        page = twin(viewer, at(core, query))
        found = county.neighbours(core, tab["relation"], tab["direction"], limit=50)
        assert [row["key"]["text"] for row in page["table"]] == found.found["other_id"].to_pylist()
        assert (page["pager"]["total"], page["more"]) == (tab["count"], max(0, tab["count"] - 50))
        for lang in ("zh", "en"):
            assert client.get(at(core, f"{query}&lang={lang}")).status_code == 200


def test_pages_follow_one_another_and_files_hold_all(viewer: Flask, core: str) -> None:
    query = "relation=SUPPLIES&direction=in&page_rows=5"
    first, second = (twin(viewer, at(core, f"{query}&page={page}")) for page in (1, 2))
    text = viewer.test_client().get(at(core).replace("?", "") + f"/rows.csv?{query}&page=2", buffered=True).data
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert [row["other_id"] for row in rows][:10] == [row["key"]["text"] for row in first["table"] + second["table"]]
    assert len(rows) == first["pager"]["total"]
    beyond = twin(viewer, at(core, f"{query}&page=100000"))
    assert beyond["pager"]["page"] == beyond["pager"]["pages"]
    assert beyond["table"][-1]["key"]["text"] == rows[-1]["other_id"]


def test_the_command_gives_all_rows_and_the_bytes_of_the_file(
    viewer: Flask, county: Explorer, core: str, run: Run
) -> None:
    query = "relation=SUPPLIES&direction=in&page_rows=3"
    page = twin(viewer, at(core, f"{query}&page=2"))
    ran = run(*shlex.split(page["command"])[1:], "--store", county.home.folder)
    assert (ran.code, len(ran.rows)) == (0, page["pager"]["total"])
    assert [row["other_id"] for row in ran.rows][3:6] == [row["key"]["text"] for row in page["table"]]
    file = viewer.test_client().get(f"{at(core)}/rows.csv?{query}", buffered=True).data
    assert list(csv.DictReader(io.StringIO(file.decode("utf-8-sig")))) == ran.rows


def test_the_picture_holds_no_more_than_a_column_and_counts_the_rest(viewer: Flask, core: str) -> None:
    page = twin(viewer, at(core, "relation=SUPPLIES&direction=in"))
    boxes = page["picture"]["boxes"]
    parties = [box for box in boxes if box["who"]]
    assert len(parties) == 1 + min(22, page["pager"]["total"])
    assert all(box["x"] <= 0 for box in boxes)
    rest = [box["text"] for box in boxes if not box["who"]]
    assert rest == ([f"其余 {page['pager']['total'] - 22:,} 个"] if page["pager"]["total"] > 22 else [])
    assert twin(viewer, at(core, "relation=IN_GRID"))["picture"] is None


def test_a_thing_leads_to_the_parties_that_share_it(viewer: Flask, core: str) -> None:
    (grid,) = twin(viewer, at(core, "relation=IN_GRID"))["table"]
    hits = viewer.test_client().get("/api/", query_string={"find": grid["find"], "find_limit": 1000}).json["hits"]  # type: ignore[index]
    assert core in [hit["who"]["party_id"] for hit in hits]


@pytest.mark.parametrize("query", ["relation=LOVES", "relation=FEEDS", "relation=OWNS&direction=both", "page=x"])
def test_bad_arguments_are_refused(viewer: Flask, core: str, query: str) -> None:
    assert viewer.test_client().get(at(core, query)).status_code == 400
    assert viewer.test_client().get(at("~00nobody")).status_code == 404


def test_hidden_names_stand_nowhere(viewer: Flask, core: str) -> None:
    query = "relation=SUPPLIES&direction=in"
    names = {row["who"]["name"] for row in twin(viewer, at(core, query))["table"]}
    page = viewer.test_client().get(at(core, f"{query}&names=hidden&amounts=hidden")).text
    assert [name for name in names if name in page] == []
    assert "•••" in page


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.lang}-{look.width}")
def test_the_page_fits(browser: Browser, address: str, core: str, look: Look) -> None:
    with looking(browser, address, look) as page:
        page.goto(at(core, "relation=SUPPLIES&direction=in"))
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
        shot(page, "neighbours", look)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]] == []
        page.locator(".counts a").first.click()
        assert "relation=SUPPLIES&direction=out" in page.url
