"""What all commands share: opening the explorer, saying things on stderr, and handing tables over."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from explorer.commands.progress import shown
from explorer.commands.words import lang_of
from explorer.settings import Settings
from explorer.texts import say

if TYPE_CHECKING:
    from explorer.formats import Table, Written
    from explorer.service import Explorer

TABLE_ROWS = 50
"""Rows of a table on a terminal; a file or a pipe gets all of them."""
NARROW = 100


def opened(given: Mapping[str, object]) -> Explorer:
    """The explorer with the settings of the call, the environment's and the defaults, in this order."""
    NoPandas.settle()
    from explorer.service import Explorer

    settings = Settings(given, os.environ)
    context = click.get_current_context()
    progress = context.with_resource(shown(lang_of(context)))
    explorer = Explorer.open(settings.text("store"), settings, progress)
    context.call_on_close(explorer.close)
    return explorer


class NoPandas(MetaPathFinder):
    """Hides pandas, which Arrow looks for at its first value and takes a quarter of a second to import.

    No command needs it, and Arrow looks again where somebody wants a frame.
    """

    @classmethod
    def settle(cls) -> None:
        """Let Arrow look once, in vain."""
        import pyarrow

        hidden = cls()
        sys.meta_path.insert(0, hidden)
        pyarrow.scalar("")
        sys.meta_path.remove(hidden)

    def find_spec(self, fullname: str, *_asked: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def tell(context: click.Context, key: str, **values: object) -> None:
    """Say one line of the catalogue on stderr."""
    click.echo(say(key, lang_of(context), **values), err=True)


def deliver(
    context: click.Context,
    table: Table,
    out: Path | None,
    file_format: str | None,
    encoding: str,
    *,
    glance: Collection[str],
) -> Written | None:
    """Write a table to a file, or to stdout: the columns `glance` as a table for people, else all as CSV.

    Returns None where no file was written.
    """
    from explorer import formats

    if out is not None:
        if file_format == "table":
            raise click.UsageError(say("cli.table_to_file", lang_of(context)))
        written = formats.write(table, out, file_format=file_format, encoding=encoding)
        tell(context, "cli.written", rows=written.rows, file=out)
        return written
    shown = file_format or ("table" if sys.stdout.isatty() else "csv")
    if shown == "table":
        width = shutil.get_terminal_size((NARROW, 0)).columns
        from explorer.formats.table import render

        for line in render(table.select(glance), width, lang_of(context), rows=TABLE_ROWS):
            click.echo(line)
    else:
        with stdout() as stream:
            formats.write_stream(table, stream, file_format=shown, encoding=encoding)
            stream.flush()
    return None


def stdout() -> AbstractContextManager[BinaryIO]:
    """The bytes of stdout; unbuffered (PYTHONUNBUFFERED) it may take only a part of a write, so it gets a buffer."""
    stream: object = sys.stdout.buffer
    if isinstance(stream, io.RawIOBase):
        return os.fdopen(os.dup(stream.fileno()), "wb")
    return nullcontext(sys.stdout.buffer)
