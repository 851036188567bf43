"""Neo4j beside the bare work it is made of, and digging beside Cypher and GDS; on servers of its own.

Times are on the clock, as most of the work is the server's.
"""

from __future__ import annotations

import os
import shutil
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.county import County, county
from benchmarks.measure import STEPS, Figure, Timing, child, explorer, ratio, seconds, timed
from explorer.view import View
from graph.algorithms.network import Array
from graph.algorithms.strings import dig
from graph.algorithms.walks import passage
from tests.neo4j_server import Server, running

TIERS, TOP = 4, 200
ANCHORS = 5
FLAGS = ("-Xmx3g",)
SETTINGS = {"server.memory.pagecache.size": "2g", "dbms.security.procedures.unrestricted": "gds.*"}

FIRST = "MATCH (a:Party {party_id: $id})<-[r:SUPPLIES]-(p) WITH a, p, min(r.cost_up) AS cost"
FURTHER = """
WITH a, p, cost + CASE WHEN p.n_suppliers <= 50 THEN $decay
    ELSE $decay + toInteger(round(-log(sqrt(50.0 / p.n_suppliers)) * 1000000, 0, 'HALF_EVEN')) END AS cost
MATCH (p)<-[r:SUPPLIES]-(q) WHERE q <> a WITH a, q AS p, min(cost + r.cost_up) AS cost
"""
LISTED = " WHERE NOT p.is_customer AND NOT p.do_not_contact"
PROJECT = """
MATCH (s:Party)-[r:SUPPLIES]->(t:Party)
WITH s, t, r.cost_up + CASE WHEN t.n_suppliers <= 50 THEN $decay
    ELSE $decay + round(-log(sqrt(50.0 / t.n_suppliers)) * 1000000, 0, 'HALF_EVEN') END AS cost
RETURN gds.graph.project('upstream', t, s, {relationshipProperties: {cost: cost}}) AS made
"""
DIJKSTRA = """
MATCH (a:Party {party_id: $id})
CALL gds.allShortestPaths.dijkstra.stream('upstream', {sourceNode: a, relationshipWeightProperty: 'cost'})
YIELD targetNode, totalCost, nodeIds
WITH gds.util.asNode(targetNode) AS p, totalCost, nodeIds WHERE NOT p.is_customer AND NOT p.do_not_contact
RETURN p.party_id, toInteger(totalCost) AS cost, size(nodeIds) - 1 AS tier ORDER BY cost, tier, p.party_id LIMIT $top
"""


def run(given: Namespace) -> list[Figure]:
    place = county(given).loaded()
    folder = place.folder / "neo4j"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with started(folder / "bare", given.gds):
        bare = child("bare loop of the same batches", [*STEPS, "neo4j_loop", place.version])
    with started(folder / "online", given.gds) as server:
        store = ("--store", server.uri, "--home", folder / "home")
        load = ["load", place.tables, "--rejects", folder / "rejects.csv", "--memory", str(place.memory), *store]
        online = child("load online", explorer(*load))
        figures = [ratio("load online beside the bare loop of its batches", online, bare, 1.3, at_most=True)]
        read = child("collected columns read", [*STEPS, "neo4j_read"], given.runs)
        again = (explorer("status", "--store", server.uri, "--home", folder / f"home-{i}") for i in range(given.runs))
        made = min((child("snapshot made", command) for command in again), key=lambda timing: timing.wall)
        figures += [ratio("snapshot made beside the collected columns read", made, read, 1.5, at_most=True)]
        assert strings(store, folder / "neo4j.csv") == strings(("--store", place.store), folder / "ladybug.csv")
        figures += dug(place, server, given)
    shutil.rmtree(folder)
    return [*figures, seconds("load online", online), seconds("snapshot made", made)]


@contextmanager
def started(home: Path, gds: Path | None) -> Iterator[Server]:
    """A server whose login is in the environment that children get."""
    (home / "plugins").mkdir(parents=True)
    for jar in gds.glob("*.jar") if gds else ():
        shutil.copy(jar, home / "plugins")
    with running(home, SETTINGS, FLAGS) as server:
        os.environ.update(server.environment, NEO4J_URI=server.uri)
        yield server


def strings(store: tuple[str | Path, ...], out: Path) -> bytes:
    """The strings of all cores as a file; equal on both stores."""
    child(f"dig all, {out.stem}", explorer("dig", "--all", "--top", str(TOP), *store, "--out", out))
    return out.read_bytes()


def dug(place: County, server: Server, given: Namespace) -> Iterator[Figure]:
    """Some anchors upstream, one after the other, by each."""
    view = View.open(place.version)
    sample = view.cores[np.linspace(0, len(view.cores) - 1, ANCHORS).astype(int)]
    ids = view.parties.take("party_id", sample).to_pylist()
    asked = {"direction": "upstream", "tiers": TIERS, "top": TOP, "standing": view.standing}

    def ours() -> list[list[tuple[object, ...]]]:
        return [listed(view, np.array([anchor], np.int32), asked) for anchor in sample]

    ours()
    kernel = timed(f"kernel, {ANCHORS} anchors", ours, 2 * given.runs)
    cypher = timed(f"Cypher, {ANCHORS} anchors", lambda: [by_cypher(server, party) for party in ids])
    assert cypher.output == kernel.output
    yield beside("Cypher, tier by tier", kernel, cypher)
    if given.gds:
        server.rows(PROJECT, decay=passage(1, 1))
        found = timed(f"GDS, {ANCHORS} anchors", lambda: [by_gds(server, party) for party in ids])
        for theirs, rows in zip(found.output, kernel.output, strict=True):
            within = [row for row in rows if row in theirs]
            assert len(within) > TOP / 2, "most strings of the best 200 are the same without a bound on tiers"
        yield beside("GDS's Dijkstra, without a bound on tiers", kernel, found)


def beside(what: str, kernel: Timing, theirs: Timing) -> Figure:
    return replace(ratio(f"one anchor at a time, kernel beside {what}", kernel, theirs, 0), wanted="", met=None)


def listed(view: View, anchor: Array, asked: dict[str, object]) -> list[tuple[object, ...]]:
    found = dig(view.graph, anchor, **asked)  # type: ignore[arg-type]
    ids = view.parties.take("party_id", found.prospect).to_pylist()
    return list(zip(ids, found.cost.tolist(), found.tier.tolist(), strict=True))


def by_cypher(server: Server, party: str) -> list[tuple[object, ...]]:
    best: dict[object, tuple[object, ...]] = {}
    for tier in range(1, TIERS + 1):
        statement = FIRST + FURTHER * (tier - 1) + " WITH p, cost" + LISTED + " RETURN p.party_id, cost"
        for found, cost in server.rows(statement, id=party, decay=passage(1, 1)):
            best[found] = min(best.get(found, (cost, tier)), (cost, tier))  # type: ignore[type-var]
    ranked = sorted((cost, tier, found) for found, (cost, tier) in best.items())  # type: ignore[type-var]
    return [(found, cost, tier) for cost, tier, found in ranked[:TOP]]


def by_gds(server: Server, party: str) -> set[tuple[object, ...]]:
    """Its costs hold what walking on through the anchor would cost, which a string does not pay."""
    [(suppliers,)] = server.rows("MATCH (p:Party {party_id: $id}) RETURN p.n_suppliers", id=party)
    spare = passage(1, int(str(suppliers)))
    rows = server.rows(DIJKSTRA, id=party, top=TOP)
    return {(found, int(str(cost)) - spare, tier) for found, cost, tier in rows}
