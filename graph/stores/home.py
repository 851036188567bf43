"""The home of a store: its loads as numbered folders, a pointer to the one in force, the lock of the loader.

    CURRENT      {"current": "load-000002", "former": "load-000001", "last": 2}, replaced atomically
    LOCK         held while a load runs
    load-000002/ rows/ (checked rows), graph/ (tables for the store), snapshot/, report.json

A folder the pointer does not name is what a killed load left behind, and the next load removes it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from explorer.errors import InputError, StoreBusy, StoreError

POINTER = "CURRENT"


@dataclass(frozen=True)
class Pointer:
    """Names of the folders of the load in force and of the one before it; `last` is the highest number used.

    A number is never used twice, so a reader can tell two loads apart by their folders' names.
    """

    current: str | None = None
    former: str | None = None
    last: int = 0


class Home:
    """Use it to find the load in force, and, under `writing()`, to put another in its place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pointer(self) -> Pointer:
        path = self.folder / POINTER
        if not path.exists():
            return Pointer()
        try:
            return Pointer(**json.loads(path.read_text("utf-8")))
        except (ValueError, TypeError) as error:
            raise StoreError("pointer_garbled", path=path) from error

    def current(self) -> Path | None:
        name = self.pointer().current
        return self.folder / name if name else None

    def former(self) -> Path | None:
        name = self.pointer().former
        return self.folder / name if name else None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one lock for loads; raise StoreBusy at once where another process holds it."""
        self._make_folder()
        with (self.folder / "LOCK").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreBusy("busy", store=self.folder) from None
            yield

    def _make_folder(self) -> None:
        """Make the folder, but never settle in one that holds somebody else's files."""
        if self.folder.exists() and not self.folder.is_dir():
            raise InputError("store_not_folder", store=self.folder)
        ours = {POINTER, f"{POINTER}.new", "LOCK"}
        if self.folder.is_dir() and any(
            entry.name not in ours and not entry.name.startswith("load-") for entry in self.folder.iterdir()
        ):
            raise InputError("store_foreign", store=self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def begin(self) -> Path:
        """Remove what killed loads left and make the folder of the next load. Call under `writing()`."""
        self.prune()
        version = self.folder / f"load-{self.pointer().last + 1:06d}"
        version.mkdir()
        return version

    def publish(self, version: Path, *, instead: bool = False) -> None:
        """Put `version` in force: everything in it is on disk before the pointer names it.

        `instead` of the one in force, which is dropped: the load before stays the one before.
        """
        for path in version.rglob("*"):
            _sync(path)
        _sync(version)
        before = self.pointer()
        former = before.former if instead else before.current
        self._point(Pointer(version.name, former, max(before.last, int(version.name.split("-")[1]))))
        self.prune()

    def rollback(self) -> Path:
        """Put the load before in force again; raise InputError where none is kept. Call under `writing()`."""
        pointer = self.pointer()
        if pointer.former is None:
            raise InputError("no_former", store=self.folder)
        self._point(Pointer(pointer.former, None, pointer.last))
        return self.folder / pointer.former

    def prune(self) -> None:
        """Keep the two loads that the pointer names."""
        pointer = self.pointer()
        for entry in self.folder.glob("load-*"):
            if entry.name not in (pointer.current, pointer.former):
                shutil.rmtree(entry)

    def _point(self, pointer: Pointer) -> None:
        path = self.folder / f"{POINTER}.new"
        with path.open("w", encoding="utf-8") as file:
            json.dump(asdict(pointer), file)
            file.flush()
            os.fsync(file.fileno())
        path.replace(self.folder / POINTER)
        _sync(self.folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
