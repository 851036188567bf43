"""The page of a party: page, JSON, picture and files say the same; hidden and hostile names; in a browser."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import xml.etree.ElementTree as ET
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page, expect

from explorer import Explorer
from tests.parts import Run, load, write_tables
from tests.viewing import LOOKS, WIDTHS, Look, looking, shot
from web.app import create_app
from web.assets import vis
from web.drawing import BOX, TALL, Box, Line, Picture, clip
from web.pages.chain_choice import MOST
from web.parts import Who
from web.svg import svg

DESKTOPS = [look for look in LOOKS if look.width == "desktop"]
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def core(county: Explorer) -> str:
    """The core enterprise with most partners."""
    view = county.view()
    row = max(view.cores.tolist(), key=lambda one: view.partners[one])
    return str(view.parties.take("party_id", np.array([row]))[0].as_py())


def twin(app: Flask, address: str) -> dict[str, Any]:
    answer = app.test_client().get(f"/api{address}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def boxes(page: dict[str, Any]) -> dict[str, str]:
    return {box["key"]: box["who"]["party_id"] for box in page["picture"]["boxes"] if box["who"]}


def test_page_twin_and_picture_tell_the_same(viewer: Flask, core: str):
    page, html = twin(viewer, f"/party/{core}"), viewer.test_client().get(f"/party/{core}?lang=zh").text
    assert page["who"]["party_id"] == core
    assert [row["who"]["party_id"] for row in page["table"] if row["who"]["name"] not in html] == []
    assert {row["who"]["party_id"] for row in page["drawn"]} == set(boxes(page).values()) - {core}
    assert page["totals"]["upstream"] == sum(
        one["total"] for one in page["columns"] if one["direction"] == "upstream"
    )
    assert len({(box["x"], box["y"]) for box in page["picture"]["boxes"]}) == len(page["picture"]["boxes"])


def test_no_two_boxes_overlap_and_no_two_walks_cross(viewer: Flask, core: str):
    picture = twin(viewer, f"/party/{core}?up=4&down=4&view_nodes=1000")["picture"]
    at = {box["key"]: (box["x"], box["y"]) for box in picture["boxes"]}
    for x in {x for x, _ in at.values()}:
        ys = sorted(y for column, y in at.values() if column == x)
        assert [low for low, high in pairwise(ys) if high - low < TALL] == []
    for gap in {(at[line["start"]][0], at[line["end"]][0]) for line in picture["lines"]}:
        ends = sorted(
            (at[line["start"]][1], at[line["end"]][1])
            for line in picture["lines"]
            if (at[line["start"]][0], at[line["end"]][0]) == gap
        )
        assert [right for _, right in ends] == sorted(right for _, right in ends)
    columns = sorted({x for x, _ in at.values()})
    assert min(right - left for left, right in pairwise(columns)) > BOX


def test_a_picked_party_shows_its_link_and_lights_its_walk(viewer: Flask, core: str):
    far = next(row for row in twin(viewer, f"/party/{core}")["drawn"] if row["tier"] == 2)
    page = twin(viewer, f"/party/{core}?pick={far['who']['party_id']}")
    lit = {boxes(page)[box["key"]] for box in page["picture"]["boxes"] if box["picked"]}
    assert lit >= {core, far["who"]["party_id"], far["via"]["party_id"]}
    assert {box["dim"] for box in page["picture"]["boxes"] if box["who"] and not box["picked"]} == {True}
    panel = page["links"][0]
    assert (panel["far"], panel["near"]) == (far["who"], far["via"])
    assert panel["amount"] == far["amount"]
    ends = {"supplier": panel["supplier"]["party_id"], "buyer": panel["buyer"]["party_id"]}
    assert (
        twin(viewer, f"/party/{core}?supplier={ends['supplier']}&buyer={ends['buyer']}")["links"][0]["amount"]
        == far["amount"]
    )


def test_the_commands_behind_a_page_run(viewer: Flask, core: str, county: Explorer, run: Run):
    far = next(row for row in twin(viewer, f"/party/{core}")["drawn"] if row["tier"] == 2)
    page = twin(viewer, f"/party/{core}?pick={far['who']['party_id']}")
    commands = [*page["command"].splitlines(), *(link["command"] for link in page["links"])]
    assert len(commands) == 4
    store = str(county.store.version().parent)
    for one in commands:
        ran = run(*shlex.split(one)[1:], "--store", store)
        assert (ran.code, len(ran.out) > 0) == (0, True)


def test_the_table_sorts_filters_and_turns_its_pages(viewer: Flask, core: str):
    rows = twin(viewer, f"/party/{core}?tab=upstream&page_rows=1000")["table"]
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    by_name = twin(viewer, f"/party/{core}?tab=upstream&page_rows=1000&sort=name")["table"]
    assert [row["who"]["name"] for row in by_name] == sorted(row["who"]["name"] for row in rows)
    second = twin(viewer, f"/party/{core}?tab=upstream&tier=2&page_rows=5&page=2")
    assert [row["who"] for row in second["table"]] == [row["who"] for row in rows if row["tier"] == 2][5:10]
    only = twin(viewer, f"/party/{core}?tab=upstream&only=prospects&page_rows=1000")["table"]
    assert {row["who"]["role"] for row in only} <= {"prospect", "core"}
    assert twin(viewer, f"/party/{core}?view=table")["picture"] is None


def test_exports_hold_the_filtered_rows_of_all_pages(viewer: Flask, core: str):
    listed = twin(viewer, f"/party/{core}?tab=upstream&tier=2&only=prospects&page_rows=1000")["table"]
    text = viewer.test_client().get(f"/party/{core}/rows.csv?tab=upstream&tier=2&only=prospects", buffered=True).text
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert [row["party_id"] for row in rows] == [row["who"]["party_id"] for row in listed]
    whole = viewer.test_client().get(f"/party/{core}/rows.csv?names=hidden&amounts=hidden", buffered=True).text
    totals = twin(viewer, f"/party/{core}")["totals"]
    assert len(whole.splitlines()) == 1 + totals["upstream"] + totals["downstream"]
    assert [row for row in rows if row["party_id"] in whole or row["party_name"] in whole] == []


def test_expand_asks_counts_and_caps(viewer: Flask, core: str):
    page = twin(viewer, f"/party/{core}")
    box = max((one for one in page["picture"]["boxes"] if one["who"]), key=lambda one: one["extra"])
    who = box["who"]["party_id"]
    asked = twin(viewer, f"/party/{core}?ask={who}&view_expand=2")["question"]
    onward = next(one for one in asked["relations"] if one["expand"] == who)
    assert (onward["left"], onward["drawn"], onward["open"], asked["removable"]) == (box["extra"], 2, False, True)
    assert onward["count"]["relation"] == "SUPPLIES"
    opened = twin(viewer, f"/party/{core}?expand={who}&view_expand=2")
    assert len(opened["picture"]["boxes"]) == len(page["picture"]["boxes"]) + 2
    assert Counter(boxes(opened).values()) - Counter(boxes(page).values()) != Counter()
    fresh = [box["who"]["party_id"] for box in opened["picture"]["boxes"] if box["fresh"] and box["who"]]
    assert set(fresh) >= set(boxes(opened).values()) - set(boxes(page).values())
    gone = twin(viewer, f"/party/{core}?dismiss={who}")
    assert who not in boxes(gone).values()


def test_a_party_without_any_trade_has_a_page(viewer: Flask, county: Explorer):
    lonely = int(np.flatnonzero(county.view().partners == 0)[0])
    identity = county.view().parties.take("party_id", np.array([lonely]))[0].as_py()
    page = twin(viewer, f"/party/{identity}")
    assert (page["table"], page["columns"][0]["total"], len(page["picture"]["boxes"])) == ([], 0, 1)


@pytest.mark.parametrize("ending", ["svg", "html", "graphml"])
def test_files_are_whole_and_call_nothing(viewer: Flask, core: str, ending: str):
    answer = viewer.test_client().get(f"/party/{core}/picture.{ending}?lang=zh")
    page = twin(viewer, f"/party/{core}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith(f"attachment; filename=chain-{core}.{ending}")
    found = [row["who"]["name"] for row in page["drawn"] if row["who"]["name"] not in answer.text]
    assert found == []
    if ending == "html":
        assert re.findall(r"<script|<link|<a |src=|href=|url\(|@import", answer.text) == []
        ET.fromstring(answer.text[answer.text.index("<svg") : answer.text.index("</svg>") + 6])
    else:
        assert ET.fromstring(answer.text) is not None


@pytest.mark.parametrize("ending", ["svg", "html", "graphml"])
def test_hidden_files_hold_no_name_no_id_and_no_amount(viewer: Flask, core: str, ending: str):
    answer = viewer.test_client().get(
        f"/party/{core}/picture.{ending}?names=hidden&amounts=hidden&lang=zh&pick={core}"
    )
    page = twin(viewer, f"/party/{core}")
    parties = [page["who"], *(row["who"] for row in page["drawn"])]
    assert [who for who in parties if who["name"] in answer.text or who["party_id"] in answer.text] == []
    assert core not in str(answer.headers)
    assert "企业 001" in answer.text
    if ending == "html":
        assert "•••" in answer.text
        assert " 万" not in answer.text


def test_hidden_pages_tell_names_telephones_and_amounts_nowhere_but_in_links(viewer: Flask, core: str):
    page = twin(viewer, f"/party/{core}")
    hidden = twin(viewer, f"/party/{core}?names=hidden&amounts=hidden")
    text = json.dumps(hidden, ensure_ascii=False)
    assert [row["who"]["name"] for row in page["drawn"] if row["who"]["name"] in text] == []
    private = [fact["value"]["text"] for fact in page["header"]["facts"] if fact["name"] in ("phone", "address")]
    assert [one for one in private if one in text] == []
    assert {row["amount"]["amount"] for row in hidden["table"]} == {None}
    html = viewer.test_client().get(f"/party/{core}?names=hidden").text
    assert [row["who"]["name"] for row in page["drawn"] if row["who"]["name"] in html] == []


EVIL = {
    "tag": "<script>alert(1)</script>",
    "quote": "\"'><img src=x onerror=alert(1)>",
    "turned": "\u202eevil\u2066\u200f",
    "control": "bell\x07 and\x0b tab",
    "long": "长" * 10_000,
    "braces": "{{ 7*7 }} {amount} %s",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A viewer whose parties have hostile names and ids: all of them sell to M."""
    folder = tmp_path_factory.mktemp("hostile")
    quoted = {key: '"' + name.replace('"', '""') + '"' for key, name in EVIL.items()}
    parties = "party_id,name\nM,明光\n" + "".join(f"{key}/ ?#~é,{name}\n" for key, name in quoted.items())
    rows = "supplier_id,buyer_id,amount,date\n" + "".join(f"{key}/ ?#~é,M,100,2026-06-30\n" for key in EVIL)
    return create_app(load(folder / "store", write_tables(folder / "tables", {"parties": parties, "supplies": rows})))


