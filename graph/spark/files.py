"""Files behind an address, on this machine or elsewhere: read, listed, removed, copied once for all of a host."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

from pyarrow import fs

from graph.spark.datasets import Work, address

WHOLE = ".whole"
"""Stands in a local copy from the moment on that it is complete."""


def place(uri: str) -> tuple[fs.FileSystem, str]:
    """The file system of an address and the path on it."""
    system, path = Work(address(uri)).files()
    return system, path


def read(uri: str) -> bytes:
    """All bytes of a file; raises FileNotFoundError."""
    system, path = place(uri)
    with system.open_input_stream(path) as stream:
        data: bytes = stream.read()
    return data


def write(uri: str, data: bytes) -> None:
    """Put a file in place of what stands there."""
    system, path = place(uri)
    with system.open_output_stream(path) as stream:
        stream.write(data)


def size(uri: str) -> int:
    """Bytes of the files directly in a folder; 0 where there is none."""
    return sum(file.size for file in _listed(*place(uri)))


def parts(uri: str) -> list[BinaryIO]:
    """The data files of a folder that Spark wrote, opened, in the order of their names, which is that of the rows."""
    system, path = place(uri)
    found = sorted(file.path for file in _listed(system, path) if file.base_name.startswith("part-"))
    return [cast("BinaryIO", system.open_input_file(one)) for one in found]


def exists(uri: str) -> bool:
    """Whether there is such a file."""
    system, path = place(uri)
    return bool(system.get_file_info(path).type == fs.FileType.File)


def remove(uri: str) -> None:
    """Remove a file, or a folder and what is in it, where it is there."""
    system, path = place(uri)
    kind = system.get_file_info(path).type
    if kind == fs.FileType.Directory:
        system.delete_dir(path)
    elif kind == fs.FileType.File:
        system.delete_file(path)


def local(uri: str) -> Path:
    """A folder on this machine with the same files: the folder itself, else a copy, made once for all of the host.

    A process that comes while another one copies waits for it. A folder that was replaced is copied anew, and the
    copy of what stood there is removed; who still maps its files keeps them.
    """
    system, path = place(uri)
    if isinstance(system, fs.LocalFileSystem):
        return Path(path)
    ours = Path(tempfile.gettempdir()) / f"prospect-explorer-{os.getuid()}"
    ours.mkdir(mode=0o700, exist_ok=True)
    copies = ours / hashlib.sha256(uri.encode()).hexdigest()[:16]
    return copied(system, path, copies / stamp(uri) / Path(path).name)


def stamp(uri: str) -> str:
    """What tells a folder from one that stood there before: a digest of its files' names, sizes and times."""
    told = [f"{file.base_name} {file.size} {file.mtime_ns}" for file in _listed(*place(uri))]
    return hashlib.sha256("\n".join([uri, *told]).encode()).hexdigest()[:16]


def copied(system: fs.FileSystem, path: str, into: Path) -> Path:
    """Copy the files of a folder to `into`, unless that was done, and remove copies beside it; returns `into`.

    The folder two above `into` holds nothing but copies of this one folder, each named for its stamp.
    """
    copies = into.parents[1]
    copies.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (copies / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (into / WHOLE).exists():
            for former in copies.iterdir():
                if former.is_dir() and former != into.parent:
                    shutil.rmtree(former, ignore_errors=True)
            into.mkdir(parents=True, exist_ok=True)
            fs.copy_files(path, str(into), source_filesystem=system, destination_filesystem=fs.LocalFileSystem())
            (into / WHOLE).touch()
    return into


def _listed(system: fs.FileSystem, path: str) -> list[fs.FileInfo]:
    found = system.get_file_info(fs.FileSelector(path, allow_not_found=True))
    return sorted((file for file in found if file.type == fs.FileType.File), key=lambda file: str(file.path))
