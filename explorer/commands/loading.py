"""`explorer load`, `explorer publish`, `explorer rollback` and `explorer status`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explorer.commands.calls import opened, tell
from explorer.commands.kinds import Day, Word
from explorer.commands.progress import shown
from explorer.commands.words import Command, lang_of, option, settings
from explorer.errors import BadTables
from explorer.texts import say

if TYPE_CHECKING:
    from explorer.service import Explorer
    from graph.loaders.outcome import LoadReport
    from graph.loaders.publish import Published

TABLES = click.Path(path_type=Path)
COUNTED = {
    "dropped": "dropped",
    "identical": "identical",
    "superseded": "superseded",
    "lost_with_party": "lost",
    "emptied": "emptied",
    "conflicts": "conflicts",
}
"""Counts of a table that are told where they are not zero, and the text of each."""
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(cls=Command)
@click.argument("tables", type=TABLES)
@option("--mapping")
@option("--rejects", type=FILE, default=Path("rejects.csv"))
@option("--changes", type=FILE)
@option("--as-of", type=Day())
@option("--today", type=Day())
@option("--check", is_flag=True)
@option("--strict", is_flag=True)
@settings("reject_ceiling", "threads", "memory", "neo4j_batch", "store", "home", "lang")
@click.pass_context
def load(context: click.Context, /, tables: Path, mapping: str | None, rejects: Path, changes: Path | None,
         as_of: date | None, today: date | None, check: bool, strict: bool, **given: Any) -> None:  # fmt: skip
    explorer = opened(given)
    try:
        with shown(lang_of(context)) as progress:
            report = explorer.load(
                tables, mapping=mapping, rejects=rejects, changes=changes, as_of=as_of, today=today,
                strict=strict, check=check, progress=progress,
            )  # fmt: skip
    except BadTables as refusal:
        if refusal.report:
            tell_report(context, refusal.report, rejects)
        raise
    tell_report(context, report, rejects)
    tell(context, "load.checked" if check else "load.done", load_id=report.load_id, store=explorer.store.name)


@click.command(cls=Command)
@click.argument("strings")
@settings("threads", "memory", "neo4j_batch", "store", "home", "lang")
@click.pass_context
def publish(context: click.Context, /, strings: str, **given: Any) -> None:
    explorer = opened(given)
    with shown(lang_of(context)) as progress:
        found = explorer.publish(strings, progress)
    tell(context, "load.published", store=explorer.store.name, **told(found))


@click.command(cls=Command)
@settings("neo4j_batch", "store", "home", "lang")
@click.pass_context
def rollback(context: click.Context, /, **given: Any) -> None:
    explorer = opened(given)
    with shown(lang_of(context)) as progress:
        report = explorer.rollback(progress)
    tell(context, "load.rolled_back", load_id=report.load_id, loaded_at=report.loaded_at, as_of=report.as_of or "-")


@click.command(cls=Command)
@option("--format", "file_format", type=Word(["table", "json"]))
@settings("store", "home", "lang")
@click.pass_context
def status(context: click.Context, /, file_format: str | None, **given: Any) -> None:
    explorer = opened(given)
    report, published = explorer.status(), explorer.published()
    if (file_format or ("table" if sys.stdout.isatty() else "json")) == "json":
        facts = asdict(report) | {"settings": explorer.settings.shown, "bytes": size_of(explorer)}
        facts["changing"] = explorer.changing()
        facts["published"] = asdict(published) if published else None
        click.echo(json.dumps(facts, ensure_ascii=False, sort_keys=True))
        return
    lang = lang_of(context)
    click.echo(
        say("load.status", lang, load_id=report.load_id, loaded_at=report.loaded_at, as_of=report.as_of or "-")
    )
    click.echo(say("load.size", lang, store=explorer.store.name, size=f"{size_of(explorer) / 1e6:,.1f}"))
    if explorer.changing():
        click.echo(say("load.changing", lang))
    if published:
        click.echo(say("load.published", lang, store=explorer.store.name, **told(published)))
    for line in report_lines(report, lang):
        click.echo(line)
    click.echo(say("load.settings", lang))
    for name, value in explorer.settings.shown.items():
        click.echo(f"  {name} = {value}")


def told(found: Published) -> dict[str, Any]:
    """What was published, as the values of its text."""
    return asdict(found) | {"as_of": found.as_of or "-"}


def size_of(explorer: Explorer) -> int:
    """Bytes of the load in force."""
    version = explorer.home.current()
    return sum(path.stat().st_size for path in version.rglob("*") if path.is_file()) if version else 0


def tell_report(context: click.Context, report: LoadReport, rejects: Path | str) -> None:
    for line in report_lines(report, lang_of(context)):
        click.echo(line, err=True)
    tell(context, "load.rejects_file", file=rejects)


def report_lines(report: LoadReport, lang: str) -> list[str]:
    """A load in words: each table, what is in the graph, what stands out, what changed."""
    lines = checked_lines(report.checked, lang)
    graph = "load.graph" if report.load_id else "load.planned"
    lines.append(say(graph, lang, links=report.links, as_of=report.as_of or "-", **report.counts))
    if any(report.inferred.values()):
        named = ", ".join(f"{name} {count:,}" for name, count in report.inferred.items() if count)
        lines.append(say("load.inferred", lang, named=named))
    if report.counts["borrowers_no_customers"]:
        lines.append(say("load.borrowers", lang, count=report.counts["borrowers_no_customers"]))
    if report.after_as_of:
        lines.append(say("load.after_as_of", lang, count=report.after_as_of, as_of=report.as_of))
    if report.stale:
        lines.append(say("load.stale", lang, recent=report.recent, as_of=report.as_of or "-"))
    if report.changes is not None:
        lines.append(say("load.since", lang, former=report.former))
        lines += [
            say("load.change", lang, **asdict(change))
            for change in report.changes
            if change.appeared or change.changed or change.vanished
        ] or [say("load.unchanged", lang)]
    return lines


def checked_lines(checked: dict[str, Any], lang: str) -> list[str]:
    """What reading and checking found, in words."""
    lines = [line for table in checked["tables"] for line in table_lines(table, lang)]
    if checked["unknown_files"]:
        lines.append(say("load.unknown_files", lang, files=", ".join(checked["unknown_files"])))
    return [*lines, say("load.currency", lang, currency=checked["currency"])]


def table_lines(table: dict[str, Any], lang: str) -> list[str]:
    """One table in words: its files, what was kept, and what was not and why."""
    lines = [say("load.table", lang, **table)]
    for file in table["files"]:
        lines.append(say("load.file" if file["encoding"] else "load.file_typed", lang, **file))
        if file["unknown"]:
            lines.append(say("load.unknown_columns", lang, file=file["name"], columns=", ".join(file["unknown"])))
    lines += [say(f"load.{text}", lang, n=table[count]) for count, text in COUNTED.items() if table[count]]
    lines += [
        say("load.rejected", lang, n=count, reason=say(f"load.reject_{reason}", lang))
        for reason, count in sorted(table["rejected"].items())
    ]
    return [lines[0], *(f"  {line}" for line in lines[1:])]
