"""The workbook: several processes write at once, another program's file is refused, its owner alone reads it."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.errors import BadSetting, StoreError
from explorer.settings import Settings
from tests.parts import ROOT
from web.workbook import Workbook, lists, queries, users

WRITER = """
import sys, threading
from pathlib import Path
from web.workbook import Workbook, lists
book, name = Workbook.file(Path(sys.argv[1])), sys.argv[2]
wrong = []
def write(thread):
    try:
        for at in range(25):
            lists.add(book, "", None, "shared", {f"{name}-{thread}-{at}": ""}, {})
            lists.lists(book, "")
    except Exception as error:
        wrong.append(repr(error))
threads = [threading.Thread(target=write, args=(at,)) for at in range(8)]
[one.start() for one in threads]; [one.join() for one in threads]
sys.exit("; ".join(wrong) or 0)
"""


def test_two_processes_of_eight_threads_write_at_once_and_nothing_is_lost(tmp_path: Path):
    path = tmp_path / "deep" / "workbook.db"
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for name in "ab"
    ]
    assert [(one.communicate()[1], one.returncode) for one in running] == [("", 0), ("", 0)]
    book = Workbook.file(path)
    (found,) = lists.lists(book, "")
    wanted = {f"{name}-{thread}-{at}" for name in "ab" for thread in range(8) for at in range(25)}
    assert (found.members, set(lists.ids(book, "", found.id))) == (400, wanted)


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


def test_lists_are_seen_by_their_owner_and_by_whom_they_were_handed_to(tmp_path: Path):
    book = Workbook.file(tmp_path / "workbook.db")
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


def test_merging_keeps_what_stands_on_both_and_the_other_list(tmp_path: Path):
    book = Workbook.file(tmp_path / "workbook.db")
    one, _ = lists.add(book, "", None, "one", {"P1": "", "P2": ""}, {"P2": "ours"})
    two, _ = lists.add(book, "", None, "two", {"P2": "", "P3": ""}, {"P2": "theirs"})
    assert lists.merge(book, "", one, two) == 1
    assert [(e.party_id, e.note) for e in lists.entries(book, "", one)] == [("P1", ""), ("P2", "ours"), ("P3", "")]
    assert lists.ids(book, "", two) == ("P2", "P3")


def test_a_saved_query_is_its_owners_until_it_is_shared(tmp_path: Path):
    book = Workbook.file(tmp_path / "workbook.db")
    number = queries.save(book, "ann", "mine", "RETURN $x AS x", {"x": "1"}, {"x": "integer"}, shared=False)
    assert (queries.saved(book, "bob"), [one.name for one in queries.saved(book, "ann")]) == ([], ["mine"])
    assert queries.save(book, "ann", "mine", "RETURN 2 AS x", {}, {}, shared=True) == number
    assert [(one.mine, one.statement) for one in queries.saved(book, "bob")] == [(False, "RETURN 2 AS x")]
    with pytest.raises(Exception, match="not yours"):
        queries.drop(book, "bob", number)


def test_a_removed_user_takes_lists_and_queries_along(tmp_path: Path):
    book = Workbook.file(tmp_path / "workbook.db")
    users.add(book, "ann", "long enough", "M1")
    lists.add(book, "ann", None, "spring", {"P1": ""}, {})
    queries.save(book, "ann", "mine", "RETURN 1 AS x", {}, {}, shared=True)
    assert users.remove(book, "ann") == (1, 1)
    assert (users.everyone(book), lists.lists(book, "ann"), queries.saved(book, "bob")) == ([], [], [])
