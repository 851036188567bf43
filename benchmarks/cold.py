"""Starts as users meet them: whole processes, files in the page cache."""

from __future__ import annotations

from argparse import Namespace

from benchmarks.county import county
from benchmarks.measure import Figure, child, explorer, seconds
from explorer.view import View

RUNS = 5


def run(given: Namespace) -> list[Figure]:
    place = county(given).loaded()
    view = View.open(place.version)
    anchor = view.parties.column("party_id")[int(view.cores[len(view.cores) // 2])].as_py()
    out = place.folder / "cold.csv"
    store = ("--store", place.store)
    commands = (
        ("explorer --help", explorer("--help"), 0.4),
        ("explorer dig --anchor ID --out FILE", explorer("dig", "--anchor", anchor, "--out", out, *store), 1.5),
        ("explorer find 水产", explorer("find", "水产", *store), None),
        ("explorer show ID", explorer("show", anchor, *store), None),
    )
    return [seconds(what, child(what, command, RUNS), wanted) for what, command, wanted in commands]
