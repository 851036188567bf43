"""`explorer find` and `explorer show`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from explorer.commands.calls import deliver, opened, tell
from explorer.commands.digging import FORMATS
from explorer.commands.kinds import Day, Word
from explorer.commands.words import Command, lang_of, option, settings
from explorer.texts import say

if TYPE_CHECKING:
    from explorer.evidence import Evidence, Hop
    from explorer.party import Party

ROWS_SHOWN = 12


@click.command(cls=Command)
@click.argument("text")
@option("--format", "file_format", type=FORMATS)
@settings("find_limit", "encoding", "store", "home", "lang")
@click.pass_context
def find(context: click.Context, /, text: str, file_format: str | None, **given: Any) -> None:
    from explorer.exports import found_table

    explorer = opened(given)
    found = explorer.find(text)
    table, encoding = found_table(explorer.view(), found), explorer.settings.text("encoding")
    deliver(context, table, None, file_format, encoding, glance=table.names)
    if found.total > len(found.rows):
        tell(context, "cli.find_more", count=found.total - len(found.rows))
    if not found.total:
        tell(context, "cli.find_none", text=text)
    elif found.how[0] == "near":
        tell(context, "cli.find_near", text=text)


@click.command(cls=Command)
@click.argument("party")
@option("--from", "anchor")
@option("--as-of", type=Day())
@option("--format", "file_format", type=Word(["table", "json"]))
@settings("direction", "tiers", "store", "home", "lang")
@click.pass_context
def show(
    context: click.Context,
    /,
    party: str,
    anchor: str | None,
    as_of: date | None,
    file_format: str | None,
    **given: Any,
) -> None:  # fmt: skip
    explorer = opened(given)
    shown = explorer.party(party)
    strings = explorer.evidence(party, anchor, as_of=as_of) if anchor else []
    if (file_format or ("table" if sys.stdout.isatty() else "json")) == "json":
        facts = asdict(shown) | ({"strings": [asdict(string) for string in strings]} if anchor else {})
        click.echo(json.dumps(facts, ensure_ascii=False, default=plain))
    else:
        for line in party_lines(shown, lang_of(context)):
            click.echo(line)
        for string in strings:
            for line in evidence_lines(string, lang_of(context)):
                click.echo(line)
    if anchor and not strings:
        tell(context, "cli.no_string", tiers=explorer.settings.integer("tiers"), anchor=anchor)


def plain(value: object) -> object:
    import numpy

    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, numpy.generic):
        return value.item()
    raise TypeError(f"{value!r} is no value of a report")


def party_lines(party: Party, lang: str) -> list[str]:
    lines = [f"{party.party_id}  {party.name}  [{say(f'cli.standing_{party.standing}', lang)}]"]
    lines += [
        say("cli.fact", lang, name=say(f"model.{name}", lang), value=worded(value, lang))
        for name, value in party.facts.items()
        if name not in ("party_id", "name")
    ]
    lines.append(say("cli.neighbour_counts", lang))
    for one in party.neighbours:
        relation, other = say(f"model.{one.relation}_{one.direction}", lang), say(f"model.{one.other}", lang)
        lines.append(say("cli.neighbour", lang, relation=relation, other=other, count=one.count))
    return lines


def worded(value: object, lang: str) -> str:
    """A property for people: yes for a flag that is set, a number without an endless fraction."""
    if isinstance(value, bool):
        return say("cli.yes" if value else "cli.no", lang)
    return f"{value:,.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def evidence_lines(string: Evidence, lang: str) -> list[str]:
    head = say(
        f"cli.string_{string.direction}", lang, tier=string.tier, score=f"{string.score:.6f}", cost=string.cost
    )
    return [head, *(line for number, hop in enumerate(string.hops, 1) for line in hop_lines(number, hop, lang))]


def hop_lines(number: int, hop: Hop, lang: str) -> list[str]:
    """One hop in words: who sells to whom, what is known of it, and how its cost comes about."""
    values = asdict(hop) | {
        "amount": "-" if hop.amount is None else f"{hop.amount:,.2f}",
        "first": hop.first or "-",
        "last": hop.last or "-",
        "standing": say(f"cli.standing_{hop.to_standing}", lang),
        "cost": hop.link_cost + hop.decay + hop.dilution,
        "number": number,
    }
    from explorer.evidence import FEW

    buys = hop.supplier_id == hop.to_id
    own, other = ("in", "out") if buys else ("out", "in")
    shares = (own, other) if hop.partners >= FEW else (own,)
    values["shares"] = say("cli.and", lang).join(say(f"cli.hop_share_{side}", lang, **values) for side in shares)
    parts = ("buys" if buys else "sells", "trade", "shares", "strength", "cost")
    lines = [say(f"cli.hop_{part}", lang, **values) for part in parts]
    if hop.months is None or hop.rows is None:
        return [*lines, say("cli.no_history", lang)]
    for month in hop.months[:ROWS_SHOWN]:
        amount = "-" if month.amount is None else f"{month.amount:,.2f}"
        lines.append(say("cli.hop_month", lang, month=month.month or "-", rows=month.rows, amount=amount))
    if len(hop.months) > ROWS_SHOWN:
        lines.append(say("cli.hop_more", lang, count=len(hop.months) - ROWS_SHOWN))
    return lines
