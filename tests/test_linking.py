"""One supply link in full: months, shares by the rule of few, and advice that rests on facts."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.errors import InputError
from tests.parts import EXAMPLE, load, write_tables


def test_the_worked_example_comes_out_whole(example: Explorer):
    found = example.link("F1", "M1", direction="upstream")
    assert (found.hop.amount, found.hop.n, str(found.hop.last)) == (Decimal("80000.00"), 4, "2026-06-30")
    assert (found.share_of_sales, found.buyers_known) == (None, 1)
    assert (found.share_of_purchases, found.suppliers_known) == (pytest.approx(0.8), 2)
    assert found.months is not None
    assert [month.month for month in found.months][::23] == ["2024-07", "2026-06"]
    assert [(month.month, month.amount, month.count) for month in found.months if month.count] == [
        ("2026-06", Decimal("80000.00"), 4)
    ]
    assert (found.year, found.year_before, found.sources) == (Decimal("80000.00"), None, ())
    assert found.hints == ("introduce", "buys_dependent")


def test_the_share_of_the_side_looked_from_is_always_shown(example: Explorer):
    found = example.link("F1", "M1", direction="downstream")
    assert (found.share_of_sales, found.share_of_purchases) == (1.0, None)


def test_two_that_do_not_trade_have_no_link(example: Explorer):
    with pytest.raises(InputError, match="No supply link"):
        example.link("M1", "F1")
    with pytest.raises(InputError):
        example.link("F1", "F1")


def test_a_machine_without_the_rows_says_so(tmp_path: Path):
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", EXAMPLE))
    shutil.rmtree(explorer.view().version / "rows")
    found = explorer.link("F1", "M1")
    assert (found.months, found.sources, found.year) == (None, None, None)
    assert found.hop.amount == Decimal("80000.00")


@pytest.mark.parametrize(
    ("supplies", "party", "hints"),
    [
        ("F1,M1,100,2026-06-30,4,0.3\nF1,M1,50,2026-05-30,1,0.1", "", ("unsure", "introduce")),
        ("F1,M1,100,2024-06-30,4,1\nF9,M1,1,2026-06-30,1,1", "", ("quiet", "buys_dependent")),
        ("F1,M1,100,2025-05-30,4,1\nF1,M1,130,2026-05-30,4,1\nF9,M1,1,2026-06-30,1,1", "", ("introduce", "rising")),
        ("F1,M1,100,2026-06-30,4,1", "do_not_contact", ("stop",)),
        ("F1,M1,10,2026-02-28,4,1\nF9,M1,90,2026-06-30,1,1", "customer", ()),
    ],
)  # fmt: skip
def test_advice_rests_on_facts(tmp_path: Path, supplies: str, party: str, hints: tuple[str, ...]):
    role, stop = "customer" if party == "customer" else "", "1" if party == "do_not_contact" else ""
    parties = f"party_id,name,roles,do_not_contact\nF1,冯家,{role},{stop}\nF9,范家,,\nM1,明光,customer,\n"
    rows = f"supplier_id,buyer_id,amount,date,count,confidence\n{supplies}\n"
    tables = write_tables(tmp_path / "tables", {"parties": parties, "supplies": rows})
    explorer = load(tmp_path / "store", tables)
    assert explorer.link("F1", "M1").hints == hints
