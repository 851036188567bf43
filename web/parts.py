"""Pieces that the contexts of many pages are made of. Only here it is known which of them a screenshot may hide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from typing import Any, Literal

import numpy as np

from explorer.view import View
from graph.algorithms.network import Array

Role = Literal["core", "ours", "prospect", "stop"]
"""What a party is to the bank, as it is coloured and marked: ◆ ✓ (none) ⊘."""
MARKS: dict[Role, str] = {"core": "◆", "ours": "✓", "prospect": "", "stop": "⊘"}


@dataclass(frozen=True)
class Who:
    """A party wherever it is named. Hidden, `name` is 企业 001 in reading order; the id stays for links alone."""

    party_id: str
    name: str
    role: Role
    hidden: bool = False


@dataclass(frozen=True)
class Money:
    """An amount in units of the base currency; None where unknown or hidden."""

    amount: Decimal | None
    hidden: bool = False


@dataclass(frozen=True)
class Private:
    """A text that tells who a party is, such as its telephone; None where names are hidden."""

    text: str | None


@dataclass(frozen=True)
class Pager:
    """Where a list stands: rows `first` to `last` (from 1) of `total`; addresses of its neighbours, if any."""

    first: int
    last: int
    total: int
    page: int
    pages: int


def pager(total: int, page: int, size: int) -> tuple[Pager, slice]:
    """The place of a page, from 1, and its slice; a page beyond the last is the last."""
    pages = max(1, -(-total // size))
    at = min(max(page, 1), pages)
    start = (at - 1) * size
    return Pager(min(start + 1, total), min(start + size, total), total, at, pages), slice(start, start + size)


def paging(context: Any) -> Pager | None:
    """The pager of a page's list, which is a field of its context or of a part of it."""
    if isinstance(context, Pager):
        return context
    if not is_dataclass(context):
        return None
    return next(filter(None, (paging(getattr(context, one.name)) for one in fields(context))), None)


def whos(view: View, rows: Array | Sequence[int]) -> list[Who]:
    """The parties at some rows."""
    at = np.asarray(rows, np.int64)
    wanted = ("party_id", "name", "do_not_contact", "is_core", "is_customer")
    columns = (view.parties.take(column, at).to_pylist() for column in wanted)
    return [Who(one, name, role_of(*marks)) for one, name, *marks in zip(*columns, strict=True)]


def role_of(do_not_contact: bool, is_core: bool, is_customer: bool) -> Role:
    """Do-not-contact first: it forbids; then what the bank works on."""
    if do_not_contact:
        return "stop"
    if is_core:
        return "core"
    return "ours" if is_customer else "prospect"


def hide(page: Any, word: str, *, names: bool, amounts: bool) -> Any:
    """The same context with its names and amounts hidden, those it was told to."""
    numbers: dict[str, str] = {}

    def hidden(value: Any) -> Any:
        if isinstance(value, Who) and names:
            number = numbers.setdefault(value.party_id, f"{word} {len(numbers) + 1:03d}")
            return replace(value, name=number, hidden=True)
        if isinstance(value, Private) and names:
            return Private(None)
        if isinstance(value, Money) and amounts:
            return Money(None, hidden=True)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{one.name: hidden(getattr(value, one.name)) for one in fields(value) if one.init})
        if isinstance(value, tuple | list):
            return type(value)(hidden(one) for one in value)
        if isinstance(value, dict):
            return {key: hidden(one) for key, one in value.items()}
        return value

    return hidden(page) if names or amounts else page
