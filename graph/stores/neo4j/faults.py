"""What a Neo4j server or its driver refuses, as errors with a sentence; the password is in none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from neo4j.exceptions import AuthError, ConfigurationError, DriverError, Neo4jError, ServiceUnavailable

from explorer.errors import BadSetting, ExplorerError, StoreError
from explorer.settings import Login

OLDEST = (5, 13)
CODES = {
    "Neo.ClientError.Database.DatabaseNotFound": "neo4j_database",
    "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase": "neo4j_rights",
    "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase": "neo4j_rights",
    "Neo.ClientError.Security.Forbidden": "neo4j_rights",
}
"""Codes of the server and the sentence that each gets."""


@contextmanager
def worded(address: str, login: Login) -> Iterator[None]:
    """Raise StoreError with the sentence that fits for whatever the driver raises in the block."""
    try:
        yield
    except (DriverError, Neo4jError) as error:
        raise translated(error, address, login) from error


def translated(error: DriverError | Neo4jError, address: str, login: Login) -> ExplorerError:
    """The error for people; what fits no sentence of its own is told in the server's words."""
    code = CODES.get(str(getattr(error, "code", "")), "neo4j_refused")
    if isinstance(error, AuthError) and code == "neo4j_refused":
        code = "neo4j_login"
    if isinstance(error, ServiceUnavailable):
        code = "neo4j_down"
    if isinstance(error, ConfigurationError):
        return BadSetting("neo4j_address", address=address, reason=_first_line(error))
    values = {"address": address, "username": login.username, "database": login.database or "neo4j"}
    return StoreError(code, reason=_first_line(error), **values)


def check_version(agent: str, address: str) -> None:
    """Raise StoreError for a server older than `OLDEST`, or one that only talks like a Neo4j."""
    found = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
    if not found or (int(found[1]), int(found[2])) < OLDEST:
        raise StoreError("neo4j_version", address=address, version=agent, oldest=".".join(map(str, OLDEST)))


def _first_line(error: Exception) -> str:
    said = getattr(error, "message", None) or str(error)
    return str(said).strip().partition("\n")[0].rstrip(".")
