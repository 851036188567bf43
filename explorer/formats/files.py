"""A file appears whole or not at all, written beside its place, then moved there; and its hash on the way."""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from explorer.errors import InputError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Hashed(io.RawIOBase, BinaryIO):
    """Pass bytes on to a stream, which is not closed, and keep the SHA-256 of all of them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()

    def write(self, data: ReadableBuffer) -> int:
        self._hash.update(data)
        return self._stream.write(data)

    def writable(self) -> bool:
        return True

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of `path` when the block ends well; else `path` stays as it was.

    A link is followed. Raises InputError where the folder is missing or something other than a file stands there.
    """
    place = path.resolve()
    if not place.parent.is_dir():
        raise InputError("out_folder", file=path, folder=path.parent)
    if place.exists() and not place.is_file():
        raise InputError("out_not_file", file=path)
    part = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as stream:
            yield stream
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
