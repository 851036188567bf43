"""Words that may stand only so often: what makes a planner think without end, before any time limit is looked at.

Measured on Neo4j 5.26, which held the server for minutes past the transaction's time limit: 20 comparisons joined by
XOR, 20 subqueries inside each other, 36 brackets of AND, OR and NOT inside each other, 200 texts joined by +,
200 CASE or 300 NOT in a row. Up to these bounds (and `DEEPEST` of the tokens) each took a second or two.
"""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest

from explorer.errors import RefusedQuery
from graph.stores.guard.tokens import Token

MOST = {
    "XOR": 8, "NOT": 50, "CASE": 50, "UNION": 50, "EXISTS {": 10, "COUNT {": 10, "COLLECT {": 10, "CALL {": 20,
    "+": 100, "||": 100,
}  # fmt: skip


def check_costs(found: list[Token]) -> None:
    """Raises RefusedQuery for a word or operator that stands more often than a planner can bear."""
    words = Counter(
        f"{token.key} {{" if after and after.is_sign("{") else token.key
        for token, after in zip_longest(found, found[1:])
        if token.kind in ("word", "sign")
    )
    for word, most in MOST.items():
        if words[word] > most:
            raise RefusedQuery("query_involved", clause=word.removesuffix(" {"), most=most)
