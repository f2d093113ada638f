"""The API is what its description says: no answer that it does not know, and never a fault of its own."""

import re
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import checks
from schemathesis.specs.openapi import checks as response_checks
from sqlalchemy import select

from archive import follower
from archive.ingest.texts import sent
from archive.models import Asset, Canvas, Collection, Range, Record, Scope
from archive.services import tokens

# Pieces of files are bytes like any others.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
# Texts in any form are text, most often none that can be read.
for media_type in {*sent.MEDIA_TYPES} - {"text/plain"}:
    schemathesis.serializer.alias(media_type, "text/plain")

CHECKS = [
    checks.not_a_server_error,
    response_checks.status_code_conformance,
    response_checks.content_type_conformance,
]


@pytest.fixture
def secret(own_museum: Flask) -> str:
    """The secret of a token that writes."""
    with own_museum.extensions["mogao"].sessions.begin() as session:
        return tokens.mint(session, "fuzz", Scope.WRITE)


@pytest.fixture
def described(own_museum: Flask) -> schemathesis.BaseSchema:
    """The description, as the tests are made from it, of an archive that can be searched."""
    follower.catch_up(own_museum.extensions["mogao"])
    return schemathesis.openapi.from_wsgi("/api/openapi.json", own_museum)


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
def test_whatever_is_sent_is_answered_as_described(
    described: schemathesis.BaseSchema, secret: str, own_museum: Flask
) -> None:
    there = _identifiers(own_museum)
    # What is removed is not there for the others.
    found: list[Any] = list(described.get_all_operations())
    for operation in sorted((one.ok() for one in found), key=_removes):
        _try(operation, there, own_museum.test_client(), {"Authorization": f"Bearer {secret}"})


def _removes(operation: Any) -> bool:
    return bool(operation.method.upper() == "DELETE")


def _identifiers(app: Flask) -> dict[str, list[str]]:
    """Identifiers of what is there, by the word before them in an address."""
    kinds: dict[str, Any] = {
        "records": Record, "canvases": Canvas, "ranges": Range, "collections": Collection, "assets": Asset,
        "annotation": Canvas,
    }  # fmt: skip
    with app.extensions["mogao"].sessions() as session:
        return {word: list(session.scalars(select(kind.identifier))) for word, kind in kinds.items()}


def _try(operation: Any, there: dict[str, list[str]], client: FlaskClient, headers: dict[str, str]) -> None:
    """Send whatever the description allows: to any address, and to those of what is there, as it is now."""
    word = re.search(r"(\w+)/\{identifier\}", operation.path)
    known = there.get(word[1], []) if word else []

    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(), st.one_of(st.none(), st.sampled_from(known)) if known else st.none())
    def check(case: Any, identifier: str | None) -> None:
        sent = dict(headers)
        if identifier is not None:
            case.path_parameters["identifier"] = identifier
            seen = client.get(case.formatted_path, headers=headers)
            if "ETag" in seen.headers and operation.method.upper() != "GET":
                sent["If-Match"] = seen.headers["ETag"]
        case.call_and_validate(headers=sent, checks=CHECKS)

    check()
