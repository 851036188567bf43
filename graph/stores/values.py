"""Values of parameters: read from what a person or a program gives, of a declared type, or refused."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Literal

from explorer.errors import InputError
from graph.stores.base import Parameter as Value

Type = Literal["text", "integer", "number", "date", "flag", "list"]
YES, NO = ("true", "yes", "1", "是"), ("false", "no", "0", "否")
AS_OF = re.compile(r"as_of(?:([+-]\d{1,5}))?")
"""A day counted from the day the load stands for: as_of, as_of-90."""


def read(name: str, kind: Type, given: object, as_of: date | None) -> Value:
    """The value of a parameter; raises InputError with the parameter's name and type."""
    try:
        if kind == "date" and isinstance(given, str) and (relative := AS_OF.fullmatch(given)):
            return _counted(name, as_of, int(relative[1] or 0))
        return _READ[kind](given)
    except (ValueError, TypeError, OverflowError):
        raise InputError("parameter_type", name=name, value=given, type=kind) from None


def _counted(name: str, as_of: date | None, days: int) -> date:
    if as_of is None:
        raise InputError("parameter_no_day", name=name)
    return as_of + timedelta(days)


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise TypeError
    return given


def _integer(given: object) -> int:
    if isinstance(given, bool | float):
        raise TypeError
    number = int(given)  # type: ignore[call-overload]
    if not -(2**63) <= number < 2**63:
        raise OverflowError
    return int(number)


def _number(given: Any) -> float:
    if isinstance(given, bool) or not math.isfinite(float(given)):
        raise TypeError
    return float(given)


def _date(given: object) -> date:
    return given if isinstance(given, date) else date.fromisoformat(_text(given))


def _flag(given: object) -> bool:
    word = str(given).lower()
    if word not in YES + NO:
        raise ValueError
    return word in YES


def _list(given: object) -> list[str]:
    """Several texts, given as such or joined by `;`."""
    if isinstance(given, str):
        return [part for part in given.split(";") if part]
    if not isinstance(given, list | tuple):
        raise TypeError
    return [_text(one) for one in given]


_READ: dict[Type, Callable[[object], Value]] = {
    "text": _text, "integer": _integer, "number": _number, "date": _date, "flag": _flag, "list": _list,
}  # fmt: skip
TYPES = tuple(_READ)
