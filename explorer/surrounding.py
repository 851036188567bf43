"""What a picture of a chain shows beyond the chain: around one of its parties its neighbours by any relation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from explorer.chain import Chain
from explorer.chain_shown import Choice, Shown
from explorer.neighbouring import Neighbours, neighbours_of
from graph.algorithms.network import Direction
from graph.stores.base import Store


@dataclass(frozen=True)
class Wish:
    """To see the neighbours of the party at a row by a relation; `direction` is out, in or both."""

    party: int
    relation: str
    direction: str


@dataclass(frozen=True)
class Other:
    """A neighbour: the row of a party, -1 for a node of another kind; `key` is its id. `strength` 0 to 1 if known."""

    row: int
    label: str
    key: str
    strength: float | None = None

    @property
    def place(self) -> tuple[str, str]:
        """What tells its box from others: each is drawn once."""
        return self.label, self.key


@dataclass(frozen=True)
class Fan:
    """Neighbours of one party by one relation, the most important first.

    `fresh` get a box beyond the party's; `known` have one already, and a line joins the two. `left` of `total`
    relationships are not drawn; all of them where there are more than a picture can hold.
    """

    wish: Wish
    other: str
    total: int
    fresh: tuple[Other, ...]
    known: tuple[Other, ...]
    left: int


Place = tuple[int, Direction] | tuple[str, str]
"""A box: of a chain by (row, side), of a fan by (kind, id)."""


def fans(chain: Chain, shown: Shown, store: Store, wishes: Iterable[Wish], choice: Choice) -> tuple[Fan, ...]:
    """One fan for each wish whose party is drawn, in their order; what was dismissed is left out.

    At most `choice.children` boxes each, and `choice.boxes` in all. A wish may be about a party of a fan before.
    """
    there: set[tuple[str, int | str]] = {
        ("Party", row) for row in (chain.party, *(one.party for one in shown.branches))
    }
    room = choice.boxes - 1 - len(shown.branches)
    made: list[Fan] = []
    for wish in dict.fromkeys(wishes):
        if ("Party", wish.party) not in there:
            continue
        by = wish.relation, wish.direction
        found = neighbours_of(chain.view, store, wish.party, *by, 0, choice.children)
        wish = Wish(wish.party, str(found.relation), found.direction)
        if wish in [fan.wish for fan in made]:
            continue
        fan = _fan(chain, found, wish, there, choice, max(0, room))
        there |= {_identity(one) for one in fan.fresh}
        room -= len(fan.fresh)
        made.append(fan)
    return tuple(made)


def _fan(
    chain: Chain, found: Neighbours, wish: Wish, there: set[tuple[str, int | str]], choice: Choice, room: int
) -> Fan:  # fmt: skip
    if found.total > chain.hub:
        return Fan(wish, found.other, found.total, (), (), found.total)
    rows: dict[str, Other] = {}
    times: dict[str, int] = {}
    for row, values in zip(found.other_rows.tolist(), found.found.to_pylist(), strict=True):
        key = values["other_id"]
        if row != wish.party and (row < 0 or row not in choice.dismiss):
            rows.setdefault(key, Other(row, found.other, key, found.strength(values)))
            times[key] = times.get(key, 0) + 1
    known = tuple(one for one in rows.values() if _identity(one) in there)
    fresh = tuple(one for one in rows.values() if _identity(one) not in there)[:room]
    drawn = sum(times[one.key] for one in (*known, *fresh))
    return Fan(wish, found.other, found.total, fresh, known, found.total - drawn)


def _identity(one: Other) -> tuple[str, int | str]:
    return one.label, one.row if one.row >= 0 else one.key


def through(shown: Shown, around: Iterable[Fan], party: int) -> set[Place]:
    """Boxes on every way through a party: from the middle to it, all that hangs on it, and what it is joined to."""
    made = tuple(around)
    homes = _homes(shown, made)
    kids: dict[Place, list[Place]] = {}
    for place, home in homes.items():
        kids.setdefault(home, []).append(place)
    own = boxes_of(shown, made, party)
    below, above = list(own), list(own)
    for place in below:
        below += kids.get(place, ())
    for place in above:
        above += [homes[place]] if place in homes else []
    pairs = [{one.row, fan.wish.party} for fan in made for one in fan.known]
    joined = {row for pair in pairs if party in pair for row in pair} - {party}
    return {*below, *above}.union(*(boxes_of(shown, made, row) for row in joined))


def _homes(shown: Shown, made: tuple[Fan, ...]) -> dict[Place, Place]:
    """The box that each box hangs on; those that hang on the middle have none."""
    there = {one.place for one in shown.branches}
    homes: dict[Place, Place] = {
        one.place: (one.parent, one.direction) for one in shown.branches if (one.parent, one.direction) in there
    }
    for fan in made:
        if own := boxes_of(shown, made, fan.wish.party):
            homes |= dict.fromkeys((one.place for one in fan.fresh), own[0])
    return homes


def boxes_of(shown: Shown, around: Iterable[Fan], party: int) -> list[Place]:
    """Where a party stands: its boxes of the chain, the better first, else the one of a fan; none in the middle."""
    own: list[Place] = [(box.party, box.direction) for box in sorted(shown.of(party), key=lambda one: one.cost)]
    return own or [one.place for fan in around for one in fan.fresh if one.row == party]
