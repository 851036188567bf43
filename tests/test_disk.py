"""A full disk: one clear sentence, the former graph intact, and nothing left but what the next load removes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer import Explorer
from tests.parts import EXAMPLE, Ran, elsewhere, load, spawn, write_tables

FULL = "The disk is full; the former graph is untouched. Free some space and load again."
# Runs the command line with a limit on the size of any file; a write beyond it fails as on a full disk.
LIMITED = """
import resource, signal, sys
from explorer.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
main(sys.argv[2:])
"""


def limited(most: int, *arguments: object) -> Ran:
    call = [sys.executable, "-c", LIMITED, str(most), *map(str, arguments)]
    done = subprocess.run(call, capture_output=True, env=elsewhere(), check=False)
    return Ran(done.returncode, done.stdout, done.stderr.decode())


@pytest.mark.parametrize("most", [200, 4_000, 60_000, 250_000, 400_000, 2_000_000])
def test_a_file_that_cannot_grow_is_a_full_disk(tmp_path: Path, county_tables: Path, most: int) -> None:
    store = tmp_path / "store"
    explorer = load(store, write_tables(tmp_path / "tables", EXAMPLE))
    before, pointer = explorer.dig("all").frame(), (store / "CURRENT").read_bytes()
    ran = limited(most, "load", county_tables, "--store", store, "--rejects", tmp_path / "r.csv")
    assert (ran.code, ran.out) == (1, b""), ran.err
    assert ran.err.splitlines()[-1] == FULL
    assert (store / "CURRENT").read_bytes() == pointer
    assert sorted(path.name for path in store.iterdir()) == ["CURRENT", "LOCK", "load-000001"]
    assert Explorer.open(store).dig("all").frame().equals(before)


def test_an_export_that_cannot_grow_leaves_the_former_file(tmp_path: Path, county: Explorer) -> None:
    out = tmp_path / "strings.csv"
    out.write_text("former\n")
    for name in ("strings.csv", "strings.json", "strings.parquet", "strings.xlsx"):
        ran = limited(20_000, "dig", "--all", "--store", county.home.folder, "--out", tmp_path / name)
        assert (ran.code, "Traceback" in ran.err) == (1, False), ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["strings.csv"]
    assert out.read_text() == "former\n"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB, where mounting one is allowed."""
    place = tmp_path / "disk"
    place.mkdir()
    call = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(call, capture_output=True, check=False).returncode:
        pytest.skip("mounting a disk is not allowed here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.thorough
def test_a_small_disk_fills_up_and_serves_on(small_disk: Path, tmp_path: Path, county_tables: Path) -> None:
    store = small_disk / "store"
    explorer = load(store, write_tables(tmp_path / "tables", EXAMPLE))
    before = explorer.dig("all").frame()
    free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    for left in (100_000, 3_000_000, 9_000_000):
        filler = small_disk / "filler"
        filler.write_bytes(bytes(max(free - left, 0)))
        ran = spawn("load", county_tables, "--store", store, "--rejects", tmp_path / "r.csv")
        assert (ran.code, ran.err.splitlines()[-1]) == (1, FULL)
        assert Explorer.open(store).dig("all").frame().equals(before)
        filler.unlink()
    assert spawn("load", county_tables, "--store", store, "--rejects", tmp_path / "r.csv").code == 0
    assert len(explorer.dig("all", top=1).frame()) == 8
