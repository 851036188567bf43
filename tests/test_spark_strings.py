"""Strings on Spark are those of one machine: of the kernel on made-up graphs, of the export to the byte elsewhere."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import fs

from explorer import Explorer, formats
from explorer.at_scale import AtScale, Tables
from explorer.digging import Filters
from explorer.errors import AmbiguousName, InputError, StoreError, UnknownParty
from explorer.settings import Settings
from graph.algorithms.network import DIRECTIONS, Graph
from graph.algorithms.walks import ANY_COST
from graph.snapshot import build
from graph.spark import files, near, versions
from graph.spark.best_cores import best_cores
from graph.spark.datasets import Work, address
from graph.spark.lists import lists
from graph.spark.tiers import walk
from graph.spark.ways import LAST_SIZE, SIZES, Network, Ways, ways_of
from tests import oracles
from tests.parts import EXAMPLE, ROOT, SHARED, TODAY, Run, elsewhere, load, write_tables
from tests.spark_driver import Brought, brought
from tests.spark_tables import as_parquet, same_snapshot, split
from tests.spark_work import links_of, work_folder
from tests.test_strings import answers, dig, random_graph

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pytestmark = pytest.mark.xdist_group("spark")
PLANS = ("snapshot", "tiers")
EITHER = ("snapshot", pytest.param("tiers", marks=pytest.mark.thorough))
STRINGS = ("frames.py", "ways.py", "tiers.py", "lists.py", "near.py", "told.py", "best_cores.py", "files.py")
"""Modules of graph.spark that dig."""


@dataclass(frozen=True)
class Together:
    """Many small graphs as one: the parties of each follow those of the one before."""

    graphs: list[Graph]
    standing: list[list[int]]
    link_ok: list[list[bool]]

    @property
    def first(self) -> list[int]:
        return np.cumsum([0, *(graph.parties for graph in self.graphs)]).tolist()

    def network(self, spark: SparkSession, folder: Path, *, filtered: bool) -> Network:
        tables = []
        for graph, first, ok in zip(self.graphs, self.first, self.link_ok, strict=False):
            links = links_of(graph).append_column("ok", pa.array(ok, pa.bool_()))
            for at, name in enumerate(("supplier_n", "buyer_n")):
                links = links.set_column(at, name, pa.array(links[name].to_numpy() + first, pa.int32()))
            tables.append(links)
        every = pa.table({
            "party_n": pa.array(range(self.first[-1]), pa.int32()),
            "standing": pa.array(np.concatenate(self.standing), pa.int8()),
        })  # fmt: skip
        parties, links = (
            laid(spark, every, folder / "parties"),
            laid(spark, pa.concat_tables(tables), folder / "links"),
        )
        return Network(parties, links if filtered else links.drop("ok"))


def laid(spark: SparkSession, table: pa.Table, folder: Path) -> DataFrame:
    folder.mkdir(parents=True)
    pq.write_table(table.combine_chunks(), folder / "part-0.parquet")
    return spark.read.parquet(str(folder))


def numbers(spark: SparkSession, folder: Path, **columns: list[int]) -> DataFrame:
    return laid(spark, pa.table({name: pa.array(cells, pa.int32()) for name, cells in columns.items()}), folder)


def together(rng: random.Random, count: int) -> Together:
    graphs = [random_graph(rng) for _ in range(count)]
    standing = [[rng.choice([0, 1, 1, 1, 2, 3]) for _ in range(graph.parties)] for graph in graphs]
    return Together(graphs, standing, [[rng.random() < 0.6 for _ in range(graph.links)] for graph in graphs])


@pytest.mark.parametrize(
    ("seed", "tiers", "top", "filtered", "max_cost"),
    [
        pytest.param(1, 4, 3, False, ANY_COST, marks=pytest.mark.thorough),
        (7, 3, 2, True, 2_000_000),
        pytest.param(2, 6, 2, True, 3_000_000, marks=pytest.mark.thorough),
        pytest.param(3, 6, 1000, False, 900_000, marks=pytest.mark.thorough),
        pytest.param(4, 5, 1, False, ANY_COST, marks=pytest.mark.thorough),
        pytest.param(5, 3, 5, True, ANY_COST, marks=pytest.mark.thorough),
        pytest.param(6, 1, 3, False, ANY_COST, marks=pytest.mark.thorough),
    ],
)
def test_hundreds_of_graphs_dug_tier_by_tier_in_one_job_equal_the_kernel_and_the_brute_force_search(
    spark: SparkSession, tmp_path: Path, seed: int, tiers: int, top: int, filtered: bool, max_cost: int
) -> None:
    rng = random.Random(seed)
    world = together(rng, 150)
    network = world.network(spark, tmp_path, filtered=filtered)
    anchors = [sorted({rng.randrange(graph.parties) for _ in range(2)}) for graph in world.graphs]
    asked = [
        (first + anchor) * 2 + way
        for first, some in zip(world.first, anchors, strict=False)
        for anchor in some
        for way in (0, 1)
    ]
    starts = numbers(spark, tmp_path / "starts", list=asked, party=[one // 2 for one in asked])
    scratch = str(tmp_path / "scratch")
    ways = ways_of(network, (0, 1), top, scratch)
    walks = walk(starts, ways, tiers=tiers, top=top, max_cost=max_cost, scratch=scratch)
    found = lists(walks, network, scratch)
    rows: dict[int, list[Any]] = {one: [] for one in asked}
    for row in found.rows.orderBy("list", "rank").collect():
        rows[row["list"]].append((row["party"], row["tier"], row["cost"], row["path"]))
    ends = {row["list"]: tuple(row)[1:] for row in found.summaries.collect()}
    for i, some in enumerate(anchors):
        for anchor in some:
            for way, direction in enumerate(DIRECTIONS):
                graph, link_ok, first = world.graphs[i], world.link_ok[i] if filtered else None, world.first[i]
                kernel = dig(
                    graph, [anchor], direction=direction, tiers=tiers, top=top, standing=world.standing[i],
                    link_ok=link_ok, max_cost=max_cost,
                )  # fmt: skip
                brute = oracles.string(
                    oracles.rows_of(graph, direction), anchor, tiers, top, world.standing[i], max_cost,
                    oracles.steps(graph, direction, link_ok),
                )  # fmt: skip
                assert answers(kernel) == [brute]
                one = (first + anchor) * 2 + way
                expected = [
                    (first + party, tier, cost, [first + at for at in path]) for party, tier, cost, path in brute.rows
                ]
                assert rows[one] == expected
                assert ends[one] == (
                    len(brute.rows), brute.cut, kernel.too_dear[0], kernel.too_far[0], brute.customers,
                    brute.do_not_contact,
                )  # fmt: skip


@pytest.mark.parametrize(("seed", "tiers"), [(1, 5), pytest.param(2, 3, marks=pytest.mark.thorough)])
def test_best_cores_of_hundreds_of_graphs_in_one_job_equal_the_brute_force_search(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, tiers: int
) -> None:
    # With blocks as small as that every graph has hubs.
    monkeypatch.setattr(near, "BLOCK", 2)
    monkeypatch.setattr(near, "PAIRS_A_TASK", 20_000)
    rng = random.Random(seed)
    worlds, graphs = [], []
    for _ in range(100):
        made, links, costs = oracles.random_costs(rng)
        worlds.append(made)
        graphs.append(build(links, costs, made.parties))
    world = Together(graphs, [[1] * one.parties for one in graphs], [[True] * one.links for one in graphs])
    cores = [sorted(rng.sample(range(one.parties), rng.randint(0, min(one.parties, 9)))) for one in graphs]
    network = world.network(spark, tmp_path, filtered=False)
    some = [first + core for first, each in zip(world.first, cores, strict=False) for core in each]
    starts, everybody = numbers(spark, tmp_path / "cores", party=some), network.parties.selectExpr("party_n AS party")
    ways = ways_of(network, (0, 1), 0, str(tmp_path / "scratch"))
    best = best_cores(starts, ways, tiers=tiers, scratch=str(tmp_path / "scratch"))
    found = {row["party"]: row["best"] for row in best.collect()}
    within = near.cores_within_2(network, starts, everybody, str(tmp_path / "scratch"))
    counted = {row["party"]: tuple(row)[1:] for row in within.collect()}
    for made, first, each in zip(worlds, world.first, cores, strict=False):
        expected = oracles.anchors(made, each, tiers)
        counts = list(zip(*oracles.within_2(made, each), strict=True))
        for party in range(made.parties):
            ours = [
                (one["core"] - first, one["way"], one["tier"], one["cost"], [step - first for step in one["path"]])
                for one in found.get(first + party, [])
            ]
            assert ours == expected[party]
            assert counted.get(first + party, (0, 0, 0)) == counts[party]


@pytest.mark.thorough
def test_the_pairs_around_a_hub_are_made_by_many_tasks_each_of_which_gets_its_share(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyspark.sql import functions as f

    share = near.PAIRS_A_TASK
    cores, behind = 1500, 2000  # parties 1 to 1500 buy of the hub 0, which buys of all others
    # As many blocks to a task as at full size.
    monkeypatch.setattr(near, "PAIRS_A_TASK", cores * behind // 8)
    monkeypatch.setattr(near, "BLOCK", round((cores * behind / 8 * near.BLOCK**2 / share) ** 0.5))
    ends = {
        "supplier_n": [0] * cores + list(range(cores + 1, cores + behind + 1)),
        "buyer_n": list(range(1, cores + 1)) + [0] * behind,
    }
    links = numbers(
        spark, tmp_path / "links", **ends, **dict.fromkeys(("cost_up", "cost_down"), [1] * cores + [1] * behind)
    )
    parties = numbers(
        spark, tmp_path / "parties", party_n=list(range(cores + behind + 1)), standing=[1] * (cores + behind + 1)
    )
    everybody, some = (
        parties.selectExpr("party_n AS party"),
        numbers(spark, tmp_path / "cores", party=ends["buyer_n"][:cores]),
    )
    network = Network(parties, links)
    met = near.meetings(network, some, everybody, str(tmp_path / "meetings"))
    tasks = [row["count"] for row in near.pairs(met).groupBy(f.spark_partition_id()).count().collect()]
    # Of each core the hub and all behind it; of nobody downstream, where a core leads to nobody.
    assert sum(tasks) == cores * (behind + 1)
    assert len(tasks) >= 8
    assert max(tasks) <= 2 * sum(tasks) / len(tasks)
    found = near.cores_within_2(network, some, everybody, str(tmp_path / "scratch"))
    assert {tuple(row) for row in found.select("upstream", "downstream", "either").distinct().collect()} == {
        (cores, 0, cores)
    }
    assert found.count() == behind + 1


@pytest.mark.thorough
def test_a_hub_lies_in_blocks_cheapest_first_and_only_those_within_the_bound_are_joined(
    spark: SparkSession, tmp_path: Path
) -> None:
    many = sum(SIZES) + 2 * LAST_SIZE + 5
    links = pa.table({
        "supplier_n": pa.array(range(1, many + 1), pa.int32()), "buyer_n": pa.array([0] * many, pa.int32()),
        "cost_up": pa.array(range(many, 0, -1), pa.int32()), "cost_down": pa.array([7] * many, pa.int32()),
    })  # fmt: skip
    parties = numbers(spark, tmp_path / "parties", party_n=list(range(many + 1)), standing=[1] * (many + 1))
    network = Network(parties, laid(spark, links, tmp_path / "links"))
    ways = ways_of(network, (0,), 20, str(tmp_path / "scratch"))
    of_hub = ways.blocks.where("spot = 0").collect()
    blocks = {row["block"]: [link["step"] for link in row["links"]] for row in of_hub}
    assert [len(blocks[i]) for i in sorted(blocks)] == [*SIZES, LAST_SIZE, LAST_SIZE, 5]
    assert [step for i in sorted(blocks) for step in sorted(blocks[i])] == list(range(1, many + 1))
    [head] = ways.heads.where("spot = 0").collect()
    assert (head["degree"], head["enough"], len(head["firsts"])) == (many, 22, len(blocks))
    plan = joined_plan(spark, ways, tmp_path)
    assert re.search(r"Join.*\[spot#\d+L, block#\d+\], \[spot#\d+L, block#\d+\], Inner", plan)
    walks = walk(numbers(spark, tmp_path / "at", list=[0], party=[0]), ways, tiers=1, top=20, max_cost=ANY_COST,
                 scratch=str(tmp_path / "scratch"))  # fmt: skip
    assert walks.tiers[1].count() == 22


def joined_plan(spark: SparkSession, ways: Ways, folder: Path) -> str:
    """The plan of the join of a first tier's walks with the blocks that they can pay for."""
    from graph.spark.tiers import Walks, _bounds, _known, _steps

    start = spark.createDataFrame([(0, 0, 0, 0, [0])], "list long, party int, tier int, cost int, path array<int>")
    found = Walks((_known(start, ways),), 20, ANY_COST)
    frame = _steps(found, ways, _bounds(found))
    with pytest.MonkeyPatch.context() as patch:
        said: list[str] = []
        patch.setattr("builtins.print", lambda *words, **_: said.extend(map(str, words)))
        frame.explain()
    return "\n".join(said)


