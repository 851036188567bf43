"""What stands between a person and a server is said in one sentence, in both languages, without the password."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.errors import BadSetting, StoreError
from explorer.settings import Login, Settings
from graph.stores.neo4j.connection import Connection
from graph.stores.neo4j.faults import check_version
from tests.neo4j_server import Server
from tests.parts import EXAMPLE, Run, write_tables

SECRET = "geheim-3141592"


@pytest.mark.parametrize("command", [["status"], ["dig", "--all"], ["load", "tables"], ["find", "x"], ["rollback"]])
def test_a_server_that_is_down_is_said(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    write_tables(tmp_path / "tables", EXAMPLE)
    monkeypatch.setenv("NEO4J_PASSWORD", SECRET)
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"neo4j://127.0.0.1:{free.getsockname()[1]}"
    ran = run(*command, "--store", address, "--home", tmp_path / "home")
    assert (ran.code, ran.out, ran.err) == (
        1, b"", f"No Neo4j server answers at {address}. Start it, or mend the address in --store.\n"
    )  # fmt: skip
    assert run("--lang", "zh", *command, "--store", address).err.startswith(f"{address} 处没有 Neo4j 服务器应答。")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"NEO4J_PASSWORD": SECRET}, "does not let the user neo4j in. Set NEO4J_USERNAME and NEO4J_PASSWORD"),
        ({"NEO4J_USERNAME": "nobody"}, "does not let the user nobody in."),
        ({"NEO4J_PASSWORD": ""}, "does not let the user neo4j in."),
        ({"NEO4J_DATABASE": "nowhere"}, "has no database nowhere. Set NEO4J_DATABASE to one that it has."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["neo4j", "bolt"])
def test_a_wrong_login_or_database_is_said(
    neo4j_server: Server, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    changed: dict[str, str], sentence: str, scheme: str,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    for name, value in (neo4j_server.environment | changed).items():
        monkeypatch.setenv(name, value)
    address = neo4j_server.uri.replace("neo4j:", f"{scheme}:")
    ran = run("status", "--store", address, "--home", tmp_path)
    assert (ran.code, len(ran.err.splitlines()), sentence in ran.err) == (1, 1, True), ran.err
    for secret in (SECRET, neo4j_server.password):
        assert secret not in ran.err + caplog.text


def test_the_password_shows_nowhere(
    neo4j_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    login = Login("neo4j", SECRET)
    explorer = Explorer.open(neo4j_server.uri, {"home": tmp_path}, login=login)
    with pytest.raises(StoreError) as refused:
        explorer.status()
    error = refused.value
    shown = [
        repr(login),
        repr(explorer),
        repr(explorer.store),
        repr(explorer.settings.values),
        str(error),
        repr(error),
    ]
    shown += [repr(error.__cause__), str(explorer.home.folder), repr(vars(explorer.settings))]
    assert [text for text in shown if SECRET in text] == []
    monkeypatch.setenv("NEO4J_PASSWORD", SECRET)
    assert SECRET not in run("status", "--store", "neo4j://127.0.0.1:1").err


def test_an_address_must_be_one_and_hold_no_password(tmp_path: Path) -> None:
    for address, code in (
        (f"neo4j://neo4j:{SECRET}@localhost", "neo4j_password_in_address"),
        ("http://localhost:7474", "store_scheme"),
        ("bolt://localhost:7687?policy=x", "neo4j_address"),
    ):
        with pytest.raises(BadSetting) as refused:
            Explorer.open(address, {"home": tmp_path}).status()
        assert refused.value.code == code
        assert SECRET not in str(refused.value)


def test_a_server_must_be_new_enough() -> None:
    for agent in ("Neo4j/5.13.0", "Neo4j/5.26.30", "Neo4j/5.27-aura", "Neo4j/2025.06.1"):
        check_version(agent, "neo4j://somewhere")
    for agent in ("Neo4j/5.12.0", "Neo4j/4.4.30", "Neo4j/v5.11.0 compatible graph database server - Memgraph", ""):
        with pytest.raises(StoreError) as refused:
            check_version(agent, "neo4j://somewhere")
        assert refused.value.code == "neo4j_version"


def test_a_refused_question_is_a_store_error(neo4j_server: Server, tmp_path: Path) -> None:
    login = Login(neo4j_server.username, neo4j_server.password, neo4j_server.database)
    explorer = Explorer.open(neo4j_server.uri, {"home": tmp_path}, login=login)
    for statement in ("MATCH (p:Party RETURN p", "CREATE (:Party {party_id: 'X'})", "RETURN $missing"):
        with pytest.raises(StoreError) as refused:
            explorer.store.ask(statement, {})
        assert refused.value.code in ("neo4j_refused", "neo4j_rights")
    assert neo4j_server.rows("MATCH (p:Party {party_id: 'X'}) RETURN p") == []
    explorer.close()


def test_the_folder_of_a_servers_loads_is_found_again_by_its_address(tmp_path: Path) -> None:
    def identity(address: str, database: str = "") -> str:
        return Connection(address, Login(database=database)).identity

    assert identity("neo4j://Bank:7687") == identity("bolt+s://bank") == identity("bolt://bank:7687")
    assert len({identity("neo4j://bank"), identity("neo4j://bank:7688"), identity("neo4j://bank", "second")}) == 3
    settings = Settings({}, {"XDG_DATA_HOME": str(tmp_path)})
    assert settings.home == tmp_path / "prospect-explorer"
    assert Settings({}, {"EXPLORER_HOME": "/loads", "XDG_DATA_HOME": str(tmp_path)}).home == Path("/loads")
    explorer = Explorer.open("neo4j://bank", Settings({}, {"XDG_DATA_HOME": str(tmp_path)}))
    assert explorer.home.folder == settings.home / identity("neo4j://bank")