def test_hostile_names_and_ids_are_text_everywhere(hostile: Flask):
    client = hostile.test_client()
    page = twin(hostile, "/party/M")
    assert len(page["drawn"]) >= 5
    for row in page["drawn"]:
        given = {"pick": row["who"]["party_id"], "ask": row["who"]["party_id"], "expand": row["who"]["party_id"]}
        answer = client.get("/party/M", query_string=given)
        assert answer.status_code == 200
        assert re.findall(r"<script>alert|<img src=x", answer.text) == []
        own = client.get(hostile.url_map.bind("localhost").build("party", {"party": row["who"]["party_id"]}))
        assert own.status_code == 200
    for ending in ("svg", "html", "graphml"):
        answer = client.get(f"/party/M/picture.{ending}")
        assert (answer.status_code, "<script>alert" in answer.text, "<img src=x" in answer.text) == (
            200,
            False,
            False,
        )
    assert ET.fromstring(client.get("/party/M/picture.svg").text) is not None


def test_of_more_expansions_than_a_picture_takes_the_last_ones_count(viewer: Flask, core: str):
    client = viewer.test_client()
    ids = [row["who"]["party_id"] for row in client.get(f"/api/party/{core}").json["table"]][:MOST]  # type: ignore[index]
    assert client.get(f"/party/{core}", query_string={"expand": [*ids, *["nobody"] * 40, core]}).status_code == 200


