"""Where ticked parties come from: the same rows as the answers that were asked say."""

from __future__ import annotations

from typing import Any

import pytest

from explorer import Explorer
from explorer.listing import Named, Origin, better
from explorer.origins import Origins, of_introductions, of_prospects, of_string


def told(found: Origins) -> dict[str, tuple[Any, ...]]:
    return {
        party: (
            one.core and one.core.party_id, one.direction, one.tier, one.rank, one.score,
            ">".join(step.party_id for step in one.path), ">".join(step.name for step in one.path),
        )
        for party, one in found.items()
    }  # fmt: skip


@pytest.mark.parametrize("direction", ["upstream", "both"])
def test_what_was_ticked_in_a_dig_stands_as_its_export_says_and_of_two_directions_the_better(
    county: Explorer, direction: str
):
    ids = county.view().parties.take("party_id", county.view().cores).to_pylist()
    seen = 0
    for anchor in ids[:6]:
        rows = county.dig([anchor], direction=direction).frame().to_dict("records")
        wanted: dict[str, Any] = {}
        for row in sorted(rows, key=lambda row: -row["cost"]):
            wanted[row["prospect_id"]] = (
                row["anchor_id"], row["direction"], row["tier"], row["rank"], row["score"], row["path_ids"],
                row["path_names"],
            )  # fmt: skip
        found = of_string(county.dig([anchor], direction=direction), [*wanted, "nobody"])
        assert told(found) == wanted
        some = [*wanted][::3]
        assert told(of_string(county.dig([anchor], direction=direction), some)) == {one: wanted[one] for one in some}
        assert {(one.found_in, one.loaded, one.as_of) for one in found.values()} <= {
            ("dig", county.view().load_id, county.view().as_of)
        }
        seen += len(wanted)
    assert seen > 50


def test_what_was_ticked_among_all_prospects_hangs_on_its_best_core(county: Explorer):
    rows = county.prospects().frame().to_dict("records")
    wanted = {
        row["prospect_id"]: (
            row["core_1_id"], row["core_1_direction"], row["core_1_tier"], place, row["core_1_score"],
            row["core_1_path_ids"],
        )
        for place, row in enumerate(rows, 1)
    }  # fmt: skip
    found = of_prospects(county.prospects(), [*wanted][::2])
    assert {party: row[:-1] for party, row in told(found).items()} == {one: wanted[one] for one in [*wanted][::2]}
    assert {one.found_in for one in found.values()} == {"prospects"}


def test_what_was_ticked_among_introductions_keeps_who_introduces_best(county: Explorer):
    anchor = county.view().parties.take("party_id", county.view().cores).to_pylist()[0]
    answer = county.introduce(string_of=anchor)
    rows = answer.frame().to_dict("records")
    first: dict[str, Any] = {}
    for row in rows:
        path = row["path_ids"] or ""
        ranked = row["rank"] == row["rank"]
        first.setdefault(
            row["prospect_id"],
            (anchor, None, len(path.split(">")) - 1 if path else None, int(row["rank"]) if ranked else None,
             row["intro_score"] if ranked else None, path, row["path_names"] or ""),
        )  # fmt: skip
    assert len(first) > 20
    assert told(of_introductions(answer, [*first])) == first


def test_the_better_of_two_origins_is_a_chain_with_the_higher_score():
    def origin(found_in: Any, score: float | None) -> Origin:
        return Origin(found_in, score, 1, 1, (Named("a", "A"),), None, None, "load", None)

    low, high, met = origin("dig", 0.2), origin("prospects", 0.3), origin("introduce", 0.9)
    assert (better(low, high), better(high, low), better(met, low), better(low, met)) == (high, high, low, low)
    assert (better(None, met), better(low, None), better(None, None)) == (met, low, None)
