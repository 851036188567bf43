"""Taking up new loads: each is opened and made ready while the one before still answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from explorer.errors import ExplorerError
from explorer.service import Explorer

LOG = logging.getLogger("explorer.web")
EVERY = 2.0
"""Seconds between two looks for a new load."""


class Following:
    """Keeps an explorer on the load in force. `warm` makes an explorer of the load to come ready for what people ask;
    `settle` is called when the one before answers no more.

    What `warm` raises is logged: an answer that cannot be prepared must not keep a load from being taken up.
    """

    def __init__(
        self, explorer: Explorer, warm: Callable[[Explorer], None], settle: Callable[[], None] = lambda: None
    ) -> None:
        self._explorer, self._warm, self._settle, self._stopped = explorer, warm, settle, Event()
        self._at: Path | None = None
        explorer.ready = False

    def start(self) -> None:
        Thread(target=self._run, name="following", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def look(self) -> bool:
        """Take up the load in force where it is another one; returns whether it was."""
        try:
            version = self._explorer.latest()
            if version == self._at:
                return False
            view = self._explorer.opened(version)
        except ExplorerError as error:  # nothing loaded yet, or a server that does not answer: look again later
            LOG.info("no load to take up: %s", error)
            return False
        if self._at is None:  # there is nothing older to answer from meanwhile
            self._explorer.take_up(view)
        try:
            self._warm(self._explorer.on(view))
        except Exception:
            LOG.exception("not all of %s could be made ready", version.name)
        self._explorer.take_up(view)
        del view
        self._explorer.ready, self._at = True, version
        self._settle()
        return True

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except Exception:  # whatever it is, the next load must still be found
                if not self._stopped.is_set():  # else the worker ended under it
                    LOG.exception("looking for a new load failed")
            if self._stopped.wait(EVERY):
                return
