"""The command lines behind pages: what to type to get the same rows."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Any

SPELLED = {"traded_after": "last-trade-after"}
"""Options of the command line that are not named like the argument of the address."""


def command(*words: str, **options: Any) -> str:
    """A command line; options in their order, those that are None or empty left out, several values repeated.

    `words` are the command and what it is about; where one of these begins with a hyphen they stand behind `--`.

    >>> command("dig", anchor="a b", tiers=3, grid=("G1", "-2"), by_value=True, role=())
    "explorer dig --anchor 'a b' --tiers 3 --grid G1 --grid=-2 --by-value"
    >>> command("path", "-7", "B 1", hops=3), command("show", "B1", tiers=1)
    ("explorer path --hops 3 -- -7 'B 1'", 'explorer show B1 --tiers 1')
    """
    name, *about = words
    given = [word for option, value in options.items() for word in _words(option, value)]
    hyphen = any(word.startswith("-") for word in about)
    return shlex.join(["explorer", name, *given, "--", *about] if hyphen else ["explorer", name, *about, *given])


def _words(name: str, value: Any) -> Iterable[str]:
    option = "--" + SPELLED.get(name, name).replace("_", "-")
    if value is True:
        return [option]
    values = value if isinstance(value, tuple) else () if value in (None, "", False) else (value,)
    # What begins with a hyphen would be taken for an option by itself.
    return [
        word for one in values for word in ([f"{option}={one}"] if str(one).startswith("-") else [option, str(one)])
    ]
