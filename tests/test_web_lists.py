"""Lists in the viewer: tick, add, strike off, merge, hand over, import and take away."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from explorer import Explorer, listing
from explorer.errors import InputError
from tests.viewing import LOOKS, Look, looking, served, shot
from web.access import Access
from web.app import asked, create_app
from web.pages.lists import members
from web.workbook import Workbook, lists, users
from web.workbook.tables import now


@pytest.fixture
def book(tmp_path: Path) -> Workbook:
    return Workbook.file(tmp_path / "workbook.db")


@pytest.fixture
def client(county: Explorer, book: Workbook) -> FlaskClient:
    return create_app(county, Access.local(book)).test_client()


@pytest.fixture
def parties(county: Explorer) -> list[str]:
    return county.view().parties.column("party_id").to_pylist()[:60]  # type: ignore[no-any-return]


def post(client: FlaskClient, address: str, **data: object) -> str:
    """Post a form with its token; where it leads."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/lists").text)
    assert found
    answer = client.post(address, data=data | {"csrf_token": found[1]}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return answer.location


def taken(client: FlaskClient, address: str) -> bytes:
    with client.get(address) as answer:
        assert answer.status_code == 200
        return answer.data


def test_ticked_rows_go_on_a_list_and_the_person_back_to_her_page(client: FlaskClient, parties: list[str]):
    back = post(client, "/lists/add", party=parties[:3], name="春耕", next="/?find=粮")
    assert (unquote(back), client.get("/?find=粮").text.count("已加入“春耕”3 个")) == ("/?find=粮", 1)
    post(client, "/lists/add", party=parties[1:5], list="1", next="/lists")
    page = client.get("/api/lists/1").json
    assert page
    assert sorted(row["who"]["party_id"] for row in page["rows"]) == sorted(parties[:5])
    assert page["counts"]["all"] == 5


def test_what_was_ticked_keeps_where_it_was_found_on_its_page_and_in_its_files(
    client: FlaskClient, county: Explorer, book: Workbook
):
    view = county.view()
    anchor = view.parties.take("party_id", view.cores).to_pylist()[0]
    dug = county.dig([anchor], direction="upstream").frame().to_dict("records")[2:5]
    asked = f"/party/{anchor}/dig?direction=upstream&sort=name"
    post(client, "/lists/add", party=[row["prospect_id"] for row in dug], name="春耕", next=asked)
    post(client, "/lists/add", party=[dug[0]["prospect_id"]], list="1", next="/?find=x")
    page = client.get("/api/lists/1?sort=-score").json
    assert page
    found = [
        (row["who"]["party_id"], row["found"]["rank"], row["found"]["tier"], row["found"]["score"],
         ">".join(step["party_id"] for step in row["found"]["path"]), row["found"]["loaded"])
        for row in page["rows"]
    ]  # fmt: skip
    assert found == [
        (row["prospect_id"], row["rank"], row["tier"], row["score"], row["path_ids"], view.load_id) for row in dug
    ]
    lines = list(csv.DictReader(io.StringIO(taken(client, "/lists/1/rows.csv").decode("utf-8-sig"))))
    said = {line["party_id"]: (line["core_id"], line["rank"], line["path_ids"], line["found"]) for line in lines}
    today = now().date().isoformat()
    assert said == {row["prospect_id"]: (anchor, str(row["rank"]), row["path_ids"], today) for row in dug}
    unseen = {name for row in dug for name in row["path_names"].split(">")}
    for hidden in ("/lists/1?names=hidden", "/lists/1/rows.csv?names=hidden"):
        text = taken(client, hidden).decode()
        assert [name for name in unseen if name in text] == []
    assert [line["core_id"][:2] for line in lines] == [anchor[:2]] * 3


@pytest.mark.parametrize(
    "page",
    ["/prospects?sort=cores", "/introduce?string_of={anchor}", "/party/{anchor}/introduce?of=string", "/party/NO/dig",
     "/party/{anchor}/dig?tiers=99", "/nowhere", "", "/lists"],
)  # fmt: skip
def test_ticks_are_kept_from_whatever_page_they_come(client: FlaskClient, county: Explorer, page: str):
    view = county.view()
    anchor = view.parties.take("party_id", view.cores).to_pylist()[0]
    party = county.dig([anchor], direction="upstream").frame()["prospect_id"][0]
    post(client, "/lists/add", party=[party], name="x", next=page.format(anchor=anchor))
    (row,) = client.get("/api/lists/1").json["rows"]  # type: ignore[index]
    where = {"/prospects": "prospects", "/introduce": "introduce", "/party/{anchor}/introduce": "introduce"}
    assert (row["found"] and row["found"]["found_in"]) == where.get(page.partition("?")[0])


def test_a_formula_in_a_name_on_the_path_starts_none_in_a_file(client: FlaskClient, book: Workbook):
    step = listing.Named("=1+1", "=HYPERLINK(1)")
    origin = listing.Origin("dig", 0.5, 1, 1, (step,), step, "upstream", "=cmd", None)
    lists.add(book, "", None, "x", {"P1": ""}, {}, {"P1": origin})
    text = taken(client, "/lists/1/rows.csv").decode("utf-8-sig")
    assert re.findall(r"(?:^|,)\"?[=+@]", text) == []


def test_an_own_list_alone_can_be_seen_changed_or_taken_away(county: Explorer, book: Workbook, parties: list[str]):
    for name in ("ann", "bob"):
        users.add(book, name, "long enough", None)
    lists.add(book, "ann", None, "spring", dict.fromkeys(parties[:2], ""), {})
    app = create_app(county, Access.local(book))
    client = app.test_client()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert found
    client.post("/sign-in", data={"csrf_token": found[1], "user": "bob", "password": "long enough"})
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/lists").text)
    assert token
    seen = [client.get(path).status_code for path in ("/lists/1", "/api/lists/1", "/lists/1/rows.csv", "/lists/99")]
    done = [
        client.post(f"/lists/1/{what}", data={"csrf_token": token[1], "party": parties[0], "name": "x"}).status_code
        for what in ("remove", "exclude", "rename", "delete", "note", "hand")
    ]
    assert (seen, done) == ([404] * 4, [404] * 6)
    assert len(lists.ids(book, "ann", 1)) == 2


def test_a_form_of_lists_without_its_token_is_refused(client: FlaskClient, parties: list[str]):
    assert client.post("/lists/add", data={"party": parties[0], "name": "x"}).status_code == 400
    assert client.get("/api/lists").json["lists"] == []  # type: ignore[index]


def test_the_file_of_a_list_is_whole_and_comes_back_as_it_went(
    client: FlaskClient, book: Workbook, county: Explorer, parties: list[str]
):
    chosen = parties[:55]
    number, _ = lists.add(book, "", None, "all", listing.names_of(county.view(), chosen), {chosen[0]: "=call, now"})
    lists.mark(book, "", number, [chosen[1]], excluded=True)
    lists.add(book, "", number, "", {"GONE-1": "旧名"}, {})
    text = taken(client, "/lists/1/rows.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["party_id"] for row in rows] == sorted([*chosen, "GONE-1"])
    gone = next(row for row in rows if row["party_id"] == "GONE-1")
    assert (gone["name"], gone["standing"], gone["known"]) == ("旧名", "vanished", "false")
    for ending in ("csv", "xlsx"):
        content = taken(client, f"/lists/1/rows.{ending}")
        post(client, "/lists/import", name=ending, file=(io.BytesIO(content), f"all.{ending}"))
        copy = next(one for one in lists.lists(book, "") if one.name == ending)
        kept = [(e.party_id, e.note, e.excluded) for e in lists.entries(book, "", copy.id)]
        assert kept == [(e.party_id, e.note, e.excluded) for e in lists.entries(book, "", number)]
    assert taken(client, "/lists/1/rows.parquet")[:4] == b"PAR1"


def test_names_hidden_hide_ids_and_names_of_the_list_and_its_files(client: FlaskClient, parties: list[str]):
    post(client, "/lists/add", party=parties[:3], name="x")
    text = taken(client, "/lists/1/rows.csv?names=hidden").decode()
    assert [one for one in parties[:3] if one in text] == []
    assert "企业 001" in client.get("/lists/1?names=hidden").text


@pytest.mark.parametrize(
    "content",
    ["party_id,note\nP1,a\nP2,\nP1,b\n".encode("utf-8-sig"), "编号;备注\nP1;a\nP2;\n".encode("gb18030"), b"P1\nP2\n",
     "id\tnote\nP1\ta\nP2\t\n".encode("utf-16"), b"name,ID,note\nx,P1,a\ny,P2,\n"],
)  # fmt: skip
def test_ids_are_read_from_what_people_send(content: bytes):
    read = listing.read(content, "file.csv")
    assert [one.party_id for one in read] == ["P1", "P2"]
    assert read[0].note in ("a", "")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"PK\x03\x04 no workbook"])
