"""A database filled from the exported files, by the script beside them, is the one an online load makes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.errors import StoreError
from explorer.progress import silent
from graph.stores.neo4j.statements import schema_cypher
from tests.neo4j_server import AUTH, Server, configure, java, running
from tests.parts import Run, write_tables
from tests.stores import fill, on_server
from tests.test_store import ALL_TABLES

ODD = 'A9,"a ""b"" \'c\', \\ 客户;x`",customer;supplier\nA8,"两\n行",core_enterprise\n'
READ_ONLY = {"server.databases.default_to_read_only": "true", AUTH: "false"}

pytestmark = pytest.mark.xdist_group("neo4j")
"""The imported server is started once, too."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    """Everything the model has, with names that a careless writer would break, in the embedded store."""
    place = tmp_path_factory.mktemp("bulk")
    tables = ALL_TABLES | {"parties": ALL_TABLES["parties"] + ODD}
    return fill(Explorer.open(place / "store"), write_tables(place / "tables", tables))


@pytest.fixture(scope="module")
def imported(folder: Explorer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server, allowed to read only, whose database the script made before it was started."""
    place = tmp_path_factory.mktemp("imported")
    folder.export_neo4j(place / "files")
    home = place / "home"
    configure(home)
    command, environ = java(home, "org.neo4j.cli.AdminTool")
    admin = place / "neo4j-admin"
    admin.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in command) + ' "$@"\n')
    admin.chmod(0o755)
    done = subprocess.run(
        ["sh", str(place / "files" / "import.sh")], env=environ | {"NEO4J_ADMIN": str(admin)}, capture_output=True,
        text=True, check=False, cwd="/",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with running(home, READ_ONLY) as server:
        yield server


@pytest.mark.thorough
def test_an_imported_database_is_the_one_an_online_load_makes(
    neo4j_empty: Server, folder: Explorer, imported: Server, tmp_path: Path
) -> None:
    online = on_server(neo4j_empty, tmp_path / "home")
    online.store.write(folder.store.version(), silent)
    assert imported.dump() == neo4j_empty.dump()
    online.close()


@pytest.mark.thorough
def test_an_imported_database_answers_as_the_embedded_store_does(
    folder: Explorer, imported: Server, tmp_path: Path
) -> None:
    there = on_server(imported, tmp_path / "home")
    assert there.status() == folder.status()
    assert there.dig("all").frame().equals(folder.dig("all").frame())
    assert there.party("A8") == folder.party("A8")
    there.close()


def test_a_load_without_the_right_to_write_is_refused_at_once(imported: Server, tmp_path: Path) -> None:
    there = on_server(imported, tmp_path / "home")
    stages: list[str] = []
    with pytest.raises(StoreError) as refused:
        fill(there, write_tables(tmp_path / "tables", ALL_TABLES), progress=lambda stage, *_: stages.append(stage))
    assert (refused.value.code, stages) == ("neo4j_rights", [])
    there.close()


def test_the_command_writes_into_an_empty_folder_only(folder: Explorer, run: Run, tmp_path: Path) -> None:
    ran = run("export", "neo4j", "bulk", "--store", folder.home.folder)
    assert (ran.code, ran.out) == (0, b"")
    assert "rows written to bulk." in ran.err
    names = {path.name for path in (tmp_path / "bulk").iterdir()}
    assert names >= {"import.sh", "schema.cypher", "Party.csv", "Party.header.csv", "Load.csv"}
    assert (tmp_path / "bulk" / "schema.cypher").read_text().split(";\n")[:-1] == schema_cypher()
    head = (tmp_path / "bulk" / "SUPPLIES.Party.Party.header.csv").read_text()
    assert head.startswith(":START_ID(Party),:END_ID(Party),amount:double,amount_12:double,amount_24:double,n:long,")
    assert os.access(tmp_path / "bulk" / "import.sh", os.R_OK)
    assert run("export", "neo4j", "bulk", "--store", folder.home.folder).code == 2
