"""A real PostgreSQL: its own programs, one process, a folder that goes with it."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, create_engine
from sqlalchemy.exc import OperationalError

PATIENCE = 60
"""Seconds that a server on a busy machine may take to come up."""
QUICK = {"fsync": "off", "synchronous_commit": "off", "shared_buffers": "16MB", "unix_socket_directories": ""}
"""Settings of a server whose data go with it."""


class NotInstalled(Exception):
    """PostgreSQL or its driver is missing, so there can be no server."""


@dataclass(frozen=True)
class Server:
    """Where a server listens and how to log in."""

    url: URL

    def database(self) -> URL:
        """The address of a new, empty database."""
        name = f"workbook_{secrets.token_hex(4)}"
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        return self.url.set(database=name)


def programs() -> Path:
    """The folder of PostgreSQL's programs, on the path or where Debian keeps them; raises NotInstalled."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise NotInstalled("psycopg") from None
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        raise NotInstalled("postgresql")
    return folders[-1]


@contextmanager
def running() -> Iterator[Server]:
    """A server on a free port of this machine until the end of the block; by root it is run as another user."""
    bin_ = programs()
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    with tempfile.TemporaryDirectory(prefix="postgresql-") as name:
        folder, password = Path(name), secrets.token_hex(16)
        (folder / "password").write_text(password)
        if account:
            for path in (folder, folder / "password"):
                os.chown(path, account.pw_uid, account.pw_gid)
        data = ["-D", f"{folder}/data"]
        subprocess.run(
            [f"{bin_}/initdb", *data, "-U", "explorer", "--auth=scram-sha-256", f"--pwfile={folder}/password",
             "--encoding=UTF8", "--locale=C", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd="/", **who,
        )  # type: ignore[call-overload]  # fmt: skip
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        settings = {"listen_addresses": "127.0.0.1", "port": str(port), **QUICK}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        url = URL.create("postgresql+psycopg", "explorer", password, "127.0.0.1", port, "postgres")
        with (folder / "log").open("w") as log, subprocess.Popen(
            [f"{bin_}/postgres", *data, *options], stdout=log, stderr=log, cwd="/", **who
        ) as process:  # type: ignore[call-overload]  # fmt: skip
            try:
                _await(url, process, folder / "log")
                yield Server(url)
            finally:
                process.send_signal(signal.SIGINT)  # at once, whoever is still connected


def _await(url: URL, process: subprocess.Popen[bytes], log: Path) -> None:
    engine, until = create_engine(url), time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            engine.connect().close()
        except OperationalError:
            time.sleep(0.1)
        else:
            engine.dispose()
            return
    raise RuntimeError(f"PostgreSQL did not come up:\n{log.read_text('utf-8', 'replace')[-2000:]}")
