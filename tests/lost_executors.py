"""A preparation on a cluster of processes that loses executors in the middle; run as a process of its own.

python -m tests.lost_executors TABLES WORK
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyspark

from graph.loaders.mapping import NO_MAPPING
from graph.spark import session
from graph.spark.datasets import Work, address
from graph.spark.prepare import Order, prepare
from tests.parts import TODAY
from tests.sparking import OPTIONS

MASTER = "local-cluster[2,1,1024]"
WAIT = 2.0
"""Seconds into a step after which an executor is killed."""


def executors() -> list[int]:
    """Process ids of the executors below this process."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    processes = [line.split(None, 2) for line in listed.splitlines()[1:]]
    found, below = [], [os.getpid()]
    while below:
        parent = below.pop()
        for pid, above, arguments in processes:
            if int(above) == parent:
                below.append(int(pid))
                if "CoarseGrainedExecutorBackend" in arguments:
                    found.append(int(pid))
    return found


def main(tables: str, work: str) -> None:
    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    more = {"spark.executor.memory": "1g", "spark.executorEnv.PYTHONPATH": os.environ["PYTHONPATH"]}
    spark = session.open(MASTER, {}, OPTIONS | more)
    spark.sparkContext.setLogLevel("OFF")
    killed: list[int] = []

    def kill() -> None:
        time.sleep(WAIT)
        for pid in executors()[:1]:
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    def told(_stage: str, done: int, _total: int) -> None:
        if done in (1, 4):
            threading.Thread(target=kill).start()

    order = Order(address(tables), Work(address(work)), NO_MAPPING, TODAY, None, 1.0, strict=False)
    facts = prepare(spark, order, told)
    spark.stop()
    print(json.dumps({"killed": len(killed), "facts": facts}, default=str))  # noqa: T201 (what the test reads)


if __name__ == "__main__":
    main(*sys.argv[1:])
