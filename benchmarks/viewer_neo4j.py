"""The same clicks on a Neo4j server of its own, which the bulk route filled with the graph of the same tables."""

from __future__ import annotations

import shutil
from argparse import Namespace

from benchmarks.county import county
from benchmarks.library import bulk, filled
from benchmarks.measure import Figure
from benchmarks.viewer import measured, said, server
from explorer import Explorer


def run(given: Namespace) -> list[Figure]:
    place = county(given).loaded()
    folder = place.folder / "viewer_neo4j"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    bulk(place, folder)
    here = Explorer.open(place.store)
    with filled(folder) as there, server(there.uri, folder / "home", **there.environment) as at:
        figures = measured(at, here.view())
    here.close()
    shutil.rmtree(folder)
    return said(figures)
