"""A page asks several questions; between any two of them a load may come into force."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer import Explorer
from explorer.progress import silent
from graph.stores.home import Home
from graph.stores.ladybug import LadybugStore
from tests.parts import TODAY, load
from web.app import create_app

PATHS = (
    "/api/party/{}", "/api/party/{}/dig", "/api/find?find=陈", "/api/circles?kind=group", "/api/party/{}/introduce",
    "/api/prospects", "/api/grids",
)  # fmt: skip


class Swapping(LadybugStore):
    """Into which a load comes in force after it was asked for its version `first` times."""

    def __init__(self, home: Home, former: Path, latter: Path, first: int) -> None:
        super().__init__(home, memory=1.0, threads=2, progress=silent)
        self.versions, self.left = (former, latter), first

    def version(self) -> Path:
        self.left -= 1
        return self.versions[self.left < 0]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Explorer, Path, Path]:
    """An explorer with two loads: a county, and the same without its first parties, whose numbers so all differ."""
    import pyarrow.parquet as pq

    folder = tmp_path_factory.mktemp("two")
    Explorer.generate(folder / "tables", parties=1000, seed=7)
    explorer = load(folder / "store", folder / "tables")
    parties = pq.read_table(folder / "tables" / "parties.parquet")
    pq.write_table(parties.slice(5), folder / "tables" / "parties.parquet")
    explorer.settings.values["reject_ceiling"] = 1.0
    explorer.load(folder / "tables", rejects=folder / "rejects.csv", today=TODAY)
    former, latter = explorer.home.former(), explorer.home.current()
    assert former
    assert latter
    return explorer, former, latter


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_comes_from_one_load_or_the_other(two: tuple[Explorer, Path, Path], path: str):
    explorer, former, latter = two
    core = explorer.view().parties.take("party_id", explorer.view().cores[-1:])[0].as_py()

    def told(first: int) -> tuple[int, str]:
        swapped = Explorer(explorer.home, Swapping(explorer.home, former, latter, first), explorer.settings)
        answer = create_app(swapped).test_client().get(path.format(core))
        swapped.close()
        return answer.status_code, answer.text

    whole = {told(0), told(1_000_000)}
    assert {status for status, _ in whole} == {200}
    assert {told(first) for first in range(1, 6)} <= whole
