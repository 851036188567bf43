"""Commands and options whose texts come from the catalogue, in the language of the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from explorer.settings import SETTING, Settings
from explorer.texts import say


def lang_of(context: click.Context) -> str:
    """The language of this call; `main` puts it there."""
    return str(context.find_root().obj or "en")


class Option(click.Option):
    """An option that is a setting, or one with the text `cli.option_<name>`. Settings have no default here."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        name, lang = str(self.name), lang_of(ctx)
        setting = SETTING.get(name)
        if setting is None:
            self.help = say(f"cli.option_{name}", lang)
        else:
            default = "" if setting.default == "" else say("cli.default", lang, value=setting.default)
            self.help = say(f"settings.{name}", lang) + default
        record = super().get_help_record(ctx)
        return record and (record[0], record[1].replace("  [required]", say("cli.required", lang)))


class Command(click.Command):
    """A command whose help is `cli.<name>` of the catalogue: a sentence, more, and an example."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, say("cli.usage_head", lang_of(ctx)) + " ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.help = say(f"cli.{text_key(ctx)}", lang_of(ctx))
        super().format_help_text(ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [param.get_help_record(ctx) for param in self.get_params(ctx)]
        with formatter.section(say("cli.options", lang_of(ctx))):
            formatter.write_dl([record for record in records if record and record[1]])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        left = super().parse_args(ctx, args)
        if left and not isinstance(self, Group):
            raise click.UsageError(say("cli.usage_extra", lang_of(ctx), words=" ".join(left)), ctx)
        return left

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        found = super().get_help_option(ctx)
        if found:
            found.help = say("cli.option_help", lang_of(ctx))
        return found


class Group(Command, click.Group):
    """A command that has commands; called without one it shows its help."""

    command_class = Command

    def __init__(self, *arguments: Any, **details: Any) -> None:
        details |= {"invoke_without_command": True, "no_args_is_help": True}
        super().__init__(*arguments, **details | {"subcommand_metavar": "COMMAND [ARGS]..."})

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        prefix = "" if ctx.parent is None else f"{text_key(ctx)}_"
        rows = [
            (name, say(f"cli.{prefix}{name.replace(' ', '_')}", lang_of(ctx)).splitlines()[0])
            for name in self.list_commands(ctx)
        ]
        with formatter.section(say("cli.commands", lang_of(ctx))):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(say("cli.no_command", lang_of(ctx), name=args[0]), ctx)
        return super().resolve_command(ctx, args)


def enter(context: click.Context, lang: str | None) -> None:
    """Go on to a command of a group. `main` has read `lang` before anything was worded; here it is only checked."""
    Settings({"lang": lang})
    if context.invoked_subcommand is None:
        raise click.exceptions.NoArgsIsHelpError(context)


def text_key(context: click.Context) -> str:
    """`export_neighbourhood` for `explorer export neighbourhood`; `explorer` for the program itself."""
    words = []
    at: click.Context | None = context
    while at is not None and at.parent is not None:
        words.append(str(at.info_name))
        at = at.parent
    return "_".join(reversed(words)) or "explorer"


def option(*names: str, **details: Any) -> Callable[[Any], Any]:
    """An option with its text from the catalogue."""
    return click.option(*names, cls=Option, **details)


def settings(*names: str) -> Callable[[Any], Any]:
    """Options for settings of the registry, named alike; None where not given."""

    def decorate(function: Any) -> Any:
        for name in reversed(names):
            setting = SETTING[name]
            words = setting.bounds and isinstance(setting.default, str)
            metavar = "|".join(setting.bounds) if words else type(setting.default).__name__.upper()
            function = option(f"--{name.replace('_', '-')}", name, metavar=metavar)(function)
        return function

    return decorate
