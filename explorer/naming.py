"""Names of things that parties only point at by a code, and who looks after which grids: a part of `Explorer`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from graph.model import NODE
from graph.stores.queries import statement

if TYPE_CHECKING:
    from explorer.grids import GridCount
    from explorer.view import View
    from graph.stores.base import Store


class Naming(ABC):
    """Answers are kept until the next load, since every page of the viewer asks for some."""

    store: Store
    _named: tuple[Path | None, dict[str, Mapping[str, str]]] = (None, {})
    _served: tuple[Path | None, Mapping[str, tuple[str, ...]]] = (None, {})

    @abstractmethod
    def view(self, as_of: date | None = None) -> View: ...

    def names(self, label: str) -> Mapping[str, str]:
        """The names of all nodes of a kind (Industry, Product, Group, Manager) by key; unnamed ones are left out."""
        version, known = self._named
        if version != self.view().version:
            version, known = self._named = self.view().version, {}
        if label not in known:
            found = self.store.ask(statement("names", label=label, key=NODE[label].key), {})
            known[label] = dict(zip(found["key"].to_pylist(), found["name"].to_pylist(), strict=True))
        return known[label]

    def grids_of(self, manager_id: str) -> tuple[str, ...]:
        """The grids that a manager serves, in order; none for an unknown one."""
        version, served = self._served
        if version != self.view().version:
            found = self.store.ask(statement("served"), {}).to_pylist()
            managers = groupby(found, itemgetter("manager_id"))
            served = {manager: tuple(one["grid"] for one in rows) for manager, rows in managers}
            self._served = self.view().version, served
        return served.get(manager_id, ())

    def grid_counts(self, grids: Sequence[str]) -> tuple[GridCount, ...]:
        """Members, customers and prospects of some grids."""
        from explorer.grids import grid_counts

        return grid_counts(self.view(), grids)
