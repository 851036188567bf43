"""The viewer as people meet it: a server of its own, fifty of them clicking, and the first picture in a browser."""

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
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.county import county
from benchmarks.measure import GIB, Figure
from explorer.view import View
from web.addresses import encode

PEOPLE, SECONDS, PAUSE = 50, 60.0, (1.0, 3.0)
"""How many click, for how long, and how long each looks before the next click."""
WANTED = 0.3


@contextmanager
def server(store: object, home: Path) -> Iterator[tuple[int, int]]:
    """A server's port and process, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {"EXPLORER_STORE": str(store), "EXPLORER_HOME": str(home), "EXPLORER_PORT": str(port)}
    command = [sys.executable, "-m", "explorer", "serve"]
    with subprocess.Popen(command, env=os.environ | given) as process:
        try:
            _wait(port)
            yield port, process.pid
        finally:
            process.terminate()


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            if get(port, "/readyz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server does not answer")


def get(port: int, path: str) -> tuple[int, float, float]:
    """The status of an answer, the seconds until it was read, and those that the server says it took."""
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
        yield "party", f"/party/{core}"
        yield "dig", f"/party/{core}/dig?direction=upstream"
        yield "dig", f"/party/{core}/dig?direction=upstream&kind=farmer"
        yield "party", f"/party/{prospect}"
        yield "introduce", f"/party/{prospect}/introduce"


def clicking(port: int, view: View, people: int, seconds: float) -> dict[str, list[tuple[int, float, float]]]:
    """What everybody's clicks took, by page."""
    found: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    over = time.monotonic() + seconds

    def person(seed: int) -> None:
        chance = random.Random(seed)
        time.sleep(chance.uniform(0, PAUSE[1]))
        for page, path in clicks(view, chance):
            if time.monotonic() > over:
                return
            found[page].append(get(port, path))
            time.sleep(chance.uniform(*PAUSE))

    threads = [threading.Thread(target=person, args=(seed,)) for seed in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def memory(process: int) -> float:
    """Bytes that a server and its workers hold for themselves; what they map together counts once each."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue
        if process in (int(lines["Pid"]), int(lines["PPid"])):
            total += int(lines.get("RssAnon", "0 kB").split()[0]) * 1024
    return total


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
    with server(place.store, given.folder / "viewer") as (port, process):
        for _, path in islice(clicks(view, random.Random(0)), 30):
            get(port, path)  # every worker has opened the load and made its caches
        found = clicking(port, view, PEOPLE, SECONDS)
        figures = [_figure(page, answers) for page, answers in sorted(found.items())]
        figures.append(Figure("memory of the server and its workers", f"{memory(process) / GIB:.2f} GiB"))
        partners = view.parties.take("n_suppliers", view.cores).fill_null(0).to_numpy()
        usual = view.cores[[int(np.argsort(partners)[len(partners) // 2])]]
        drawn = pictures(port, view.parties.take("party_id", usual)[0].as_py())
        what = "first picture of a core enterprise, 4 tiers each way"
        figures.append(Figure(what, f"{drawn:.2f} s", "1.5 s", drawn <= 1.5))
    for figure in figures:
        print(f"{figure.what:<80} {figure.measured}", flush=True)
    return figures


def _figure(page: str, answers: list[tuple[int, float, float]]) -> Figure:
    statuses = {status for status, _, _ in answers}
    waited, worked = (float(np.quantile([one[at] for one in answers], 0.95)) for at in (1, 2))
    what = f"{page}, 95th percentile of {len(answers)} clicks of {PEOPLE} people, statuses {sorted(statuses)}"
    measured = f"{1000 * worked:.0f} ms at the server, {1000 * waited:.0f} ms waited"
    if page not in ("party", "dig"):
        return Figure(what, measured)
    return Figure(what, measured, f"{1000 * WANTED:.0f} ms", waited <= WANTED and statuses == {200})
