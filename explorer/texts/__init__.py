"""The catalogue: every text a person sees, in Chinese and English, by key `<area>.<name>`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh", "en")


@cache
def area(name: str, lang: str) -> dict[str, str]:
    """Texts of one file, `<lang>/<name>.toml`: flat, one key a sentence."""
    texts: dict[str, str] = tomllib.loads(files(__name__).joinpath(lang, f"{name}.toml").read_text("utf-8"))
    return texts


def say(key: str, lang: str, **values: Any) -> str:
    """Word `key` in `lang` with `values` filled in by `str.format`; a key that is missing raises KeyError."""
    return _text(key, lang).format(**values) if values else _plain(key, lang)


@cache
def _text(key: str, lang: str) -> str:
    place, _, name = key.partition(".")
    return area(place, lang)[name]


@cache
def _plain(key: str, lang: str) -> str:
    return _text(key, lang).format()


def language(wanted: str, locale: str) -> str:
    """Choose the language: as wanted, else Chinese for a Chinese locale, English for any other."""
    if wanted in LANGUAGES:
        return wanted
    return "zh" if locale.lower().startswith("zh") else "en"
