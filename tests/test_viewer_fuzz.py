"""Whatever stands in an address: never a server error, and the JSON twin is what its description says."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from web.openapi import PLACE
from web.page import Page
from web.pages import PAGES

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def description(viewer: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/api/openapi.json", viewer)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_no_address_fails_the_server(
    page: Page[Any], mode: schemathesis.GenerationMode, viewer: Flask, description: Any
):
    operation = description["/api" + PLACE.sub(r"{\1}", page.rule)]["GET"]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def ask(case: Any) -> None:
        twin = case.call_and_validate(checks=CHECKS)
        if page.template:
            path = case.formatted_path.removeprefix("/api")
            # As it was sent: what has no form in an address is left out of it.
            shown = viewer.test_client().get(path, query_string=urlsplit(twin.request.url).query)
            assert (shown.status_code, shown.mimetype) == (twin.status_code, "text/html")

    ask()
