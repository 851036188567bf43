"""Everything that can go wrong, as one tree.

ExplorerError
├── InputError            exit 2: what was given is wrong, and the sentence says how to mend it
│   ├── UnknownParty      no party has that id or name
│   ├── AmbiguousName     several parties have that name; `.candidates` lists them
│   ├── BadTables         the input tables cannot be loaded
│   ├── BadSetting        an option is outside its bounds
│   ├── RefusedQuery      a statement may do more than read the graph
│   └── QueryFailed       the store does not understand a statement
└── StoreError            exit 1: the store, the disk or another process stands in the way
    ├── StoreBusy         another load is under way
    ├── NothingLoaded     the store holds no graph yet
    ├── StillMaking       an answer takes a while and is being made; ask again in a moment
    ├── QueryTimeout      a statement took longer than it may
    ├── QueryCancelled    whoever asked wants no answer any more
    └── QueryMemory       a statement needed more memory than it may take

An error carries a code and values; the catalogue in `explorer/texts` words both for people.
"""

from __future__ import annotations

import errno
from typing import Any

from explorer.texts import say


class ExplorerError(Exception):
    """Base of all errors: `code` names the sentence `error.<code>` of the catalogue, `values` fill it."""

    exit_code = 1

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def text(self, lang: str) -> str:
        return say(f"error.{self.code}", lang, **self.values)

    def __str__(self) -> str:
        return self.text("en")


class InputError(ExplorerError):
    exit_code = 2


class UnknownParty(InputError):
    pass


class AmbiguousName(InputError):
    def __init__(self, code: str, *, candidates: list[tuple[str, str, str]], **values: Any) -> None:
        """`candidates`: (party_id, name, what tells it apart) of the first, in order, of the `count` there are."""
        lines = ["  " + "  ".join(part for part in row if part) for row in candidates]
        if values["count"] > len(candidates):
            lines.append("  …")
        super().__init__(code, candidates="\n".join(lines), **values)
        self.candidates = candidates


class BadTables(InputError):
    report: Any = None
    """The LoadReport of tables that were read and checked before they were refused."""


class BadSetting(InputError):
    pass


class RefusedQuery(InputError):
    pass


class QueryFailed(InputError):
    pass


class StoreError(ExplorerError):
    @classmethod
    def of(cls, error: OSError) -> StoreError:
        """Word what the operating system refused; where the disk is full, say that."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return cls("disk_full")
        place = f"{error.filename}: " if error.filename else ""
        return cls("file_refused", place=place, reason=error.strerror or error)


class StoreBusy(StoreError):
    pass


class NothingLoaded(StoreError):
    pass


class StillMaking(StoreError):
    pass


class QueryTimeout(StoreError):
    pass


class QueryMemory(StoreError):
    pass


class QueryCancelled(StoreError):
    pass
