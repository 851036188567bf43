"""A party as it is looked up, and the evidence of a string hop by hop."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from explorer import Explorer
from explorer.errors import AmbiguousName, InputError, UnknownParty
from explorer.evidence import Month, SupplyRow
from explorer.party import NeighbourCount
from tests.independent import World
from tests.parts import Run, load, write_tables


def test_a_party_by_id_or_name(example: Explorer) -> None:
    party = example.party("B1")
    assert party == example.party("龙头食品")
    assert (party.party_id, party.name, party.standing) == ("B1", "龙头食品", "prospect")
    assert party.facts == {
        "party_id": "B1", "name": "龙头食品", "roles": "core_enterprise", "is_core": True, "n_suppliers": 2,
        "n_buyers": 1, "top_buyer_share": 1.0,
    }  # fmt: skip
    assert party.neighbours == (
        NeighbourCount("SUPPLIES", "out", "Party", 1), NeighbourCount("SUPPLIES", "in", "Party", 2),
    )  # fmt: skip
    with pytest.raises(UnknownParty):
        example.party("B9")
    with pytest.raises(AmbiguousName):
        example.party("农场")


def test_neighbours_are_counted_by_relation_direction_and_kind(county: Explorer) -> None:
    party = county.party(county.dig("all", top=1).frame()["anchor_id"].iloc[0])
    found = {(one.relation, one.direction, one.other): one.count for one in party.neighbours}
    assert found["SUPPLIES", "out", "Party"] == party.facts["n_buyers"]
    assert found["SUPPLIES", "in", "Party"] == party.facts["n_suppliers"]
    assert found["IN_GRID", "out", "Grid"] == 1


def test_the_evidence_of_the_worked_example(example: Explorer) -> None:
    [string] = example.evidence("F1", "B1")
    assert (string.anchor_id, string.party_id, string.direction) == ("B1", "F1", "upstream")
    assert (string.tier, string.cost, string.score) == (2, 1075874, 0.341)
    first, second = string.hops
    assert (first.from_id, first.to_id, first.to_standing, first.supplier_id, first.buyer_id) == (
        "B1", "M1", "customer", "M1", "B1",
    )  # fmt: skip
    assert [(hop.link_cost, hop.decay, hop.dilution) for hop in string.hops] == [(169009, 0, 0), (550190, 356675, 0)]
    assert (second.amount, second.n, second.first, second.share_in, second.share_out) == (
        Decimal("80000.00"), 4, date(2026, 6, 30), 0.8, 1.0,
    )  # fmt: skip
    assert second.months == (Month("2026-06", 1, 4, Decimal("80000.00")),)
    assert second.rows == (SupplyRow(date(2026, 6, 30), Decimal("80000.00"), 4, None, None, None),)


def test_evidence_adds_up_to_the_rows_of_every_answer(county: Explorer) -> None:
    """Costs of hops sum to the string's, rows and months to the link's amount and number, factors to `alive`."""
    listed = county.dig("all", top=40).frame()
    for row in listed.iloc[::17].itertuples():
        string = next(s for s in county.evidence(row.prospect_id, row.anchor_id) if s.direction == row.direction)
        assert (string.tier, string.cost, string.score) == (row.tier, row.cost, row.score)
        assert ">".join([string.anchor_id, *(hop.to_id for hop in string.hops)]) == row.path_ids
        assert sum(hop.link_cost + hop.decay + hop.dilution for hop in string.hops) == string.cost
        assert (string.hops[-1].amount, string.hops[-1].last) == (Decimal(str(row.last_amount)), row.last_date.date())
        for hop in string.hops:
            assert hop.rows is not None
            assert hop.months is not None
            assert sum((one.amount or 0) for one in hop.rows) == hop.amount == sum(m.amount or 0 for m in hop.months)
            assert sum(one.count or 1 for one in hop.rows) == hop.n == sum(month.count for month in hop.months)
            assert hop.recency * hop.habit * hop.confidence == pytest.approx(hop.alive)
            assert hop.strength == pytest.approx(np.exp(-hop.link_cost / 1e6))


def test_evidence_as_of_another_day_agrees_with_the_dig_of_that_day(county: Explorer, county_tables: Path) -> None:
    day = date(2025, 9, 30)
    row = county.dig("all", as_of=day, top=30, direction="upstream").frame().iloc[-1]
    [string] = [s for s in county.evidence(row.prospect_id, row.anchor_id, as_of=day) if s.direction == "upstream"]
    assert (string.cost, string.tier) == (row.cost, row.tier)
    link = World(county_tables, day).links[string.hops[-1].supplier_id, string.hops[-1].buyer_id]
    assert (string.hops[-1].n, string.hops[-1].last) == (link.n, max(link.dates))
    assert sum(one.count or 1 for hop in string.hops[-1:] for one in hop.rows or ()) == link.n


def test_history_of_a_link_that_is_undated_in_part(tmp_path: Path) -> None:
    tables = {
        "parties": "party_id,name\nA,甲\nB,乙\n",
        "supplies": "supplier_id,buyer_id,amount,date,product\nA,B,1.5,2026-01-02,面\nA,B,,2026-01-30,\nA,B,2,,面\n",
    }
    [string] = load(tmp_path / "store", write_tables(tmp_path / "tables", tables)).evidence("B", "A")
    assert string.hops[0].months == (Month("2026-01", 2, 2, Decimal("1.50")), Month(None, 1, 1, Decimal("2.00")))
    assert string.hops[0].rows == (
        SupplyRow(date(2026, 1, 30), None, None, None, None, None),
        SupplyRow(date(2026, 1, 2), Decimal("1.50"), None, "面", None, None),
        SupplyRow(None, Decimal("2.00"), None, "面", None, None),
    )


def test_an_anchor_has_no_string_to_itself(example: Explorer) -> None:
    with pytest.raises(InputError) as refused:
        example.evidence("B1", "龙头食品")
    assert refused.value.code == "same_party"


def test_show_says_it_in_words_and_as_json(run: Run, example: Explorer) -> None:
    store = ["--store", example.home.folder]
    said = run("show", "F1", "--from", "B1", "--format", "table", *store)
    assert said.code == 0
    text = said.out.decode()
    assert text.startswith("F1  冯家农场  [prospect]\n")
    assert "Upstream string: tier 2, score 0.341000, cost 1,075,874\n" in text
    assert "1. B1 龙头食品 buys from M1 明光面粉 (customer)\n" in text
    assert "cost 906,865 = link 550,190 + decay 356,675 + hub 0\n" in text
    facts = json.loads(run("show", "F1", "--from", "B1", *store).out)
    assert {name: facts[name] for name in ("party_id", "name", "standing")} == {
        "party_id": "F1", "name": "冯家农场", "standing": "prospect",
    }  # fmt: skip
    assert [hop["link_cost"] for hop in facts["strings"][0]["hops"]] == [169009, 550190]
    assert len(facts["neighbours"]) == len(asdict(example.party("F1"))["neighbours"])


def test_show_says_where_no_string_leads(run: Run, example: Explorer) -> None:
    ran = run("show", "R1", "--from", "F1", "--tiers", 2, "--store", example.home.folder)
    assert ran.code == 0
    assert ran.err == "No string leads here from F1 up to tier 2; that is no proof that they do not trade.\n"
    assert json.loads(ran.out)["strings"] == []


def test_the_share_in_a_ledger_of_which_little_is_known_is_not_shown(run: Run, tmp_path: Path) -> None:
    """The supplier's own sales, 100 %, are hidden at one known buyer and told from five on."""
    parties = "party_id,name\n" + "".join(f"{name},{name}\n" for name in ("S", "T", "A", "B", "C", "D", "E"))
    supplies = "supplier_id,buyer_id,amount,date\nS,A,1,2026-01-01\n" + "".join(
        f"T,{buyer},1,2026-01-01\n" for buyer in "ABCDE"
    )
    load(tmp_path / "store", write_tables(tmp_path / "tables", {"parties": parties, "supplies": supplies}))
    few, enough = (
        run("show", supplier, "--from", "A", "--direction", "upstream", "--format", "table", "--store", "store")
        for supplier in "ST"
    )
    assert "    of what we know: 50.0% of the buyer's purchases\n" in few.out.decode()
    assert (
        "    of what we know: 50.0% of the buyer's purchases, 20.0% of the supplier's sales\n" in enough.out.decode()
    )