def test_a_file_that_is_none_is_refused_in_words(content: bytes):
    with pytest.raises(InputError) as raised:
        listing.read(content, "file.csv")
    assert raised.value.code == "list_file"


def test_unknown_ids_are_kept_counted_and_shown(client: FlaskClient, parties: list[str]):
    content = "\n".join(["party_id", parties[0], "NOBODY-1", "<b>x</b>"]).encode()
    post(client, "/lists/import", file=(io.BytesIO(content), "village.csv"))
    text = client.get("/lists/1?show=vanished").text
    assert ("2 个编号不在当前数据中" in text, "NOBODY-1" in text, "<b>x</b>" in text) == (True, True, False)
    assert client.get("/api/lists/1").json["counts"]["vanished"] == 2  # type: ignore[index]


def test_a_list_can_be_left_out_of_a_search(county: Explorer, book: Workbook, parties: list[str]):
    number, _ = lists.add(book, "", None, "x", dict.fromkeys(parties[:3], ""), {})
    lists.mark(book, "", number, [parties[0]], excluded=True)
    app = create_app(county, Access.local(book))
    with app.test_request_context("/"):
        assert members(asked(county), number) == tuple(sorted(parties[:3]))


@pytest.mark.parametrize(
    "bad", ["/lists/x", "/lists/-1", "/lists/9999999999999999999999", "/lists/1?show=no", "/lists/0"]
)
def test_bad_addresses_end_in_a_page_that_says_so(client: FlaskClient, bad: str):
    assert client.get(bad).status_code in (400, 404)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.lang}-{look.width}")
