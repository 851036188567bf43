"""The pages are true: what can be generated is current, what is shown comes out, and everything there is is named."""

from __future__ import annotations

import csv
import doctest
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from docs import console
from explorer import Explorer
from explorer.cli import explorer
from explorer.connection_exports import PATH_COLUMNS
from explorer.exports import (
    CIRCLE_COLUMNS,
    DIG_COLUMNS,
    FOUND_COLUMNS,
    INTRODUCTION_COLUMNS,
    MEMBER_COLUMNS,
    PROSPECT_COLUMNS,
    RISK_COLUMNS,
)
from explorer.formats import write
from explorer.referral_exports import CAMPAIGN_COLUMNS, FLAG_COLUMNS, LEDGER_COLUMNS, REFERRER_COLUMNS
from explorer.settings import SETTINGS
from graph.model import NODES, RELATIONS, TABLES
from tests.parts import ROOT, read_rows

DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md"))]
TEXT = {page.name: page.read_text("utf-8") for page in PAGES}
RUN = [page for page in PAGES if "```console" in TEXT[page.name]]
TWIN = "README.zh.md"
"""Its commands are those of README.md."""
LONG = ("README.md", TWIN, "tutorial.md", "analysts.md")
"""Pages that take long to run, or again."""
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")


def commands(command: click.Command = explorer, path: str = "explorer") -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from commands(one, f"{path} {name}")


def block(page: str, file: str) -> str:
    """The text of a file that a page ships."""
    found = re.search(rf"^```\w+ {re.escape(file)}\n(.*?)^```$", TEXT[page], re.MULTILINE | re.DOTALL)
    assert found, f"{page} ships no {file}"
    return found[1]


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=[pytest.mark.thorough] if page.name in LONG else [], id=page.name) for page in RUN],
)
def test_what_a_page_shows_is_what_comes_out(page: Path, tmp_path: Path):
    shown = list(console.run(page, tmp_path))
    assert [(one.command, one.expected, one.got) for one in shown if not one.holds] == []
    assert len(shown) >= 4


def test_the_tutorial_and_both_readmes_are_among_the_pages_that_are_run():
    assert {page.name for page in RUN} >= {"README.md", "README.zh.md", "tutorial.md", "definitions.md"}


