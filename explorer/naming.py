"""Names of things that parties only point at by a code, and who looks after which grids: a part of `Explorer`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
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

    @abstractmethod
    def view(self, as_of: date | None = None) -> View: ...

    def names(self, label: str) -> Mapping[str, str]:
        """The names of all nodes of a kind (Industry, Product, Group, Manager) by key; unnamed ones are left out."""

        def made() -> Mapping[str, str]:
            found = self.store.ask(statement("names", label=label, key=NODE[label].key), {})
            return dict(zip(found["key"].to_pylist(), found["name"].to_pylist(), strict=True))

        return self.view().answers.get("names", label, made, most=len(NODE))

    def grids_of(self, manager_id: str) -> tuple[str, ...]:
        """The grids that a manager serves, in order; none for an unknown one."""

        def made() -> Mapping[str, tuple[str, ...]]:
            managers = groupby(self.store.ask(statement("served"), {}).to_pylist(), itemgetter("manager_id"))
            return {manager: tuple(one["grid"] for one in rows) for manager, rows in managers}

        return self.view().answers.get("served", (), made).get(manager_id, ())

    def grid_counts(self, grids: Sequence[str]) -> tuple[GridCount, ...]:
        """Members, customers and prospects of some grids."""
        from explorer.grids import grid_counts

        return grid_counts(self.view(), grids)
