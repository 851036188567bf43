"""A file of rates that somebody gives instead of those learnt."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.errors import InputError

if TYPE_CHECKING:
    from explorer.view import View

COLUMNS = ("party_id", "rate")


def read_rates(file: Path, view: View) -> dict[str, float]:
    """The rates in a CSV file by party id; raises InputError with the line that is wrong."""
    from graph.loaders.encoding import find_encoding

    encoding, _ = find_encoding(file, "")
    rows = csv.DictReader(io.StringIO(file.read_text(encoding, errors="replace")), strict=True)
    try:
        return _read(rows, file, view)
    except csv.Error as error:
        raise InputError("rates_garbled", file=file, line=rows.line_num, reason=error) from error


def _read(rows: csv.DictReader[str], file: Path, view: View) -> dict[str, float]:
    given = [name.strip() for name in rows.fieldnames or ()]
    if not set(COLUMNS) <= set(given):
        raise InputError("rates_columns", file=file, given=", ".join(given))
    rows.fieldnames = given
    rates: dict[str, float] = {}
    for row in rows:
        party, rate = (str(row[name] or "").strip() for name in COLUMNS)
        if view.parties.find(party) is None:
            raise InputError("rates_party", file=file, line=rows.line_num, value=party)
        if party in rates:
            raise InputError("rates_twice", file=file, line=rows.line_num, value=party)
        rates[party] = _rate(rate, file, rows.line_num)
    return rates


def _rate(text: str, file: Path, line: int) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1:
        raise InputError("rates_value", file=file, line=line, value=text)
    return rate
