"""What reading and checking found, as counts, and whether it is fit to be loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.errors import BadTables


@dataclass(frozen=True)
class FileReport:
    """One file as it was read; `unknown` are headers that no table asks for."""

    name: str
    format: str
    encoding: str
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class TableReport:
    """Rows of one table: read = kept + identical + superseded + rejected + lost_with_party, after `dropped`.

    For a role file `kept` counts rows that went into parties. `emptied` and `conflicts` count cells, not rows.
    """

    name: str
    files: tuple[FileReport, ...] = ()
    read: int = 0
    kept: int = 0
    dropped: int = 0
    identical: int = 0
    superseded: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    lost_with_party: int = 0
    emptied: int = 0
    conflicts: int = 0

    @property
    def rejects(self) -> int:
        return sum(self.rejected.values())


@dataclass(frozen=True)
class Checked:
    """All tables that were in the folder, in the model's order; the rows themselves are in DuckDB."""

    tables: tuple[TableReport, ...]
    unknown_files: tuple[str, ...]
    currency: str


def verdict(checked: Checked, ceiling: float, strict: bool) -> None:
    """Raise BadTables where a table has too many rejects to be trusted: any if `strict`, else above `ceiling`."""
    for table in checked.tables:
        files = ", ".join(file.name for file in table.files)
        if strict and table.rejects:
            raise BadTables("rejects_strict", table=table.name, files=files, rejects=table.rejects, read=table.read)
        if table.rejects > ceiling * table.read:
            share = table.rejects / table.read
            raise BadTables(
                "rejects_ceiling",
                table=table.name,
                files=files,
                rejects=table.rejects,
                read=table.read,
                share=f"{share:.1%}",
                ceiling=f"{ceiling:.1%}",
            )
