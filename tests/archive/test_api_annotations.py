"""Annotations written by other programs. Spec: Web Annotation Protocol."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from catalogue import picture, save
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from archive.context import Context
from archive.models import Activity, Revision, Scope
from archive.services import tokens
from archive.services.drafts import Draft

Json = dict[str, Any]

BASE = "https://archive.example"
CONTAINER = "/iiif/annotation/book-1/"
CANVAS = f"{BASE}/iiif/canvas/book-1"
WEB = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
NOTE: Json = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    "type": "Annotation",
    "motivation": "commenting",
    "body": {"type": "TextualBody", "value": "A seal.", "language": "en"},
    "target": f"{CANVAS}#xywh=1,2,3,4",
}


@pytest.fixture
def keeper(app: Flask) -> FlaskClient:
    """A client with a token that writes, and a book of two pages."""
    save(_context(app), Draft("book", label={"en": ["A book"]}), picture("p1"), picture("p2"))
    return _bearer(app, "keeper")


def test_an_annotation_is_created_and_read_at_its_id(keeper: FlaskClient) -> None:
    made = keeper.post(CONTAINER, json=NOTE)
    assert (made.status_code, made.mimetype) == (201, "application/ld+json")
    told = made.get_json()
    assert made.location == told["id"] == f"{BASE}/iiif/annotation/book-1/3"
    assert told == {**NOTE, "id": told["id"], "created": told["created"]}
    assert made.headers["ETag"]
    again = _get(keeper, told["id"])
    assert (again.status_code, again.get_json()) == (200, told)
    assert again.headers["ETag"] == made.headers["ETag"]
    assert 'profile="http://www.w3.org/ns/anno.jsonld"' in again.headers["Content-Type"]


def test_it_stands_in_presentation_at_the_next_request(keeper: FlaskClient) -> None:
    before = keeper.get("/iiif/manifest/book")
    id_ = keeper.post(CONTAINER, json=NOTE).get_json()["id"]
    manifest = keeper.get("/iiif/manifest/book", headers={"If-None-Match": before.headers["ETag"]})
    named = manifest.get_json()["items"][0]["annotations"]
    assert named == [{"id": f"{BASE}/iiif/annotations/book-1/contributed", "type": "AnnotationPage"}]
    page = keeper.get(named[0]["id"])
    assert [one["id"] for one in page.get_json()["items"]] == [id_]
    keeper.post(CONTAINER, json=NOTE)
    grown = keeper.get(named[0]["id"], headers={"If-None-Match": page.headers["ETag"]})
    assert len(grown.get_json()["items"]) == 2
    one = keeper.get(id_).get_json()
    assert one["@context"] == "http://iiif.io/api/presentation/3/context.json"
    assert one["body"] == NOTE["body"]


def test_it_stands_in_presentation_2_too(keeper: FlaskClient) -> None:
    keeper.post(CONTAINER, json=NOTE, headers={"Slug": "seal"})
    told = keeper.get("/iiif/2/annotation/book-1/seal").get_json()
    assert told["@type"] == "oa:Annotation"
    listed = keeper.get("/iiif/2/canvas/book-1").get_json()["otherContent"]
    assert listed[0]["@id"].endswith("/annotations/book-1/contributed")


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("seal", "seal"),
        ('"my_first_annotation"', "my_first_annotation"),
        ("%C3%A9tude%20un", "etude-un"),
        ("../../etc", "etc"),
        ("7", "3"),
        ("漢", "3"),
        ("", "3"),
    ],
)
def test_a_slug_names_the_annotation(keeper: FlaskClient, slug: str, name: str) -> None:
    made = keeper.post(CONTAINER, json=NOTE, headers={"Slug": slug})
    assert made.location == f"{BASE}{CONTAINER}{name}"


def test_a_name_that_is_taken_is_not_given_again(keeper: FlaskClient) -> None:
    first, second = (keeper.post(CONTAINER, json=NOTE, headers={"Slug": "seal"}) for _ in range(2))
    assert (first.location, second.location) == (f"{BASE}{CONTAINER}seal", f"{BASE}{CONTAINER}3")
    other = keeper.post("/iiif/annotation/book-2/", json=_about("book-2"), headers={"Slug": "seal"})
    assert other.location == f"{BASE}/iiif/annotation/book-2/seal"


def test_an_annotation_is_replaced(keeper: FlaskClient) -> None:
    made = keeper.post(CONTAINER, json={**NOTE, "creator": "https://example.org/li"})
    said = {**made.get_json(), "body": {"type": "TextualBody", "value": "Two seals."}}
    changed = _write(keeper, "PUT", made.location, said, made.headers["ETag"])
    assert changed.status_code == 200
    told = changed.get_json()
    assert told == {**said, "modified": told["modified"]}
    assert _get(keeper, made.location).get_json() == told
    assert changed.headers["ETag"] != made.headers["ETag"]


def test_another_writer_is_noticed(keeper: FlaskClient) -> None:
    made = keeper.post(CONTAINER, json=NOTE)
    said = {**made.get_json(), "body": {"type": "TextualBody", "value": "Two seals."}}
    _write(keeper, "PUT", made.location, said, made.headers["ETag"])
    assert _write(keeper, "PUT", made.location, said, made.headers["ETag"]).status_code == 412
    assert _write(keeper, "DELETE", made.location, None, made.headers["ETag"]).status_code == 412
    assert keeper.put(made.location, json=said).status_code == 428
    assert keeper.delete(made.location).status_code == 428


@pytest.mark.parametrize("accept", [WEB, "*/*", "application/json", "application/ld+json"])
def test_the_tag_of_any_form_is_a_condition(keeper: FlaskClient, accept: str) -> None:
    id_ = keeper.post(CONTAINER, json=NOTE).location
    seen = keeper.get(id_, headers={"Accept": accept})
    said = {**seen.get_json(), "motivation": "tagging"}
    assert _write(keeper, "PUT", id_, said, seen.headers["ETag"]).get_json()["motivation"] == "tagging"


def test_what_came_back_may_be_sent_back_and_changes_nothing(app: Flask, keeper: FlaskClient) -> None:
    made = keeper.post(
        CONTAINER,
        json={**NOTE, "body": {"type": "TextualBody", "value": "<b>A</b> <i>b</i>", "format": "text/html"}},
    )
    before = _counts(app)
    again = _write(keeper, "PUT", made.location, made.get_json(), made.headers["ETag"])
    assert (again.get_json(), again.headers["ETag"]) == (made.get_json(), made.headers["ETag"])
    assert _counts(app) == before


def test_an_annotation_is_removed_and_its_page_with_the_last(keeper: FlaskClient) -> None:
    first, second = (keeper.post(CONTAINER, json=NOTE) for _ in range(2))
    assert _write(keeper, "DELETE", first.location, None, first.headers["ETag"]).status_code == 204
    assert keeper.get(first.location).status_code == 404
    assert len(keeper.get("/iiif/annotations/book-1/contributed").get_json()["items"]) == 1
    assert _write(keeper, "DELETE", second.location, None, second.headers["ETag"]).status_code == 204
    assert keeper.get("/iiif/annotations/book-1/contributed").status_code == 404
    assert "annotations" not in keeper.get("/iiif/manifest/book").get_json()["items"][0]
    assert keeper.get(CONTAINER).get_json()["total"] == 0
    assert keeper.post(CONTAINER, json=NOTE).location not in {first.location, second.location}


def test_notes_are_no_edits_of_the_record(app: Flask, keeper: FlaskClient) -> None:
    start = _counts(app)
    keeper.post(CONTAINER, json=NOTE)
    assert _counts(app) == (start[0], start[1] + 1)
    for _ in range(3):
        made = keeper.post(CONTAINER, json=NOTE)
        _write(keeper, "DELETE", made.location, None, made.headers["ETag"])
    assert _counts(app) == (start[0], start[1] + 1)
    record = keeper.get("/api/records/book")
    assert record.get_json()["revision"] == 2
    changed = keeper.patch(
        "/api/records/book",
        json={"label": {"en": ["B"]}},
        headers={"If-Match": record.headers["ETag"], "Content-Type": "application/merge-patch+json"},
    )
    assert changed.get_json()["revision"] == 3
    assert keeper.get("/api/records/book?revision=1").get_json()["label"] == {"en": ["A book"]}
    assert keeper.get("/api/records/book?revision=2").get_json()["label"] == {"en": ["A book"]}


def test_writing_reads_neither_the_book_nor_the_other_notes(app: Flask, keeper: FlaskClient) -> None:
    save(_context(app), Draft("thick"), *[picture(f"t{number}") for number in range(60)])
    few = _queries(app, keeper, "book-1")
    for number in range(60):
        keeper.post("/iiif/annotation/thick-1/", json=_about("thick-1"), headers={"Slug": f"n{number}"})
    many = _queries(app, keeper, "thick-1")
    assert len(many) == len(few)
    assert sum("canvas.label" in one for one in many) == 0


def test_a_page_that_is_known_is_not_read_again(app: Flask, keeper: FlaskClient) -> None:
    keeper.post(CONTAINER, json=NOTE)
    path = "/iiif/annotations/book-1/contributed"
    tag = {"If-None-Match": keeper.get(path).headers["ETag"]}
    with _heard(app) as asked:
        assert keeper.get(path, headers=tag).status_code == 304
    assert not [one for one in asked if "annotation.body" in one]


def _queries(app: Flask, client: FlaskClient, canvas: str) -> list[str]:
    """The statements of writing another note on the canvas."""
    path = f"/iiif/annotation/{canvas}/"
    client.post(path, json=_about(canvas))
    with _heard(app) as asked:
        assert client.post(path, json=_about(canvas)).status_code == 201
    return asked


@contextmanager
def _heard(app: Flask) -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile."""
    asked: list[str] = []
    engine = _context(app).sessions.engine

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def _context(app: Flask) -> Context:
    context: Context = app.extensions["mogao"]
    return context


def _bearer(app: Flask, name: str, scope: Scope = Scope.WRITE, collection: str | None = None) -> FlaskClient:
    with _context(app).sessions.begin() as session:
        secret = tokens.mint(session, name, scope, collection=collection)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def _about(canvas: str) -> Json:
    return {**NOTE, "target": f"{BASE}/iiif/canvas/{canvas}"}


def _get(client: FlaskClient, address: str) -> TestResponse:
    return client.get(address, headers={"Accept": WEB})


def _write(client: FlaskClient, method: str, path: str, body: Json | None, tag: str) -> TestResponse:
    return client.open(path, method=method, json=body, headers={"If-Match": tag})


def _counts(app: Flask) -> tuple[int, ...]:
    with _context(app).sessions() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(one)) or 0 for one in (Revision, Activity)
        )
