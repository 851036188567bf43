"""Tables for both engines, and everything that each of them makes of the same tables, to be compared whole."""

from __future__ import annotations

import csv
import filecmp
import gzip
import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from explorer import Explorer
from graph.loaders.mapping import NO_MAPPING, read_mapping
from graph.spark.datasets import Work, address
from graph.spark.prepare import Order, prepare
from tests.parts import TODAY

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

COVERED = ("parties", "customers", "core_enterprises", "suppliers", "distributors", "referrers", "supplies")
REJECT = ("file", "line", "column", "value", "reason")


@dataclass(frozen=True)
class Made:
    """What an engine made of tables: names of columns to columns, lists of rows, facts by their names."""

    parties: dict[str, list[Any]]
    links: dict[str, list[Any]]
    rejects: list[tuple[Any, ...]]
    counts: dict[str, dict[str, Any]]
    as_of: str | None
    currency: str


def as_parquet(folder: Path, target: Path) -> Path:
    """The CSV tables of a folder as Parquet files of texts, row by row."""
    target.mkdir(parents=True)
    for path in sorted([*folder.glob("*.csv"), *folder.glob("*.csv.gz")]):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as stream:
            head, *rows = list(csv.reader(stream))
        columns = {name: [row[at] for row in rows] for at, name in enumerate(head)}
        pq.write_table(
            pa.table({k: pa.array(v, pa.string()) for k, v in columns.items()}),
            target / f"{path.name.partition('.')[0]}.parquet",
        )
    return target


