"""Finding parties: exact ids first, then names, parts of names and of ids, and without a hit the nearest names."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest

from explorer import Explorer
from explorer.initials import Initials
from graph.parties import Parties, save
from tests.parts import Run, load, write_tables

PARTIES = """\
party_id,name,kind,roles,region
91330100A,比亚迪汽车有限公司,company,core_enterprise,深圳
91330100B,比亚迪,company,,深圳
比亚迪,某某商行,sole_trader,,
X1,BYD Trading (深圳),company,,
X2,"=甲,乙""丙",,,
X3,比亚迪电池,,,
X4,比亚迪,,,上海
"""


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    folder = tmp_path_factory.mktemp("find")
    return load(folder / "store", write_tables(folder / "tables", {"parties": PARTIES}))


def found(explorer: Explorer, text: str, **options: int) -> list[tuple[str, str]]:
    answer = explorer.find(text, **options)
    ids = explorer.view().parties.take("party_id", answer.rows).to_pylist()
    return list(zip(ids, answer.how, strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("91330100A", [("91330100A", "id")]),
        ("91330100", [("91330100A", "id_part"), ("91330100B", "id_part")]),
        ("比亚迪", [("比亚迪", "id"), ("91330100B", "name"), ("X4", "name"), ("X3", "part"), ("91330100A", "part")]),
        ("亚迪", [("91330100B", "part"), ("X4", "part"), ("X3", "part"), ("91330100A", "part")]),
        (
            "byd",
            [
                ("X1", "part"),
                ("91330100B", "initials"),
                ("X4", "initials"),
                ("X3", "initials"),
                ("91330100A", "initials"),
            ],
        ),
        ("DC", [("X3", "initials")]),
        ("qcyx", [("91330100A", "initials")]),
        ("ydqc", [("91330100A", "initials")]),
        ("q", []),
        ("byd9", []),
        ("core:byd", [("91330100A", "initials")]),
        ("核心企业：", [("91330100A", "type")]),
        ("个体户： 商行", [("比亚迪", "part")]),
        ("region:深 迪", [("91330100B", "part"), ("91330100A", "part")]),
        ("Company:core:比亚迪", [("91330100A", "part")]),
        ("farmer:比亚迪", []),
        ("core:比亚油汽车有限公", [("91330100A", "near")]),
        ("某：商行", [("比亚迪", "near")]),
        (" X2 ", [("X2", "id")]),
        ('甲,乙"', [("X2", "part")]),
        ("比亚油汽车有限公司", [("91330100A", "near")]),
        ("(", [("X1", "part")]),
        ("\\", []),
        ("绝无此名", []),
        ("", []),
    ],
)
def test_what_is_found_and_in_which_order(explorer: Explorer, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(explorer, text) == expected


def test_a_limit_cuts_and_the_rest_is_counted(explorer: Explorer, run: Run) -> None:
    answer = explorer.find("比亚迪", limit=2)
    assert (len(answer.rows), answer.total) == (2, 5)
    ran = run("find", "比亚迪", "--find-limit", 2, "--store", explorer.home.folder)
    assert [row["party_id"] for row in ran.rows] == ["比亚迪", "91330100B"]
    assert ran.err == "Not shown: 3; raise --find-limit to see them.\n"


def test_the_command_says_near_names_and_none(explorer: Explorer, run: Run) -> None:
    ran = run("find", "比亚油汽车有限公司", "--store", explorer.home.folder)
    assert (ran.code, [row["how"] for row in ran.rows]) == (0, ["near"])
    assert ran.err == "Nothing is called 比亚油汽车有限公司; these names are the nearest.\n"
    ran = run("find", "绝无此名", "--store", explorer.home.folder)
    assert (ran.code, ran.rows) == (0, [])
    assert ran.err == "Nothing is called 绝无此名 or anything like it.\n"


def test_a_whole_name_of_several_lists_them_with_what_tells_them_apart(explorer: Explorer, run: Run) -> None:
    ran = run("dig", "--anchor", "比亚迪电", "--store", explorer.home.folder)
    assert (ran.code, ran.err.splitlines()[1:]) == (2, ["  X3  比亚迪电池"])
    (Path("names.txt")).write_text("汽车有限公司\n", "utf-8")
    ran = run("dig", "--anchors-file", "names.txt", "--store", explorer.home.folder)
    assert ran.err.splitlines()[1:] == ["  91330100A  比亚迪汽车有限公司  深圳"]


def test_the_nearest_names_are_the_same_whatever_the_size_of_the_pieces(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = found(explorer, "比亚油", limit=3)
    assert [how for _, how in whole] == ["near"] * 2
    monkeypatch.setattr("explorer.finding.PIECE", 2)
    assert found(explorer, "比亚油", limit=3) == whole


def test_suggestions_need_no_nearest_names(explorer: Explorer) -> None:
    answer = explorer.find("比亚油汽车有限公司", near=False)
    assert (answer.rows.tolist(), answer.how, answer.total) == ([], (), 0)


PLACES = {
    "parties": "party_id,name,kind,roles,grid,industry,product\n"
    "A,坪山面粉,company,customer,坪山-01,C13,面粉\nB,坪山粮行,sole_trader,,坪山-02,C13,杂粮\nC,龙田农场,farmer,supplier,龙田,A01,小麦\n"
    "D,甲,farmer,referrer,坪山-01,,\n",
    "industries": "code,name,parent_code\nC13,农副食品加工,\nA01,农业,\n",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("grid:坪山", "ABD"), ("grid:坪山 面粉", "A"), ("网格：坪山-01 农户：", "D"), ("product:麦", "C"),
        ("industry:农", "ABC"), ("行业：c13 粮", "B"), ("farmer:", "CD"), ("引荐人:", "D"), ("supplier: ltnc", "C"),
        ("grid:", "ABCD"), ("grid:龙 lt", "C"), ("grid:没有 面", ""),
    ],
)  # fmt: skip
def test_words_before_a_colon_keep_some_parties(tmp_path_factory: pytest.TempPathFactory, text: str, expected: str):
    folder = tmp_path_factory.mktemp("places")
    explorer = load(folder / "store", write_tables(folder / "tables", PLACES))
    assert "".join(party for party, _ in sorted(found(explorer, text))) == expected


def test_a_sign_with_several_readings_is_found_by_each() -> None:
    initials = Initials(pa.array(["重庆银行", "长乐（乐山）音像", ""]))
    assert [initials.matching(text)[0].tolist() for text in ("cqyh", "zqyx", "clls", "zyls", "zqyhc")] == [
        [0], [0], [1], [1], [],
    ]  # fmt: skip


def test_a_part_of_a_name_is_found_wherever_it_stands_and_in_any_case(tmp_path: Path):
    """Against Python's own search, in tables that are cut out of others too."""
    rng = random.Random(3)

    def name() -> str | None:
        return (
            "".join(rng.choice("粮水产aA农é1 \u212a") for _ in range(rng.randint(0, 6)))
            if rng.random() < 0.9
            else None
        )

    for _ in range(200):
        names = pa.array([name() for _ in range(rng.randint(1, 9))], pa.string())
        ids = pa.array(sorted({f"{rng.choice('ab粮')}{rng.randrange(30)}" for _ in range(20)})[: len(names)])
        save(tmp_path, pa.table({"party_id": ids, "name": names[: len(ids)]}))
        parties, kept = Parties(tmp_path), names[: len(ids)].to_pylist()
        for _ in range(5):
            part = "".join(rng.choice("粮水产aAé1k ") for _ in range(rng.randint(1, 3)))
            met = [row for row, text in enumerate(kept) if text and part.lower() in text.lower()]
            assert parties.containing(part).tolist() == met
        begin = rng.choice(["a", "b1", "粮", "粮2", "", "c"])
        met = [row for row, text in enumerate(ids.to_pylist()) if text.startswith(begin)]
        assert parties.beginning(begin).tolist() == met


@pytest.mark.parametrize("count", [0, 20])
def test_names_that_are_all_alike_or_none_at_all_are_looked_through(tmp_path: Path, count: int):
    rows = "".join(f"P{number:02},某企业\n" for number in range(count))
    explorer = load(tmp_path / "store", write_tables(tmp_path / "tables", {"parties": f"party_id,name\n{rows}"}))
    assert [view.total for view in (explorer.find("某"), explorer.find("x"))] == [count, 0]
