"""How many new customers each referrer is expected to bring, as `explorer referrers` says it."""

from __future__ import annotations

import numpy as np

from explorer.acquaintance import WEIGHTS
from explorer.settings import Settings
from explorer.view import View
from graph.algorithms.network import Array


def expected(view: View, settings: Settings, threads: int) -> Array:
    """float64[n]: new customers, to six decimals as they are shown; NaN for who may not be asked."""
    from explorer.referrers import Referrers
    from explorer.referring import Asked, basis

    def brought() -> Array:
        asked = Asked()
        made = basis(view, settings, threads, asked)
        seed = settings.integer("simulation_seed")
        found = Referrers(made, asked, settings.integer("simulations"), seed, threads).found
        each = np.full(len(view.parties), np.nan)
        each[made.referrers] = found.expected.round(6)
        return each

    names = (*WEIGHTS, "contact", "simulations", "simulation_seed")
    return view.kept("expected", tuple(settings.values[name] for name in names), brought, most=2)
