"""Who may sign in: names and hashed passwords, tries that failed, and sessions."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import delete, exists, func, select, update
from werkzeug.security import check_password_hash, generate_password_hash

from explorer.errors import InputError
from web.workbook import Workbook
from web.workbook.tables import NAME, Failure, Hand, PartyList, SavedQuery, SignedIn, User, now

SHORTEST = 10
LONGEST = 1000
TRIES = 5
WINDOW = timedelta(minutes=15)
SEEN = timedelta(minutes=1)
"""A session notes its last use this often."""


@dataclass(frozen=True)
class Known:
    """A user, without the password."""

    name: str
    manager_id: str | None
    added: datetime


@dataclass(frozen=True)
class Lifetime:
    """How long a session lives: after the sign-in, and after its last use."""

    most: timedelta
    idle: timedelta


def add(book: Workbook, name: str, password: str, manager_id: str | None) -> None:
    """Raises InputError for a name that is taken or none, and for a password that is too short."""
    name = _name(name)
    hashed = _hashed(password)
    with book.writing() as session:
        if session.get(User, name):
            raise InputError("user_taken", name=name)
        if not session.scalar(select(exists().where(User.name.is_not(None)))):
            # What was made before anybody had a name would be nobody's.
            for kind in (PartyList, SavedQuery):
                session.execute(update(kind).where(kind.owner == "").values(owner=name))
        session.add(User(name=name, password=hashed, manager_id=manager_id))


def everyone(book: Workbook) -> list[Known]:
    """All users by name."""
    with book.reading() as session:
        return [
            Known(user.name, user.manager_id, user.added)
            for user in session.scalars(select(User).order_by(User.name))
        ]


def some(book: Workbook) -> bool:
    """Whether there is any user, so that people have to sign in."""
    with book.reading() as session:
        return bool(session.scalar(select(exists().where(User.name.is_not(None)))))


def manager_of(book: Workbook, name: str) -> str | None:
    with book.reading() as session:
        return session.scalar(select(User.manager_id).where(User.name == name))


def change(book: Workbook, name: str, password: str) -> None:
    """Another password; whoever is signed in with the old one is so no more. Raises InputError."""
    hashed = _hashed(password)
    with book.writing() as session:
        user = session.get(User, name)
        if user is None:
            raise InputError("user_unknown", name=name)
        user.password = hashed
        session.execute(delete(SignedIn).where(SignedIn.user == name))


def remove(book: Workbook, name: str) -> tuple[int, int]:
    """Take a user away with lists and saved queries; returns how many of both. Raises InputError."""
    with book.writing() as session:
        user = session.get(User, name)
        if user is None:
            raise InputError("user_unknown", name=name)
        session.execute(delete(SignedIn).where(SignedIn.user == name))
        session.execute(delete(Hand).where(Hand.user == name))
        counts = [
            session.scalar(select(func.count()).select_from(one).where(one.owner == name)) or 0
            for one in (PartyList, SavedQuery)
        ]
        session.execute(delete(PartyList).where(PartyList.owner == name))
        session.execute(delete(SavedQuery).where(SavedQuery.owner == name))
        session.delete(user)
    return counts[0], counts[1]


def blocked(book: Workbook, name: str, address: str) -> timedelta | None:
    """Note a try, before it is known how it ends; how long to wait where there were too many."""
    who = _who(name, address)
    with book.writing() as session:
        session.execute(delete(Failure).where(Failure.at < now() - WINDOW))
        waits = []
        for one in who:
            tries = session.scalars(select(Failure.at).where(Failure.who == one).order_by(Failure.at.desc())).all()
            if len(tries) >= TRIES:
                waits.append(tries[TRIES - 1] + WINDOW - now())
        if not waits:
            session.add_all([Failure(who=one) for one in who])
    return max(waits, default=None)


def fits(book: Workbook, name: str, password: str) -> bool:
    """Whether this is the user's password; it takes as long for a user that does not exist."""
    with book.reading() as session:
        found = session.scalar(select(User.password).where(User.name == name))
    return check_password_hash(found or _nobody(), password) and found is not None


def enter(book: Workbook, name: str, address: str, lifetime: Lifetime) -> str:
    """Begin a session and forget the user's failures, of the address's only this try; returns the session's token."""
    token = secrets.token_urlsafe(32)
    user, place = _who(name, address)
    with book.writing() as session:
        session.execute(delete(Failure).where(Failure.who == user))
        if this := session.scalar(select(Failure).where(Failure.who == place).order_by(Failure.at.desc())):
            session.delete(this)
        session.execute(delete(SignedIn).where(SignedIn.since < now() - lifetime.most))
        session.add(SignedIn(token=_digest(token), user=name))
    return token


def signed_in(book: Workbook, token: str, lifetime: Lifetime) -> Known | None:
    """Whose session this is, if it still lives."""
    with book.reading() as session:
        found = session.get(SignedIn, _digest(token))
        if found is None or found.since < now() - lifetime.most or found.seen < now() - lifetime.idle:
            return None
        user, stale = session.get_one(User, found.user), found.seen < now() - SEEN
        known = Known(user.name, user.manager_id, user.added)
    if stale:
        with book.writing() as session:
            if again := session.get(SignedIn, _digest(token)):
                again.seen = now()
    return known


def leave(book: Workbook, token: str) -> None:
    with book.writing() as session:
        session.execute(delete(SignedIn).where(SignedIn.token == _digest(token)))


def _who(name: str, address: str) -> list[str]:
    return [f"user:{name[:NAME]}", f"address:{address[:NAME]}"]


def _name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= NAME or not name.isprintable():
        raise InputError("user_name", most=NAME)
    return name


def _hashed(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError("password_short", least=SHORTEST, most=LONGEST)
    return generate_password_hash(password)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _nobody() -> str:
    """The hash of a password that nobody has."""
    return generate_password_hash(secrets.token_hex(16))
