"""A server takes a new load up when its answers are prepared; until then the one before answers."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest

from explorer import Explorer
from tests.parts import TODAY, load, write_tables
from web.app import create_app
from web.following import Following
from web.serving import settle
from web.warming import warm

FIRST = {"parties": "party_id,name,roles\nB1,龙头食品,core_enterprise\nM1,明光面粉,\n",
         "supplies": "supplier_id,buyer_id,amount,date,count\nM1,B1,600000,2026-06-30,12\n"}  # fmt: skip
SECOND = {name: text.replace("明光面粉", "晨光面粉") for name, text in FIRST.items()}


def named(explorer: Explorer) -> str:
    return str(explorer.party("M1").name)


@pytest.fixture
def served(tmp_path: Path) -> Explorer:
    return load(tmp_path / "store", write_tables(tmp_path / "tables", FIRST))


def put(explorer: Explorer, tables: dict[str, str], folder: Path) -> None:
    explorer.load(write_tables(folder / "tables", tables), rejects=folder / "rejects.csv", today=TODAY)


def test_a_new_load_answers_once_it_is_prepared(served: Explorer, tmp_path: Path):
    heard: list[tuple[str, str, bool]] = []

    def prepare(coming: Explorer) -> None:
        heard.append((named(coming), named(served), served.ready))

    following = Following(served, prepare)
    assert not served.ready
    assert following.look()
    put(served, SECOND, tmp_path)
    assert (named(served), served.ready) == ("明光面粉", True)
    assert [following.look(), following.look()] == [True, False]
    assert named(served) == "晨光面粉"
    assert heard == [("明光面粉", "明光面粉", False), ("晨光面粉", "明光面粉", True)]


def test_until_a_new_load_is_taken_up_the_status_page_says_so_of_the_load_before(served: Explorer, tmp_path: Path):
    client, following = create_app(served).test_client(), Following(served, lambda _: None)

    def told() -> tuple[str, bool]:
        page = client.get("/api/status").json
        assert page
        return page["load_id"], page["changing"]

    following.look()
    first = served.status().load_id
    assert told() == (first, False)
    put(served, SECOND, tmp_path)
    assert told() == (first, True)
    following.look()
    second = served.status().load_id
    assert (first != second, told()) == (True, (second, False))


def test_a_load_is_taken_up_though_it_could_not_be_prepared(served: Explorer, caplog: pytest.LogCaptureFixture):
    def fail(_: Explorer) -> None:
        raise ZeroDivisionError

    assert Following(served, fail).look()
    assert (named(served), served.ready) == ("明光面粉", True)
    assert "ZeroDivisionError" in caplog.text


def test_without_a_load_it_looks_again(tmp_path: Path):
    explorer = Explorer.open(tmp_path / "store")
    following = Following(explorer, lambda _: None)
    assert (following.look(), explorer.ready) == (False, False)
    put(explorer, FIRST, tmp_path)
    assert (following.look(), explorer.ready, named(explorer)) == (True, True, "明光面粉")


def test_a_server_says_it_is_ready_when_its_pages_are_warm(county: Explorer):
    explorer = Explorer.open(county.home.folder)
    app = create_app(explorer)
    following = Following(explorer, lambda coming: warm(app, coming))
    assert app.test_client().get("/readyz").status_code == 503
    assert app.test_client().get("/").status_code == 200
    assert following.look()
    assert app.test_client().get("/readyz").status_code == 200


def test_a_small_load_warms_without_an_error(served: Explorer, caplog: pytest.LogCaptureFixture):
    """It has few parties, no ties, and one core."""
    app = create_app(served)
    assert Following(served, lambda coming: warm(app, coming)).look()
    assert caplog.text == ""


def test_the_load_before_is_let_go(served: Explorer, tmp_path: Path):
    following = Following(served, lambda _: None, settle)
    following.look()
    before = weakref.ref(served.view())
    put(served, SECOND, tmp_path)
    following.look()
    gc.unfreeze()
    assert before() is None


def test_what_goes_wrong_once_does_not_end_the_looking(served: Explorer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("web.following.EVERY", 0.01)
    (served.home.folder / "CURRENT").rename(tmp := served.home.folder.parent / "CURRENT")
    (served.home.folder / "CURRENT").mkdir()  # what no pointer is: an error of the system, not one of ours
    following = Following(served, lambda _: None)
    following.start()
    sleep(0.1)
    (served.home.folder / "CURRENT").rmdir()
    tmp.rename(served.home.folder / "CURRENT")
    until = monotonic() + 10
    while not served.ready and monotonic() < until:
        sleep(0.01)
    following.stop()
    assert served.ready


def test_what_goes_wrong_because_the_worker_ended_is_not_told(
    served: Explorer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr("web.following.EVERY", 0.01)
    reached = Event()

    def settle() -> None:
        following.stop()
        reached.set()
        raise RuntimeError("cannot schedule new futures after interpreter shutdown")

    following = Following(served, lambda _: None, settle)
    following.start()
    assert reached.wait(10)
    sleep(0.1)
    assert caplog.text == ""
