"""The page of paths: ends, relations and limits in its address; each path with its grounds; none is an answer."""

from __future__ import annotations

import csv
import io
import shlex
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, expect

from explorer import Explorer
from tests.parts import EXAMPLE, Run, load, write_tables
from tests.viewing import LOOKS, Look, looking, shot
from web.app import create_app


@pytest.fixture(scope="module")
def ends(county: Explorer) -> tuple[str, str]:
    """Two core enterprises that some path joins."""
    ids = county.view().parties.take("party_id", county.view().cores).to_pylist()
    return next((one, other) for one in ids for other in ids if one < other and len(county.path(one, other)) > 1)


def at(*ends: str, **arguments: Any) -> str:
    return "/path?" + urlencode({"start": ends[0], "end": ends[1]} | arguments, doseq=True)


def twin(viewer: Flask, *ends: str, **arguments: Any) -> Any:
    return viewer.test_client().get("/api" + at(*ends, **arguments)).json


def test_the_page_tells_what_the_service_finds(viewer: Flask, county: Explorer, ends: tuple[str, str]) -> None:
    found, page = county.path(*ends), twin(viewer, *ends)
    ids = county.view().parties.column("party_id")
    expected = [[(ids[hop.start].as_py(), ids[hop.end].as_py()) for hop in path.hops] for path in found.paths]
    shown = [[(hop["start"]["party_id"], hop["end"]["party_id"]) for hop in way["hops"]] for way in page["ways"]]
    assert shown == expected
    assert [way["strength"] for way in page["ways"]] == [path.strength for path in found.paths]
    assert all(hop["reasons"] for way in page["ways"] for hop in way["hops"])
    assert page["rows"] == len(found.frame())
    assert len({box["key"] for box in page["picture"]["boxes"]}) == len(
        {one for way in expected for hop in way for one in hop}
    )


def test_the_export_and_the_command_give_the_same_rows(
    viewer: Flask, county: Explorer, ends: tuple[str, str], run: Run
) -> None:
    chosen = {"relation": ["trade", "tie"], "paths": 3, "path_hops": 3}
    text = (
        viewer.test_client()
        .get(at(*ends, **chosen).replace("/path?", "/path/rows.csv?"), buffered=True)
        .data.decode("utf-8-sig")
    )
    command = shlex.split(twin(viewer, *ends, **chosen)["command"])
    ran = run(*command[1:], "--store", county.home.folder)
    assert ran.code == 0
    assert list(csv.DictReader(io.StringIO(text))) == ran.rows


def test_whole_names_serve_and_others_bring_candidates(
    viewer: Flask, county: Explorer, ends: tuple[str, str]
) -> None:
    parties = county.view().parties
    row = parties.find(ends[0])
    name = parties.column("name")[row].as_py()
    if len(parties.named(name)) == 1:
        assert twin(viewer, name, ends[1])["start"]["who"]["party_id"] == ends[0]
    page = twin(viewer, name[:3], "绝无此名")
    assert (page["ways"], page["start"]["problem"], page["end"]["problem"]) == (None, "several", "unknown")
    assert page["start"]["candidates"]
    assert viewer.test_client().get(at(name[:3], "绝无此名")).status_code == 200


def test_no_path_is_said_to_prove_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("none")
    client = create_app(load(folder / "store", write_tables(folder / "tables", EXAMPLE))).test_client()
    page = client.get(at("B1", "R2", relation="tie", lang="en")).text
    assert "None within 4 hops" in page
    assert "No path is no proof of none" in page
    assert "same party" in client.get(at("B1", "B1", lang="en")).text
    assert client.get("/path/rows.csv?start=B1&end=R2&relation=tie", buffered=True).text.count("\n") == 1
    one_way = [len(client.get("/api" + at(*two, along_goods=1)).json["ways"]) for two in (("B1", "R1"), ("R1", "B1"))]
    assert one_way == [1, 0]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [({"relation": "love"}, 400), ({"path_hops": 9}, 400), ({"paths": "x"}, 400), ({"along_goods": "maybe"}, 400)],
)
def test_bad_arguments_are_refused(
    viewer: Flask, ends: tuple[str, str], arguments: dict[str, Any], status: int
) -> None:
    assert viewer.test_client().get(at(*ends, **arguments)).status_code == status


def test_hidden_names_and_amounts_stand_nowhere_on_the_page(
    viewer: Flask, county: Explorer, ends: tuple[str, str]
) -> None:
    client = viewer.test_client()
    hidden = at(*ends, names="hidden", amounts="hidden")
    page = client.get(hidden).text
    names = {
        hop[end]["name"] for way in twin(viewer, *ends)["ways"] for hop in way["hops"] for end in ("start", "end")
    }
    assert [name for name in names if name in page] == []
    svg = client.get(hidden.replace("/path?", "/path/picture.svg?")).text
    assert [name for name in names if name in svg] == []


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.lang}-{look.width}")
def test_the_page_fits_and_swaps(browser: Browser, address: str, ends: tuple[str, str], look: Look) -> None:
    with looking(browser, address, look) as page:
        page.goto(at(*ends))
        page.locator("details summary").first.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
        shot(page, "path", look)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]] == []
        page.locator(".ends > .btn").click()
        expect(page.locator("#start")).to_have_value(ends[1])
        page.locator("input[value=trade]").uncheck()
        page.locator(".path-form .btn.main").click()
        page.wait_for_url("**relation=tie**")
        assert "relation=trade" not in page.url
