"""Whatever the bytes, a folder of tables ends in a report or in a clear error."""

from __future__ import annotations

import gzip
import io
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.errors import ExplorerError
from explorer.texts import LANGUAGES
from tests.loading import PARTIES, checked

NAMES = ("parties", "customers", "supplies", "ties", "signals", "managers", "loans")
CELLS = st.one_of(
    st.sampled_from(
        ["A", "B", "C", "", " ", "1", "-1", "1e400", "nan", "2026-06-30", "是", '"', '""', "a>b", "9E+20"]
    ),
    st.text(max_size=6),
)
HEADERS = st.sampled_from(
    [
        "party_id",
        "name",
        "supplier_id",
        "buyer_id",
        "amount",
        "currency",
        "date",
        "a_id",
        "b_id",
        "strength",
        "grids",
        "subject_id",
        "kind",
        "loan_id",
        "manager_id",
        "value",
        "roles",
        "customer_since",
        "row_id",
        "x",
        "",
        "PARTY_ID",
    ]
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "latin-1"])
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def outcome(files: dict[str, bytes]) -> str:
    """Load the files; the words of the error, or "" for a report whose counts add up."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with checked(Path(folder), dict(files)) as loaded:
                for report in loaded.checked.tables:
                    parts = report.kept + report.identical + report.superseded + report.rejects
                    assert report.read == parts + report.lost_with_party
                return ""
        except ExplorerError as error:
            return " ".join(error.text(lang) for lang in LANGUAGES)


@SLOW
@given(st.sampled_from(NAMES), st.sampled_from(["csv", "csv.gz", "parquet", "xlsx"]), st.binary(max_size=200))
def test_any_bytes_end_in_a_report_or_a_clear_error(name: str, ending: str, content: bytes) -> None:
    outcome({"parties.csv": PARTIES.encode(), f"{name}.{ending}": content})


@SLOW
@given(
    st.sampled_from(NAMES),
    st.lists(HEADERS, min_size=1, max_size=6),
    st.lists(st.lists(CELLS, max_size=6), max_size=8),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    ENCODINGS,
    st.binary(max_size=3),
)
def test_any_table_ends_in_a_report_or_a_clear_error(
    name: str, head: list[str], rows: list[list[str]], separator: str, end: str, encoding: str, junk: bytes
) -> None:
    text = end.join(separator.join(row) for row in [head, *rows])
    content = text.encode(encoding, "replace")
    middle = len(content) // 2
    outcome({f"{name}.csv": content[:middle] + junk + content[middle:]})


def parquet() -> bytes:
    out = io.BytesIO()
    rows = {"party_id": [f"P{i}" for i in range(50)], "name": ["名"] * 50, "value": [1.5] * 50}
    pq.write_table(pa.table(rows), out)
    return out.getvalue()


@SLOW
@given(st.integers(0, len(parquet()) - 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_parquet_file_ends_in_a_report_or_a_clear_error(at: int, junk: bytes) -> None:
    content = parquet()
    outcome({"parties.csv": b"x", "customers.parquet": content[:at] + junk + content[at + len(junk) :]})
    outcome({"parties.csv": PARTIES.encode(), "customers.parquet": content[:at] + junk + content[at + len(junk) :]})


@SLOW
@given(st.integers(0, 200), st.binary(min_size=1, max_size=4))
def test_a_damaged_gzip_file_ends_in_a_report_or_a_clear_error(at: int, junk: bytes) -> None:
    content = gzip.compress((PARTIES * 20).encode(), mtime=0)
    outcome({"parties.csv": PARTIES.encode(), "customers.csv.gz": content[:at] + junk + content[at + len(junk) :]})
