"""A process beside the server that asks, once on a machine and at the lowest priority, what takes long in a new load.

The answers lie on the shelf then, where every worker finds them. It is a process of its own, since within a worker it
would hold clicks up; it is started with the settings as its input.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from explorer.digging import Filters
from explorer.errors import ExplorerError
from explorer.gathering import FACES, RISKS
from explorer.service import Explorer
from explorer.settings import Settings

LOWEST = 19


class Preparing:
    """Starts that process for a load, and ends the one for the load before."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self, explorer: Explorer) -> None:
        """Have the answers made that are not on the shelf of the load that `explorer` stands on.

        Nothing where there is no shelf, or where another worker of this machine has begun.
        """
        self.end()
        shelf = explorer.view().shelf
        held = shelf.begun("preparing") if shelf else None
        if held is None:
            return
        with held:  # the process has it too, and holds it until it ends
            self.process = subprocess.Popen(
                [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                pass_fds=[held.fileno()],
            )  # fmt: skip
        assert self.process.stdin
        with suppress(BrokenPipeError), self.process.stdin as given:
            pickle.dump(self._settings, given)

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()
        self.process = None


def answers(explorer: Explorer) -> Iterator[Callable[[], Any]]:
    """What pages ask that takes long in a county, and lies on the shelf once it was asked, the most wanted first."""
    core = explorer.view().cores[:1]
    for party in explorer.view().parties.take("party_id", core).to_pylist():
        yield partial(explorer.introduced, string_of=party)
    yield explorer.ranked
    for kind in (*FACES, *RISKS):
        yield partial(explorer.circle_table, kind)


def prepare(explorer: Explorer) -> None:
    """Ask all of them; what cannot be answered need not be prepared."""
    for ask in answers(explorer):
        with suppress(ExplorerError):
            ask()


def keep(explorer: Explorer) -> None:
    """Ask what each worker keeps for itself: the list of all prospects."""
    with suppress(ExplorerError):
        explorer.prospect_listing(Filters())


def main() -> None:
    os.nice(LOWEST)
    settings: Settings = pickle.load(sys.stdin.buffer)
    explorer = Explorer.open(settings=settings)
    explorer.shelves = settings.home / "answers"
    prepare(explorer.pinned())


if __name__ == "__main__":
    main()
