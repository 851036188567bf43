"""The manifest beside an export: what was asked, of which load, and what came out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from explorer.formats.columns import Written
from explorer.formats.files import replacing


def write_manifest(path: Path, facts: Mapping[str, object], written: Written) -> Path:
    """Write `<path>.manifest.json` after the export `path` itself, and return where it stands.

    `facts` are parameters, as_of, load_id, cut, passed over…, of JSON's types or dates; rows and sha256 are added.
    The same facts give the same bytes: keys sorted, no clock, no path.
    """
    place = path.with_name(f"{path.name}.manifest.json")
    with replacing(place) as stream:
        stream.write(manifest_bytes(facts, written))
    return place


def manifest_bytes(facts: Mapping[str, object], written: Written) -> bytes:
    """The manifest as it is written."""
    whole = {**facts, "rows": written.rows, "sha256": written.sha256}
    text = json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True, default=_iso)
    return f"{text}\n".encode()


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a manifest cannot hold {value!r}")
