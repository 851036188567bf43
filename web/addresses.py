"""Addresses of pages: ids as parts of a path, and the present address with some arguments changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.routing import BaseConverter, ValidationError

from explorer.errors import InputError


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
    left = [(name, value) for name, value in given.items(multi=True) if name not in changes and value]
    fresh = [
        (name, one)
        for name, value in changes.items()
        if value is not None
        for one in (value if isinstance(value, list | tuple) else [value])
    ]
    query = urlencode(left + fresh)
    return f"{path}?{query}" if query else path


def local(address: str) -> str:
    """An address within the viewer; raises InputError for one that leads elsewhere."""
    if not address.startswith("/") or address.startswith(("//", "/\\")) or any(sign < " " for sign in address):
        raise InputError("argument_bad", name="next", value=address[:60])
    return address
