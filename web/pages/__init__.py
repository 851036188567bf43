"""All pages and actions of the viewer. A page's own module holds its arguments, its context and how it is made."""

from __future__ import annotations

from typing import Any

from web.page import Action, Page
from web.pages.circles import CIRCLE, CIRCLES
from web.pages.dig import DIG
from web.pages.grids import GRIDS
from web.pages.home import HOME, SUGGESTIONS
from web.pages.introduce import INTRODUCE, INTRODUCTIONS
from web.pages.list_actions import LIST_ACTIONS
from web.pages.lists import LIST, LISTS
from web.pages.neighbours import NEIGHBOURS
from web.pages.party import PARTY
from web.pages.path import PATH
from web.pages.prospects import PROSPECTS
from web.pages.query import QUERY, QUERY_NAMED
from web.pages.query_actions import QUERY_ACTIONS
from web.pages.referrers import REFERRERS
from web.pages.status import PROBES, STATUS

PAGES: tuple[Page[Any], ...] = (
    HOME, SUGGESTIONS, PARTY, NEIGHBOURS, PATH, DIG, PROSPECTS, INTRODUCE, INTRODUCTIONS, REFERRERS, CIRCLES, CIRCLE,
    GRIDS, LISTS, LIST, QUERY, QUERY_NAMED, STATUS,
)  # fmt: skip
"""In the order of the OpenAPI description."""
ACTIONS: tuple[Action[Any], ...] = (*LIST_ACTIONS, *QUERY_ACTIONS)

__all__ = ["ACTIONS", "PAGES", "PROBES"]
