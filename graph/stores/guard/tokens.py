"""Tokens of a Cypher statement, cut as every lexer must cut it; what the stores could cut otherwise is refused.

A guard that reads a statement differently from the store behind it guards nothing. So signs outside strings are few,
a comment must end where every lexer ends it, and an escape must not spell a sign that begins or ends anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from explorer.errors import RefusedQuery

Dialect = Literal["ladybug", "neo4j"]
Kind = Literal["word", "name", "text", "number", "parameter", "sign"]

LONGEST = 100_000
"""Signs a statement may have; parsers recurse, and nobody types more."""
DEEPEST = 24
"""Brackets that may stand inside each other; for two more, a planner may need twice as long (`costs`)."""

BLANK = re.compile(r"[ \t\r\n\u00a0\u3000]+|//[^\r\n]*")
BLOCK = re.compile(r"/\*.*?\*/", re.DOTALL)
LADYBUG_BLOCK = re.compile(r"/\*(?:[^*]|\*[^/])*\*/")
"""Ladybug takes the stars of a comment two by two, so it does not see the end of `/***/`."""
TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*")
    |   (?P<name>`(?:[^`]|``)+`)
    |   (?P<parameter>\$(?:[^\W\d]\w*|\d+|`(?:[^`]|``)+`))
    |   (?P<number>0[xo][0-9a-fA-F]+ | (?:\d[\d_]*)?\.\d[\d_]*(?:[eE][-+]?\d+)? | \d[\d_]*(?:[eE][-+]?\d+)?)
    |   (?P<word>[^\W\d]\w*)
    |   (?P<sign>\.\. | :: | <> | <= | >= | =~ | \|\| | != | \+= | := | [-+*/%^=<>()\[\]{},.:;|&!] | \$(?=\())""",
    re.VERBOSE | re.DOTALL,
)  # fmt: skip
BREAK = re.compile(r"[\u2028\u2029]")
"""Breaks that some lexers take for the end of a line, and with it of a comment."""
ESCAPE = re.compile(r"\\[uU](.{0,4})", re.DOTALL)
FOUR = re.compile(r"[0-9a-fA-F]{4}")


@dataclass(frozen=True)
class Token:
    """A token as written; `word` is bare, `name` stands in backticks."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def key(self) -> str:
        """What keywords and functions are compared by: no case, no backticks."""
        return self.text.replace("`", "").upper()

    def is_sign(self, *signs: str) -> bool:
        return self.kind == "sign" and self.text in signs

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.key in words


def tokens(statement: str, dialect: Dialect) -> list[Token]:
    """Cut a statement; raises RefusedQuery for what no reading statement needs or lexers disagree on."""
    if len(statement) > LONGEST:
        raise RefusedQuery("query_long", most=LONGEST)
    for at, sign in enumerate(statement):
        if sign not in "\t\r\n" and unicodedata.category(sign) in ("Cc", "Cs"):
            raise RefusedQuery("query_sign", sign=f"U+{ord(sign):04X}", place=place(statement, at))
    if dialect == "neo4j":
        _check_escapes(statement)
    found = list(_cut(statement))
    for token, after in zip_longest(found, found[1:]):
        _check_token(statement, token, after, dialect)
    return found


def _check_token(statement: str, token: Token, after: Token | None, dialect: Dialect) -> None:
    """Refuse letters that only look like a keyword's, numbers that run on, and escapes outside strings."""
    strange = token.kind in ("word", "parameter") and not token.text.isascii() and _looks_ascii(token.text)
    runs_on = token.kind == "number" and after and (
        (after.start == token.end and after.kind != "sign") or after.is_sign(".", "...")
    )  # fmt: skip
    escaped = token.kind in ("name", "parameter") and dialect == "neo4j" and "\\" in token.text
    if strange or runs_on or escaped:
        raise RefusedQuery("query_sign", sign=token.text, place=place(statement, token.start))


def _looks_ascii(text: str) -> bool:
    return unicodedata.normalize("NFKC", text).upper().isascii() or not text.lstrip("$").isidentifier()


def _check_escapes(statement: str) -> None:
    r"""Neo4j decodes \uXXXX before it looks for strings, so none may spell what begins or ends one."""
    for found in ESCAPE.finditer(statement):
        digits = found[1]
        sign = chr(int(digits, 16)) if FOUR.fullmatch(digits) else ""
        if not sign.isalnum():
            raise RefusedQuery("query_sign", sign=f"\\u{digits}", place=place(statement, found.start()))


def _cut(statement: str) -> Iterator[Token]:
    at = 0
    while at < len(statement):
        if blank := BLANK.match(statement, at):
            if BREAK.search(blank[0]):
                raise RefusedQuery("query_comment", place=place(statement, at))
            at = blank.end()
        elif statement.startswith("/*", at):
            at = _comment_end(statement, at)
        else:
            found = TOKEN.match(statement, at)
            if not found:
                code = "query_unended" if statement[at] in "'\"`" else "query_sign"
                raise RefusedQuery(code, sign=statement[at], place=place(statement, at))
            yield Token(found.lastgroup, found[0], at)  # type: ignore[arg-type]
            at = found.end()


def _comment_end(statement: str, at: int) -> int:
    found, other = BLOCK.match(statement, at), LADYBUG_BLOCK.match(statement, at)
    if not found or not other or found.end() != other.end():
        raise RefusedQuery("query_comment", place=place(statement, at))
    return found.end()


def place(statement: str, at: int) -> str:
    """Line and column, both from 1, as `2:14`."""
    before = statement[:at]
    return f"{before.count(chr(10)) + 1}:{at - before.rfind(chr(10))}"
