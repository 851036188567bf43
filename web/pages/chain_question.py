"""The question before anything is expanded: a party's neighbours by relation, and which of them to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explorer.chain import Chain
from explorer.chain_shown import Shown
from explorer.surrounding import Fan, boxes_of
from graph.algorithms.network import Direction
from web.page import Asked
from web.pages.chain_choice import written
from web.pages.party_header import Count, counts
from web.parts import Who, whos

ONWARD: Mapping[str, Direction] = {"in": "upstream", "out": "downstream"}


@dataclass(frozen=True)
class Relation:
    """Neighbours by one relation. `expand` names them in an address, empty where a picture cannot show them.

    `drawn`: how many boxes expanding adds at most; `left`: how many are then still not drawn. `open`: it is expanded.
    """

    count: Count
    expand: str
    drawn: int
    left: int
    open: bool


@dataclass(frozen=True)
class Question:
    """`removable`: the party has a box that can be dismissed."""

    who: Who
    relations: tuple[Relation, ...]
    removable: bool


def question(
    asked: Asked, chain: Chain, shown: Shown | None, fans: Sequence[Fan], row: int | None, expand: Sequence[str],
    most: int,
) -> Question | None:  # fmt: skip
    """What can be expanded around a party; None where none is asked about. `most`: the setting view_expand."""
    if row is None:
        return None
    who = whos(chain.view, [row])[0]
    known = counts(chain.view, row, asked.explorer.party(who.party_id).neighbours)
    boxes = boxes_of(shown, fans, row) if shown else []
    seen = bool(boxes) or (shown is not None and row == chain.party)
    extra = {one.direction: 0 if one.hub else one.extra for one in shown.of(row)} if shown else {}
    ask = _Ask(who, row == chain.party, extra, chain.hub, most, frozenset(expand))
    relations = tuple(ask.relation(one) if seen else Relation(one, "", 0, one.count, open=False) for one in known)
    return Question(who, relations, bool(boxes))


@dataclass(frozen=True)
class _Ask:
    who: Who
    middle: bool
    extra: Mapping[Direction, int]
    """neighbours onward that are not drawn, by the sides on which the party stands"""
    hub: int
    most: int
    expand: frozenset[str]

    def relation(self, one: Count) -> Relation:
        """Along the chain a party is expanded as the chain goes; the middle's own trade is the chain itself."""
        onward = ONWARD.get(one.direction) if one.relation == "SUPPLIES" else None
        if onward and self.middle:
            return Relation(one, "", 0, one.count, open=False)
        left = self.extra.get(onward) if onward else None
        there = left if left is not None else one.count if one.count <= self.hub else 0
        text = self.who.party_id if left is not None else written(one.relation, one.direction, self.who.party_id)
        opened, drawn = text in self.expand, min(self.most, there)
        return Relation(one, text if drawn or opened else "", drawn, one.count if left is None else left, opened)
