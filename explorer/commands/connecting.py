"""`explorer path`, `explorer chain` and `explorer neighbours`: what stands between and around parties."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from explorer.commands.calls import deliver, opened, tell
from explorer.commands.digging import FORMATS
from explorer.commands.kinds import Day, Number, Word
from explorer.commands.words import Command, lang_of, option, settings
from explorer.settings import BONDS
from explorer.texts import say

GLANCE = ("path", "path_strength", "hop", "from_name", "to_name", "strength", "evidence")
CHAIN = ("direction", "tier", "party_name", "score", "amount", "last_date", "parent_name")
AROUND = ("other_id", "other_name")
"""What people see of the columns on a terminal."""
FARTHEST = 4
"""Tiers of a chain's side at most."""


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


@click.command(cls=Command)
@click.argument("party")
@option("--up", type=Number(int, 0, FARTHEST), default=2)
@option("--down", type=Number(int, 0, FARTHEST), default=2)
@option("--tier", "chain_tier", type=Number(int, 1, FARTHEST))
@option("--prospects-only", is_flag=True)
@option("--as-of", type=Day())
@option("--out", "-o", type=click.Path(dir_okay=False, path_type=Path))
@option("--format", "file_format", type=FORMATS)
@settings("direction", "view_hub", "encoding", "threads", "memory", "store", "home", "lang")
@click.pass_context
def chain(context: click.Context, /, party: str, up: int, down: int, chain_tier: int | None, prospects_only: bool,
          as_of: date | None, out: Path | None, file_format: str | None, **given: Any) -> None:  # fmt: skip
    from explorer.chain_listed import ordered

    explorer = opened(given)
    wanted = explorer.settings.text("direction")
    found = explorer.chain(party, up=up, down=down, as_of=as_of)
    sides = [side for side in found.sides if wanted in ("both", side.direction)]
    kept = [side.take(ordered(found, side, chain_tier, prospects_only=prospects_only)) for side in sides]
    deliver(context, found.table(kept), out, file_format, explorer.settings.text("encoding"), glance=CHAIN)
    for side in sides:
        key = "cli.chain_done" if side.whole else "cli.chain_cut"
        tell(context, key, side=say(f"cli.chain_{side.direction}", lang_of(context)), count=len(side.party))


@click.command(cls=Command)
@click.argument("party")
@option("--relation", "-r", "relation", metavar="TYPE")
@option("--direction", "towards", type=Word(["out", "in", "both"]))
@option("--out", "-o", type=click.Path(dir_okay=False, path_type=Path))
@option("--format", "file_format", type=FORMATS)
@settings("encoding", "store", "home", "lang")
@click.pass_context
def neighbours(context: click.Context, /, party: str, relation: str | None, towards: str | None,
               out: Path | None, file_format: str | None, **given: Any) -> None:  # fmt: skip
    explorer = opened(given)
    found = explorer.neighbours(party, relation, towards, limit=1)
    if found.relation is None:
        tell(context, "cli.neighbours_none")
        return
    deliver(context, found.table(), out, file_format, explorer.settings.text("encoding"), glance=AROUND)
    words = {"relation": found.relation, "direction": found.direction}
    tell(context, "cli.neighbours_done", count=found.total, **words)
