"""Versions of a work folder: each preparation writes into a folder of its own, and nothing that stands is touched.

    made-20261123T014502123456-1f3a/   begun at this moment (UTC): the datasets of `graph.spark.datasets`, and last of
                                       all facts.json, by which it is whole

The newest whole version is in force. Object stores have no rename, and none is needed: readers look for the last
small file. So a preparation that fails, or is killed, leaves the former version in force, and two do not meet.
"""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from explorer.errors import StoreError
from graph.spark import files
from graph.spark.datasets import Work

FACTS = "facts.json"
BEGUN = "made-%Y%m%dT%H%M%S%f"
KEPT = 2
"""Whole versions that stay: the one in force, and the one before, which somebody may be digging from."""
ABANDONED = timedelta(days=1)
"""Age from which a version without facts counts as left behind, not as being made."""


def begin(folder: Work) -> Work:
    """Name the version of a preparation that begins now."""
    return Work(folder.at(f"{datetime.now(UTC):{BEGUN}}-{secrets.token_hex(2)}"))


def finish(version: Work, found: dict[str, Any]) -> None:
    """Say that a version is whole, and what was found."""
    files.write(version.at(FACTS), json.dumps(found, ensure_ascii=False, sort_keys=True, default=str).encode())


def facts(version: Work) -> dict[str, Any]:
    """What was found when a version was made; nothing where it is not whole, or its facts are being written."""
    try:
        found: dict[str, Any] = json.loads(files.read(version.at(FACTS)))
    except (FileNotFoundError, ValueError):
        return {}
    return found


def newest(folder: Work) -> tuple[Work, dict[str, Any]]:
    """The version in force and what was found when it was made; raises StoreError where none is whole."""
    for version in _begun(folder):
        if found := facts(version):
            return version, found
    raise StoreError("spark_unfinished", folder=folder.uri)


def prune(folder: Work, own: Work) -> None:
    """Remove whole versions but the newest and `own`, and those that were begun a day ago and are not whole."""
    whole = 0
    for version in _begun(folder):
        ready = bool(facts(version))
        whole += ready
        late = whole > KEPT if ready else datetime.now(UTC) - _moment(version) > ABANDONED
        if late and version != own:
            with suppress(OSError):  # somebody else may be removing it; what is left is no version, or is next time's
                files.remove(version.at(FACTS))
                files.remove(version.uri)


def _begun(folder: Work) -> list[Work]:
    """All versions, the newest first."""
    return [Work(folder.at(name)) for name in sorted(files.folders(folder.uri), reverse=True) if _named(name)]


def _moment(version: Work) -> datetime:
    return datetime.strptime(version.uri.rpartition("/")[2].rpartition("-")[0], BEGUN).replace(tzinfo=UTC)


def _named(name: str) -> bool:
    try:
        _moment(Work(name))
    except ValueError:
        return False
    return True
