"""python -m benchmarks [part …]: each part in a process of its own, then one table of all figures."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import subprocess
import sys
from argparse import Namespace
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import GIB, save, saved
from explorer.settings import SETTING

PARTS = ("strings", "kernels", "introductions", "referrers", "circles", "loading", "pipeline", "cold")
ALL = (*PARTS, "viewer", "viewer_neo4j", "neo4j", "library", "spark", "province")
LIBRARIES = ("numpy", "numba", "duckdb", "pyarrow", "ladybug", "networkx", "networkit", "scipy")
SIZES = {"neo4j": 50_000, "province": 10_200_000}
"""Parties of a part's tables, where it is not a county of 680,000."""


def arguments() -> Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the product beside its peers.")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(ALL)}; the first five by default")
    parser.add_argument("--folder", type=Path, default=Path("build/bench"), help="cache of tables, stores, figures")
    parser.add_argument("--parties", type=int, help="680,000 by default, in the province 10,200,000")
    parser.add_argument("--runs", type=int, default=3, help="of what is repeated, the best counts")
    parser.add_argument("--sample", type=int, default=20, help="anchors that networkx and scipy dig")
    parser.add_argument(
        "--memory", type=float, default=SETTING["memory"].default, help="GiB of a load, as in explorer"
    )
    parser.add_argument("--top", type=int, help="rows of a list: 200, in the pipeline 500, in the province 1,000")
    parser.add_argument("--gds", type=Path, help="folder of the jars of Neo4j's Graph Data Science, for neo4j")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if unknown := set(given.parts) - {*ALL, "table"}:
        parser.error(f"no part {', '.join(unknown)}")
    return given


def measure(part: str, given: Namespace) -> None:
    """Run one part in this process and keep its figures."""
    given.parties = given.parties or SIZES.get(part, 680_000)
    print(f"\n== {part}, {given.parties:,} parties", flush=True)
    figures = importlib.import_module(f"benchmarks.{part}").run(given)
    of = f"{part} of {given.parties:,}"
    save([replace(figure, what=f"{of}: {figure.what}") for figure in figures], given.folder / "figures", part)


def conditions() -> str:
    model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())  # fmt: skip
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{model}, {len(os.sched_getaffinity(0))} processors, {memory:.0f} GiB, load average {os.getloadavg()[2]:.1f}"
        f" in the last quarter of an hour; Python {platform.python_version()}, {libraries}."
    )


def table(folder: Path) -> str:
    """All figures as Markdown, those with a mark first."""
    figures = [figure for part in ALL for figure in saved(folder / "figures", part)]
    figures.sort(key=lambda figure: figure.met is None)
    verdict = {True: "met", False: "missed", None: ""}
    lines = [f"| {f.what} | {f.measured} | {f.wanted} | {verdict[f.met]} |" for f in figures]
    return "\n".join([conditions(), "", "| what | measured | wanted | |", "|---|---|---|---|", *lines])


def main() -> None:
    given = arguments()
    if given.one:
        measure(given.one, given)
        return
    for part in given.parts or PARTS:
        if part != "table":
            subprocess.run([sys.executable, "-m", "benchmarks", "--one", part, *sys.argv[1:]], check=True)
    print(f"\n{table(given.folder)}")


if __name__ == "__main__":
    main()
