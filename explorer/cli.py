"""The command line: stdout is data, stderr is talk; errors become one sentence and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from explorer import __version__
from explorer.commands import words
from explorer.commands.circling import circles
from explorer.commands.connecting import path
from explorer.commands.digging import dig, prospects
from explorer.commands.introducing import introduce
from explorer.commands.loading import load, publish, rollback, status
from explorer.commands.looking import find, show
from explorer.commands.making import export, generate
from explorer.commands.querying import query
from explorer.commands.referring import referrers
from explorer.commands.serving import serve
from explorer.commands.users import user
from explorer.errors import ExplorerError, StoreError
from explorer.texts import language, say


@click.group(cls=words.Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="explorer", cls=words.Option)
@words.settings("lang")
@click.pass_context
def explorer(context: click.Context, /, lang: str | None) -> None:
    words.enter(context, lang)


for command in (
    generate, load, publish, rollback, status, find, show, path, dig, prospects, introduce, referrers, circles, query,
    export, serve, user,
):  # fmt: skip
    explorer.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 2 wrong usage or bad input, 1 the store or the disk stands in the way."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = spoken(given)
    try:
        # Not click's own `main`: that one takes a closed pipe for a failure.
        with explorer.make_context("explorer", given, obj=lang) as context:
            explorer.invoke(context)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(say("cli.aborted", lang), err=True)
        sys.exit(130)
    except click.UsageError as error:
        click.echo(usage(error, lang), err=True)
        sys.exit(2)
    except ExplorerError as error:
        click.echo(error.text(lang), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our stdout has seen enough; the interpreter must not flush into it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        click.echo(StoreError.of(error).text(lang), err=True)
        sys.exit(1)


def spoken(given: Sequence[str]) -> str:
    """The language of this call: --lang, else EXPLORER_LANG, else the locale's."""
    wanted = os.environ.get("EXPLORER_LANG", "auto")
    for at, word in enumerate(given):
        if word == "--lang" and at + 1 < len(given):
            wanted = given[at + 1]
        elif word.startswith("--lang="):
            wanted = word.partition("=")[2]
    locale = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return language(wanted, locale)


def usage(error: click.UsageError, lang: str) -> str:
    """Word what was wrong with the call, and where to read on."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    name = error.param.get_error_hint(error.ctx) if isinstance(error, click.BadParameter) and error.param else ""
    if isinstance(error, click.MissingParameter):
        said = say("cli.usage_missing", lang, name=name)
    elif isinstance(error, click.NoSuchOption):
        said = say("cli.usage_no_option", lang, name=error.option_name)
    elif isinstance(error, click.BadOptionUsage):
        said = say("cli.usage_value", lang, name=error.option_name)
    elif isinstance(error, click.BadParameter):
        said = say("cli.usage_bad", lang, name=name, reason=error.message)
    else:
        said = say("cli.usage", lang, reason=error.format_message())
    path = error.ctx.command_path if error.ctx else "explorer"
    return f"{said}\n{say('cli.usage_help', lang, command=path)}"
