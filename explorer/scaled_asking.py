"""What is asked, in columns of Spark: who is in play, which links may lead to him, and whom anchors name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from explorer.digging import TEXT_FILTERS, Filters
from explorer.errors import AmbiguousName, UnknownParty
from explorer.view import CANDIDATES
from graph.algorithms.network import CUSTOMER, DO_NOT_CONTACT, NOT_IN_PLAY, PROSPECT, Direction
from graph.spark.frames import few, totals
from graph.spark.ways import Network

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


@dataclass(frozen=True)
class Asked:
    """A question. `anchors` None: every core enterprise; `prospects` looks at neither anchors, directions nor top."""

    anchors: tuple[str, ...] | None
    directions: tuple[Direction, ...]
    tiers: int
    top: int
    min_score: float
    filters: Filters

    def told(self, anchors: list[str] | None) -> dict[str, Any]:
        """The parameters of a dig, as its manifest names them; `anchors`: the ids of those that were named."""
        return {
            "anchors": "all" if anchors is None else anchors, "direction": list(self.directions),
            "tiers": self.tiers, "top": self.top, "min_score": self.min_score, "filters": self.filters.facts(),
        }  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """What is said of an answer besides its rows, over all lists."""

    rows: int
    passed_customers: int
    passed_do_not_contact: int
    lists: int = 0
    limits: dict[str, int] = field(default_factory=dict)
    anchors: list[str] | None = None
    """ids of the anchors that were named; None where all core enterprises were meant"""

    @property
    def passed(self) -> tuple[int, int]:
        return self.passed_customers, self.passed_do_not_contact


def network(parties: DataFrame, links: DataFrame, filters: Filters) -> Network:
    """The parties with their standing, and the links with the filter on the last one, as `Filters` says of a view."""
    from pyspark.sql import functions as f

    met = f.lit(True)
    for name, column in TEXT_FILTERS.items():
        if values := getattr(filters, name):
            met = met & f.col(column).isin(*values)
    if filters.role:
        held = f.split("roles", ";")
        met = met & f.arrays_overlap(held, f.array(*map(f.lit, filters.role)))
    if filters.exclude:
        ids = parties.sparkSession.createDataFrame(pa.table({"party_id": sorted(set(filters.exclude))}))
        parties = parties.join(ids.withColumn("excluded", f.lit(True)), "party_id", "left")
        met = met & f.col("excluded").isNull()
    standing = (
        f.when(~f.coalesce(met, f.lit(False)), NOT_IN_PLAY)
        .when(f.col("is_customer"), CUSTOMER)
        .when(f.col("do_not_contact"), DO_NOT_CONTACT)
        .otherwise(PROSPECT)
        .cast("byte")
        .alias("standing")
    )
    ok = _link_filter(filters)
    ends = ("supplier_n", "buyer_n", "cost_up", "cost_down")
    return Network(
        parties.select("party_n", standing), links.select(*ends, *([] if ok is None else [ok.alias("ok")]))
    )


def _link_filter(filters: Filters) -> Column | None:
    from pyspark.sql import functions as f

    met = []
    if filters.traded_after is not None:
        met.append(f.coalesce(f.col("last") > f.lit(filters.traded_after), f.lit(False)))
    if filters.amount_at_least is not None:
        # A link without an amount has -1 of it on one machine.
        met.append(f.coalesce("amount", f.lit(-1)) >= filters.amount_at_least)
    if not met:
        return None
    return met[0] if len(met) == 1 else met[0] & met[1]


def resolve(parties: DataFrame, named: Sequence[str]) -> list[tuple[int, str]]:
    """Numbers and ids of the parties with these ids, else with these whole names, each once, in order.

    Raises UnknownParty and AmbiguousName as `View.resolve` does.
    """
    wanted = [text.strip() for text in named]
    by_id = {row["party_id"]: row["party_n"] for row in few(_in(parties, "party_id", wanted), len(wanted))}
    rest = sorted({text for text in wanted if text not in by_id})
    namesakes: dict[str, list[tuple[int, str]]] = {text: [] for text in rest}
    for row in few(_first_namesakes(_in(parties, "name", rest)), len(rest) * CANDIDATES) if rest else []:
        namesakes[row["name"]].append((row["party_n"], row["party_id"]))
    found = {(number, party_id) for party_id, number in by_id.items()}
    for given, text in zip(named, wanted, strict=True):
        if text in by_id:
            continue
        if not text:
            raise UnknownParty("unknown_party", name=given)
        if len(namesakes[text]) != 1:
            raise _unsure(parties, given, text, bool(namesakes[text]))
        found.add(namesakes[text][0])
    return sorted(found)


def _in(parties: DataFrame, column: str, texts: list[str]) -> DataFrame:
    wanted = parties.sparkSession.createDataFrame(pa.table({column: pa.array(sorted(set(texts)), pa.string())}))
    return parties.select("party_n", "party_id", "name").join(wanted, column, "left_semi")


def _first_namesakes(parties: DataFrame) -> DataFrame:
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    place = f.row_number().over(Window.partitionBy("name").orderBy("party_n"))
    return parties.withColumn("place", place).where(f.col("place") <= CANDIDATES)


def _unsure(parties: DataFrame, given: str, text: str, whole: bool) -> UnknownParty | AmbiguousName:
    from pyspark.sql import functions as f

    same = f.col("name") == text if whole else f.lower("name").contains(text.lower())
    near = parties.where(same)
    count = totals(near, count=f.count("*"))["count"]
    if not count:
        return UnknownParty("unknown_party", name=given)
    rows = few(near.orderBy("party_n").select("party_id", "name", "region", "industry"), CANDIDATES)
    candidates = [
        (row["party_id"], row["name"], " ".join(filter(None, (row["region"], row["industry"])))) for row in rows
    ]
    return AmbiguousName("ambiguous_name" if whole else "name_part", name=given, count=count, candidates=candidates)
