"""Addresses of pages: ids as parts of a path, and the present address with some arguments changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote_plus

from werkzeug.datastructures import MultiDict
from werkzeug.routing import BaseConverter, ValidationError

from explorer.errors import InputError

PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")
"""Ids that stand for themselves, as nearly all do."""


class IdConverter(BaseConverter):
    """An id in a path: letters, digits, `-`, `_`, `.` stand for themselves, any other byte is written `~2F`."""

    regex = r"[^/]+"

    def to_python(self, value: str) -> str:
        try:
            return decode(value)
        except ValueError:
            raise ValidationError from None

    def to_url(self, value: Any) -> str:
        return super().to_url(encode(str(value)))


def encode(identity: str) -> str:
    """The id as part of a path; one of dots alone would be taken for a folder, so its dots are written out too.

    >>> encode("a/b c"), encode(".."), encode("企业-1")
    ('a~2Fb~20c', '~2E~2E', '企业-1')
    """
    if PLAIN.fullmatch(identity):
        return identity
    plain = "" if not identity.strip(".") else "."
    return "".join(
        sign if sign.isalnum() or sign in f"-_{plain}" else "".join(f"~{byte:02X}" for byte in sign.encode())
        for sign in identity
    )


def decode(part: str) -> str:
    """Back from a path; raises ValueError for bytes that are no text.

    >>> decode(encode("a/b c~企业"))
    'a/b c~企业'
    """
    found = re.split(r"((?:~[0-9A-Fa-f]{2})+)", part)
    return "".join(bytes.fromhex(one.replace("~", "")).decode() if one.startswith("~") else one for one in found)


def changed(path: str, given: MultiDict[str, str], changes: Mapping[str, Any]) -> str:
    """The address `path` with the arguments `given`, but for `changes`: None takes one away, a list repeats it.

    >>> changed("/dig", MultiDict([("tiers", "4"), ("page", "2")]), {"page": None, "grid": ["a", "b"]})
    '/dig?tiers=4&grid=a&grid=b'
    """
    return joined(path, written(given), changes)


def written(given: MultiDict[str, str]) -> list[tuple[str, str]]:
    """Arguments that are not empty, each by its name and as it is written in an address."""
    return [(name, _pair(name, value)) for name, value in given.items(multi=True) if value]


def joined(path: str, given: Iterable[tuple[str, str]], changes: Mapping[str, Any]) -> str:
    """What `changed` gives, of arguments that are `written` already."""
    parts = [text for name, text in given if name not in changes]
    for name, value in changes.items():
        if isinstance(value, list | tuple):
            parts += [_pair(name, str(one)) for one in value]
        elif value is not None:
            parts.append(_pair(name, str(value)))
    return f"{path}?{'&'.join(parts)}" if parts else path


def _pair(name: str, value: str) -> str:
    return f"{name}={value}" if PLAIN.fullmatch(name) and PLAIN.fullmatch(value) else _quoted(name, value)


def _quoted(name: str, value: str) -> str:
    return f"{quote_plus(name)}={quote_plus(value, ':,/')}"


def local(address: str) -> str:
    """An address within the viewer; raises InputError for one that leads elsewhere."""
    if not address.startswith("/") or address.startswith(("//", "/\\")) or any(sign < " " for sign in address):
        raise InputError("argument_bad", name="next", value=address[:60])
    return address
