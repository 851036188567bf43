"""The same clicks on a Neo4j server of its own, which holds the graph of the same tables."""

from __future__ import annotations

import shutil
from argparse import Namespace

from benchmarks.county import county
from benchmarks.measure import Figure
from benchmarks.neo4j import FLAGS, SETTINGS
from benchmarks.viewer import measured, said, server
from explorer import Explorer
from explorer.settings import Settings
from tests.neo4j_server import running


def run(given: Namespace) -> list[Figure]:
    place = county(given).generated()
    folder = place.folder / "viewer_neo4j"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with running(folder / "server", SETTINGS, FLAGS) as there:
        home, login = folder / "home", Settings(environ=there.environment).login
        explorer = Explorer.open(there.uri, {"home": home}, login=login)
        explorer.load(place.tables, rejects=folder / "rejects.csv")
        with server(there.uri, home, **there.environment) as at:
            figures = measured(at, explorer.view())
        explorer.close()
    shutil.rmtree(folder)
    return said(figures)
