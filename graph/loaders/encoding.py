"""The encoding of a text file, found by trying, and its bytes as UTF-8."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from pathlib import Path
from typing import IO, cast

from explorer.errors import BadTables

CHUNK = 1 << 22
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LONGEST = 40
"""No encoding has a longer name."""
UTF_8_FAITH = 0.1
"""Up to this share of broken signs among those beyond ASCII, a file is UTF-8 with broken bytes, not GB18030."""


def open_bytes(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.name.casefold().endswith(".gz") else path.open("rb")


def find_encoding(path: Path, given: str) -> tuple[str, bool]:
    """Name the encoding of `path` (`given` wins) and whether some bytes do not fit it.

    Raises BadTables: an encoding nobody knows, a file that cannot be unpacked.
    """
    try:
        if given and (len(given) > LONGEST or not given.isprintable() or not _is_for_text(given)):
            raise LookupError
        with open_bytes(path) as file:
            start = file.read(4)
        candidates = [given] if given else [name for bom, name in BOMS if start.startswith(bom)]
        return _find(path, candidates or ["utf-8", "gb18030"])
    except LookupError:
        raise BadTables("encoding_unknown", encoding=given) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadTables("file_unreadable", file=path.name, why=error) from None


def _is_for_text(encoding: str) -> bool:
    """Whether Python reads files in it, with a stand-in for broken bytes; so neither hex nor idna."""
    found = codecs.lookup(encoding)
    return bool(found._is_text_encoding) and found.name not in ("idna", "undefined")


def _find(path: Path, candidates: list[str]) -> tuple[str, bool]:
    broken: dict[str, tuple[int, int]] = {}
    for name in candidates:
        if _fits(path, name):
            if not broken or broken[candidates[0]][0] > UTF_8_FAITH * broken[candidates[0]][1]:
                return name, False
        else:
            broken[name] = _broken(path, name)
    return min(broken, key=lambda name: broken[name][0]) if len(broken) > 1 else next(iter(broken)), True


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with open_bytes(path) as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _broken(path: Path, encoding: str) -> tuple[int, int]:
    """Count the signs that cannot be decoded, and all that are beyond ASCII."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    lost = foreign = 0
    with open_bytes(path) as file:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            lost += text.count("\ufffd")
            foreign += len(text) - len(text.encode("ascii", "ignore"))
    return lost, foreign


class Utf8(io.RawIOBase):
    """The bytes of an open file turned into UTF-8; bytes that fit nothing become U+FFFD."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            chunk = self._file.read(CHUNK)
            self._ready = self._decoder.decode(chunk, final=not chunk).encode("utf-8", "replace")
            if not chunk:
                break
        part = self._ready[: len(buffer)]
        self._ready = self._ready[len(part) :]
        buffer[: len(part)] = part
        return len(part)
