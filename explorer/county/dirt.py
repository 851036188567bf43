"""Dirt as it comes with real exports, sprinkled over clean rows, and the list of what was sprinkled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa


class Sprinkler:
    def __init__(self, path: Path, dirty: float, seed: int) -> None:
        pass

    def sprinkle(self, table: Any, rows: pa.Table, line: int) -> pa.Table:
        return rows

    def close(self) -> None:
        pass
