"""`--engine spark` of `explorer dig` and `explorer prospects`: the same rows, from a work folder."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explorer.commands.calls import NoPandas, deliver, tell
from explorer.commands.kinds import Day
from explorer.commands.loading import checked_lines, tell_report
from explorer.commands.progress import shown
from explorer.commands.words import lang_of, option, settings
from explorer.errors import BadTables
from explorer.settings import Settings
from explorer.texts import say

if TYPE_CHECKING:
    from explorer.at_scale import AtScale
    from explorer.digging import Filters
    from explorer.scaled_answer import Scaled

PREPARING = ("tables", "mapping", "rejected", "today", "strict", "skip")
OPTIONS = {name: f"--{name}" for name in ("work", "parts", *PREPARING)} | {"rejected": "--rejects"}
NAMED = 10
"""Damaged files that are named; all of them stand among the rejects."""


def scaling(function: Any) -> Any:
    """Options for the engine, and where it reads and writes."""
    for decorate in (
        option("--parts", metavar="FOLDER"),
        settings("reject_ceiling"),
        option("--skip", is_flag=True),
        option("--strict", is_flag=True),
        option("--today", type=Day()),
        option("--rejects", "rejected", type=click.Path(dir_okay=False, path_type=Path)),
        option("--mapping", metavar="FILE"),
        option("--tables", metavar="FOLDER"),
        option("--work", metavar="FOLDER"),
        settings("spark_snapshot"),
        option("--plan", "spark_plan", metavar="auto|snapshot|tiers"),
        option("--master", "spark_master", metavar="MASTER"),
        settings("engine"),
    ):
        function = decorate(function)
    return function


def wants_spark(context: click.Context, given: dict[str, Any]) -> bool:
    """Whether this call is for Spark; else its options for Spark are taken out of `given`.

    Raises UsageError for options that would be passed over in silence.
    """
    if Settings({"engine": given["engine"]}, os.environ).text("engine") == "spark":
        preparing = [OPTIONS[name] for name in PREPARING if given[name]]
        if preparing and not given["tables"]:
            raise click.UsageError(say("cli.spark_tables", lang_of(context), options=", ".join(preparing)))
        return True
    if named := [OPTIONS[name] for name in OPTIONS if given[name]]:
        raise click.UsageError(say("cli.spark_only", lang_of(context), options=", ".join(named)))
    for name in OPTIONS:
        given.pop(name)
    return False


def dig_at_scale(
    context: click.Context, anchors: list[str] | None, filters: Filters, as_of: date | None, out: Path | None,
    file_format: str | None, given: dict[str, Any], glance: Collection[str],
) -> None:  # fmt: skip
    """Dig from `anchors`, None for all core enterprises, and say what the rows do not show."""
    folder, scale = given["parts"], _opened(context, given, as_of)
    found = scale.dig("all" if anchors is None else anchors, filters=filters, as_of=as_of)
    _hand_over(context, scale, found, out, file_format, folder, glance)
    facts = found.facts
    asked = facts["parameters"]
    number = facts["lists"] // len(asked["direction"])
    tell(context, "cli.dig_done", anchors=number, rows=found.rows, as_of=facts["as_of"] or "-", tiers=asked["tiers"],
         customers=facts["passed_customers"], do_not_contact=facts["passed_do_not_contact"])  # fmt: skip
    for limit, hit in facts["limits"].items():
        if hit:
            tell(context, f"cli.limit_{limit}", hit=hit, lists=facts["lists"], value=asked[limit])
    if not any(facts["limits"].values()):
        tell(context, "cli.limit_none")


def prospects_at_scale(
    context: click.Context, filters: Filters, as_of: date | None, out: Path | None, file_format: str | None,
    given: dict[str, Any], glance: Collection[str],
) -> None:  # fmt: skip
    folder, scale = given["parts"], _opened(context, given, as_of)
    found = scale.prospects(filters=filters, as_of=as_of)
    _hand_over(context, scale, found, out, file_format, folder, glance)
    tell(context, "cli.prospects_done", tiers=found.facts["parameters"]["tiers"], as_of=found.facts["as_of"] or "-",
         customers=found.facts["passed_customers"],
         do_not_contact=found.facts["passed_do_not_contact"])  # fmt: skip


def _opened(context: click.Context, given: dict[str, Any], as_of: date | None) -> AtScale:
    """The work folder of this call, made from tables where some are named."""
    NoPandas.settle()
    from explorer.at_scale import AtScale

    told = {name: given.pop(name) for name in PREPARING}
    work, parts = given.pop("work"), given.pop("parts")
    if not work:
        raise click.UsageError(say("cli.spark_work", lang_of(context)))
    scale = AtScale.open(work, Settings(given, os.environ), os.environ)
    if parts:  # before anything takes long
        scale.room(parts, *filter(None, [told["tables"]]))
    if told["tables"]:
        _prepare(context, scale, told, as_of)
    return scale


def _prepare(context: click.Context, scale: AtScale, told: dict[str, Any], as_of: date | None) -> None:
    """Make a version of the work folder, and say what one machine's load says of its tables."""
    from explorer.at_scale import Tables, report_of

    mapping, rejected = told["mapping"], told["rejected"]
    tables = Tables(
        told["tables"],
        Path(mapping) if mapping else None,
        as_of,
        told["today"],
        told["strict"],
        told["skip"],
        rejected,
    )
    try:
        with shown(lang_of(context)) as progress:
            facts = scale.prepare(tables, progress)
    except BadTables as refusal:
        if refusal.report:
            for line in checked_lines(refusal.report["checked"], lang_of(context)):
                click.echo(line, err=True)
            tell(context, "load.rejects_file", file=rejected or scale.rejects(refusal.report))
        raise
    tell_report(context, report_of(facts), rejected or scale.rejects(facts))
    if facts["skipped"]:
        tell(context, "load.skipped", n=len(facts["skipped"]), files=", ".join(facts["skipped"][:NAMED]))


def _hand_over(
    context: click.Context, scale: AtScale, found: Scaled, out: Path | None, file_format: str | None,
    folder: str | None, glance: Collection[str],
) -> None:  # fmt: skip
    """Write one file as one machine does, and the parts where somebody named a place for them."""
    try:
        if folder:
            scale.keep(found, folder)
            tell(context, "cli.written", rows=found.rows, file=folder)
        if out or not folder:
            encoding = scale.settings.text("encoding")
            written = deliver(context, found.table(), out, file_format, encoding, glance=glance)
            if written and out:
                from explorer.formats.manifest import write_manifest

                write_manifest(out, found.facts, written)
    finally:
        found.remove()
