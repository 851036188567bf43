"""All pages and actions of the viewer. A page's own module holds its arguments, its context and how it is made."""

from __future__ import annotations

from typing import Any

from web.page import Action, Page
from web.pages.home import HOME, SUGGESTIONS
from web.pages.neighbours import NEIGHBOURS
from web.pages.party import PARTY
from web.pages.path import PATH
from web.pages.status import PROBES, STATUS

PAGES: tuple[Page[Any], ...] = (HOME, SUGGESTIONS, PARTY, NEIGHBOURS, PATH, STATUS)
"""In the order of the OpenAPI description."""
ACTIONS: tuple[Action[Any], ...] = ()

__all__ = ["ACTIONS", "PAGES", "PROBES"]
