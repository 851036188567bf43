"""Pinyin initials of names: `zhxm` is read as 中华小麦, by any reading of each sign.

Every sign has a mask of the letters that its readings begin with, bit 0 for a; a Latin letter has its own. The masks
of all names lie one after the other, without signs that have none (blanks, brackets, digits).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.algorithms.network import Array

SIGNS = 0x110000
A = ord("a")


class Initials:
    """The initials of n names; building it takes about 0.1 µs a sign."""

    def __init__(self, names: pa.Array) -> None:
        lengths = pc.utf8_length(names).fill_null(0).to_numpy(zero_copy_only=False)
        text = "".join(names.fill_null("").to_pylist())
        masks = letters()[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)]
        some = np.concatenate(([0], np.cumsum(masks != 0)))
        self.masks: Array = masks[masks != 0]
        """uint32"""
        self.start: Array = some[np.concatenate(([0], np.cumsum(lengths)))]
        """int64[n+1], where the masks of each name begin"""

    def matching(self, wanted: str) -> tuple[Array, Array]:
        """Rows of the names in which signs with these initials stand side by side, and whether a name begins so.

        `wanted` is of Latin letters; returns int64[r], ascending, and bool[r].

        >>> names = pa.array(["中华小麦", "重庆（银）行", "Bob 面粉", None, "庆"])
        >>> initials = Initials(names)
        >>> [[found.tolist() for found in initials.matching(text)] for text in ("HX", "cqyh", "bobmf", "x")]
        [[[0], [False]], [[1], [True]], [[2], [True]], [[0, 1], [False, False]]]
        """
        bits = [np.uint32(1 << (ord(letter) - A)) for letter in wanted.lower()]
        ends = len(self.masks) - len(bits) + 1
        at = np.flatnonzero(self.masks[: max(ends, 0)] & bits[0])
        for place, bit in enumerate(bits[1:], 1):
            at = at[(self.masks[at + place] & bit) != 0]
        row = np.searchsorted(self.start, at, "right") - 1
        within = at + len(bits) <= self.start[row + 1]
        rows, first = np.unique(row[within], return_index=True)
        return rows, at[within][first] == self.start[rows]


@cache
def letters() -> Array:
    """uint32 by code point: which letters the readings of a sign begin with."""
    masks = np.zeros(SIGNS, np.uint32)
    for sign, readings in _dictionary().items():
        for reading in readings.split(","):
            masks[sign] |= _bit(reading)
    for letter in range(26):
        masks[[A + letter, A + letter - 32]] = 1 << letter
    masks.flags.writeable = False
    return masks


def _bit(reading: str) -> int:
    """The bit of the first letter, whatever tone stands on it; nothing for what begins with no letter."""
    place = ord(unicodedata.normalize("NFD", reading)[0].lower()) - A
    return 1 << place if 0 <= place < 26 else 0


def _dictionary() -> dict[int, str]:
    """pypinyin's readings of single signs. The package itself would load its phrases too, which takes a second."""
    package = find_spec("pypinyin")
    assert package
    assert package.origin
    spec = spec_from_file_location("pinyin_dict", Path(package.origin).with_name("pinyin_dict.py"))
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[int, str] = module.pinyin_dict
    return found
