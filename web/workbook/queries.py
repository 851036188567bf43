"""Saved queries, each its owner's and seen by all where shared; and the wish to stop a running one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from explorer.errors import InputError, UnknownParty
from web.workbook import Workbook
from web.workbook.tables import NAME, SavedQuery, Stop, now

LONGEST = 100_000
STALE = timedelta(hours=2)
"""No query runs as long, so a wish to stop one is forgotten then."""


@dataclass(frozen=True)
class Saved:
    """A saved query; `mine`: the person owns it."""

    id: int
    name: str
    owner: str
    mine: bool
    shared: bool
    statement: str
    parameters: Mapping[str, str]
    types: Mapping[str, str]
    changed: datetime


def saved(book: Workbook, person: str) -> list[Saved]:
    """The person's own and those that others share, by name."""
    with book.reading() as session:
        found = session.scalars(
            select(SavedQuery)
            .where(or_(SavedQuery.owner == person, SavedQuery.shared))
            .order_by(SavedQuery.name, SavedQuery.id)
        )
        return [_saved(one, person) for one in found]


def one(book: Workbook, person: str, number: int) -> Saved:
    """Raises UnknownParty `saved_unknown` for one that is neither the person's nor shared."""
    with book.reading() as session:
        found = session.get(SavedQuery, number) if abs(number) < 2**31 else None
        if found is None or not (found.owner == person or found.shared):
            raise UnknownParty("saved_unknown", number=number)
        return _saved(found, person)


def save(
    book: Workbook, person: str, name: str, statement: str, parameters: Mapping[str, str], types: Mapping[str, str],
    *, shared: bool,
) -> int:  # fmt: skip
    """Keep a statement under a name, in the place of the person's own of that name; returns its number."""
    name = name.strip()
    if not 0 < len(name) <= NAME or not name.isprintable():
        raise InputError("saved_name", most=NAME)
    if len(statement) > LONGEST:
        raise InputError("query_long", most=LONGEST)
    with book.writing() as session:
        own = select(SavedQuery).where(SavedQuery.owner == person, SavedQuery.name == name)
        found = session.scalar(own) or SavedQuery(owner=person, name=name)
        found.statement, found.parameters, found.types = statement, dict(parameters), dict(types)
        found.shared, found.changed = shared, now()
        session.add(found)
        session.flush()
        return found.id


def drop(book: Workbook, person: str, number: int) -> None:
    """Raises UnknownParty `saved_unknown` for one that is not the person's own."""
    with book.writing() as session:
        found = session.get(SavedQuery, number) if abs(number) < 2**31 else None
        if found is None or found.owner != person:
            raise UnknownParty("saved_unknown", number=number)
        session.delete(found)


def stop(book: Workbook, token: str) -> None:
    """Wish that the query which runs under this token stops."""
    with book.writing() as session:
        session.execute(delete(Stop).where(Stop.at < now() - STALE))
        session.merge(Stop(token=token))


def stopped(book: Workbook, token: str) -> bool:
    with book.reading() as session:
        return session.get(Stop, token) is not None


def _saved(found: SavedQuery, person: str) -> Saved:
    return Saved(
        found.id, found.name, found.owner, found.owner == person, found.shared, found.statement, found.parameters,
        found.types, found.changed,
    )  # fmt: skip
