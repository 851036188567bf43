"""Strings on clusters of processes: executors that are lost, the product as Spark users bring it, and Connect."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.formats import write
from tests.parts import ROOT, elsewhere
from tests.spark_work import work_folder

pytestmark = [pytest.mark.thorough, pytest.mark.xdist_group("spark")]
PLANS = ("snapshot", "tiers")


@pytest.fixture(scope="module")
def work(county: Explorer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county of 1,500 parties as a work folder."""
    return work_folder(county.view(), tmp_path_factory.mktemp("cluster") / "work")


@pytest.fixture(scope="module")
def alone(county: Explorer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one machine answers, as bytes of CSV."""
    folder = tmp_path_factory.mktemp("alone")
    write(county.dig("all", top=40).table(), folder / "dig.csv", encoding="utf-8")
    write(county.prospects().table(), folder / "prospects.csv", encoding="utf-8")
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
