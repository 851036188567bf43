"""The command line: stdout is data, stderr is talk, and the exit code says how it went."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from explorer import Explorer
from tests.parts import EXAMPLE, Run, command, elsewhere, load, read_rows, spawn, write_tables

HEAD = (
    "anchor_id,anchor_name,direction,rank,prospect_id,prospect_name,kind,roles,industry,region,grid,branch,manager_id,"
    "tier,score,cost,path_ids,path_names,via_customers,last_amount,last_date,cores_within_2"
)


@pytest.fixture
def dig(run: Run, example: Explorer) -> Run:
    """`explorer dig` on the worked example."""
    return lambda *arguments: run("dig", "--store", example.home.folder, *arguments)


def test_data_goes_to_stdout_and_talk_to_stderr(dig: Run) -> None:
    ran = dig("--all")
    assert (ran.code, len(ran.rows), ran.out.decode("utf-8-sig").splitlines()[0]) == (0, 6, HEAD)
    assert ran.err.splitlines() == [
        "Anchors: 1; prospects up to tier 4, as of 2026-06-30: 6. Passed over: customers 1, not to be contacted 0.",
        "No limit was hit: this is everything that can be reached.",
    ]


def test_a_cut_answer_is_no_failure_and_says_so(dig: Run) -> None:
    ran = dig("--all", "--top", 2)
    assert (ran.code, len(ran.rows)) == (0, 4)
    assert ran.err.splitlines()[-1].startswith("Limit hit (top 2): lists cut 2 of 2;")


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "xlsx"])
def test_an_empty_answer_is_a_file_with_its_head(dig: Run, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"none.{ending}"
    ran = dig("--all", "--region", "没有这里", "--out", out)
    assert (ran.code, ran.out) == (0, b"")
    manifest = json.loads(out.with_name(f"{out.name}.manifest.json").read_text("utf-8"))
    assert (manifest["rows"], manifest["cut"]) == (0, False)
    if ending == "json":
        assert out.read_bytes() == b""
    else:
        readers = {"csv": pd.read_csv, "parquet": pd.read_parquet, "xlsx": pd.read_excel}
        options = {"engine": "calamine"} if ending == "xlsx" else {}
        found = readers[ending](out, **options)  # type: ignore[operator]
        assert (",".join(found.columns), len(found)) == (HEAD, 0)


WRONG: list[tuple[tuple[object, ...], str]] = [
    ((), "Say where to dig: --anchor or --anchors-file, or else --all."),
    (("--all", "--anchor", "B1"), "Say where to dig"),
    (("--anchor", "无此人"), "No party has the id or name 无此人."),
    (("--anchor", ""), "No party has the id or name ."),
    (("--anchor", "农场"), "Names that contain it: 2. Give one id:\n  F1  冯家农场\n  F2  范家农场"),
    (("--all", "--tiers", 7), "tiers must lie between 1 and 6, not 7."),
    (("--all", "--top", 0), "top must lie between 1 and"),
    (("--all", "--top", "many"), "top must be of type int, not many."),
    (("--all", "--min-score", "nan"), "min_score"),
    (("--all", "--direction", "sideways"), "direction must be one of upstream, downstream, both, not sideways."),
    (("--all", "--encoding", "big5"), "encoding must be one of"),
    (("--all", "--as-of", "2026-13-01"), "2026-13-01"),
    (("--all", "--amount-at-least", "much"), "much is no amount"),
    (("--all", "--amount-at-least", "1e9999"), "1e9999 is no amount"),
    (("--all", "--out", "strings.doc"), "The ending of strings.doc names no known format."),
    (("--all", "--out", "none/strings.csv"), "there is no folder none"),
    (("--all", "--out", "strings.csv", "--format", "table"), "A table for people goes to the terminal only"),
    (("--all", "--since", "none.csv"), "none.csv"),
    (("--anchors-file", "none.txt"), "none.txt"),
    (("--all", "--nonsense"), "There is no option --nonsense."),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG)
def test_wrong_usage_is_one_sentence_and_exit_2(dig: Run, arguments: tuple[object, ...], sentence: str) -> None:
    ran = dig(*arguments)
    assert (ran.code, ran.out) == (2, b"")
    assert sentence in ran.err
    assert "Traceback" not in ran.err


def test_nothing_loaded_is_exit_1(run: Run, tmp_path: Path) -> None:
    for arguments in (["dig", "--all"], ["prospects"], ["status"], ["find", "B1"], ["show", "B1"], ["rollback"]):
        ran = run(*arguments, "--store", "none")
        assert (ran.code, ran.out) == (1, b"")
        assert ran.err == "Nothing is loaded in none yet. Run: explorer load FOLDER --store none\n"
    assert list(tmp_path.iterdir()) == []


def test_other_wrong_calls(run: Run, example: Explorer) -> None:
    assert run("nosuch").code == 2
    assert run("load").code == 2
    assert run("load", "nowhere").code == 2
    assert run("load", example.home.folder.parent, "--store", "s").code == 2
    assert run("dig", "--all", "--store", "http://host").code == 2
    assert run("load", example.home.folder.with_name("tables"), "--store", example.home.folder.parent).code == 2
    bare = run()
    assert (bare.code, bare.err.splitlines()[0]) == (2, "Usage: explorer [OPTIONS] COMMAND [ARGS]...")


def test_what_the_system_refuses_is_one_sentence_and_exit_1(run: Run, dig: Run, example_tables: Path) -> None:
    ran = run("load", example_tables, "--store", "/proc/nowhere/store")
    assert (ran.code, ran.err.splitlines()[-1].split(": ")[0]) == (1, "/proc/nowhere")
    ran = run("load", example_tables, "--store", "s", "--rejects", "/dev/full")
    assert (ran.code, ran.err.splitlines()[-1].split(";")[0]) == (1, "The disk is full")


def test_no_core_for_all_is_exit_2(run: Run, tmp_path: Path) -> None:
    tables = {"parties": EXAMPLE["parties"].replace("core_enterprise", "supplier")}
    load(tmp_path / "store", write_tables(tmp_path / "tables", tables))
    for arguments in (["dig", "--all"], ["prospects"]):
        ran = run(*arguments, "--store", "store")
        assert (ran.code, ran.out) == (2, b"")
        assert ran.err.startswith("No party has the role core_enterprise")
    assert run("dig", "--anchor", "B1", "--store", "store").code == 0


def test_anchors_come_from_options_and_files(dig: Run, tmp_path: Path) -> None:
    (tmp_path / "anchors.txt").write_text("# 名单\n龙头食品\n\n  M2  \n", "gb18030")
    ran = dig("--anchors-file", "anchors.txt", "-a", "D1", "--tiers", 1)
    assert (ran.code, sorted({row["anchor_id"] for row in ran.rows})) == (0, ["B1", "D1", "M2"])


def test_a_former_export_tells_what_is_new_up_down_same_and_gone(dig: Run, tmp_path: Path) -> None:
    assert dig("--all", "--out", "old.csv").code == 0
    (tmp_path / "out.txt").write_text("M2\n")
    ran = dig("--all", "--exclude-file", "out.txt", "--since", "old.csv")
    assert ran.code == 0
    assert [(row["prospect_id"], row["change"]) for row in ran.rows] == [
        ("F1", "up"), ("F2", "up"), ("D1", "same"), ("R1", "same"), ("R2", "same"),
    ]  # fmt: skip
    assert ran.err.splitlines()[-1] == "Rows of the former export that are gone: 1"
    assert dig("--all", "--exclude-file", "out.txt", "--out", "less.json").code == 0
    ran = dig("--all", "--since", "less.json", "--out", "new.csv")
    found = [(row["prospect_id"], row["change"]) for row in read_rows(tmp_path / "new.csv")]
    assert found[:3] == [("M2", "new"), ("F1", "down"), ("F2", "down")]
    assert json.loads((tmp_path / "new.csv.manifest.json").read_text("utf-8"))["gone"] == 0


def test_formats_hold_the_same_rows_and_ids_stay_text(run: Run, county: Explorer, tmp_path: Path) -> None:
    frames = []
    for name, read in (
        ("a.csv", lambda path: pd.read_csv(path, dtype=str, keep_default_na=False)),
        ("a.json", lambda path: pd.read_json(path, lines=True, dtype=False, precise_float=True)),
        ("a.parquet", pd.read_parquet),
        ("a.xlsx", lambda path: pd.read_excel(path, dtype=str, engine="calamine", keep_default_na=False)),
    ):
        assert run("dig", "--all", "--top", 30, "--store", county.home.folder, "--out", name).code == 0
        frames.append(read(tmp_path / name))  # type: ignore[no-untyped-call]
    keys = ["anchor_id", "direction", "prospect_id", "path_ids", "prospect_name"]
    for frame in frames[1:]:
        assert frame[keys].equals(frames[0][keys])
        assert frame["cost"].astype(int).equals(frames[0]["cost"].astype(int))
        assert frame["score"].astype(float).equals(frames[0]["score"].astype(float))
    assert frames[0]["anchor_id"].str.len().min() == 18


def test_encodings(dig: Run, tmp_path: Path) -> None:
    texts = []
    for encoding in ("utf-8-sig", "utf-8", "gb18030"):
        assert dig("--all", "--encoding", encoding, "--out", f"{encoding}.csv").code == 0
        data = (tmp_path / f"{encoding}.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
        texts.append(data.decode(encoding))
    assert texts[0] == texts[1] == texts[2]


def test_a_formula_in_a_name_is_defused(run: Run, tmp_path: Path) -> None:
    tables = EXAMPLE | {"parties": EXAMPLE["parties"].replace("美味面粉", "=HYPERLINK(1)")}
    load(tmp_path / "store", write_tables(tmp_path / "tables", tables))
    ran = run("dig", "--all", "--top", 1, "--direction", "upstream", "--store", "store")
    assert [row["prospect_name"] for row in ran.rows] == ["'=HYPERLINK(1)"]


def test_settings_come_from_the_environment_and_options_win(
    run: Run, example: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_STORE", str(example.home.folder))
    monkeypatch.setenv("EXPLORER_TOP", "1")
    monkeypatch.setenv("EXPLORER_DIRECTION", "downstream")
    assert len(run("dig", "--all").rows) == 1
    assert len(run("dig", "--all", "--top", 3, "--direction", "both").rows) == 6
    monkeypatch.setenv("EXPLORER_TIERS", "9")
    assert run("dig", "--all").code == 2


@pytest.mark.parametrize(
    ("environment", "arguments", "sentence"),
    [
        ({}, [], "No party has the id or name B9."),
        ({"LC_ALL": "zh_CN.UTF-8"}, [], "没有编号或名称为 B9 的主体"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_CN.UTF-8"}, [], "没有编号或名称为 B9 的主体"),
        ({"EXPLORER_LANG": "zh"}, [], "没有编号或名称为 B9 的主体"),
        ({"EXPLORER_LANG": "zh"}, ["--lang", "en"], "No party has the id or name B9."),
        ({}, ["--lang=zh"], "没有编号或名称为 B9 的主体"),
    ],
)
def test_the_language_is_chosen_by_option_environment_and_locale(
    dig: Run, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], arguments: list[str], sentence: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    ran = dig("--anchor", "B9", *arguments)
    assert (ran.code, sentence in ran.err) == (2, True)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "generate",
        "load",
        "rollback",
        "status",
        "find",
        "show",
        "dig",
        "prospects",
        "export",
        "export neighbourhood",
    ],
)
def test_every_help_text_has_an_example_in_both_languages(run: Run, path: str) -> None:
    english, chinese = (run("--lang", lang, *path.split(), "--help") for lang in ("en", "zh"))
    for ran in (english, chinese):
        assert (ran.code, ran.err) == (0, "")
        assert f"explorer {path}".strip() in ran.out.decode().partition("\n")[2]
    assert english.out.isascii() or "亚迪" in english.out.decode() or "临河镇" in english.out.decode()
    assert not chinese.out.isascii()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["find", "a", "b"], "用法有误：多出的内容：b"),
        (["dig", "--anchor"], "选项缺少取值，或不需要取值却给了：--anchor"),
        (["load"], "缺少：'TABLES'"),
        (["export"], "用法： explorer export [OPTIONS] COMMAND [ARGS]..."),
        ([], "用法： explorer [OPTIONS] COMMAND [ARGS]..."),
    ],
)
def test_wrong_usage_is_told_in_chinese_too(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    monkeypatch.setenv("EXPLORER_LANG", "zh")
    ran = run(*arguments)
    assert (ran.code, ran.err.splitlines()[0]) == (2, sentence)


def test_the_language_may_be_said_at_every_level_and_is_checked_there(run: Run, tmp_path: Path) -> None:
    assert run("export", "--lang", "zh", "--help").out == run("--lang", "zh", "export", "--help").out
    for arguments in (["status"], ["export"], ["generate", tmp_path / "county", "--parties", 1000]):
        for place in (["--lang", "fr", *arguments], [*arguments, "--lang", "fr"]):
            ran = run(*place)
            assert (ran.code, ran.err) == (2, "lang must be one of auto, zh, en, not fr.\n")


def test_status_says_what_is_loaded(run: Run, example: Explorer) -> None:
    found = json.loads(run("status", "--store", example.home.folder).out)
    assert (found["load_id"], found["as_of"], found["links"]) == (example.status().load_id, "2026-06-30", 8)
    assert found["counts"]["parties"] == 8
    assert found["settings"]["tiers"] == 4
    said = run("status", "--store", example.home.folder, "--format", "table").out.decode()
    assert said.startswith(f"Load {found['load_id']}, loaded {found['loaded_at']}, strengths as of 2026-06-30.\n")
    assert (
        "Graph: parties 8 (customers 1, core enterprises 1, without any supply 0), links 8 from 8 kept supply rows"
        in said
    )


def test_a_closed_pipe_is_quiet(county: Explorer) -> None:
    for arguments in (["dig", "--all", "--top", 10_000], ["dig", "--all", "--top", 10_000, "--format", "json"]):
        for unbuffered in ("", "1"):
            process = subprocess.Popen(
                command(*arguments, "--store", county.home.folder),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=elsewhere(PYTHONUNBUFFERED=unbuffered),
            )  # fmt: skip
            assert process.stdout
            assert process.stderr
            process.stdout.read(10)
            process.stdout.close()
            assert (process.stderr.read(), process.wait()) == (b"", 0)
            process.stderr.close()


@pytest.mark.thorough
def test_the_same_question_gives_the_same_bytes_whatever_the_threads(county: Explorer, tmp_path: Path) -> None:
    files = []
    for number, threads in enumerate(("1", "2", "2")):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name in ("a.csv", "a.json", "a.parquet", "a.xlsx"):
            arguments = ["dig", "--all", "--store", county.home.folder, "--out", folder / name]
            if name == "a.csv" or number == 0:
                assert spawn(*arguments, "--threads", threads).code == 0
            else:
                export(county.home.folder, folder / name, int(threads))
        assert (
            spawn("prospects", "--store", county.home.folder, "--out", folder / "p.csv", "--threads", threads).code
            == 0
        )
        files.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert len(files[0]) == 10
    assert files[0] == files[1] == files[2]


def export(store: Path, out: Path, threads: int) -> None:
    """The same as `explorer dig --all --out`, in this process."""
    from explorer import formats
    from explorer.formats.manifest import write_manifest

    found = Explorer.open(store, {"threads": threads}).dig("all")
    written = formats.write(found.table(), out, encoding="utf-8-sig")
    write_manifest(out, found.facts(), written)