def split(folder: Path, target: Path, *, seed: int, parts: int = 3) -> Path:
    """The Parquet tables of a folder as folders of several files each, written in any order, rows in theirs."""
    chance = random.Random(seed)
    for path in sorted(folder.glob("*.parquet")):
        table = pq.read_table(path)
        cuts = sorted(chance.randrange(len(table) + 1) for _ in range(parts - 1))
        pieces = [
            (f"part-{i:02d}.parquet", *cut) for i, cut in enumerate(zip([0, *cuts], [*cuts, len(table)], strict=True))
        ]
        chance.shuffle(pieces)
        (target / path.stem).mkdir(parents=True)
        for name, start, stop in pieces:
            piece = table.slice(start, stop - start)
            pq.write_table(piece, target / path.stem / name, row_group_size=max(1, len(piece) // 2))
    return target


def on_spark(
    spark: SparkSession, tables: Path, work: Path, *, mapping: Path | None = None, as_of: date | None = None,
    skip: bool = False, ceiling: float = 1.0, snapshot: bool = False,
) -> Made:  # fmt: skip
    order = Order(
        address(tables), Work(address(work)), read_mapping(mapping) if mapping else NO_MAPPING, TODAY, as_of, ceiling,
        strict=False, skip=skip, snapshot=math.inf if snapshot else -1,
    )  # fmt: skip
    return made_on_spark(work, prepare(spark, order))


def made_on_spark(work: Path, facts: dict[str, Any]) -> Made:
    version = work / facts["made"]
    parties, links, rejects = (read(version / name) for name in ("parties", "links", "rejects"))
    assert parties.pop("party_n") == list(range(facts["parties"]))
    ids = parties["party_id"]
    ends = {"from": [ids[n] for n in links.pop("supplier_n")], "to": [ids[n] for n in links.pop("buyer_n")]}
    for name in ("amount", "amount_12", "amount_24"):
        links[name] = [None if cents is None else cents / 100.0 for cents in links[name]]
    return Made(
        parties,
        ends | links,
        list(zip(*(rejects[name] for name in REJECT), strict=True)),
        counts(facts["checked"]),
        facts["as_of"],
        facts["checked"]["currency"],
    )


def on_one_machine(
    tables: Path, store: Path, *, mapping: Path | None = None, as_of: date | None = None, ceiling: float = 1.0
) -> Made:
    rejects = store.with_name(f"{store.name}.rejects.csv")
    with_ceiling = Explorer.open(store, {"reject_ceiling": ceiling})
    with_ceiling.load(tables, rejects=rejects, today=TODAY, mapping=mapping, as_of=as_of)
    version = with_ceiling.home.current()
    assert version
    report = with_ceiling.status()
    with rejects.open(encoding="utf-8-sig", newline="") as stream:
        listed = [(file, int(line), *rest) for file, line, *rest in list(csv.reader(stream))[1:]]
    return Made(
        pq.read_table(version / "graph" / "Party.parquet").to_pydict(),
        pq.read_table(version / "graph" / "SUPPLIES.Party.Party.parquet").to_pydict(),
        [row for row in listed if any(str(row[0]).startswith(table) for table in COVERED)],
        counts(report.checked),
        report.as_of,
        report.checked["currency"],
    )


def counts(checked: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Counts of the tables that strings need, by table; the files are told elsewhere."""
    found = json.loads(json.dumps(checked))
    return {
        table["name"]: {name: value for name, value in table.items() if name not in ("name", "files")}
        for table in found["tables"]
        if table["name"] in COVERED
    }


def read(folder: Path) -> dict[str, list[Any]]:
    """A dataset in the order of its files and rows."""
    files = sorted(folder.glob("part-*.parquet"))
    found: dict[str, list[Any]] = pa.concat_tables([pq.read_table(file) for file in files]).to_pydict()
    return found


def whole_lines(rejects: Sequence[tuple[Any, ...]], folder: Path) -> list[tuple[Any, ...]]:
    """Rejects of tables that were split, as if each had been one file."""
    before: dict[str, tuple[str, int]] = {}
    for table in sorted(folder.iterdir()):
        start = 0
        for file in sorted(table.iterdir()):
            before[f"{table.name}/{file.name}"] = (f"{table.name}.parquet", start)
            start += pq.read_metadata(file).num_rows
    return [(before[file][0], before[file][1] + line, *rest) for file, line, *rest in rejects]


CELLS = ("", " ", "NULL", "甲", " 乙　", "x;y", "a>b", "\u0001", "1e+17", "0", "是", "no", "-1", "3.5", "2026-06-30")
DAYS = (
    "2026-06-30",
    "2026/1/2",
    "20250101",
    "2024年3月5日",
    "1900-01-01",
    "2030-01-01",
    "garbage",
    "",
    "2025-06-30 12:00",
)
AMOUNTS = ("100", "1,234.56", "0", "-5", "nan", "12.345", "99999999999999", "x", "", "0.005", "１２３")


def random_tables(seed: int, parties: int, rows: int) -> dict[str, str]:
    """Tables full of what banks really send: repeats, conflicts, strangers, odd cells."""
    chance = random.Random(seed)
    ids = [f"P{n:03d}" for n in range(parties)] + ["P>1", " P001", "", "9.1E+17"]

    def any_of(*usual: str) -> str:
        return chance.choice(usual) if chance.random() < 0.85 else chance.choice(CELLS)

    def party(file: str) -> str:
        cells = [
            chance.choice(ids), any_of("甲厂", "乙店", "丙农" if file == "parties" else ""),
            any_of("company", "farmer"),
            any_of("customer", "supplier;customer", "", "Core_Enterprise；retailer"), any_of("A01", ""),
            any_of("", "2020-01-01"),
            any_of("1.5", "", "2e3", "12345678901234567"), any_of("", "1", "0"),
        ]  # fmt: skip
        return ",".join(cells)

    def supply(_: object) -> str:
        amount = f'"{chance.choice(AMOUNTS)}"' if chance.random() < 0.3 else str(chance.randrange(1, 10**6) / 100)
        day = (
            chance.choice(DAYS)
            if chance.random() < 0.3
            else f"2026-0{chance.randrange(1, 7)}-1{chance.randrange(10)}"
        )
        row_id = f"R{chance.randrange(rows)}" if chance.random() < 0.3 else ""
        cells = [
            chance.choice(ids), chance.choice([*ids, "NOBODY"]), amount, any_of("CNY", "USD", "", "EUR"), day,
            any_of("1", "3", ""), any_of("发票", "流水", ""), any_of("", "1", "0.5", "0.125", "0.3", "0"), row_id,
        ]  # fmt: skip
        return ",".join(cells)

    head = "party_id,name,kind,roles,industry,customer_since,value,do_not_contact"
    tables = {
        name: "\n".join([head, *(party(name) for _ in range(int(parties * share)))])
        for name, share in (("parties", 1.5), ("customers", 0.4), ("core_enterprises", 0.1), ("referrers", 0.3))
    }
    sold = "supplier_id,buyer_id,amount,currency,date,count,source,confidence,row_id"
    tables["supplies"] = "\n".join([sold, *map(supply, range(rows))])
    return tables


def same_snapshot(alone: Path, made: Path) -> None:
    """Hold the files of a snapshot to those of one machine, all but the tag."""
    names = [path.name for path in alone.iterdir() if path.is_file() and path.name != "meta.json"]
    tables_apart = [name for name in names if name != "parties.arrow"]
    assert filecmp.cmpfiles(alone, made, tables_apart, shallow=False) == (tables_apart, [], [])
    # What lies under an empty cell of the parties is no content.
    assert _arrow(alone / "parties.arrow").equals(_arrow(made / "parties.arrow"))


def _arrow(path: Path) -> pa.Table:
    return pa.ipc.open_file(str(path)).read_all()
