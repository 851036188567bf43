"""The tables of the workbook: what people keep in the viewer. A load never touches them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Dialect, ForeignKey, Index, String, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

SCHEMA = 2
"""Changes with the tables; a workbook of a later one is refused, an older one is brought up to it."""
STEPS: dict[int, tuple[str, ...]] = {
    2: ("ALTER TABLE list_members ADD COLUMN origin JSON",),
}
"""What makes the tables of each schema out of those before it."""
NAME = 200
"""Signs of a name, at most: of a user, a list, a query."""


def now() -> datetime:
    """This moment in UTC, without a zone: SQLite keeps none."""
    return datetime.now(UTC).replace(tzinfo=None)


class Words(TypeDecorator[str]):
    """Text of some length at most. Without the sign NUL, which PostgreSQL holds nowhere and no text needs."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return value and value.replace("\0", "")


class Base(DeclarativeBase):
    pass


class Key(Base):
    """One fact about the workbook itself: `schema`, its version, and `signing`, the secret of sessions."""

    __tablename__ = "keys"
    name: Mapped[str] = mapped_column(Words(20), primary_key=True)
    value: Mapped[str] = mapped_column(Words(200))


class User(Base):
    __tablename__ = "users"
    name: Mapped[str] = mapped_column(Words(NAME), primary_key=True)
    password: Mapped[str] = mapped_column(Words(300))
    """hashed"""
    manager_id: Mapped[str | None] = mapped_column(Words)
    added: Mapped[datetime] = mapped_column(default=now)


class SignedIn(Base):
    """A session: the cookie holds a token, the workbook only its hash."""

    __tablename__ = "sessions"
    token: Mapped[str] = mapped_column(Words(64), primary_key=True)
    user: Mapped[str] = mapped_column(Words(NAME), ForeignKey("users.name", ondelete="CASCADE"))
    since: Mapped[datetime] = mapped_column(default=now)
    seen: Mapped[datetime] = mapped_column(default=now)


class Failure(Base):
    """A try to sign in that has not succeeded; `who` is `user:…` or `address:…`."""

    __tablename__ = "failures"
    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(Words(NAME + 20))
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index("failures_who", "who", "at"),)


class PartyList(Base):
    """A list of parties. The owner "" is the person at this machine, where nobody signs in."""

    __tablename__ = "lists"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(Words(NAME))
    name: Mapped[str] = mapped_column(Words(NAME))
    created: Mapped[datetime] = mapped_column(default=now)
    changed: Mapped[datetime] = mapped_column(default=now)
    hands: Mapped[list[Hand]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    __table_args__ = (UniqueConstraint("owner", "name"),)


class Hand(Base):
    """A list handed to a colleague, who works on it beside its owner."""

    __tablename__ = "list_hands"
    list_id: Mapped[int] = mapped_column(ForeignKey("lists.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(Words(NAME), primary_key=True)


class Entry(Base):
    """A party on a list, with its name at that time: loads come and go, and it may vanish from them."""

    __tablename__ = "list_members"
    list_id: Mapped[int] = mapped_column(ForeignKey("lists.id", ondelete="CASCADE"), primary_key=True)
    party_id: Mapped[str] = mapped_column(Words, primary_key=True)
    name: Mapped[str] = mapped_column(Words, default="")
    added: Mapped[datetime] = mapped_column(default=now)
    added_by: Mapped[str] = mapped_column(Words(NAME), default="")
    note: Mapped[str] = mapped_column(Words, default="")
    excluded: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """an Origin, where the party was ticked in an answer that says how it was found"""


class SavedQuery(Base):
    """A statement with its parameters and their types; `shared` shows it to everybody."""

    __tablename__ = "saved_queries"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(Words(NAME))
    name: Mapped[str] = mapped_column(Words(NAME))
    statement: Mapped[str] = mapped_column(Words)
    parameters: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    types: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    shared: Mapped[bool] = mapped_column(default=False)
    changed: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("owner", "name"),)


class Stop(Base):
    """A running query that its person wants stopped; whichever process runs it looks here."""

    __tablename__ = "stops"
    token: Mapped[str] = mapped_column(Words(100), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
