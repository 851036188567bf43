"""Digging with DuckDB: joins tier by tier, all anchors at once, under a safe floor for each, exact with paths.

A tier holds of each (anchor, party) the cheapest way; `rank` orders it by (cost, party), so that the least
`cost << 32 | rank` over the parents is the way whose parent comes first by (cost, id).
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.peers import Question
from graph.algorithms.network import Array
from graph.algorithms.walks import ANY_COST

START = """
CREATE OR REPLACE TEMP TABLE tier_0 AS
    SELECT anchor, anchor AS party, 0 AS cost, 0 AS parent, row_number() OVER (ORDER BY anchor) AS rank,
        false AS listed, {any_cost} AS floor
    FROM asked;
CREATE OR REPLACE TEMP TABLE best AS SELECT anchor, party, cost, 0 AS tier, rank, listed FROM tier_0;
"""
TIER = """
CREATE OR REPLACE TEMP TABLE reached AS
    WITH ways AS (
        SELECT anchor, target AS party, any_value(l.listed) AS listed,
            min((f.cost + {step})::BIGINT << 32 | rank) AS way
        FROM tier_{before} f JOIN links l ON source = party AND f.cost + {step} <= floor
        GROUP BY anchor, target
    )
    SELECT anchor, party, listed, (way >> 32)::INT AS cost, (way & 4294967295)::INT AS parent
    FROM ways w ANTI JOIN best b ON b.anchor = w.anchor AND b.party = w.party AND b.cost <= way >> 32;
CREATE OR REPLACE TEMP TABLE floors AS
    SELECT anchor, min(cost, {top})[{top}] AS floor FROM (
        SELECT anchor, party, min(cost) AS cost
        FROM (SELECT anchor, party, cost FROM best WHERE listed
              UNION ALL SELECT anchor, party, cost FROM reached WHERE listed)
        GROUP BY ALL
    ) GROUP BY anchor;
CREATE OR REPLACE TEMP TABLE tier_{tier} AS
    SELECT anchor, party, cost, parent, row_number() OVER (ORDER BY cost, party) AS rank, listed,
        coalesce(floor, {any_cost}) AS floor
    FROM reached LEFT JOIN floors USING (anchor) WHERE cost <= coalesce(floor, {any_cost});
INSERT INTO best SELECT anchor, party, cost, {tier}, rank, listed FROM tier_{tier};
"""
LISTED = """
WITH cheapest AS (
    SELECT anchor, party, min(cost << 3 | tier) AS key, arg_min(rank, cost << 3 | tier) AS rank
    FROM best WHERE listed GROUP BY ALL
), path_{beyond} AS (
    SELECT anchor, party, (key & 7)::INT AS tier, (key >> 3)::INT AS cost, rank, NULL AS parent,
        row_number() OVER (PARTITION BY anchor ORDER BY key, party) AS place
    FROM cheapest QUALIFY place <= {top}
)
"""
PATH = """, path_{tier} AS (
    SELECT p.* EXCLUDE (parent), t.party AS step_{tier}, t.parent
    FROM path_{beyond} p LEFT JOIN tier_{tier} t ON t.rank = if(p.tier = {tier}, p.rank, p.parent)
)
"""


class Joins:
    def __init__(self, asked: Question, threads: int) -> None:
        self.asked = asked
        self.db = duckdb.connect(config={"threads": threads})
        source = np.repeat(np.arange(len(asked.onward), dtype=np.int32), np.diff(asked.ptr))
        columns = {"source": source, "target": asked.neighbour, "first": asked.cost}
        columns["further"] = asked.cost + asked.onward[source]
        links = pa.table({name: values.astype(np.int32) for name, values in columns.items()})
        self.db.register("arrays", links.append_column("listed", pa.array(asked.prospect[asked.neighbour])))
        self.db.execute("CREATE TABLE links AS FROM arrays")

    def dig(self, anchors: Array) -> Array:
        tiers, top = self.asked.tiers, self.asked.top
        self.db.register("asked", pa.table({"anchor": anchors}))
        self.db.execute(START.format(any_cost=ANY_COST))
        for tier in range(1, tiers + 1):
            step = "first" if tier == 1 else "further"
            self.db.execute(TIER.format(tier=tier, before=tier - 1, step=step, top=top, any_cost=ANY_COST))
        paths = (PATH.format(tier=tier, beyond=tier + 1) for tier in range(tiers, -1, -1))
        steps = ", ".join(f"coalesce(step_{tier}, -1)" for tier in range(tiers + 1))
        final = f"SELECT anchor, party, tier, cost, {steps} FROM path_0 ORDER BY anchor, place"
        found = self.db.execute(LISTED.format(beyond=tiers + 1, top=top) + "".join(paths) + final).fetchnumpy()
        return np.column_stack(list(found.values())).astype(np.int32)

    def close(self) -> None:
        self.db.close()