def test_nothing_but_facts_comes_to_the_driver() -> None:
    modules = [*(ROOT / "graph/spark").glob("*.py"), *(ROOT / "explorer").glob("*scale*.py")]
    pulled = {
        (path.name, line.strip())
        for path in modules
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"\.(collect|toPandas|toLocalIterator|toArrow|foreach\w*)\(", line)
    }
    # Names of files, groups of one row each and the like, on the way from tables to the work folder, are said there.
    assert {line for name, line in pulled if name in STRINGS or "scale" in name} == {
        "return [row.asDict() for row in frame.limit(most).collect()]"
    }


def test_no_table_is_sent_to_all_but_a_number_for_each_part() -> None:
    modules = [*(ROOT / "graph/spark").glob("*.py"), *(ROOT / "explorer").glob("*scale*.py")]
    hinted = [
        line.strip() for path in modules for line in path.read_text("utf-8").splitlines() if "broadcast(" in line
    ]
    assert hinted == ['kept = ordered.filter("kept").join(f.broadcast(offsets), "part")']


@pytest.fixture
def no_small_tables(spark: SparkSession) -> Iterator[None]:
    """Spark joins tables up to this many bytes by way of the driver; here none is so small."""
    name = "spark.sql.autoBroadcastJoinThreshold"
    before = spark.conf.get(name) or "10485760"
    spark.conf.set(name, "-1")
    yield
    spark.conf.set(name, before)


