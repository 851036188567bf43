"""Clocks, of work in this process and of whole processes.

Light to import: the peak memory of a child is at least what its parent took when it was started.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

GIB = 2**30
STEPS = (sys.executable, "-m", "benchmarks.steps")


@dataclass(frozen=True)
class Timing:
    """Seconds on the clock and on all processors together, peak memory in GiB, and what came out."""

    wall: float
    processor: float
    peak: float
    output: Any = None

    def __str__(self) -> str:
        return f"{self.wall:9.3f} s   on processors {self.processor:9.3f} s   peak {self.peak:5.2f} GiB"


@dataclass(frozen=True)
class Figure:
    """A line of the table; one with a mark says whether it was met."""

    what: str
    measured: str
    wanted: str = ""
    met: bool | None = None


def said(what: str, timing: Timing) -> Timing:
    print(f"{what:<58} {timing}", flush=True)
    return timing


def best(timings: Iterable[Timing]) -> Timing:
    """The run with the shortest time on the clock, with the best processor time of all and the highest peak."""
    runs = list(timings)
    quickest = min(runs, key=lambda run: run.wall)
    least = min(run.processor for run in runs)
    return Timing(quickest.wall, least, max(run.peak for run in runs), quickest.output)


def timed(what: str, work: Callable[[], Any], runs: int = 1) -> Timing:
    """Do `work` in this process, the best of `runs`."""

    def once() -> Timing:
        start, busy = time.perf_counter(), time.process_time()
        output = work()
        wall, busy = time.perf_counter() - start, time.process_time() - busy
        return Timing(wall, busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB, output)

    return said(what, best(once() for _ in range(runs)))


def child(what: str, command: Sequence[str | Path], runs: int = 1) -> Timing:
    """Run a fresh process from start to end, the best of `runs`; its output is what it printed."""
    return said(what, best(_run(command) for _ in range(runs)))


def _run(command: Sequence[str | Path]) -> Timing:
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as talk:
        start = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdout=printed, stderr=talk)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        talk.seek(0)
        if process.returncode:
            raise SystemExit(f"{command} ended with {process.returncode}:\n{talk.read().decode()}")
        return Timing(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / GIB, printed.read().decode())


def explorer(*words: str | Path) -> list[str | Path]:
    """A command of the product as users start it."""
    return [Path(sys.executable).with_name("explorer"), *words]


def short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def ratio(what: str, ours: Timing, theirs: Timing, wanted: float, *, at_most: bool = False) -> Figure:
    """How many times as fast as theirs ours is or, with `at_most`, how many times as long it takes."""
    pairs = (ours.wall, theirs.wall), (ours.processor, theirs.processor)
    wall, processor = (one / other if at_most else other / one for one, other in pairs)
    sign, met = ("≤", wall <= wanted) if at_most else ("≥", wall >= wanted)
    return Figure(what, f"{short(wall)}x (on processors {short(processor)}x)", f"{sign} {wanted:g}x", met)


def seconds(what: str, timing: Timing, wanted: float | None = None) -> Figure:
    measured = f"{short(timing.wall)} s (on processors {short(timing.processor)} s), peak {timing.peak:.2f} GiB"
    return Figure(what, measured, f"≤ {wanted:g} s" if wanted else "", timing.wall <= wanted if wanted else None)


def save(figures: list[Figure], folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps([asdict(figure) for figure in figures], ensure_ascii=False))


def saved(folder: Path, name: str) -> list[Figure]:
    path = folder / f"{name}.json"
    return [Figure(**fields) for fields in json.loads(path.read_text())] if path.exists() else []
