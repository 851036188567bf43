"""The pages that are made from the code: cog blocks in `docs/*.md` call these functions and take what they print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
import cog

from explorer.cli import explorer
from explorer.settings import SETTINGS, Setting
from explorer.texts import say
from graph.model import NODES, RELATIONS, TABLES, Column, Property, Relation
from graph.stores import library

WIDTH = 100


def commands(command: click.Command = explorer, parent: click.Context | None = None) -> Iterator[click.Context]:
    """Every command with its context, the program itself first."""
    shape = command.context_settings | {"terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(command, parent, command.name, obj="en", **shape)
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            yield from commands(command.commands[name], context)


def cli() -> None:
    """Every command's help, as `--help` shows it."""
    for context in commands():
        cog.outl(f"\n### {context.command_path}\n\n```text\n{context.command.get_help(context)}\n```")


def settings() -> None:
    """One row for each setting."""
    table(
        ("setting", "meaning", "default", "bounds", "environment", "commands"),
        [
            (f"`{setting.name}`", say(f"settings.{setting.name}", "en"), f"`{setting.default}`", bounds(setting),
             f"`{setting.environment}`", ", ".join(takers(setting)))
            for setting in SETTINGS
        ],
    )  # fmt: skip


def bounds(setting: Setting) -> str:
    if isinstance(setting.default, str):
        return ", ".join(f"`{word}`" for word in setting.bounds) or "any text"
    return f"{setting.bounds[0]:,} to {setting.bounds[1]:,}"


def takers(setting: Setting) -> list[str]:
    """The commands with an option for the setting; `all` where every one has it."""
    every = [context for context in commands() if not isinstance(context.command, click.Group)]
    found = [context for context in every if setting.name in {one.name for one in context.command.params}]
    names = [context.command_path.removeprefix("explorer ") for context in found]
    return ["all"] if len(names) == len(every) else names


def queries() -> None:
    """One section for each query of the library: what it tells, what it asks for, what comes out."""
    for query in (library.query(name, "ladybug") for name in library.names()):
        cog.outl(f"\n### {query.name}\n\n**{query.title['en']}** · {query.title['zh']}\n")
        cog.outl(f"{query.description['en']}\n\n{query.description['zh']}\n")
        cog.outl(f"Starts from: {query.starts_from}." + (f" Rows: {query.limit}." if query.limit else "") + "\n")
        if query.parameters:
            rows = [
                (f"`{one.name}`", one.type, shown(one.default), one.help["en"], one.help["zh"])
                for one in query.parameters
            ]  # fmt: skip
            table(("parameter", "type", "default", "meaning", "含义"), rows)
        cog.outl("\nColumns: " + ", ".join(f"`{name}` {kind}" for name, kind in query.columns) + ".")


def shown(default: object) -> str:
    """A default as it is written after `-p name=`; a parameter that has none must be given."""
    if default is None:
        return "must be given"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`" if default != "" else "empty"


def inputs() -> None:
    """The columns of every input table."""
    for one in TABLES:
        cog.outl(f"\n### {one.name}\n\nNature: {one.nature}; key: {ticked(one.key)}.")
        if one.role:
            cog.outl(f"Columns as in `parties`, but `name` is not required. Gives the role `{one.role}`.")
            continue
        cog.outl()
        table(("column", "kind", "required", "refers to", "dates"), [cells(column) for column in one.columns])


def cells(column: Column) -> tuple[str, ...]:
    dates = ("may lie ahead" if column.future else "1950 to the day of loading") if column.kind == "date" else ""
    return f"`{column.name}`", column.kind, "yes" if column.required else "", column.refers, dates


def nodes() -> None:
    """Every node kind with its properties."""
    for node in NODES:
        cog.outl(f"\n### {node.label}\n\n{pattern(node.label, node.properties)}\n")
        cog.outl(f"In words: {say(f'model.{node.label}', 'en')}. From: {node.source}. Key: `{node.key}`.\n")
        properties(node.properties)
        if node.private:
            cog.outl(f"\nOnly with a party that was asked for, never in a neighbourhood: {ticked(node.private)}.")


def relations() -> None:
    """Every relationship with its pattern and properties."""
    for relation in RELATIONS:
        cog.outl(f"\n### {relation.type}\n")
        cog.outl(" · ".join(f"`(:{start})-[:{relation.type}]->(:{end})`" for start, end in relation.ends) + "\n")
        cog.outl(f"In words: {words(relation)}. From: {relation.source}. One for each: {ticked(alone(relation))}.\n")
        properties(relation.properties)


def words(relation: Relation) -> str:
    return " / ".join(say(f"model.{relation.type}_{direction}", "en") for direction in ("out", "in"))


def alone(relation: Relation) -> tuple[str, ...]:
    """What tells two relationships of a type apart."""
    return ("from", "to", *relation.key)


def pattern(label: str, of: Sequence[Property]) -> str:
    return f"`(:{label} {{{', '.join(one.name for one in of)}}})`"


def properties(of: Sequence[Property]) -> None:
    if of:
        table(("property", "type", "moves with as_of"), [
            (f"`{one.name}`", one.type, "yes" if one.derived else "") for one in of
        ])  # fmt: skip


def ticked(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A Markdown table."""
    for row in (head, ["---"] * len(head), *rows):
        cog.outl(f"| {' | '.join(row)} |")
