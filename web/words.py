"""Texts, numbers and addresses in templates, in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, g, request, url_for
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict
from werkzeug.routing import MapAdapter

from explorer.errors import ExplorerError
from explorer.service import Explorer
from explorer.texts import LANGUAGES, say
from explorer.texts import area as texts
from web.addresses import changed, joined, written
from web.drawing import Picture
from web.parts import MARKS, Money, Private, Who
from web.picture import vis
from web.svg import key, svg

if TYPE_CHECKING:
    from web.access import Access

YEAR = 366 * 24 * 3600


def install(app: Flask, explorer: Explorer, access: Access) -> None:
    app.jinja_env.globals.update(
        marks=MARKS, known=known, access=access, changed=changed, person=person, svg=svg, vis=vis, own_ids=own_ids,
        loaded=lambda: loaded(g.get("explorer", explorer)), addresses=addresses, leads=leads, stroke=key,
        instead=instead,
    )  # fmt: skip
    app.jinja_env.filters.update(
        money=money,
        number=number,
        percent=percent,
        score=score,
        day=day,
        moment=moment,
        named=named,
        exactly=exactly,
        told=told,
        sentence=sentence,
        worded=lambda name, area: known(area, name),
    )
    app.context_processor(_spoken)
    app.after_request(_remember)


class Speech:
    """What one request is said in and whence its links lead.

    A page says and links some hundred times, so what these ask of the request is read out of it once.
    """

    def __init__(self) -> None:
        wanted = request.args.get("lang") or request.cookies.get("lang")
        self.lang = wanted if wanted in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "zh")
        self.hidden = frozenset(what for what in ("names", "amounts") if request.args.get(what) == "hidden")
        self._kept = {what: "hidden" for what in ("names", "amounts") if what in self.hidden}
        self._given = written(request.args)
        self._built: dict[tuple[object, ...], str] = {}
        self._inside: dict[str, frozenset[str]] = {}

    @cached_property
    def _map(self) -> MapAdapter:
        found = current_app.create_url_adapter(request)
        assert found
        return found

    @cached_property
    def _path(self) -> str:
        return request.path if request.method == "GET" else self.href("home")

    def t(self, key: str, **values: Any) -> str:
        return say(key, self.lang, **values)

    def hiding(self, what: str) -> bool:
        """Whether `names` or `amounts` are hidden for a screenshot."""
        return what in self.hidden

    def href(self, page: str, /, **arguments: Any) -> str:
        """The address of a page; what is hidden stays hidden on the next page too."""
        given = {name: value for name, value in arguments.items() if value not in (None, "", (), [])}
        if self._kept and not page.startswith("static"):
            given = self._kept | given
        inside = {name: given.pop(name) for name in self._named(page) if name in given}
        key = (page, *inside.values())
        path = self._built.get(key)
        if path is None:
            path = self._built[key] = self._map.build(page, inside)
        return joined(path, (), given)

    def _named(self, page: str) -> frozenset[str]:
        """The arguments that stand in the path of a page's address; BuildError where there is no such page."""
        found = self._inside.get(page)
        if found is None:
            rule = next(iter(self._map.map.iter_rules(page)), None)
            found = self._inside[page] = frozenset(rule.arguments if rule else ())
        return found

    def here(self, **changes: Any) -> str:
        """This page's address with some arguments changed; another page number falls back to the first."""
        changes.setdefault("page", None)
        return joined(self._path, self._given, changes)


def speech() -> Speech:
    found: Speech | None = g.get("speech")
    if found is None:
        found = g.speech = Speech()
    return found


def _spoken() -> dict[str, Any]:
    """What templates say and link with."""
    now = speech()
    return {"t": now.t, "href": now.href, "here": now.here, "hiding": now.hiding, "lang": lambda: now.lang}


def lang() -> str:
    """The language of this request: ?lang=, the person's choice before, the browser's, else Chinese."""
    return speech().lang


def _remember(response: Response) -> Response:
    if (wanted := request.args.get("lang")) in LANGUAGES:
        response.set_cookie("lang", str(wanted), max_age=YEAR, httponly=True, samesite="Lax")
    return response


def t(key: str, **values: Any) -> str:
    return speech().t(key, **values)


def known(area: str, name: str) -> str:
    """The text of a word of the data (kind, relation, …); the word itself where the catalogue has none."""
    return texts(area, lang()).get(name, name)


def person() -> str:
    """The name of who is signed in, else nothing."""
    known = g.get("person")
    return known.name if known else ""


