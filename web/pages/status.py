"""What is loaded, from which store, with which limits; for people, and for what watches the server."""

from __future__ import annotations

from dataclasses import dataclass, field

from explorer import __version__
from explorer.errors import StoreError
from web.page import Asked, Page

SECRET = ("workbook", "store", "home", "proxy", "user_header", "host")
"""Settings whose values are addresses of the bank's network or folders of the server; pages do not show them."""


@dataclass(frozen=True)
class Nothing:
    """No arguments."""


@dataclass(frozen=True)
class StatusPage:
    version: str
    store: str
    changing: bool
    load_id: str
    loaded_at: str
    as_of: str | None
    counts: dict[str, int]
    links: int
    published: int
    """strings that explorer publish has put into the load"""
    settings: dict[str, str | int | float]
    command: str = "explorer status"


@dataclass(frozen=True)
class HealthPage:
    version: str = __version__


@dataclass(frozen=True)
class ReadyPage:
    load_id: str
    version: str = field(default=__version__)


def status(asked: Asked, _: Nothing) -> StatusPage:
    explorer = asked.explorer
    report, published = explorer.status(), explorer.published()
    values = {name: value for name, value in explorer.settings.values.items() if name not in SECRET}
    return StatusPage(
        __version__, explorer.store.dialect, explorer.changing(), report.load_id, report.loaded_at, report.as_of,
        report.counts, report.links, published.rows if published else 0, values,
    )  # fmt: skip


def health(_: Asked, __: Nothing) -> HealthPage:
    return HealthPage()


def ready(asked: Asked, _: Nothing) -> ReadyPage:
    """Raises what stands in the way of answering, or of answering soon."""
    load_id = asked.explorer.view().load_id
    if not asked.explorer.ready:
        raise StoreError("warming")
    return ReadyPage(load_id)


STATUS = Page("status", "/status", Nothing, StatusPage, status)
HEALTH = Page("healthz", "/healthz", Nothing, HealthPage, health)
READY = Page("readyz", "/readyz", Nothing, ReadyPage, ready)
PROBES = (HEALTH, READY)
