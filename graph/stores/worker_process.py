"""The worker process: opens one Ladybug file read-only, locks itself in, and answers statements until its input ends.

It is started as a file of its own, without its parent's environment, in an empty folder. Once the database is open it
may open nothing more: no file, no socket, no extension; nor write to a file, nor grow beyond its memory.

Frames in both directions are eight bytes of length and a body. The first request is the pickled arguments of `serve`,
each later one (statement, parameters, rows, seconds). Replies begin with a letter: R ready, A an answer as an Arrow
stream, M out of memory, F failed.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import struct
from pathlib import Path
from typing import Any, BinaryIO

LENGTH = struct.Struct(">Q")
GRACE = 5
"""Seconds past the time limit after which a process without a parent ends itself."""
SMALLEST = 2**28
"""Bytes of address space for the pages of the file, at least; always a power of two."""


def serve(requests: BinaryIO, replies: BinaryIO, database: str, pool: int, memory: int, threads: int) -> None:
    """Open `database` with a page pool of `pool` bytes, lock the process in, and answer until `requests` end."""
    import ladybug

    size = Path(database).stat().st_size if Path(database).exists() else 0
    try:
        mapped = 1 << (max(SMALLEST, 2 * pool, 2 * size) - 1).bit_length()
        opened = ladybug.Database(
            database, read_only=True, buffer_pool_size=pool, max_num_threads=threads, max_db_size=mapped
        )
        connection: Any = ladybug.Connection(opened)
        connection.execute("RETURN 1 AS one").get_as_arrow(1)
    except RuntimeError as error:
        _send(replies, b"F", str(error).encode())
        return
    _lock(memory)
    _send(replies, b"R", b"")
    while request := _receive(requests):
        statement, parameters, rows, seconds = request
        # The system ends this process even where the parent is gone and the engine does not look up.
        signal.setitimer(signal.ITIMER_REAL, seconds + GRACE)
        _send(replies, *_answer(connection, statement, parameters, rows))
        signal.setitimer(signal.ITIMER_REAL, 0)


def _receive(requests: BinaryIO) -> tuple[Any, ...]:
    """The next request; nothing where there will be none."""
    head = requests.read(LENGTH.size)
    return pickle.loads(requests.read(LENGTH.unpack(head)[0])) if head else ()


def _lock(memory: int) -> None:
    """Give up, for good, to open anything, to write to files, and to grow beyond `memory` bytes from here."""
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for limit, most in (
        (resource.RLIMIT_AS, held + memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):  # fmt: skip
        resource.setrlimit(limit, (most, most))


def _answer(connection: Any, statement: str, parameters: dict[str, Any], rows: int) -> tuple[bytes, bytes]:
    import pyarrow as pa

    try:
        result = connection.execute(statement, parameters)
        if isinstance(result, list):
            return b"F", b"more than one statement"
        table = result.get_as_arrow(rows).slice(0, rows)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        return b"A", sink.getvalue().to_pybytes()
    except (MemoryError, pa.ArrowMemoryError):
        return b"M", b""
    except (RuntimeError, ValueError, TypeError, NotImplementedError, pa.ArrowException) as error:
        said = str(error)
        short = "bad_alloc" in said or "Buffer manager exception" in said
        return b"M" if short else b"F", said.encode("utf-8", "replace")


def _send(replies: BinaryIO, letter: bytes, body: bytes) -> None:
    replies.write(LENGTH.pack(len(body) + 1) + letter + body)
    replies.flush()


if __name__ == "__main__":
    with os.fdopen(0, "rb") as asked, os.fdopen(1, "wb") as told:
        serve(asked, told, *_receive(asked))
