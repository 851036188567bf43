"""The OpenAPI description of the JSON twins, from the pages' dataclasses and the registry of settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from explorer import __version__
from explorer.settings import SETTING
from explorer.texts import say
from web.arguments import adapter
from web.page import Page

SHARED = {
    "lang": {"type": "string", "enum": ["zh", "en"]},
    "names": {"type": "string", "enum": ["hidden"]},
    "amounts": {"type": "string", "enum": ["hidden"]},
}
"""Arguments that every page has."""
ERROR = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {"code": {"type": "string"}, "text": {"type": "string"}},
            "required": ["code", "text"],
        }
    },
    "required": ["error"],
}
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


def describe(pages: Iterable[Page[Any]]) -> dict[str, Any]:
    """OpenAPI 3.1 of all pages."""
    pages = tuple(pages)
    # All at once: where two pages call their parts alike, the names of their modules tell the schemas apart.
    made, whole = TypeAdapter.json_schemas(
        [(page.name, "serialization", adapter(page.context)) for page in pages],
        ref_template="#/components/schemas/{model}",
    )
    schemas: dict[str, Any] = {"Error": ERROR} | whole["$defs"]
    paths = {}
    for page in pages:
        schema = made[page.name, "serialization"]
        context = schemas[schema["$ref"].rpartition("/")[2]]
        if "#/components/schemas/Pager" in str(context):
            context["properties"]["next"] = {"type": ["string", "null"], "description": "address of the next page"}
        paths["/api" + PLACE.sub(r"{\1}", page.rule)] = {"get": _operation(page, schema)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "prospect explorer", "version": __version__},
        "paths": paths,
        "components": {"schemas": schemas},
    }


SAID = {"code": {"type": "string"}, "text": {"type": "string"}, "retry_after": {"type": "integer"}}
WAITING = {
    "description": "still being computed: ask again after retry_after seconds",
    "content": {"application/json": {"schema": {
        "type": "object", "required": ["waiting"],
        "properties": {"waiting": {"type": "object", "required": [*SAID], "properties": SAID}},
    }}},
}  # fmt: skip
FAILURES = ("400", "401", "404", "409", "503", "504", "507")


def _operation(page: Page[Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    wrong = {"$ref": "#/components/schemas/Error"}
    failed, answer = (
        {"description": what, "content": {"application/json": {"schema": of}}}
        for what, of in (("error", wrong), ("answer", schema))
    )
    return {
        "operationId": page.name,
        "summary": say(f"web_{page.name}.title", "en"),
        "parameters": _parameters(page),
        "responses": {"200": answer, "202": WAITING, **dict.fromkeys(FAILURES, failed)},
    }


def _parameters(page: Page[Any]) -> list[dict[str, Any]]:
    places = PLACE.findall(page.rule)
    arguments: Any = page.arguments
    schema = adapter(arguments).json_schema()
    own = [
        {"name": name, "in": "path" if name in places else "query", "required": name in places,
         "schema": _inlined((_setting(name) if one.get("default") is None else None) or one, schema)}
        for name, one in schema.get("properties", {}).items()
    ]  # fmt: skip
    shared = [{"name": name, "in": "query", "schema": one} for name, one in SHARED.items()]
    return own + shared


def _setting(name: str) -> dict[str, Any] | None:
    """The schema of an argument that is a setting, with its bounds and default."""
    setting = SETTING.get(name)
    if setting is None:
        return None
    kind = {str: "string", int: "integer", float: "number"}[type(setting.default)]
    found: dict[str, Any] = {"type": kind, "default": setting.default, "description": say(f"settings.{name}", "en")}
    if kind == "string":
        return found | ({"enum": list(setting.bounds)} if setting.bounds else {})
    return found | ({"minimum": setting.bounds[0], "maximum": setting.bounds[1]} if setting.bounds else {})


def _inlined(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = root["$defs"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema
