"""The workbook, in SQLite and in PostgreSQL: several servers write at once, older tables are brought up to date."""

from __future__ import annotations

import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import URL, select, text

from explorer import Explorer
from explorer.errors import BadSetting, StoreError
from explorer.listing import Named, Origin
from explorer.settings import Settings
from tests.parts import ROOT
from web.access import Access
from web.app import create_app
from web.workbook import Workbook, lists, queries, users
from web.workbook.tables import Failure, now

WRITER = """
import sys, threading
from sqlalchemy import make_url
from web.workbook import Workbook, lists
book, name = Workbook(make_url(sys.argv[1])), sys.argv[2]
wrong = []
def write(thread):
    try:
        for at in range(8):
            lists.add(book, "", None, "shared", {f"{name}-{thread}-{at}": ""}, {})
            lists.lists(book, "")
    except Exception as error:
        wrong.append(repr(error))
threads = [threading.Thread(target=write, args=(at,)) for at in range(8)]
[one.start() for one in threads]; [one.join() for one in threads]
sys.exit("; ".join(wrong) or 0)
"""


@pytest.fixture
def book(place: URL) -> Iterator[Workbook]:
    book = Workbook(place)
    yield book
    book.close()


def at_once(place: URL, script: str) -> list[tuple[str, int]]:
    """What two processes said and returned that ran a script on one workbook at the same time."""
    address = place.render_as_string(hide_password=False)
    running = [
        subprocess.Popen([sys.executable, "-c", script, address, name], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for name in "ab"
    ]
    return [(one.communicate()[1], one.returncode) for one in running]


def test_two_processes_of_eight_threads_write_at_once_and_nothing_is_lost(place: URL, book: Workbook):
    assert at_once(place, WRITER) == [("", 0), ("", 0)]
    (found,) = lists.lists(book, "")
    wanted = {f"{name}-{thread}-{at}" for name in "ab" for thread in range(8) for at in range(8)}
    assert (found.members, set(lists.ids(book, "", found.id))) == (128, wanted)


SAME = """
import sys, threading
from sqlalchemy import make_url
from web.workbook import Workbook, lists, queries, users
book, wrong = Workbook(make_url(sys.argv[1])), []
def work():
    try:
        for at in range(6):
            lists.add(book, "ann", None, f"list {at}", {f"P{one}": "" for one in range(20)}, {})
            queries.save(book, "ann", f"query {at}", "RETURN 1", {}, {}, shared=False)
            lists.hand(book, "ann", lists.lists(book, "ann")[0].id, "bob")
            queries.stop(book, f"token {at}")
            users.blocked(book, "ann", "address")
    except Exception as error:
        wrong.append(repr(error))
threads = [threading.Thread(target=work) for _ in range(4)]
[one.start() for one in threads]; [one.join() for one in threads]
sys.exit("; ".join(wrong) or 0)
"""


def test_what_two_servers_write_in_the_same_place_at_once_is_there_once(place: URL, book: Workbook):
    for name in ("ann", "bob"):
        users.add(book, name, "long enough", None)
    assert at_once(place, SAME) == [("", 0), ("", 0)]
    assert sorted((one.name, one.members) for one in lists.lists(book, "ann")) == sorted(
        (f"list {at}", 20) for at in range(6)
    )
    assert len(queries.saved(book, "ann")) == 6
    with book.reading() as session:
        assert len(session.scalars(select(Failure)).all()) == 2 * users.TRIES


def former(place: URL) -> None:
    """A workbook as the first version made it, with a user and a list."""
    book = Workbook(place)
    users.add(book, "ann", "long enough", None)
    lists.add(book, "ann", None, "spring", {"P1": "one", "P2": "two"}, {"P2": "call"})
    with book.writing() as session:
        session.execute(text("ALTER TABLE list_members DROP COLUMN origin"))
        session.execute(text("UPDATE keys SET value = '1' WHERE name = 'schema'"))
    book.close()


def test_a_workbook_of_the_first_version_is_brought_up_to_date_once(place: URL, book: Workbook):
    former(place)
    assert at_once(place, WRITER) == [("", 0), ("", 0)]
    (spring,) = lists.lists(book, "ann")
    assert [(one.party_id, one.note, one.origin) for one in lists.entries(book, "ann", spring.id)] == [
        ("P1", "", None), ("P2", "call", None),
    ]  # fmt: skip
    lists.add(book, "ann", spring.id, "", {"P1": "one"}, {}, {"P1": ORIGIN})
    assert lists.entries(book, "ann", spring.id)[0].origin == stamped(ORIGIN, "ann")


ORIGIN = Origin(
    "dig", 0.5, 3, 1, (Named("C", "核心\0"), Named("P1", "=甲")), Named("C", "核心"), "upstream", "load-1",
    date(2026, 6, 30),
)  # fmt: skip


def stamped(origin: Origin, person: str) -> Origin:
    return replace(origin, found=now().date(), found_by=person)


def test_of_two_origins_the_better_is_kept_when_a_party_is_added_again_or_lists_are_merged(book: Workbook):
    low, high = replace(ORIGIN, score=0.2), replace(ORIGIN, score=0.9, found_in="prospects")
    one, _ = lists.add(book, "ann", None, "one", dict.fromkeys(("P1", "P2", "P3"), ""), {}, {"P1": low, "P2": high})
    lists.add(book, "ann", one, "", {"P1": "", "P2": ""}, {}, {"P1": ORIGIN, "P2": low, "P9": high})
    assert [e.origin for e in lists.entries(book, "ann", one)] == [stamped(ORIGIN, "ann"), stamped(high, "ann"), None]
    two, _ = lists.add(
        book, "ann", None, "two", dict.fromkeys(("P1", "P2", "P3", "P4"), ""), {"P3": "call"},
        {"P1": high, "P2": low, "P3": low, "P4": ORIGIN},
    )  # fmt: skip
    assert lists.merge(book, "ann", one, two) == 1
    assert [(e.party_id, e.note, e.origin) for e in lists.entries(book, "ann", one)] == [
        ("P1", "", stamped(high, "ann")), ("P2", "", stamped(high, "ann")), ("P3", "call", stamped(low, "ann")),
        ("P4", "", stamped(ORIGIN, "ann")),
    ]  # fmt: skip


def test_two_web_servers_share_users_sessions_lists_and_their_signing_key(example: Explorer, place: URL):
    books = [Workbook(place), Workbook(place)]
    users.add(books[0], "ann", "long enough", None)
    first, second = (create_app(example, Access.local(book)).test_client() for book in books)
    assert second.get("/lists").status_code == 303
    page = first.get("/sign-in").text
    form = {"csrf_token": token(page), "user": "ann", "password": "long enough"}
    assert first.post("/sign-in", data=form).status_code == 303
    cookie = first.get_cookie("session")
    assert cookie is not None
    second.set_cookie("session", cookie.value)
    sent = {"csrf_token": token(second.get("/lists").text), "party": ["A", "B"], "name": "spring", "next": "/lists"}
    assert second.post("/lists/add", data=sent).status_code == 303
    assert [one["name"] for one in first.get("/api/lists").json["lists"]] == ["spring"]  # type: ignore[index]
    first.post("/sign-out", data={"csrf_token": token(first.get("/lists").text)})
    assert second.get("/lists").status_code == 303
    for book in books:
        book.close()


def test_a_sign_that_no_database_holds_is_left_out_of_texts_and_matches_no_user(example: Explorer, book: Workbook):
    users.add(book, "ann", "long enough", None)
    lists.add(book, "ann", None, "spring", {"P1": "na\0me"}, {"P1": "call\0"})
    lists.note(book, "ann", 1, "P1", "again\0")
    assert [(e.name, e.note) for e in lists.entries(book, "ann", 1)] == [("name", "again")]
    client = create_app(example, Access.local(book)).test_client()
    form = {"csrf_token": token(client.get("/sign-in").text), "user": "bob\0", "password": "\0"}
    assert client.post("/sign-in", data=form).status_code == 401


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_workbook_is_made_for_its_owner_alone_and_keeps_its_signing_key(tmp_path: Path):
    path = tmp_path / "new" / "workbook.db"
    first = Workbook.file(path).signing
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (Workbook.file(path).signing, len(first)) == (first, 64)


def test_by_default_it_lies_in_the_home_folder(tmp_path: Path):
    assert Workbook.of(Settings({"home": str(tmp_path)})).place == str(tmp_path / "workbook.db")


@pytest.mark.parametrize(
    ("statements", "code"),
    [(["CREATE TABLE other (id)"], "workbook_foreign"),
     (["CREATE TABLE keys (name, value)", "INSERT INTO keys VALUES ('schema', '99')"], "workbook_version"),
     (["CREATE TABLE keys (nonsense)"], "workbook_failed")],
)  # fmt: skip
def test_the_file_of_another_program_or_version_is_refused_in_words(tmp_path: Path, statements: list[str], code: str):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        for statement in statements:
            other.execute(statement)
    with pytest.raises(StoreError) as raised:
        users.everyone(Workbook.file(path))
    assert (raised.value.code, str(path) in raised.value.text("zh"), raised.value.exit_code) == (code, True, 1)


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path):
    (tmp_path / "text.db").write_text("no database at all" * 100)
    with pytest.raises(StoreError, match=r"text\.db"):
        users.everyone(Workbook.file(tmp_path / "text.db"))


