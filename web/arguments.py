"""Arguments of a page, read from its address: a dataclass's fields by their names, settings as they are declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from werkzeug.datastructures import MultiDict

from explorer.errors import InputError
from explorer.settings import SETTING, Settings

LONGEST = 20_000
"""Characters of one argument; no form of ours sends more."""
SENT = "sent"
"""What a form says besides its fields, all of which a browser without scripts writes into the address."""


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


def differing(
    kind: Any, path: Mapping[str, str], given: MultiDict[str, str], settings: Settings
) -> MultiDict[str, str]:
    """Of the arguments that a form sent, those that say something: not empty, and not what holds without them.

    Raises what `parse` raises.
    """
    read, usual = parse(kind, path, given), _usual(kind, settings)
    return MultiDict(
        (name, text)
        for name, text in given.items(multi=True)
        if text.strip() and name != SENT and not (name in usual and _plain(getattr(read, name)) in usual[name])
    )


def _usual(kind: Any, settings: Settings) -> dict[str, tuple[Any, ...]]:
    """By argument the values that need not be said; to name all words of a closed set is as good as none."""
    hints, usual = get_type_hints(kind), {}
    for one in fields(kind):
        setting = one.name in SETTING and one.default is None
        usual[one.name] = (settings.values[one.name] if setting else one.default,)
        words = get_args(hints[one.name])[:1] if one.name in several(kind) else ()
        usual[one.name] += tuple(frozenset(get_args(word)) for word in words if get_origin(word) is Literal)
    return usual


def _plain(value: Any) -> Any:
    return frozenset(value) if isinstance(value, tuple) and value else value
