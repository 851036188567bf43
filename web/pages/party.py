"""A party: who it is to us, its neighbours counted, its chain."""

from __future__ import annotations

from dataclasses import dataclass

from web.page import Asked, Page
from web.parts import Who, whos


@dataclass(frozen=True)
class PartyArguments:
    party: str


@dataclass(frozen=True)
class PartyPage:
    who: Who
    command: str


def party(asked: Asked, arguments: PartyArguments) -> PartyPage:
    view = asked.explorer.view()
    who = whos(view, [view.resolve(arguments.party)])[0]
    return PartyPage(who, f"explorer show {who.party_id}")


PARTY = Page("party", "/party/<id:party>", PartyArguments, PartyPage, party, menu="dig")
