"""The query page: library and typed queries, limits said, refusals, stopping, files and hostile cells."""

from __future__ import annotations

import json
import re
import threading
import time
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from explorer import Explorer
from explorer.settings import Settings
from explorer.texts import area
from graph.stores import library
from tests.parts import EXAMPLE, Run, load, write_tables
from tests.viewing import LOOKS, Look, looking, served, shot
from web import assets
from web.access import Access
from web.app import create_app
from web.pages.query_library import GROUPS
from web.workbook import Workbook, queries, users

SLOW = "MATCH (a:Party), (b:Party), (c:Party) RETURN max(a.name + b.name + c.name) AS x"


@pytest.fixture
def book(tmp_path: Path) -> Workbook:
    return Workbook.file(tmp_path / "workbook.db")


@pytest.fixture
def client(example: Explorer, book: Workbook) -> FlaskClient:
    return create_app(example, Access.local(book)).test_client()


def asks(statement: str, tab: str = "table", **more: object) -> str:
    return "/query?" + urlencode({"statement": statement, "tab": tab, **more})


def taken(client: FlaskClient, address: str) -> bytes:
    with client.get(address) as answer:
        assert answer.status_code == 200
        return answer.data


def post(client: FlaskClient, address: str, **data: object) -> str:
    found = re.search(r'data-csrf="([^"]+)"', client.get("/query").text)
    assert found
    answer = client.post(address, data=data | {"csrf_token": found[1]}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return answer.location


def test_every_query_of_the_library_stands_in_one_group_and_its_columns_have_words():
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(library.names())
    columns = {name for one in library.names() for name, _ in library.query(one, "ladybug").columns}
    assert columns - set(area("web_columns", "zh")) == set()


@pytest.mark.parametrize("name", library.names())
def test_every_query_of_the_library_shows_its_form_and_runs(client: FlaskClient, name: str):
    found = library.query(name, "ladybug")
    some = {"party": "B1", "first": "B1", "second": "D1", "from": "B1", "to": "B2", "group": "G1", "grid": "W1"}
    given = {f"p_{one.name}": some.get(one.name, "B1") for one in found.parameters if one.default is None}
    bare = client.get(f"/query/{name}").text
    assert [one.name for one in found.parameters if f'name="p_{one.name}"' not in bare] == []
    answer = client.get(f"/query/{name}?" + urlencode({"tab": "table", **given}))
    assert (answer.status_code, found.title["zh"] in answer.text) == (200, True), answer.text


def test_a_query_of_the_library_takes_ids_and_whole_names(client: FlaskClient, example: Explorer):
    name = example.view().parties.column("name")[example.view().resolve("B1")].as_py()
    by_id, by_name = (
        client.get("/api/query/neighbours?" + urlencode({"tab": "table", "p_party": party})).json
        for party in ("B1", name)
    )
    assert by_id
    assert by_name
    assert by_id["answer"]["rows"] == by_name["answer"]["rows"] != []


def test_a_typed_query_asks_for_its_parameters_and_keeps_their_types_in_its_address(client: FlaskClient):
    statement = "RETURN $n + 1 AS more, $word AS word"
    page = client.get(asks(statement, p_n="41", t_n="integer", p_word="<b>x</b>")).text
    assert ("42" in page, 'name="p_n"' in page, "<b>x</b>" in page) == (True, True, False)
    wrong = client.get(asks(statement, p_n="many", t_n="integer"))
    assert (wrong.status_code, statement.replace("$", "$") in wrong.text, "many" in wrong.text) == (400, True, True)
    odd = client.get(asks("RETURN $limit AS a, $timeout AS b, $self AS c, $query AS d", p_limit="5"))
    assert odd.status_code == 200


@pytest.mark.parametrize(
    ("statement", "word"),
    [("MATCH (p:Party) SET p.name = 'x'", "SET"), ("LOAD FROM '/etc/passwd' RETURN *", "LOAD"), ("MATCH (p", "(")],
)
def test_what_is_no_reading_is_refused_by_its_word_and_stays_in_the_editor(
    client: FlaskClient, statement: str, word: str
):
    answer = client.get(asks(statement) + "&lang=en")
    assert (answer.status_code, f"{word} at 1:" in answer.text or word in answer.text) == (400, True)
    assert statement.split("'")[0] in answer.text
    assert client.get("/api" + asks(statement)).json["error"]["code"].startswith("query_")  # type: ignore[index]


def test_a_time_out_and_a_cut_answer_are_said(county: Explorer):
    explorer = Explorer.open(county.home.folder, Settings({"query_seconds": 1.0, "query_rows": 7}))
    client = create_app(explorer).test_client()
    late = client.get(asks(SLOW, lang="en"))
    assert (late.status_code, "longer than 1 s" in late.text, "c.name" in late.text) == (504, True, True)
    cut = client.get(asks("UNWIND range(1, 50) AS n RETURN n", lang="en")).text
    assert ("Cut off:" in cut, "first 7 rows" in cut, "at most 7 rows" in cut) == (True, True, True)
    longer = client.get(asks(SLOW, query_seconds=600)).status_code
    explorer.close()
    assert longer == 504


def test_a_running_query_is_stopped_by_its_token_and_by_its_person_alone(county: Explorer, tmp_path: Path):
    book = Workbook.file(tmp_path / "workbook.db")
    explorer = Explorer.open(county.home.folder)
    app = create_app(explorer, Access.local(book))
    codes: list[int] = []
    running = threading.Thread(
        target=lambda: codes.append(app.test_client().get(asks(SLOW, token="mine")).status_code)
    )
    running.start()
    queries.stop(book, "somebody else:mine")
    time.sleep(1)
    assert running.is_alive()
    assert post(app.test_client(), "/query/cancel", token="mine") == "/query"
    running.join(10)
    explorer.close()
    assert codes == [409]


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "xlsx"])
def test_the_files_are_those_of_the_command_line(
    client: FlaskClient, example: Explorer, run: Run, tmp_path: Path, ending: str
):
    out = tmp_path / f"out.{ending}"
    store = example.home.folder
    assert run("query", "neighbours", "-p", "party=B1", "--out", out, "--store", store).code == 0
    assert taken(client, f"/query/neighbours/rows.{ending}?p_party=B1") == out.read_bytes()


