"""Lists of parties: whose they are, who is on them, and what becomes of them. `person` is who asks, "" if nameless.

Every function raises InputError `list_unknown` for a list that is neither the person's nor handed to her.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, case, delete, func, or_, select
from sqlalchemy.orm import Session

from explorer import listing
from explorer.errors import InputError, UnknownParty
from explorer.listing import Origin
from web.workbook import Workbook
from web.workbook.tables import NAME, Entry, Hand, PartyList, User, now

MOST = 200_000
"""Parties on one list."""
LONGEST_NOTE = 2000
ORIGIN = TypeAdapter(Origin)


@dataclass(frozen=True)
class Summary:
    """A list from outside. `mine`: the person owns it; `hands` are the colleagues it was handed to."""

    id: int
    name: str
    owner: str
    mine: bool
    hands: tuple[str, ...]
    members: int
    excluded: int
    changed: datetime


@dataclass(frozen=True)
class Member:
    party_id: str
    name: str
    """when it was added"""
    added: datetime
    added_by: str
    note: str
    excluded: bool
    origin: Origin | None


def lists(book: Workbook, person: str) -> list[Summary]:
    """The person's lists and those handed to her, the last changed first."""
    with book.reading() as session:
        found = session.scalars(
            select(PartyList).where(_visible(person)).order_by(PartyList.changed.desc(), PartyList.id)
        ).all()
        counts = _counts(session, [one.id for one in found])
        return [_summary(one, person, counts) for one in found]


def one(book: Workbook, person: str, number: int) -> Summary:
    with book.reading() as session:
        found = _find(session, person, number)
        return _summary(found, person, _counts(session, [number]))


def entries(book: Workbook, person: str, number: int) -> list[Member]:
    """All members, those that were struck off too, by the order of their ids."""
    with book.reading() as session:
        _find(session, person, number)
        rows = session.scalars(select(Entry).where(Entry.list_id == number).order_by(Entry.party_id))
        return [Member(e.party_id, e.name, e.added, e.added_by, e.note, e.excluded, _origin(e)) for e in rows]


def ids(book: Workbook, person: str, number: int) -> tuple[str, ...]:
    """Ids of all members, also of those struck off: neither shall be found anew."""
    with book.reading() as session:
        _find(session, person, number)
        return tuple(session.scalars(select(Entry.party_id).where(Entry.list_id == number).order_by(Entry.party_id)))


def make(book: Workbook, person: str, name: str) -> int:
    """A new list; raises InputError where the person has one of this name."""
    with book.writing() as session:
        return _make(session, person, name).id


def add(
    book: Workbook, person: str, number: int | None, name: str, parties: Mapping[str, str],
    notes: Mapping[str, str], origins: Mapping[str, Origin] | None = None,
) -> tuple[int, int]:  # fmt: skip
    """Put parties (id to name) on a list, or on the person's list of this name, made where there is none.

    Who is on it already only gets a better origin. Returns the list's number and how many were not on it yet.
    Raises InputError for too many.
    """
    stamped = {
        party: replace(origin, found=now().date(), found_by=person) for party, origin in (origins or {}).items()
    }
    if bad := next((one for one in parties if not listing.plain(one)), None):
        raise InputError("argument_bad", name="party", value=bad[:60])
    with book.writing() as session:
        if number is None:
            own = select(PartyList).where(PartyList.owner == person, PartyList.name == _name(name))
            found = session.scalar(own) or _make(session, person, name)
        else:
            found = _find(session, person, number)
        there = set(session.scalars(select(Entry.party_id).where(Entry.list_id == found.id)))
        fresh = [one for one in parties if one not in there]
        if len(there) + len(fresh) > MOST:
            raise InputError("list_full", name=found.name, most=MOST)
        session.add_all(
            Entry(list_id=found.id, party_id=one, name=parties[one], note=notes.get(one, "")[:LONGEST_NOTE],
                  added_by=person, origin=_kept(stamped.get(one)))
            for one in fresh
        )  # fmt: skip
        for one in there & stamped.keys() & parties.keys():
            entry = session.get_one(Entry, (found.id, one))
            entry.origin = _kept(listing.better(_origin(entry), stamped[one]))
        found.changed = now()
        return found.id, len(fresh)


def remove(book: Workbook, person: str, number: int, parties: Iterable[str]) -> int:
    """Take parties off a list; returns how many were on it."""
    with book.writing() as session:
        _find(session, person, number).changed = now()
        return _each(session, number, parties, session.delete)


def mark(book: Workbook, person: str, number: int, parties: Iterable[str], *, excluded: bool) -> int:
    """Strike parties off, so that they stay on the list as settled, or take them back; returns how many."""
    with book.writing() as session:
        _find(session, person, number).changed = now()
        return _each(session, number, parties, lambda entry: setattr(entry, "excluded", excluded))


def note(book: Workbook, person: str, number: int, party: str, text: str) -> None:
    """Raises UnknownParty where the party is not on the list."""
    with book.writing() as session:
        _find(session, person, number).changed = now()
        entry = session.get(Entry, (number, party))
        if entry is None:
            raise UnknownParty("list_member_unknown", party=party)
        entry.note = text.strip()[:LONGEST_NOTE]


