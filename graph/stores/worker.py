"""Processes that run the statements people type on Ladybug files, within limits that hold.

Ladybug's own time and memory limits do not: so a statement runs in a process of its own, which may open nothing but
the graph, is killed at the time limit, and is replaced at once. A few such processes serve all callers.
"""

from __future__ import annotations

import os
import pickle
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from explorer.errors import QueryCancelled, QueryFailed, QueryMemory, QueryTimeout, StoreBusy, StoreError
from graph.stores.base import Parameter
from graph.stores.guard import read
from graph.stores.guard.answer import Answer, Stop, never
from graph.stores.worker_process import LENGTH

__all__ = ["Answer", "Worker"]

PROGRAM = Path(__file__).with_name("worker_process.py")
PATIENCE = 60
"""Seconds that a process may take to open its database on a busy machine."""
LATE = 1
"""Seconds after which a statement is likely to have to be killed."""
THREADS = 2
POLL = 0.25
"""Seconds between two looks whether a statement is still wanted."""


@dataclass(frozen=True)
class _Place:
    """What a process is started for; another file or another limit needs another process."""

    database: Path
    memory: float


class Worker:
    """A small pool of processes. Each runs one statement at a time, so one that runs away slows nobody else."""

    def __init__(self, processes: int = 3) -> None:
        self.processes = processes
        self._folder = Path(tempfile.mkdtemp(prefix="query-"))
        self._all: list[_Process] = []
        self._idle: list[_Process] = []
        self._free = threading.Condition()
        self._end = weakref.finalize(self, _end, self._all, self._folder)

    def run(
        self, database: Path, statement: str, parameters: Mapping[str, Parameter], *, rows: int, seconds: float,
        memory: float, stop: Stop = never,
    ) -> Answer:  # fmt: skip
        """At most `rows` rows of a reading statement; `memory` in GiB. `stop` is asked meanwhile, again and again.

        Raises RefusedQuery, QueryTimeout, QueryMemory, QueryFailed, QueryCancelled where `stop` says so, StoreBusy
        where all processes stay busy for `seconds`, and StoreError where the file cannot be opened.
        """
        reading = read(statement, "ladybug")
        reading.check_parameters(parameters)
        until, place = time.monotonic() + seconds, _Place(database, memory)
        request = (reading.limited(rows + 1), dict(parameters), rows + 1)
        process = self._take(place, seconds, stop)
        if process.used:
            try:
                return self._answer(process, request, seconds, stop)
            except QueryMemory:
                # Over many statements Ladybug's pages fill with what it does not free: a fresh process has them all.
                seconds = max(until - time.monotonic(), 0)
                process = self._take(place, seconds, stop, fresh=True)
        return self._answer(process, request, seconds, stop)

    def _answer(
        self, process: _Process, request: tuple[str, dict[str, Parameter], int], seconds: float, stop: Stop
    ) -> Answer:
        """Ask a process that was taken, and give it back, or replace it where it is in doubt."""
        sound = False
        try:
            process.ready()
            answer = process.ask(request, seconds, stop, late=lambda: self._spare(process.place))
            sound = True
        except QueryFailed:
            sound = process.lives
            raise
        finally:
            # Also where the caller was interrupted: a process in doubt is not used again.
            if sound:
                self._give(process)
            else:
                self._replace(process)
        return answer

    def close(self) -> None:
        """End all processes; the worker cannot be used any more."""
        self._end()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _take(self, place: _Place, seconds: float, stop: Stop, *, fresh: bool = False) -> _Process:
        """An idle process for this place, else a new one, if need be in another's stead; `fresh`: one never used."""
        with self._free:
            until = time.monotonic() + seconds
            while not self._free.wait_for(lambda: self._idle or len(self._all) < self.processes, min(POLL, seconds)):
                if stop():
                    raise QueryCancelled("query_cancelled")
                if time.monotonic() >= until:
                    raise StoreBusy("query_busy", processes=self.processes, seconds=seconds)
            for process in [process for process in self._idle if not process.serves]:
                self._drop(process)
            fitting = [process for process in self._idle if process.place == place and not (fresh and process.used)]
            if fitting:
                self._idle.remove(fitting[0])
                return fitting[0]
            if len(self._all) == self.processes:
                self._drop(self._idle[0])
            process = _Process.start(place, self._folder)
            self._all.append(process)
            return process

    def _drop(self, idle: _Process) -> None:
        self._idle.remove(idle)
        self._all.remove(idle)
        idle.kill()

    def _spare(self, place: _Place) -> None:
        """See to it that a process stands ready, should the one at work have to be killed."""
        with self._free:
            if len(self._all) < self.processes and not any(process.place == place for process in self._idle):
                self._start_idle(place)

    def _start_idle(self, place: _Place) -> None:
        process = _Process.start(place, self._folder)
        self._all.append(process)
        self._idle.append(process)
        self._free.notify()

    def _replace(self, process: _Process) -> None:
        """Kill a process; where it had served, start another, which opens its database while nobody waits."""
        process.kill()
        with self._free:
            self._all.remove(process)
            self._free.notify()
        if process.opened:
            self._spare(process.place)

    def _give(self, process: _Process) -> None:
        with self._free:
            self._idle.append(process)
            self._free.notify()


