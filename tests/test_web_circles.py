"""The pages of introductions, referrers, circles and grids say what the command line says."""

from __future__ import annotations

import shlex
from collections import Counter
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from explorer import Explorer
from tests.parts import Run
from tests.test_web_dig import answer, broken, file, fits
from tests.viewing import LOOKS, Look, looking, shot


@pytest.fixture
def client(viewer: Flask) -> FlaskClient:
    return viewer.test_client()


@pytest.fixture(scope="module")
def core(county: Explorer) -> str:
    view = county.view()
    return str(
        view.parties.take("party_id", view.cores[[np.diff(view.graph.up_ptr)[view.cores].argmax()]])[0].as_py()
    )


@pytest.fixture(scope="module")
def prospects(county: Explorer) -> list[str]:
    view = county.view()
    return list(view.parties.take("party_id", np.flatnonzero(view.standing == 1)[:40]).to_pylist())


def told(client: FlaskClient, county: Explorer, run: Run, path: str) -> tuple[Any, list[dict[str, str]]]:
    """A page's answer, and the rows of the command on it, which its file is."""
    got = answer(client, path)
    ran = run(*shlex.split(got["command"])[1:], "--store", county.home.folder, "--format", "csv")
    assert ran.code == 0, ran.err
    base, _, query = path.partition("?")
    assert file(client, f"{base}/rows.csv?{query}") == ran.out
    return got, ran.rows


def same(openings: list[dict[str, Any]], rows: list[dict[str, str]]) -> None:
    """Openings of a page against the rows of `explorer introduce`."""
    shown = [
        (one["prospect"]["who"]["party_id"], str(one["rank"] or ""), way["source"]["party_id"],
         ">".join(who["party_id"] for who in way["ends"]), f"{way['strength']:.6f}", str(way["load"]))
        for one in openings for way in one["ways"]
    ]  # fmt: skip
    assert shown == [
        (row["prospect_id"], row["rank"], row["source_id"], row["path_ids"], f"{float(row['strength']):.6f}",
         row["load"] or "0")
        for row in rows if row["source_id"]
    ]  # fmt: skip


def test_each_prospect_has_its_introducers(client: FlaskClient, county: Explorer, prospects: list[str], run: Run):
    for party in prospects[:6]:
        got, rows = told(client, county, run, f"/party/{party}/introduce")
        same(got["answer"]["openings"], rows)
        evidence = [row["evidence"] for row in rows]
        for way, words in zip(
            [way for one in got["answer"]["openings"] for way in one["ways"]], evidence, strict=False
        ):
            assert len(way["links"]) == len(way["ends"]) - 1 == words.count(" > ") + 1


def test_a_core_customer_shows_those_of_its_string(client: FlaskClient, county: Explorer, run: Run):
    view = county.view()
    rows = np.flatnonzero(view.parties.flag("is_core") & view.parties.flag("is_customer"))
    party = view.parties.take("party_id", rows[:1])[0].as_py()
    got, told_rows = told(client, county, run, f"/party/{party}/introduce?direction=upstream")
    assert got["of"] == "string"
    same(got["answer"]["openings"], told_rows[: sum(len(one["ways"]) or 1 for one in got["answer"]["openings"])])


def test_introductions_of_named_ones_and_of_a_string(
    client: FlaskClient, county: Explorer, core: str, prospects: list[str], run: Run
):
    names = "%0A".join(prospects[:5])
    got, rows = told(client, county, run, f"/introduce?prospects={names}")
    same(got["answer"]["openings"], rows)
    got, rows = told(client, county, run, f"/introduce?string_of={core}&introductions=1")
    assert got["answer"]["introduced"] == len({row["prospect_id"] for row in rows if row["rank"]})
    assert answer(client, "/introduce")["answer"] is None
    assert client.get("/introduce?string_of=nobody-at-all").status_code == 404


def test_referrers_and_campaigns_are_the_command_lines(client: FlaskClient, county: Explorer, run: Run):
    got, rows = told(client, county, run, "/referrers")
    assert got["count"] == len(rows)
    assert [(one["who"]["party_id"], one["expected"]) for one in got["rows"]] == [
        (row["party_id"], pytest.approx(float(row["expected"]), abs=1e-4)) for row in rows[:50]
    ]
    assert [one["likely"][0]["who"]["party_id"] if one["likely"] else "" for one in got["rows"]] == [
        row["likely_1_id"] for row in rows[:50]
    ]
    got, rows = told(client, county, run, "/referrers?k=4&grid=G00001&grid=G00002")
    assert [one["who"]["party_id"] for one in got["campaign"]["asked"]] == [row["party_id"] for row in rows]
    assert answer(client, "/referrers?budget=1000&cost=300")["campaign"]["count"] == 3
    for wrong in ("k=0", "k=1001", "budget=5", "budget=5&cost=6", "budget=1000000&cost=1", "cost=x&budget=1"):
        assert client.get(f"/referrers?{wrong}").status_code == 400


