"""The mapping: how files, headers, codes and formats of a bank's own export become the tables of the model."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as Items
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.errors import BadTables
from graph.model import TABLE

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SHIPPED = files("graph.loaders") / "mappings"
DATE_PARTS = frozenset("YymdbBHMSfIpjz")


@dataclass(frozen=True)
class Entry:
    """Where one table comes from; a table has several entries where several files, or sides of one, make it up."""

    table: str
    file: str = ""
    sheet: str = ""
    separator: str = ""
    encoding: str = ""
    date: tuple[str, ...] = ()
    decimal: str = "."
    thousands: str = ","
    columns: Items[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Items[str, str] = field(default_factory=dict)
    codes: Items[str, Items[str, str]] = field(default_factory=dict)
    drop: Items[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Mapping:
    """A whole mapping file. `rates`: units of the base currency for one unit of another."""

    currency: str = ""
    rates: Items[str, Decimal] = field(default_factory=dict)
    tables: Items[str, tuple[Entry, ...]] = field(default_factory=dict)


NO_MAPPING = Mapping()


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file, or a shipped one by its bare name; raise BadTables where it is missing or wrong."""
    shipped = SHIPPED / f"{path.name}.toml"
    place: Path | Traversable = path
    if not path.is_file() and path.name == str(path):
        place = shipped  # which lies in a zip where the product does
    if not place.is_file():
        raise BadTables("mapping_missing", file=path.name, shipped=", ".join(shipped_names()))
    try:
        content = tomllib.loads(place.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadTables("mapping_unreadable", file=path.name, why=error) from None
    return _Reader(path.name).mapping(content)


def shipped_names() -> list[str]:
    return sorted(file.name.removesuffix(".toml") for file in SHIPPED.iterdir() if file.name.endswith(".toml"))


class _Reader:
    """Turns parsed TOML into a Mapping, and says at which place it is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file

    def mapping(self, content: dict[str, Any]) -> Mapping:
        self._only(content, ("currency", "rates", "tables"), "")
        rates = self._items(content.get("rates", {}), "rates")
        tables = self._items(content.get("tables", {}), "tables")
        self._only(tables, tuple(TABLE), "tables")
        return Mapping(
            self._text(content.get("currency", ""), "currency").upper(),
            {name.upper(): self._rate(rate, f"rates.{name}") for name, rate in rates.items()},
            {name: self._entries(name, value) for name, value in tables.items()},
        )

    def _entries(self, table: str, value: Any) -> tuple[Entry, ...]:
        parts = value if isinstance(value, list) else [value]
        if not parts:
            raise self._wrong(f"tables.{table}", "a table")
        return tuple(self._entry(table, self._items(part, f"tables.{table}")) for part in parts)

    def _entry(self, table: str, given: dict[str, Any]) -> Entry:
        place = f"tables.{table}"
        names = tuple(Entry.__dataclass_fields__)[1:]
        self._only(given, names, place)
        words = {name: self._text(given.get(name, ""), f"{place}.{name}") for name in ("sheet", "encoding")}
        decimal = self._sign(given, "decimal", ".", place)
        entry = Entry(
            table,
            file=self._file(given.get("file", ""), f"{place}.file"),
            separator=self._sign(given, "separator", "", place),
            date=tuple(self._date(each, f"{place}.date") for each in self._texts(given.get("date", []), place)),
            decimal=decimal,
            thousands=self._sign(given, "thousands", "." if decimal == "," else ",", place),
            columns=self._lists(given, "columns", place, table),
            constants=self._constants(given, place, table),
            codes=self._codes(given, place, table),
            drop=self._lists(given, "drop", place, ""),
            **words,
        )
        if entry.thousands == entry.decimal:
            raise self._wrong(f"{place}.thousands", "another sign than decimal")
        return entry

    def _lists(self, given: dict[str, Any], key: str, place: str, table: str) -> dict[str, tuple[str, ...]]:
        items = self._items(given.get(key, {}), f"{place}.{key}")
        if table:
            self._only(items, self._columns(table), f"{place}.{key}")
        return {name: self._texts(value, f"{place}.{key}.{name}") for name, value in items.items()}

    def _constants(self, given: dict[str, Any], place: str, table: str) -> dict[str, str]:
        items = self._items(given.get("constants", {}), f"{place}.constants")
        self._only(items, self._columns(table), f"{place}.constants")
        return {name: self._text(value, f"{place}.constants.{name}") for name, value in items.items()}

    def _codes(self, given: dict[str, Any], place: str, table: str) -> dict[str, dict[str, str]]:
        items = self._items(given.get("codes", {}), f"{place}.codes")
        self._only(items, self._columns(table), f"{place}.codes")
        return {
            name: {
                their: self._text(our, f"{place}.codes.{name}.{their}")
                for their, our in self._items(value, f"{place}.codes.{name}").items()
            }
            for name, value in items.items()
        }

    def _columns(self, table: str) -> tuple[str, ...]:
        return tuple(column.name for column in TABLE[table].columns)

    def _date(self, text: str, place: str) -> str:
        parts = set(re.findall(r"%(.)", text))
        complete = "d" in parts and bool(parts & {"Y", "y"}) and bool(parts & {"m", "b", "B"})
        if not parts <= DATE_PARTS or not complete or text.endswith("%"):
            raise self._wrong(place, "date formats such as %Y-%m-%d")
        return text

    def _rate(self, value: Any, place: str) -> Decimal:
        number = isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()
        if not number or not 0 < value < 1_000_000:
            raise self._wrong(place, "a number above 0 and below 1000000")
        return Decimal(value)

    def _file(self, value: Any, place: str) -> str:
        text = self._text(value, place)
        if any(sign in text for sign in "*?") and ("**" in text or Path(text).is_absolute()):
            raise self._wrong(place, "a pattern of files inside the folder, with * and ? but without **")
        return text

    def _sign(self, given: dict[str, Any], key: str, default: str, place: str) -> str:
        value = self._text(given.get(key, default), f"{place}.{key}")
        taken = '"\r\n\0' if key == "separator" else '"\r\n\0+-0123456789eE'
        if value != default and (len(value) != 1 or value in taken or not value.isascii()):
            raise self._wrong(f"{place}.{key}", "one ASCII sign")
        return value

    def _text(self, value: Any, place: str) -> str:
        if not isinstance(value, str):
            raise self._wrong(place, "text in quotes")
        return value

    def _texts(self, value: Any, place: str) -> tuple[str, ...]:
        return tuple(self._text(each, place) for each in (value if isinstance(value, list) else [value]))

    def _items(self, value: Any, place: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(place, "a table")
        return value

    def _only(self, given: Items[str, Any], known: tuple[str, ...], place: str) -> None:
        for key in given:
            if key not in known:
                where = f"{place}.{key}" if place else key
                raise BadTables("mapping_name", file=self.file, place=where, known=", ".join(known))

    def _wrong(self, place: str, kind: str) -> BadTables:
        return BadTables("mapping_value", file=self.file, place=place, kind=kind)
