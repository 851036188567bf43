"""Who may use the viewer, and under which name: whoever is at this machine, users who sign in, or a proxy's word."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from flask import Flask, g, jsonify, redirect, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from explorer.errors import BadSetting, InputError
from explorer.settings import Settings
from web.addresses import local
from web.page import Person
from web.words import t
from web.workbook import Workbook, users
from web.workbook.tables import NAME
from web.workbook.users import Lifetime

if TYPE_CHECKING:
    Network = IPv4Network | IPv6Network

HOME = ["localhost", "127.0.0.1", "[::1]"]
"""Names of this machine for itself; under another one a page of the internet may have led a browser here."""
FREE = frozenset({"static", "vis", "healthz", "readyz", "sign_in", "sign_in_try"})
"""What may be fetched without being somebody."""
TOKEN = "signed"
ADMINISTERED = 2_000_000


@dataclass(frozen=True)
class Access:
    """Use `local` for one person at this machine, `of` for what the settings say.

    `closed`: without a name nobody gets in, even where there are no users.
    """

    workbook: Workbook = field(default_factory=Workbook.passing)
    lifetime: Lifetime = field(default_factory=lambda: Lifetime(timedelta(hours=12), timedelta(hours=2)))
    hosts: list[str] | None = None
    https: bool = False
    closed: bool = False
    proxies: tuple[Network, ...] = ()
    header: str = ""
    largest: int = ADMINISTERED
    """bytes of a form or an imported file"""

    nobody = Person()

    @classmethod
    def local(cls, workbook: Workbook | None = None) -> Access:
        """For whoever is at this machine; without a workbook nothing is kept."""
        return cls(workbook or Workbook.passing(), hosts=HOME)

    @classmethod
    def of(cls, settings: Settings) -> Access:
        """Raises InputError `serve_open` where anybody could come in, BadSetting for a proxy that is no address."""
        workbook, host = Workbook.of(settings), settings.text("host")
        proxies = tuple(_network(one) for one in settings.words("proxy"))
        header = settings.text("user_header").strip()
        if header and not proxies:
            raise BadSetting("user_header_alone")
        here = _loopback(host)
        # A proxy lets others in: what listens on loopback behind one is as open as it is.
        here = here and not proxies
        if not (here or header or users.some(workbook)):
            raise InputError("serve_open", host=host or "0.0.0.0")
        hours = (timedelta(hours=settings.number(name)) for name in ("session_hours", "session_idle_hours"))
        return cls(
            workbook, Lifetime(*hours), hosts=HOME if here else None,
            https=settings.text("https") == "yes", closed=not here or bool(header), proxies=proxies, header=header,
        )  # fmt: skip

    @property
    def secret(self) -> str:
        return self.workbook.signing

    @property
    def asks(self) -> bool:
        """Whether somebody without a name has to sign in."""
        return self.closed or users.some(self.workbook)

    @property
    def address(self) -> str:
        """Whence the request comes; of a trusted proxy, whom it speaks for."""
        remote = request.remote_addr or ""
        said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        return said if said and self._trusted(remote) else remote

    def install(self, app: Flask) -> None:
        """Ask every request who it is."""
        app.before_request(self._meet)

    def _meet(self) -> ResponseReturnValue | None:
        g.person = self._person()
        if g.person is not None or request.endpoint in FREE:
            return None
        if request.path.startswith("/api/"):
            text = t("web_sign_in.needed")
            return jsonify({"error": {"code": "sign_in", "text": text}}), 401
        if self.header and not users.some(self.workbook):
            raise Forbidden
        return redirect(_sign_in(), 303)

    def _person(self) -> Person | None:
        if self.header and self._trusted(request.remote_addr or "") and (name := self._named()):
            return Person(name, users.manager_of(self.workbook, name))
        if token := session.get(TOKEN):
            known = users.signed_in(self.workbook, str(token), self.lifetime)
            if known:
                return Person(known.name, known.manager_id)
            session.clear()
        return None if self.asks else self.nobody

    def _named(self) -> str:
        """The name in the proxy's header, which WSGI hands over byte by byte."""
        sent = request.headers.get(self.header, "").strip()
        name = sent.encode("latin-1", "replace").decode("utf-8", "replace")[:NAME]
        return name if name.isprintable() else ""

    def _trusted(self, remote: str) -> bool:
        try:
            at = ip_address(remote)
        except ValueError:
            return False
        at = getattr(at, "ipv4_mapped", None) or at
        return any(at in network for network in self.proxies)


def _sign_in() -> str:
    """The address of the sign-in page that leads back to where the person wanted to go."""
    from urllib.parse import urlencode, urlsplit

    wanted = request.full_path.rstrip("?")
    if request.method != "GET":
        came = urlsplit(request.referrer or "")
        wanted = (came.path or "/") + (f"?{came.query}" if came.query else "")
    try:
        local(wanted)
    except InputError:
        wanted = "/"
    return "/sign-in" if wanted == "/" else f"/sign-in?{urlencode({'next': wanted})}"


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _network(text: str) -> Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise BadSetting("proxy_address", value=text) from None