def test_the_command_shown_gives_the_same_rows(client: FlaskClient, example: Explorer, tmp_path: Path):
    import subprocess
    import sys

    statement = """MATCH (p:Party) WHERE p.party_id <> $x RETURN p.party_id AS id, "it's" AS q ORDER BY id"""
    address = {"statement": statement, "p_x": "B'1 $(x)", "tab": "table"}
    shown = client.get("/api/query?" + urlencode(address)).json["command"]  # type: ignore[index]
    command = (
        shown.replace("explorer query", f"{sys.executable} -m explorer query") + f" --store {example.home.folder}"
    )
    ran = subprocess.run(["bash", "-c", command], capture_output=True, check=True)
    assert ran.stdout == taken(client, "/query/rows.csv?" + urlencode(address))


def test_hidden_names_and_amounts_are_in_no_cell_and_in_no_file(client: FlaskClient, example: Explorer):
    names = [name for name in example.view().parties.column("name").to_pylist() if len(name) > 2]
    returned = "p, a, a.name AS x, [b.name] AS l, r.amount AS y, a.party_id"
    statement = f"MATCH p = (a:Party)-[r:SUPPLIES]->(b:Party) RETURN {returned}"
    for tab in ("table", "graph"):
        page = client.get("/api" + asks(statement, tab, names="hidden", amounts="hidden")).text
        told = re.sub(r'"(party_id|statement|ticks|command)":("[^"]*"|\[[^\]]*\])', "", page)
        assert [name for name in names if json.dumps(name, ensure_ascii=False)[1:-1] in told] == []
        assert re.findall(r'"money":\{"amount":"', page) == []
    assert client.get("/query/rows.csv?names=hidden&" + urlencode({"statement": statement})).status_code == 400


