"""What lists of prospects are filtered by: arguments of the address, and the choices that a page offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from explorer.digging import Filters, WordFilters, hundredths
from explorer.leafing import Counts
from explorer.texts import area
from web.page import Asked

SHOWN = 5
"""Choices of a facet that are open; the others unfold."""
MOST = 60
"""Choices that a facet lists at all, beside those chosen."""
LABELS = {"industry": "Industry", "manager": "Manager"}
Tier = Annotated[int, Field(ge=1, le=6)]


@dataclass(frozen=True, kw_only=True)
class FilterArguments(WordFilters):
    """Filters on words and tiers, and how the list stands."""

    tier: tuple[Tier, ...] = ()
    sort: str = ""
    page: int = 1

    def filters(self, traded_after: date | None = None, amount_at_least: str | None = None) -> Filters:
        """`amount_at_least` in units; raises BadSetting for an amount that is no number."""
        return Filters(
            **self.words, tier=self.tier, traded_after=traded_after, amount_at_least=hundredths(amount_at_least)
        )

    @property
    def options(self) -> dict[str, Any]:
        """The filters as options of the command line."""
        return self.words | {"tier": self.tier}


def usual(asked: Asked, names: Iterable[str]) -> dict[str, Any]:
    """What some settings are where an address does not say them: an address need not repeat it."""
    return {name: asked.explorer.settings.values[name] for name in names}


@dataclass(frozen=True)
class Choice:
    value: str
    text: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One filter with its values; `more` are not listed."""

    name: str
    choices: tuple[Choice, ...]
    rest: tuple[Choice, ...]
    more: int


def facets(asked: Asked, counts: Mapping[str, Counts], chosen: Mapping[str, tuple[Any, ...]]) -> tuple[Facet, ...]:
    """The facets of a list, without those that offer nothing."""
    found = (_facet(asked, name, of, tuple(map(str, chosen[name]))) for name, of in counts.items())
    return tuple(one for one in found if one.choices)


def _facet(asked: Asked, name: str, counts: Counts, chosen: tuple[str, ...]) -> Facet:
    word = named(asked, name)
    order = sorted(counts, key=int) if name == "tier" else [*counts]
    first = [value for value in order if value in chosen] + [value for value in chosen if value not in counts]
    values = order if name == "tier" else [*dict.fromkeys([*first, *order])]
    choices = [Choice(value, word(value), counts.get(value, 0), value in chosen) for value in values]
    shown = max(SHOWN, len(dict.fromkeys(first))) if name != "tier" else len(choices)
    return Facet(name, tuple(choices[:shown]), tuple(choices[shown:MOST]), max(0, len(choices) - max(MOST, shown)))


def named(asked: Asked, name: str) -> Any:
    """How the values of a filter are worded."""
    if name == "tier":
        return lambda value: asked.say("web_rows.tier", tier=value)
    known = asked.names(LABELS[name]) if name in LABELS else area("web_words", asked.lang)
    return (lambda value: known.get(value, value)) if name in (*LABELS, "kind", "role") else str
