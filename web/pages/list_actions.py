"""What a person does with lists: each a form that is posted, and leads back to a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from flask import current_app, flash, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from explorer import listing
from explorer.errors import ExplorerError, InputError
from explorer.origins import Origins
from web.arguments import parse
from web.page import Action, Asked, Page
from web.workbook import lists
from web.workbook.tables import NAME

FEW = 5


@dataclass(frozen=True)
class Add:
    """`party` are ticked rows; on the list of that number, else on the own one of that name."""

    party: tuple[str, ...] = ()
    list: int | None = None
    name: str = ""
    next: str = ""


@dataclass(frozen=True)
class Make:
    name: str = ""


@dataclass(frozen=True)
class Import:
    """A file of ids, for the list of that number, else for a new one of that name, else of the file's."""

    list: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Ticked:
    list: int
    party: tuple[str, ...] = ()
    next: str = ""


@dataclass(frozen=True)
class Note:
    list: int
    party: str
    note: str = ""
    next: str = ""


@dataclass(frozen=True)
class Merge:
    list: int
    other: int


@dataclass(frozen=True)
class Rename:
    list: int
    name: str = ""


@dataclass(frozen=True)
class Drop:
    list: int


@dataclass(frozen=True)
class Colleague:
    list: int
    user: str = ""


def add(asked: Asked, given: Add) -> str:
    if not given.party:
        flash(asked.say("web_lists.none_ticked"))
        return given.next or url_for("lists")
    names = listing.names_of(asked.explorer.view(), list(dict.fromkeys(given.party)))
    name = given.name or asked.say("web_lists.default_name", day=date.today().isoformat())
    origins = _origins(asked, given.next, list(names))
    number, fresh = lists.add(asked.workbook, asked.person.name, given.list, name, names, {}, origins)
    said = lists.one(asked.workbook, asked.person.name, number)
    told = asked.say("web_lists.added", name=said.name, count=fresh, already=len(names) - fresh)
    flash(told, _page(number))  # the message leads on to the list
    return given.next or _page(number)


def _origins(asked: Asked, address: str, ticked: Sequence[str]) -> Origins:
    """How the ticked parties stand on the page they were ticked on: it is asked anew, a form could say anything.

    Empty where the page says nothing of that, or cannot be made any more; nobody is to lose a tick over it.
    """
    parts = urlsplit(address)
    try:
        name, path = current_app.url_map.bind("").match(parts.path)
        page: Page[object] | None = current_app.extensions["pages"].get(name)
        if page is None or page.origins is None:
            return {}
        return page.origins(asked, parse(page.arguments, path, MultiDict(parse_qsl(parts.query))), ticked)
    except (HTTPException, ExplorerError):
        return {}


def make(asked: Asked, given: Make) -> str:
    return _page(lists.make(asked.workbook, asked.person.name, given.name))


def take_in(asked: Asked, given: Import) -> str:
    """Ids that the load does not know are kept on the list, counted and shown."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InputError("list_file", file="-", reason=asked.say("web_lists.no_file"))
    read = listing.read(file.read(), file.filename)
    names = listing.names_of(asked.explorer.view(), [one.party_id for one in read])
    name = given.name or file.filename.rpartition("/")[2].rpartition(".")[0][:NAME] or file.filename
    book, person = asked.workbook, asked.person.name
    number, fresh = lists.add(book, person, given.list, name, names, {one.party_id: one.note for one in read})
    lists.mark(book, person, number, [one.party_id for one in read if one.excluded], excluded=True)
    unknown = [party for party, known in names.items() if not known]
    flash(asked.say("web_lists.imported", count=len(read), added=fresh))
    if unknown:
        some = ", ".join(unknown[:FEW]) + (" …" if len(unknown) > FEW else "")
        flash(asked.say("web_lists.imported_unknown", count=len(unknown), some=some))
    return _page(number)


def remove(asked: Asked, given: Ticked) -> str:
    count = lists.remove(asked.workbook, asked.person.name, given.list, given.party)
    return _told(asked, "removed", given, count)


def exclude(asked: Asked, given: Ticked) -> str:
    count = lists.mark(asked.workbook, asked.person.name, given.list, given.party, excluded=True)
    return _told(asked, "struck", given, count)


def include(asked: Asked, given: Ticked) -> str:
    count = lists.mark(asked.workbook, asked.person.name, given.list, given.party, excluded=False)
    return _told(asked, "taken_back", given, count)


def note(asked: Asked, given: Note) -> str:
    lists.note(asked.workbook, asked.person.name, given.list, given.party, given.note)
    return given.next or _page(given.list)


def merge(asked: Asked, given: Merge) -> str:
    count = lists.merge(asked.workbook, asked.person.name, given.list, given.other)
    flash(asked.say("web_lists.merged", count=count))
    return _page(given.list)


def rename(asked: Asked, given: Rename) -> str:
    lists.rename(asked.workbook, asked.person.name, given.list, given.name)
    return _page(given.list)


def drop(asked: Asked, given: Drop) -> str:
    lists.drop(asked.workbook, asked.person.name, given.list)
    return url_for("lists")


def hand(asked: Asked, given: Colleague) -> str:
    lists.hand(asked.workbook, asked.person.name, given.list, given.user)
    flash(asked.say("web_lists.handed", name=given.user))
    return _page(given.list)


def take_back(asked: Asked, given: Colleague) -> str:
    lists.take_back(asked.workbook, asked.person.name, given.list, given.user)
    return _page(given.list)


def _told(asked: Asked, what: str, given: Ticked, count: int) -> str:
    flash(asked.say(f"web_lists.{what}", count=count) if given.party else asked.say("web_lists.none_ticked"))
    return given.next or _page(given.list)


def _page(number: int) -> str:
    return url_for("list", list=number)


LIST_ACTIONS = (
    Action("list_add", "/lists/add", Add, add),
    Action("list_make", "/lists/make", Make, make),
    Action("list_import", "/lists/import", Import, take_in),
    Action("list_remove", "/lists/<list>/remove", Ticked, remove),
    Action("list_exclude", "/lists/<list>/exclude", Ticked, exclude),
    Action("list_include", "/lists/<list>/include", Ticked, include),
    Action("list_note", "/lists/<list>/note", Note, note),
    Action("list_merge", "/lists/<list>/merge", Merge, merge),
    Action("list_rename", "/lists/<list>/rename", Rename, rename),
    Action("list_delete", "/lists/<list>/delete", Drop, drop),
    Action("list_hand", "/lists/<list>/hand", Colleague, hand),
    Action("list_take_back", "/lists/<list>/take-back", Colleague, take_back),
)
