"""Answers of one load kept as files, so that all processes of a machine make each of them once.

Under the folder that Shelf is given, for each store a folder and in it one for each load; only their owner may enter
them, since what lies there is believed. A file's name is a hash of the question, of the settings it depends on, and
of the versions of whatever made it.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import fields
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any, TypeVar

import numpy as np

Answer = TypeVar("Answer")
MADE_BY = ("numpy", "scipy", "pyarrow", "numba", "networkit")
KEPT = 64
"""Answers of a load on the disk; beyond that the one made longest ago makes room."""


class Shelf:
    """Ask with `get`, or `mapped` for large arrays. Where the disk does not allow it, each process makes its own."""

    def __init__(self, root: Path, load: Path, load_id: str) -> None:
        """`load` is the folder of the load; those of the same store that are gone are cleared away."""
        store = sha256(str(load.parent.absolute()).encode()).hexdigest()[:16]
        self.folder = root / store / f"{load.name}-{load_id}"
        self._loads = load.parent
        self._made_by = _made_by()

    def get(self, kind: str, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """An answer that can be pickled; whoever asks while it is made waits for it."""

        def write(path: Path, answer: Answer) -> None:
            path.write_bytes(pickle.dumps(answer, protocol=5))

        def read(path: Path) -> Answer:
            found: Answer = pickle.loads(path.read_bytes())
            return found

        return self._one(kind, key, make, write, read)

    def mapped(self, kind: str, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """A dataclass of arrays, which all processes map into memory together."""

        def write(path: Path, answer: Any) -> None:
            path.mkdir()
            for one in fields(answer):
                np.save(path / f"{one.name}.npy", getattr(answer, one.name))
            (path / "kind").write_bytes(pickle.dumps(type(answer)))

        def read(path: Path) -> Any:
            made: Any = pickle.loads((path / "kind").read_bytes())
            return made(*(np.load(path / f"{one.name}.npy", mmap_mode="r") for one in fields(made)))

        found: Answer = self._one(kind, key, make, write, read)
        return found

    def _one(
        self, kind: str, key: Hashable, make: Callable[[], Answer],
        write: Callable[[Path, Any], None], read: Callable[[Path], Answer],
    ) -> Answer:  # fmt: skip
        name = f"{kind}-{sha256(repr((key, self._made_by)).encode()).hexdigest()[:24]}"
        try:
            lock = self._locked(name)
        except OSError:
            return make()
        with lock:
            path = self.folder / name
            with suppress(OSError, ValueError, EOFError, pickle.UnpicklingError, AttributeError, ImportError):
                return read(path)
            answer: Answer = make()
            with suppress(OSError):
                self._put(path, answer, write)
                return read(path)
            return answer

    def _put(self, path: Path, answer: Any, write: Callable[[Path, Any], None]) -> None:
        """A file of that name is always whole."""
        stage = Path(mkdtemp(dir=self.folder, prefix=".making-"))
        try:
            write(stage / "answer", answer)
            _remove(path)
            (stage / "answer").replace(path)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
        others = (one for one in self.folder.iterdir() if not one.name.startswith(".") and one.suffix != ".lock")
        for old in sorted(others, key=_age)[:-KEPT]:
            _remove(old)
        for lock in self.folder.glob("*.lock"):
            if not lock.with_suffix("").exists():
                _free(lock)

    def begun(self, work: str) -> IO[str] | None:
        """A file to hold as long as some work goes on; None where somebody else does it, or the disk allows none."""
        with suppress(OSError):
            return self._locked(work, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return None

    def _locked(self, name: str, how: int = fcntl.LOCK_EX) -> IO[str]:
        """A file that nobody else holds until it is closed; raises OSError where the disk does not allow that."""
        self._make_folder()
        return _hold(self.folder / f"{name}.lock", how)

    def _make_folder(self) -> None:
        """Raises OSError where it cannot be made, or is somebody else's: then nothing in it is to be believed."""
        if self.folder.is_dir():
            _own(self.folder)
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.parent.chmod(0o700)
        _own(self.folder)
        for other in self.folder.parent.iterdir():
            if not (self._loads / other.name.rpartition("-")[0]).is_dir():
                shutil.rmtree(other, ignore_errors=True)


@cache
def _made_by() -> tuple[str, ...]:
    """What an answer depends on besides the question: our own code and the libraries it computes with.

    Once in a process, at its first load: the code may be another one on the disk by the next.
    """
    code = sha256()
    for package in ("explorer", "graph"):
        for path in sorted((Path(__file__).parents[1] / package).rglob("*.py")):
            code.update(path.read_bytes())
    return (code.hexdigest(), *(version(name) for name in MADE_BY))


def _own(folder: Path) -> None:
    found = folder.stat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise PermissionError(folder)


def _hold(path: Path, how: int) -> IO[str]:
    """An open lock that nobody else holds; raises OSError as `flock` does."""
    while True:
        handle = path.open("w")
        try:
            fcntl.flock(handle, how)
            if os.path.samestat(path.stat(), os.fstat(handle.fileno())):
                return handle
        except FileNotFoundError:  # somebody cleared it away before it was ours: the next one counts
            pass
        except OSError:
            handle.close()
            raise
        handle.close()


def _free(lock: Path) -> None:
    """Remove a lock that nobody holds; only who holds the very file of that name may."""
    with suppress(OSError), _hold(lock, fcntl.LOCK_EX | fcntl.LOCK_NB):
        lock.unlink()


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
