"""`explorer introduce`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from explorer.commands.calls import deliver, opened, tell
from explorer.commands.digging import FORMATS, listed, say_limits
from explorer.commands.kinds import Day, ExistingFile
from explorer.commands.words import Command, lang_of, option, settings
from explorer.texts import say

GLANCE = ("prospect_name", "rank", "rank_capped", "source_is", "strength", "path_names", "evidence")
"""What people see of the many columns on a terminal; a path begins with the source."""


@click.command(cls=Command)
@option("--prospect", "-p", "prospects", multiple=True)
@option("--from-file", type=ExistingFile())
@option("--all", "all_prospects", is_flag=True)
@option("--string-of")
@settings("introductions", "direction", "tiers", "top", "min_score")
@option("--as-of", type=Day())
@option("--out", "-o", type=click.Path(dir_okay=False, path_type=Path))
@option("--format", "file_format", type=FORMATS)
@settings("encoding", "threads", "memory", "store", "home", "lang")
@click.pass_context
def introduce(context: click.Context, /, prospects: tuple[str, ...], from_file: Path | None, all_prospects: bool,
              string_of: str | None, as_of: date | None, out: Path | None, file_format: str | None,
              **given: Any) -> None:  # fmt: skip
    named = [*prospects, *(listed(from_file) if from_file else [])]
    if bool(prospects or from_file) + all_prospects + (string_of is not None) != 1:
        raise click.UsageError(say("cli.prospects_or_all", lang_of(context)))
    explorer = opened(given)
    found = explorer.introduce("all" if all_prospects else named, string_of=string_of, as_of=as_of)
    written = deliver(context, found.table(), out, file_format, explorer.settings.text("encoding"), glance=GLANCE)
    if written and out:
        from explorer.formats.manifest import write_manifest

        write_manifest(out, found.facts(), written)
    tell(
        context, "cli.introduce_done", prospects=len(found.rows), as_of=found.view.as_of or "-",
        introduced=found.introduced, without=found.alone, within_six=found.within_reach,
        customers=found.passed[0], do_not_contact=found.passed[1],
    )  # fmt: skip
    if found.dug:
        say_limits(context, found.dug)
