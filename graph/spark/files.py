"""Files behind an address, on this machine or elsewhere: read, listed, removed, copied once for all of a host."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from pyarrow import fs

from explorer.errors import StoreError
from graph.spark.datasets import PART, SCHEME, Work, address

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


def parts(uri: str) -> Iterator[BinaryIO]:
    """The data files of a folder that Spark wrote, each opened when it is asked for, in the order of their rows."""
    system, path = place(uri)
    for file in _listed(system, path):  # by their names, which is the order of the rows
        if file.base_name.startswith(PART):
            yield cast("BinaryIO", system.open_input_file(file.path))


def stranger(uri: str) -> str:
    """A name at an address that no answer of Spark leaves there; nothing where there is none."""
    system, path = place(uri)
    if system.get_file_info(path).type == fs.FileType.File:
        return path
    found = sorted(file.base_name for file in system.get_file_info(fs.FileSelector(path, allow_not_found=True)))
    return next((name for name in found if not name.startswith((PART, f".{PART}", "_SUCCESS", "._SUCCESS"))), "")


def remove(uri: str) -> None:
    """Remove a file, or a folder and what is in it, where it is there."""
    system, path = place(uri)
    kind = system.get_file_info(path).type
    if kind == fs.FileType.Directory:
        system.delete_dir(path)
    elif kind == fs.FileType.File:
        system.delete_file(path)


def folders(uri: str) -> list[str]:
    """The names of the folders directly in a folder; none where it is not there."""
    system, path = place(uri)
    found = system.get_file_info(fs.FileSelector(path, allow_not_found=True))
    return [file.base_name for file in found if file.type == fs.FileType.Directory]


def local(uri: str) -> Path:
    """A folder on this machine with the same files: the folder itself, else a copy, made once for all of the host.

    `uri` is FOLDER/VERSION/NAME, and what stands there never changes. A process that comes while another one copies
    waits for it. Copies of the two newest versions stay; who still maps the files of an older one keeps them.
    """
    system, path = place(uri)
    if isinstance(system, fs.LocalFileSystem):
        return Path(path)
    ours = Path(tempfile.gettempdir()) / f"prospect-explorer-{os.getuid()}"
    ours.mkdir(mode=0o700, exist_ok=True)
    folder, version, name = uri.rsplit("/", 2)
    return copied(system, path, ours / hashlib.sha256(folder.encode()).hexdigest()[:16] / version / name)


def copied(system: fs.FileSystem, path: str, into: Path) -> Path:
    """Copy the files of a folder to `into`, unless that was done, and remove older copies; returns `into`.

    The folder two above `into` holds nothing but copies, each in a folder with the name of its version.
    """
    copies = into.parents[1]
    copies.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (copies / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (into / WHOLE).exists():
            others = sorted(former for former in copies.iterdir() if former.is_dir() and former != into.parent)
            for former in others[:-1]:
                shutil.rmtree(former, ignore_errors=True)
            into.mkdir(parents=True, exist_ok=True)
            fs.copy_files(path, str(into), source_filesystem=system, destination_filesystem=fs.LocalFileSystem())
            (into / WHOLE).touch()
    return into


@contextmanager
def fetched(given: str | Path) -> Iterator[Path]:
    """An export on this machine: where it is, else a copy of its Parquet file or parts, and of its manifest.

    The copy is made piece by piece in a temporary folder and removed at the end. Where nothing stands at the address,
    neither does at the path. Raises StoreError `spark_files` where Arrow does not reach it.
    """
    if isinstance(given, Path) or not SCHEME.match(given) or Path(given).exists():
        yield Path(given)
        return
    system, path = place(given)
    if isinstance(system, fs.LocalFileSystem):
        yield Path(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / PurePosixPath(path).name
        try:
            fetch(system, path.rstrip("/"), into)
        except OSError as error:
            raise StoreError("spark_files", folder=given, why=str(error).partition("\n")[0]) from error
        yield into


def fetch(system: fs.FileSystem, path: str, into: Path) -> None:
    """Copy a file, or the Parquet files directly in a folder, to `into`, and the manifest beside to its side."""
    wanted = {into.with_name(f"{into.name}.manifest.json"): system.get_file_info(f"{path}.manifest.json")}
    found = system.get_file_info(path)
    if found.type == fs.FileType.Directory:
        into.mkdir()
        wanted |= {into / file.base_name: file for file in _listed(system, path) if file.extension == "parquet"}
    else:
        wanted[into] = found
    for target, file in wanted.items():
        if file.type == fs.FileType.File:
            here = fs.LocalFileSystem()
            fs.copy_files(file.path, str(target), source_filesystem=system, destination_filesystem=here)


def _listed(system: fs.FileSystem, path: str) -> list[fs.FileInfo]:
    found = system.get_file_info(fs.FileSelector(path, allow_not_found=True))
    return sorted((file for file in found if file.type == fs.FileType.File), key=lambda file: str(file.path))
