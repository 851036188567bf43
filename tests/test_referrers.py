"""`explorer referrers`: lists and campaigns equal the definitions written a second time, row by row."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path
from statistics import mean, stdev

import pytest

from explorer import Explorer
from explorer.errors import InputError, UnknownParty
from tests.parts import Run, load, read_rows, write_tables
from tests.referrals_independent import Referring

Tables = dict[str, str]
PARTIES = """\
party_id,name,roles,customer_since,value,grid,do_not_contact,no_introductions
A,甲,customer,,,G1,,
B,乙,,,1000,G1,,
C,丙,,,,G1,,
D,丁,customer,,,G2,,
E,戊,,,-5,G2,,是
F,己,,,300,G2,是,
G,庚,referrer,,50,G2,,
H,辛,referrer,,,G2,,
"""
TIES = """\
a_id,b_id,kind
A,B,spouse
B,C,friend
A,D,kin
D,E,friend
D,F,friend
E,C,kin
G,C,colleague
H,C,neighbour
"""
REFERRALS = """\
row_id,referrer_id,referred_id,date,outcome,reward
1,A,D,,converted,100
2,A,B,,declined,
3,H,C,,declined,20
4,G,B,,open,7.5
"""
SMALL = {"parties": PARTIES, "ties": TIES, "referrals": REFERRALS}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    folder = tmp_path_factory.mktemp("referrers")
    return load(folder / "store", write_tables(folder / "tables", SMALL))


@pytest.fixture(scope="module")
def referring(county: Explorer, county_tables: Path) -> Referring:
    as_of = county.status().as_of
    assert as_of
    return Referring(county_tables, date.fromisoformat(str(as_of)))


def test_every_permitted_referrer_of_a_county_has_the_numbers_of_the_definitions(
    county: Explorer, referring: Referring
) -> None:
    frame = county.referrers(simulations=50).frame().set_index("party_id")
    rates = {party: referring.rate(party) for party in referring.parties}
    chances = referring.chances(rates)
    assert sorted(frame.index) == referring.sources()
    for party, row in frame.iterrows():
        converted, known = referring.counts.get(str(party), (0, 0))
        assert (row["known"], row["converted"]) == (known, converted)
        assert row["rate"] == pytest.approx(rates[str(party)], abs=2e-6)
        open_ = [p for other, p in chances[str(party)].items() if not referring.customer(other)] \
            if party in chances else []  # fmt: skip
        assert row["one_hop"] == pytest.approx(sum(open_), abs=2e-6)
        near = referring.within_2(str(party), chances)
        assert (row["degree"], row["reach_2"]) == (len(chances.get(str(party), {})), len(near))
        assert row["prospects_2"] == sum(not referring.customer(other) for other in near)


def test_rows_stand_by_what_is_expected_then_by_id(county: Explorer) -> None:
    frame = county.referrers(simulations=50).frame()
    rows = list(zip(-frame["expected"], frame["party_id"], strict=True))
    assert rows == sorted(rows)
    assert (frame["expected"] >= frame["one_hop"] - 1e-9).all()


def test_the_expectation_agrees_with_dice_of_another_kind(county: Explorer, referring: Referring) -> None:
    frame = county.referrers(simulations=4000).frame()
    chances = referring.chances({party: referring.rate(party) for party in referring.parties})
    for party, expected, error in frame[["party_id", "expected", "expected_se"]].head(12).itertuples(index=False):
        dice = referring.brought([party], chances, 4000, seed=3)
        spread = math.hypot(error, stdev(dice) / math.sqrt(len(dice)))
        assert abs(expected - mean(dice)) <= 5 * spread


def test_a_campaign_of_a_county_brings_what_other_dice_say_and_keeps_its_bounds(
    county: Explorer, referring: Referring
) -> None:
    answered = county.campaign(8, campaign_sets=2_000_000)
    found, frame = answered.found, answered.frame()
    chances = referring.chances({party: referring.rate(party) for party in referring.parties})
    dice = referring.brought(frame["party_id"].tolist(), chances, 4000, seed=3)
    spread = math.hypot(found.error, stdev(dice) / math.sqrt(len(dice)))
    assert abs(found.expected - mean(dice)) <= 5 * spread
    assert found.lower <= found.expected + 5 * found.error
    assert found.expected - 5 * found.error <= found.upper
    assert frame["rank"].tolist() == list(range(1, 9))
    assert frame["together"].iloc[-1] == pytest.approx(found.expected, abs=1e-5)
    assert found.certificate >= 0.9


def test_opted_out_parties_are_no_referrers_and_nothing_passes_through_them(small: Explorer) -> None:
    frame = small.referrers(simulations=2000).frame().set_index("party_id")
    # H's only known outcome is a refusal; F and E opted out; G's referral is open, so nothing speaks against him.
    assert sorted(frame.index) == ["A", "D", "G"]
    # D knows A, B (brought by A is A-D; B only over A), E, who passes nothing on, and F, who is taken out.
    assert frame.loc["D", ["degree", "reach_2"]].tolist() == [2, 3]
    assert frame.loc["D", ["likely_1_id", "likely_2_id", "likely_3_id"]].tolist() == ["E", "B", "C"]
    assert frame.loc["D", ["likely_2_path_ids", "likely_3_path_ids"]].tolist() == ["D>A>B", "D>A>B>C"]


def test_rates_of_the_small_example_are_those_worked_out_by_hand(small: Explorer) -> None:
    """A 1 of 2, H 0 of 1: μ 1/3; S = 2·(1/6)² + 1/9 = 1/6; ρ = (1/6 − 2/9·1) / … < 0, so the weight is 1,000."""
    frame = small.referrers(simulations=10).frame().set_index("party_id")
    assert frame.loc["A", ["known", "converted"]].tolist() == [2, 1]
    assert frame.loc["A", "rate"] == pytest.approx((1 + 1000 / 3) / 1002, abs=1e-6)
    assert frame.loc["G", "rate"] == pytest.approx(1 / 3, abs=1e-6)
    assert frame.loc["G", "rate_low"] < 1 / 3 < frame.loc["G", "rate_high"]


def test_value_is_what_is_known_and_a_campaign_may_go_by_it(small: Explorer) -> None:
    found = small.referrers(simulations=5000, by_value=True)
    frame = found.frame().set_index("party_id")
    # C and H are without a value; a negative one counts nothing.
    assert found.facts()["without_value"] == 2
    assert frame.index[0] == "A"
    b = 0.5 * frame.loc["A", "rate"] * (1 - 0.05 * 0.4)
    assert frame.loc["A", "value_expected"] >= 1000 * min(b, 0.5 * frame.loc["A", "rate"] * 0.95) - 1e-6
    assert small.campaign(1, by_value=True, campaign_sets=50_000).frame()["party_id"].tolist() == ["A"]


def test_values_nobody_knows_cannot_weigh(tmp_path: Path) -> None:
    tables = {**SMALL, "parties": "\n".join(",".join([*row.split(",")[:4], "", *row.split(",")[5:]])
                                            if i else row for i, row in enumerate(PARTIES.splitlines()))}  # fmt: skip
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", tables))
    assert explorer.referrers(simulations=10).frame()["value_expected"].isna().all()
    with pytest.raises(InputError) as refused:
        explorer.referrers(by_value=True)
    assert refused.value.code == "no_values"


def test_given_rates_take_the_place_of_those_learnt_and_have_no_interval(small: Explorer) -> None:
    frame = small.referrers(rates={"D": 0.9, "E": 1.0}, simulations=10).frame().set_index("party_id")
    assert frame.loc["D", "rate"] == 0.9
    assert frame.loc["D", ["rate_low", "rate_high"]].isna().all()
    assert frame["rate_low"].notna().sum() == 2
    with pytest.raises(UnknownParty):
        small.referrers(rates={"Z": 0.5})


def test_a_grid_limits_the_candidates_not_whom_they_win(small: Explorer) -> None:
    assert small.referrers(grids=["G1"], simulations=10).frame()["party_id"].tolist() == ["A"]
    assert sorted(small.campaign(9, grids=["G2"], campaign_sets=20_000).frame()["party_id"]) == ["D", "G"]
    with pytest.raises(InputError) as refused:
        small.campaign(2, grids=["G9"])
    assert refused.value.code == "no_referrers"


def test_without_any_outcome_the_rate_is_an_assumption_and_is_said_to_be_one(tmp_path: Path, run: Run) -> None:
    load(tmp_path / "store", write_tables(tmp_path / "tables", {"parties": PARTIES, "ties": TIES}))
    ran = run("referrers", "--store", tmp_path / "store", "--simulations", 10)
    assert {(row["known"], row["rate"], row["rate_low"]) for row in ran.rows} == {("0", "0.050000", "")}
    assert "No outcome of a referral is recorded" in ran.err


def test_little_recorded_is_said(small: Explorer, run: Run) -> None:
    ran = run("referrers", "--store", small.home.folder, "--simulations", 10)
    assert "Little is recorded: 3 known outcomes of 2 referrers." in ran.err


def test_a_budget_pays_as_many_as_it_can(county: Explorer, run: Run) -> None:
    given = ("referrers", "--store", county.home.folder, "--campaign-sets", 20_000, "--simulations", 10)
    assert len(run(*given, "--budget", "1000", "--cost", "333.33").rows) == 3
    assert len(run(*given, "--budget", "1000", "--cost", "300", "--campaign", 2).rows) == 2
    assert run(*given, "--budget", "1000").code == 2
    assert run(*given, "--budget", "1", "--cost", "2").code == 2
    run(*given, "--budget", "1000", "--cost", "300", "--out", "paid.csv")
    asked = json.loads(Path("paid.csv.manifest.json").read_text("utf-8"))["parameters"]
    assert (asked["campaign"], asked["budget"], asked["cost"]) == (3, "1000", "300")
    assert run(*given, "--ledger", "--flags").code == 2


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(
    county: Explorer, run: Run, tmp_path: Path
) -> None:
    given = ("referrers", "--store", county.home.folder, "--simulations", 20)
    one = run(*given, "--threads", 1, "--out", "one.csv")
    assert run(*given, "--threads", 3, "--out", "three.csv").code == one.code == 0
    run(*given, "--seed", 2, "--out", "other.csv")
    first, same, other = ((tmp_path / f"{name}.csv").read_bytes() for name in ("one", "three", "other"))
    assert first == same != other
    manifest = json.loads((tmp_path / "one.csv.manifest.json").read_text("utf-8"))
    assert (manifest["rows"], manifest["parameters"]["seed"]) == (len(read_rows(tmp_path / "one.csv")), 1)
    campaigns = [
        run(*given, "--campaign", 6, "--campaign-sets", 60_000, "--threads", threads).out for threads in (1, 2)
    ]
    assert campaigns[0] == campaigns[1]


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "xlsx"])
def test_lists_and_campaigns_are_written_in_every_format(
    small: Explorer, run: Run, tmp_path: Path, ending: str
) -> None:
    for extra in ((), ("--campaign", 2, "--campaign-sets", 5000), ("--ledger",), ("--flags",)):
        ran = run("referrers", "--store", small.home.folder, "--simulations", 5, *extra, "--out", f"out.{ending}")
        assert (ran.code, (tmp_path / f"out.{ending}.manifest.json").exists()) == (0, True)


@pytest.mark.parametrize(
    ("text", "code"),
    [("party_id\nA\n", "columns"), ("party_id,rate\nZ,0.1\n", "nobody has the id Z"),
     ("party_id,rate\nA,2\n", "2 is"),
     ("party_id,rate\nA,x\n", "x is no rate"), ("party_id,rate\nA,0.1\nA,0.2\n", "line 3: A has a rate already")],
)  # fmt: skip
def test_a_file_of_rates_that_is_wrong_is_refused_with_its_line(
    small: Explorer, run: Run, tmp_path: Path, text: str, code: str
) -> None:
    (tmp_path / "rates.csv").write_text(text, "utf-8")
    ran = run("referrers", "--store", small.home.folder, "--probabilities", "rates.csv")
    assert ran.code == 2
    assert code in ran.err


def test_a_file_of_rates_is_taken(small: Explorer, run: Run, tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text("rate,party_id\n0.25,D\n", "utf-8-sig")
    ran = run("referrers", "--store", small.home.folder, "--probabilities", "rates.csv", "--simulations", 5)
    assert {row["party_id"]: row["rate"] for row in ran.rows}["D"] == "0.250000"
    assert "Rates given: 1." in ran.err