@pytest.mark.parametrize(
    "given",
    ["up=5", "up=-1", "down=x", "view=dots", "sort=moon", "page=0", "page=99999999999999999999", "tier=0", "tab=left",
     "only=cores", "group=all", "expand=LOVES:out:{core}", "expand=OWNS:both:{core}", "side=2", "view_nodes=0",
     "view_hub=no", "page_rows=0"],
)  # fmt: skip
def test_bad_arguments_are_named_and_never_fail(viewer: Flask, core: str, given: str):
    answer = viewer.test_client().get(f"/party/{core}?{given.replace('{core}', core)}")
    assert (answer.status_code, "http_500" in answer.text) == (400, False)


@pytest.mark.parametrize(
    "given",
    [
        "pick=nobody",
        "expand=nobody&expand=%00",
        "expand=KNOWS:both:nobody",
        "expand=KNOWS:both:&expand=:::",
        "dismiss=%F0%9F",
        "ask=nobody",
        "page=9999",
    ],
)
def test_ids_that_are_gone_are_passed_over(viewer: Flask, core: str, given: str):
    assert viewer.test_client().get(f"/party/{core}?{given}").status_code == 200


def test_vis_network_is_where_pyvis_keeps_it_and_is_free_to_use():
    script, style = ((vis() / name).read_text("utf-8") for name in ("vis-network.min.js", "vis-network.css"))
    assert script.startswith("/**\n * vis-network\n")
    assert "@license" in script[:1000]
    assert "div.vis-network" in style


