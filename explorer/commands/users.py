"""`explorer user`: who may sign in to the viewer."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from explorer.commands.calls import tell
from explorer.commands.words import Command, Group, enter, lang_of, option, settings
from explorer.errors import InputError
from explorer.settings import Settings
from explorer.texts import say

if TYPE_CHECKING:
    from web.workbook import Workbook


@click.group(cls=Group)
@settings("lang")
@click.pass_context
def user(context: click.Context, /, lang: str | None) -> None:
    enter(context, lang)


@user.command("add", cls=Command)
@click.argument("name")
@option("--manager", "user_manager", metavar="ID")
@settings("workbook", "home", "lang")
@click.pass_context
def add(context: click.Context, /, name: str, user_manager: str | None, **given: Any) -> None:
    from web.workbook import users

    users.add(_workbook(given), name, _password(context), user_manager)
    tell(context, "cli.user_added", name=name.strip())


@user.command("list", cls=Command)
@settings("workbook", "home", "lang")
def listed(**given: Any) -> None:
    from web.workbook import users

    for one in users.everyone(_workbook(given)):
        click.echo("\t".join((one.name, one.manager_id or "", one.added.date().isoformat())))


@user.command("password", cls=Command)
@click.argument("name")
@settings("workbook", "home", "lang")
@click.pass_context
def password(context: click.Context, /, name: str, **given: Any) -> None:
    from web.workbook import users

    users.change(_workbook(given), name.strip(), _password(context))
    tell(context, "cli.user_changed", name=name.strip())


@user.command("remove", cls=Command)
@click.argument("name")
@settings("workbook", "home", "lang")
@click.pass_context
def remove(context: click.Context, /, name: str, **given: Any) -> None:
    from web.workbook import users

    lists, queries = users.remove(_workbook(given), name.strip())
    tell(context, "cli.user_removed", name=name.strip(), lists=lists, queries=queries)


def _workbook(given: dict[str, Any]) -> Workbook:
    from web.workbook import Workbook

    return Workbook.of(Settings(given, os.environ))


def _password(context: click.Context) -> str:
    """Asked twice on a terminal, else the one line of stdin; never an argument, which other users can see."""
    lang = lang_of(context)
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first, again = (
        click.prompt(say(f"cli.user_{which}", lang), hide_input=True, err=True, prompt_suffix=" ")
        for which in ("asked", "again")
    )
    if first != again:
        raise InputError("password_differs")
    return str(first)
