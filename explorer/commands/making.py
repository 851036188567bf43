"""`explorer generate`, `explorer export neighbourhood` and `explorer export neo4j`: commands that make files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import click

from explorer.commands.calls import opened, tell
from explorer.commands.kinds import Number, Word
from explorer.commands.progress import shown
from explorer.commands.words import Command, Group, enter, lang_of, option, settings
from explorer.settings import Settings


@click.command(cls=Command)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@option("--parties", type=Number(int, 1_000, 12_000_000), default=20_000)
@option("--seed", type=Number(int, 0, 2**63 - 1), default=7)
@option("--format", "file_format", type=Word(["parquet", "csv"]), default="parquet")
@option("--dirty", type=Number(float, 0.0, 0.5), default=0.0)
@settings("lang")
@click.pass_context
def generate(
    context: click.Context, /, folder: Path, parties: int, seed: int, file_format: Literal["parquet", "csv"],
    dirty: float, lang: str | None,
) -> None:  # fmt: skip
    from explorer.service import Explorer

    Settings({"lang": lang})
    with shown(lang_of(context)) as progress:
        Explorer.generate(folder, parties=parties, seed=seed, file_format=file_format, dirty=dirty, progress=progress)
    tell(context, "cli.generated", parties=parties, folder=folder)


@click.group(cls=Group)
@settings("lang")
@click.pass_context
def export(context: click.Context, /, lang: str | None) -> None:
    enter(context, lang)


@export.command()
@click.argument("party")
@option("--hops", type=Number(int, 1, 4), default=1)
@option("--out", "-o", "graph_file", type=click.Path(dir_okay=False, path_type=Path), required=True)
@settings("view_nodes", "view_hub", "store", "home", "lang")
@click.pass_context
def neighbourhood(context: click.Context, /, party: str, hops: int, graph_file: Path, **given: Any) -> None:
    from explorer.formats.graphs import write_graph

    explorer = opened(given)
    graph = explorer.neighbourhood(party, hops=hops)
    write_graph(graph, graph_file)
    tell(
        context, "cli.neighbourhood", nodes=graph.number_of_nodes(), links=graph.number_of_edges(), file=graph_file,
        left_out=graph.graph["left_out"], hubs=graph.graph["hubs"],
    )  # fmt: skip


@export.command("neo4j")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@settings("store", "home", "lang")
@click.pass_context
def neo4j_files(context: click.Context, /, folder: Path, **given: Any) -> None:
    explorer = opened(given)
    with shown(lang_of(context)) as progress:
        rows = explorer.export_neo4j(folder, progress)
    tell(context, "cli.neo4j_files", rows=rows, folder=folder)
