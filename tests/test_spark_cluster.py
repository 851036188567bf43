"""Strings on clusters of processes: executors that are lost, the product as Spark users bring it, and Connect."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import sysconfig
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark
import pytest

from explorer import Explorer
from explorer.formats import write
from tests.parts import ROOT, elsewhere, spawn
from tests.spark_work import work_folder
from tests.sparking import OPTIONS

pytestmark = [pytest.mark.thorough, pytest.mark.xdist_group("spark")]
PLANS = ("snapshot", "tiers")
PACKAGES = ("explorer", "graph", "cypher", "web")
ASKED = {"dig": ("dig", "--all", "--top", "40"), "prospects": ("prospects",)}
SUBMITTED = """
import json, sys

from explorer.cli import main

for words in json.loads(sys.argv[1]):
    try:
        main(words)
    except SystemExit as stop:
        assert not stop.code, words

from pyspark.sql import SparkSession


def where(batches):
    import explorer, graph, pyarrow

    for _ in batches:
        paths = pyarrow.array([explorer.__file__, graph.__file__])
        yield pyarrow.RecordBatch.from_arrays([paths], ["path"])


spark = SparkSession.getActiveSession()
found = [row.path for row in spark.range(0, 4, 1, 4).mapInArrow(where, "path string").collect()]
print(json.dumps({"master": spark.sparkContext.master, "paths": found}))
"""
"""What is handed to spark-submit: some commands, and where the tasks find the product."""


@pytest.fixture(scope="module")
def work(county: Explorer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county of 1,500 parties as a work folder."""
    return work_folder(county.view(), tmp_path_factory.mktemp("cluster") / "work")


@pytest.fixture(scope="module")
def alone(county: Explorer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one machine answers, as bytes of CSV."""
    folder = tmp_path_factory.mktemp("alone")
    write(county.dig("all", top=40).table(), folder / "dig.csv", encoding="utf-8-sig")
    write(county.prospects().table(), folder / "prospects.csv", encoding="utf-8-sig")
    return {path.stem: path.read_bytes() for path in folder.glob("*.csv")}


def same(folder: Path, alone: dict[str, bytes]) -> None:
    """Hold the files that were written for both plans to those of one machine."""
    for name, rows in alone.items():
        for plan in PLANS:
            assert (folder / f"{name}_{plan}.csv").read_bytes() == rows, (name, plan)


def test_executors_lost_in_the_middle_of_an_answer_change_nothing(
    work: Path, alone: dict[str, bytes], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.lost_executors", "answer", str(work), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=True, env=elsewhere(), cwd=ROOT)
    told = json.loads(done.stdout.splitlines()[-1])
    assert {name for name, one in told.items() if one["during"]} == {
        f"{name}_{plan}" for name in alone for plan in PLANS
    }
    same(tmp_path, alone)


def zipped(file: Path) -> Path:
    """The product as a wheel holds it."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for package in PACKAGES:
            for path in sorted((ROOT / package).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    archive.write(path, path.relative_to(ROOT))
    return file


def without_product(folder: Path) -> Path:
    """A Python that has all that the product needs, but not the product."""
    packages = folder / "packages"
    packages.mkdir(parents=True)
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if path.suffix != ".pth" and "prospect" not in path.name and path.name not in PACKAGES:
            (packages / path.name).symlink_to(path)
    python = folder / "python"
    found = f'PYTHONPATH="${{PYTHONPATH:+$PYTHONPATH:}}{packages}"'
    python.write_text(f'#!/bin/sh\n{found} exec {sys.executable} -S "$@"\n')
    python.chmod(0o755)
    return python


def test_the_product_comes_to_the_executors_by_py_files_of_a_submit(
    work: Path, alone: dict[str, bytes], tmp_path: Path
) -> None:
    script = tmp_path / "submitted.py"
    script.write_text(SUBMITTED)
    python = without_product(tmp_path / "bare")
    words = [
        [
            *asked,
            "--engine",
            "spark",
            "--work",
            str(work),
            "--plan",
            plan,
            "--out",
            str(tmp_path / f"{name}_{plan}.csv"),
        ]
        for name, asked in ASKED.items()
        for plan in PLANS
    ]
    environ = {name: value for name, value in elsewhere().items() if name != "PYTHONPATH"}
    environ |= {"PYSPARK_PYTHON": str(python), "PYSPARK_DRIVER_PYTHON": str(python), "SPARK_LOCAL_IP": "127.0.0.1"}
    environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    # Modules in a zip are compiled for this folder, whatever NUMBA_CACHE_DIR says; nothing was kept there before.
    environ["XDG_CACHE_HOME"] = str(tmp_path / "compiled")
    options = OPTIONS | {"spark.executor.memory": "1g", "spark.local.dir": str(tmp_path / "local")}
    command = [Path(environ["SPARK_HOME"]) / "bin" / "spark-submit", "--master", "local-cluster[2,1,1024]"]
    command += [word for name, value in options.items() for word in ("--conf", f"{name}={value}")]
    command += ["--py-files", zipped(tmp_path / "product.zip"), script, json.dumps(words)]
    bare = subprocess.run([python, "-c", "import graph"], capture_output=True, env=environ, cwd=tmp_path, check=False)
    assert b"No module named 'graph'" in bare.stderr
    done = subprocess.run(command, capture_output=True, env=environ, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["master"] == "local-cluster[2,1,1024]"
    assert len(told["paths"]) == 8
    assert {path.rpartition("product.zip/")[2] for path in told["paths"]} == {
        "explorer/__init__.py", "graph/__init__.py"
    }  # fmt: skip
    assert all("product.zip/" in path for path in told["paths"])
    assert list((tmp_path / "compiled").rglob("*.nbi"))
    same(tmp_path, alone)


@contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """A server of Spark Connect on this machine; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = elsewhere() | {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    options = OPTIONS | {
        "spark.local.dir": str(folder), "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
    }  # fmt: skip
    command = [Path(environ["SPARK_HOME"]) / "bin" / "spark-submit", "--master", "local[2]"]
    command += [word for name, value in options.items() for word in ("--conf", f"{name}={value}")]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environ, cwd=folder, stdout=log, stderr=log)
        try:
            until = time.monotonic() + 120
            while not answers(port):
                assert server.poll() is None, (folder / "server.log").read_text()[-3000:]
                assert time.monotonic() < until
                time.sleep(0.2)
            yield f"sc://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


def answers(port: int) -> bool:
    with socket.socket() as there:
        return there.connect_ex(("127.0.0.1", port)) == 0


def test_a_connect_server_named_by_master_or_by_the_surroundings_gives_the_same_bytes(
    work: Path, alone: dict[str, bytes], tmp_path: Path
) -> None:
    with connect_server(tmp_path) as address:
        for name, asked in ASKED.items():
            for plan in PLANS:
                named = ("--master", address) if name == "dig" else ()
                around = {} if named else {"SPARK_REMOTE": address}
                out = tmp_path / f"{name}_{plan}.csv"
                ran = spawn(
                    *asked, "--engine", "spark", "--work", work, "--plan", plan, "--out", out, *named, **around
                )
                assert ran.code == 0, ran.err
    same(tmp_path, alone)
