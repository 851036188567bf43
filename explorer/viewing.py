"""Which load an explorer answers from: the one in force, one that is pinned, or one that a server took up."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from datetime import date
from pathlib import Path
from typing import Self

from explorer.settings import Settings
from explorer.view import View, as_of_view


class Viewing(ABC):
    """The views of an explorer: a part of `Explorer` with a module of its own."""

    settings: Settings
    ready = True
    """whether what people ask first is prepared; a server says so"""
    shelves: Path | None = None
    """folder of answers that several processes share"""
    _view: View | None = None
    _dated: View | None = None
    _pinned: View | None = None
    _followed: View | None = None

    @property
    @abstractmethod
    def threads(self) -> int: ...

    @abstractmethod
    def _version(self) -> Path: ...

    @property
    def answering(self) -> Path | None:
        """The folder of the load that is pinned or taken up; None where the one in force answers."""
        view = self._pinned or self._followed
        return view.version if view else None

    def view(self, as_of: date | None = None) -> View:
        """The load in force; with `as_of`, its strengths computed for that day. Raises NothingLoaded."""
        view = self._pinned or self._followed
        if view is None:
            version, view = self._version(), self._view
            if view is None or view.version != version:
                view = self._view = self.opened(version)
                self._dated = None
        if as_of is None or as_of == view.as_of:
            return view
        dated = self._dated
        if dated is None or (dated.version, dated.as_of) != (view.version, as_of):
            dated = as_of_view(view, as_of, memory=self.settings.number("memory"), threads=self.threads)
            self._dated = dated
        return dated

    def pinned(self) -> Self:
        """The same explorer, but all that is asked of its view is answered by the load that is in force now.

        For an answer made of several questions: a number of a party means another one in the next load.
        """
        return self.on(self.view())

    def on(self, view: View) -> Self:
        """The same explorer on this view."""
        one = copy.copy(self)
        one._pinned = view
        return one

    def latest(self) -> Path:
        """The folder of the load in force; raises NothingLoaded."""
        return self._version()

    def opened(self, version: Path) -> View:
        """A load, opened for this explorer; raises StoreError where it cannot be read."""
        return View.open(version, self.shelves)

    def take_up(self, view: View) -> None:
        """Answer from this view until another one is taken up, whatever load is in force."""
        self._followed, self._view, self._dated = view, None, None
