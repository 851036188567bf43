"""A real Neo4j without Docker: the server's jars on the class path of Java, one process, a folder of its own.

`python -m tests.neo4j_server` (`make neo4j`) runs one for a person; tests get theirs from the fixture `neo4j_server`.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import neo4j

VERSION = "5.26.30"
POM = Path(__file__).with_name("neo4j.pom.xml")
OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.lang", "java.util.concurrent")
SETTINGS = {
    "server.default_listen_address": "127.0.0.1",
    "server.http.enabled": "false",
    "server.https.enabled": "false",
    "server.memory.pagecache.size": "128m",
    "db.tx_log.preallocate": "false",
    "db.tx_log.rotation.retention_policy": "keep_none",
    "dbms.usage_report.enabled": "false",
    "dbms.security.auth_max_failed_attempts": "0",
}
AUTH = "dbms.security.auth_enabled"
QUICK = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Flags of a server that is to come up soon and to take little."""
PATIENCE = 120
"""Seconds that a server on a busy machine may take to come up."""


class NotInstalled(Exception):
    """Java or Maven is missing, so there can be no server."""


@dataclass(frozen=True)
class Server:
    """Where a server listens and how to log in."""

    uri: str
    username: str
    password: str = field(repr=False)
    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What the command line needs to find its way in."""
        login = {"NEO4J_USERNAME": self.username, "NEO4J_PASSWORD": self.password}
        return login | ({"NEO4J_DATABASE": self.database} if self.database else {})

    def rows(self, statement: str, **parameters: object) -> list[tuple[object, ...]]:
        """Run a statement as the server's owner, outside any store."""
        with neo4j.GraphDatabase.driver(
            self.uri, auth=(self.username, self.password), notifications_min_severity="OFF"
        ) as driver, driver.session(database=self.database or None) as session:  # fmt: skip
            return [tuple(record.values()) for record in session.run(statement, parameters)]  # type: ignore[arg-type]

    def dump(self) -> list[str]:
        """Every node with its labels and properties, every relationship with its ends, in an order of their own."""
        nodes = self.rows("MATCH (n) RETURN labels(n), properties(n)")
        links = self.rows("MATCH (a)-[r]->(b) RETURN properties(a), type(r), properties(r), properties(b)")
        return sorted(repr([_ordered(one) for one in row]) for row in [*nodes, *links])

    def erase(self) -> None:
        """Leave an empty graph; constraints and indexes stay."""
        self.rows("MATCH ()-[r]->() CALL { WITH r DELETE r } IN TRANSACTIONS OF 5000 ROWS")
        self.rows("MATCH (n) CALL { WITH n DELETE n } IN TRANSACTIONS OF 5000 ROWS")


def _ordered(value: object) -> object:
    return sorted(value.items()) if isinstance(value, dict) else sorted(value) if isinstance(value, list) else value


def given(environ: Mapping[str, str]) -> Server | None:
    """The server that NEO4J_URI names, if any."""
    if "NEO4J_URI" not in environ:
        return None
    return Server(
        environ["NEO4J_URI"], environ.get("NEO4J_USERNAME", "neo4j"), environ.get("NEO4J_PASSWORD", ""),
        environ.get("NEO4J_DATABASE", ""),
    )  # fmt: skip


def jars() -> Path:
    """The folder of the server's jars, filled once by Maven and kept outside the checkout."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "prospect-explorer"
    folder = base / f"neo4j-{VERSION}" / "lib"
    if shutil.which("java") is None:
        raise NotInstalled("java")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "LOCK").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _install(folder)
    return folder


def _install(folder: Path) -> None:
    if shutil.which("mvn") is None:
        raise NotInstalled("mvn")
    with tempfile.TemporaryDirectory(dir=folder.parent) as stage:
        subprocess.run(
            ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", "-DincludeScope=runtime",
             f"-DoutputDirectory={stage}/lib"],
            check=True, stdout=sys.stderr,
        )  # fmt: skip
        (Path(stage) / "lib").rename(folder)


def java(home: Path, *words: str, flags: Sequence[str] = QUICK) -> tuple[list[str], dict[str, str]]:
    """The command and environment of a Java process of the server in `home`."""
    opens = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
    command = ["java", *flags, *opens, "-cp", f"{home}/plugins/*{os.pathsep}{jars()}/*", *words]
    return command, os.environ | {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}


def admin(home: Path, *words: str) -> None:
    """Run neo4j-admin on the server in `home`, which must not be running."""
    command, environ = java(home, "org.neo4j.cli.AdminTool", *words)
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"neo4j-admin {' '.join(words[:2])}: {done.stdout}{done.stderr}")


def configure(home: Path, settings: Mapping[str, str] | None = None) -> int:
    """Make the folder of a server with its configuration; returns the port it will listen at."""
    for name in ("conf", "data", "logs", "import", "plugins", "run"):
        (home / name).mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    chosen = SETTINGS | {"server.bolt.listen_address": f"127.0.0.1:{port}", **(settings or {})}
    chosen["server.bolt.advertised_address"] = chosen["server.bolt.listen_address"]
    lines = [f"{name}={value}\n" for name, value in chosen.items()]
    (home / "conf" / "neo4j.conf").write_text("".join(lines), "utf-8")
    return port


@contextmanager
def running(home: Path, settings: Mapping[str, str] | None = None, flags: Sequence[str] = QUICK) -> Iterator[Server]:
    """A server in the folder `home`, from when it answers until the end of the block."""
    password = f"p-{secrets.token_hex(8)}"
    port = configure(home, settings)
    if (settings or {}).get(AUTH) != "false":
        admin(home, "dbms", "set-initial-password", password)
    command, environ = java(
        home,
        "org.neo4j.server.CommunityEntryPoint",
        f"--home-dir={home}",
        f"--config-dir={home / 'conf'}",
        flags=flags,
    )
    log = home / "logs" / "neo4j.log"
    log.unlink(missing_ok=True)
    with (
        (home / "logs" / "console.log").open("w") as console,
        subprocess.Popen(
            command, env=environ, stdout=console, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        ) as process,
    ):
        try:
            _await(port, process, log)
            yield Server(f"neo4j://127.0.0.1:{port}", "neo4j", password)
        finally:
            # Its data go with it, so there is nothing to shut down in good order.
            process.kill()


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if log.exists() and "Started." in log.read_text("utf-8", "replace"):
            return
        time.sleep(0.1)
    logs = [path for path in (log, log.with_name("console.log")) if path.exists()]
    said = "".join(path.read_text("utf-8", "replace")[-2000:] for path in logs)
    raise RuntimeError(f"Neo4j did not come up at port {port}:\n{said}")


def main() -> None:
    """Run a server until Ctrl-C and say how to connect."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        http = free.getsockname()[1]
    browser = {"server.http.enabled": "true", "server.http.listen_address": f"127.0.0.1:{http}"}
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), browser) as server,
        suppress(KeyboardInterrupt),
    ):
        lines = [
            f"Neo4j {VERSION} is up; Ctrl-C ends it and removes its data. Browser: http://127.0.0.1:{http}",
            f"export EXPLORER_STORE={server.uri}",
            *(f"export {name}={value}" for name, value in server.environment.items()),
        ]
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
