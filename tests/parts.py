"""What tests build real parts from: tables, loads, and the command line in a process of its own."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from explorer import Explorer

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
TODAY = date(2026, 11, 1)

PARTIES = """\
party_id,name,roles
B1,龙头食品,core_enterprise
D1,东城经销,
F1,冯家农场,
F2,范家农场,
M1,明光面粉,customer
M2,美味面粉,
R1,瑞和超市,
R2,荣记小店,
"""
SUPPLIES = """\
supplier_id,buyer_id,amount,date,count
M1,B1,600000,2026-06-30,12
M2,B1,200000,2026-06-30,4
F1,M1,80000,2026-06-30,4
F2,M1,20000,2025-06-30,1
F2,M2,50000,2026-06-30,2
B1,D1,500000,2026-06-30,24
D1,R1,90000,2026-06-30,12
D1,R2,10000,2025-12-31,2
"""
EXAMPLE = {"parties": PARTIES, "supplies": SUPPLIES}
"""The worked example of DESIGN 4.2."""


@dataclass(frozen=True)
class Ran:
    """What a command did: its exit code, its data and its talk."""

    code: int
    out: bytes
    err: str

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out.decode("utf-8-sig"))))


Run = Callable[..., Ran]


def write_tables(folder: Path, tables: dict[str, str]) -> Path:
    """Write CSV tables into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def load(store: Path, tables: Path, **options: object) -> Explorer:
    """Load tables into a store on a fixed day, the rejects beside it."""
    explorer = Explorer.open(store)
    explorer.load(tables, rejects=store.with_name(f"{store.name}.rejects.csv"), today=TODAY, **options)  # type: ignore[arg-type]
    return explorer


def command(*arguments: object) -> list[str]:
    """The command line of another process that runs this checkout's `explorer`."""
    return [sys.executable, "-m", "explorer", *map(str, arguments)]


def elsewhere(**more: str) -> dict[str, str]:
    """The environment of another process: this checkout, English, no settings of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EXPLORER_")}
    return kept | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"} | more


def spawn(*arguments: object, **more: str) -> Ran:
    """Run the command line in a process of its own."""
    done = subprocess.run(command(*arguments), capture_output=True, env=elsewhere(**more), check=False)
    return Ran(done.returncode, done.stdout, done.stderr.decode())
