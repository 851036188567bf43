"""The server of the tests is a real Neo4j that asks for a password."""

from __future__ import annotations

import pytest
from neo4j.exceptions import AuthError

from tests.neo4j_server import VERSION, Server


def test_the_server_is_a_neo4j_with_its_password_on(neo4j_empty: Server) -> None:
    [(version,)] = neo4j_empty.rows("CALL dbms.components() YIELD versions RETURN versions[0]")
    assert str(version) == VERSION
    assert neo4j_empty.rows("MATCH (n) RETURN count(n)") == [(0,)]
    with pytest.raises(AuthError):
        Server(neo4j_empty.uri, "neo4j", "wrong").rows("RETURN 1")
