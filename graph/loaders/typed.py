"""From one source to typed rows: the query that types every cell and finds the first fault of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from graph.loaders import cells
from graph.loaders.faults import Fault, faults, is_emptied
from graph.loaders.source import Source
from graph.loaders.sql import literal, literals, name
from graph.model import OUTCOMES, Column, Table

TYPES = {
    **dict.fromkeys(cells.TEXTS, "VARCHAR"),
    **dict.fromkeys(("amount", "count"), "BIGINT"),
    **dict.fromkeys(("number", "share"), "DOUBLE"),
    "date": "DATE",
    "flag": "BOOLEAN",
}
FIRST_DAY = "DATE '1950-01-01'"


@dataclass(frozen=True)
class Rules:
    """What the day and the mapping say about values. `rates`: base units for one unit of another currency."""

    today: date
    currency: str
    rates: Mapping[str, Decimal]


class Typing:
    """The query for one source; its parts are the columns, their faults and the cells that are emptied."""

    def __init__(self, table: Table, source: Source, types: Mapping[str, str], rules: Rules) -> None:
        self.table = table
        self.source = source
        self.types = types
        self.rules = rules
        self.present = [c for c in table.columns if c.name in source.columns or c.name in source.entry.constants]
        self.names = {column.name for column in self.present}

    def query(self, number: int) -> str:
        """The model's columns, then the row's line, source, fault (its code, or 0) and cells to be listed (bits)."""
        given = ", ".join(f"{self._given(column)} AS {name('g_' + column.name)}" for column in self.present)
        typed = ", ".join(f"{self._value(column)} AS {name('v_' + column.name)}" for column in self.present)
        kept = ", ".join(f"g_{column.name}" for column in self.present)
        columns = ", ".join(f"{self._final(column)} AS {name(column.name)}" for column in self.table.columns)
        carried = self.carried()
        raw = "".join(f", {cell} AS {name(label)}" for label, cell in carried.items())
        kept += "".join(f", {name(label)}" for label in carried)
        return (
            f"SELECT {columns}{self._extra()}, line AS row_line, {number}::USMALLINT AS row_source,"
            f" {self._code()} AS row_fault, {self._listed()} AS row_listed"
            f" FROM (SELECT line, ragged, {kept}, {typed}"
            f" FROM (SELECT {self.line} AS line, {self.ragged} AS ragged, {given}{raw}"
            f" FROM {self.scan}{self._kept()}))"
            f"{self._joins()}"
        )

    def carried(self) -> dict[str, str]:
        """Expressions over the cells as given, by the names that `_extra` may use them under."""
        return {}

    def currencies(self) -> str:
        """Count the currencies of given amounts; empty where the source has none."""
        amounts = [column for column in self.present if column.kind == "amount"]
        if not amounts or "currency" not in self.names:
            return ""
        currency = self.table.column("currency")
        cell, type_ = self._cell(currency)
        cleaned = cells.given(currency, "cell", "VARCHAR", self.source.entry)
        return (
            f"SELECT upper({cleaned}) AS currency, sum(times)::BIGINT FROM"
            f" (SELECT {cells.as_text(cell, type_)} AS cell, count(*) AS times FROM {self.scan}"
            f"{self._kept() or ' WHERE true'} AND {self._given(amounts[0])} IS NOT NULL GROUP BY ALL)"
            " GROUP BY ALL HAVING currency IS NOT NULL"
        )

    @property
    def scan(self) -> str:
        """The cells of doubles go through an expression: a file's least and greatest value say nothing of its NaN.

        DuckDB believes that there are none beyond them (its issue 25521); of what is computed it believes nothing.
        """
        doubles = {place: type_ for place, type_ in self.types.items() if type_ in cells.DOUBLES}
        if not doubles:
            return f"{self.source.scan.sql} AS given"
        seen = ", ".join(
            f"CASE WHEN isnan({name(place)}) THEN 'nan'::{type_} ELSE {name(place)} END AS {name(place)}"
            for place, type_ in doubles.items()
        )
        return f"(SELECT * REPLACE ({seen}) FROM {self.source.scan.sql}) AS given"

    @property
    def line(self) -> str:
        return "given.line" if self.source.scan.staged else "given.file_row_number + 1"

    @property
    def ragged(self) -> str:
        return "given.ragged" if self.source.scan.staged else "NULL"

    def raw(self, column: str) -> str:
        """The cell as text, as it was given."""
        place = self.source.columns.get(column)
        if place is None:
            return literal(self.source.entry.constants.get(column, ""))
        return cells.as_text(f"given.{name(place)}", self.types[place])

    def _cell(self, column: Column) -> tuple[str, str]:
        place = self.source.columns.get(column.name)
        if place is None:
            return literal(self.source.entry.constants[column.name]), "VARCHAR"
        return f"given.{name(place)}", self.types[place]

    def _native(self, column: Column) -> bool:
        return cells.is_native(column.kind, self._cell(column)[1]) and column.name not in self.source.entry.codes

    def _currency(self, value: str) -> str:
        """The currency that the amount beside it is in: the base one where a rate turned it into that."""
        rates = [currency for currency in self.rules.rates if currency != self.rules.currency]
        if not rates:
            return f"upper({value})"
        base = literal(self.rules.currency)
        return f"CASE WHEN upper({value}) IN ({literals(rates)}) THEN {base} ELSE upper({value}) END"

    def _given(self, column: Column) -> str:
        return cells.given(column, *self._cell(column), self.source.entry)

    def _value(self, column: Column) -> str:
        given = f"g_{column.name}"
        if column.kind == "amount":
            return self._cents(column)
        value = cells.value(column, given, self._native(column), self.source.entry)
        if column.name == "currency":
            return self._currency(value)
        if column.name == "outcome" and self.table.name == "referrals":
            return f"CASE WHEN lower({given}) IN ({literals(OUTCOMES)}) THEN lower({given}) END"
        if not is_emptied(self.table, column):
            return value
        if column.kind == "date":
            return f"CASE WHEN {value} BETWEEN {FIRST_DAY} AND {self._last_day(column)} THEN {value} END"
        if column.kind == "id" and column.refers != "parties":
            lost = f" AND NOT {self._lost(given)}" if self._may_be_broken(self._cell(column)[1]) else ""
            return f"CASE WHEN NOT {bad_id(given)}{lost} THEN {given} END"
        if column.kind in cells.TEXTS and self._may_be_broken(self._cell(column)[1]):
            return f"CASE WHEN NOT {self._lost(given)} THEN {given} END"
        return value

    def _lost(self, cell: str) -> str:
        return f"contains({cell}, {literal(cells.LOST_SIGN)})"

    def _may_be_broken(self, type_: str) -> bool:
        return self.source.scan.broken or type_ == "BLOB"

    def _last_day(self, column: Column) -> str:
        return "DATE '9999-12-31'" if column.future else f"DATE '{self.rules.today.isoformat()}'"

    def _final(self, column: Column) -> str:
        type_ = TYPES[column.kind]
        if column.name not in self.names:
            return f"NULL::{type_}"
        if self.table.name == "ties" and column.name in ("a_id", "b_id"):
            return f"{'least' if column.name == 'a_id' else 'greatest'}(v_a_id, v_b_id)"
        return f"v_{column.name}"

    def _cents(self, column: Column) -> str:
        """1/100 of the base currency; one that has no rate counts as the base and is a fault of its own."""
        cell = (f"g_{column.name}", self._native(column), self._cell(column)[1], self.source.entry)
        base = cells.cents(*cell)
        if "currency" not in self.names:
            return base
        amount = f"TRY_CAST({cells.exact_amount(*cell)} AS DECIMAL(24, 6))"
        rates = " ".join(
            f"WHEN {literal(currency)} THEN TRY_CAST(round({amount} * {rate * 100:f}::DECIMAL(14, 6), 0) AS BIGINT)"
            for currency, rate in self.rules.rates.items()
            if currency != self.rules.currency
        )
        return f"CASE upper(g_currency) {rates} ELSE {base} END" if rates else base

    def _kept(self) -> str:
        tests = [
            f"coalesce({cells.trimmed(cells.as_text(f'given.{name(place)}', self.types[place]))}, '')"
            f" NOT IN ({literals(values)})"
            for place, values in self.source.drop.items()
        ]
        return f" WHERE {' AND '.join(tests)}" if tests else ""

    def _ends(self) -> list[Column]:
        return [column for column in self.present if column.refers in ("parties", "subjects")]

    def _joins(self) -> str:
        joins = [
            f" LEFT JOIN party_ids AS p_{column.name} ON p_{column.name}.party_id = v_{column.name}"
            for column in self._ends()
        ]
        if self.table.name == "signals":
            joins.append(" LEFT JOIN product_ids ON product_ids.product_id = v_subject_id")
        return "".join(joins)

    def _extra(self) -> str:
        if self.table.name == "supplies":
            return ", p_supplier_id.n AS supplier_n, p_buyer_id.n AS buyer_n"
        return ", coalesce(p_subject_id.n >= 0, false) AS is_party" if self.table.name == "signals" else ""

    def _code(self) -> str:
        whens = []
        for code, fault in enumerate(faults(self.table), 1):
            condition = self._condition(fault)
            if condition:
                whens.append(f"WHEN {condition} THEN {code}")
        return f"(CASE {' '.join(whens)} ELSE 0 END)::USMALLINT"

    def _condition(self, fault: Fault) -> str:
        """When the row has this fault; empty where it cannot have it."""
        if fault.reason == "ragged":
            return "ragged IS NOT NULL" if self.source.scan.staged else ""
        if fault.column not in self.names:
            return ""
        column = self.table.column(fault.column)
        given, value = f"g_{column.name}", f"v_{column.name}"
        number = f"p_{column.name}.n"
        type_ = self._cell(column)[1]
        return {
            "missing": f"{given} IS NULL" if column.required else "",
            "unreadable": self._lost(given) if column.kind in cells.TEXTS and self._may_be_broken(type_) else "",
            "bad_id": bad_id(given),
            "number": f"{given} IS NOT NULL AND {value} IS NULL{self._but_nan(column)}",
            "date": f"{given} IS NOT NULL AND {value} IS NULL",
            "date_range": f"{value} < {FIRST_DAY} OR {value} > {self._last_day(column)}",
            "amount": self._amount(column) if column.kind == "amount" else "",
            "currency": self._no_rate(),
            "share": f"NOT {value} BETWEEN 0 AND 1",
            "count": f"{value} < 1",
            "self": " = ".join(f"v_{each.name}" for each in self.table.columns[:2]),
            "unknown_party": f"{number} IS NULL",
            "unknown_subject": f"{number} IS NULL AND product_ids.product_id IS NULL",
            "lost_with_party": f"{number} < 0{' AND product_ids.product_id IS NULL' * (column.refers == 'subjects')}",
            "repeat": "",
        }[fault.reason]

    def _nan(self, column: Column) -> str:
        given = f"g_{column.name}"
        type_ = self._cell(column)[1]
        if self._native(column):
            return f"isnan({given})" if type_ in cells.DOUBLES else "false"
        return f"lower({given}) IN ('nan', '-nan')"

    def _but_nan(self, column: Column) -> str:
        return f" AND NOT {self._nan(column)}" if column.kind == "amount" else ""

    def _amount(self, column: Column) -> str:
        """Zero is no amount; a reward of zero is."""
        sign = "<=" if column.name == "amount" else "<"
        return f"v_{column.name} {sign} 0 OR v_{column.name} IS NULL AND {self._nan(column)}"

    def _no_rate(self) -> str:
        """An empty currency is the base one; without an amount a currency means nothing."""
        amounts = [column for column in self.present if column.kind == "amount"]
        if not amounts:
            return ""
        known = literals((self.rules.currency, *self.rules.rates))
        return f"g_{amounts[0].name} IS NOT NULL AND coalesce(v_currency NOT IN ({known}), false)"

    def listed(self) -> list[tuple[Column, str]]:
        """Cells that are told without losing the row: (column, kind); their bit is their place."""
        return [
            (column, "odd_flag" if column.kind == "flag" else "emptied")
            for column in self.present
            if self._can_be_listed(column)
        ]

    def _can_be_listed(self, column: Column) -> bool:
        if column.kind == "flag":
            return not self._native(column)
        if not is_emptied(self.table, column):
            return False
        worded = column.name == "outcome" and self.table.name == "referrals"
        return column.kind not in ("text", "ids", "roles") or worded or self._may_be_broken(self._cell(column)[1])

    def _listed(self) -> str:
        bits = []
        for bit, (column, kind) in enumerate(self.listed()):
            given, value = f"g_{column.name}", f"v_{column.name}"
            odd = f"lower({given}) NOT IN ({literals((*cells.YES, *cells.NO))})"
            empty = f"{given} IS NOT NULL AND {value} IS NULL{self._but_nan(column)}"
            bits.append(f"CASE WHEN {odd if kind == 'odd_flag' else empty} THEN {1 << bit} ELSE 0 END")
        return f"({' + '.join(bits) or '0'})::UINTEGER"


def bad_id(cell: str) -> str:
    """Whether an id holds a forbidden sign or is a number that a spreadsheet has rounded."""
    return f"regexp_matches({cell}, {literal(f'{cells.FORBIDDEN}|^{cells.LONG_NUMBER}$')})"
