"""Errors as pages: a sentence and a way on, never a trace; as JSON under /api."""

from __future__ import annotations

import logging
from dataclasses import fields

from flask import Flask, Response, current_app, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from explorer.errors import (
    AmbiguousName,
    ExplorerError,
    InputError,
    NothingLoaded,
    QueryCancelled,
    QueryMemory,
    QueryTimeout,
    StillMaking,
    StoreError,
    UnknownParty,
)
from web.page import Elsewhere
from web.words import hiding, href, lang, t

LOG = logging.getLogger("explorer.web")
AGAIN = 3
"""Seconds after which a page whose answer is being made comes again."""
CODES: tuple[tuple[type[ExplorerError], int], ...] = (
    (StillMaking, 202), (UnknownParty, 404), (AmbiguousName, 404), (InputError, 400), (NothingLoaded, 503),
    (QueryCancelled, 409), (QueryTimeout, 504), (QueryMemory, 507), (StoreError, 503),
)  # fmt: skip


def install(app: Flask) -> None:
    app.register_error_handler(ExplorerError, _ours)
    app.register_error_handler(Elsewhere, _elsewhere)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _ours(error: ExplorerError) -> ResponseReturnValue:
    if isinstance(error, StillMaking):
        return _again(error)
    candidates = getattr(error, "candidates", ())
    if candidates and hiding("names"):
        return _answer(status_of(error), error.code, t("web.hidden_candidates"))
    return _answer(status_of(error), error.code, error.text(lang()), candidates, str(error.values.get("name", "")))


def _elsewhere(error: Elsewhere) -> ResponseReturnValue:
    """What the address says besides is kept, as far as the other page reads it."""
    twin = "api." if request.path.startswith("/api/") else ""
    names = {one.name for one in fields(current_app.extensions["pages"][error.page].arguments)} | {"lang"}
    kept = {name: request.args.getlist(name) for name in request.args if name in names}
    return redirect(href(f"{twin}{error.page}", **(kept | error.arguments)))


def _again(error: StillMaking) -> Response:
    """What to show until the answer is made; the page reloads by itself, a program reads when to ask again."""
    text = error.text(lang())
    if request.path.startswith("/api/"):
        response = jsonify({"waiting": {"code": error.code, "text": text, "retry_after": AGAIN}})
    else:
        response = Response(render_template("waiting.html", text=text, seconds=AGAIN, menu=""))
    response.status_code = 202
    response.headers["Retry-After"] = str(AGAIN)
    return response


def status_of(error: ExplorerError) -> int:
    return next(status for kind, status in CODES if isinstance(error, kind))


def _stale(_: CSRFError) -> ResponseReturnValue:
    return _answer(400, "form_stale", t("web.form_stale"))


def _http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, SecurityError):  # a foreign Host: no address of a page can be made under that name
        return Response(t("web.http_host"), 400, mimetype="text/plain")
    status = error.code or 500
    known = status if status in (400, 403, 404, 405, 413, 429) else 400 if status < 500 else 500
    return _answer(status, f"http_{status}", t(f"web.http_{known}"))


def _unforeseen(error: Exception) -> ResponseReturnValue:
    LOG.error("unforeseen error at %s %s", request.method, request.path, exc_info=error)
    return _answer(500, "http_500", t("web.http_500"))


def _answer(status: int, code: str, text: str, candidates: object = (), meant: str = "") -> Response:
    if request.path.startswith("/api/"):
        response = jsonify({"error": {"code": code, "text": text}})
    else:
        response = Response(
            render_template(
                "failure.html", code=code, text=text, status=status, candidates=candidates, meant=meant, menu=""
            )
        )
    response.status_code = status
    return response
