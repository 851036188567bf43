"""`explorer serve`."""

from __future__ import annotations

import os
from typing import Any

import click

from explorer.commands.calls import tell
from explorer.commands.words import Command, settings
from explorer.settings import Settings


@click.command(cls=Command)
@settings(
    "host", "port", "web_workers", "web_threads", "web_patience", "workbook", "proxy", "user_header", "https",
    "session_hours", "session_idle_hours", "store", "home", "lang",
)  # fmt: skip
@click.pass_context
def serve(context: click.Context, /, **given: Any) -> None:
    from web.access import Access
    from web.serving import serve as run

    chosen = Settings(given, os.environ)
    access = Access.of(chosen)
    tell(context, "cli.serving", host=chosen.text("host"), port=chosen.integer("port"))
    tell(context, "cli.serving_users" if access.asks else "cli.serving_open")
    access.workbook.close()
    run(chosen, access)
