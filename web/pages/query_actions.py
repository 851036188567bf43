"""What a person does with queries: save, share, delete, import, and stop one that runs."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from typing import Any

from flask import flash, request, url_for

from explorer.errors import InputError
from graph.stores.library import HEAD
from web.page import Action, Asked
from web.pages.query_library import key_of, number_of
from web.workbook import queries
from web.workbook.tables import NAME


@dataclass(frozen=True)
class Save:
    statement: str = ""
    name: str = ""
    shared: bool = False
    p: dict[str, str] = field(default_factory=dict)
    t: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Chosen:
    query: str


@dataclass(frozen=True)
class Import:
    name: str = ""


@dataclass(frozen=True)
class Cancel:
    token: str = ""


def save(asked: Asked, given: Save) -> str:
    book, person = asked.workbook, asked.person.name
    number = queries.save(book, person, given.name, given.statement, given.p, given.t, shared=given.shared)
    flash(asked.say("web_query.saved", name=given.name.strip()))
    return _page(number)


def drop(asked: Asked, given: Chosen) -> str:
    number = number_of(given.query)
    queries.drop(asked.workbook, asked.person.name, -1 if number is None else number)
    return url_for("query")


def take_in(asked: Asked, given: Import) -> str:
    """A JSON file of ours, or a .cypher file, whose head names it where it has one."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InputError("saved_file", file="-", reason=asked.say("web_lists.no_file"))
    name = file.filename.rpartition("/")[2].rpartition(".")[0] or file.filename
    try:
        text = file.read().decode("utf-8-sig")
        said: Any = json.loads(text) if text.lstrip().startswith("{") else _cypher(text, asked.lang)
        parameters, types = (
            {str(key): str(value) for key, value in dict(said.get(one, {})).items()}
            for one in ("parameters", "types")
        )
        statement, called = str(said["statement"]), str(said.get("name") or name)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("saved_file", file=file.filename, reason=error) from None
    name = (given.name or called)[:NAME]
    return _page(queries.save(asked.workbook, asked.person.name, name, statement, parameters, types, shared=False))


def cancel(asked: Asked, given: Cancel) -> str:
    """Stop what this person runs under the token, whichever process runs it."""
    queries.stop(asked.workbook, f"{asked.person.name}:{given.token}"[:100])
    return url_for("query")


def _cypher(text: str, lang: str) -> dict[str, Any]:
    """A statement with its head, if it has one: only a whole head is one."""
    found = HEAD.match(text)
    head = found[0] if found else ""
    try:
        title = tomllib.loads("\n".join(line[2:].strip() for line in head.splitlines()))["title"]
        name = title.get(lang) or title.get("en")
    except (tomllib.TOMLDecodeError, KeyError, AttributeError):
        name = None
    return {"statement": text, "name": name}


def _page(number: int) -> str:
    return url_for("query_named", query=key_of(number))


QUERY_ACTIONS = (
    Action("query_save", "/query/save", Save, save),
    Action("query_import", "/query/import", Import, take_in),
    Action("query_cancel", "/query/cancel", Cancel, cancel),
    Action("query_delete", "/query/<id:query>/delete", Chosen, drop),
)
