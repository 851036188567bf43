"""All pages and actions of the viewer. A page's own module holds its arguments, its context and how it is made."""

from __future__ import annotations

from typing import Any

from web.page import Action, Page
from web.pages.circles import CIRCLE, CIRCLES
from web.pages.dig import DIG
from web.pages.grids import GRIDS
from web.pages.home import HOME, SUGGESTIONS
from web.pages.introduce import INTRODUCE, INTRODUCTIONS
from web.pages.party import PARTY
from web.pages.prospects import PROSPECTS
from web.pages.referrers import REFERRERS
from web.pages.status import PROBES, STATUS

PAGES: tuple[Page[Any], ...] = (
    HOME,
    SUGGESTIONS,
    PARTY,
    DIG,
    PROSPECTS,
    INTRODUCE,
    INTRODUCTIONS,
    REFERRERS,
    CIRCLES,
    CIRCLE,
    GRIDS,
    STATUS,
)
"""In the order of the OpenAPI description."""
ACTIONS: tuple[Action[Any], ...] = ()

__all__ = ["ACTIONS", "PAGES", "PROBES"]
