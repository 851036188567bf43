"""The library of queries: a file each in `cypher/library/`, whose head declares in TOML what goes in and comes out.

    // title.en = "…"        and title.zh, description.en, description.zh
    // starts_from = "party"  or group, grid, product, none
    // limit = 50             rows it gives unless told otherwise; may be left out
    // [parameters.name]      type, help.en, help.zh; default (without one it must be given); refers = "party"
    // [columns]              name = type, in their order

Where the stores cannot run one text, `<name>.<dialect>.cypher` beside it holds the other, without a head.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

from explorer.errors import InputError
from graph.stores.base import Parameter as Value
from graph.stores.guard.tokens import Dialect, tokens
from graph.stores.values import TYPES, Type, read

ColumnType = Literal["text", "integer", "number", "date", "flag", "list", "sequence", "graph"]
COLUMN_TYPES = ("text", "integer", "number", "date", "flag", "list", "sequence", "graph")
"""A list is a set, sorted by us, since the stores collect in any order; a sequence keeps its order; graph is a node,
a relationship or a path."""
STARTS = ("party", "group", "grid", "product", "none")
LANGUAGES = ("en", "zh")
NAME = re.compile(r"[a-z][a-z0-9_]*")
HEAD = re.compile(r"(?://[^\n]*\n)*")


@dataclass(frozen=True)
class Parameter:
    """What a query asks for. None as default: it must be given; `refers` is "party" where it names one."""

    name: str
    type: Type
    help: Mapping[str, str]
    default: Value = None
    refers: str = ""


@dataclass(frozen=True)
class Query:
    """A query of the library, or with a bare `statement` one that somebody wrote: that one declares nothing."""

    name: str
    statement: str
    text: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: tuple[tuple[str, ColumnType], ...]
    starts_from: str
    limit: int | None = None

    @property
    def declared(self) -> bool:
        return bool(self.columns)

    def parameter(self, name: str) -> Parameter | None:
        return next((one for one in self.parameters if one.name == name), None)

    def bind(self, given: Mapping[str, object], as_of: date | None) -> dict[str, Value]:
        """The value of every parameter, of its type; raises InputError naming what is unknown, missing or wrong."""
        known = [one.name for one in self.parameters]
        if unknown := sorted(given.keys() - set(known)):
            raise InputError("parameter_unknown", name=", ".join(unknown), known=", ".join(known) or "-")
        if missing := [one.name for one in self.parameters if one.default is None and one.name not in given]:
            raise InputError("parameter_missing", name=", ".join(missing))
        return {
            one.name: read(one.name, one.type, given.get(one.name, one.default), as_of) for one in self.parameters
        }


@cache
def names() -> tuple[str, ...]:
    """Names of all queries of the library, sorted."""
    found = (entry.name for entry in (files("cypher") / "library").iterdir() if entry.name.endswith(".cypher"))
    return tuple(sorted(name.partition(".")[0] for name in found if name.count(".") == 1))


@cache
def query(name: str, dialect: Dialect) -> Query:
    """A query of the library as one store runs it; raises InputError where there is none of this name."""
    if name not in names():
        near = get_close_matches(name, names(), 3)
        raise InputError("query_unknown", name=name, near=", ".join(near) or "explorer query --list")
    folder = files("cypher") / "library"
    text = (folder / f"{name}.cypher").read_text("utf-8")
    twin = folder / f"{name}.{dialect}.cypher"
    return parse(name, text, twin.read_text("utf-8") if twin.is_file() else None)


def typed(text: str, given: Mapping[str, object], dialect: Dialect) -> Query:
    """A statement that somebody typed: with a head it is held to it, else its parameters are those it uses."""
    if text.startswith("// title."):
        return parse("", text)
    used = {token.text[1:].strip("`") for token in tokens(text, dialect) if token.kind == "parameter"}
    parameters = tuple(Parameter(name, _type_of(given.get(name)), {}) for name in sorted(used))
    return Query("", text, text, {}, {}, parameters, (), "none")


def parse(name: str, text: str, twin: str | None = None) -> Query:
    """Read a query's file; raises InputError `query_head` that says what is wrong with its head."""
    head = cast(re.Match[str], HEAD.match(text))[0]
    try:
        said = tomllib.loads("\n".join(line[2:].strip() for line in head.splitlines()))
        return Query(
            name=name,
            statement=twin or text[len(head) :],
            text=twin or text,
            title=_both(said, "title"),
            description=_both(said, "description"),
            parameters=tuple(_parameter(one, about) for one, about in said.get("parameters", {}).items()),
            columns=tuple((one, _one_of(of, COLUMN_TYPES, one)) for one, of in said["columns"].items()),
            starts_from=_one_of(said["starts_from"], STARTS, "starts_from"),
            limit=said.get("limit"),
        )
    except KeyError as error:
        raise InputError("query_head", name=name or "-", why=f"{error.args[0]} is missing") from None
    except ValueError as error:
        raise InputError("query_head", name=name or "-", why=error) from None


def _parameter(name: str, about: Mapping[str, Any]) -> Parameter:
    kind = _one_of(about["type"], TYPES, name)
    if strange := about.keys() - {"type", "help", "default", "refers"}:
        raise ValueError(f"{name} has {', '.join(sorted(strange))}")
    return Parameter(name, kind, _both(about, "help"), about.get("default"), about.get("refers", ""))


def _both(of: Mapping[str, Any], key: str) -> Mapping[str, str]:
    """A text in both languages."""
    said = of[key]
    if not isinstance(said, dict) or set(said) != set(LANGUAGES):
        raise ValueError(f"{key} must be said in en and zh")
    return said


def _one_of(word: str, words: tuple[str, ...], place: str) -> Any:
    if word not in words:
        raise ValueError(f"{place} is {word}, none of {', '.join(words)}")
    return word


def _type_of(value: object) -> Type:
    """The type of a value that was given for a parameter which no head declares."""
    kinds: dict[type, Type] = {bool: "flag", int: "integer", float: "number", date: "date", list: "list"}
    return kinds.get(type(value), "text")
