"""Answers as pages leaf through them, those that take seconds kept for who asks next: a part of `Explorer`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from explorer.acquaintance import WEIGHTS
from explorer.settings import Settings
from graph.stores.home import Home

if TYPE_CHECKING:
    import pyarrow as pa

    from explorer.campaigning import CampaignFound
    from explorer.circling import Circles
    from explorer.digging import Dig, Filters
    from explorer.formats import Table
    from explorer.heat import Grids
    from explorer.introducing import Introducing
    from explorer.leafing import Listing, ProspectListing
    from explorer.prospecting import Prospects
    from explorer.referrers import Referrers
    from explorer.view import View

REFERRAL = (*WEIGHTS, "contact", "simulations", "simulation_seed")
"""Settings that referrers, and with them circles, depend on."""


class Answering(ABC):
    """What needs no more of an explorer than its settings, its view and the questions it answers anyway."""

    settings: Settings
    home: Home
    patience: float | None = None
    """seconds after which who asked for what takes long is told to come again; None to wait for it"""

    @abstractmethod
    def view(self, as_of: date | None = None) -> View: ...

    @abstractmethod
    def dig(
        self, anchors: Iterable[str] | Literal["all"], *, filters: Filters | None = None,
        as_of: date | None = None, **settings: object,
    ) -> Dig: ...  # fmt: skip

    @abstractmethod
    def prospects(
        self, *, filters: Filters | None = None, as_of: date | None = None, **settings: object
    ) -> Prospects: ...

    @abstractmethod
    def introduce(
        self, prospects: Iterable[str] | Literal["all"] = "all", *, string_of: str | None = None,
        as_of: date | None = None, **settings: object,
    ) -> Introducing: ...  # fmt: skip

    @abstractmethod
    def referrers(
        self, *, grids: Iterable[str] = (), rates: Mapping[str, float] | None = None, by_value: bool = False,
        **settings: object,
    ) -> Referrers: ...  # fmt: skip

    @abstractmethod
    def campaign(
        self, size: int, *, grids: Iterable[str] = (), rates: Mapping[str, float] | None = None,
        by_value: bool = False, **settings: object,
    ) -> CampaignFound: ...  # fmt: skip

    @abstractmethod
    def circles(
        self, kind: str | Iterable[str] = ("community", "group", "grid"), *, as_of: date | None = None,
        **settings: object,
    ) -> Circles: ...  # fmt: skip

    def listing(self, anchor: str, filters: Filters, **settings: Any) -> Listing:
        """What `dig` finds from one anchor, with counts of the values to filter by; raises what `dig` does."""
        from explorer.leafing import listing

        return listing(lambda chosen: self.dig([anchor], filters=chosen, **settings), filters)

    def prospect_listing(self, filters: Filters, **settings: Any) -> ProspectListing:
        """What `prospects` finds, with counts of the values to filter by; raises what `prospects` does."""
        from explorer.leafing import prospect_listing

        return prospect_listing(lambda chosen: self.prospects(filters=chosen, **settings), filters)

    def introduced(
        self, prospects: tuple[str, ...] = (), *, string_of: str | None = None, **settings: Any
    ) -> Introducing:
        """What `introduce` finds for some prospects or for a string, searched already.

        Raises what `introduce` does, and StillMaking.
        """

        view = self.view()

        def made() -> Introducing:
            found = self.introduce(prospects, string_of=string_of, **settings)
            _ = found.offers
            return found

        key = (prospects, string_of, self._chosen(tuple(self.settings.values), settings))
        return view.answers.get("introduced", key, made, most=32, patience=self.patience)

    def ranked(self, grids: tuple[str, ...] = (), *, by_value: bool = False) -> Referrers:
        """What `referrers` finds, simulated already; raises what `referrers` does, and StillMaking."""
        view, key = self.view(), (grids, by_value, self._chosen(REFERRAL))

        def made() -> Referrers:
            answer = self.referrers(grids=grids, by_value=by_value)
            answer.found = view.kept("influence", key, lambda: answer.found, mapped=True)
            return answer

        return view.answers.get("ranked", key, made, patience=self.patience)

    def campaigned(self, size: int, grids: tuple[str, ...] = (), *, by_value: bool = False) -> CampaignFound:
        """What `campaign` finds, chosen already; raises what `campaign` does, and StillMaking."""
        view = self.view()
        key = (size, grids, by_value, self._chosen((*REFERRAL, "certificate", "campaign_sets")))

        def made() -> CampaignFound:
            answer = self.campaign(size, grids=grids, by_value=by_value)
            answer.found = view.kept("campaign", key, lambda: answer.found)
            return answer

        return view.answers.get("campaigned", key, made, most=16, patience=self.patience)

    def circle_table(self, kind: str) -> tuple[Circles, pa.Table]:
        """The circles of one kind and their rows as they are exported.

        Raises what `circles` does, and StillMaking.
        """
        view, key = self.view(), (kind, self._chosen((*REFERRAL, "cycle_limit", "settled")))

        def made() -> tuple[Circles, pa.Table]:
            answer = self.circles(kind)
            if answer.loans:  # which the store says: of which load, no name of a file can tell
                return answer, whole(answer.table())
            asked = (*key, answer.former.load_id if answer.former else "")
            gathered, rows = view.kept("gathered", asked, lambda: (answer.gathered, whole(answer.table())))
            return answer.knowing(gathered), rows

        return view.answers.get("circles", key, made, most=5, patience=self.patience)

    def member_table(self, kind: str, circle: str) -> pa.Table:
        """The members of a circle as they are exported; raises InputError where there is no such circle."""
        answer, _ = self.circle_table(kind)
        return self.view().answers.get(
            "members", (kind, circle, self._chosen(REFERRAL)), lambda: whole(answer.members(circle).table()),
            most=32, patience=self.patience,
        )  # fmt: skip

    def circle_rows(self, kind: str) -> Table:
        """The circles of one kind as a table to write."""
        answer, rows = self.circle_table(kind)
        return replace(answer.table(), batches=iter(rows.to_batches()))

    def member_rows(self, kind: str, circle: str) -> Table:
        """The members of a circle as a table to write."""
        from explorer.exports import MEMBER_COLUMNS
        from explorer.formats import Table

        return Table(MEMBER_COLUMNS, iter(self.member_table(kind, circle).to_batches()))

    def heat(self) -> Grids:
        """Every grid with its branch and what is counted in it."""
        from explorer.heat import grids

        view = self.view()
        return view.answers.get("heat", (), lambda: grids(view), most=1)

    def _chosen(self, names: tuple[str, ...], given: Any = None) -> tuple[object, ...]:
        """The values of the settings that an answer depends on."""
        values = self.settings.but(given or {}).values
        return tuple(values[name] for name in names)


def whole(table: Table) -> pa.Table:
    """All rows of a table that has some batch, if only an empty one."""
    import pyarrow as pa

    return pa.Table.from_batches(list(table.batches))