def test_only_one_module_imports_pyvis_and_only_when_it_draws():
    found = {
        path.name: re.findall(r"^( *)(?:from|import) pyvis", path.read_text("utf-8"), re.M)
        for path in (ROOT / "web").rglob("*.py")
    }
    assert {name: indents for name, indents in found.items() if indents} == {"picture.py": ["    "]}


def test_svg_text_is_clipped_by_width_and_escaped():
    who = Who("a", "<b>&", "prospect")
    picture = Picture(
        "&", (Box("b0", 0, 0, who), Box("b1", 300, 40, who, extra=1234)), (Line("l0", "b0", "b1", 1.0),)
    )
    root = ET.fromstring(svg(picture, {"b1": "/x?a=1&b=2"}))
    assert [one.text for one in root.iter() if one.tag.endswith("}text")] == ["<b>&", "<b>&", "+1,234"]
    assert [one.get("href") for one in root.iter() if one.tag.endswith("}a")] == ["/x?a=1&b=2"]
    assert clip("宁波德曼压缩机有限公司", 5) == "宁波德曼…"


# In a browser.


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("() => window.picture && window.picture.network")


def box_of(page: Page, party: str) -> tuple[float, float]:
    """Where a party's box is on the screen."""
    at = page.evaluate(
        """party => { const { network, who } = window.picture;
        const key = Object.keys(who).find(one => who[one] === party);
        const at = network.canvasToDOM(network.getPosition(key));
        const frame = document.getElementById("canvas").getBoundingClientRect();
        return [at.x + frame.left, at.y + frame.top]; }""",
        party,
    )
    return at[0], at[1]