def hiding(what: str) -> bool:
    return speech().hiding(what)


def href(page: str, /, **arguments: Any) -> str:
    return speech().href(page, **arguments)


def here(**changes: Any) -> str:
    return speech().here(**changes)


def instead(meant: str, party: str) -> str:
    """This page's address with a party's id wherever the text `meant` stands; without it, the party's page."""

    def said(text: str) -> str:
        return "\n".join(party if line.strip() == meant else line for line in text.split("\n"))

    path: dict[str, Any] = {
        name: party if text == meant else text for name, text in (request.view_args or {}).items()
    }
    given = MultiDict((name, said(text)) for name, text in request.args.items(multi=True))
    if request.method != "GET" or (path == request.view_args and given == request.args):
        return href("party", party=party)
    return changed(url_for(str(request.endpoint), **path), given, {})


def addresses(clicks: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Where a picture's parts lead to: this page, with those arguments changed that a click changes, or another."""
    now = speech()
    return {
        key: now.href(str(arguments["to"]), **{name: value for name, value in arguments.items() if name != "to"})
        if "to" in arguments
        else now.here(**arguments)
        for key, arguments in clicks.items()
        if arguments
    }


def own_ids(picture: Picture) -> dict[str, str]:
    """The party of each box of a picture, by the box's key."""
    return {box.key: box.who.party_id for box in picture.boxes if box.who}


def leads(picture: Picture) -> dict[str, str]:
    """The address of the party of each box of a picture."""
    now = speech()
    return {key: now.href("party", party=party) for key, party in own_ids(picture).items()}


def loaded(explorer: Explorer) -> str | None:
    """As of which day the data are, for the top bar; None where nothing is loaded."""
    try:
        day = explorer.view().as_of
    except ExplorerError:
        return None
    return day.isoformat() if day else None


def money(value: Money | Decimal | None, blank: str = "—") -> str:
    """万 in Chinese, thousands or millions in English; hidden amounts as dots.

    >>> from flask import Flask
    >>> with Flask("x").test_request_context("/?lang=zh"):
    ...     money(Decimal("61234567")), money(Decimal("980")), money(None)
    ('6,123 万', '980', '—')
    """
    if isinstance(value, Money):
        if value.hidden:
            return "•••"
        value = value.amount
    if value is None:
        return blank
    if lang() == "zh":
        return f"{scaled(value / 10_000)} 万" if abs(value) >= 10_000 else scaled(value)
    if abs(value) >= 1_000_000:
        return f"{scaled(value / 1_000_000)} m"
    return f"{scaled(value / 1000)} k" if abs(value) >= 10_000 else scaled(value)


def told(value: Private | str, hidden: str = "•••") -> str:
    """A text of the data; one that tells who a party is only where names are shown."""
    if isinstance(value, Private):
        return hidden if value.text is None else value.text
    return value


def exactly(value: Money | None) -> str:
    """An amount with all its digits, for tables of analysts; hidden ones as dots.

    >>> exactly(Money(Decimal("31037000.00"))), exactly(Money(Decimal("0.125"))), exactly(Money(None, hidden=True))
    ('31,037,000', '0.125', '•••')
    """
    if value is None or value.amount is None:
        return "•••" if value and value.hidden else "—"
    text = f"{value.amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def scaled(value: Decimal) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == value.to_integral() else f"{value:,.1f}"


def number(value: float | None, digits: int = 0, blank: str = "—") -> str:
    return blank if value is None else f"{value:,.{digits}f}"


def score(value: float) -> str:
    """A score to two digits; a small one is not nothing.

    >>> score(0.254), score(0.0049), score(0.0)
    ('0.25', '<0.01', '0.00')
    """
    return f"{value:.2f}" if value >= 0.005 or not value else "<0.01"


def percent(value: float | None, digits: int = 0, blank: str = "—") -> str:
    return blank if value is None else f"{100 * value:.{digits}f} %"


def sentence(text: str) -> str:
    """With a capital letter where it begins, as labels that stand alone have it."""
    return text[:1].upper() + text[1:]


def day(value: date | str | None, blank: str = "—") -> str:
    return str(value) if value else blank


def moment(value: str) -> str:
    """A time of a load as it is written, ISO with a zone, for people: to the minute."""
    return datetime.fromisoformat(value).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def named(who: Who) -> Markup:
    """The name as an isolated piece of text: its own direction marks do not turn what stands around it."""
    return Markup(f"<bdi>{escape(who.name)}</bdi>")
