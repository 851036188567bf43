"""Who may use the viewer: sign-in, sessions that survive a restart, limits on tries, and a proxy's word."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from werkzeug.test import TestResponse

from explorer import Explorer
from explorer.errors import ExplorerError
from explorer.settings import Settings
from tests.parts import ROOT, Run
from tests.viewing import LOOKS, Look, looking, served, shot
from web.access import Access
from web.app import create_app
from web.workbook import Workbook, users
from web.workbook.tables import SignedIn

PASSWORD = "correct horse"


@pytest.fixture
def book(tmp_path: Path) -> Workbook:
    book = Workbook.file(tmp_path / "workbook.db")
    users.add(book, "周敏", PASSWORD, "M0001")
    return book


@pytest.fixture
def client(example: Explorer, book: Workbook) -> FlaskClient:
    return create_app(example, Access.local(book)).test_client()


def token(client: FlaskClient, address: str = "/sign-in") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert found
    return found[1]


def sign_in(client: FlaskClient, name: str = "周敏", password: str = PASSWORD, wanted: str = "/") -> TestResponse:
    return client.post(
        "/sign-in",
        query_string={"next": wanted},
        data={"csrf_token": token(client), "user": name, "password": password},
        environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
    )


def test_whoever_signs_in_goes_on_to_the_page_she_wanted(client: FlaskClient):
    wanted = "/?find=B1&lang=zh"
    asked = client.get(wanted)
    assert (asked.status_code, asked.location) == (303, "/sign-in?next=%2F%3Ffind%3DB1%26lang%3Dzh")
    entered = sign_in(client, wanted=wanted)
    assert (entered.status_code, entered.location, client.get(wanted).status_code) == (303, wanted, 200)
    assert "周敏" in client.get("/").text


@pytest.mark.parametrize("away", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/\tx", "/sign-out"])
def test_sign_in_never_leads_elsewhere(client: FlaskClient, away: str):
    assert sign_in(client, wanted=away).location == "/"


def test_the_twin_says_401_and_what_watches_the_server_needs_no_name(client: FlaskClient):
    refused = client.get("/api/status")
    assert (refused.status_code, refused.json["error"]["code"]) == (401, "sign_in")  # type: ignore[index]
    for path in ("/healthz", "/readyz", "/static/explorer.css", "/sign-in"):
        with client.get(path) as answer:
            assert answer.status_code == 200


def test_a_restart_leaves_people_signed_in(client: FlaskClient, example: Explorer, book: Workbook):
    sign_in(client)
    cookie = client.get_cookie("session")
    assert cookie
    again = create_app(example, Access.local(Workbook.file(Path(book.place)))).test_client()
    again.set_cookie("session", cookie.value)
    assert again.get("/status").status_code == 200


def test_signing_out_changing_the_password_and_removal_end_a_session(client: FlaskClient, book: Workbook):
    for end in ("out", "password", "remove"):
        sign_in(client)
        kept = client.get_cookie("session")
        assert kept
        assert client.get("/status").status_code == 200
        if end == "out":
            client.post("/sign-out", data={"csrf_token": token(client, "/status")})
            client.set_cookie("session", kept.value)
        elif end == "password":
            users.change(book, "周敏", PASSWORD)
        else:
            users.add(book, "another", PASSWORD, None)
            users.remove(book, "周敏")
        assert client.get("/status").status_code == 303


def test_a_session_ends_when_it_is_old_or_unused(client: FlaskClient, book: Workbook):
    for age in (
        {"since": timedelta(hours=13), "seen": timedelta()},
        {"since": timedelta(), "seen": timedelta(hours=3)},
    ):
        sign_in(client)
        with book.writing() as session:
            for one in session.query(SignedIn):
                one.since, one.seen = one.since - age["since"], one.seen - age["seen"]
        assert client.get("/status").status_code == 303


def test_the_session_is_new_after_sign_in_and_its_cookie_is_guarded(example: Explorer, book: Workbook):
    settings = Settings({"workbook": book.place, "https": "yes"})
    client = create_app(example, Access.of(settings)).test_client()
    page = client.get("/sign-in", base_url="https://localhost")
    before = client.get_cookie("session")
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    answer = client.post(
        "/sign-in", base_url="https://localhost",
        data={"csrf_token": found[1], "user": "周敏", "password": PASSWORD},
    )  # fmt: skip
    cookie = answer.headers["Set-Cookie"]
    assert before
    assert before.value not in cookie
    assert all(word in cookie for word in ("; HttpOnly", "; Secure", "; SameSite=Lax"))


def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(client: FlaskClient):
    wrong, unknown = sign_in(client, password="not this one"), sign_in(client, name="nobody")
    same = [re.sub(r'(周敏|nobody|value="[^"]+")', "", answer.text) for answer in (wrong, unknown)]
    assert (wrong.status_code, unknown.status_code, same[0]) == (401, 401, same[1])


def test_after_five_failures_a_user_waits_and_is_told_how_long(client: FlaskClient):
    assert [sign_in(client, password=f"wrong {at}").status_code for at in range(5)] == [401] * 5
    blocked = sign_in(client)
    assert (blocked.status_code, "15 分钟后" in blocked.text) == (429, True)


def test_after_five_failures_an_address_waits_for_whatever_name(client: FlaskClient):
    assert [sign_in(client, name=f"guess {at}").status_code for at in range(5)] == [401] * 5
    assert sign_in(client).status_code == 429


def test_a_success_forgets_the_users_failures_but_not_the_addresss(client: FlaskClient, book: Workbook):
    users.add(book, "eve", PASSWORD, None)
    for _ in range(4):
        sign_in(client, password="guessing on")
    assert sign_in(client, name="eve").status_code == 303
    client.delete_cookie("session")
    assert [sign_in(client, password="guessing on").status_code for _ in range(2)] == [401, 429]


def test_a_form_without_its_token_is_refused(client: FlaskClient):
    refused = client.post("/sign-in", data={"user": "周敏", "password": PASSWORD})
    assert (refused.status_code, client.get("/status").status_code) == (400, 303)


def test_another_host_name_is_refused_at_this_machine(example: Explorer):
    client = create_app(example).test_client()
    assert client.get("/status", base_url="http://rebound.example:8000").status_code == 400
    assert client.get("/status", base_url="http://127.0.0.1:8000").status_code == 200


def behind(example: Explorer, book: Path, remote: str, **headers: str) -> TestResponse:
    given = {"host": "0.0.0.0", "proxy": "10.0.0.5, 10.1.0.0/16", "user_header": "X-Remote-User"}
    app = create_app(example, Access.of(Settings(given | {"workbook": str(book)})))
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get("/status", headers=sent, environ_overrides={"REMOTE_ADDR": remote})


def test_the_header_is_believed_from_the_named_proxy_alone(example: Explorer, tmp_path: Path):
    path = tmp_path / "workbook.db"
    named = behind(example, path, "10.0.0.5", X_Remote_User="周敏".encode().decode("latin-1"))
    assert (named.status_code, "周敏" in named.text) == (200, True)
    assert behind(example, path, "10.1.7.7", X_Remote_User="ann").status_code == 200
    assert behind(example, path, "10.2.0.1", X_Remote_User="ann", X_Forwarded_For="10.0.0.5").status_code == 403
    assert behind(example, path, "10.0.0.5").status_code == 403


@pytest.mark.parametrize(
    ("given", "code"),
    [({"host": "0.0.0.0"}, "serve_open"), ({"host": ""}, "serve_open"), ({"host": "::"}, "serve_open"),
     ({"host": "192.0.2.1", "proxy": "192.0.2.9"}, "serve_open"), ({"user_header": "X-User"}, "user_header_alone"),
     ({"proxy": "the-proxy"}, "proxy_address")],
)  # fmt: skip
def test_what_anybody_could_enter_is_refused(tmp_path: Path, given: dict[str, str], code: str):
    with pytest.raises(ExplorerError) as raised:
        Access.of(Settings(given | {"home": str(tmp_path)}))
    assert (raised.value.code, raised.value.exit_code) == (code, 2)


def test_with_users_sign_in_is_needed_everywhere_and_without_only_elsewhere(tmp_path: Path, book: Workbook):
    alone = Access.of(Settings({"home": str(tmp_path / "other")}))
    known = Access.of(Settings({"host": "0.0.0.0", "workbook": book.place}))
    assert (alone.asks, known.asks, known.hosts) == (False, True, None)
    users.remove(book, "周敏")
    assert known.asks
    users.add(alone.workbook, "ann", PASSWORD, None)
    assert alone.asks


def test_users_are_added_listed_and_removed_on_the_command_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    import io

    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    added = run("user", "add", "周敏", "--manager", "M0001")
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    short = run("user", "add", "ann")
    assert (added.code, short.code, "at least 10" in short.err) == (0, 2, True)
    listed = run("user", "list").out.decode()
    assert listed.split("\t")[:2] == ["周敏", "M0001"]
    book = Workbook.of(Settings({"home": str(tmp_path / "home")}))
    assert users.fits(book, "周敏", PASSWORD)
    assert PASSWORD.encode() not in Path(book.place).read_bytes()
    removed = run("user", "remove", "周敏")
    assert (removed.code, run("user", "list").out, run("user", "remove", "周敏").code) == (0, b"", 2)


def serve(store: Path, home: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "explorer", "serve", "--store", str(store), "--home", str(home), *options],
        cwd=ROOT, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_serve_refuses_to_start_where_anybody_could_come_in(example: Explorer, tmp_path: Path):
    server = serve(example.home.folder, tmp_path, "--host", "0.0.0.0")
    said = server.communicate(timeout=60)[1]
    assert (server.returncode, "explorer user add" in said, "Traceback" in said) == (2, True, False)


@pytest.fixture
def address(example: Explorer, book: Workbook, free_port: int) -> Iterator[str]:
    server = serve(
        example.home.folder, Path(book.place).parent, "--port", str(free_port), "--web-workers", "2",
    )  # fmt: skip
    at = f"http://127.0.0.1:{free_port}"
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{at}/readyz")
            break
        except URLError:
            time.sleep(0.1)
    yield at
    server.terminate()
    server.communicate(timeout=30)


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_a_real_server_of_two_workers_knows_who_signed_in(browser: Browser, address: str):
    with looking(browser, address, Look("zh", "desktop")) as page:
        page.goto("/status?lang=zh")
        page.fill("input[name=user]", "周敏")
        page.fill("input[name=password]", PASSWORD)
        page.click("form .btn.main")
        page.wait_for_url(f"{address}/status?lang=zh")
        for _ in range(6):  # either worker answers
            page.goto("/status")
            assert page.locator("h1").inner_text() == "系统状态"
        page.click(".out button")
        page.wait_for_url("**/sign-in**")
        page.goto("/status")
        assert page.url.startswith(f"{address}/sign-in?next=")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.lang}-{look.width}")
def test_the_sign_in_page_fits_and_can_be_heard(browser: Browser, example: Explorer, book: Workbook, look: Look):
    app = create_app(example, Access.local(book))
    with served(app) as address, looking(browser, address, look) as page:
        page.goto("/status")
        page.fill("input[name=user]", "周敏")
        page.fill("input[name=password]", "wrong")
        page.click("form .btn.main")
        expect(page.locator("[role=alert]")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
        assert Axe().run(page).violations_count == 0
        shot(page, "sign-in", look)