def arguments(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def near(app: Flask, core: str) -> str:
    return str(next(row for row in twin(app, f"/party/{core}")["drawn"] if row["tier"] == 1)["who"]["party_id"])


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.lang}-{look.width}")
def test_the_page_fits_and_everybody_can_use_it(browser: Browser, address: str, viewer: Flask, core: str, look: Look):
    with looking(browser, address, look) as page:
        page.goto(f"/party/{core}?pick={near(viewer, core)}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[look.width][0]
        assert page.evaluate("document.documentElement.scrollHeight - document.body.offsetHeight") <= 1
        shot(page, "party", look)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []


@pytest.mark.parametrize("look", DESKTOPS, ids=lambda look: look.lang)
def test_picking_a_box_changes_address_panel_and_table(
    browser: Browser, address: str, viewer: Flask, core: str, look: Look
):
    party = near(viewer, core)
    with looking(browser, address, look) as page:
        opened(page, f"/party/{core}")
        page.mouse.click(*box_of(page, party))
        page.wait_for_selector(".edge.panel")
        assert arguments(page)["pick"] == [party]
        assert page.locator('tr[aria-selected="true"] [data-party]').get_attribute("data-party") == party
        page.keyboard.press("Escape")
        page.wait_for_function("() => !document.querySelector('.edge.panel')")
        assert "pick" not in arguments(page)
        page.go_back()
        page.wait_for_selector(".edge.panel")
        page.reload()
        assert page.locator(".edge.panel").count() == 1


@pytest.mark.parametrize("look", DESKTOPS, ids=lambda look: look.lang)
def test_expanding_is_undone_and_redone(browser: Browser, address: str, viewer: Flask, core: str, look: Look):
    page_twin = twin(viewer, f"/party/{core}")
    box = max((one for one in page_twin["picture"]["boxes"] if one["who"]), key=lambda one: one["extra"])
    count = "Object.keys(window.picture.who).length"
    with looking(browser, address, look) as page:
        opened(page, f"/party/{core}?ask={box['who']['party_id']}")
        before = page.evaluate(count)
        page.locator(f'#question .btn.main[href$="expand={box["who"]["party_id"]}#picture"]').click()
        page.wait_for_function(f"() => {count} > {before}")
        more = page.evaluate(count)
        page.locator("[data-undo]").click()
        page.wait_for_function(f"() => {count} === {before}")
        page.locator("[data-redo]").click()
        page.wait_for_function(f"() => {count} === {more}")
        assert arguments(page)["expand"] == [box["who"]["party_id"]]


@pytest.mark.parametrize("look", DESKTOPS, ids=lambda look: look.lang)
def test_the_menu_opens_by_mouse_and_by_keyboard(
    browser: Browser, address: str, viewer: Flask, core: str, look: Look
):
    party = near(viewer, core)
    with looking(browser, address, look) as page:
        opened(page, f"/party/{core}")
        page.mouse.click(*box_of(page, party), button="right")
        page.wait_for_selector("#menu:not([hidden])")
        page.keyboard.press("Escape")
        assert page.locator("#menu").is_hidden()
        page.locator(f'[data-menu="{party}"]:visible').focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#menu:not([hidden])")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.getAttribute('href')") == f"/party/{party}"
        page.locator('#menu [data-name="dismiss"]').click()
        page.wait_for_function("party => !Object.values(window.picture.who).includes(party)", arg=party)
        assert arguments(page)["dismiss"] == [party]


def finger(session: CDPSession, kind: str, *at: float) -> None:
    """One finger on the screen: touchStart, touchMove or touchEnd."""
    points = [{"x": at[0], "y": at[1]}] if at else []
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.mark.parametrize("told", [False, True], ids=["as on an iPhone", "as on Android"])
@pytest.mark.parametrize("place", [".rows a.name", ".drawn > svg [data-box] rect"])
def test_a_long_press_opens_one_menu_and_scrolling_opens_none(
    browser: Browser, address: str, core: str, place: str, told: bool
):
    """Safari on an iPhone tells nothing of a long press; elsewhere it is a `contextmenu` too."""
    with looking(browser, address, Look("zh", "phone")) as page:
        if not told:
            page.add_init_script("addEventListener('contextmenu', event => event.stopImmediatePropagation(), true)")
        page.goto(f"/party/{core}#picture")
        at, session = page.url, page.context.new_cdp_session(page)
        shown = page.locator(place).first
        shown.scroll_into_view_if_needed()
        page.evaluate(
            """() => { const menu = document.getElementById("menu");
                window.opened = 0;
                const count = () => window.opened += !menu.hidden;
                new MutationObserver(count).observe(menu, { attributeFilter: ["hidden"] });
            }"""
        )
        box = shown.bounding_box()
        assert box
        x, y = box["x"] + 20, box["y"] + box["height"] / 2
        finger(session, "touchStart", x, y)
        finger(session, "touchMove", x, y - 40)
        page.wait_for_timeout(700)
        finger(session, "touchEnd")
        assert page.locator("#menu").is_hidden()
        box = shown.bounding_box()
        assert box
        x, y = box["x"] + 20, box["y"] + box["height"] / 2
        finger(session, "touchStart", x, y)
        page.wait_for_selector("#menu:not([hidden])")
        page.wait_for_timeout(300)
        finger(session, "touchEnd")
        page.wait_for_timeout(300)
        assert (page.locator("#menu").is_visible(), page.evaluate("window.opened"), page.url) == (True, 1, at)
        page.locator("#menu [data-in=path]").first.tap()
        page.wait_for_url(lambda address: address != at)


def test_png_is_saved_at_twice_the_size_and_hides_names(browser: Browser, address: str, core: str, tmp_path: Path):
    with looking(browser, address, DESKTOPS[0]) as page:
        opened(page, f"/party/{core}?names=hidden")
        with page.expect_download() as download:
            page.locator("[data-png]").click()
        file = tmp_path / "chain.png"
        download.value.save_as(file)
        width = int(
            re.findall(
                r'width="(\d+)"', page.request.get(page.locator("[data-png]").get_attribute("data-png")).text()
            )[0]
        )  # type: ignore[arg-type]
        assert (file.read_bytes()[:8], int.from_bytes(file.read_bytes()[16:20])) == (b"\x89PNG\r\n\x1a\n", 2 * width)


def test_without_scripts_the_svg_and_its_links_do_the_same(browser: Browser, address: str, viewer: Flask, core: str):
    party = near(viewer, core)
    context = browser.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    page.goto(f"/party/{core}")
    page.locator(f'.drawn svg a[href*="pick={party}"]:has(rect)').first.click()
    page.wait_for_url(f"**pick={party}*")
    expect(page.locator(".edge.panel")).not_to_have_count(0)
    assert page.locator("[data-undo]:visible, [data-png]:visible, [data-menu]:visible, .canvas:visible").count() == 0
    context.close()
