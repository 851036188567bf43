"""The ledger adds up, and what is planted among the referrals is flagged, with its rows and nothing else."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from explorer import Explorer
from tests.parts import Run, load, write_tables

PARTIES = """\
party_id,name,phone,address
A,甲,138-0000-1111,临河西街 1 号
B,乙,+86 138 0000 1111,东街 2 号
C,丙,13900002222,临河西街1号
D,丁,,
E,戊,123,路
F,己,123,路
X,集团,,
"""
REFERRALS = """\
row_id,referrer_id,referred_id,date,outcome,reward
r1,A,B,2026-01-05,converted,100.10
r2,A,B,2026-01-05,converted,100.10
r3,B,A,2026-02-01,declined,50
r4,B,D,,open,30
r5,D,A,2026-02-02,converted,
r6,C,A,2026-03-01,converted,0.05
r7,E,F,2026-03-01,declined,1
r9,C,D,2026-03-02,,3
"""
OWNERSHIP = "owner_id,owned_id,share\nX,E,0.6\nX,F,0.5\nC,D,1\n"
TABLES = {"parties": PARTIES, "referrals": REFERRALS, "ownership": OWNERSHIP}


def test_a_ledger_sums_what_was_promised_and_earned_by_person_and_month(tmp_path: Path) -> None:
    ledger = load(tmp_path / "store", write_tables(tmp_path / "tables", TABLES)).ledger()
    frame = ledger.frame()
    assert frame["event_id"].tolist() == ["r1", "r2", "r3", "r4", "r6", "r9", "r5", "r7"]
    assert frame["month"].fillna("").tolist() == [
        "2026-01", "2026-01", "2026-02", "", "2026-03", "2026-03", "2026-02", "2026-03",
    ]  # fmt: skip
    of_c = frame[frame["referrer_id"] == "C"]
    assert of_c[["month_referrals", "month_converted"]].to_numpy().tolist() == [[2, 1], [2, 1]]
    assert of_c[["month_reward", "month_earned", "person_reward"]].astype(float).to_numpy().tolist() == [
        [3.05, 0.05, 3.05], [3.05, 0.05, 3.05],
    ]  # fmt: skip
    of_b = frame[frame["referrer_id"] == "B"].astype({"month_reward": float, "person_reward": float})
    assert of_b[["month_reward", "person_reward"]].to_numpy().tolist() == [[50, 80], [30, 80]]
    assert ledger.totals == {"referrals": 8, "converted": 4, "reward": 28425, "earned": 20025}


def test_a_county_s_ledger_adds_up_to_its_tables(county: Explorer, county_tables: Path) -> None:
    from tests.independent import table

    frame, earned = county.ledger().frame(), defaultdict(int)
    for row in table(county_tables, "referrals"):
        if row["outcome"] == "converted" and row["reward"]:
            earned[row["referrer_id"], row["date"][:7]] += round(100 * float(row["reward"]))
    shown = {
        (party, month): round(100 * float(cents))
        for party, month, cents in frame[["referrer_id", "month", "month_earned"]].itertuples(index=False)
        if float(cents)
    }
    assert shown == earned
    assert len(frame) == len(table(county_tables, "referrals"))


def test_what_is_planted_is_flagged_once_with_its_reason_and_rows(tmp_path: Path) -> None:
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", TABLES))
    frame = explorer.flags().frame()
    cases = defaultdict(list)
    for flag, case, reason, event in frame[["flag", "case", "reason", "event_id"]].itertuples(index=False):
        cases[case, flag, reason if isinstance(reason, str) else ""].append(event)
    assert dict(cases) == {
        (1, "ring", "A>B>A"): ["r1", "r2", "r3"],
        (2, "ring", "A>B>D>A"): ["r1", "r2", "r4", "r5"],
        (3, "same_phone", ""): ["r1"],
        (4, "same_phone", ""): ["r2"],
        (5, "same_phone", ""): ["r3"],
        (6, "same_address", ""): ["r6"],
        (7, "owns", "C>D"): ["r9"],
        (8, "same_owner", "X"): ["r7"],
    }


def test_a_burst_is_the_longest_run_of_windows_that_overlap(tmp_path: Path) -> None:
    days = [1, 2, 3, 9, 10, 11, 20, 27, 28]
    rows = "".join(f"q{i},A,B,2026-05-{day:02},open,\n" for i, day in enumerate(days))
    tables = {"parties": PARTIES, "referrals": f"row_id,referrer_id,referred_id,date,outcome,reward\n{rows}"}
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", tables))

    def bursts(**settings: int) -> list[tuple[str, list[str]]]:
        frame = explorer.flags(**settings).frame()
        frame = frame[frame["flag"] == "burst"]
        return [(str(reason), group["event_id"].tolist()) for reason, group in frame.groupby("reason", sort=False)]

    assert bursts(burst_referrals=3, burst_days=3) == [
        ("3: 2026-05-01..2026-05-03", ["q0", "q1", "q2"]), ("3: 2026-05-09..2026-05-11", ["q3", "q4", "q5"]),
    ]  # fmt: skip
    assert bursts(burst_referrals=3, burst_days=8) == [
        ("6: 2026-05-01..2026-05-11", ["q0", "q1", "q2", "q3", "q4", "q5"]),
    ]  # fmt: skip
    assert bursts(burst_referrals=3, burst_days=9)[-1][0] == "3: 2026-05-20..2026-05-28"
    assert bursts() == []


def test_tables_without_referrals_have_an_empty_ledger_and_no_flags(tmp_path: Path, run: Run) -> None:
    load(tmp_path / "store", write_tables(tmp_path / "tables", {"parties": PARTIES}))
    for what, said in (("--ledger", "Referrals 0"), ("--flags", "ring 0")):
        ran = run("referrers", what, "--store", tmp_path / "store")
        assert (ran.code, ran.rows) == (0, [])
        assert said in ran.err
