"""`explorer query`: the library of queries, and statements that analysts type."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explorer.commands.calls import deliver, opened, tell
from explorer.commands.digging import FORMATS
from explorer.commands.kinds import Number
from explorer.commands.words import Command, lang_of, option, settings
from explorer.errors import InputError
from explorer.texts import say

if TYPE_CHECKING:
    from explorer.formats import Table
    from explorer.service import Explorer
    from graph.stores.library import Query

GIVEN = re.compile(r"(?P<name>\w+)(?::(?P<type>\w+))?=(?P<value>.*)", re.DOTALL)


@click.command(cls=Command)
@click.argument("query", required=False)
@option("-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE")
@option("--out", "-o", type=click.Path(dir_okay=False, path_type=Path))
@option("--format", "file_format", type=FORMATS)
@option("--limit", "query_limit", type=Number(int, 1, 1_000_000))
@option("--timeout", "query_timeout", type=Number(float, 0.1, 3600.0))
@option("--explain", is_flag=True)
@option("--list", "listed", is_flag=True)
@option("--show", "text_only", is_flag=True)
@settings("query_hops", "query_memory", "encoding", "store", "home", "lang")
@click.pass_context
def query(
    context: click.Context, /, query: str | None, parameters: tuple[str, ...], out: Path | None,
    file_format: str | None, query_limit: int | None, query_timeout: float | None, explain: bool, listed: bool,
    text_only: bool, **given: Any,
) -> None:  # fmt: skip
    explorer = opened(given)
    encoding = explorer.settings.text("encoding")
    if listed:
        table = library_table(lang_of(context))
        deliver(context, table, out, file_format, encoding, glance=table.names)
        return
    if query is None:
        raise click.UsageError(say("query.which", lang_of(context)))
    text = text_of(query)
    values = dict(value_of(context, one) for one in parameters)
    if text_only:
        click.echo(queried(explorer, text).text, nl=False)
    elif explain:
        click.echo(explorer.explain(text, **values))
    else:
        answer(context, explorer, text, values, out, file_format, query_limit, query_timeout)


def answer(
    context: click.Context, explorer: Explorer, text: str, values: dict[str, object], out: Path | None,
    file_format: str | None, limit: int | None, timeout: float | None,
) -> None:  # fmt: skip
    """Hand the rows over, and say how many there are and whether a limit cut them."""
    result = explorer.query(text, limit=limit, timeout=timeout, **values)
    table, encoding = result.table(), explorer.settings.text("encoding")
    written = deliver(context, table, out, file_format, encoding, glance=table.names)
    if written and out:
        from explorer.formats.manifest import write_manifest

        write_manifest(out, result.facts(), written)
    tell(context, "query.done", rows=len(result.rows), seconds=result.elapsed)
    if result.truncated:
        tell(context, "query.truncated", limit=result.limit)


def text_of(query: str) -> str:
    """The name of a query of the library, or the statement in a file or on stdin."""
    from graph.stores import library

    if query == "-":
        return sys.stdin.read()
    if query not in library.names() and Path(query).is_file():
        return Path(query).read_text("utf-8-sig")
    if not library.NAME.fullmatch(query):
        raise InputError("query_place", name=query)
    return query


def queried(explorer: Explorer, text: str) -> Query:
    from explorer.querying import find

    return find(text, {}, explorer.store)


def value_of(context: click.Context, given: str) -> tuple[str, object]:
    """`name=value`; `name:integer=5` says the type where no head of the query does."""
    from graph.stores.values import TYPES, read

    parts = GIVEN.fullmatch(given)
    if not parts:
        raise click.UsageError(say("query.parameter", lang_of(context), given=given))
    if not parts["type"]:
        return parts["name"], parts["value"]
    if parts["type"] not in TYPES:
        raise click.UsageError(say("query.type", lang_of(context), type=parts["type"], types=", ".join(TYPES)))
    return parts["name"], read(parts["name"], parts["type"], parts["value"], None)


def library_table(lang: str) -> Table:
    """Every query of the library: its name, title, what it starts from and what it asks for."""
    import pyarrow as pa

    from explorer.formats.inferred import table
    from graph.stores import library

    found = [library.query(name, "ladybug") for name in library.names()]
    return table(
        pa.table(
            {
                "name": [one.name for one in found],
                "title": [one.title[lang] for one in found],
                "starts_from": [one.starts_from for one in found],
                "parameters": [" ".join(asked(one)) for one in found],
            }
        )
    )


def asked(query: Query) -> list[str]:
    """Its parameters, those with a default as `name=default`."""
    return [one.name if one.default is None else f"{one.name}={plain(one.default)}" for one in query.parameters]


def plain(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)
