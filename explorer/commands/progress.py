"""Progress on stderr: a bar on a terminal, a quiet line for each finished stage elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from explorer.progress import Progress
from explorer.texts import say

if TYPE_CHECKING:
    from tqdm import tqdm

BAR = "{desc} {percentage:3.0f}% |{bar}| {elapsed}"


@contextmanager
def shown(lang: str) -> Iterator[Progress]:
    """A listener that shows stages one after the other."""
    listener = _Bars(lang) if sys.stderr.isatty() else _Lines(lang)
    try:
        yield listener
    finally:
        listener.close()


class _Lines:
    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.stage = ""
        self.began = time.monotonic()

    def __call__(self, stage: str, _done: int, _total: int) -> None:
        if stage != self.stage:
            self.close()
            self.stage, self.began = stage, time.monotonic()

    def close(self) -> None:
        if self.stage:
            took = time.monotonic() - self.began
            click.echo(f"{say(f'progress.{self.stage}', self.lang)}  {took:.1f} s", err=True)
            self.stage = ""


class _Bars:
    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.stage = ""
        self.bar: tqdm[None] | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self.stage or self.bar is None:
            from tqdm import tqdm

            self.close()
            self.stage = stage
            name = say(f"progress.{stage}", self.lang)
            self.bar = tqdm(total=total or None, desc=name, file=sys.stderr, mininterval=0.2, bar_format=BAR)
        self.bar.total = total or None
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None
