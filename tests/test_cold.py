"""A command in a fresh process: it imports only what it needs, so that it answers at once."""

from __future__ import annotations

import subprocess
import sys

from explorer import Explorer
from tests.parts import elsewhere


def imported(*arguments: object) -> set[str]:
    """Top-level modules that a command imports in a process of its own."""
    code = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr));"
    call = [sys.executable, "-c", f"{code} from explorer.cli import main; main(sys.argv[1:])", *map(str, arguments)]
    ran = subprocess.run(call, capture_output=True, env=elsewhere(), check=True)
    return {name.split(".")[0] for name in ran.stderr.decode().splitlines()[-1].split()}


def test_commands_import_only_what_they_need(example: Explorer) -> None:
    heavy = {"pandas", "duckdb", "ladybug", "networkx", "numba", "pyarrow", "numpy", "tqdm", "rapidfuzz"}
    store = example.home.folder
    assert imported("--help") & heavy == set()
    assert imported("dig", "--anchor", "B1", "--store", store) & heavy == {"numba", "numpy", "pyarrow"}
    assert imported("find", "面粉", "--store", store) & heavy == {"numpy", "pyarrow"}
    assert imported("status", "--store", store) & (heavy - {"numpy", "pyarrow"}) == set()
