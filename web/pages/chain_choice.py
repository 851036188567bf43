"""What a person chose to see of a chain, as it stands in an address: who is expanded, and by which relation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from explorer.surrounding import Wish
from explorer.view import View

WISH = re.compile(r"([A-Z_]{1,40}):(out|in|both):(.+)", re.DOTALL)
MOST = 30
"""Expansions of one address at most."""


@dataclass(frozen=True)
class Expansions:
    """Parties expanded along the chain, and wishes for other relations; `last` is what was expanded last."""

    chain: tuple[int, ...]
    wishes: tuple[Wish, ...]
    last: int | Wish | None


def expansions(view: View, given: Iterable[str]) -> Expansions:
    """An id expands along the chain; `KNOWS:both:ID` shows neighbours by a relation. Ids that are gone: nothing.

    Of more than MOST the last ones count.
    """
    found = [one for one in (_read(view, text) for text in given) if one is not None][-MOST:]
    rows = tuple(one for one in found if isinstance(one, int))
    wishes = tuple(one for one in found if isinstance(one, Wish))
    return Expansions(rows, wishes, found[-1] if found else None)


def _read(view: View, text: str) -> int | Wish | None:
    row = row_of(view, text)
    if row is not None or not (parts := WISH.fullmatch(text)):
        return row
    party = row_of(view, parts[3])
    return None if party is None else Wish(party, parts[1], parts[2])


def written(relation: str, direction: str, party: str) -> str:
    """A wish as it stands in an address."""
    return f"{relation}:{direction}:{party}"


def row_of(view: View, identity: str) -> int | None:
    """The row of a party that an older address names; None for one that is no longer there."""
    return view.parties.find(identity.strip()) if identity.strip() else None