def test_the_page_on_the_service_says_what_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    examples = "\n".join(re.findall(r"^```pycon\n(.*?)^```$", TEXT["service.md"], re.MULTILINE | re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, "service.md", str(DOCS / "service.md"), 0)
    said: list[str] = []
    results = doctest.DocTestRunner().run(test, out=said.append)
    assert (results.failed, "".join(said)) == (0, "")
    assert results.attempted >= 15


def test_generated_blocks_are_current():
    cog = [str(Path(sys.executable).parent / "cog"), "--check", *map(str, sorted(DOCS.glob("*.md")))]
    found = subprocess.run(cog, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


def test_the_worked_example_is_right_to_the_digit(tmp_path: Path):
    for name in ("parties", "supplies"):
        (tmp_path / f"{name}.csv").write_text(block("definitions.md", f"eight/{name}.csv"), "utf-8")
    example = Explorer.open(tmp_path / "store")
    example.load(tmp_path, rejects=tmp_path / "rejects.csv")
    found = example.dig(["B1"])
    columns = ["direction", "rank", "prospect_id", "tier", "cost", "path_ids"]
    rows = [[str(cell) for cell in row] for row in found.frame()[columns].to_numpy().tolist()]
    assert rows == table("definitions.md", "| direction | rank | prospect | tier | cost | path |")
    assert sum(summary.passed_customers for summary in found.summaries) == 1


def test_the_worked_example_of_introductions_is_right_to_the_digit(tmp_path: Path):
    for name in ("parties", "ties", "referrals"):
        (tmp_path / f"{name}.csv").write_text(block("definitions.md", f"doors/{name}.csv"), "utf-8")
    example = Explorer.open(tmp_path / "store")
    example.load(tmp_path, rejects=tmp_path / "rejects.csv")
    write(example.introduce(introductions=1).table(), tmp_path / "out.csv", encoding="utf-8")
    columns = ["prospect_id", "rank", "rank_capped", "source_id", "cost", "hops", "path_ids"]
    rows = [[row[column] for column in columns] for row in read_rows(tmp_path / "out.csv")]
    assert rows == table("definitions.md", "| prospect | rank | capped | source | cost | hops | path |")


def test_the_worked_example_of_referrers_is_right(tmp_path: Path):
    for name in ("parties", "ties", "referrals"):
        (tmp_path / f"{name}.csv").write_text(block("definitions.md", f"ten/{name}.csv"), "utf-8")
    example = Explorer.open(tmp_path / "store")
    example.load(tmp_path, rejects=tmp_path / "rejects.csv")
    frame = example.referrers(simulations=50_000).frame().head(2)
    shown = table("definitions.md", "| referrer | known | converted | rate | one_hop | expected |")
    columns = ["party_id", "known", "converted", "rate", "one_hop"]
    assert frame[columns].to_numpy().tolist() == [
        [party, int(known), int(converted), float(rate), float(one)]
        for party, known, converted, rate, one, _ in shown
    ]
    off = abs(frame["expected"] - [float(row[-1]) for row in shown])
    assert (off < 4 * frame["expected_se"]).all()


def table(page: str, head: str) -> list[list[str]]:
    """The rows of the Markdown table with this head."""
    lines = TEXT[page].split(f"{head}\n", 1)[1].splitlines()[1:]
    rows = [line.strip("|").split("|") for line in lines[: lines.index("")]]
    return [[cell.strip() for cell in row] for row in rows]


def test_the_picture_shows_the_scores_and_amounts_of_the_worked_example():
    texts = set(re.findall(r">([\d.,]+)</text>", (DOCS / "picture.svg").read_text("utf-8")))
    shown = re.findall(r"^(?:up|down)stream +\d+ .* (\d\.\d{6})  ", TEXT["definitions.md"], re.MULTILINE)
    supplies = csv.DictReader(io.StringIO(block("definitions.md", "eight/supplies.csv")))
    assert len(shown) == 6
    assert texts == {*shown, *(f"{int(row['amount']):,}" for row in supplies)}


def test_every_command_and_option_is_on_the_page_of_the_command_line():
    missing = [
        (path, name)
        for path, command in commands()
        for name in ("", *(option for param in command.params for option in param.opts if option.startswith("-")))
        if name not in TEXT["cli.md"].split(f"### {path}\n", 1)[1].split("\n### ", 1)[0]
    ]
    assert missing == []


def test_every_setting_is_on_its_page():
    assert [one.name for one in SETTINGS if f"| `{one.name}` |" not in TEXT["settings.md"]] == []
    assert [one.name for one in SETTINGS if one.environment not in TEXT["settings.md"]] == []


def test_every_table_and_column_is_documented():
    parts = TEXT["model.md"].split("\n### ")
    sections = {part.splitlines()[0]: part for part in parts}
    missing = [
        f"{one.name}.{column.name}"
        for one in TABLES
        for column in one.columns
        if f"`{column.name}`" not in sections["parties" if one.role else one.name]
    ]
    assert missing == []
    assert [one.name for one in TABLES if one.name not in TEXT["tables.md"]] == []


def test_every_node_relationship_and_property_is_documented():
    sections = {part.splitlines()[0]: part for part in TEXT["model.md"].split("\n### ")}
    declared = {one.label: one.properties for one in NODES} | {one.type: one.properties for one in RELATIONS}
    missing = [
        f"{name}.{one.name}"
        for name, of in declared.items()
        for one in of
        if f"| `{one.name}` |" not in sections[name]
    ]
    assert (missing, declared.keys() - sections.keys()) == ([], set())


EXPORTED = (
    *DIG_COLUMNS, *PROSPECT_COLUMNS, *FOUND_COLUMNS, *REFERRER_COLUMNS, *CAMPAIGN_COLUMNS, *LEDGER_COLUMNS,
    *FLAG_COLUMNS, *INTRODUCTION_COLUMNS, *CIRCLE_COLUMNS, *RISK_COLUMNS, *MEMBER_COLUMNS, *PATH_COLUMNS,
)  # fmt: skip


def test_every_exported_column_is_documented():
    columns = {column.name for column in EXPORTED} | {"change"}
    assert {name for name in columns if f"`{name}`" not in TEXT["cli.md"]} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path):
    broken = [
        "#".join(link)
        for link in LINK.findall(TEXT[page.name])
        if not link[0].startswith("https://") and not leads_somewhere(page, *link)
    ]
    assert broken == []


def leads_somewhere(page: Path, target: str, heading: str) -> bool:
    file = page.parent / target if target else page
    if not file.exists():
        return False
    names = {re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-") for line in headings(file)}
    return not heading or heading in names


def headings(file: Path) -> list[str]:
    return re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE) if file.suffix == ".md" else []


def test_the_index_names_every_page():
    assert [
        page.name
        for page in DOCS.glob("*.md")
        if page.name != "index.md" and f"({page.name})" not in TEXT["index.md"]
    ] == []


def test_every_make_target_named_in_a_page_exists():
    targets = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {name for text in TEXT.values() for name in re.findall(r"(?:`|^)make ([a-z0-9]+)", text, re.MULTILINE)}
    assert named - targets == set()
    assert named >= {"demo", "test"}


def test_both_readmes_show_the_same_commands():
    shown = [re.findall(r"^\$ .*$|^make \w+", TEXT[name], re.MULTILINE) for name in ("README.md", "README.zh.md")]
    assert shown[0] == shown[1]
    assert sum(line.startswith("$ explorer ") for line in shown[0]) == 8


def test_ellipsis_stands_for_any_text_or_lines_and_for_nothing_else():
    assert re.fullmatch(console.pattern("a … b\n…\nc\n"), "a 12 b\nx\ny\nc\n")
    assert re.fullmatch(console.pattern("a\n…\nc\n"), "a\nc\n")
    assert not re.fullmatch(console.pattern("a … b\nc\n"), "a 12 b\nx\nc\n")
    assert not re.fullmatch(console.pattern("a.c\n"), "abc\n")


def test_new_output_is_shortened_where_the_old_one_was():
    shown = "load …\na\n…\nz 1\n"
    assert console.renewed(shown, "load 7f\na\nb\nc\nz 1\nnew\n") == "load …\na\n…\nz 1\nnew\n"
    assert console.renewed(shown, "other\nb\n") == "other\nb\n"
    assert console.renewed("a\n…\n", "a\nb\nc\n") == "a\n…\n"
