"""Work on a cluster of processes that loses executors in the middle; run as a process of its own.

python -m tests.lost_executors prepare TABLES WORK
python -m tests.lost_executors answer WORK OUT
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyspark

from explorer.at_scale import AtScale
from explorer.formats import write
from explorer.settings import Settings
from graph.loaders.mapping import NO_MAPPING
from graph.spark import session
from graph.spark.datasets import Work, address
from graph.spark.prepare import Order, prepare
from tests.parts import TODAY
from tests.sparking import OPTIONS

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MASTER = "local-cluster[2,1,1024]"
WAIT = 2.0
"""Seconds into a step after which an executor is killed."""
PLANS = ("snapshot", "tiers")
WHEN = {"snapshot": 0, "tiers": 4}
"""How many jobs an answer has run when an executor is killed in the next."""


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


@contextmanager
def cluster() -> Iterator[SparkSession]:
    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    more = {"spark.executor.memory": "1g", "spark.executorEnv.PYTHONPATH": os.environ["PYTHONPATH"]}
    spark = session.open(MASTER, {}, OPTIONS | more)
    spark.sparkContext.setLogLevel("OFF")
    yield spark
    spark.stop()


def prepared(tables: str, work: str) -> dict[str, Any]:
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
    with cluster() as spark:
        facts = prepare(spark, order, told)
    return {"killed": len(killed), "facts": facts}


def answered(work: str, out: str) -> dict[str, Any]:
    """Dig and list prospects by both plans, each into a CSV file; what was killed while which of them ran."""
    told = {}
    with cluster() as spark:
        scale = AtScale(spark, Work(address(work)), Settings())
        asks: dict[str, Callable[[str], Any]] = {
            "dig": lambda plan: scale.dig("all", top=40, spark_plan=plan),
            "prospects": lambda plan: scale.prospects(spark_plan=plan),
        }
        for plan in PLANS:
            for name, ask in asks.items():
                with killing(spark, f"{name} {plan}", WHEN[plan]) as lost:
                    found = ask(plan)
                    during = list(lost)
                write(found.table(), Path(out) / f"{name}_{plan}.csv", encoding="utf-8-sig")
                found.remove()
                told[f"{name}_{plan}"] = {"during": during}
    return told


@contextmanager
def killing(spark: SparkSession, group: str, jobs: int) -> Iterator[list[int]]:
    """Kill an executor while a task of the group runs on it, once more jobs than `jobs` were begun."""
    tracker, over = spark.sparkContext.statusTracker(), threading.Event()
    killed: list[int] = []

    def busy() -> bool:
        begun = tracker.getJobIdsForGroup(group)
        infos = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        return len(begun) > jobs and any(info is not None and info.numActiveTasks > 0 for info in infos)

    def watch() -> None:
        while not over.is_set() and not killed:
            if busy():
                # Both, so that the one with the task is among them; the cluster starts others.
                for pid in executors():
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
            time.sleep(0.02)

    spark.sparkContext.setJobGroup(group, group)
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield killed
    finally:
        over.set()
        watcher.join()


if __name__ == "__main__":
    did = {"prepare": prepared, "answer": answered}[sys.argv[1]](*sys.argv[2:])
    print(json.dumps(did, default=str))  # noqa: T201 (what the test reads)
