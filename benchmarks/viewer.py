"""The viewer as people meet it: a server of its own, fifty of them clicking, and the first picture in a browser.

Beside what a click waited for stands what the server says it worked, and the processor time of server and workers:
the people who click run on the same machine.
"""

from __future__ import annotations

import http.client
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.county import county
from benchmarks.measure import GIB, Figure
from explorer.view import View
from web.addresses import encode

PEOPLE, FIRST, SECONDS, PAUSE = 50, 20.0, 90.0, (1.0, 3.0)
"""How many click, for how long at first and then to be judged by, and how long each looks before the next click."""
WANTED = 0.3
MARKED = ("party of a core", "party", "dig", "dig, filtered")
KNOCKS = 20
"""Times in a row that a server must say it is ready: each of its workers answers for itself."""

Answer = tuple[int, float, float]
"""The status of an answer, the seconds until it was read, and those that the server says it took."""


@dataclass(frozen=True)
class Running:
    """A server that runs: its port, its process, and the seconds until its workers were warm."""

    port: int
    process: int
    warm: float


@contextmanager
def server(store: object, home: Path, **environment: str) -> Iterator[Running]:
    """A server on a store, ready, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {"EXPLORER_STORE": str(store), "EXPLORER_HOME": str(home), "EXPLORER_PORT": str(port)}
    command = [sys.executable, "-m", "explorer", "serve"]
    begun = time.perf_counter()
    with subprocess.Popen(command, env=os.environ | given | environment) as process:
        try:
            _wait(port)
            yield Running(port, process.pid, time.perf_counter() - begun)
        finally:
            process.terminate()


def _wait(port: int) -> None:
    times = 0
    for _ in range(6000):
        try:
            times = times + 1 if get(port, "/readyz")[0] == 200 else 0
        except OSError:
            times = 0
        if times == KNOCKS:
            return
        time.sleep(0.01 if times else 0.1)
    raise TimeoutError("the server does not answer")


def get(port: int, path: str) -> Answer:
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Accept-Language": "zh"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    said = (answer.getheader("Server-Timing") or "dur=nan").rpartition("dur=")[2]
    return answer.status, time.perf_counter() - begun, float(said) / 1000


def clicks(view: View, chance: random.Random) -> Iterator[tuple[str, str]]:
    """What a person does, over and over: find, a party, its strings, a prospect of them, who introduces it."""
    cores = view.parties.take("party_id", view.cores).to_pylist()
    for _ in cycle((0,)):
        core = encode(chance.choice(cores))
        prospect = encode(view.parties.column("party_id")[chance.randrange(len(view.parties))].as_py())
        yield "find", "/?find=" + chance.choice(("%E7%B2%AE", "%E6%B0%B4%E4%BA%A7", "lg"))
        yield "party of a core", f"/party/{core}"
        yield "dig", f"/party/{core}/dig?direction=upstream"
        yield "dig, filtered", f"/party/{core}/dig?direction=upstream&kind=farmer"
        yield "party", f"/party/{prospect}"
        yield "introduce", f"/party/{prospect}/introduce"


def clicking(port: int, view: View, people: int, seconds: float, seed: int) -> dict[str, list[Answer]]:
    """What everybody's clicks took, by page."""
    found: dict[str, list[Answer]] = defaultdict(list)
    over = time.monotonic() + seconds

    def person(seed: int) -> None:
        chance = random.Random(seed)
        time.sleep(chance.uniform(0, PAUSE[1]))
        for page, path in clicks(view, chance):
            if time.monotonic() > over:
                return
            found[page].append(get(port, path))
            time.sleep(chance.uniform(*PAUSE))

    threads = [threading.Thread(target=person, args=(seed + one,)) for one in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def workers(process: int) -> list[Path]:
    """Where the kernel tells of a server and its workers."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            lines = (folder / "status").read_text().splitlines()
        except OSError:
            continue
        of = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        if process in (int(of["Pid"]), int(of["PPid"])):
            found.append(folder)
    return found


def memory(process: int) -> float:
    """Bytes that a server and its workers hold for themselves; files that they map are the system's."""
    lines = (line for one in workers(process) for line in (one / "status").read_text().splitlines())
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


def busy(process: int) -> float:
    """Seconds on processors that a server and its workers have taken so far."""
    columns = ((one / "stat").read_text().rpartition(")")[2].split() for one in workers(process))
    return sum(int(of[11]) + int(of[12]) for of in columns) / os.sysconf("SC_CLK_TCK")


def pictures(port: int, party: str, runs: int = 5) -> float:
    """Seconds from a click to the picture of a party on the screen, in Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        took = []
        for _ in range(runs + 1):
            page.goto(f"http://127.0.0.1:{port}/healthz")
            begun = time.perf_counter()
            page.goto(f"http://127.0.0.1:{port}/party/{encode(party)}?up=4&down=4&view_nodes=300")
            page.wait_for_selector("[data-drawn]", state="attached")
            took.append(time.perf_counter() - begun)
        browser.close()
    return median(took[1:])


def run(given: Namespace) -> list[Figure]:
    place = county(given).loaded()
    view = View.open(place.version)
    home = given.folder / "viewer"
    shutil.rmtree(home, ignore_errors=True)
    with server(place.store, home) as at:
        figures = said(measured(at, view)) + said(late(at.port))
        partners = view.parties.take("n_suppliers", view.cores).fill_null(0).to_numpy()
        usual = view.cores[[int(np.argsort(partners)[len(partners) // 2])]]
        drawn = pictures(at.port, view.parties.take("party_id", usual)[0].as_py())
        what = "first picture of a core enterprise, 4 tiers each way"
        last = [Figure(what, f"{drawn:.2f} s", "1.5 s", drawn <= 1.5)]
        last.append(Figure("memory of the server and its workers", f"{memory(at.process) / GIB:.2f} GiB"))
    with server(place.store, home) as again:
        last.append(Figure("started again, until both workers are warm", f"{again.warm:.1f} s"))
    return figures + said(last)


def measured(at: Running, view: View) -> list[Figure]:
    """A server that is just warm with everybody clicking at once, and then for a while."""
    figures = [Figure("started on a load it has not seen, until both workers are warm", f"{at.warm:.1f} s")]
    first = clicking(at.port, view, PEOPLE, FIRST, seed=1000)
    every = [answer for answers in first.values() for answer in answers]
    figures.append(
        Figure(f"the first {FIRST:.0f} s of {PEOPLE} people, all pages, {_statuses(every)}", _times(every))
    )
    before = busy(at.process)
    found = clicking(at.port, view, PEOPLE, SECONDS, seed=0)
    count = sum(map(len, found.values()))
    each = 1000 * (busy(at.process) - before) / count
    figures.append(Figure(f"processor time of a click, of {count:,} in {SECONDS:.0f} s", f"{each:.0f} ms"))
    figures.append(Figure("load average of the machine in that minute, the clicking people included",
                          f"{os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} processors"))  # fmt: skip
    return figures + [_figure(page, answers) for page, answers in sorted(found.items())]


def late(port: int) -> list[Figure]:
    """Pages that take long the first time: how soon they say so, when they are there, and how soon after that."""
    figures = []
    for page, path in (("circles", "/circles"), ("campaign of 50", "/referrers?k=50")):
        begun = time.perf_counter()
        _, told, _ = get(port, path)
        while get(port, path)[0] == 202:
            time.sleep(1)
        there = time.perf_counter() - begun
        after = max(get(port, path)[1] for _ in range(KNOCKS))
        figures.append(
            Figure(f"{page}, first asked for after a load", f"answers in {told:.1f} s, is there in {there:.0f} s, "
                   f"then at most {after:.1f} s on either worker")
        )  # fmt: skip
    return figures


def said(figures: list[Figure]) -> list[Figure]:
    for figure in figures:
        print(f"{figure.what:<80} {figure.measured}", flush=True)
    return figures


def _figure(page: str, answers: list[Answer]) -> Figure:
    what = f"{page}, {_statuses(answers)}"
    if page not in MARKED:
        return Figure(what, _times(answers))
    worked = float(np.quantile([one[2] for one in answers], 0.95))
    whole = {status for status, _, _ in answers} == {200}
    return Figure(what, _times(answers), f"{1000 * WANTED:.0f} ms at the server", worked <= WANTED and whole)


def _statuses(answers: list[Answer]) -> str:
    return f"{len(answers):,} clicks, statuses {sorted({status for status, _, _ in answers})}"


def _times(answers: list[Answer]) -> str:
    """At the server and until the answer was read, which the clicking people's own work delays too."""
    worked, waited = ([1000 * float(np.quantile([one[at] for one in answers], share)) for share in (0.5, 0.95)]
                      for at in (2, 1))  # fmt: skip
    return (
        f"95th percentile {worked[1]:.0f} ms at the server (median {worked[0]:.0f} ms), {waited[1]:.0f} ms waited"
        f" (median {waited[0]:.0f} ms)"
    )
