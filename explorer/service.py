"""The service: one object, which every face calls and which does all that they can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from explorer.analysing import CypherQuestions
from explorer.answering import Answering
from explorer.asking import ReferrerQuestions
from explorer.asking_chains import ChainQuestions
from explorer.connecting import Connecting
from explorer.errors import InputError
from explorer.naming import Naming
from explorer.progress import Progress, silent
from explorer.settings import Login, Settings
from explorer.view import View
from explorer.viewing import Viewing
from graph.stores.home import Home

if TYPE_CHECKING:
    import networkx as nx

    from explorer.digging import Dig, Filters
    from explorer.evidence import Evidence
    from explorer.finding import Found
    from explorer.introducing import Introducing
    from explorer.party import Party
    from explorer.prospecting import Prospects
    from graph.loaders.outcome import LoadReport
    from graph.loaders.publish import Published
    from graph.stores.base import Store
    from graph.stores.worker import Worker


class Explorer(Viewing, ReferrerQuestions, CypherQuestions, ChainQuestions, Connecting, Answering, Naming):
    """A store and its loads. Each question is answered by the load in force at that moment.

    >>> explorer = Explorer.open("./explorer-store")   # doctest: +SKIP
    >>> explorer.dig(["91330100MA2"], tiers=3).frame()   # doctest: +SKIP
    """

    def __init__(self, home: Home, store: Store, settings: Settings) -> None:
        self.home = home
        self.store = store
        self.settings = settings
        self._workers: list[Worker] = []
        self._starting = Lock()

    @classmethod
    def open(
        cls, store: str | Path | None = None, settings: Mapping[str, object] | Settings | None = None,
        progress: Progress = silent, *, login: Login | None = None,
    ) -> Explorer:  # fmt: skip
        """Open a store, which need not exist before its first load; raises BadSetting for values out of bounds.

        `store` is a folder, or the address of a Neo4j server with `login`. `progress` hears of what a question finds
        to be of another version or load, and so has to be made anew.
        """
        chosen = settings if isinstance(settings, Settings) else Settings(settings)
        address = str(store) if store is not None else chosen.text("store")
        if "://" in address:
            return cls(*_on_server(address, login or chosen.login, chosen, progress), chosen)
        from graph.stores.ladybug import LadybugStore

        home = Home(Path(address))
        memory, threads = chosen.number("memory"), chosen.integer("threads")
        return cls(home, LadybugStore(home, memory=memory, threads=threads, progress=progress), chosen)

    def close(self) -> None:
        """Let go of the store's files, connections and processes; the next question opens them again."""
        self.store.close()
        while self._workers:
            self._workers.pop().close()

    @property
    def threads(self) -> int:
        import os

        return self.settings.integer("threads") or len(os.sched_getaffinity(0))

    def load(
        self, tables: str | Path, *, mapping: str | Path | None = None, rejects: str | Path = "rejects.csv",
        changes: str | Path | None = None, as_of: date | None = None, today: date | None = None,
        strict: bool = False, check: bool = False, progress: Progress = silent,
    ) -> LoadReport:  # fmt: skip
        """Load a folder of tables, or with `check` only tell what a load would do.

        Raises BadTables (the rejects are written all the same), StoreBusy, StoreError; the former graph then stays.
        """
        from graph.loaders.load import Order, check_only, load
        from graph.loaders.mapping import NO_MAPPING, read_mapping

        chosen = read_mapping(Path(mapping)) if mapping else NO_MAPPING
        order = Order(
            tables=Path(tables), mapping=chosen, rejects=Path(rejects),
            changes=Path(changes) if changes else None, today=today or date.today(), as_of=as_of,
            ceiling=self.settings.number("reject_ceiling"), strict=strict,
            memory=self.settings.number("memory"), threads=self.threads,
        )  # fmt: skip
        return check_only(order, progress) if check else load(self.store, self.home, order, progress)

    def rollback(self, progress: Progress = silent) -> LoadReport:
        """Return to the load before; raises NothingLoaded, StoreBusy, and InputError where no former load is kept.

        On a server the former graph is written again, from its tables that are kept here.
        """
        self._version()
        with self.home.writing():
            former = self.home.former()
            if former:
                self.store.restore(former, progress)
            self.home.rollback()
        return self.status()

    def publish(self, strings: str | Path, progress: Progress = silent) -> Published:
        """Put strings that were dug elsewhere (a Parquet export of `dig`, also in parts) into the load in force.

        `strings` is a path, or an address (`hdfs://`, `s3a://`) that the export is first fetched from.
        They stand there as PROSPECT_OF until the next load or the next publication. Raises NothingLoaded, StoreBusy,
        StoreError, and InputError where the rows do not belong to this load; what was published before then stays.
        """
        from graph.loaders.publish import Export, publish
        from graph.spark.files import fetched

        memory = self.settings.number("memory")
        with fetched(strings) as path:
            return publish(self.store, self.home, Export(path, str(strings)), memory, self.threads, progress)

    def published(self) -> Published | None:
        """What was published into the load in force; None where nothing was. Raises NothingLoaded."""
        from graph.loaders.publish import read_published

        return read_published(self.answering or self._version())

    def changing(self) -> bool:
        """Whether queries see a graph that a load is writing, or already another load than is answered from here."""
        at = self.answering
        return self.store.changing() or (at is not None and at != self._version())

    def export_neo4j(self, folder: str | Path, progress: Progress = silent) -> int:
        """Write the load in force as files for `neo4j-admin database import`; returns how many rows there are.

        Raises InputError where the folder holds files, or where only a server has the graph.
        """
        from graph.stores.neo4j.bulk import export

        return export(self._version(), Path(folder), progress)

    def status(self) -> LoadReport:
        """What is loaded; raises NothingLoaded."""
        from graph.loaders.outcome import read_report

        return read_report(self.answering or self._version())

    def find(self, text: str, *, limit: int | None = None, near: bool = True) -> Found:
        """Parties by id, name, part of a name, initials, or `near` names; behind `core:`, `grid:…` some alone."""
        from explorer.finding import find

        return find(self.view(), text, limit or self.settings.integer("find_limit"), names=self.names, near=near)

    def party(self, party: str) -> Party:
        """Facts and neighbour counts of a party, by id or whole name; raises UnknownParty, AmbiguousName."""
        from explorer.party import party_of

        view = self.view()
        return party_of(view, self.store, view.resolve(party))

    def evidence(self, party: str, anchor: str, *, as_of: date | None = None) -> list[Evidence]:
        """The strings from `anchor` to `party`, one for each direction that leads there."""
        from explorer.digging import directions_of
        from explorer.evidence import explain

        view = self.view(as_of)
        ends, tiers = (view.resolve(anchor), view.resolve(party)), self.settings.integer("tiers")
        directions = directions_of(self.settings.text("direction"))
        found = (explain(view, *ends, direction, tiers) for direction in directions)
        return [evidence for evidence in found if evidence]

    def dig(
        self, anchors: Iterable[str] | Literal["all"], *, filters: Filters | None = None,
        as_of: date | None = None, **settings: object,
    ) -> Dig:  # fmt: skip
        """Dig the strings of some parties (ids or whole names), or of "all" core enterprises.

        `settings`: direction, tiers, top, min_score, where they differ from the explorer's own.
        Raises UnknownParty, AmbiguousName, BadSetting, and InputError where "all" finds no core enterprise.
        """
        from explorer.digging import Dig, Filters, directions_of

        chosen = self.settings.but(settings)
        view = self.view(as_of)
        return Dig(
            view, self._anchors(view, anchors), directions_of(chosen.text("direction")), chosen.integer("tiers"),
            chosen.integer("top"), chosen.number("min_score"), filters or Filters(), self.threads,
            all_cores=anchors == "all",
        )  # fmt: skip

    def prospects(
        self, *, filters: Filters | None = None, as_of: date | None = None, **settings: object
    ) -> Prospects:
        """Every prospect that some core enterprise reaches, once, with its best three cores."""
        from explorer.digging import Filters
        from explorer.prospecting import Prospects, best

        chosen = self.settings.but(settings)
        view = self.view(as_of)
        self._anchors(view, "all")
        tiers, least = chosen.integer("tiers"), chosen.number("min_score")
        return Prospects(view, tiers, least, filters or Filters(), lambda: best(view, tiers, self.threads))

    def introduce(
        self, prospects: Iterable[str] | Literal["all"] = "all", *, string_of: str | None = None,
        as_of: date | None = None, **settings: object,
    ) -> Introducing:  # fmt: skip
        """Who can introduce us to some prospects (ids or whole names), to "all", or to those of an anchor's string.

        `settings`: introductions, the weights of acquaintance and, for a string, direction, tiers, top, min_score.
        Raises UnknownParty, AmbiguousName, BadSetting, and StoreError where the load is older than bonds are.
        """
        from explorer.introducing import introducers

        chosen = self.settings.but(settings)
        return introducers(self.view(as_of), chosen, prospects, string_of, self.threads)

    def neighbourhood(self, party: str, *, hops: int = 1) -> nx.MultiDiGraph:
        """A party with all that stands around it, within the limits view_nodes and view_hub."""
        from explorer.neighbourhood import neighbourhood

        view = self.view()
        limits = self.settings.integer("view_nodes"), self.settings.integer("view_hub")
        return neighbourhood(view, self.store, view.resolve(party), hops, *limits)

    @staticmethod
    def generate(
        folder: str | Path, *, parties: int, seed: int, file_format: Literal["parquet", "csv"] = "parquet",
        dirty: float = 0.0, progress: Progress = silent,
    ) -> None:  # fmt: skip
        """Write the tables of a made-up county; the same arguments give the same bytes."""
        from explorer.county import generate

        generate(Path(folder), parties=parties, seed=seed, file_format=file_format, dirty=dirty, progress=progress)

    def _version(self) -> Path:
        return self.store.version()

    def _anchors(self, view: View, anchors: Iterable[str] | Literal["all"]) -> Any:
        """Rows of the anchors in the order of their ids, each once."""
        if anchors != "all":
            return np.unique(np.array([view.resolve(anchor) for anchor in anchors], np.int32))
        if not len(view.cores):
            raise InputError("no_cores")
        return view.cores


def _on_server(address: str, login: Login, settings: Settings, progress: Progress) -> tuple[Home, Store]:
    """The Neo4j store at `address`, and the folder of this machine for its loads."""
    from graph.stores.neo4j.connection import Connection
    from graph.stores.neo4j.store import Neo4jStore

    connection = Connection(address, login)
    home = Home(settings.home / connection.identity)
    return home, Neo4jStore(connection, home, batch=settings.integer("neo4j_batch"), progress=progress)
