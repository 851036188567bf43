"""The made-up county: what it must look like, that it is clean, and that its dirt is what the list says."""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from explorer.county import generate
from explorer.county.dirt import KINDS, kinds_of
from explorer.errors import BadSetting, InputError
from graph.model import ROLE_TABLES, TABLE, TABLES

PARTIES = 5_000


@pytest.fixture(scope="module")
def county(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("county") / "tables"
    generate(folder, parties=PARTIES, seed=7)
    return folder


@pytest.fixture(scope="module")
def dirty(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dirty") / "tables"
    generate(folder, parties=PARTIES, seed=7, file_format="csv", dirty=0.02)
    return folder


def read(folder: Path, table: str) -> pa.Table:
    return pq.read_table(folder / f"{table}.parquet")


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def places(ids: pa.ChunkedArray, among: pa.ChunkedArray) -> np.ndarray:
    return pc.index_in(ids, value_set=among.combine_chunks()).to_numpy()


def links(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Distinct (supplier, buyer), as places in `parties`."""
    parties, supplies = read(folder, "parties"), read(folder, "supplies")
    n = len(parties)
    pairs = places(supplies["supplier_id"], parties["party_id"]).astype(np.int64) * n
    return np.divmod(np.unique(pairs + places(supplies["buyer_id"], parties["party_id"])), n)


@pytest.mark.parametrize(("file_format", "dirt"), [("parquet", 0.0), ("csv", 0.0), ("parquet", 0.05), ("csv", 0.05)])
def test_the_same_seed_gives_the_same_bytes(tmp_path, file_format, dirt):
    for name in ("a", "b"):
        generate(tmp_path / name, parties=1_000, seed=3, file_format=file_format, dirty=dirt)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_another_seed_gives_other_tables(tmp_path):
    for seed in (3, 4):
        generate(tmp_path / str(seed), parties=1_000, seed=seed)
    first, second = digests(tmp_path / "3"), digests(tmp_path / "4")
    assert {name for name in first if first[name] == second[name]} == {"products.parquet", "industries.parquet"}


def test_every_table_has_the_columns_of_the_model_and_some_rows(county):
    assert {path.name for path in county.iterdir()} == {f"{table.name}.parquet" for table in TABLES}
    for table in TABLES:
        rows = read(county, table.name)
        assert rows.column_names == [column.name for column in table.columns]
        assert len(rows) > 0, table.name


def test_csv_and_parquet_hold_the_same(tmp_path, county):
    generate(tmp_path / "csv", parties=PARTIES, seed=7, file_format="csv")
    for table in TABLES:
        rows = read(county, table.name)
        text = pcsv.ConvertOptions(column_types=rows.schema, strings_can_be_null=True)
        assert pcsv.read_csv(tmp_path / "csv" / f"{table.name}.csv", convert_options=text).equals(rows), table.name


def test_ids_are_unique_and_every_reference_is_known(county):
    ids = {
        "parties": read(county, "parties")["party_id"],
        "groups": read(county, "groups")["group_id"],
        "products": read(county, "products")["product_id"],
        "industries": read(county, "industries")["code"],
        "managers": read(county, "managers")["manager_id"],
    }
    ids["subjects"] = pa.chunked_array([*ids["parties"].chunks, *ids["products"].chunks])
    for table in TABLES:
        rows = read(county, table.name)
        if table.nature != "event":
            assert rows.group_by(list(table.key)).aggregate([]).num_rows == len(rows), table.name
        for column in table.columns:
            if column.refers in ids:
                known = pc.is_in(rows[column.name].drop_null(), value_set=ids[column.refers].combine_chunks())
                assert pc.all(known).as_py() is not False, (table.name, column.name)


def test_clean_tables_have_nothing_to_reject(county):
    supplies = read(county, "supplies")
    assert not pc.any(pc.equal(supplies["supplier_id"], supplies["buyer_id"])).as_py()
    for table in TABLES:
        rows = read(county, table.name)
        for column in table.columns:
            cells = rows[column.name]
            assert not (column.required and cells.null_count), (table.name, column.name)
            low, high = pc.min_max(cells).as_py().values() if column.kind not in ("text", "id") else (None, None)
            if column.kind == "amount" and low is not None:
                assert low > 0, table.name
            if column.kind == "share" and low is not None:
                assert (low >= 0, high <= 1) == (True, True), table.name
            if column.kind == "date" and not column.future:
                assert (low >= date(1990, 1, 1), high <= date(2026, 6, 30)) == (True, True), table.name


def test_parties_are_the_right_mix(county):
    parties = read(county, "parties").to_pandas()
    share = parties["kind"].value_counts(normalize=True)
    assert set(share.index) == {
        "company", "sole_trader", "farmer", "household", "person", "cooperative", "public_body",
    }  # fmt: skip
    assert share[["company", "sole_trader", "farmer", "household"]].min() > 0.12
    assert parties["customer_since"].notna().mean() == pytest.approx(0.15, abs=0.001)
    assert parties["roles"].str.contains("core_enterprise").sum() == round(PARTIES / 340)
    people = parties[parties["kind"] == "farmer"]["name"]
    assert people.duplicated().any()
    assert parties["party_id"].str.len().isin([10, 18]).all()
    assert parties["party_id"].str.startswith("00").any()


def test_role_files_repeat_parties_of_that_role(county):
    parties = read(county, "parties").to_pandas().set_index("party_id")
    for table in ROLE_TABLES:
        rows = read(county, table.name).to_pandas().set_index("party_id")
        there = parties.loc[rows.index]
        assert there["roles"].str.contains(table.role).all()
        assert rows.drop(columns="name").equals(there.drop(columns="name"))
        assert (rows["name"].isna() | (rows["name"] == there["name"])).all()


def test_links_and_rows_are_as_many_as_in_a_county(county):
    supplier, _ = links(county)
    assert len(supplier) / PARTIES == pytest.approx(7.35, rel=0.02)
    assert len(read(county, "supplies")) / PARTIES == pytest.approx(17.6, rel=0.04)


def test_six_tenths_of_supply_stay_in_their_region(county):
    supplier, buyer = links(county)
    region = read(county, "parties")["region"].to_numpy()
    assert np.mean(region[supplier] == region[buyer]) == pytest.approx(0.60, abs=0.05)


def test_one_giant_strongly_connected_part(county):
    supplier, buyer = links(county)
    graph = csr_array((np.ones(len(supplier), dtype=np.int8), (supplier, buyer)), shape=(PARTIES, PARTIES))
    _, label = connected_components(graph, directed=True, connection="strong")
    sizes = np.sort(np.bincount(label))
    trading = len(np.unique(np.concatenate([supplier, buyer])))
    assert sizes[-1] > 0.3 * trading
    assert sizes[-2] < 0.01 * trading


def test_degrees_have_heavy_tails(county):
    for side in links(county):
        degree = np.sort(np.bincount(side, minlength=PARTIES))
        assert degree[-PARTIES // 100 :].sum() > 0.1 * degree.sum()
        assert degree[-1] > 20 * max(1, np.median(degree))


def test_two_years_of_trade_with_seasons(county):
    supplies = read(county, "supplies").to_pandas()
    assert supplies["date"].min() <= date(2024, 7, 5)
    assert supplies["date"].max() >= date(2026, 6, 25)
    month = supplies["date"].map(lambda day: day.month)
    by_product = supplies.groupby(["product", month]).size().unstack(fill_value=0)
    large = by_product[by_product.sum(axis=1) > 500]
    assert (large.max(axis=1) / large.mean(axis=1)).max() > 2


def test_what_traded_lately_trades_again(county):
    supplies = read(county, "supplies").to_pandas()
    cut, recent = date(2026, 1, 1), date(2025, 10, 1)
    before = supplies[supplies["date"] < cut].groupby(["supplier_id", "buyer_id"])["date"].max()
    after = supplies[supplies["date"] >= cut].groupby(["supplier_id", "buyer_id"]).size()
    again = before.index.isin(after.index)
    fresh = (before >= recent).to_numpy()
    assert again[fresh].mean() > 0.3
    assert again[~fresh].mean() < 0.15


def test_referrals_make_chains_and_come_before_the_customer(county):
    referrals = read(county, "referrals").to_pandas()
    since = read(county, "parties").to_pandas().set_index("party_id")["customer_since"]
    converted = referrals[referrals["outcome"] == "converted"]
    assert set(referrals["outcome"]) == {"converted", "declined", "open"}
    assert (converted["date"].to_numpy() <= since[converted["referred_id"]].to_numpy()).all()
    assert len(set(converted["referred_id"]) & set(converted["referrer_id"])) > 3
    assert not since[referrals[referrals["outcome"] != "converted"]["referred_id"]].notna().any()


def test_a_few_circles_of_guarantees(county):
    parties, guarantees = read(county, "parties"), read(county, "guarantees")
    ends = (places(guarantees[name], parties["party_id"]) for name in ("guarantor_id", "guaranteed_id"))
    graph = csr_array((np.ones(len(guarantees), dtype=np.int8), tuple(ends)), shape=(PARTIES, PARTIES))
    _, label = connected_components(graph, directed=True, connection="strong")
    sizes = np.bincount(label)
    circles = sizes[sizes > 1]
    assert len(circles) == 2
    assert set(circles) <= {3, 4, 5, 6}


def test_ties_name_each_pair_once_a_kind(county):
    ties = read(county, "ties").to_pandas()
    pairs = np.sort(ties[["a_id", "b_id"]].to_numpy(dtype=str), axis=1)
    keys = set(zip(pairs[:, 0], pairs[:, 1], ties["kind"], strict=True))
    assert len(keys) == len(ties)
    assert {"kin", "spouse", "friend", "colleague", "classmate", "neighbour", "legal_representative"} == set(
        ties["kind"]
    )
    assert (pairs[:, 0] != pairs[:, 1]).all()


def test_every_grid_has_one_account_manager(county):
    grids = ";".join(read(county, "managers")["grids"].to_pylist()).split(";")
    assert len(grids) == len(set(grids))
    assert set(read(county, "parties")["grid"].to_pylist()) <= set(grids)


def test_shares_of_an_owned_firm_add_up_to_one_at_most(county):
    owned = read(county, "ownership").group_by("owned_id").aggregate([("share", "sum")])
    assert pc.max(owned["share_sum"]).as_py() <= 1.0 + 1e-9


def test_the_list_of_dirt_has_the_right_number_and_every_kind(county, dirty):
    listed = rows_of(dirty / "sprinkled" / "dirt.csv")[1:]
    for table in TABLES:
        kinds = [kind for name, _, kind, _ in listed if name == table.name]
        assert len(kinds) == round(0.02 * len(read(county, table.name))), table.name
        possible = {kind.name for kind, _ in kinds_of(TABLE[table.name])}
        assert set(kinds) <= possible
        assert len(set(kinds)) == min(len(kinds), len(possible)), table.name
    assert {kind for _, _, kind, _ in listed} == {kind.name for kind in KINDS}


def test_each_line_of_dirt_is_where_the_list_says_and_all_others_are_clean(tmp_path, dirty):
    generate(tmp_path / "clean", parties=PARTIES, seed=7, file_format="csv")
    listed = rows_of(dirty / "sprinkled" / "dirt.csv")[1:]
    added = {kind.name for kind in KINDS if kind.added}
    for table in TABLES:
        spoilt, clean = (rows_of(folder / f"{table.name}.csv") for folder in (dirty, tmp_path / "clean"))
        lines = {int(line): kind for name, line, kind, _ in listed if name == table.name}
        kept = [(line, row) for line, row in enumerate(spoilt, start=1) if lines.get(line) not in added]
        differing = {line for (line, row), whole in zip(kept, clean, strict=True) if row != whole}
        assert differing == {line for line, kind in lines.items() if kind not in added}, table.name


def test_parquet_lines_are_counted_from_the_first_row(tmp_path):
    generate(tmp_path / "tables", parties=1_000, seed=5, dirty=0.1)
    supplies = read(tmp_path / "tables", "supplies")
    listed = rows_of(tmp_path / "tables" / "sprinkled" / "dirt.csv")[1:]
    rows = [int(line) - 1 for name, line, kind, _ in listed if (name, kind) == ("supplies", "self_supply")]
    bad = supplies.take(rows)
    assert len(rows) > 10
    assert bad["supplier_id"] == bad["buyer_id"]


@pytest.mark.parametrize("wrong", [{"parties": 999}, {"parties": 12_000_001}, {"dirty": 0.51}, {"dirty": -0.1}])
def test_numbers_outside_the_bounds_are_refused(tmp_path, wrong):
    with pytest.raises(BadSetting, match="must lie between"):
        generate(tmp_path / "tables", **{"parties": 1_000, "seed": 1, **wrong})
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_files_is_refused(tmp_path):
    (tmp_path / "own.txt").write_text("mine")
    with pytest.raises(InputError, match="holds files already"):
        generate(tmp_path, parties=1_000, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["own.txt"]


def test_a_county_that_is_stopped_half_way_leaves_its_folder_empty(tmp_path: Path) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "tables", parties=1_000, seed=7, progress=stop)
    assert list((tmp_path / "tables").iterdir()) == []
