"""The chain's picture beyond the chain: other relations, hubs, what a page keeps and hides, and commands that run."""

from __future__ import annotations

import csv
import io
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from explorer import Explorer
from tests.parts import Run, load, write_tables
from tests.test_surrounding import kin
from tests.test_web_party import DESKTOPS, arguments, box_of, boxes, opened, twin
from tests.viewing import LOOKS, WIDTHS, looking
from web.app import create_app


@pytest.fixture(scope="module")
def core(county: Explorer) -> str:
    """The core enterprise with most partners."""
    view = county.view()
    row = max(view.cores.tolist(), key=lambda one: view.partners[one])
    return str(view.parties.take("party_id", np.array([row]))[0].as_py())


@pytest.mark.parametrize("query", ["", "up=3&down=1", "tab=upstream&tier=2&only=prospects", "view_hub=3"])
def test_the_command_of_the_chain_gives_the_rows_of_its_file(
    viewer: Flask, core: str, county: Explorer, run: Run, query: str
):
    command = twin(viewer, f"/party/{core}?{query}")["command"].splitlines()[1]
    ran = run(*shlex.split(command)[1:], "--store", county.store.version().parent)
    text = viewer.test_client().get(f"/party/{core}/rows.csv?{query}", buffered=True).text
    assert (ran.code, ran.rows) == (0, list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")))))
    assert len(ran.rows) > 0


def test_commands_run_where_ids_begin_with_a_hyphen(tmp_path: Path, run: Run):
    tables = {
        "parties": "party_id,name\n-M,明光\n--x,北方\n",
        "supplies": "supplier_id,buyer_id,amount,date\n--x,-M,100,2026-06-30\n",
        "ties": "a_id,b_id,kind\n-M,--x,kin\n",
    }
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", tables))
    app = create_app(explorer)
    page = twin(app, "/party/-M?pick=--x&expand=KNOWS:both:-M&supplier=--x&buyer=-M")
    commands = [*page["command"].splitlines(), page["links"][0]["command"]]
    commands.append(twin(app, "/party/-M/neighbours?relation=KNOWS&direction=both")["command"])
    assert len(commands) == 6
    for one in commands:
        name, *words = shlex.split(one)[1:]
        ran = run(name, "--store", tmp_path / "store", *words)
        assert (one, ran.code, ran.err if ran.code else "") == (one, 0, "")
        assert b"-M" in ran.out


@pytest.fixture(scope="module")
def known(county_tables: Path) -> str:
    """The party that is known to most others."""
    met = kin(county_tables)
    return max(met, key=lambda one: (len(met[one]), one))


def test_a_relation_is_drawn_with_a_stroke_of_its_own_and_said_in_words(viewer: Flask, known: str):
    before = twin(viewer, f"/party/{known}?ask={known}")
    one = next(each for each in before["question"]["relations"] if each["count"]["relation"] == "KNOWS")
    assert (one["expand"], one["open"], before["question"]["removable"]) == (f"KNOWS:both:{known}", False, False)
    page = twin(viewer, f"/party/{known}?expand={one['expand']}&ask={known}")
    around = page["around"][0]
    assert (around["relation"], around["total"], around["left"]) == ("KNOWS", one["count"]["count"], 0)
    met = {each["who"]["party_id"] for each in around["met"]}
    assert len(met) == len(around["met"]) <= around["total"]
    assert met <= set(boxes(page).values())
    lines = [line for line in page["picture"]["lines"] if line["relation"] == "KNOWS"]
    assert (len(lines), {line["arrow"] for line in lines}) == (len(met), {False})
    assert [one["relation"] for one in page["picture"]["legend"]] == ["KNOWS"]
    assert next(each for each in page["question"]["relations"] if each["expand"] == one["expand"])["open"]
    assert f"explorer neighbours {known} --relation KNOWS --direction both" in page["command"].splitlines()
    for ending in ("svg", "html", "graphml"):
        text = viewer.test_client().get(f"/party/{known}/picture.{ending}?lang=zh&expand={one['expand']}").text
        assert [each["who"]["name"] for each in around["met"] if each["who"]["name"] not in text] == []
        assert ("认识" in text) or ending == "graphml"


def test_things_are_drawn_too_and_lead_to_who_shares_them(viewer: Flask, core: str):
    page = twin(viewer, f"/party/{core}?expand=IN_GRID:out:{core}")
    (thing,) = [box for box in page["picture"]["boxes"] if box["thing"]]
    assert page["clicks"][thing["key"]]["to"] == "home"
    html = viewer.test_client().get(f"/party/{core}?expand=IN_GRID:out:{core}").text
    assert f'href="/?find={page["clicks"][thing["key"]]["find"]}"' in html


def test_a_party_met_by_another_relation_is_picked_and_lit(viewer: Flask, known: str):
    address = f"/party/{known}?expand=KNOWS:both:{known}"
    met = [one["who"]["party_id"] for one in twin(viewer, address)["around"][0]["met"] if not one["known"]]
    page = twin(viewer, f"{address}&pick={met[0]}")
    lit = {box["who"]["party_id"] for box in page["picture"]["boxes"] if box["picked"]}
    assert lit == {known, met[0]}
    assert [one["relation"] for one in page["ties"]] == ["KNOWS"]
    assert [box["dim"] for box in page["picture"]["boxes"] if box["who"] and box["who"]["party_id"] not in lit] == [
        True
    ] * (len(boxes(page)) - 2)


def test_picking_keeps_what_is_asked_and_expanded(viewer: Flask, core: str):
    address = f"/party/{core}?ask={core}&expand=IN_GRID%3Aout%3A{core}"
    html = viewer.test_client().get(address).text
    picks = re.findall(r'href="([^"]*[?&](?:amp;)?pick=[^"]*)"', html)
    assert len(picks) > 5
    assert [one for one in picks if f"ask={core}" not in one or "expand=IN_GRID" not in one] == []


def test_hidden_names_of_what_was_expanded_stand_nowhere(viewer: Flask, core: str, known: str):
    for party, expand in ((known, "KNOWS:both"), (core, "MANAGES:in"), (known, "MEMBER_OF:out")):
        query = f"expand={expand}:{party}"
        page = twin(viewer, f"/party/{party}?{query}")
        met = [each for one in page["around"] for each in one["met"]]
        names = [each["who"]["name"] if each["who"] else each["thing"]["text"] for each in met]
        client = viewer.test_client()
        for address in (f"/party/{party}", *(f"/party/{party}/picture.{one}" for one in ("svg", "html", "graphml"))):
            text = client.get(f"{address}?{query}&names=hidden").text
            assert [name for name in names if name in text] == []


def test_the_neighbours_view_is_the_page_of_neighbours(viewer: Flask, core: str):
    client = viewer.test_client()
    answer = client.get(f"/party/{core}?view=neighbours&names=hidden")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/party/{core}/neighbours?names=hidden")
    wanted = "relation=SUPPLIES&direction=out&page=2"
    answer = client.get(f"/party/{core}?view=neighbours&up=3&{wanted}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/party/{core}/neighbours?{wanted}")
    assert client.get(f"/api/party/{core}?view=neighbours", follow_redirects=True).json["who"]["party_id"] == core


def test_rows_of_one_name_are_told_apart(tmp_path: Path):
    parties = "party_id,name,kind,region\nM,明光,company,城关\nA,张伟,farmer,东乡\nB,张伟,person,西乡\nC,李娜,,\n"
    sold = "supplier_id,buyer_id,amount,date\n" + "".join(f"{one},M,100,2026-06-30\n" for one in "ABC")
    app = create_app(load(tmp_path / "s", write_tables(tmp_path / "t", {"parties": parties, "supplies": sold})))
    rows = {row["who"]["party_id"]: row["apart"] for row in twin(app, "/party/M")["table"]}
    assert rows == {
        "A": {"kind": "farmer", "region": "东乡"}, "B": {"kind": "person", "region": "西乡"}, "C": None
    }  # fmt: skip
    html = app.test_client().get("/party/M?lang=zh").text
    assert "农户 · 东乡 · A" in html
    assert "个人 · 西乡 · B" in html


def test_a_side_with_too_many_partners_is_counted_and_the_other_drawn(viewer: Flask, county: Explorer):
    graph = county.view().graph
    buyers, suppliers = np.diff(graph.out_ptr), np.diff(graph.up_ptr)
    row = int(np.argmax(np.where(suppliers > 0, buyers - suppliers, -1)))
    party = county.view().parties.take("party_id", np.array([row]))[0].as_py()
    page = twin(viewer, f"/party/{party}?view_hub={buyers[row] - 1}")
    assert (page["crowded"], len(page["drawn"]) > 0) == (["downstream"], True)
    assert {one["direction"] for one in page["drawn"]} == {"upstream"}
    (count,) = [box for box in page["picture"]["boxes"] if not box["who"] and box["x"] > 0]
    assert (count["text"], page["clicks"][count["key"]]["tab"]) == (f"{buyers[row]:,} 家买方，见表 ›", "downstream")
    assert next(one["total"] for one in page["columns"] if one["direction"] == "downstream") == buyers[row]
    assert twin(viewer, f"/party/{party}?view_hub={buyers[row] - 1}&tab=downstream")["table"] != []


def test_a_party_with_too_many_partners_on_both_sides_has_its_table_alone(viewer: Flask, core: str):
    page = twin(viewer, f"/party/{core}?view_hub=3&ask={core}")
    assert (page["crowded"], page["picture"], len(page["table"]) > 3) == (["upstream", "downstream"], None, True)
    assert {(one["expand"], one["drawn"]) for one in page["question"]["relations"]} == {("", 0)}
    assert page["question"]["removable"] is False
    client = viewer.test_client()
    html = client.get(f"/party/{core}?view_hub=3").text
    assert 'data-name="dismiss"' not in html
    assert 'data-name="ask"' in html
    assert client.get(f"/party/{core}/picture.svg?view_hub=3").status_code == 400


def test_a_relation_is_asked_drawn_in_sight_and_collapsed(browser: Browser, address: str, core: str):
    with looking(browser, address, DESKTOPS[0]) as page:
        opened(page, f"/party/{core}")
        page.mouse.click(*box_of(page, core), button="right")
        assert page.locator("#menu [data-drawn]").is_hidden()  # the middle cannot be taken out
        page.locator('#menu [data-name="ask"]').click()
        page.locator("#question a.main").last.click()
        page.wait_for_selector(".around")
        (expand,) = arguments(page)["expand"]
        assert expand.endswith(f":{core}")
        assert page.locator("#question").count() == 0
        inside = page.evaluate(
            """() => { const { network } = window.picture;
            const data = JSON.parse(document.getElementById("picture-data").textContent);
            const canvas = document.getElementById("canvas");
            return data.vis.fresh.map(key => network.canvasToDOM(network.getPosition(key)))
              .map(at => at.x > 0 && at.x < canvas.clientWidth && at.y > 0 && at.y < canvas.clientHeight); }"""
        )
        assert inside[:1] == [True]
        page.locator(".around .btn").click()
        page.wait_for_function("() => !document.querySelector('.around')")
        assert "expand" not in arguments(page)
        page.go_back()
        page.wait_for_selector(".around")


def test_on_a_phone_the_menu_asks_and_what_is_drawn_is_seen(browser: Browser, address: str, core: str):
    look = next(one for one in LOOKS if one.width == "phone")
    with looking(browser, address, look) as page:
        page.goto(f"/party/{core}")
        page.locator(".rows [data-menu]:visible").first.tap()
        page.locator('#menu [data-name="ask"]').tap()
        page.locator("#question a.main").last.tap()
        page.wait_for_selector(".drawn.open")
        assert page.locator(".drawn > svg .fresh").first.is_visible()
        party = page.locator(".around li a.mark, .around li span.mark").count()
        assert party > 0
        page.locator(".drawn > svg a:has(rect)").first.click()
        page.wait_for_function("() => location.search.includes('pick=') || location.search.includes('expand=')")
        expect(page.locator(".drawn.open")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"][0]


def test_a_table_alone_offers_what_works_on_it(browser: Browser, address: str, core: str):
    with looking(browser, address, DESKTOPS[0]) as page:
        page.goto(f"/party/{core}?view_hub=3")
        page.locator("[data-menu]:visible").first.click()
        names = page.eval_on_selector_all("#menu [data-name]", "all => all.map(one => one.dataset.name)")
        assert ("ask" in names, "dismiss" in names) == (True, False)
        page.locator('#menu [data-name="ask"]').click()
        page.wait_for_selector("#question")
        assert page.locator("#question a.main").count() == 0
