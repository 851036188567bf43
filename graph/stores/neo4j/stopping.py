"""Ending a statement that runs on the server: a second session looks for its transaction and terminates it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from graph.stores.guard.answer import Stop, never
from graph.stores.neo4j.connection import Connection

POLL = 0.3
"""Seconds between two looks whether the statement is still wanted."""
SHOW = "SHOW TRANSACTIONS YIELD transactionId, metaData WHERE metaData.tag = $tag RETURN transactionId"


@dataclass
class Watch:
    """`tag` is to be among the transaction's metadata; `heard`: it was stopped because nobody wants it."""

    tag: str = field(default_factory=lambda: secrets.token_hex(8))
    heard: bool = False


@contextmanager
def watching(connection: Connection, stop: Stop) -> Iterator[Watch]:
    """While the block runs, terminate the transaction with the watch's tag once `stop` says so."""
    watch, over = Watch(), threading.Event()
    thread = threading.Thread(target=_watch, args=(connection, stop, watch, over), daemon=True)
    if stop is not never:
        thread.start()
    try:
        yield watch
    finally:
        over.set()
        if stop is not never:
            thread.join()


def _watch(connection: Connection, stop: Stop, watch: Watch, over: threading.Event) -> None:
    while not over.wait(POLL):
        if watch.heard or stop():
            # Again until the block ends: the transaction may not have begun at the first time.
            watch.heard = True
            _terminate(connection, watch.tag)


def _terminate(connection: Connection, tag: str) -> None:
    with connection.session() as session:
        found = [row["transactionId"] for row in session.run(SHOW, tag=tag)]
        if found:
            session.run("TERMINATE TRANSACTIONS $found", found=found).consume()