@pytest.mark.thorough
def test_what_comes_to_the_driver_does_not_grow_with_the_tables(
    spark: SparkSession, tmp_path: Path, no_small_tables: None
) -> None:
    found = {parties: all_brought(spark, tmp_path / str(parties), parties) for parties in (1000, 3000)}
    for name, small in found[1000].items():
        large = found[3000][name]
        # Tables that are three times as large may make more tasks, but none of them brings more.
        assert large.most < max(1.3 * small.most, 16_384), (name, small, large)
        assert large.bytes / large.tasks < 1.3 * small.bytes / small.tasks, (name, small, large)


def all_brought(spark: SparkSession, folder: Path, parties: int) -> dict[str, Brought]:
    """What came to the driver while a county was prepared and asked by both plans."""
    Explorer.generate(folder / "tables", parties=parties, seed=7)
    scale = AtScale(spark, Work(address(folder / "work")), Settings({"spark_plan": "snapshot"}))
    found = {"prepare": brought(spark, partial(scale.prepare, Tables(address(folder / "tables"))))}
    for plan in PLANS:
        found[f"dig {plan}"] = brought(spark, partial(scale.dig, "all", spark_plan=plan))
        found[f"prospects {plan}"] = brought(spark, partial(scale.prospects, spark_plan=plan))
    return found


