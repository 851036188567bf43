"""docker-compose.yml and Dockerfile as data, so that what they say can be held against the product and a server."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.parts import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def filled(value: str, **environ: str) -> str:
    """A value as Compose hands it over: `${NAME}`, `${NAME:-default}` and `${NAME:?complaint}` filled in."""

    def fill(found: re.Match[str]) -> str:
        name, default = found[1], found[2]
        return environ.get(name) or (default if default is not None else "")

    return re.sub(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}", fill, value)


def server_settings() -> dict[str, str]:
    """Settings of the server as its image reads them off the environment: NEO4J_a_b__c is a.b_c."""
    return {
        name.removeprefix("NEO4J_").replace("__", "\0").replace("_", ".").replace("\0", "_"): filled(value)
        for name, value in SERVICES["neo4j"]["environment"].items()
        if name != "NEO4J_AUTH"
    }


def instructions() -> list[tuple[str, str]]:
    """Instructions of the Dockerfile with their arguments, lines joined."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]
