"""`explorer path`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from explorer.commands.calls import deliver, opened, tell
from explorer.commands.digging import FORMATS
from explorer.commands.kinds import Day, Word
from explorer.commands.words import Command, option, settings
from explorer.settings import BONDS

GLANCE = ("path", "path_strength", "hop", "from_name", "to_name", "strength", "evidence")
"""What people see of the columns on a terminal."""


@click.command(cls=Command)
@click.argument("start")
@click.argument("end")
@option("--relation", "-r", "relations", multiple=True, type=Word(BONDS))
@option("--along-goods", is_flag=True)
@option("--hops", "--path-hops", "path_hops", metavar="INT")
@settings("paths")
@option("--as-of", type=Day())
@option("--out", "-o", type=click.Path(dir_okay=False, path_type=Path))
@option("--format", "file_format", type=FORMATS)
@settings("encoding", "threads", "memory", "store", "home", "lang")
@click.pass_context
def path(context: click.Context, /, start: str, end: str, relations: tuple[str, ...], along_goods: bool,
         as_of: date | None, out: Path | None, file_format: str | None, **given: Any) -> None:  # fmt: skip
    explorer = opened(given)
    found = explorer.path(start, end, relations=relations, along_goods=along_goods, as_of=as_of)
    written = deliver(context, found.table(), out, file_format, explorer.settings.text("encoding"), glance=GLANCE)
    if written and out:
        from explorer.formats.manifest import write_manifest

        write_manifest(out, found.facts(), written)
    hops = explorer.settings.integer("path_hops")
    if not len(found):
        tell(context, "cli.path_none", hops=hops)
    else:
        tell(context, "cli.path_cut" if found.cut else "cli.path_done", count=len(found), hops=hops)
