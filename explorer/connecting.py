"""The questions about what stands between and around parties: a part of `Explorer` with a module of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Literal

from explorer.settings import Settings

if TYPE_CHECKING:
    from explorer.neighbouring import Neighbours
    from explorer.pathing import PathsFound
    from explorer.view import View
    from graph.stores.base import Store


class Connecting(ABC):
    """What needs no more of an explorer than its settings, its view and its store."""

    settings: Settings
    store: Store

    @property
    @abstractmethod
    def threads(self) -> int: ...

    @abstractmethod
    def view(self, as_of: date | None = None) -> View: ...

    def path(
        self, start: str, end: str, *, relations: Iterable[str] = (), along_goods: bool = False,
        as_of: date | None = None, **settings: object,
    ) -> PathsFound:  # fmt: skip
        """The best paths between two parties (ids or whole names), by all relations or by some types of them.

        `relations`: of tie, referral, ownership, guarantee, trade, group. With `along_goods` a path follows the goods
        from `start` to `end`, at the costs of a string. `settings`: path_hops, paths, the weights of acquaintance.
        No path is no proof that there is none. Raises UnknownParty, AmbiguousName, BadSetting, InputError for an
        unknown relation and for one party twice, StoreError where the load is older than bonds are.
        """
        from explorer.pathing import paths_between

        chosen = self.settings.but(settings)
        return paths_between(self.view(as_of), chosen, start, end, tuple(relations), along_goods, self.threads)

    def neighbours(
        self, party: str, relation: str | None = None, direction: Literal["out", "in", "both"] | str | None = None, *,
        offset: int = 0, limit: int | None = None,
    ) -> Neighbours:  # fmt: skip
        """A party's neighbours by one relation of the model, the most important first; all are counted.

        `direction`: out or in, as the relationship points; both for ties, which have none. Without a relation, the
        first that the party has. `limit`: the setting view_expand. Raises UnknownParty, AmbiguousName, and InputError
        for a relation or a direction that parties do not have.
        """
        from explorer.neighbouring import neighbours_of

        view, most = self.view(), self.settings.but({"view_expand": limit}).integer("view_expand")
        return neighbours_of(view, self.store, view.resolve(party), relation, direction, offset, most)
