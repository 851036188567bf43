"""Values as the text of a cell: exact decimals, ISO dates, null where there is nothing to show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.formats.columns import Column, Kind

MICRO = 1_000_000
PLACES: dict[Kind, int] = {"score": 6, "amount": 2}


def texts(column: Column, array: pa.Array) -> pa.StringArray:
    """Word one column of a chunk; scores get six decimals, amounts two, numbers their shortest exact form."""
    if column.kind in PLACES:
        array = _decimal(millionths(array) if column.kind == "score" else array, PLACES[column.kind])
    elif column.kind == "number":
        array = finite(array)
    return array.cast(pa.string())


def numbers(column: Column, array: pa.Array) -> pa.Array:
    """Give scores (rounded to six decimals) and amounts (in units) as float64; any other kind as it is.

    Both are the double nearest to the decimal that `texts` writes, so all formats read back alike.
    """
    if column.kind == "score":
        return pc.divide(millionths(array).cast(pa.float64()), float(MICRO))
    if column.kind == "amount":
        return pc.divide(array.cast(pa.float64(), safe=False), 100.0)
    return finite(array) if column.kind == "number" else array


def millionths(scores: pa.Array) -> pa.Array:
    """Round float64 scores to int64 of 1/1,000,000, halves to even; NaN and infinities become null."""
    scaled = pc.multiply(finite(scores), float(MICRO))
    return pc.round(scaled, round_mode="half_to_even").cast(pa.int64())


def finite(array: pa.Array) -> pa.Array:
    """Null for NaN and infinities: no table format but Parquet can say them."""
    return pc.if_else(pc.is_finite(array), array, pa.scalar(None, pa.float64()))


def _decimal(array: pa.Array, places: int) -> pa.Array:
    """Read int64 as decimals with `places` by widening each value to 128 bits: exact, and no multiplication."""
    narrow = pc.fill_null(array, 0).to_numpy(zero_copy_only=False)
    wide = np.stack([narrow, narrow >> 63], axis=1)
    valid = pc.is_valid(array)
    decimals = pa.Array.from_buffers(pa.decimal128(21, places), len(array), [None, pa.py_buffer(wide)])
    return pc.if_else(valid, decimals, pa.scalar(None, decimals.type))


def offsets(array: pa.StringArray) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Where each text of the array starts in its data buffer, and where the last one ends."""
    if not len(array):
        return np.zeros(1, np.int32)
    return np.frombuffer(array.buffers()[1], np.int32, len(array) + 1, array.offset * 4)


def raw(array: pa.StringArray) -> memoryview:
    """All texts of the array run together: one search in it spares a search in each."""
    data, places = array.buffers()[2], offsets(array)
    return memoryview(b"" if data is None else data)[places[0] : places[-1]]


def joined(cells: list[pa.Array | pa.Scalar], separator: str) -> memoryview:
    """Join cells of each row, nulls as nothing, and run the rows together."""
    return raw(pc.binary_join_element_wise(*cells, separator, null_handling="replace", null_replacement=""))
