"""Names of things by their codes, and managers' grids, on both stores."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from explorer import Explorer
from tests.neo4j_server import Server
from tests.parts import EXAMPLE, load, write_tables
from tests.stores import fill, on_server

TABLES = EXAMPLE | {
    "industries": "code,name\nI2,面粉\nI1,食品\n",
    "managers": "manager_id,name,grids\nM-2,周敏,坪山-07;坪山-01\nM-1,李雷,\n",
}
NEXT = TABLES | {"industries": "code,name\nI1,饮料\n", "managers": "manager_id,name,grids\nM-2,周敏,坪山-02\n"}


def check(explorer: Explorer, tables: Path) -> None:
    assert explorer.names("Industry") == {"I1": "食品", "I2": "面粉"}
    assert (explorer.names("Manager"), explorer.names("Group")) == ({"M-1": "李雷", "M-2": "周敏"}, {})
    assert [explorer.grids_of(one) for one in ("M-2", "M-1", "?")] == [("坪山-01", "坪山-07"), (), ()]
    fill(explorer, write_tables(tables, NEXT))
    assert (explorer.names("Industry"), explorer.grids_of("M-2")) == ({"I1": "饮料"}, ("坪山-02",))


def test_names_and_grids_are_those_of_the_load_in_force(tmp_path: Path):
    check(load(tmp_path / "store", write_tables(tmp_path / "tables", TABLES)), tmp_path / "next")


def test_names_and_grids_are_the_same_on_neo4j(tmp_path: Path, neo4j_empty: Server):
    with closing(on_server(neo4j_empty, tmp_path / "home")) as explorer:
        fill(explorer, write_tables(tmp_path / "tables", TABLES))
        check(explorer, tmp_path / "next")


def test_grids_are_counted_as_a_plain_recount_does(county: Explorer):
    parties = county.view().parties
    rows = zip(*(parties.column(name).to_pylist() for name in ("grid", "is_customer", "do_not_contact")), strict=True)
    plain: dict[str, list[int]] = {}
    for grid, customer, stop in rows:
        count = plain.setdefault(grid, [0, 0, 0])
        count[0] += 1
        count[1] += bool(customer)
        count[2] += not customer and not stop
    plain.pop(None, None)  # type: ignore[call-overload]
    found = county.grid_counts([*plain, "no such grid"])
    assert {one.grid: [one.members, one.customers, one.prospects] for one in found} == plain | {
        "no such grid": [0, 0, 0]
    }