@pytest.fixture(scope="module")
def scale(spark: SparkSession, county: Explorer, tmp_path_factory: pytest.TempPathFactory) -> AtScale:
    """The county of 1,500 parties as a work folder."""
    folder = work_folder(county.view(), tmp_path_factory.mktemp("scale") / "work")
    return AtScale(spark, Work(address(folder)), Settings())


@pytest.fixture
def partitions(spark: SparkSession, request: pytest.FixtureRequest) -> Iterator[int]:
    before = spark.conf.get("spark.sql.shuffle.partitions") or "4"
    spark.conf.set("spark.sql.shuffle.partitions", str(request.param))
    yield request.param
    spark.conf.set("spark.sql.shuffle.partitions", before)


FILTERS = Filters(
    kind=("company", "farmer", "sole_trader"), role=("supplier", "retailer"), exclude=("P0000003",), tier=(2, 3),
    amount_at_least=100_000,
)  # fmt: skip


def same(found: Any, alone: Any, plan: str, **unlike: str) -> int:
    """Hold an answer's rows, as CSV to the byte, and its manifest to those of one machine; returns the rows.

    `unlike`: facts of the manifest that are others than there.
    """
    expected = written(alone.table())
    facts = json.loads(json.dumps(alone.facts(), default=str))
    assert (found.digest("utf-8"), found.rows) == (expected, expected.rows)
    assert json.loads(json.dumps(found.facts, default=str)) == facts | {"engine": "spark", "plan": plan} | unlike
    found.remove()
    return expected.rows


