"""A file appears whole or not at all: written beside its place, then moved there."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from explorer.errors import InputError


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
