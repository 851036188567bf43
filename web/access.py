"""Who may use the viewer, and under which name."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from flask import Flask

from explorer.service import Explorer
from web.page import Person


@dataclass(frozen=True)
class Access:
    """Local access: whoever is at this machine. (Users and proxies: see the workbook.)"""

    secret: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    hosts: list[str] | None = None
    https: bool = False
    largest: int = 2_000_000
    """bytes of a form or an imported file"""

    nobody = Person()

    @classmethod
    def local(cls) -> Access:
        return cls(hosts=["localhost", "127.0.0.1", "[::1]"])

    def install(self, app: Flask, explorer: Explorer) -> None:
        """Ask every request who it is."""
