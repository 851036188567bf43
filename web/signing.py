"""The sign-in page and the way out."""

from __future__ import annotations

import math

from flask import Flask, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from explorer.errors import InputError
from web.access import TOKEN, Access
from web.addresses import local
from web.workbook import users


def install(app: Flask, access: Access) -> None:
    def enter() -> ResponseReturnValue:
        return _try(access)

    def leave() -> Response:
        return _leave(access)

    app.add_url_rule("/sign-in", "sign_in", _ask)
    app.add_url_rule("/sign-in", "sign_in_try", enter, methods=["POST"])
    app.add_url_rule("/sign-out", "sign_out", leave, methods=["POST"])


def _ask() -> ResponseReturnValue:
    onward = _next(request.args.get("next", ""))
    return redirect(onward, 303) if g.person and g.person.name else _form(onward)


def _try(access: Access) -> ResponseReturnValue:
    """The same answer for a wrong password and a user who does not exist, after the same time."""
    name, password = request.form.get("user", "").strip(), request.form.get("password", "")[: users.LONGEST]
    onward, address = _next(request.args.get("next", "")), access.address
    if wait := users.blocked(access.workbook, name, address):
        return _form(onward, name, minutes=max(1, math.ceil(wait.total_seconds() / 60))), 429
    if not users.fits(access.workbook, name, password):
        return _form(onward, name, wrong=True), 401
    session.clear()
    session[TOKEN] = users.enter(access.workbook, name, address, access.lifetime)
    session.permanent = True
    return redirect(onward, 303)


def _leave(access: Access) -> Response:
    if token := session.get(TOKEN):
        users.leave(access.workbook, str(token))
    session.clear()
    return redirect("/sign-in", 303)


def _form(onward: str, name: str = "", *, wrong: bool = False, minutes: int = 0) -> str:
    return render_template(
        "sign_in.html", menu="home", outside=True, onward=onward, name=name, wrong=wrong, minutes=minutes
    )


def _next(wanted: str) -> str:
    """Where to go on: within the viewer, and not to the page that signs in."""
    try:
        onward = local(wanted or "/")
    except InputError:
        return "/"
    return "/" if onward.startswith("/sign-") else onward