def test_hostile_cells_are_text(tmp_path: Path):
    hostile = "<script>alert(1)</script>\u202e" + "長" * 3000
    tables = dict(EXAMPLE)
    first = tables["parties"].splitlines()
    cells = first[1].split(",")
    tables["parties"] = "\n".join([first[0], ",".join([cells[0], hostile, *cells[2:]]), *first[2:]]) + "\n"
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", tables))
    client = create_app(explorer).test_client()
    statement = "MATCH (p:Party) OPTIONAL MATCH q = (p)-[r]->() RETURN p.name AS name, p, q, {a: p.name} AS m"
    for tab in ("table", "graph"):
        page = client.get(asks(statement, tab))
        assert (page.status_code, "<script>alert" in page.text) == (200, False)
    explorer.close()


def test_a_query_is_saved_shared_exported_imported_and_deleted(client: FlaskClient, book: Workbook):
    at = post(
        client, "/query/save", statement="RETURN $n AS n", name="加一 <x>", p_n="4", t_n="integer", shared="true"
    )
    assert at == "/query/saved-1"
    page = client.get(f"{at}?tab=table")
    assert (
        page.status_code,
        "加一 &lt;x&gt;" in page.text,
        client.get(f"/api{at}?tab=table&p_n=9").json["answer"]["rows"][0][0]["money"]["amount"],
    ) == (200, True, "9")  # type: ignore[index]
    content = taken(client, f"{at}/saved.json")
    again = post(client, "/query/import", file=(BytesIO(content), "x.json"), name="copy")
    kept = queries.one(book, "", int(again.rpartition("-")[2]))
    assert (kept.name, kept.statement, kept.parameters, kept.types) == (
        "copy",
        "RETURN $n AS n",
        {"n": "4"},
        {"n": "integer"},
    )
    text = (Path(__file__).parent.parent / "cypher/library/neighbours.cypher").read_bytes()
    own = post(client, "/query/import", file=(BytesIO(text), "mine.cypher"))
    assert client.get(f"{own}?tab=table&p_party=B1").status_code == 200
    assert post(client, f"{at}/delete") == "/query"
    assert client.get(at).status_code == 404


@pytest.mark.parametrize("content", [b"{", b'{"name": 1}', b"\xff\xfe\x00", b'{"statement": "x", "parameters": 5}'])
def test_a_file_that_is_no_query_is_refused(client: FlaskClient, content: bytes):
    found = re.search(r'data-csrf="([^"]+)"', client.get("/query").text)
    assert found
    data = {"csrf_token": found[1], "file": (BytesIO(content), "x.json")}
    assert client.post("/query/import", data=data, content_type="multipart/form-data").status_code == 400


def test_a_statement_too_long_for_an_address_is_kept_in_the_editor_and_can_be_saved(client: FlaskClient):
    statement = "RETURN 1 AS x //" + "x" * 7000
    answer = client.get(asks(statement))
    assert (answer.status_code, statement in answer.text) == (400, True)
    at = post(client, "/query/save", statement=statement, name="long")
    assert client.get(f"{at}?tab=table").status_code == 200


def test_another_persons_saved_query_is_not_found(example: Explorer, book: Workbook):
    number = queries.save(book, "ann", "x", "RETURN 1 AS x", {}, {}, shared=False)
    client = create_app(example, Access.local(book)).test_client()
    assert [client.get(f"{at}/query/saved-{number}").status_code for at in ("", "/api")] == [404, 404]


@pytest.mark.parametrize(
    "bad", ["?tab=nonsense", "?page=x", "?query_rows=0", "?query_seconds=-1", "/nonsense", "/saved-99999999999",
            "/saved-x", "?statement=RETURN+$x&tab=table&t_x=nonsense", "/neighbours?tab=table&p_party=",
            "?statement=%00&tab=table",
            "/neighbours?tab=table&p_party=nobody", "/loans_due?tab=table&p_due_from=never"],
)  # fmt: skip
def test_bad_arguments_end_in_a_page_that_says_so(client: FlaskClient, bad: str):
    for prefix in ("", "/api"):
        assert client.get(f"{prefix}/query{bad}").status_code in (400, 404)


