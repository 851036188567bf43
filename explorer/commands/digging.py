"""`explorer dig` and `explorer prospects`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explorer.commands.calls import deliver, opened, tell
from explorer.commands.kinds import Day, ExistingFile, Number, Word
from explorer.commands.scaling import dig_at_scale, prospects_at_scale, scaling, wants_spark
from explorer.commands.words import Command, lang_of, option, settings
from explorer.texts import say

if TYPE_CHECKING:
    from explorer.digging import Dig, Filters

FORMATS = Word(["table", "csv", "json", "parquet", "xlsx"])
TEXT_FILTERS = ("kind", "role", "industry", "region", "grid", "branch", "manager")
STRING_GLANCE = ("direction", "rank", "change", "prospect_id", "prospect_name", "tier", "score", "path_names")
PROSPECT_GLANCE = ("prospect_id", "prospect_name", "region", "core_1_name", "core_1_direction", "core_1_score")
"""What people see of the many columns on a terminal."""


def filtering(function: Any) -> Any:
    """Options for the filters on prospects, as of which day, and where the rows go."""
    for name in reversed(TEXT_FILTERS):
        function = option(f"--{name}", name, multiple=True)(function)
    for decorate in (
        option("--tier", metavar="INT", type=Number(int, 1, 6), multiple=True),
        option("--exclude-file", type=ExistingFile()),
        option("--as-of", type=Day()),
        option("--out", "-o", type=click.Path(dir_okay=False, path_type=Path)),
        option("--format", "file_format", type=FORMATS),
        settings("encoding", "threads", "memory", "store", "home", "lang"),
        scaling,
    ):
        function = decorate(function)
    return function


@click.command(cls=Command)
@option("--anchor", "-a", "anchors", multiple=True)
@option("--anchors-file", type=ExistingFile())
@option("--all", "all_cores", is_flag=True)
@settings("direction", "tiers", "top", "min_score")
@option("--last-trade-after", "traded_after", type=Day())
@option("--amount-at-least")
@option("--since", type=ExistingFile())
@filtering
@click.pass_context
def dig(context: click.Context, /, anchors: tuple[str, ...], anchors_file: Path | None, all_cores: bool,
        since: Path | None, out: Path | None, file_format: str | None, as_of: date | None,
        **given: Any) -> None:  # fmt: skip
    named = [*anchors, *(listed(anchors_file) if anchors_file else [])]
    if all_cores == bool(named):
        raise click.UsageError(say("cli.anchors_or_all", lang_of(context)))
    filters = filters_of(given)
    if wants_spark(context, given):
        if since:
            raise click.UsageError(say("cli.spark_since", lang_of(context)))
        dig_at_scale(context, None if all_cores else named, filters, as_of, out, file_format, given, STRING_GLANCE)
        return
    explorer = opened(given)
    found = explorer.dig("all" if all_cores else named, filters=filters, as_of=as_of)
    table, compared = found.table(), None
    if since:
        from explorer.formats.since import Since

        compared = Since(since, found.anchor_ids(), found.directions)
        table = compared.table(table)
    written = deliver(context, table, out, file_format, explorer.settings.text("encoding"), glance=STRING_GLANCE)
    facts = found.facts() | ({"gone": compared.gone} if compared else {})
    if written and out:
        from explorer.formats.manifest import write_manifest

        write_manifest(out, facts, written)
    summarise(context, found)
    if compared:
        tell(context, "cli.gone", count=compared.gone)


@click.command(cls=Command)
@settings("tiers", "min_score")
@filtering
@click.pass_context
def prospects(
    context: click.Context, /, out: Path | None, file_format: str | None, as_of: date | None, **given: Any
) -> None:
    filters = filters_of(given)
    if wants_spark(context, given):
        prospects_at_scale(context, filters, as_of, out, file_format, given, PROSPECT_GLANCE)
        return
    explorer = opened(given)
    found = explorer.prospects(filters=filters, as_of=as_of)
    encoding = explorer.settings.text("encoding")
    written = deliver(context, found.table(), out, file_format, encoding, glance=PROSPECT_GLANCE)
    if written and out:
        from explorer.formats.manifest import write_manifest

        write_manifest(out, found.facts(), written)
    tell(
        context, "cli.prospects_done", tiers=found.tiers, as_of=found.view.as_of or "-",
        customers=found.passed_customers, do_not_contact=found.passed_do_not_contact,
    )  # fmt: skip


def summarise(context: click.Context, found: Dig) -> None:
    """Say what the rows do not show: who was passed over, what was cut, by which limit."""
    lists = found.summaries
    tell(
        context, "cli.dig_done", anchors=len(found.anchors), rows=sum(one.shown for one in lists),
        as_of=found.view.as_of or "-", tiers=found.tiers,
        customers=sum(one.passed_customers for one in lists),
        do_not_contact=sum(one.passed_do_not_contact for one in lists),
    )  # fmt: skip
    say_limits(context, found)


def say_limits(context: click.Context, found: Dig) -> None:
    """Say which limits the lists hit."""
    values = {"top": found.top, "min_score": found.min_score, "tiers": found.tiers}
    for limit, hit in found.limits.items():
        if hit:
            tell(context, f"cli.limit_{limit}", hit=hit, lists=len(found.summaries), value=values[limit])
    if not any(found.limits.values()):
        tell(context, "cli.limit_none")


def filters_of(given: dict[str, Any]) -> Filters:
    """Take the filters out of the options of a call; what is left are settings."""
    from explorer.digging import Filters, hundredths

    words = {name: tuple(given.pop(name)) for name in TEXT_FILTERS}
    exclude = given.pop("exclude_file")
    return Filters(
        **words,
        traded_after=given.pop("traded_after", None),
        amount_at_least=hundredths(given.pop("amount_at_least", None)),
        exclude=tuple(listed(exclude)) if exclude else (),
        tier=tuple(given.pop("tier")),
    )


def listed(file: Path) -> list[str]:
    """Ids or names, one a line; empty lines and those that begin with # do not count."""
    from graph.loaders.encoding import find_encoding

    encoding, _ = find_encoding(file, "")
    lines = file.read_text(encoding, errors="replace").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
