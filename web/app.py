"""The Flask application: every page at its address, its JSON twin under /api, its table as files."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from time import perf_counter
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from explorer.errors import ExplorerError
from explorer.formats import FORMATS
from explorer.service import Explorer
from web import assets, failures, openapi, signing, words
from web.access import Access
from web.addresses import IdConverter, changed, local
from web.arguments import SENT, adapter, differing, parse
from web.downloads import attached, hidden, respond
from web.page import Action, Asked, Page
from web.pages import ACTIONS, PAGES, PROBES
from web.parts import hide, paging
from web.workbook import Workbook, lists

POLICY = "; ".join(
    [
        "default-src 'self'", "img-src 'self' data: blob:", "object-src 'none'", "base-uri 'none'",
        "form-action 'self'", "frame-ancestors 'none'",
    ]
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def create_app(explorer: Explorer, access: Access | None = None, *, patience: float | None = None) -> Flask:
    """The viewer over an explorer; without `access`, for the one person at this machine.

    With `patience`, in seconds, a page whose answer takes longer says so and comes again by itself.
    """
    app = Flask(__name__)
    app.extensions["patience"] = patience
    access = access or Access.local()
    app.config.update(
        SECRET_KEY=access.secret, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=access.https, MAX_CONTENT_LENGTH=access.largest, TRUSTED_HOSTS=access.hosts,
        WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False, PERMANENT_SESSION_LIFETIME=access.lifetime.most,
    )  # fmt: skip
    app.extensions["workbook"] = access.workbook
    app.extensions["pages"] = {page.name: page for page in PAGES}
    app.url_map.converters["id"] = IdConverter
    app.jinja_env.globals["menu_pages"] = frozenset(page.name for page in PAGES)
    app.jinja_env.globals["my_lists"] = lambda: lists.lists(access.workbook, words.person())
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(_begin)
    CSRFProtect(app)
    words.install(app, explorer, access)
    failures.install(app)
    assets.install(app)
    access.install(app)
    signing.install(app, access)
    app.after_request(_headers)
    for page in PAGES:
        _add_page(app, explorer, page)
    for action in ACTIONS:
        _add_action(app, explorer, action)
    for probe in PROBES:
        app.add_url_rule(probe.rule, probe.name, bound(_twin, explorer, probe))
    app.add_url_rule("/api/openapi.json", "openapi", lambda: jsonify(openapi.describe(PAGES)))
    return app


def _add_page(app: Flask, explorer: Explorer, page: Page[Any]) -> None:
    if page.template:
        app.add_url_rule(page.rule, page.name, bound(_page, explorer, page))
    app.add_url_rule(f"/api{page.rule}", f"api.{page.name}", bound(_twin, explorer, page))
    if page.rows:
        rule = f"{page.rule.rstrip('/')}/rows.<any({', '.join(FORMATS)}):file_format>"
        app.add_url_rule(rule, f"rows.{page.name}", bound(_rows, explorer, page))
    for name in page.files:
        app.add_url_rule(f"{page.rule.rstrip('/')}/{name}", f"{name}.{page.name}", bound(_file, explorer, page, name))


def _add_action(app: Flask, explorer: Explorer, action: Action[Any]) -> None:
    app.add_url_rule(action.rule, action.name, bound(_action, explorer, action), methods=["POST"])


def bound(answer: Callable[..., ResponseReturnValue], *first: Any) -> Callable[..., ResponseReturnValue]:
    """A view function with its first arguments given; Flask-WTF wants one with a name."""

    @wraps(answer)
    def view(**path: str) -> ResponseReturnValue:
        return answer(*first, **path)

    return view


def _page(explorer: Explorer, page: Page[Any], **path: str) -> ResponseReturnValue:
    if SENT in request.args:
        with suppress(ExplorerError):  # what cannot be read, the page itself says
            short = differing(page.arguments, path, request.args, explorer.settings)
            return redirect(changed(request.path, short, {}))
    status = 200
    try:
        context = _made(explorer, page, path)
    except ExplorerError as error:
        if page.failed is None:
            raise
        context, status = _failed(explorer, page, path, error), failures.status_of(error)
    return render_template(f"{page.name}.html", page=context, menu=page.menu, this=page), status


def _twin(explorer: Explorer, page: Page[Any], **path: str) -> ResponseReturnValue:
    context = _made(explorer, page, path)
    said = adapter(page.context).dump_python(context, mode="json")
    if found := paging(context):
        said["next"] = words.here(page=found.page + 1) if found.page < found.pages else None
    return jsonify(said)


def _made(explorer: Explorer, page: Page[Any], path: dict[str, str]) -> Any:
    return _hidden(page.make(asked(explorer), parse(page.arguments, path, request.args)))


def _failed(explorer: Explorer, page: Page[Any], path: dict[str, str], error: ExplorerError) -> Any:
    assert page.failed
    return _hidden(page.failed(asked(explorer), parse(page.arguments, path, request.args), error))


def _hidden(made: Any) -> Any:
    return hide(made, words.t("web.hidden_party"), names=words.hiding("names"), amounts=words.hiding("amounts"))


def _rows(explorer: Explorer, page: Page[Any], file_format: str, **path: str) -> ResponseReturnValue:
    assert page.rows
    names, amounts = words.hiding("names"), words.hiding("amounts")
    download = page.rows(asked(explorer), parse(page.arguments, path, request.args))
    table = hidden(download.table, words.t("web.hidden_party"), names=names, amounts=amounts)
    name = page.name if names else download.name
    return respond(type(download)(table, name), file_format, explorer.settings.text("encoding"))


def _file(explorer: Explorer, page: Page[Any], ending: str, **path: str) -> ResponseReturnValue:
    made = page.files[ending](asked(explorer), _made(explorer, page, path))
    return attached(made.content, made.mimetype, f"{made.name}.{ending.rpartition('.')[2]}")


def _action(explorer: Explorer, action: Action[Any], **path: str) -> AnyResponse:
    given = request.form
    local(given.get("next") or "/")
    return redirect(local(action.do(asked(explorer), parse(action.arguments, path, given))), 303)


def asked(explorer: Explorer) -> Asked:
    workbook: Workbook = current_app.extensions["workbook"]
    if "explorer" not in g:
        with suppress(ExplorerError):  # without a load each page says so itself
            g.explorer = explorer.pinned()
            # Files and what was sent are waited for: nobody asks for them again by reloading.
            if request.method == "GET" and not str(request.endpoint).startswith("rows."):
                g.explorer.patience = current_app.extensions["patience"]
    return Asked(g.get("explorer", explorer), words.lang(), g.get("person") or Access.nobody, workbook)


def _begin() -> None:
    g.begun = perf_counter()


def _headers(response: Response) -> Response:
    response.headers["Server-Timing"] = f"answer;dur={1000 * (perf_counter() - g.begun):.1f}"
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response
