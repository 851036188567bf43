"""Kinds of values on the command line, whose complaints come from the catalogue."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from explorer.commands.words import lang_of
from explorer.texts import say


class Day(click.ParamType):  # type: ignore[type-arg]
    """A day, written as 2026-06-30."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            complain(ctx, param, "bad_day", value=value)


class Word(click.Choice):  # type: ignore[type-arg]
    """One word of a closed list."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices:
            complain(ctx, param, "bad_word", value=value, choices=", ".join(self.choices))
        return str(value)


class Number(click.ParamType):  # type: ignore[type-arg]
    """An int or a float, as `kind` says."""

    def __init__(self, kind: type[int] | type[float], least: float, most: float) -> None:
        self.kind = kind
        self.least = least
        self.most = most
        self.name = "integer" if kind is int else "float"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = self.kind(value)
        except ValueError:
            complain(ctx, param, f"bad_{self.name}", value=value)
        if not self.least <= number <= self.most:
            complain(ctx, param, "bad_range", value=value, least=f"{self.least:,}", most=f"{self.most:,}")
        return number


class ExistingFile(click.ParamType):  # type: ignore[type-arg]
    """A file that is there to be read."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if not Path(value).is_file():
            complain(ctx, param, "bad_file", value=value)
        return Path(value)


def complain(ctx: click.Context | None, param: click.Parameter | None, key: str, **values: object) -> NoReturn:
    """Refuse a value; the option's name stands before the sentence where errors are told."""
    lang = lang_of(ctx) if ctx else "en"
    raise click.BadParameter(say(f"cli.{key}", lang, **values), ctx, param)
