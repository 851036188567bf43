"""The query page: the library with its forms, an editor for what analysts type, and the answer as table and graph."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from explorer.errors import AmbiguousName, ExplorerError, InputError
from explorer.querying import Result, dialect_of, find
from graph.stores.values import TYPES
from web import words
from web.drawing import Picture
from web.page import Asked, Download, File, Page
from web.pages import query_cells
from web.pages.query_asking import (
    Chosen,
    Field,
    NamedArguments,
    QueryArguments,
    Tab,
    chosen_of,
    command_of,
    fields_of,
    given_of,
)  # fmt: skip
from web.pages.query_cells import Cell, Column
from web.pages.query_library import Group, groups
from web.pages.query_picture import picture
from web.parts import Pager, Who, pager
from web.svg import svg
from web.workbook import queries
from web.workbook.queries import Saved

MOST = 100_000
"""Rows that a page runs for, whatever is asked."""


@dataclass(frozen=True)
class Bounds:
    rows: int
    seconds: float
    hops: int


@dataclass(frozen=True)
class Answered:
    """Rows `pager.first` to `last` of the answer; `ticks` are the parties of the rows' boxes, "" for none."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    ticks: tuple[str, ...]
    pager: Pager
    truncated: bool
    limit: int
    elapsed: float
    load_id: str


@dataclass(frozen=True)
class Failure:
    """`candidates` (id, name, what tells it apart) are who may be `meant`."""

    code: str
    text: str
    meant: str = ""
    candidates: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class QueryPage:
    """`key` is "" for a typed statement, which has no title; `answer` is None where nothing was run."""

    key: str
    title: str
    other_title: str
    description: str
    statement: str
    typed: bool
    saved: Saved | None
    fields: tuple[Field, ...]
    groups: tuple[Group, ...]
    bounds: Bounds
    tab: Tab
    types: tuple[str, ...] = TYPES
    answer: Answered | None = None
    plan: str = ""
    picture: Picture | None = None
    drawn: tuple[Who, ...] = ()
    nodes: int = 0
    failure: Failure | None = None
    command: str = ""

    @property
    def own(self) -> dict[str, str]:
        """Arguments of an address that opens the statement as the person's own, with its values."""
        given = {f"p_{one.name}": one.value for one in self.fields}
        return given | {f"t_{one.name}": one.type for one in self.fields}


def query(asked: Asked, arguments: QueryArguments) -> QueryPage:
    chosen = chosen_of(asked, arguments)
    bare = _bare(asked, arguments, chosen)
    if not (arguments.tab and chosen.text.strip()):
        return bare
    given = given_of(asked, chosen)
    if arguments.tab == "plan":
        return replace(bare, plan=asked.explorer.plan(chosen.text, given))
    result = _result(asked, arguments, chosen)
    if arguments.tab == "graph":
        drawn, parties, nodes = picture(asked, result, asked.explorer.settings.integer("view_nodes"))
        answer = replace(_answered(asked, result, arguments.page), columns=(), rows=(), ticks=())
        return replace(bare, answer=answer, picture=drawn, drawn=parties, nodes=nodes)
    return replace(bare, answer=_answered(asked, result, arguments.page))


def failed(asked: Asked, arguments: QueryArguments, error: ExplorerError) -> QueryPage:
    """The page with what was typed and why it did not run; raises the error where there is no such query."""
    try:
        bare = _bare(asked, arguments, chosen_of(asked, arguments))
    except ExplorerError as other:
        if not arguments.statement or isinstance(arguments, NamedArguments):
            raise error from other
        bare = _bare(asked, replace(arguments, statement=""), Chosen("", {}, {}))
        bare = replace(bare, statement=arguments.statement, tab=arguments.tab)
    return replace(bare, failure=_failure(asked, error))


def _failure(asked: Asked, error: ExplorerError) -> Failure:
    text = error.text(asked.lang)
    if words.hiding("names") and error.code == "query_failed":  # the store repeats the statement
        return Failure(error.code, asked.say("web_query.statement_hidden"))
    if not isinstance(error, AmbiguousName):
        return Failure(error.code, text)
    if words.hiding("names"):
        return Failure(error.code, asked.say("web.hidden_candidates"))
    return Failure(error.code, text.partition("\n")[0], str(error.values["name"]), tuple(error.candidates))


