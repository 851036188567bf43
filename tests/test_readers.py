"""One Explorer asked by many threads, as a web server does, while loads replace the graph under it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from explorer.errors import StoreError
from tests.parts import EXAMPLE, load, write_tables


def test_threads_get_the_answers_of_one_load_or_the_next_and_nothing_stays_open(tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "tables", EXAMPLE)
    explorer = load(tmp_path / "store", tables)
    expected = explorer.party("B1"), explorer.dig(["B1"]).frame().to_csv()
    over = threading.Event()

    def ask() -> set[bool]:
        answers = {True}
        while not over.is_set():
            answers.add((explorer.party("B1"), explorer.dig(["B1"]).frame().to_csv()) == expected)
        return answers

    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(ask) for _ in range(3)]
        for _ in range(3):
            load(tmp_path / "store", tables)
        over.set()
    assert [one.result() for one in asking] == [{True}] * 3
    explorer.party("B1")
    assert opened_graphs(tmp_path) == {str(tmp_path / "store" / "load-000004" / "graph-0.22.lbug")}


def opened_graphs(folder: Path) -> set[str]:
    """Databases of a folder that this process holds, those among them whose folder was pruned."""
    links = (path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink())
    return {str(path) for path in links if path.is_relative_to(folder) and ".lbug" in path.name}


@pytest.mark.parametrize("name", ["meta.json", "up.npy", "cores_either.npy", "parties.arrow"])
def test_a_snapshot_with_a_garbled_file_is_one_sentence(tmp_path: Path, name: str) -> None:
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", EXAMPLE))
    (tmp_path / "store" / "load-000001" / "snapshot" / name).write_bytes(b"garbage")
    with pytest.raises(StoreError, match="Load the tables again"):
        explorer.find("B1")