def written(table: formats.Table) -> formats.Written:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return formats.write(table, Path(folder) / "one.csv", encoding="utf-8")


@pytest.mark.parametrize("plan", EITHER)
def test_a_county_dug_with_filters_gives_the_bytes_and_facts_of_one_machine(
    scale: AtScale, county: Explorer, plan: str
) -> None:
    asked: dict[str, Any] = {"top": 25, "tiers": 4, "min_score": 0.05, "filters": FILTERS}
    assert same(scale.dig("all", spark_plan=plan, **asked), county.dig("all", **asked), plan) > 50


@pytest.mark.parametrize(
    ("plan", "partitions"),
    [
        ("snapshot", 3),
        pytest.param("tiers", 1, marks=pytest.mark.thorough),
        pytest.param("tiers", 7, marks=pytest.mark.thorough),
    ],
    indirect=["partitions"],
)
def test_a_county_dug_gives_the_same_bytes_on_any_number_of_partitions(
    scale: AtScale, county: Explorer, plan: str, partitions: int
) -> None:
    assert same(scale.dig("all", spark_plan=plan, top=40), county.dig("all", top=40), plan) == 320


@pytest.mark.parametrize("plan", EITHER)
def test_prospects_of_a_county_are_those_of_one_machine(scale: AtScale, county: Explorer, plan: str) -> None:
    narrow: dict[str, Any] = {"tiers": 3, "min_score": 0.01, "filters": Filters(role=("supplier",), tier=(1, 2))}
    assert same(scale.prospects(spark_plan=plan), county.prospects(), plan) > 500
    assert same(scale.prospects(spark_plan=plan, **narrow), county.prospects(**narrow), plan) > 50


@pytest.mark.parametrize("plan", EITHER)
def test_named_anchors_one_way_and_an_empty_answer(scale: AtScale, county: Explorer, plan: str) -> None:
    view = county.view()
    core, other = (view.parties.column("party_id")[int(row)].as_py() for row in view.cores[:2])
    one: dict[str, Any] = {"direction": "upstream", "tiers": 2}
    assert same(scale.dig([other, core], spark_plan=plan, **one), county.dig([other, core], **one), plan) > 5
    none: dict[str, Any] = {"filters": Filters(grid=("nowhere",))}
    assert same(scale.dig([core], spark_plan=plan, **none), county.dig([core], **none), plan) == 0


