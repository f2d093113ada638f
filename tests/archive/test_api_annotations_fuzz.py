"""Whatever is sent as an annotation is taken or refused, and what is taken can be published and sent back."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from catalogue import picture, save
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.models import Scope
from archive.services import tokens
from archive.services.drafts import Draft
from iiif.presentation import gate

Json = dict[str, Any]

BASE = "https://archive.example"
CANVAS = f"{BASE}/iiif/canvas/book-1"
CONTAINER = f"{BASE}/iiif/annotation/book-1/"

_words = st.sampled_from(
    [
        "Annotation", "TextualBody", "SpecificResource", "Choice", "SvgSelector", "Image", "text/html", "en",
        "commenting", "tagging", "<b>a</b>", "<svg/>", "a < b", "/iiif/canvas/book-1", "https://example.org/1",
        "javascript:a", "2026-01-01T00:00:00Z", CANVAS, f"{CANVAS}#xywh=1,1,1,1", "",
    ]
)  # fmt: skip
_names = st.sampled_from(
    [
        "id", "type", "value", "source", "selector", "items", "format", "language", "purpose", "asset",
        "creator", "label", "target", "body", "service", "width",
    ]
)  # fmt: skip
_values = st.recursive(
    _words | st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(_names, below, max_size=4),
    max_leaves=8,
)
_members = st.sampled_from(
    [
        "@context", "id", "motivation", "body", "bodyValue", "creator", "created", "via", "label", "summary",
        "metadata", "rights", "seeAlso", "items", "behavior", "navDate", "partOf", "textGranularity",
    ]
)  # fmt: skip
_bodies = st.fixed_dictionaries(
    {"type": st.just("TextualBody"), "value": st.text(max_size=9) | _words},
    optional={"format": st.sampled_from(["text/html", "text/plain"]), "language": st.just("en")},
)
_sound = st.fixed_dictionaries(
    {
        "type": st.just("Annotation"),
        "body": _bodies | st.lists(_bodies, max_size=2) | st.just("https://example.org/1"),
        "target": st.sampled_from([CANVAS, f"{CANVAS}#xywh=1,1,1,1", {"source": CANVAS}]),
    },
    optional={
        "motivation": st.sampled_from(["commenting", ["tagging", "linking"]]),
        "creator": st.just({"name": "A"}),
    },
)
_annotations = st.builds(dict.__or__, _sound, st.dictionaries(_members, _values, max_size=2))


@pytest.fixture
def keeper(app: Flask) -> FlaskClient:
    """A client with a token that writes, and a page to write on."""
    save(app.extensions["mogao"], Draft("book"), picture("p1"))
    return app.test_client()


@pytest.fixture
def bearer(app: Flask) -> dict[str, str]:
    """The header of a token that writes."""
    with app.extensions["mogao"].sessions.begin() as session:
        return {"Authorization": f"Bearer {tokens.mint(session, 'fuzz', Scope.WRITE)}"}


def test_whatever_is_sent_is_taken_or_refused(keeper: FlaskClient, bearer: dict[str, str]) -> None:
    @settings(max_examples=100, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(_annotations)
    def check(sent: Json) -> None:
        made = keeper.post(CONTAINER, json=sent, headers=bearer)
        assert made.status_code in {201, 400}, made.get_data(as_text=True)
        if made.status_code == 400:
            return
        shown = keeper.get(made.location)
        assert shown.status_code == 200
        gate.check(shown.get_json())
        tag = {"If-Match": made.headers["ETag"], **bearer}
        again = keeper.put(made.location, json=made.get_json(), headers=tag)
        assert (again.status_code, again.get_json()) == (200, made.get_json())

    check()
    assert keeper.get("/iiif/2/annotations/book-1/contributed").status_code in {200, 404}


def test_writers_at_the_same_time_all_find_room(
    app: Flask, keeper: FlaskClient, bearer: dict[str, str]
) -> None:
    note = {"type": "Annotation", "body": {"type": "TextualBody", "value": "A"}, "target": CANVAS}

    def write(_: int) -> str:
        made = app.test_client().post(CONTAINER, json=note, headers={"Slug": "same", **bearer})
        assert made.status_code == 201
        return made.location

    with ThreadPoolExecutor(8) as writers:
        made = set(writers.map(write, range(16)))
    assert len(made) == 16
    assert {one["id"] for one in keeper.get(CONTAINER).get_json()["first"]["items"]} == made
    page = keeper.get("/iiif/annotations/book-1/contributed")
    assert {one["id"] for one in page.get_json()["items"]} == made
