"""How long a pattern may grow: every syntax of a path of variable length, against one cap.

-[:X*1..6]-   -[:X*..6]-   -[:X*6]-   -[* SHORTEST 1..6]-     on both stores
-[:X]-{1,6}   -->{6}       ((a)-[:X]->(b)-[:Y]->(c)){,3}       on Neo4j
"""

from __future__ import annotations

from itertools import islice

from explorer.errors import RefusedQuery
from graph.stores.guard.tokens import Dialect, Token, place

KINDS = ("ALL", "SHORTEST", "WSHORTEST", "TRAIL", "ACYCLIC")
END = Token("sign", "", 0)


def check_hops(statement: str, found: list[Token], dialect: Dialect, max_hops: int) -> None:
    """Raises RefusedQuery for a pattern without an end, or with one beyond `max_hops`."""
    cap = _Cap(statement, max_hops)
    for at, (token, before) in enumerate(zip(found, [END, *found], strict=False)):
        if token.is_sign("[") and before.is_sign("-"):
            _star(found, at + 1, cap)
    if dialect == "neo4j":
        _quantifiers(found, cap)


class _Cap:
    """The cap, and the two ways to miss it."""

    def __init__(self, statement: str, most: int) -> None:
        self.statement = statement
        self.most = most

    def hold(self, token: Token, last: Token | None, hops: int = 1) -> None:
        """`last`: the number that ends a range of patterns of `hops` relationships each; None where it has no end."""
        where = place(self.statement, token.start)
        if last is None or last.kind != "number" or not (last.text.isascii() and last.text.isdecimal()):
            raise RefusedQuery("query_hops_open", most=self.most, place=where)
        if len(last.text.lstrip("0")) > 6 or int(last.text) * hops > self.most:
            raise RefusedQuery("query_hops", most=self.most, found=last.text, place=where)


def _star(found: list[Token], at: int, cap: _Cap) -> None:
    """Find the star of the relationship whose bracket opened before `at`, and hold its range against the cap."""
    depth = 0
    for place_, token in enumerate(islice(found, at, None), at):
        depth += token.is_sign("(", "[", "{") - token.is_sign(")", "]", "}")
        if depth < 0 or (depth == 0 and token.is_word("WHERE")):
            return
        if depth == 0 and token.is_sign("*"):
            cap.hold(token, _range_end([*found[place_ + 1 : place_ + 13], END]))
            return


def _range_end(after: list[Token]) -> Token | None:
    """The number that ends the range after a star, past words such as `ALL WSHORTEST(cost)`."""
    while after[0].is_word(*KINDS):
        past = 4 if after[0].is_word("WSHORTEST") else 1
        after = after[past:] or [END]
    numbers = [token if token.kind == "number" else None for token in [*after, END, END][:3]]
    if after[0].is_sign(".."):
        return numbers[1]
    return numbers[2] if len(after) > 1 and after[1].is_sign("..") else numbers[0]


def _quantifiers(found: list[Token], cap: _Cap) -> None:
    """Hold `{m,n}`, `+` and `*` after a relationship or a bracketed path against the cap."""
    hops = [0]
    closed = 1
    for at, token in enumerate(found):
        before, after = found[at - 1] if at else END, found[at + 1] if at + 1 < len(found) else END
        if token.is_sign("-") and after.is_sign("-", "["):
            hops[-1] += 1
        if token.is_sign("(", "[", "{"):
            hops.append(0)
        if token.is_sign(")", "]", "}") and len(hops) > 1:
            closed = hops.pop()
        arrow = token.is_sign(">") and before.is_sign("-")
        line = token.is_sign("-") and before.is_sign("-", "]")
        if after.is_sign("+", "*") and (arrow or line or (token.is_sign(")") and closed)):
            cap.hold(after, None)
        if after.is_sign("{"):
            _braces(found[at + 2 : at + 6], after, cap, closed if token.is_sign(")") else 1)


def _braces(inside: list[Token], brace: Token, cap: _Cap, hops: int) -> None:
    """`{m,n}` counts; `{key: value}` and a subquery do not. `inside`: the tokens after the brace."""
    inside = inside[: next((at for at, token in enumerate(inside) if token.is_sign("}")), 4)]
    if inside and all(token.kind == "number" or token.is_sign(",") for token in inside):
        cap.hold(brace, inside[-1], max(hops, 1))