def test_a_password_in_its_address_is_never_shown():
    settings = Settings({"workbook": "postgresql+psycopg://bank:hush@db.example/explorer"})
    book = Workbook.of(settings)
    assert (book.place, "hush" in str(settings.shown)) == ("postgresql+psycopg://bank:***@db.example/explorer", False)
    with pytest.raises(BadSetting) as raised:
        Workbook.of(Settings({"workbook": "://hush@"}))
    assert "hush" not in raised.value.text("en")


def test_lists_are_seen_by_their_owner_and_by_whom_they_were_handed_to(book: Workbook):
    for name in ("ann", "bob"):
        users.add(book, name, "long enough", None)
    number = lists.make(book, "ann", "spring")
    lists.add(book, "ann", number, "", {"P2": "two", "P1": "one"}, {"P1": "call"})
    with pytest.raises(Exception, match="not yours"):
        lists.one(book, "bob", number)
    lists.hand(book, "ann", number, "bob")
    lists.mark(book, "bob", number, ["P2", "P9"], excluded=True)
    seen = lists.one(book, "bob", number)
    assert (seen.mine, seen.owner, seen.members, seen.excluded) == (False, "ann", 2, 1)
    assert [(one.party_id, one.note, one.excluded) for one in lists.entries(book, "ann", number)] == [
        ("P1", "call", False), ("P2", "", True),
    ]  # fmt: skip
    with pytest.raises(Exception, match="ann, who alone"):
        lists.rename(book, "bob", number, "mine")
    lists.drop(book, "bob", number)
    assert (lists.lists(book, "bob"), len(lists.lists(book, "ann"))) == ([], 1)


