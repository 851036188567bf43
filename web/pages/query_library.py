"""The library beside the editor: queries by what they are about, and the person's saved ones."""

from __future__ import annotations

from dataclasses import dataclass

from graph.stores import library
from graph.stores.guard.tokens import Dialect
from web.page import Asked
from web.workbook import queries

GROUPS = {
    "chain": (
        "neighbours", "paths", "suppliers_of_suppliers", "distributors_and_terminals", "shared_suppliers",
        "single_buyer_suppliers", "parties_on_several_cores", "cores_by_unwon", "customers_among_ours",
        "growing_links", "quiet_links",
    ),
    "people": (
        "referral_tree", "referrers_by_conversions", "guarantee_chains", "guarantee_circles", "ownership_families",
        "ownership_family", "group_prospects", "groups_by_penetration", "grid_prospects", "grids_by_coverage",
    ),
    "goods": (
        "product_chain", "products_with_makers", "makers_of_product", "product_signals_downstream",
        "party_signals_downstream", "loans_due",
    ),
    "quality": ("contradictory_roles", "data_freshness", "isolated_parties"),
}  # fmt: skip
"""What is in none of them stands under `other`."""


@dataclass(frozen=True)
class Entry:
    """A query to choose; `key` is what its address ends in."""

    key: str
    title: str
    sub: str


@dataclass(frozen=True)
class Group:
    name: str
    entries: tuple[Entry, ...]


def groups(asked: Asked, dialect: Dialect) -> tuple[Group, ...]:
    """All groups that have entries; the person's own first."""
    own = tuple(
        Entry(
            key_of(one.id),
            one.name,
            f"{one.owner} · {one.changed.date()}" if not one.mine else str(one.changed.date()),
        )
        for one in queries.saved(asked.workbook, asked.person.name)
    )
    grouped = {name for names in GROUPS.values() for name in names}
    other = tuple(name for name in library.names() if name not in grouped)
    listed = [
        Group(group, tuple(_entry(asked, name, dialect) for name in names))
        for group, names in {**GROUPS, "other": other}.items()
    ]
    return tuple(group for group in (Group("mine", own), *listed) if group.entries)


def key_of(number: int) -> str:
    """The name of a saved query in addresses: none of the library has a hyphen."""
    return f"saved-{number}"


def number_of(key: str) -> int | None:
    """The number of a saved query by its name in addresses."""
    prefix, _, digits = key.partition("-")
    return int(digits) if prefix == "saved" and digits.isascii() and digits.isdigit() and len(digits) < 12 else None


def _entry(asked: Asked, name: str, dialect: Dialect) -> Entry:
    return Entry(name, library.query(name, dialect).title[asked.lang], name)
