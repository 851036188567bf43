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
    whole = {**facts, "rows": written.rows, "sha256": written.sha256}
    text = json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True, default=_iso)
    with replacing(place) as stream:
        stream.write(f"{text}\n".encode())
    return place


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a manifest cannot hold {value!r}")