def merge(book: Workbook, person: str, number: int, other: int) -> int:
    """Put all of another list on this one, which stays as it is; returns how many came.

    Who is on both stays as it is here, with the better of both origins, and the other's note where it has none.
    """
    with book.writing() as session:
        found = _find(session, person, number)
        _find(session, person, other)
        there = {entry.party_id: entry for entry in session.scalars(select(Entry).where(Entry.list_id == number))}
        theirs = session.scalars(select(Entry).where(Entry.list_id == other)).all()
        fresh = [entry for entry in theirs if entry.party_id not in there]
        if len(there) + len(fresh) > MOST:
            raise InputError("list_full", name=found.name, most=MOST)
        for entry in theirs:
            if mine := there.get(entry.party_id):
                mine.note = mine.note or entry.note
                mine.origin = _kept(listing.better(_origin(mine), _origin(entry)))
        session.add_all(
            Entry(list_id=number, party_id=e.party_id, name=e.name, note=e.note, excluded=e.excluded,
                  added_by=person, origin=e.origin)
            for e in fresh
        )  # fmt: skip
        found.changed = now()
        return len(fresh)


def rename(book: Workbook, person: str, number: int, name: str) -> None:
    """Raises InputError where the owner has another list of this name."""
    with book.writing() as session:
        found, name = _owned(session, person, number), _name(name)
        if name != found.name:
            _free(session, person, name)
            found.name, found.changed = name, now()


def drop(book: Workbook, person: str, number: int) -> None:
    """Delete one's own list; let go of one that was handed over."""
    with book.writing() as session:
        found = _find(session, person, number)
        if found.owner == person:
            session.delete(found)
        else:
            session.execute(delete(Hand).where(Hand.list_id == number, Hand.user == person))


def hand(book: Workbook, person: str, number: int, colleague: str) -> None:
    """Let a colleague work on the list too; raises InputError for one who is no user."""
    with book.writing() as session:
        found = _owned(session, person, number)
        if session.get(User, colleague) is None or colleague == person:
            raise InputError("user_unknown", name=colleague)
        if session.get(Hand, (number, colleague)) is None:
            session.add(Hand(list_id=number, user=colleague))
            found.changed = now()


def take_back(book: Workbook, person: str, number: int, colleague: str) -> None:
    with book.writing() as session:
        _owned(session, person, number)
        session.execute(delete(Hand).where(Hand.list_id == number, Hand.user == colleague))


def _visible(person: str) -> ColumnElement[bool]:
    return or_(PartyList.owner == person, PartyList.id.in_(select(Hand.list_id).where(Hand.user == person)))


def _find(session: Session, person: str, number: int) -> PartyList:
    wanted = select(PartyList).where(PartyList.id == number, _visible(person))
    found = session.scalar(wanted) if abs(number) < 2**31 else None
    if found is None:
        raise UnknownParty("list_unknown", number=number)
    return found


def _owned(session: Session, person: str, number: int) -> PartyList:
    found = _find(session, person, number)
    if found.owner != person:
        raise InputError("list_foreign", name=found.name, owner=found.owner)
    return found


def _name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= NAME or not name.isprintable():
        raise InputError("list_name", most=NAME)
    return name


def _free(session: Session, person: str, name: str) -> None:
    if session.scalar(select(PartyList.id).where(PartyList.owner == person, PartyList.name == name)) is not None:
        raise InputError("list_taken", name=name)


def _make(session: Session, person: str, name: str) -> PartyList:
    name = _name(name)
    _free(session, person, name)
    fresh = PartyList(owner=person, name=name)
    session.add(fresh)
    session.flush()
    return fresh


def _each(session: Session, number: int, parties: Iterable[str], do: Callable[[Entry], None]) -> int:
    found = [entry for party in dict.fromkeys(parties) if (entry := session.get(Entry, (number, party)))]
    for entry in found:
        do(entry)
    return len(found)


def _origin(entry: Entry) -> Origin | None:
    return None if entry.origin is None else ORIGIN.validate_python(entry.origin)


def _kept(origin: Origin | None) -> dict[str, Any] | None:
    """The origin as the workbook holds it; a comparison with what stands there tells whether it changes."""
    kept: dict[str, Any] | None = None if origin is None else ORIGIN.dump_python(origin, mode="json")
    return kept


def _counts(session: Session, numbers: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Of each list, how many are on it and how many of them were struck off."""
    rows = session.execute(
        select(Entry.list_id, func.count(), func.sum(case((Entry.excluded, 1), else_=0)))
        .where(Entry.list_id.in_(list(numbers)))
        .group_by(Entry.list_id)
    )
    return {number: (members, int(struck)) for number, members, struck in rows}


def _summary(found: PartyList, person: str, counts: Mapping[int, tuple[int, int]]) -> Summary:
    hands = tuple(sorted(hand.user for hand in found.hands))
    members, struck = counts.get(found.id, (0, 0))
    return Summary(found.id, found.name, found.owner, found.owner == person, hands, members, struck, found.changed)
