"""The questions about one party's supply chain: a part of `Explorer` with a module of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from explorer.settings import Settings

if TYPE_CHECKING:
    from explorer.chain import Chain
    from explorer.chain_shown import Choice, Shown
    from explorer.linking import Link
    from explorer.surrounding import Fan, Wish
    from explorer.view import View
    from graph.algorithms.network import Direction
    from graph.stores.base import Store


class ChainQuestions(ABC):
    """What needs no more of an explorer than its settings, its view and its store."""

    settings: Settings
    store: Store

    @abstractmethod
    def view(self, as_of: date | None = None) -> View: ...

    def chain(
        self, party: str, *, up: int = 2, down: int = 2, as_of: date | None = None, **settings: object
    ) -> Chain:  # fmt: skip
        """Who sells to a party and who buys from it, `up` and `down` tiers (0 to 4), everybody on the best walk.

        `settings`: view_hub, where it differs from the explorer's own: parties with more partners end walks.
        Raises UnknownParty, AmbiguousName, BadSetting.
        """
        from explorer.chain import chain_of

        view = self.view(as_of)
        return chain_of(view, view.resolve(party), up, down, self.settings.but(settings).integer("view_hub"))

    def chain_shown(self, chain: Chain, choice: Choice) -> Shown:
        """What of a chain a picture shows, and what it leaves out."""
        from explorer.chain_shown import show

        return show(chain, choice)

    def surroundings(self, chain: Chain, shown: Shown, wishes: Iterable[Wish], choice: Choice) -> tuple[Fan, ...]:
        """What stands around shown parties by other relations, the most important of each, as a picture draws it.

        Raises InputError for a relation or a direction that parties do not have.
        """
        from explorer.surrounding import fans

        return fans(chain, shown, self.store, wishes, choice)

    def link(
        self, supplier: str, buyer: str, *, direction: Direction = "upstream", as_of: date | None = None
    ) -> Link:  # fmt: skip
        """All that is known of one supply link; `direction` says from which end it is looked at.

        Raises UnknownParty, AmbiguousName, and InputError where the two have none.
        """
        from explorer.linking import link_of

        view = self.view(as_of)
        return link_of(view, view.resolve(supplier), view.resolve(buyer), direction)
