"""The DuckDB that tables are worked on in."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from graph.loaders import workbench


def test_ctrl_c_stops_a_query_as_it_stops_anything_else(tmp_path: Path) -> None:
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt), workbench.open(tmp_path, 1.0, 1) as db:
        db.execute("SELECT sum(hash(range)) FROM range(1000000000000)")


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="something else"), workbench.open(tmp_path, 1.0, 1):
        raise RuntimeError("something else")
