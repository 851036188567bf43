"""A real Spark on this machine, and work folders made from what one machine has loaded."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from explorer.view import View
from graph.algorithms.network import MISSING, Array, Graph

if TYPE_CHECKING:
    pass


def work_folder(view: View, folder: Path) -> Path:
    """Lay down parties, links and the snapshot of a load as a preparation on Spark does."""
    version = folder / "made-20260701T000000000000-0000"
    version.mkdir(parents=True)
    table = view.parties.table
    plain = pa.table({name: view.parties.column(name) for name in table.column_names})
    numbered = plain.add_column(0, "party_n", pa.array(np.arange(len(table), dtype=np.int32)))
    _lay(numbered, version / "parties")
    _lay(links_of(view.graph), version / "links")
    shutil.copytree(view.version / "snapshot", version / "snapshot")
    facts = {"as_of": str(view.as_of) if view.as_of else "", "load_id": view.load_id, "parties": len(table)}
    (version / "facts.json").write_text(json.dumps(facts))
    return folder


def links_of(graph: Graph) -> pa.Table:
    """The links of a graph with the columns that strings need."""
    supplier = np.repeat(np.arange(graph.parties, dtype=np.int32), np.diff(graph.out_ptr))
    buyer = np.repeat(np.arange(graph.parties, dtype=np.int32), np.diff(graph.up_ptr))
    up = _by_pair(graph.up & 0xFFFFFFFF, buyer, graph.up >> 32)
    down = _by_pair(supplier, graph.down & 0xFFFFFFFF, graph.down >> 32)
    return pa.table({
        "supplier_n": supplier,
        "buyer_n": graph.buyer,
        "amount": pa.array(graph.amount, pa.int64(), mask=graph.amount < 0),
        "last": pa.array(graph.last, pa.int32(), mask=graph.last == MISSING).cast(pa.date32()),
        "cost_up": up.astype(np.int32),
        "cost_down": down.astype(np.int32),
    })  # fmt: skip


def _by_pair(supplier: Array, buyer: Array, cost: Array) -> Array:
    return cost[np.lexsort((buyer, supplier))]


def _lay(table: pa.Table, folder: Path) -> None:
    folder.mkdir()
    middle = len(table) // 2
    for number, part in enumerate((table.slice(middle), table.slice(0, middle))):
        pq.write_table(part, folder / f"part-{number}.parquet")