@dataclass(eq=False)
class _Process:
    """One process and its pipes."""

    place: _Place
    popen: subprocess.Popen[bytes]
    opened: bool = False
    used: bool = False
    received: bytearray = field(default_factory=bytearray)
    """What has come of a frame so far."""

    @classmethod
    def start(cls, place: _Place, folder: Path) -> _Process:
        """Half of the memory is for pages of the graph, the other half for what a statement computes.

        Arrow's own pool would reserve more at its first answer than a locked process may have.
        """
        half = int(place.memory * 2**29)
        popen = subprocess.Popen(
            [sys.executable, "-P", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd=folder, start_new_session=True,
            env={"HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2",
                 "ARROW_DEFAULT_MEMORY_POOL": "system",
                 "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )  # fmt: skip
        process = cls(place, popen)
        process.send((str(place.database.absolute()), half, half, THREADS))
        return process

    def send(self, request: tuple[object, ...]) -> None:
        body = pickle.dumps(request)
        pipe = _pipe(self.popen.stdin)
        pipe.write(LENGTH.pack(len(body)) + body)
        pipe.flush()

    @property
    def lives(self) -> bool:
        return self.popen.poll() is None

    @property
    def serves(self) -> bool:
        """Whether it lives and its file has not gone with an old load."""
        return self.lives and self.place.database.exists()

    def ready(self) -> None:
        """Wait until the database is open; raises StoreError where it cannot be."""
        if self.opened:
            return
        letter, body = self._reply(time.monotonic() + PATIENCE)
        if letter == b"M":
            raise QueryMemory("query_memory", memory=f"{self.place.memory:g}")
        if letter != b"R":
            raise StoreError("ladybug_open", path=self.place.database, reason=body.decode("utf-8", "replace"))
        self.opened = True

    def ask(
        self, request: tuple[str, dict[str, Parameter], int], seconds: float, stop: Stop, late: Callable[[], None]
    ) -> Answer:
        """Send a request and wait for its answer; `late` is called where that takes longer than a second.

        Raises QueryTimeout, QueryMemory, QueryFailed, QueryCancelled.
        """
        import pyarrow as pa

        began, most = time.monotonic(), request[-1] - 1
        self.used = True
        self.send((*request, seconds))
        letter, body = self._reply(began + min(seconds, LATE), stop)
        if letter == b"T" and seconds > LATE:
            late()
            letter, body = self._reply(began + seconds, stop)
        if letter == b"C":
            raise QueryCancelled("query_cancelled")
        if letter == b"T":
            raise QueryTimeout("query_timeout", seconds=f"{seconds:g}")
        if letter == b"M":
            raise QueryMemory("query_memory", memory=f"{self.place.memory:g}")
        if letter != b"A":
            raise QueryFailed("query_failed", reason=body.decode("utf-8", "replace"))
        table = pa.ipc.open_stream(body).read_all()
        return Answer(table.slice(0, most), table.num_rows > most, time.monotonic() - began)

    def _reply(self, until: float, stop: Stop = never) -> tuple[bytes, bytes]:
        """The letter and body of the next frame; T where the time is over, M where the process ended before.

        C where nobody wants it any more.
        """
        pipe, received = _pipe(self.popen.stdout), self.received
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while len(received) < LENGTH.size or len(received) < LENGTH.size + LENGTH.unpack_from(received)[0]:
                left = max(until - time.monotonic(), 0)
                if not selector.select(min(left, POLL)):
                    if stop():
                        return b"C", b""
                    if left > POLL:
                        continue
                    return b"T", b""
                part = pipe.read1(2**20)  # type: ignore[attr-defined]
                if not part:
                    return b"T" if self.popen.wait() == -signal.SIGALRM else b"M", b""
                received += part
        self.received = bytearray()
        return bytes(received[LENGTH.size : LENGTH.size + 1]), bytes(received[LENGTH.size + 1 :])

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait()
        _pipe(self.popen.stdout).close()
        _pipe(self.popen.stdin).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _end(processes: list[_Process], folder: Path) -> None:
    for process in processes:
        process.kill()
    processes.clear()
    shutil.rmtree(folder, ignore_errors=True)
