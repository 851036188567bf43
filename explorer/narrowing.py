"""What stands before a colon in the search box: `core:`, `农户：` or `grid:坪山` keep some parties alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.texts import LANGUAGES, area
from explorer.view import View
from graph.algorithms.network import Array
from graph.model import ROLE_FLAGS

PREFIX = re.compile(r"\s*([^\s:：]+)\s*[:：]\s*")
VALUE = re.compile(r"(\S*)\s*")
PLACES = ("grid", "region", "product", "industry")
"""Words that take a value, up to the next blank."""

Names = Callable[[str], Mapping[str, str]]
"""The names of all nodes of a kind by their keys."""


def narrowed(view: View, text: str, names: Names) -> tuple[Array | None, str]:
    """Which parties are looked among, bool[n] or None for all, and the text that is left to look for.

    Several prefixes narrow one after the other; an unknown word before a colon is no prefix.
    """
    among: Array | None = None
    prefixes, text = split(text)
    for word, value in prefixes:
        mask = _mask(view, word, value, names)
        among = mask if among is None else among & mask
    return among, text


def split(text: str) -> tuple[list[tuple[str, str]], str]:
    """The prefixes with their values, and the text behind them.

    >>> split("core: grid:坪山 面粉")
    ([('core_enterprise', ''), ('grid', '坪山')], '面粉')
    """
    prefixes = []
    while (found := PREFIX.match(text)) and found[1].lower() in words():
        word, text = words()[found[1].lower()], text[found.end() :]
        value = ""
        if word in PLACES and (given := VALUE.match(text)):
            value, text = given[1], text[given.end() :]
        prefixes.append((word, value))
    return prefixes, text.strip()


@cache
def words() -> dict[str, str]:
    """Every word that may stand before a colon, in all languages."""
    return {word: key for lang in LANGUAGES for key, said in area("find", lang).items() for word in said.split()}


def _mask(view: View, word: str, value: str, names: Names) -> Array:
    parties = view.parties
    if word in ROLE_FLAGS:
        return parties.flag(ROLE_FLAGS[word])
    if word not in PLACES:
        return parties.mask("kind", [word])
    within = _containing(parties.column(word), value)
    if word != "industry":
        return within
    named = [code for code, name in names("Industry").items() if value.lower() in name.lower()]
    return within | parties.mask("industry", named)


def _containing(column: pa.Array, part: str) -> Array:
    found = pc.match_substring(column, part, ignore_case=True).fill_null(False)
    return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)
