"""The API is what its description says: no answer that it does not know, and never a fault of its own."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as response_checks

from archive.models import Scope
from archive.services import tokens

CHECKS = [
    checks.not_a_server_error,
    response_checks.status_code_conformance,
    response_checks.content_type_conformance,
]


@pytest.fixture
def secret(app: Flask) -> str:
    """The secret of a token that writes."""
    with app.extensions["mogao"].sessions.begin() as session:
        return tokens.mint(session, "fuzz", Scope.WRITE)


@pytest.fixture
def described(app: Flask) -> schemathesis.BaseSchema:
    """The description, as the tests are made from it."""
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app)


def test_the_description_names_every_address(app: Flask) -> None:
    told = app.test_client().get("/api/openapi.json").get_json()
    assert told["openapi"] == "3.1.0"
    assert {"/api/records", "/api/records/{identifier}"} <= told["paths"].keys()
    assert told["components"]["schemas"]["Record"]["properties"]["viewingDirection"]["enum"]
    assert told["paths"]["/api/records"]["post"]["security"] == [{"token": []}]


def test_the_documentation_is_a_page(app: Flask) -> None:
    page = app.test_client().get("/api/docs")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "POST /api/records" in page.get_data(as_text=True)


@pytest.mark.slow
def test_whatever_is_sent_is_answered_as_described(described: schemathesis.BaseSchema, secret: str) -> None:
    for found in described.get_all_operations():
        operation: Any = found
        _try(operation.ok(), {"Authorization": f"Bearer {secret}"})


def _try(operation: Any, headers: dict[str, str]) -> None:  # Any: schemathesis' own, of the kind of its API.
    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy())
    def check(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    check()