def test_a_person_works_through_a_list(
    browser: Browser, county: Explorer, book: Workbook, parties: list[str], look: Look
):
    users.add(book, "周敏", "long enough", None)
    users.add(book, "王芳", "long enough", None)
    names = listing.names_of(county.view(), parties)
    lists.add(book, "周敏", None, "春耕上门", {**names, "GONE-7": "已迁出的合作社"}, {parties[3]: "周三去"})
    lists.add(book, "周敏", None, "旧清单", dict(list(names.items())[:2]), {})
    app = create_app(county, Access.local(book))
    with served(app) as address, looking(browser, address, look) as page:
        page.goto("/lists")
        page.fill("input[name=user]", "周敏")
        page.fill("input[name=password]", "long enough")
        page.click("form .btn.main")
        page.wait_for_url("**/lists")
        assert Axe().run(page).violations_count == 0
        shot(page, "lists", look)
        page.click("text=春耕上门")
        for row in range(2):
            page.locator("input[type=checkbox][name=party]").nth(row).check()
        expect(page.locator("#members .count")).to_contain_text("2")
        page.locator("#members button").first.click()
        expect(page.locator(".mark.plain")).to_have_count(2, timeout=15_000)
        page.locator(".care > summary").click()
        assert Axe().run(page).violations_count == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
        shot(page, "list", look)
        page.select_option("select[name=user]", "王芳")
        page.locator("select[name=user]").locator("xpath=ancestor::form").locator("button").click()
        expect(page.locator("input[name=user][value='王芳']")).to_have_count(1)
        assert lists.lists(book, "王芳")[0].name == "春耕上门"
