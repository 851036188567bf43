"""Which clauses, functions and procedures a statement uses: a walk over its tokens that lets only reading ones pass.

The walk knows at each token whether a value or an operator must come next. A bare word where an operator must come is
a clause, and has to be one of the reading ones, so a clause that nobody thought of is refused as well.
"""

from __future__ import annotations

from explorer.errors import RefusedQuery
from graph.stores.guard.tokens import DEEPEST, Dialect, Token, place
from graph.stores.guard.words import (
    CONTINUES,
    FUNCTIONS,
    NEVER_BARE,
    PAIRS,
    PREFIXES,
    PROCEDURES,
    REASONS,
    STARTS,
    SUBQUERIES,
    VALUES,
)

CLOSES = {"(": ")", "[": "]", "{": "}"}
NOTHING = Token("sign", "", 0)


class Walk:
    """One walk over the tokens of one statement."""

    def __init__(self, statement: str, found: list[Token], dialect: Dialect) -> None:
        self.statement = statement
        self.tokens = found
        self.dialect = dialect
        self.at = 0
        self.clauses: list[Token] = []
        """Words that begin a clause outside all brackets."""
        self.expects: str = "clause"
        """What must come next: a clause, a value, or what follows a value (an operator or the next clause)."""
        self.open: list[tuple[str, bool]] = []
        """Brackets that are open, and whether each holds the variables handed to a subquery: `CALL (a, b) {…}`."""
        self.handed = -2
        """Where such a bracket was closed last."""
        self.named = False
        """Whether the token before is a name, so that a bracket after it makes it a function."""

    def run(self) -> None:
        """Walk to the end; raises RefusedQuery at the first token that may not stand where it stands."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind == "sign":
                self._sign(token)
            elif token.kind == "word":
                self._word(token)
            else:
                self._value(named=token.kind == "name")
            self.at += 1
        if self.open:
            self._refuse("query_unended", NOTHING, sign=self.open[-1][0])

    def _near(self, step: int) -> Token:
        at = self.at + step
        return self.tokens[at] if 0 <= at < len(self.tokens) else NOTHING

    def _refuse(self, code: str, token: Token, **values: object) -> None:
        where = place(self.statement, token.start if token is not NOTHING else len(self.statement))
        raise RefusedQuery(code, place=where, **values)

    def _refuse_clause(self, token: Token) -> None:
        self._refuse(REASONS.get(token.key, "query_clause"), token, clause=token.text.upper())

    def _value(self, named: bool = False) -> None:
        if self.expects == "clause" and not self.open:
            self._refuse("query_start", self._near(0), clause=self._near(0).text)
        self.expects = "more"
        self.named = named

    def _sign(self, token: Token) -> None:
        if token.text in CLOSES:
            self._open(token)
        elif token.text in CLOSES.values():
            self._close(token)
        elif token.text == ";":
            self._refuse("query_several", token)
        elif token.text == "*" and self._all_of_it(self._near(-1)):
            self._value()
        elif token.text == "!":
            pass
        else:
            self._operator(token)

    @staticmethod
    def _all_of_it(before: Token) -> bool:
        return before.is_word("RETURN", "WITH", "YIELD", "DISTINCT") or before.is_sign(".")

    def _operator(self, token: Token) -> None:
        if self.expects == "clause" and not self.open:
            self._refuse("query_start", token, clause=token.text)
        self.expects = "value"
        self.named = False

    def _open(self, token: Token) -> None:
        before = self._near(-1)
        if self.expects == "clause" and not self.open:
            self._refuse("query_start", token, clause=token.text)
        if token.text == "(" and self.named:
            self._function()
        if len(self.open) == DEEPEST:
            self._refuse("query_deep", token, most=DEEPEST)
        handed = token.text == "(" and before.is_word("CALL")
        query = token.text == "{" and (before.is_word(*SUBQUERIES) or self.handed == self.at - 1)
        self.open.append((token.text, handed))
        self.expects = "clause" if query else "value"
        self.named = False

    def _close(self, token: Token) -> None:
        opened, handed = self.open.pop() if self.open else ("", False)
        if CLOSES.get(opened) != token.text:
            self._refuse("query_unended", token, sign=token.text)
        self._value()
        if handed:
            self.handed = self.at

    def _word(self, token: Token) -> None:
        before, after = self._near(-1), self._near(1)
        if self.expects == "value" and (before.is_sign(".", ":", "::") or before.is_word("AS") or after.is_sign(":")):
            self._value(named=True)
        elif self.handed == self.at - 1:
            self._refuse_clause(token)
        elif self.expects == "clause":
            self._start(token)
        elif self.expects == "more":
            self._continue(token)
        elif token.key in NEVER_BARE:
            self._refuse_clause(token)
        elif token.key not in PREFIXES:
            self._value(named=True)

    def _start(self, token: Token) -> None:
        if not self.open and self.at == 0 and token.key == "EXPLAIN":
            return
        if self._near(-1).is_word("UNION") and token.key in ("ALL", "DISTINCT"):
            return
        if self.open and self._near(1).is_sign("="):
            self._value()
        elif token.key in STARTS:
            self._clause(token)
        else:
            self._refuse_clause(token)

    def _continue(self, token: Token) -> None:
        if token.key not in CONTINUES:
            self._refuse_clause(token)
        if token.key in VALUES:
            self._value()
        else:
            self._clause(token)

    def _clause(self, token: Token) -> None:
        """Enter a clause or pass an operator written as a word."""
        if not self.open:
            self.clauses.append(token)
        self.expects = "clause" if token.key == "UNION" else "value"
        self.named = False
        if token.key in PAIRS:
            self.at += 1
            second = self._near(0)
            if not second.is_word(*PAIRS[token.key]):
                self._refuse_clause(token)
            token = second
        if token.key == "CALL":
            self._call(token)

    def _call(self, call: Token) -> None:
        """Pass the name of a procedure, or leave a subquery to the brackets that follow."""
        if self._near(1).is_sign("{", "(") and self.dialect == "neo4j":
            return
        parts = [self._near(1)]
        self.at += 1
        while self._near(1).is_sign(".") and self._near(2).kind in ("word", "name"):
            parts.append(self._near(2))
            self.at += 2
        name = ".".join(part.key for part in parts)
        bare = self.dialect == "ladybug" and not self._near(1).is_sign("(")
        if name not in PROCEDURES[self.dialect] or bare:
            self._refuse("query_procedure", call, clause=f"CALL {'.'.join(part.text for part in parts)}")
        self.expects = "more"

    def _function(self) -> None:
        """Check the name before a bracket; it may be one of several parts."""
        first = -1
        while self._near(first - 1).is_sign(".") and self._near(first - 2).kind in ("word", "name"):
            first -= 2
        parts = self.tokens[self.at + first : self.at]
        name = "".join(part.key for part in parts)
        if name not in FUNCTIONS[self.dialect]:
            self._refuse("query_function", parts[0], clause="".join(part.text for part in parts))