def test_merging_keeps_what_stands_on_both_and_the_other_list(book: Workbook):
    one, _ = lists.add(book, "", None, "one", {"P1": "", "P2": ""}, {"P2": "ours"})
    two, _ = lists.add(book, "", None, "two", {"P2": "", "P3": ""}, {"P2": "theirs"})
    assert lists.merge(book, "", one, two) == 1
    assert [(e.party_id, e.note) for e in lists.entries(book, "", one)] == [("P1", ""), ("P2", "ours"), ("P3", "")]
    assert lists.ids(book, "", two) == ("P2", "P3")


def test_a_saved_query_is_its_owners_until_it_is_shared(book: Workbook):
    number = queries.save(book, "ann", "mine", "RETURN $x AS x", {"x": "1"}, {"x": "integer"}, shared=False)
    assert (queries.saved(book, "bob"), [one.name for one in queries.saved(book, "ann")]) == ([], ["mine"])
    assert queries.save(book, "ann", "mine", "RETURN 2 AS x", {}, {}, shared=True) == number
    assert [(one.mine, one.statement) for one in queries.saved(book, "bob")] == [(False, "RETURN 2 AS x")]
    with pytest.raises(Exception, match="not yours"):
        queries.drop(book, "bob", number)


def test_a_removed_user_takes_lists_and_queries_along(book: Workbook):
    users.add(book, "ann", "long enough", "M1")
    lists.add(book, "ann", None, "spring", {"P1": ""}, {})
    queries.save(book, "ann", "mine", "RETURN 1 AS x", {}, {}, shared=True)
    assert users.remove(book, "ann") == (1, 1)
    assert (users.everyone(book), lists.lists(book, "ann"), queries.saved(book, "bob")) == ([], [], [])
