"""A viewer to look at: the application on a county, a server on a free port of this machine, and a browser."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request, sync_playwright
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WIDTHS = {"desktop": (1440, 900), "phone": (390, 844)}
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
SHOTS = Path(os.environ.get("SCREENSHOTS", "screenshots"))
"""Where pictures of pages are kept; CI keeps them."""


@dataclass(frozen=True)
class Look:
    """How a person looks at the viewer: which language, which width."""

    lang: str
    width: str


LOOKS = [Look(lang, width) for lang in LANGUAGES for width in WIDTHS]
CROSSED = (Look("zh", "phone"), Look("en", "desktop"))
"""Looks whose language and width the others have too: they are left to the thorough tests."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of a server that runs until the block ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def whole(app: Flask) -> WSGIApplication:
    """An app that has closed its answer before any of it is sent.

    Werkzeug's own server does not close one while whose last bytes the browser went away.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            getattr(parts, "close", lambda: None)()

    return answer


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium. Without one tests are skipped, in CI they fail."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if "CI" in os.environ:
            raise FileNotFoundError("chromium is not installed, so no page can be looked at")
        pytest.skip("chromium is not installed, so no page can be looked at")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def looking(browser: Browser, address: str, look: Look) -> Iterator[Page]:
    """A page of a fresh browser; a request that leaves the server, or a script's error, fails the test at its end."""
    width, height = WIDTHS[look.width]
    context = browser.new_context(
        base_url=address, locale=LANGUAGES[look.lang], viewport={"width": width, "height": height},
        has_touch=look.width == "phone", accept_downloads=True,
    )  # fmt: skip
    away: list[str] = []
    errors: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            away.append(request.url)

    page = context.new_page()
    page.on("request", watch)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if "Content Security" in message.text else None)
    yield page
    context.close()
    assert (away, errors) == ([], [])


def shot(page: Page, name: str, look: Look) -> None:
    """Keep a picture of the whole page."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.{look.lang}.{look.width}.png", full_page=True)
