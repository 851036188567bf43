"""Cells: from what was given to typed values, as SQL expressions by the kind of a column.

A cell passes two steps: `given`, its text without white space around it (or its typed value, where the file has
types), NULL where empty; and `value`, the typed value, NULL where it cannot be read.
"""

from __future__ import annotations

from graph.loaders.mapping import Entry
from graph.loaders.sql import literal, literals
from graph.model import Column

NARROW_WHITE = " \t\r\n"
WIDE_WHITE = "\u00a0\u2002\u2003\u2009\u3000\ufeff"
WHITE = NARROW_WHITE + WIDE_WHITE
"""What is trimmed: white space of either width, and the mark that some programs put before a text."""

FORBIDDEN = r"[>;\p{Cc}]"
LONG_NUMBER = r"[+-]?[0-9](\.[0-9]+)?[eE]\+[0-9]+"
"""How a number of over 15 digits looks once a spreadsheet has rounded it; our own readers write it so, too."""

LONG = 10**15
SCALE = 6
LOST_SIGN = "\ufffd"
YES = ("1", "true", "yes", "y", "是")
NO = ("0", "false", "no", "n", "否")
INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
DOUBLES = ("FLOAT", "DOUBLE")
TEXTS = ("id", "text", "ids", "roles")
WIDE = "０１２３４５６７８９．，－＋／"
NARROW = "0123456789.,-+/"

PLAIN_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?"
DATE = r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{8}|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日)"
TIME = r"([ T]*[0-9]{1,2}:[0-9]{2}.*)?"
DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日")


def is_native(kind: str, type_: str) -> bool:
    """Whether cells of a Parquet column of `type_` are used as they are, not as text."""
    numeric = type_ in INTEGERS or type_ in DOUBLES or type_.startswith("DECIMAL")
    if kind in ("amount", "number", "share", "count"):
        return numeric
    if kind == "date":
        return type_ == "DATE" or type_.startswith("TIMESTAMP")
    return kind == "flag" and type_ == "BOOLEAN"


def as_text(cell: str, type_: str) -> str:
    """A cell of any type as text: whole numbers without a point, those over 15 digits with an exponent."""
    if type_ == "VARCHAR":
        return cell
    if type_ == "BLOB":
        return f"CASE WHEN {cell} IS NOT NULL THEN coalesce(TRY(decode({cell})), '\ufffd') END"
    if type_ in INTEGERS:
        return f"CASE WHEN abs({cell}::HUGEINT) < {LONG} THEN {cell}::VARCHAR ELSE {_rounded(cell)} END"
    if type_ in DOUBLES:
        return (
            f"CASE WHEN abs({cell}) < {LONG} AND {cell} = trunc({cell}) THEN {cell}::BIGINT::VARCHAR"
            f" WHEN abs({cell}) >= {LONG} AND isfinite({cell}) THEN {_rounded(cell)} ELSE {cell}::VARCHAR END"
        )
    if type_.startswith("DECIMAL"):
        return as_text(f"{cell}::DOUBLE", "DOUBLE")
    return f"{cell}::VARCHAR"


def _rounded(cell: str) -> str:
    return f"format('{{:e}}', {cell}::DOUBLE)"


def trimmed(text: str) -> str:
    """Trim white space; asking first, by cheap searches, whether there is any makes it twenty times as fast."""
    narrow = " OR ".join(f"contains({text}, {literal(sign)})" for sign in NARROW_WHITE)
    wide = " OR ".join(f"contains({text}, {literal(sign)})" for sign in WIDE_WHITE)
    outside = f"regexp_matches({text}, {literal(f'^[{WHITE}]|[{WHITE}]$')})"
    some = f"({narrow} OR strlen({text}) <> length({text}) AND ({wide})) AND {outside}"
    return f"CASE WHEN {some} THEN trim({text}, {literal(WHITE)}) ELSE {text} END"


def given(column: Column, cell: str, type_: str, entry: Entry) -> str:
    """The first step; codes of the mapping are translated here, in lists part by part."""
    codes = entry.codes.get(column.name, {})
    if is_native(column.kind, type_) and not codes:
        return cell
    text = f"nullif({trimmed(as_text(cell, type_))}, '')"
    if column.kind in ("ids", "roles"):
        return _list(text, dict(codes), lower=column.kind == "roles")
    if not codes:
        return text
    translated = f"CASE {text} {_whens(dict(codes))} ELSE {text} END"
    return f"nullif({translated}, '')"


def _whens(codes: dict[str, str]) -> str:
    return " ".join(f"WHEN {literal(their)} THEN {literal(our)}" for their, our in codes.items())


