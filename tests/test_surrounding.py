"""What a picture draws around a party by a relation: what the tables say, each once, the rest counted."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.chain import Chain
from explorer.chain_shown import Choice, Shown
from explorer.errors import InputError
from explorer.surrounding import Fan, Place, Wish, boxes_of, through
from tests.test_chain import ids, shown_of, some

CHOICE = Choice()


def kin(tables: Path) -> dict[str, set[str]]:
    """Who knows whom, read from the tables by themselves."""
    found: dict[str, set[str]] = defaultdict(set)
    with (tables / "ties.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found[row["a_id"]].add(row["b_id"])
            found[row["b_id"]].add(row["a_id"])
    return found


def around(explorer: Explorer, party: int, *wishes: Wish, choice: Choice = CHOICE, hub: int = 1000) -> tuple[
    Chain, Shown, tuple[Fan, ...]
]:  # fmt: skip
    chain, shown = shown_of(explorer, party, choice, hub=hub)
    return chain, shown, explorer.surroundings(chain, shown, wishes, choice)


def test_a_fan_holds_whom_the_tables_name_and_draws_each_once(county: Explorer, county_tables: Path):
    known = kin(county_tables)
    seen = 0
    for party in some(county, 120):
        identity = ids(county, [party])[0]
        _, shown, fans = around(county, party, Wish(party, "KNOWS", "both"), Wish(party, "OWNS", "out"))
        boxes = {party, *(one.party for one in shown.branches)}
        found = {one.key for one in (*fans[0].fresh, *fans[0].known)}
        assert found == known[identity] - {identity}
        assert {one.row for one in fans[0].known} <= boxes
        fresh = [one.row for fan in fans for one in fan.fresh]
        assert len(fresh) == len(set(fresh) - boxes)
        assert fans[0].left == 0
        seen += len(found)
    assert seen > 50


def test_no_more_is_drawn_than_asked_and_the_rest_is_counted(county: Explorer):
    for party in some(county, 20):
        whole = around(county, party, Wish(party, "KNOWS", "both"))[2][0]
        _, shown, (few,) = around(county, party, Wish(party, "KNOWS", "both"), choice=Choice(children=1))
        assert len(few.fresh) + len(few.known) <= 1
        assert few.left == few.total - len(few.fresh) - len(few.known)
        assert {*few.fresh, *few.known} <= {*whole.fresh, *whole.known}
        full = Choice(boxes=len(shown.branches) + 1)
        assert around(county, party, Wish(party, "KNOWS", "both"), choice=full)[2][0].fresh == ()


def test_more_than_a_picture_holds_is_a_count(county: Explorer):
    party = max(some(county, 60), key=lambda one: around(county, one, Wish(one, "KNOWS", "both"))[2][0].total)
    fan = around(county, party, Wish(party, "KNOWS", "both"), hub=1)[2][0]
    assert fan.total > 1
    assert (fan.fresh, fan.known, fan.left) == ((), (), fan.total)


def test_what_is_dismissed_twice_asked_or_not_drawn_gets_no_box(county: Explorer):
    party = next(one for one in some(county, 60) if around(county, one, Wish(one, "KNOWS", "both"))[2][0].fresh)
    first = around(county, party, Wish(party, "KNOWS", "both"))[2][0].fresh[0].row
    gone = around(county, party, Wish(party, "KNOWS", "both"), choice=Choice(dismiss=(first,)))[2][0]
    assert first not in {one.row for one in gone.fresh}
    assert gone.left == 1
    assert len(around(county, party, Wish(party, "KNOWS", "both"), Wish(party, "KNOWS", "out"))[2]) == 1
    chain, shown, _ = around(county, party)
    away = next(row for row in range(len(chain.view.parties)) if row != party and not shown.of(row))
    assert around(county, party, Wish(away, "KNOWS", "both"))[2] == ()
    onward = around(county, party, Wish(party, "KNOWS", "both"), Wish(first, "IN_GRID", "out"))[2]
    assert [one.label for one in onward[1].fresh] == ["Grid"] * len(onward[1].fresh)


@pytest.mark.parametrize(("relation", "direction"), [("LOVES", "out"), ("OWNS", "both"), ("FEEDS", "out")])
def test_what_is_no_relation_of_a_party_is_refused(county: Explorer, relation: str, direction: str):
    with pytest.raises(InputError):
        around(county, 0, Wish(0, relation, direction))


def by_hand(party: int, shown: Shown, fans: tuple[Fan, ...], chain: Chain) -> set[Place]:
    """The same as `through`, by walking every box up to the middle."""
    parents: dict[Place, int] = {(one.party, one.direction): one.parent for one in shown.branches}
    sides = dict(parents)
    for fan in fans:
        for one in fan.fresh:
            parents[one.place] = fan.wish.party
    rows: dict[Place, int] = {place: place[0] for place in sides}  # type: ignore[misc]
    rows |= {one.place: one.row for fan in fans for one in fan.fresh}

    def up(place: Place) -> list[Place]:
        found = [place]
        while parents[found[-1]] != chain.party:
            above, last = parents[found[-1]], found[-1]
            own = (above, last[1]) if last in sides else None
            found.append(own if own in sides else boxes_of(shown, fans, above)[0])  # type: ignore[arg-type]
        return found

    walks = [up(place) for place in parents]
    lit = {
        step for walk in walks if any(rows[step] == party for step in walk)
        for step in walk
    }  # fmt: skip
    for fan in fans:
        for one in fan.known:
            if party in (pair := {one.row, fan.wish.party}):
                lit |= {place for other in pair - {party} for place in boxes_of(shown, fans, other)}
    return lit


def test_every_way_through_a_picked_party_is_lit(county: Explorer):
    checked = 0
    for party in some(county, 25):
        shown = shown_of(county, party, CHOICE)[1]
        wishes = [Wish(one.party, "KNOWS", "both") for one in shown.branches[:6]]
        chain, shown, fans = around(county, party, Wish(party, "KNOWS", "both"), *wishes)
        picks = {one.party for one in shown.branches} | {one.row for fan in fans for one in fan.fresh}
        for pick in picks:
            found, expected = through(shown, fans, pick), by_hand(pick, shown, fans, chain)
            assert found == expected
            checked += 1
    assert checked > 50
