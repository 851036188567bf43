"""A folder of Parquet files that is one table, as Spark reads one: its rows in the order of the files' paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from explorer.errors import BadTables
from graph.loaders.files import files_of, flat
from graph.loaders.source import FILE, Scan

if TYPE_CHECKING:
    import pyarrow.parquet as pq

NOTHING = "__HIVE_DEFAULT_PARTITION__"
"""How a folder is named for rows without a value."""


def stage_parts(folder: Path, name: str, target: Path) -> Scan:
    """Look at the heads of all files and lay down, at `target`, where each one's rows begin and what its folders say.

    Raises BadTables where a file is empty or unreadable, or where a column has another type than in files before.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    paths = sorted(files_of(folder), key=lambda path: path.relative_to(folder).as_posix())
    names = [f"{name}/{path.relative_to(folder).as_posix()}" for path in paths]
    flat(name, names)
    types: dict[str, tuple[str, str]] = {}
    rows: list[int] = []
    for path, file in zip(paths, names, strict=True):
        with _opened(path, file) as parquet:
            rows.append(parquet.metadata.num_rows)
            for header, kind in _types(parquet).items():
                if types.setdefault(header, kind) != kind:
                    why = f"{header}: {' '.join(kind)} ≠ {' '.join(types[header])} ({file})"
                    raise BadTables("spark_schemas", file=name, why=why)
    told = [named(file.removeprefix(name)) for file in names]
    keys = list(dict.fromkeys(key for one in told for key in one))
    starts = list(accumulate(rows, initial=0))[:-1]
    columns = {FILE: pa.array(map(str, paths)), "part_name": names, "part_start": starts, "part_rows": rows}
    for number, key in enumerate(keys):
        columns[f"part_{number}"] = pa.array([one.get(key) for one in told], pa.string())
    pq.write_table(pa.table(columns), target)
    headers = [(header, header) for header in types if header not in keys]
    headers += [(key, f"part_{number}") for number, key in enumerate(keys)]
    parts = tuple(zip(names, paths, strict=True))
    return Scan(target, "parquet", tuple(headers), sum(rows), staged=False, parts=parts)


def first_damaged(parts: Iterable[tuple[str, Path]]) -> str:
    """The first file that cannot be read to its end, of which DuckDB may not say which it was; else nothing."""
    import pyarrow as pa

    for file, path in parts:
        try:
            with _opened(path, file) as parquet:
                for _ in parquet.iter_batches():
                    pass
        except (BadTables, pa.ArrowException, OSError, UnicodeDecodeError):
            return file
    return ""


def _opened(path: Path, file: str) -> pq.ParquetFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.stat().st_size == 0:
        raise BadTables("file_empty", file=file)
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise BadTables("file_unreadable", file=file, why=error) from None


def _types(parquet: pq.ParquetFile) -> dict[str, tuple[str, str]]:
    """The kind of every column, which does not tell how long texts or lists may be."""
    columns = [parquet.schema.column(number) for number in range(len(parquet.schema))]
    return {one.path: (str(one.physical_type), str(one.logical_type)) for one in columns if "." not in one.path}


def named(file: str, plain: Callable[[str], str] = unquote) -> dict[str, str | None]:
    """What the folders above a file say of its rows; `plain` reads what is written as %E5 and the like."""
    pairs = [folder.partition("=")[::2] for folder in file.strip("/").split("/")[:-1]]
    return {plain(key): None if value == NOTHING else plain(value) for key, value in pairs}
