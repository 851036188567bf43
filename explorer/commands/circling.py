"""`explorer circles`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from explorer.commands.calls import deliver, opened, tell
from explorer.commands.digging import FORMATS
from explorer.commands.kinds import Day, Word
from explorer.commands.words import Command, option, settings

KINDS = ("community", "group", "grid", "guarantee", "ownership")
FACES = KINDS[:3]
GLANCES = {
    "circles": ("circle_id", "kind", "name", "members", "penetration", "prospects", "shared", "best_referrer_id"),
    "units": ("circle_id", "kind", "name", "members", "strong_parts", "cycles", "loan_amount", "guarantees_inside"),
    "members": ("party_id", "name", "standing", "role", "links", "link_1_name", "link_1_types", "link_1_strength"),
}
"""What people see of the many columns on a terminal."""


@click.command(cls=Command)
@option("--kind", "circle_kind", type=Word(KINDS), multiple=True)
@option("--circle")
@settings("cycle_limit", "settled")
@option("--as-of", type=Day())
@option("--out", "-o", type=click.Path(dir_okay=False, path_type=Path))
@option("--format", "file_format", type=FORMATS)
@settings("encoding", "threads", "memory", "store", "home", "lang")
@click.pass_context
def circles(
    context: click.Context, /, circle_kind: tuple[str, ...], circle: str | None, out: Path | None,
    file_format: str | None, as_of: date | None, **given: Any,
) -> None:  # fmt: skip
    explorer = opened(given)
    found = explorer.circles(circle_kind or FACES, as_of=as_of)
    shown = found.members(circle) if circle else found
    glance = GLANCES["members" if circle else "units" if found.loans else "circles"]
    written = deliver(context, shown.table(), out, file_format, explorer.settings.text("encoding"), glance=glance)
    if written and out:
        from explorer.formats.manifest import write_manifest

        write_manifest(out, shown.facts(), written)
    if not circle:
        for kind, alone in found.alone.items():
            tell(context, "cli.circles_done", kind=kind, alone=alone)
        if found.former:
            tell(context, "cli.circles_former", load_id=found.former.load_id)
        else:
            tell(context, "cli.circles_no_former")
