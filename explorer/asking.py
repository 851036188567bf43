"""The questions about referrers and circles: a part of `Explorer` with a module of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from explorer.errors import InputError
from explorer.settings import Settings

if TYPE_CHECKING:
    from explorer.abuse import Flags
    from explorer.campaigning import CampaignFound
    from explorer.circling import Circles
    from explorer.referrers import Referrers
    from explorer.rewards import Ledger
    from explorer.view import View
    from graph.stores.base import Store
    from graph.stores.home import Home


class ReferrerQuestions(ABC):
    """What needs no more of an explorer than its settings, its view and where both come from."""

    settings: Settings
    store: Store
    home: Home

    @property
    @abstractmethod
    def threads(self) -> int: ...

    @abstractmethod
    def view(self, as_of: date | None = None) -> View: ...

    def referrers(
        self, *, grids: Iterable[str] = (), rates: Mapping[str, float] | None = None, by_value: bool = False,
        **settings: object,
    ) -> Referrers:  # fmt: skip
        """Every referrer we may ask, of all `grids` or some, with what he is expected to bring.

        `rates`: of some parties by id, instead of those learnt. `settings`: contact, simulations, simulation_seed,
        where they differ from the explorer's own. Raises UnknownParty, BadSetting, InputError `no_values`.
        """
        from explorer.referrers import Referrers
        from explorer.referring import Asked, basis

        chosen, asked = self.settings.but(settings), Asked(tuple(grids), rates, by_value)
        made = basis(self.view(), chosen, self.threads, asked)
        return Referrers(made, asked, chosen.integer("simulations"), chosen.integer("simulation_seed"), self.threads)

    def campaign(
        self, size: int, *, grids: Iterable[str] = (), rates: Mapping[str, float] | None = None,
        by_value: bool = False, **settings: object,
    ) -> CampaignFound:  # fmt: skip
        """The `size` referrers who together bring most, with a certificate of how near to the best they are.

        `settings`: those of `referrers`, certificate and campaign_sets. Raises what `referrers` does, and InputError
        where nobody can be asked.
        """
        from explorer.campaigning import CampaignFound
        from explorer.referring import Asked, basis

        chosen, asked = self.settings.but(settings), Asked(tuple(grids), rates, by_value)
        made = basis(self.view(), chosen, self.threads, asked)
        if not len(made.referrers):
            raise InputError("no_referrers")
        return CampaignFound(
            made, asked, size, chosen.number("certificate"), chosen.integer("campaign_sets"),
            chosen.integer("simulations"), chosen.integer("simulation_seed"), self.threads,
        )  # fmt: skip

    def circles(
        self, kind: str | Iterable[str] = ("community", "group", "grid"), *, as_of: date | None = None,
        **settings: object,
    ) -> Circles:  # fmt: skip
        """Circles to work (community, group, grid: in one table), or risk units (guarantee, ownership).

        `settings`: the weights of acquaintance, and those of `referrers`; for risk units cycle_limit and settled.
        Raises BadSetting, InputError for kinds whose columns differ, and StoreError where the load is older
        than bonds are.
        """
        from explorer.circling import Circles, kinds_of, load_before
        from explorer.gathering import RISKS
        from explorer.risk_units import loans

        kinds = kinds_of((kind,) if isinstance(kind, str) else tuple(kind))
        view = self.view(as_of)
        chosen = self.settings.but(settings)
        owed = loans(view, self.store, chosen.words("settled")) if set(kinds) & {*RISKS} else None
        return Circles(view, load_before(self.home), kinds, chosen, self.threads, owed)

    def ledger(self) -> Ledger:
        """All referrals with the rewards promised and earned, and sums by person and month."""
        from explorer.rewards import Ledger

        return Ledger(self.view())

    def flags(self, **settings: object) -> Flags:
        """Referrals to look at twice; `settings`: ring_length, burst_referrals, burst_days, cycle_limit."""
        from explorer.abuse import SETTINGS, Flags

        chosen = self.settings.but(settings)
        return Flags(self.view(), *map(chosen.integer, SETTINGS))
