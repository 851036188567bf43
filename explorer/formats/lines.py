"""Text formats line by line: one thread words rows while the other makes, hashes and writes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

import pyarrow as pa

from explorer.formats.chunks import chunks
from explorer.formats.columns import Table

ROWS = 1 << 14
"""Rows worded at a time: few enough for their text to stay in the processor's cache."""
AHEAD = 4
"""Chunks that may wait to be written."""


def write_lines(table: Table, stream: BinaryIO, worded: Callable[[pa.RecordBatch], bytes | memoryview]) -> int:
    """Write what `worded` makes of each chunk, in order, and return the number of rows."""
    rows = 0
    waiting: deque[Future[bytes | memoryview]] = deque()
    with ThreadPoolExecutor(1) as pool:
        for chunk in chunks(table, ROWS):
            waiting.append(pool.submit(worded, chunk))
            rows += chunk.num_rows
            if len(waiting) > AHEAD:
                stream.write(waiting.popleft().result())
        while waiting:
            stream.write(waiting.popleft().result())
    return rows
