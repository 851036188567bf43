"""Files that pages load, all from this package: ours, under the hash of their bytes, and vis-network out of pyvis."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from flask import Flask, Response, request, send_from_directory, url_for

OURS = Path(__file__).parent / "static"
FOREVER, DAY = 31_536_000, 86_400


@cache
def vis() -> Path:
    """Where pyvis keeps vis-network; pyvis itself, which drags IPython in, is not imported for it."""
    found = find_spec("pyvis")
    assert found
    assert found.origin
    return Path(found.origin).parent / "lib" / "vis-9.1.2"


def install(app: Flask) -> None:
    app.add_url_rule("/vis/<any('vis-network.min.js', 'vis-network.css'):name>", "vis", _vis)
    app.jinja_env.globals["asset"] = asset
    app.after_request(_kept)


def _kept(response: Response) -> Response:
    """A file asked for by its hash never changes."""
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={FOREVER}, immutable"
    return response


def asset(name: str) -> str:
    """The address of a file of ours; it changes with the file, so that browsers may keep it."""
    return url_for("static", filename=name, v=_version(OURS / name))


@cache
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _vis(name: str) -> Response:
    return send_from_directory(vis(), name, max_age=DAY)
