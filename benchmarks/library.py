"""The bulk route into Neo4j beside the bare import, then every query of the library on both stores."""

from __future__ import annotations

import shutil
import subprocess
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.county import County, county
from benchmarks.measure import Figure, Timing, child, explorer, ratio, timed
from benchmarks.neo4j import FLAGS, SETTINGS
from explorer import Explorer
from explorer.view import View
from graph.stores import library
from graph.stores.neo4j.load import AWAIT_INDEXES
from graph.stores.neo4j.statements import schema_cypher
from tests.neo4j_server import AUTH, Server, configure, java, running

QUICK, LIMIT = 2.0, 30.0
"""Seconds for a query on Ladybug, or one that starts from something on Neo4j; and for any other on Neo4j."""


def run(given: Namespace) -> list[Figure]:
    place = county(given).loaded()
    folder = place.folder / "library"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    figures = [bulk(place, folder)]
    with filled(folder) as server:
        there = Explorer.open(server.uri, {"home": folder / "home", "query_seconds": 60})
        here = Explorer.open(place.store, {"query_seconds": 60})
        made = timed("snapshot made", there.view).output
        assert made.load_id == here.view().load_id
        asked = {name: start(here.view(), name) for name in library.names()}
        taken = {name: (once(here, name, asked[name]), once(there, name, asked[name])) for name in asked}
        here.close()
        there.close()
    for name, (embedded, remote) in taken.items():
        assert embedded.output == remote.output, name
    shutil.rmtree(folder)
    rooted = {name for name in taken if library.query(name, "neo4j").starts_from != "none"}
    return [
        *figures,
        slowest("Ladybug", {name: pair[0] for name, pair in taken.items()}, QUICK),
        slowest("Neo4j, from a party, group, grid or product", {n: taken[n][1] for n in taken if n in rooted}, QUICK),
        slowest("Neo4j, over everything", {n: taken[n][1] for n in taken if n not in rooted}, LIMIT),
    ]


def bulk(place: County, folder: Path) -> Figure:
    files, home = folder / "files", folder / "server"
    exported = child("export of the files", explorer("export", "neo4j", files, "--store", place.store))
    configure(home, {AUTH: "false"})
    command, environ = java(home, "org.neo4j.cli.AdminTool", flags=FLAGS)
    admin = folder / "neo4j-admin"
    admin.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in command) + ' "$@"\n')
    admin.chmod(0o755)
    environ |= {"NEO4J_ADMIN": str(admin)}
    script = ["sh", files / "import.sh"]
    imported = timed("bare import", lambda: subprocess.run(script, env=environ, check=True, capture_output=True))
    whole = replace(imported, wall=imported.wall + exported.wall, processor=imported.processor + exported.processor)
    return ratio("bulk route beside the bare import", whole, imported, 1.5, at_most=True)


@contextmanager
def filled(folder: Path) -> Iterator[Server]:
    """The server that `bulk` filled, with its indexes."""
    with running(folder / "server", SETTINGS | {AUTH: "false"}, FLAGS) as server:
        for statement in (*schema_cypher(), AWAIT_INDEXES):
            server.rows(statement)
        yield server


def start(view: View, name: str) -> dict[str, object]:
    """What a query must be given: the party, grid and so on of an enterprise in the middle."""
    core = view.cores[len(view.cores) // 2 : len(view.cores) // 2 + 2]
    first, second = view.parties.take("party_id", core).to_pylist()
    grid, product = (view.parties.take(column, core)[0].as_py() for column in ("grid", "product"))
    of = {"party": first, "first": first, "second": second, "grid": grid, "group_id": "C0000001", "product": product}
    return {one.name: of[one.name] for one in library.query(name, "ladybug").parameters if one.default is None}


def once(store: Explorer, name: str, given: dict[str, object]) -> Timing:
    """The second time counts: a server keeps the plan of a statement that it has seen."""
    shown = [column for column, kind in library.query(name, "ladybug").columns if kind != "graph"]

    def rows() -> list[dict[str, object]]:
        return store.query(name, **given).rows.select(shown).to_pylist()

    return min((timed(f"{store.store.dialect} {name}", rows) for _ in "12"), key=lambda timing: timing.wall)


def slowest(where: str, timings: dict[str, Timing], limit: float) -> Figure:
    name = max(timings, key=lambda name: timings[name].wall)
    over = sum(timing.wall > limit for timing in timings.values())
    usual = float(np.median([timing.wall for timing in timings.values()]))
    words = f"slowest {name} {timings[name].wall:.2f} s, median {usual:.2f} s, {over} of {len(timings)} over the mark"
    return Figure(f"library on {where}", words, f"≤ {limit:g} s", not over)
