"""The formula guard: text that a spreadsheet would run as a formula gets a leading apostrophe."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.formats.cells import offsets

# White space, invisible signs and apostrophes may stand before the sign: programs skip the former, and counting
# the latter keeps `unguarded` exact. The full-width and small forms are taken as the plain ones by some versions.
FORMULA = r"^[\s\p{Z}\p{C}']*[=+\-@＝＋－＠﹦﹢﹣﹫]|^'*[\t\r\n]"
NUMBER = r"^[+-](\d+|\d{1,3}(,\d{3})+)(\.\d+)?$"

SUSPECT = np.zeros(256, bool)
"""First bytes of a text that `FORMULA` might match: ASCII up to the space, = + - @ ', and what begins the rest."""
SUSPECT[:33] = True
SUSPECT[list(b"=+-@'\x7f")] = True
SUSPECT[[0xC2, 0xD8, 0xDB, 0xDC, 0xE0, 0xE1, 0xE2, 0xE3, 0xEE, 0xEF, 0xF0, 0xF3, 0xF4]] = True


def guarded(array: pa.StringArray) -> pa.StringArray:
    """Put an apostrophe before each text that starts a formula; signed plain numbers such as -12.5 stay."""
    if not _suspect(array):
        return array
    formula = pc.match_substring_regex(array, FORMULA)
    number = pc.match_substring_regex(array, NUMBER)
    return pc.if_else(pc.and_not(formula, number), pc.binary_join_element_wise("'", array, ""), array)


def unguarded(array: pa.StringArray) -> pa.StringArray:
    """Take the guard's apostrophe off again: the exact inverse of `guarded`."""
    if not _suspect(array):
        return array
    mark = pc.and_(pc.starts_with(array, "'"), pc.match_substring_regex(array, FORMULA))
    return pc.if_else(mark, pc.utf8_slice_codeunits(array, 1), array)


def _suspect(array: pa.StringArray) -> bool:
    """Look at first bytes alone, since a pattern on every cell would cost more than writing it."""
    starts = offsets(array)
    data = array.buffers()[2]
    if data is None or starts[-1] == starts[0]:
        return False
    firsts = starts[:-1][starts[:-1] < starts[1:]]
    return bool(SUSPECT[np.frombuffer(data, np.uint8)[firsts]].any())
