"""What the address of a query page asks: which query, with which parameters, as a form and as a command line."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote_plus

from explorer.errors import InputError, NothingLoaded, UnknownParty
from explorer.querying import find
from graph.stores import library
from graph.stores.library import Parameter, Query
from graph.stores.values import TYPES, read
from web.page import Asked
from web.pages.query_library import number_of
from web.parts import Who, whos
from web.workbook import queries
from web.workbook.queries import Saved

LONGEST = 6000
"""Bytes of a statement in an address; a longer one is saved first."""

Tab = Literal["", "table", "graph", "plan"]


@dataclass(frozen=True)
class QueryArguments:
    """A statement that was typed, with parameters `p_<name>` and their types `t_<name>`; it runs where `tab` is said.

    `token` names this run, for whoever wants to stop it.
    """

    statement: str = ""
    tab: Tab = ""
    p: dict[str, str] = field(default_factory=dict)
    t: dict[str, str] = field(default_factory=dict)
    page: int = 1
    query_rows: int | None = None
    query_seconds: float | None = None
    token: str = ""


@dataclass(frozen=True)
class NamedArguments(QueryArguments):
    """A query of the library by its name, or a saved one as `saved-<number>`."""

    query: str = ""


@dataclass(frozen=True)
class Field:
    """A parameter as an input: `type` is the library's, `free` where the person says it."""

    name: str
    type: str
    free: bool
    help: str
    value: str
    default: str
    required: bool
    party: bool
    who: Who | None = None
    """the party whose id the value is"""


@dataclass(frozen=True)
class Chosen:
    """What an address asks: a text for the service (a name or a statement), what is given for it, and whose it is."""

    text: str
    given: Mapping[str, str]
    types: Mapping[str, str]
    saved: Saved | None = None


def chosen_of(asked: Asked, arguments: QueryArguments) -> Chosen:
    """Raises UnknownParty for a saved query that is not the person's to see, InputError for a statement too long."""
    if isinstance(arguments, NamedArguments):
        number = number_of(arguments.query)
        if number is None:
            if arguments.query not in library.names():
                raise UnknownParty("query_unknown", name=arguments.query[:60], near="/query")
            return Chosen(arguments.query, arguments.p, {})
        saved = queries.one(asked.workbook, asked.person.name, number)
        return Chosen(saved.statement, {**saved.parameters, **arguments.p}, {**saved.types, **arguments.t}, saved)
    if len(quote_plus(arguments.statement)) > LONGEST:
        raise InputError("statement_long", most=LONGEST)
    return Chosen(arguments.statement, arguments.p, arguments.t)


def given_of(asked: Asked, chosen: Chosen) -> dict[str, object]:
    """Values for the service: of a typed statement of the types that were said, text where none was."""
    found = find(chosen.text, chosen.given, asked.explorer.store)
    if found.name or found.declared:
        return dict(chosen.given)
    as_of = asked.explorer.view().as_of
    given: dict[str, object] = {}
    for one in found.parameters:
        kind = chosen.types.get(one.name, "text")
        if kind not in TYPES:
            raise InputError("argument_bad", name=f"t_{one.name}", value=kind[:60])
        if one.name in chosen.given or kind == "text":
            given[one.name] = read(one.name, kind, chosen.given.get(one.name, ""), as_of)
    return given


def fields_of(asked: Asked, found: Query, chosen: Chosen) -> tuple[Field, ...]:
    free = not (found.name or found.declared)
    return tuple(_field(asked, one, chosen, free) for one in found.parameters)


def _field(asked: Asked, one: Parameter, chosen: Chosen, free: bool) -> Field:
    kind = chosen.types.get(one.name, "text") if free else one.type
    default = "" if one.default is None else _plain(one.default)
    value, party = chosen.given.get(one.name, default), one.refers == "party"
    return Field(
        one.name, kind, free, one.help.get(asked.lang, ""), value, default, one.default is None and not free, party,
        _known(asked, value) if party else None,
    )  # fmt: skip


def _known(asked: Asked, party: str) -> Who | None:
    """The party of this id; None where there is none, or nothing is loaded."""
    with suppress(NothingLoaded):
        view = asked.explorer.view()
        row = view.parties.find(party.strip())
        return None if row is None else whos(view, [row])[0]
    return None


def _plain(default: object) -> str:
    if isinstance(default, list | tuple):
        return ";".join(map(str, default))
    return str(default).lower() if isinstance(default, bool) else str(default)


def command_of(arguments: QueryArguments, chosen: Chosen, found: Query) -> str:
    """The command line that gives the same rows."""
    types = (
        {}
        if found.name or found.declared
        else {one.name: chosen.types.get(one.name, "text") for one in found.parameters}
    )
    given = {name: value for name, value in chosen.given.items() if found.parameter(name)}
    given |= {name: "" for name in types if name not in given}
    options = [
        f"-p {shlex.quote(f'{name}:{types[name]}={value}' if name in types else f'{name}={value}')}"
        for name, value in given.items()
    ]
    options += [f"--limit {arguments.query_rows}"] if arguments.query_rows else []
    options += [f"--timeout {arguments.query_seconds:g}"] if arguments.query_seconds else []
    options += ["--explain"] if arguments.tab == "plan" else []
    if found.name:
        return " ".join(["explorer query", found.name, *options])
    return " ".join([f"printf %s {shlex.quote(chosen.text)} | explorer query -", *options])
