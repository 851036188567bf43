"""Arguments of a page, read from its address: a dataclass's fields by their names, settings as they are declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from werkzeug.datastructures import MultiDict

from explorer.errors import InputError
from explorer.settings import SETTING

LONGEST = 20_000
"""Characters of one argument; no form of ours sends more."""


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@cache
def several(kind: Any) -> frozenset[str]:
    """Names of the fields that may stand in an address several times."""
    return frozenset(name for name, hint in get_type_hints(kind).items() if get_origin(hint) is tuple)


@cache
def gathering(kind: Any) -> frozenset[str]:
    """Names of the fields that gather arguments of any name: `p` all that begin with `p_`."""
    return frozenset(name for name, hint in get_type_hints(kind).items() if get_origin(hint) is dict)


def _gathered(name: str, given: MultiDict[str, str]) -> dict[str, str]:
    found = {key.removeprefix(f"{name}_"): text for key, text in given.items() if key.startswith(f"{name}_") and text}
    if long := [key for key, text in found.items() if len(text) > LONGEST]:
        raise InputError("argument_long", name=f"{name}_{long[0]}"[:60], most=LONGEST)
    return found


def parse(kind: Any, path: Mapping[str, str], given: MultiDict[str, str]) -> Any:
    """Read the arguments of an address; an empty one is as good as none, unknown ones say nothing.

    Raises BadSetting for a setting out of bounds and InputError for what is no number, date or known word.
    """
    values: dict[str, Any] = dict(path)
    for one in fields(kind):
        if one.name in gathering(kind):
            values[one.name] = _gathered(one.name, given)
            continue
        sent = [text for text in given.getlist(one.name) if text.strip()]
        if one.name in values or not sent:
            continue
        if max(map(len, sent)) > LONGEST:
            raise InputError("argument_long", name=one.name, most=LONGEST)
        if one.name in SETTING and one.default is None:
            SETTING[one.name].parse(sent[-1])
        values[one.name] = sent if one.name in several(kind) else sent[-1]
    try:
        return adapter(kind).validate_python(values)
    except ValidationError as error:
        wrong = error.errors()[0]
        name = str(wrong["loc"][0]) if wrong["loc"] else ""
        raise InputError("argument_bad", name=name, value=str(wrong.get("input"))[:60]) from None
