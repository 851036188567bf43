"""Real parts for all tests: the worked example and a generated county, as tables and loaded, and the command line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import URL

from explorer import Explorer
from explorer.cli import main
from tests import neo4j_server as servers
from tests import postgres_server, sparking, viewing
from tests.compose import server_settings
from tests.parts import EXAMPLE, SHARED, Ran, Run, load, write_tables
from web.app import create_app

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

GIVEN = servers.given(os.environ)
"""Read before a test hides the environment."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all tests of the Neo4j server on one worker: it holds one graph, and one server is enough."""
    for item in items:
        if "neo4j_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("neo4j"))
        if hasattr(item, "callspec") and item.callspec.params.get("kept_in") == "postgresql":
            item.add_marker(pytest.mark.xdist_group("postgresql"))
        if hasattr(item, "callspec") and item.callspec.params.get("look") in viewing.CROSSED:
            item.add_marker(pytest.mark.thorough)
    if not SHARED.is_dir():
        for item in items:
            if item.get_closest_marker("shared"):
                item.add_marker(pytest.mark.skip(reason="the real tables do not stand beside the checkout"))


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting or login of the person who runs the tests, and English unless a test asks for Chinese."""
    for name in [name for name in os.environ if name.startswith(("EXPLORER_", "NEO4J_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def needing(found: Callable[[], object], not_installed: type[Exception]) -> None:
    """Skip what needs a server where it is not installed; in CI that means failure."""
    try:
        found()
    except not_installed as missing:
        if "CI" in os.environ:
            raise
        pytest.skip(f"{missing} is not installed, so this server cannot be started")


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """One real Neo4j for the whole run: the one NEO4J_URI names, else our own."""
    if GIVEN:
        yield GIVEN
        return
    needing(servers.jars, servers.NotInstalled)
    # The settings of docker-compose.yml too, so that a server vouches for their names; memory is ours to say.
    shipped = {name: value for name, value in server_settings().items() if "memory" not in name}
    with servers.running(tmp_path_factory.mktemp("neo4j"), shipped) as server:
        yield server


@pytest.fixture
def neo4j_empty(neo4j_server: servers.Server) -> servers.Server:
    """The server without any graph; what a test leaves in it the next one finds gone."""
    neo4j_server.erase()
    return neo4j_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Server]:
    """One real PostgreSQL for the whole run."""
    needing(postgres_server.programs, postgres_server.NotInstalled)
    with postgres_server.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def kept_in(request: pytest.FixtureRequest) -> str:
    """Where a workbook is kept."""
    return str(request.param)


@pytest.fixture
def place(kept_in: str, request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """The address of a workbook that is not there yet: a file, or an empty database of a server."""
    if kept_in == "sqlite":
        return URL.create("sqlite", database=str(tmp_path / "deep" / "workbook.db"))
    server: postgres_server.Server = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command line in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Ran:
        capsysbinary.readouterr()
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsysbinary.readouterr()
        return Ran(code, out, err.decode())

    return call


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """One real Spark on this machine for the whole run, small enough to share two cores with the other tests."""
    with sparking.running(tmp_path_factory.mktemp("spark")) as session:
        yield session


@pytest.fixture(scope="session")
def example_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tables(tmp_path_factory.mktemp("example") / "tables", EXAMPLE)


@pytest.fixture(scope="session")
def example(example_tables: Path) -> Explorer:
    """The worked example, loaded; no test may load anything else into it."""
    return load(example_tables.with_name("store"), example_tables)


@pytest.fixture(scope="session")
def county_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county") / "tables"
    Explorer.generate(folder, parties=1500, seed=7, file_format="csv")
    return folder


@pytest.fixture(scope="session")
def county(county_tables: Path) -> Explorer:
    """A county of 1,500 parties, loaded; no test may load anything else into it."""
    return load(county_tables.with_name("store"), county_tables)


@pytest.fixture(scope="session")
def viewer(county: Explorer) -> Flask:
    """The viewer on that county, for those who only look."""
    return create_app(county)


@pytest.fixture(scope="session")
def address(viewer: Flask) -> Iterator[str]:
    """Where that viewer is served."""
    with viewing.served(viewer) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with viewing.chromium() as browser:
        yield browser
