"""What a page is: an address, arguments, a dataclass that is its template's context and its JSON twin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from explorer.errors import ExplorerError
from explorer.service import Explorer
from explorer.texts import say
from web.workbook import Workbook

if TYPE_CHECKING:
    from explorer.formats import Table
    from explorer.origins import Origins

Arguments = TypeVar("Arguments")


class Elsewhere(Exception):
    """Raised by a page whose answer another page gives, with that page's arguments."""

    def __init__(self, page: str, **arguments: str) -> None:
        super().__init__(page)
        self.page = page
        self.arguments = arguments


@dataclass(frozen=True)
class Person:
    """Who asks. Without sign-in there is one nameless local person."""

    name: str = ""
    manager_id: str | None = None


@dataclass(frozen=True)
class Asked:
    """What a page may use besides its own arguments."""

    explorer: Explorer
    lang: str
    person: Person = field(default_factory=Person)
    workbook: Workbook = field(default_factory=Workbook.passing)

    def say(self, key: str, **values: Any) -> str:
        return say(key, self.lang, **values)

    def names(self, label: str) -> Mapping[str, str]:
        """Names of industries, products, groups or managers by their codes."""
        return self.explorer.names(label)


@dataclass(frozen=True)
class Download:
    """A table to take away: all rows of the page's answer, never the visible page alone."""

    table: Table
    name: str
    """of the file, without its ending"""


@dataclass(frozen=True)
class File:
    """A file made of a page: its bytes, their type, and its name without its ending."""

    content: bytes
    mimetype: str
    name: str


@dataclass(frozen=True)
class Page(Generic[Arguments]):
    """One page. `make` gives the context of the template `<name>.html`; its twin is the same as JSON under /api.

    Its title is the text `web_<name>.title`. `menu` names the entry of the main menu that it belongs to.
    `rows` gives what `<rule>/rows.<format>` exports. `files` are further files at `<rule>/<name>`, made of the page's
    context after its names and amounts were hidden, so that they cannot show more than the page. `failed` makes the
    page all the same where `make` raised an error, with the error's status; without it the page is the error's own.
    `origins` tells of ticked parties how they stand in the page's answer, for the list they go on.
    """

    name: str
    rule: str
    arguments: type[Arguments]
    context: type
    make: Callable[[Asked, Arguments], Any]
    menu: str = ""
    rows: Callable[[Asked, Arguments], Download] | None = None
    template: bool = True
    """whether there is a page for people; else there is the twin alone"""
    files: Mapping[str, Callable[[Asked, Any], File]] = field(default_factory=dict)
    failed: Callable[[Asked, Arguments, ExplorerError], Any] | None = None
    origins: Callable[[Asked, Arguments, Sequence[str]], Origins] | None = None


@dataclass(frozen=True)
class Action(Generic[Arguments]):
    """A form that changes something of the person's own (lists, saved queries, sign-in); `do` says where to go on."""

    name: str
    rule: str
    arguments: type[Arguments]
    do: Callable[[Asked, Arguments], str]
