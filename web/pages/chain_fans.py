"""What was expanded around parties of a chain by other relations: its boxes and lines, and the same in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.chain import Chain
from explorer.surrounding import Fan, Other
from web.drawing import Legend
from web.page import Asked
from web.pages.chain_choice import written
from web.pages.neighbours import found_by, names_of
from web.parts import Private, Who, whos
from web.words import sentence


@dataclass(frozen=True)
class Met:
    """A neighbour: a party, else a thing such as a group. `known`: it stood in the picture already."""

    who: Who | None
    thing: Private | None
    known: bool


@dataclass(frozen=True)
class Around:
    """Neighbours of `who` by one relation, as they are drawn; `expand` is how an address names them."""

    who: Who
    relation: str
    direction: str
    other: str
    total: int
    met: tuple[Met, ...]
    left: int
    expand: str


@dataclass(frozen=True)
class Tie:
    """A relation between two parties of the picture: `start` has it to `end`."""

    start: Who
    end: Who
    relation: str
    strength: float | None


def around_of(asked: Asked, chain: Chain, fans: Sequence[Fan]) -> tuple[Around, ...]:
    known = people(chain, fans)
    return tuple(
        Around(
            known[fan.wish.party], fan.wish.relation, fan.wish.direction, fan.other, fan.total,
            tuple(_met(asked, known, one, one in fan.known) for one in (*fan.fresh, *fan.known)), fan.left,
            written(fan.wish.relation, fan.wish.direction, known[fan.wish.party].party_id),
        )
        for fan in fans
    )  # fmt: skip


def people(chain: Chain, fans: Sequence[Fan]) -> dict[int, Who]:
    """The parties of fans, by their rows."""
    rows = {fan.wish.party for fan in fans}
    rows |= {one.row for fan in fans for one in (*fan.fresh, *fan.known) if one.row >= 0}
    wanted = sorted(rows)
    return dict(zip(wanted, whos(chain.view, wanted), strict=True))


def _met(asked: Asked, known: Mapping[int, Who], one: Other, there: bool) -> Met:
    return Met(known[one.row], None, there) if one.row >= 0 else Met(None, thing(asked, one), there)


def thing(asked: Asked, one: Other) -> Private:
    """What a neighbour that is no party is called; it may tell who the party is."""
    return Private(names_of(asked, one.label).get(one.key, "") or one.key)


def ties(chain: Chain, fans: Sequence[Fan], pick: int | None) -> tuple[Tie, ...]:
    """The relations of the picked party that are drawn beyond the chain, but for those that it was expanded by."""
    if pick is None:
        return ()
    known = people(chain, fans)
    found = []
    for fan in fans:
        for one in (*fan.fresh, *fan.known):
            if one.row == pick or (one.row >= 0 and one in fan.known and fan.wish.party == pick):
                ends = known[fan.wish.party], known[one.row]
                if fan.wish.direction == "in":
                    ends = ends[::-1]
                found.append(Tie(*ends, fan.wish.relation, one.strength))
    return tuple(found)


def clicks_of(asked: Asked, one: Other, who: Who | None) -> dict[str, Any]:
    """Where a box leads to: a party is picked, a thing shows who else shares it."""
    if who:
        return {"pick": who.party_id, "supplier": None, "buyer": None}
    if one.label == "Group":
        return {"to": "circle", "kind": "group", "circle": one.key}
    find = found_by(one.label, one.key, names_of(asked, one.label))
    return {"to": "home", "find": find} if find else {}


def rest(fan: Fan, who: Who) -> dict[str, Any]:
    """Where the count of those that are not drawn leads to."""
    return {"to": "neighbours", "party": who.party_id, "relation": fan.wish.relation, "direction": fan.wish.direction}


def legend(asked: Asked, fans: Sequence[Fan]) -> tuple[Legend, ...]:
    relations = dict.fromkeys(fan.wish.relation for fan in fans if fan.fresh or fan.known)
    return tuple(Legend(one, said(asked, one)) for one in relations)


def said(asked: Asked, relation: str) -> str:
    """A relation in words, as its line reads from its start to its end."""
    return sentence(asked.say(f"model.{relation}_out"))