def rows(asked: Asked, arguments: QueryArguments) -> Download:
    """The whole answer within the limits, as `explorer query --out` writes it.

    Raises InputError where names or amounts are hidden: a statement may put them into any column.
    """
    if words.hiding("names") or words.hiding("amounts"):
        raise InputError("query_hidden")
    chosen = chosen_of(asked, arguments)
    result = _result(asked, arguments, chosen)
    return Download(result.table(), chosen.saved.name if chosen.saved else result.query.name or "query")


def _bare(asked: Asked, arguments: QueryArguments, chosen: Chosen) -> QueryPage:
    """The page before anything runs."""
    explorer, lang = asked.explorer, asked.lang
    found = find(chosen.text, chosen.given, explorer.store) if chosen.text.strip() else None
    limits = explorer.limits(arguments.query_rows, arguments.query_seconds)
    rows = limits.rows or min(found.limit or limits.usual_rows if found else limits.usual_rows, limits.usual_rows)
    title = (chosen.saved.name if chosen.saved else found.title.get(lang, "")) if found else ""
    return QueryPage(
        key=arguments.query if isinstance(arguments, NamedArguments) else "",
        title=title,
        other_title=found.title.get("en" if lang == "zh" else "zh", "") if found and not chosen.saved else "",
        description=found.description.get(lang, "") if found else "",
        statement=found.statement.strip() if found else "",
        typed=not (found and found.name),
        saved=chosen.saved,
        fields=fields_of(asked, found, chosen) if found else (),
        groups=groups(asked, dialect_of(explorer.store)),
        bounds=Bounds(min(rows, MOST), min(limits.seconds, explorer.settings.number("query_seconds")), limits.hops),
        tab=arguments.tab,
        command=command_of(arguments, chosen, found) if found else "",
    )


def _result(asked: Asked, arguments: QueryArguments, chosen: Chosen) -> Result:
    """Run it; nobody may take more time than the server's setting, nor MOST rows."""
    token = arguments.token
    seconds = asked.explorer.settings.number("query_seconds")
    return asked.explorer.answer(
        chosen.text, given_of(asked, chosen),
        limit=min(arguments.query_rows, MOST) if arguments.query_rows else None,
        timeout=min(arguments.query_seconds or seconds, seconds),
        stop=lambda: bool(token) and queries.stopped(asked.workbook, f"{asked.person.name}:{token}"[:100]),
    )  # fmt: skip


def _answered(asked: Asked, result: Result, page: int) -> Answered:
    place, part = pager(len(result.rows), page, asked.explorer.settings.integer("page_rows"))
    part = slice(part.start, min(part.stop, len(result.rows)))
    made = query_cells.rows(result, part, hiding=words.hiding("names"))
    ticks = tuple(next((cell.who.party_id for cell in row if cell.who), "") for row in made)
    return Answered(
        query_cells.columns(result), made, ticks, place, result.truncated, result.limit, result.elapsed,
        result.view.load_id,
    )  # fmt: skip


def saved_file(_: Asked, page: QueryPage) -> File:
    """A saved query, or any other, as a file that can be imported."""
    content = {
        "name": page.title or page.key,
        "statement": page.saved.statement if page.saved else page.statement,
        "parameters": {one.name: one.value for one in page.fields},
        "types": {one.name: one.type for one in page.fields},
    }
    return File(
        json.dumps(content, ensure_ascii=False, indent=1).encode(),
        "application/json",
        page.title or page.key or "query",
    )


def picture_file(_: Asked, page: QueryPage) -> File:
    """The picture of the answer's graph; raises InputError where the address asks for none."""
    if page.picture is None:
        raise InputError("argument_bad", name="tab", value=page.tab)
    return File(str(svg(page.picture, alone=True)).encode(), "image/svg+xml", page.title or page.key or "query")


FILES = {"saved.json": saved_file, "graph.svg": picture_file}
QUERY = Page("query", "/query", QueryArguments, QueryPage, query, menu="query", rows=rows, files=FILES, failed=failed)
QUERY_NAMED = Page(
    "query_named", "/query/<id:query>", NamedArguments, QueryPage, query, menu="query", rows=rows, files=FILES,
    failed=failed,
)  # fmt: skip
