"""The guard: which statements that people type may go to a store. Nothing but reading the graph may happen.

It is the first lock and the one that explains itself; behind it stand a read-only file in a worker process
(`graph.stores.worker`) and a plan check in a transaction that is always rolled back (`graph.stores.guard.neo4j`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from explorer.errors import QueryFailed, RefusedQuery
from graph.stores.guard.clauses import Walk
from graph.stores.guard.costs import check_costs
from graph.stores.guard.hops import check_hops
from graph.stores.guard.tokens import Dialect, Token, tokens


def check(statement: str, dialect: Dialect, *, max_hops: int) -> None:
    """Raises RefusedQuery, which names the clause and says why, unless `statement` only reads the graph."""
    found = tokens(statement, dialect)
    check_hops(statement, found, dialect, max_hops)
    read(statement, dialect)


@dataclass(frozen=True)
class Reading:
    """A statement that only reads: its text, its tokens, and where its clauses begin outside all brackets."""

    text: str
    tokens: list[Token]
    clauses: list[Token]

    @property
    def explains(self) -> bool:
        """Whether it asks for the plan instead of the rows."""
        return self.tokens[0].is_word("EXPLAIN")

    def check_parameters(self, given: Collection[str]) -> None:
        """Raises QueryFailed for a parameter that is not given; Ladybug would take it for NULL."""
        for token in self.tokens:
            name = token.text.removeprefix("$").replace("`", "")
            if token.kind == "parameter" and name not in given:
                raise QueryFailed("query_parameter", name=name)

    def limited(self, rows: int) -> str:
        """The statement with no branch of it giving more than `rows` rows, where that leaves its first rows be.

        A UNION without ALL stays as it is: it removes repeats after its branches are cut.
        """
        after = {token.start: following for token, following in pairwise(self.tokens)}
        unions = [token for token in self.clauses if token.is_word("UNION")]
        if self.explains or not all(after[union.start].is_word("ALL") for union in unions):
            return self.text
        text, begin = "", 0
        for end in [*(union.start for union in unions), self.tokens[-1].end]:
            branch = [token for token in self.clauses if begin <= token.start < end]
            at, limit = _limit(branch, after, rows, end)
            text += self.text[begin : at.start] + limit + self.text[at.end : end]
            begin = end
        return text


def _limit(branch: list[Token], after: dict[int, Token], rows: int, end: int) -> tuple[Token, str]:
    """What to put where so that a branch of a query, whose clauses these are, gives at most `rows` rows."""
    nothing = Token("sign", "", end)
    last = max((at for at, token in enumerate(branch) if token.is_word("RETURN")), default=None)
    if last is None:
        return nothing, ""
    limit = next((token for token in branch[last:] if token.is_word("LIMIT")), None)
    if limit is None:
        return nothing, f"\nLIMIT {rows}\n"
    number = after.get(limit.start, nothing)
    return (number, str(rows)) if number.text.isdecimal() and int(number.text) > rows else (nothing, "")


def read(statement: str, dialect: Dialect) -> Reading:
    """A statement that passes `check` but for its paths, without a semicolon at its end; raises RefusedQuery."""
    found = tokens(statement, dialect)
    while found and found[-1].is_sign(";"):
        found.pop()
    if not found:
        raise RefusedQuery("query_empty")
    check_costs(found)
    walk = Walk(statement, found, dialect)
    walk.run()
    return Reading(statement[: found[-1].end], found, walk.clauses)