@pytest.mark.parametrize("kind", ["community", "group", "grid", "guarantee", "ownership"])
def test_circles_and_their_members_are_the_command_lines(client: FlaskClient, county: Explorer, run: Run, kind: str):
    got, rows = told(client, county, run, f"/circles?kind={kind}")
    assert got["total"] == len(rows)
    assert [one["circle_id"] for one in got["rows"]] == [row["circle_id"] for row in rows[:50]]
    if rows:
        circle = rows[0]["circle_id"]
        got, members = told(client, county, run, f"/circles/{kind}/{circle}")
        assert [one["who"]["party_id"] for one in got["members"]] == [row["party_id"] for row in members[:50]]
    assert client.get(f"/circles/{kind}/none-of-this-name").status_code == 400


@pytest.mark.parametrize("sort", ["members", "-penetration", "name", "-expected_customers", "lift"])
def test_circles_can_be_sorted_and_none_is_lost(client: FlaskClient, county: Explorer, sort: str):
    got = answer(client, f"/circles?kind=grid&sort={sort}")
    ids = [one["circle_id"] for one in got["rows"]]
    assert len({*ids}) == got["total"] == len(county.circles("grid").frame())
    if sort == "members":
        assert [one["members"] for one in got["rows"]] == sorted(one["members"] for one in got["rows"])


def test_every_grid_is_counted_under_its_branch(client: FlaskClient, county: Explorer):
    view = county.view()
    facts = zip(*(view.parties.column(name).to_pylist() for name in ("grid", "branch", "is_customer")), strict=True)
    members: Counter[str] = Counter()
    customers: Counter[str] = Counter()
    branches: dict[str, Counter[str]] = {}
    for grid, branch, customer in facts:
        if grid:
            members[grid] += 1
            customers[grid] += bool(customer)
            branches.setdefault(grid, Counter())[branch] += 1
    got = answer(client, "/grids")
    cells = {cell["grid"]: (row["branch"], cell["value"]) for row in got["rows"] for cell in row["cells"]}
    assert got["pager"]["pages"] == 1
    assert {grid: value for grid, (_, value) in cells.items()} == {
        grid: pytest.approx(customers[grid] / count) for grid, count in members.items()
    }
    assert all(branches[grid][branch] == max(branches[grid].values()) for grid, (branch, _) in cells.items())
    table = county.circles("grid").frame().set_index("circle_id")
    for measure in ("prospects", "customers", "cores_touched"):
        rows = answer(client, f"/grids?measure={measure}")["rows"]
        found = {cell["grid"]: cell["value"] for row in rows for cell in row["cells"]}
        assert found == table[measure].astype(float).to_dict()


def test_a_picked_grid_shows_its_parties(client: FlaskClient, county: Explorer):
    got = answer(client, "/grids?pick=G00001")["picked"]
    where = county.view().parties.where("grid", ["G00001"])
    assert (got["members"], got["pager"]["total"]) == (len(where), len(where))
    assert client.get("/grids?pick=nowhere").status_code == 400


def test_hidden_names_leak_into_no_text(client: FlaskClient, county: Explorer, core: str):
    view = county.view()
    names = [name for name in view.parties.column("name").to_pylist() if len(name) > 3]
    for path in (f"/party/{core}/introduce?of=string", f"/introduce?string_of={core}", "/referrers?k=3",
                 "/circles?kind=ownership", "/circles/grid/G00001", "/grids?pick=G00001"):  # fmt: skip
        html = client.get(f"{path}{'&' if '?' in path else '?'}names=hidden").text
        assert [name for name in names if name in html] == [], path
    rows = file(client, "/circles/rows.csv?kind=ownership&names=hidden").decode()
    assert [name for name in names if name in rows] == []


PAGES = {
    "introduce": "/party/{prospect}/introduce", "introduce-string": "/party/{core}/introduce?of=string",
    "introductions": "/introduce", "referrers": "/referrers?k=6", "circles": "/circles",
    "risk": "/circles?kind=ownership",
    "circle": "/circles/grid/G00001", "grids": "/grids?measure=prospects&pick=G00001",
}  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.lang}-{look.width}")
@pytest.mark.parametrize("name", PAGES)
def test_pages_can_be_looked_at(
    browser: Browser, address: str, core: str, prospects: list[str], look: Look, name: str
):
    with looking(browser, address, look) as page:
        response = page.goto(PAGES[name].format(core=core, prospect=prospects[0]))
        assert response
        assert response.status == 200
        shot(page, name, look)
        assert (broken(page), fits(page)) == ([], True)


def test_the_command_behind_a_picked_grid_lists_all_its_parties(client: FlaskClient, county: Explorer, run: Run):
    shown: list[str] = []
    page, pages = 1, 1
    while page <= pages:
        got = answer(client, f"/grids?pick=G00003&parties={page}")
        pages, page = got["picked"]["pager"]["pages"], page + 1
        shown += [party["who"]["party_id"] for party in got["picked"]["parties"]]
    ran = run(*shlex.split(got["command"])[1:], "--store", county.home.folder, "--format", "csv")
    assert ran.code == 0, ran.err
    assert (sorted(shown), len(shown) > 50) == (sorted(row["party_id"] for row in ran.rows), True)
