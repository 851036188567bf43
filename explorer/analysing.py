"""The questions in Cypher: a part of `Explorer` with a module of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from explorer.settings import Settings
from graph.stores.guard.answer import Stop, never

if TYPE_CHECKING:
    from explorer.querying import Limits, Result
    from explorer.view import View
    from graph.stores.base import Store
    from graph.stores.worker import Worker


class CypherQuestions(ABC):
    """What needs no more of an explorer than its settings, its store and processes to run statements in."""

    settings: Settings
    store: Store
    _workers: list[Worker]
    _starting: Lock

    @abstractmethod
    def view(self, as_of: date | None = None) -> View: ...

    def query(
        self, query: str, /, *, limit: int | None = None, timeout: float | None = None, **parameters: object
    ) -> Result:
        """Run a query of the library by its name, or a statement that reads; `timeout` in seconds.

        Raises InputError for parameters that are unknown, missing or of another type, RefusedQuery, QueryFailed,
        QueryTimeout, QueryMemory.
        """
        return self.answer(query, parameters, limit=limit, timeout=timeout)

    def answer(
        self, query: str, parameters: Mapping[str, object], *, limit: int | None = None,
        timeout: float | None = None, stop: Stop = never,
    ) -> Result:  # fmt: skip
        """As `query`, for parameters of any name; raises QueryCancelled once `stop` says so."""
        from explorer.querying import bound, find, run

        found = find(query, parameters, self.store)
        view, limits = self.view(), self.limits(limit, timeout)
        return run(found, bound(found, parameters, view), view, self.store, self._querying(), limits, stop)

    def explain(self, query: str, /, **parameters: object) -> str:
        """How the store would run a query, without running it; raises as `query` does."""
        return self.plan(query, parameters)

    def plan(self, query: str, parameters: Mapping[str, object]) -> str:
        """As `explain`, for parameters of any name."""
        from explorer.querying import bound, explain, find

        found = find(query, parameters, self.store)
        values = bound(found, parameters, self.view())
        return explain(found, values, self.store, self._querying(), self.limits(None, None))

    def limits(self, rows: int | None, seconds: float | None) -> Limits:
        """What a query may take, where the settings are not to hold; raises BadSetting."""
        from explorer.querying import Limits

        chosen = self.settings.but({"query_rows": rows, "query_seconds": seconds})
        return Limits(
            chosen.integer("query_rows") if rows else None, self.settings.integer("query_rows"),
            chosen.number("query_seconds"), chosen.number("query_memory"), chosen.integer("query_hops"),
        )  # fmt: skip

    def _querying(self) -> Worker:
        """The processes that typed statements run in, started at the first one."""
        from graph.stores.worker import Worker

        with self._starting:
            if not self._workers:
                self._workers.append(Worker())
            return self._workers[0]