def _list(text: str, codes: dict[str, str], *, lower: bool) -> str:
    """Parts of a `;`-separated cell, trimmed, translated, without repeats, sorted."""
    part = trimmed("part")
    if codes:
        part = f"CASE {part} {_whens(codes)} ELSE {part} END"
    if lower:
        part = f"lower({part})"
    parts = f"[{part} FOR part IN string_split(replace({text}, '；', ';'), ';')]"
    return f"nullif(array_to_string(list_sort(list_distinct(list_filter({parts}, lambda p: p <> ''))), ';'), '')"


def value(column: Column, given: str, native: bool, entry: Entry) -> str:
    """The second step, for all kinds but amounts."""
    if column.kind in TEXTS:
        return given
    if column.kind == "date":
        return f"TRY_CAST({given} AS DATE)" if native else _date(given, entry)
    if column.kind == "flag":
        return given if native else f"lower({given}) NOT IN ({literals(NO)})"
    number = given if native else _plain_number(given, entry)
    if column.kind == "count":
        whole = f"TRY_CAST({number} AS DOUBLE)"
        return f"CASE WHEN {whole} = trunc({whole}) THEN TRY_CAST({whole} AS BIGINT) END"
    finite = f"TRY_CAST({number} AS DOUBLE)"
    return f"CASE WHEN isfinite({finite}) THEN {finite} END"


def cents(given: str, native: bool, type_: str, entry: Entry) -> str:
    """1/100 of an amount, half rounded up; NULL where it is no number or does not fit.

    Up to a thousand million and six decimals, 64-bit integers do; they take a tenth of the time of wide decimals.
    """
    if native:
        exact = type_ in DOUBLES or type_ in INTEGERS or int(type_.rstrip(")").split(",")[1]) <= SCALE
        quick = f"abs({given}) < 1000000000" if exact else "false"
    else:
        quick = (
            f"regexp_full_match({given}, '[0-9]{{1,9}}(\\.[0-9]{{0,{SCALE}}})?')" if entry.decimal == "." else "false"
        )
    whole = f"round(TRY_CAST({given} AS DOUBLE) * 1e{SCALE})::BIGINT"
    slow = f"round({exact_amount(given, native, type_, entry)} * 100::DECIMAL(3, 0), 0)"
    rounded = f"({whole} + sign({whole})::BIGINT * 5000) // 10000"
    return f"CASE WHEN {quick} THEN {rounded} ELSE TRY_CAST({slow} AS BIGINT) END"


def exact_amount(given: str, native: bool, type_: str, entry: Entry) -> str:
    """The amount as a decimal; of a double only what it can hold."""
    number = given if native else _plain_number(given, entry)
    return f"TRY_CAST({number} AS DECIMAL({f'24, {SCALE}' if type_ in DOUBLES else '30, 10'}))"


def _plain_number(text: str, entry: Entry) -> str:
    """Digits of either width, thousands grouped by three or not, the mapping's signs; NULL for anything else."""
    point, group = entry.decimal, entry.thousands
    grouped = rf"[+-]?[0-9]{{1,3}}({_escaped(group)}[0-9]{{3}})+({_escaped(point)}[0-9]*)?" if group else "[^\\s\\S]"
    narrow = f"translate({text}, {literal(WIDE)}, {literal(NARROW)})"
    bare = f"replace(replace({narrow}, {literal(group)}, ''), {literal(point)}, '.')"
    pointed = f"replace({narrow}, {literal(point)}, '.')" if point != "." else narrow
    plain = PLAIN_NUMBER.replace(r"\.", _escaped(point))
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(plain)}) THEN {pointed if point != '.' else text}"
        f" WHEN regexp_full_match({narrow}, {literal(grouped)}) THEN {bare}"
        f" WHEN regexp_full_match({narrow}, {literal(plain)}) THEN {pointed} END"
    )


def _escaped(sign: str) -> str:
    return "\\" + sign if sign and not sign.isalnum() else sign


def _date(text: str, entry: Entry) -> str:
    """ISO by a plain cast; the other ways, a time of day after the date and wide digits only where that fails.

    A format counts only where it finds a year of four digits: DuckDB's %Y takes the 25 of 31.12.25 for the year 25.
    """
    iso = f"CASE WHEN regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') THEN TRY_CAST({text} AS DATE)"
    if entry.date:
        days = [f"try_strptime({text}, {literal(each)})::DATE" for each in entry.date]
        read = " ".join(f"WHEN {day} >= DATE '1000-01-01' THEN {day}" for day in days)
        typed = f"WHEN regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{TIME}')"
        return f"CASE {read} {typed} THEN TRY_CAST(left({text}, 10) AS DATE) END"
    narrow = f"translate({text}, {literal(WIDE)}, {literal(NARROW)})"
    day = f"regexp_extract({narrow}, {literal(DATE)}, 1)"
    full = f"regexp_full_match({narrow}, {literal(DATE + TIME)})"
    return f"{iso} WHEN {full} THEN try_strptime({day}, [{literals(DATE_FORMATS)}])::DATE END"
