"""Files for `neo4j-admin database import`: an empty database filled from them holds what an online load makes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from explorer.errors import InputError
from explorer.progress import Progress
from graph.model import NODE, RELATION, ROLE_FLAGS, ROLE_LABELS, Property, Type
from graph.stores.base import table_files
from graph.stores.neo4j import mark
from graph.stores.neo4j.statements import schema_cypher

TYPES: dict[Type, str] = {"STRING": "string", "INT64": "long", "DOUBLE": "double", "DATE": "date", "BOOL": "boolean"}
MARKS = "load_id:string,first_seen:date,last_seen:date"
BATCH = 1 << 16
SCRIPT, SCHEMA, LOAD = "import.sh", "schema.cypher", "Load"
HEAD = """\
#!/bin/sh
# Fills an empty database from the files beside this script. The server must be stopped. Start it afterwards, and then
#   cypher-shell -d DATABASE -f schema.cypher
# makes the constraints and indexes. Usage: sh import.sh [DATABASE], by default neo4j.
set -eu
cd "$(dirname "$0")"
"""
COMMAND = (
    'exec "${NEO4J_ADMIN:-neo4j-admin}" database import full "${1:-neo4j}"'
    " --overwrite-destination --id-type=string --array-delimiter=';' --multiline-fields=true"
)


def export(version: Path, folder: Path, progress: Progress) -> int:
    """Write header and data files, the schema and the script into a new or empty folder; returns the rows written.

    Raises InputError where the folder holds files, or the load's tables are not kept here.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("folder_not_empty", folder=folder)
    if not (version / "graph").is_dir():
        raise InputError("no_tables")
    folder.mkdir(parents=True, exist_ok=True)
    facts, day = mark.facts(version), mark.loaded_on(version)
    names, rows = table_files(), 0
    for done, name in enumerate(names):
        progress("neo4j_export", done, len(names))
        (folder / f"{name}.header.csv").write_text(header(name) + "\n", "utf-8")
        rows += _write(version / "graph" / f"{name}.parquet", folder / f"{name}.csv", name, facts["load_id"], day)
    progress("neo4j_export", len(names), len(names))
    _write_load(folder, facts)
    (folder / SCHEMA).write_text("".join(f"{one};\n" for one in schema_cypher()), "utf-8")
    (folder / SCRIPT).write_text(script(), "utf-8")
    return rows


def header(name: str) -> str:
    """The head of a file: typed properties, ids in the space of their node kind, labels where there are several."""
    label, *ends = name.split(".")
    if ends:
        start, end = ends
        return ",".join([f":START_ID({start})", f":END_ID({end})", *_typed(RELATION[label].properties), MARKS])
    node = NODE[label]
    labels = [":LABEL"] if label == "Party" else []
    return ",".join([f"{node.key}:ID({label})", *_typed(node.properties[1:]), MARKS, *labels])


def arguments() -> list[str]:
    """The files as `neo4j-admin` is told of them; parties bring their labels in a column of their own."""
    found = []
    for name in [*table_files(), LOAD]:
        label, *ends = name.split(".")
        kind = f"relationships={label}" if ends else "nodes" if label == "Party" else f"nodes={label}"
        found.append(f"--{kind}={name}.header.csv,{name}.csv")
    return found


def script() -> str:
    return HEAD + " \\\n  ".join([COMMAND, *arguments()]) + "\n"


def _typed(properties: tuple[Property, ...]) -> list[str]:
    return [f"{p.name}:{TYPES[p.type]}" for p in properties]


def _write(source: Path, target: Path, name: str, load_id: str, day: date) -> int:
    with pq.ParquetFile(source) as file, target.open("wb") as sink:
        for batch in file.iter_batches(BATCH):
            pcsv.write_csv(_marked(batch, name, load_id, day), sink, _options())
        return int(file.metadata.num_rows)


def _marked(batch: pa.RecordBatch, name: str, load_id: str, day: date) -> pa.Table:
    """The columns in the order of the header."""
    table = pa.Table.from_batches([batch])
    size = len(table)
    table = table.append_column("load_id", pa.repeat(load_id, size))
    for seen in ("first_seen", "last_seen"):
        table = table.append_column(seen, pa.repeat(pa.scalar(day, pa.date32()), size))
    return table.append_column(":LABEL", _labels(table)) if name == "Party" else table


def _labels(table: pa.Table) -> Any:
    """`Party;Customer`: the labels of each party."""
    parts = [pc.if_else(table[flag], f";{ROLE_LABELS[role]}", "") for role, flag in ROLE_FLAGS.items()]
    return pc.binary_join_element_wise("Party", *parts, "")


def _write_load(folder: Path, facts: dict[str, Any]) -> None:
    kinds = {name: "long" if isinstance(value, int) else "string" for name, value in facts.items()}
    (folder / f"{LOAD}.header.csv").write_text(",".join(f"{name}:{kind}" for name, kind in kinds.items()) + "\n")
    columns = {name: pa.array([value], pa.int64() if kinds[name] == "long" else pa.string())
               for name, value in facts.items()}  # fmt: skip
    with (folder / f"{LOAD}.csv").open("wb") as sink:
        pcsv.write_csv(pa.table(columns), sink, _options())


def _options() -> pcsv.WriteOptions:
    return pcsv.WriteOptions(include_header=False, quoting_style="needed")
