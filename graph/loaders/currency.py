"""The base currency, in which all amounts are added up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from graph.loaders.mapping import Mapping
from graph.loaders.scanning import column_types, damaged
from graph.loaders.source import Sources
from graph.loaders.typed import Rules, Typing
from graph.model import TABLE

if TYPE_CHECKING:
    from datetime import date

    import duckdb

DEFAULT = "CNY"


def base_currency(db: duckdb.DuckDBPyConnection, sources: Sources, mapping: Mapping, today: date) -> str:
    """The mapping's, else the one most amounts are in, leaving out those that have a rate; equals in code order."""
    if mapping.currency:
        return mapping.currency
    found: Counter[str] = Counter()
    for source in sources.sources:
        typing = Typing(TABLE[source.table], source, column_types(db, source), Rules(today, DEFAULT, {}))
        if query := typing.currencies():
            with damaged(source):
                found.update(dict(db.execute(query).fetchall()))
    candidates = [(-times, currency) for currency, times in found.items() if currency not in mapping.rates]
    return min(candidates, default=(0, DEFAULT))[1]