def huge(folder: Path) -> Explorer:
    """The worked example with amounts of which a double would lose the last digits."""
    head, *lines = EXAMPLE["supplies"].splitlines()
    rows = [line.split(",") for line in lines]
    for number, row in enumerate(rows):
        row[2] = f"{920_000_000_000_000 - number}.0{number + 1}"
    supplies = "\n".join([head, *map(",".join, rows), ""])
    return load(folder / "store", write_tables(folder / "tables", EXAMPLE | {"supplies": supplies}))


@pytest.mark.parametrize("plan", EITHER)
def test_amounts_that_no_double_holds_come_out_to_the_last_digit(
    spark: SparkSession, tmp_path: Path, plan: str
) -> None:
    alone = huge(tmp_path)
    scale = AtScale(spark, Work(address(work_folder(alone.view(), tmp_path / "work"))), Settings())
    found = scale.dig("all", spark_plan=plan)
    scale.keep(found, str(tmp_path / "parts"))
    scale.room(str(tmp_path / "parts"))  # a former answer may be replaced
    for ending in ("parquet", "csv"):
        ours, theirs = tmp_path / f"ours.{ending}", tmp_path / f"theirs.{ending}"
        formats.write(found.table(), ours, encoding="utf-8")
        formats.write(alone.dig("all").table(), theirs, encoding="utf-8")
        assert ours.read_bytes() == theirs.read_bytes()
    assert "919999999999999.02" in theirs.read_text("utf-8")
    assert pq.read_table(tmp_path / "parts").equals(pq.read_table(tmp_path / "ours.parquet"))
    assert same(found, alone.dig("all"), plan) == 6
    assert same(scale.prospects(spark_plan=plan), alone.prospects(), plan) > 0


@pytest.mark.parametrize("plan", PLANS)
def test_who_is_no_party_or_several_is_said_as_on_one_machine(scale: AtScale, county: Explorer, plan: str) -> None:
    name = county.view().parties.column("name")[5].as_py()
    for text, kind in (("nobody of this name", UnknownParty), (name[:2], AmbiguousName), (" ", UnknownParty)):
        with pytest.raises(kind) as ours:
            scale.dig([text], spark_plan=plan)
        with pytest.raises(kind) as theirs:
            county.dig([text])
        assert str(ours.value) == str(theirs.value)


def test_the_plan_follows_the_size_of_the_snapshot(scale: AtScale) -> None:
    version, _ = versions.newest(scale.work)
    size = files.size(version.at("snapshot")) / 2**30
    chosen = [
        scale.plan_of(version, Settings({"spark_plan": plan, "spark_snapshot": limit}))
        for plan, limit in (("auto", size * 2), ("auto", size / 2), ("tiers", size * 2), ("snapshot", 0))
    ]
    assert chosen == ["snapshot", "tiers", "tiers", "snapshot"]


def test_a_folder_of_another_day_without_a_snapshot_or_not_whole_is_refused(scale: AtScale, tmp_path: Path) -> None:
    from datetime import date

    with pytest.raises(InputError, match="2001-01-01"):
        scale.dig("all", as_of=date(2001, 1, 1))
    bare = AtScale(scale.spark, Work(address(tmp_path)), Settings({"spark_plan": "snapshot"}))
    half = versions.begin(bare.work)
    (tmp_path / half.uri.rpartition("/")[2]).mkdir()
    with pytest.raises(StoreError, match="not whole"):
        bare.dig("all")
    files.write(half.at("facts.json"), b"")
    with pytest.raises(StoreError, match="not whole"):
        bare.dig("all")
    versions.finish(half, {"as_of": None})
    with pytest.raises(InputError, match="no snapshot"):
        bare.dig("all")
    nowhere = AtScale(scale.spark, Work(address(tmp_path / "nothing")), Settings())
    with pytest.raises(StoreError, match="not whole"):
        nowhere.dig("all")
    with pytest.raises(StoreError, match="not whole"):
        nowhere.prospects()


