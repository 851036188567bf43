"""A snapshot comes back as it was written, or not at all."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from explorer.errors import StoreError
from graph import snapshot
from graph.algorithms.network import Graph, Links, Strength
from graph.snapshot import build, link_index
from tests import oracles, toy

TAG = {"load_id": "0123456789abcdef", "as_of": "2026-06-30", "name": "县"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    snapshot.save(tmp_path / "snapshot", toy.graph(), TAG)
    return tmp_path / "snapshot"


def contents(graph: Graph) -> dict[str, list[float]]:
    return {field.name: getattr(graph, field.name).tolist() for field in fields(graph)}


def test_rows_are_every_link_both_ways_sorted_by_cost_then_id() -> None:
    rng = random.Random(2)
    for _ in range(200):
        made, links, costs = oracles.random_costs(rng)
        graph = build(links, costs, made.parties)
        for direction in ("upstream", "downstream"):
            ptr, rows = graph.rows(direction)
            assert oracles.rows_of(graph, direction) == made.costs(direction)
            assert all((np.diff(rows[start:stop]) > 0).all() for start, stop in pairwise(ptr))


def test_a_graph_comes_back_read_only_and_with_its_tag(folder: Path) -> None:
    graph, tag = snapshot.open(folder)
    assert (contents(graph), tag) == (contents(toy.graph()), TAG)
    assert not any(getattr(graph, field.name).flags.writeable for field in fields(graph))


def test_a_graph_without_links_comes_back_too(tmp_path: Path) -> None:
    none = Links([], [], [], [], [], [], [])
    nothing = Strength(*[none.confidence] * 5, cost_up=none.buyer, cost_down=none.buyer)
    snapshot.save(tmp_path, build(none, nothing, 3), {})
    graph, tag = snapshot.open(tmp_path)
    assert (graph.parties, graph.links, tag) == (3, 0, {})


@pytest.mark.parametrize("name", ["meta.json", "up.npy", "buyer.npy"])
@pytest.mark.parametrize("harm", ["missing", "empty", "garbage", "truncated"])
def test_a_damaged_snapshot_is_refused(folder: Path, name: str, harm: str) -> None:
    path = folder / name
    content = path.read_bytes()
    path.unlink()
    if harm != "missing":
        path.write_bytes({"empty": b"", "garbage": b"\x00\xff" * 99, "truncated": content[:-9]}[harm])
    with pytest.raises(StoreError) as refused:
        snapshot.open(folder)
    assert refused.value.code == "snapshot_unreadable"


@pytest.mark.parametrize("meta", ["[]", '{"version": 0, "tag": {}}', '{"version": 1}'])
def test_a_snapshot_of_another_version_is_refused(folder: Path, meta: str) -> None:
    (folder / "meta.json").write_text(meta, "utf-8")
    with pytest.raises(StoreError, match="snapshot"):
        snapshot.open(folder)


def test_arrays_that_do_not_fit_together_are_refused(folder: Path) -> None:
    np.save(folder / "amount.npy", np.zeros(3, np.int64))
    with pytest.raises(StoreError, match="snapshot"):
        snapshot.open(folder)


def test_links_are_found_by_their_ends() -> None:
    rng = random.Random(4)
    for _ in range(100):
        made, links, costs = oracles.random_costs(rng)
        graph = build(links, costs, made.parties)
        ends = [(s, b) for s in range(made.parties) for b in range(made.parties)]
        index = {pair: i for i, pair in enumerate(zip(links.supplier.tolist(), links.buyer.tolist(), strict=True))}
        found = link_index(graph, *np.array(ends).T)
        assert found.tolist() == [index.get(pair, -1) for pair in ends]


def test_opening_does_not_import_numba(folder: Path) -> None:
    code = "import sys; from pathlib import Path; from graph import snapshot; snapshot.open(Path(sys.argv[1]))"
    check = "; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code + check, str(folder)], check=False).returncode == 0
