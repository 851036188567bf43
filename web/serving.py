"""The server: gunicorn's workers, each with an explorer of its own on one store."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Mapping
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from explorer.service import Explorer
from explorer.settings import Settings
from web.access import Access
from web.following import Following


class Server(BaseApplication):  # type: ignore[misc]
    """Serves until it is stopped; a worker opens the store after it was forked, since threads do not survive one."""

    def __init__(self, settings: Settings, access: Access) -> None:
        self.settings, self.access = settings, access
        super().__init__()

    def load_config(self) -> None:
        for name, value in options(self.settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The worker's own viewer: it answers at once, and says at /readyz when it is warm."""
        from web.app import create_app
        from web.preparing import Preparing, keep
        from web.warming import warm

        explorer = Explorer.open(settings=self.settings)
        explorer.shelves = self.settings.home / "answers"
        app = create_app(explorer, self.access, patience=self.settings.number("web_patience"))

        preparing = Preparing(self.settings)

        def settled() -> None:
            settle()
            preparing.begin(explorer)
            keep(explorer)

        following = Following(explorer, lambda coming: warm(app, coming), settled)
        self.cfg.set("worker_exit", lambda _arbiter, _worker: following.stop())
        atexit.register(gc.unfreeze)
        atexit.register(preparing.end)
        following.start()
        return app


def settle() -> None:
    """Let go of the load before, then keep what is there: going through it now and then would hold some click up."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def options(settings: Settings) -> Mapping[str, Any]:
    """gunicorn's own settings; a worker may think as long as a query may run, and a little longer."""
    host = settings.text("host")
    return {
        "bind": [f"[{host}]:{settings.integer('port')}" if ":" in host else f"{host}:{settings.integer('port')}"],
        "workers": settings.integer("web_workers"),
        "threads": settings.integer("web_threads"),
        "worker_class": "gthread",
        "timeout": int(settings.number("query_seconds")) + 60,
        "graceful_timeout": 20,
        "keepalive": 10,
        "limit_request_line": 8190,
        "loglevel": "warning",
        "control_socket_disable": True,
    }


def serve(settings: Settings, access: Access) -> None:
    """Serve until a signal ends it; raises OSError where the port is taken."""
    Server(settings, access).run()