def test_a_snapshot_from_elsewhere_is_copied_once(tmp_path: Path) -> None:
    there = tmp_path / "there" / "snapshot"
    there.mkdir(parents=True)
    (there / "a.npy").write_bytes(b"a")
    target = tmp_path / "here" / "0123" / "snapshot"
    assert files.copied(fs.LocalFileSystem(), str(there), target) == target
    (target / "a.npy").write_bytes(b"kept")
    files.copied(fs.LocalFileSystem(), str(there), target)
    assert (target / "a.npy").read_bytes() == b"kept"
    # Copies of the version before stay, in case somebody is about to map it.
    for version in ("4567", "89ab"):
        files.copied(fs.LocalFileSystem(), str(there), tmp_path / "here" / version / "snapshot")
    assert {path.name for path in (tmp_path / "here").iterdir() if path.is_dir()} == {"4567", "89ab"}


@pytest.mark.parametrize("uri", ["gopher://host/a b", "viewfs://集群/工作", "hdfs://127.0.0.1:1/工作 1"])
def test_a_file_system_that_arrow_does_not_reach_is_named(uri: str) -> None:
    with pytest.raises(StoreError) as refused:
        Work(uri).files()
    assert (refused.value.code, refused.value.values["folder"]) == ("spark_files", uri)


