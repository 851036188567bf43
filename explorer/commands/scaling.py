"""`--engine spark` of `explorer dig` and `explorer prospects`: the same rows, from a work folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explorer.commands.calls import NoPandas, deliver, tell
from explorer.commands.progress import shown
from explorer.commands.words import lang_of, option, settings
from explorer.settings import Settings
from explorer.texts import say

if TYPE_CHECKING:
    from explorer.at_scale import AtScale
    from explorer.digging import Filters
    from explorer.scaled_answer import Scaled

OPTIONS = ("work", "tables", "mapping", "parts")


def scaling(function: Any) -> Any:
    """Options for the engine, and where it reads and writes."""
    for decorate in (
        option("--parts", metavar="FOLDER"),
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


def wants_spark(given: dict[str, Any]) -> bool:
    """Whether this call is for Spark; else its options for Spark are taken out of `given`."""
    chosen = Settings({"engine": given["engine"]}, os.environ)
    if chosen.text("engine") == "spark":
        return True
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
    from explorer.at_scale import AtScale, Tables

    work, tables, mapping = (given.pop(name) for name in OPTIONS[:3])
    given.pop("parts")
    if not work:
        raise click.UsageError(say("cli.spark_work", lang_of(context)))
    chosen = Settings(given, os.environ)
    if chosen.text("spark_master").startswith("local") or not chosen.text("spark_master"):
        # Tasks on this machine run in the Python that this command runs in.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    scale = AtScale.open(work, chosen, os.environ)
    if tables:
        progress = context.with_resource(shown(lang_of(context)))
        scale.prepare(Tables(tables, Path(mapping) if mapping else None, as_of), progress)
    return scale


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
