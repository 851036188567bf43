"""Run the console blocks of a page and hold their shown output against what really comes out.

    ```console              commands after `$ `, below each what it prints on stdout and stderr
    ```csv tables/a.csv     a file to write before the commands that follow

A `…` in the shown output stands for any text; alone on a line, for any lines. Lines of progress, which tell seconds,
are left out on both sides. `python docs/console.py PAGE…` puts the new output where the shown one no longer holds,
and leaves out again what stood between the lines around a `…`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```(?P<kind>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
LEFT_OUT = "…\n"
SECONDS = re.compile(r"^.*  \d+\.\d s\n", re.MULTILINE)


@dataclass(frozen=True)
class Shown:
    """A command of a page, what the page shows of its output, and what came out when it was run."""

    command: str
    expected: str
    got: str

    @property
    def holds(self) -> bool:
        return re.fullmatch(pattern(self.expected), self.got) is not None


def pattern(expected: str) -> str:
    """The shown output as a regular expression in which `…` stands for any text."""
    lines = []
    for line in expected.splitlines(keepends=True):
        words = ".*".join(map(re.escape, line.split("…")))
        lines.append(r"(?:.*\n)*?" if line == LEFT_OUT else words)
    return "".join(lines)


def run(page: Path, folder: Path) -> Iterator[Shown]:
    """Write the files of a page into `folder` and run its commands there, in their order, in English or Chinese."""
    for block in BLOCK.finditer(page.read_text("utf-8")):
        if block["file"]:
            target = folder / block["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block["text"], "utf-8")
        elif block["kind"] == "console":
            for command, expected in COMMAND.findall(block["text"]):
                yield Shown(command, SECONDS.sub("", expected), execute(command, folder, language(page)))


def language(page: Path) -> str:
    return "zh" if page.name.endswith(".zh.md") else "en"


def execute(command: str, folder: Path, lang: str) -> str:
    """What a shell prints for one command, without the lines that tell seconds."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("EXPLORER_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{ours.get('PATH', '')}"
    environment = ours | {"PATH": path, "EXPLORER_LANG": lang, "COLUMNS": "116", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, encoding="utf-8", check=False,
    )  # fmt: skip
    return SECONDS.sub("", done.stdout.replace("\ufeff", ""))


def renewed(expected: str, got: str) -> str:
    """The new output, shortened where the shown one was: between the same two lines, and within a line."""
    lines, old = got.splitlines(keepends=True), expected.splitlines(keepends=True)
    for before, left_out, after in zip(["", *old], old, [*old[1:], ""], strict=False):
        if left_out == LEFT_OUT:
            start = next((at + 1 for at, line in enumerate(lines) if same(before, line)), 0 if not before else None)
            stop = next((at for at, line in enumerate(lines) if at >= (start or 0) and same(after, line)), len(lines))
            if start is not None and (stop < len(lines) or not after):
                lines[start:stop] = [LEFT_OUT]
    return "".join(next((one for one in old if one != LEFT_OUT and same(one, line)), line) for line in lines)


def same(shown: str, line: str) -> bool:
    return re.fullmatch(pattern(shown), line) is not None


def rewritten(page: Path, folder: Path) -> str:
    """The page with the whole output below each command whose shown output does not hold."""
    answers = run(page, folder)

    def block(found: re.Match[str]) -> str:
        if found["file"] or found["kind"] != "console":
            return found[0]
        return f"```console\n{COMMAND.sub(command, found['text'])}```"

    def command(found: re.Match[str]) -> str:
        answer = next(answers)
        return f"$ {answer.command}\n{found[2] if answer.holds else renewed(found[2], answer.got)}"

    return BLOCK.sub(block, page.read_text("utf-8"))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            Path(name).write_text(rewritten(Path(name), Path(folder)), "utf-8")