NARROW = (
    "--kind", "company", "--kind", "farmer", "--kind", "sole_trader", "--role", "supplier", "--role", "retailer",
    "--tier", "2", "--tier", "3", "--amount-at-least", "1000", "--min-score", "0.05", "--exclude-file", "exclude.txt",
)  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("dig", "--all", "--top", 25, *NARROW), id="dig-filtered"),
        pytest.param(("dig", "--all", "--top", 20), id="dig"),
        pytest.param(("prospects",), id="prospects"),
    ],
)
def test_the_command_writes_the_file_of_one_machine_and_parts_with_the_same_digest(
    scale: AtScale, county: Explorer, run: Run, tmp_path: Path, command: tuple[object, ...]
) -> None:
    (tmp_path / "exclude.txt").write_text("P0000003\n")
    spark = ("--engine", "spark", "--work", scale.work.uri.removeprefix("file://"), "--plan", "tiers")
    ran = run(*command, *spark, "--out", "spark.csv", "--parts", "parts")
    alone = run(*command, "--store", county.home.folder, "--out", "alone.csv")
    assert (ran.code, alone.code) == (0, 0), ran.err
    assert (tmp_path / "spark.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()
    assert len((tmp_path / "spark.csv").read_bytes().splitlines()) > 50
    assert ran.err.splitlines()[-1] == alone.err.splitlines()[-1]
    said = {name: json.loads((tmp_path / f"{name}.manifest.json").read_text()) for name in ("spark.csv", "alone.csv")}
    assert said["spark.csv"] == said["alone.csv"] | {"engine": "spark", "plan": "tiers"}
    assert json.loads((tmp_path / "parts.manifest.json").read_text()) == said["spark.csv"]


@pytest.mark.parametrize("plan", ["snapshot", pytest.param("tiers", marks=pytest.mark.thorough)])
def test_tables_become_the_file_of_one_machine_in_one_command(
    spark: SparkSession, county: Explorer, county_tables: Path, run: Run, tmp_path: Path, plan: str
) -> None:
    as_parquet(county_tables, tmp_path / "tables")
    ran = run(
        "dig", "--all", "--engine", "spark", "--tables", "nowhere/../tables/.", "--work", "work",
        "--plan", plan, "--out", "s.csv", "--rejects", "rejects.csv", "--today", TODAY,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert "parties: rows read 1,500, kept 1,500" in ran.err
    assert (tmp_path / "rejects.csv").read_bytes() == county_tables.with_name("store.rejects.csv").read_bytes()
    [version] = (tmp_path / "work").iterdir()
    assert (version / "snapshot").exists() == (plan == "snapshot")
    if plan == "snapshot":
        same_snapshot(county.view().version / "snapshot", version / "snapshot")
    assert run("dig", "--all", "--store", county.home.folder, "--out", "alone.csv").code == 0
    assert (tmp_path / "s.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()


def test_the_product_is_imported_without_pyspark() -> None:
    words = "import explorer.cli, explorer.at_scale, explorer.scaled_tasks, sys; print('pyspark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, env=elsewhere(), text=True, check=True)
    assert done.stdout == "False\n"


def test_the_command_says_what_spark_needs(run: Run, tmp_path: Path) -> None:
    ran = run("dig", "--all", "--engine", "spark")
    assert (ran.code, "--work" in ran.err) == (2, True)
    assert run("dig", "--all", "--engine", "spark", "--work", "w", "--since", __file__).code == 2


def test_options_that_nothing_would_come_of_are_refused(run: Run) -> None:
    for command in (("dig", "--all"), ("prospects",)):
        ran = run(*command, "--tables", "tables", "--parts", "parts", "--rejects", "rejects.csv")
        assert (ran.code, "--parts, --tables, --rejects goes with --engine spark" in ran.err) == (2, True)
        ran = run(*command, "--engine", "spark", "--work", "work", "--strict", "--rejects", "rejects.csv")
        assert (ran.code, "--rejects, --strict says how tables are read" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ("work", "parts_inside"), ("work/parts", "parts_inside"), ("", "parts_inside"), ("tables", "parts_inside"),
        ("tables/parties", "parts_inside"), ("letters", "parts_taken"), ("letters/a.txt", "parts_taken"), ("new", ""),
    ],
)  # fmt: skip
def test_parts_take_the_place_of_a_former_answer_only(
    spark: SparkSession, tmp_path: Path, parts: str, code: str
) -> None:
    for file in ("work/made-x/facts.json", "tables/parties/part-0.parquet", "letters/a.txt"):
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).touch()
    scale = AtScale(spark, Work(address(tmp_path / "work")), Settings())
    with pytest.raises(InputError) if code else nullcontext() as refused:
        scale.room(str(tmp_path / parts), str(tmp_path / "tables"))
    assert (refused.value.code if refused else "") == code


def test_a_place_is_written_in_one_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written = {
        "a/../b/": f"file://{tmp_path}/b", "hdfs://bank//tables/./x/../y/": "hdfs://bank/tables/y", "s3a://b": "s3a://b",
        "s3a://b/": "s3a://b", "file:/a//b": "file:/a/b", "file:///a b/%20": "file:///a b/%20",
    }  # fmt: skip
    assert {given: address(given) for given in written} == written


def test_a_work_folder_that_is_not_there_is_one_sentence(spark: SparkSession, run: Run) -> None:
    ran = run("dig", "--all", "--engine", "spark", "--work", "typo")
    assert (ran.code, ran.out) == (1, b"")
    assert "is not whole. Make it again from the tables." in ran.err
    assert "Traceback" not in ran.err


def larger(spark: SparkSession, folder: Path, parties: int) -> tuple[AtScale, Explorer]:
    Explorer.generate(folder / "tables", parties=parties, seed=7)
    alone = load(folder / "store", folder / "tables")
    scale = AtScale(spark, Work(address(folder / "work")), Settings({"spark_plan": "snapshot"}))
    scale.prepare(Tables(str(split(folder / "tables", folder / "pieces", seed=parties))))
    return scale, alone


@pytest.mark.thorough
def test_a_county_of_fifty_thousand_gives_the_same_bytes_by_both_plans(spark: SparkSession, tmp_path: Path) -> None:
    scale, alone = larger(spark, tmp_path, 50_000)
    own = versions.newest(scale.work)[1]["load_id"]  # of parties and links, not of all tables
    for plan in PLANS:
        assert same(scale.dig("all", spark_plan=plan), alone.dig("all"), plan, load_id=own) > 20_000
        assert same(scale.prospects(spark_plan=plan), alone.prospects(), plan, load_id=own) > 20_000


@pytest.mark.thorough
@pytest.mark.shared
def test_spending_gives_the_same_bytes_by_both_plans(spark: SparkSession, tmp_path: Path) -> None:
    alone = load(tmp_path / "store", SHARED / "uk_public_spending")
    scale = AtScale(spark, Work(address(work_folder(alone.view(), tmp_path / "work"))), Settings())
    for plan in PLANS:
        assert same(scale.dig("all", spark_plan=plan, top=300), alone.dig("all", top=300), plan) == 4800
