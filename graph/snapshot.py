"""The snapshot: the graph's arrays in a folder, mapped into memory in milliseconds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from explorer.errors import StoreError
from graph.algorithms.network import Array, Graph, Links, Strength, link_index

__all__ = ["COUNTS", "Graph", "build", "link_index", "load_tag", "open", "open_counts", "save", "save_counts"]

VERSION = 3
"""Raised whenever the arrays or their meaning change: a snapshot of another version is not opened."""
COUNTS = ("upstream", "downstream", "either")
"""Each is a file `cores_<name>.npy`: int32[n], the distinct cores within two hops that a party lies so of."""


def build(links: Links, strength: Strength, parties: int) -> Graph:
    """Make the graph of `parties` parties from links in canonical order."""
    # Building needs numba, which takes longer to import than a snapshot takes to open.
    from graph.algorithms.rows import build as build_graph

    return build_graph(links, strength, parties)


def save(folder: Path, graph: Graph, tag: dict[str, Any]) -> None:
    """Write one .npy per array, then meta.json with `tag`, into `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for field in fields(graph):
        np.save(folder / f"{field.name}.npy", getattr(graph, field.name))
    meta = {"version": VERSION, "tag": tag}
    (folder / "meta.json").write_text(json.dumps(meta, ensure_ascii=False, sort_keys=True), "utf-8")


def load_tag(folder: Path) -> dict[str, Any]:
    """Read the tag that the snapshot was saved with.

    Raises StoreError `snapshot_unreadable` where there is none or it is of another version.
    """
    try:
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
    except (OSError, ValueError):
        raise StoreError("snapshot_unreadable", folder=folder) from None
    if not isinstance(meta, dict) or meta.get("version") != VERSION or not isinstance(meta.get("tag"), dict):
        raise StoreError("snapshot_unreadable", folder=folder)
    tag: dict[str, Any] = meta["tag"]
    return tag


def open(folder: Path) -> tuple[Graph, dict[str, Any]]:
    """Map the snapshot's arrays into memory, read-only; returns the graph and its tag.

    Raises StoreError `snapshot_unreadable` for a folder that is missing, garbled or of another version.
    """
    tag = load_tag(folder)
    graph = Graph(*(_mapped(folder, field.name) for field in fields(Graph)))
    if not _whole(graph):
        raise StoreError("snapshot_unreadable", folder=folder)
    return graph, tag


def save_counts(folder: Path, counts: Mapping[str, Array]) -> None:
    """Lay the counts of cores within two hops, by the names of COUNTS, beside the arrays of the graph."""
    for name in COUNTS:
        np.save(folder / f"cores_{name}.npy", counts[name])


def open_counts(folder: Path) -> dict[str, Array]:
    """Map what `save_counts` wrote into memory, read-only; raises StoreError as `open` does."""
    return {name: _mapped(folder, f"cores_{name}") for name in COUNTS}


def _mapped(folder: Path, name: str) -> Array:
    try:
        found: Array = np.load(folder / f"{name}.npy", mmap_mode="r")
    except (OSError, ValueError, EOFError):
        raise StoreError("snapshot_unreadable", folder=folder) from None
    return found


def _whole(graph: Graph) -> bool:
    """Whether the arrays fit together, as far as can be told without reading them."""
    lengths = {field.name: len(getattr(graph, field.name)) for field in fields(graph)}
    pointers = {lengths.pop("out_ptr"), lengths.pop("up_ptr")}
    if len(pointers) > 1 or 0 in pointers:
        return False
    return set(lengths.values()) == {int(graph.out_ptr[-1])} == {int(graph.up_ptr[-1])}