def test_the_editors_licence_stands_beside_it():
    folder = assets.OURS / "vendor" / "codemirror"
    assert "MIT License" in (folder / "LICENSE").read_text("utf-8")
    assert {one.name for one in folder.iterdir()} == {
        "LICENSE", "codemirror.css", "codemirror.js", "cypher.js", "matchbrackets.js"
    }  # fmt: skip


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.lang}-{look.width}")
def test_an_analyst_asks_the_library(browser: Browser, county: Explorer, book: Workbook, look: Look):
    with served(create_app(county, Access.local(book))) as address, looking(browser, address, look) as page:
        page.goto("/query")
        page.fill("#seek", "neighbours")
        expect(page.locator(".lib a:visible")).to_have_count(1)
        page.locator(".lib a:visible").click()
        party = county.view().parties.column("party_id")[0].as_py()
        page.fill("#p-party", party)
        page.wait_for_selector(".CodeMirror")
        page.press("#p-party", "Control+Enter")
        page.wait_for_selector("#answer table")
        assert page.url == f"{address}/query/neighbours?p_party={quote(party)}&tab=table"
        rows = page.locator("#answer tbody tr").count()
        assert Axe().run(page).violations_count == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
        shot(page, "query", look)
        page.locator("#answer input[name=party]").first.check()
        page.fill("#tick input[name=name]", "x")
        page.locator("#tick button").click()
        expect(page.locator("[role=status] a[href^='/lists/']")).to_be_visible()
        expect(page.locator("#answer tbody tr")).to_have_count(rows)
        assert page.url == f"{address}/query/neighbours?p_party={quote(party)}&tab=table"


def test_nothing_is_said_over_an_answer_that_has_come(browser: Browser, county: Explorer, book: Workbook):
    look = Look("en", "desktop")
    with served(create_app(county, Access.local(book))) as address, looking(browser, address, look) as page:
        page.goto("/query/neighbours")
        page.wait_for_selector(".CodeMirror")
        page.route("**/ticks.js*", lambda route: (time.sleep(2), route.continue_()))
        page.fill("#p-party", county.view().parties.column("party_id")[0].as_py())
        page.press("#p-party", "Control+Enter")
        page.wait_for_selector("#answer table")
        page.wait_for_timeout(1500)
        assert page.locator("#answer table").count() == 1


def test_the_editor_is_left_with_the_keyboard_and_a_query_stopped_with_a_button(
    browser: Browser, county: Explorer, book: Workbook
):
    look = Look("en", "desktop")
    with served(create_app(county, Access.local(book))) as address, looking(browser, address, look) as page:
        page.goto("/query")
        page.locator(".CodeMirror textarea").focus()
        page.keyboard.insert_text(SLOW)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.CodeMirror') !== null")
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.CodeMirror') === null")
        page.locator("#ask .main").click()
        page.wait_for_selector("#stop:not([disabled])")
        page.click("#stop")
        page.wait_for_selector("#answer [role=alert]", timeout=15_000)
        assert "stopped as asked" in page.locator("#answer").inner_text()
        assert "token" not in page.url


def test_without_scripts_it_is_a_plain_form(browser: Browser, county: Explorer, book: Workbook):
    with served(create_app(county, Access.local(book))) as address:
        context = browser.new_context(base_url=address, java_script_enabled=False)
        page = context.new_page()
        page.goto("/query")
        page.fill("#statement", "MATCH (p:Party) RETURN p.name AS name LIMIT 3")
        page.locator("#ask .main").click()
        expect(page.locator("#answer tbody tr")).to_have_count(3)
        context.close()


def test_a_shared_query_is_seen_by_a_colleague(browser: Browser, example: Explorer, book: Workbook):
    users.add(book, "bob", "long enough", None)
    queries.save(book, "ann", "好查询", "RETURN 1 AS x", {}, {}, shared=True)
    with (
        served(create_app(example, Access.local(book))) as address,
        looking(browser, address, Look("zh", "desktop")) as page,
    ):
        page.goto("/query/saved-1?tab=table")
        page.fill("input[name=user]", "bob")
        page.fill("input[name=password]", "long enough")
        page.click("form .btn.main")
        page.wait_for_url(f"{address}/query/saved-1?tab=table")
        expect(page.locator("#answer tbody tr")).to_have_count(1)
