"""What a worker does before it is ready: make the pages that people open first, so that nobody waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import numpy as np
from flask import Flask, g
from werkzeug.exceptions import HTTPException

from explorer.acquaintance import PERSONAL, acquaintance
from explorer.errors import ExplorerError
from explorer.service import Explorer
from explorer.view import View
from web.addresses import encode
from web.page import Person

PARTIES = 3
"""Parties of each kind whose pages are made: different ones have different things to say."""


def warm(app: Flask, explorer: Explorer) -> None:
    """Make some pages of each kind for nobody; `explorer` stands on the load to come.

    What they need is computed, mapped, compiled and imported then: kernels, arrays, templates, names, initials.
    """
    view = explorer.view()
    for path in paths(view):
        with app.test_request_context(path, base_url="http://localhost", environ_overrides={"REMOTE_ADDR": ""}):
            g.explorer, g.person = explorer, Person()
            with suppress(ExplorerError, HTTPException):  # what cannot be answered need not be warm
                app.dispatch_request()
    with suppress(ExplorerError):
        acquaintance(view, explorer.settings, explorer.threads, PERSONAL)


def paths(view: View) -> Iterator[str]:
    """A way through the viewer, as people take it."""
    yield "/"
    parties = view.parties
    rows = np.append(view.cores[:PARTIES], np.arange(min(PARTIES, len(parties))))
    for party in map(encode, parties.take("party_id", rows).to_pylist()):
        for rest in ("", "/dig?direction=upstream", "/dig?kind=farmer&sort=cores", "/introduce"):
            yield f"/party/{party}{rest}"
    for wanted in ("lg", "%E7%B2%AE", "core:lg"):
        yield f"/?find={wanted}"
