"""The containers, as far as they can be held without an engine: what they name exists and works on a real server."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from explorer.settings import SETTING, SETTINGS
from tests.compose import COMPOSE, SERVICES, filled, instructions, server_settings
from tests.neo4j_server import Server
from tests.parts import EXAMPLE, ROOT, read_rows, spawn, write_tables

LAST_STAGE = instructions()[max(at for at, (word, _) in enumerate(instructions()) if word == "FROM") :]


def test_the_password_comes_from_the_environment_and_nothing_starts_without_it() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert SERVICES["neo4j"]["environment"]["NEO4J_AUTH"] == "neo4j/${NEO4J_PASSWORD:?Set NEO4J_PASSWORD}"
    assert SERVICES["batch"]["environment"]["NEO4J_PASSWORD"] == "${NEO4J_PASSWORD:?Set NEO4J_PASSWORD}"
    assert set(re.findall(r"\$\{(\w+)", text)) == {
        "NEO4J_PASSWORD", "NEO4J_HEAP", "NEO4J_PAGECACHE", "EXPLORER_LANG", "NEO4J_AUTH"
    }  # fmt: skip


def test_the_batch_service_waits_for_a_healthy_server_and_finds_it() -> None:
    server, batch = SERVICES["neo4j"], SERVICES["batch"]
    assert server["image"] == "neo4j:5.26-community"
    assert batch["depends_on"] == {"neo4j": {"condition": "service_healthy"}}
    assert batch["environment"]["EXPLORER_STORE"] == "bolt://neo4j:7687"
    kind, check = server["healthcheck"]["test"]
    # The image takes every NEO4J_… of its environment for a setting, so the login is given to the check alone.
    assert (kind, "-p" in check.split(), "$${NEO4J_AUTH#*/}" in check) == ("CMD-SHELL", False, True)


def test_volumes_are_declared_used_and_where_the_images_keep_their_data() -> None:
    mounts = [mount.split(":") for service in SERVICES.values() for mount in service["volumes"]]
    named = {source for source, *_ in mounts if not source.startswith(".")}
    assert named == set(COMPOSE["volumes"])
    assert {target for _, target, *_ in mounts} == {
        "/data", "/logs", "/var/lib/explorer", "/var/lib/workbook", "/exchange",
    }  # fmt: skip
    assert SERVICES["batch"]["environment"]["EXPLORER_HOME"] == "/var/lib/explorer"


def test_only_this_machine_reaches_the_server() -> None:
    assert [port.split(":")[0] for port in SERVICES["neo4j"]["ports"]] == ["127.0.0.1", "127.0.0.1"]


def test_the_viewer_waits_for_the_server_keeps_its_workbook_and_is_reached_from_this_machine_alone() -> None:
    web = SERVICES["web"]
    assert web["depends_on"] == {"neo4j": {"condition": "service_healthy"}}
    assert (web["ports"], web["command"]) == (["127.0.0.1:8000:8000"], ["serve"])
    assert (web["environment"]["EXPLORER_HOST"], SETTING["port"].default) == ("0.0.0.0", 8000)
    assert Path(web["environment"]["EXPLORER_WORKBOOK"]).parent == Path("/var/lib/workbook")
    assert web["healthcheck"]["test"][:3] == ["CMD", "python", "-c"]
    assert "http://127.0.0.1:8000/readyz" in web["healthcheck"]["test"][3]
    # Volumes belong to the image's user only where the image has made their folders his.
    made = next(of for word, of in LAST_STAGE if word == "RUN" and "install --directory" in of)
    assert [mount.split(":")[1] for mount in web["volumes"] if mount.split(":")[1] not in made] == []


def test_the_image_runs_the_command_line_from_a_wheel_as_an_ordinary_user() -> None:
    words = dict(LAST_STAGE)
    assert [argument for word, argument in LAST_STAGE if word == "FROM"] == ["python:3.12-slim"]
    assert (words["USER"], json.loads(words["ENTRYPOINT"])) == ("10001", ["explorer"])
    assert "--no-index --find-links=/wheels prospect-explorer" in "".join(
        of for word, of in LAST_STAGE if word == "RUN"
    )
    assert [argument for word, argument in LAST_STAGE if word == "COPY"] == ["--from=build /wheels /wheels"]
    assert "explorer = explorer.cli:main" in (ROOT / "setup.cfg").read_text("utf-8")


def test_every_setting_of_the_explorer_that_is_named_exists() -> None:
    environments = SERVICES["batch"]["environment"] | SERVICES["web"]["environment"]
    named = {name for name in environments if name.startswith("EXPLORER_")}
    named |= set(re.findall(r"EXPLORER_\w+", dict(LAST_STAGE)["ENV"]))
    assert named - {setting.environment for setting in SETTINGS} == set()


def test_the_server_knows_the_settings_it_is_given(neo4j_server: Server) -> None:
    """Our own server was started with their values, too, and does not start with one that it cannot take."""
    names = list(server_settings())
    known = neo4j_server.rows("SHOW SETTINGS YIELD name WHERE name IN $names RETURN name ORDER BY name", names=names)
    assert [name for (name,) in known] == sorted(names)


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.thorough)])
def test_the_entry_point_works_on_a_real_server_with_the_services_environment(
    neo4j_empty: Server, tmp_path: Path, lang: str
) -> None:
    exchange = write_tables(tmp_path / "tables", EXAMPLE).parent
    given = SERVICES["batch"]["environment"]
    environ = {
        name: filled(value, NEO4J_PASSWORD=neo4j_empty.password, EXPLORER_LANG=lang) for name, value in given.items()
    }
    # Where the containers have names and folders of their own, here stand the tests' server and folder.
    environ |= {
        "EXPLORER_STORE": neo4j_empty.uri.replace("neo4j:", "bolt:"),
        "EXPLORER_HOME": str(tmp_path / "loads"),
    }
    loaded = spawn("load", exchange / "tables", "--rejects", exchange / "rejects.csv", **environ)
    assert (loaded.code, {"zh": "生效" in loaded.err, "en": "is in force in bolt://" in loaded.err}[lang]) == (
        0,
        True,
    )
    ran = spawn("dig", "--all", "--out", exchange / "strings.csv", **environ)
    assert (ran.code, len(read_rows(exchange / "strings.csv"))) == (0, 6)
