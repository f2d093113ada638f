"""Containers of annotations: how they are told, and what they take of whom. Spec: Annotation Protocol §4."""

from typing import Any

import pytest
from catalogue import picture, save
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.context import Context
from archive.models import Scope
from archive.services import records, tokens
from archive.services.creating import Picture
from archive.services.drafts import Draft, Note
from iiif.presentation import container

Json = dict[str, Any]

BASE = "https://archive.example"
CONTAINER = f"{BASE}/iiif/annotation/book-1/"
CANVAS = f"{BASE}/iiif/canvas/book-1"
NOTE: Json = {"type": "Annotation", "body": {"type": "TextualBody", "value": "A seal."}, "target": CANVAS}
NAMES = "http://www.w3.org/ns/oa#PreferContainedIRIs"
MINIMAL = "http://www.w3.org/ns/ldp#PreferMinimalContainer"


@pytest.fixture
def keeper(app: Flask) -> FlaskClient:
    """A client with a token that writes, and a book of two pages."""
    save(_context(app), Draft("book", label={"en": ["A book"]}), picture("p1"), picture("p2"))
    return _bearer(app, "keeper")


@pytest.fixture
def full(keeper: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The same, with five annotations, of which two stand on a page."""
    for name in ("NAMES", "DESCRIPTIONS"):
        monkeypatch.setattr(container, name, 2)
    for number in range(5):
        keeper.post(CONTAINER, json=NOTE, headers={"Slug": f"n{number}"})
    return keeper


def test_an_empty_container_has_no_page(keeper: FlaskClient) -> None:
    assert keeper.get(CONTAINER).get_json() == {
        "@context": ["http://www.w3.org/ns/anno.jsonld", "http://www.w3.org/ns/ldp.jsonld"],
        "id": f"{CONTAINER}?iris=0",
        "type": ["BasicContainer", "AnnotationCollection"],
        "label": "A book",
        "total": 0,
    }


def test_a_container_has_its_first_page_whole(full: FlaskClient) -> None:
    answer = full.get(CONTAINER)
    told = answer.get_json()
    assert answer.headers["Content-Location"] == told["id"] == f"{CONTAINER}?iris=0"
    assert (told["total"], told["last"]) == (5, f"{CONTAINER}?iris=0&page=2")
    first = told["first"]
    assert (first["id"], first["next"]) == (f"{CONTAINER}?iris=0&page=0", f"{CONTAINER}?iris=0&page=1")
    assert [one["id"] for one in first["items"]] == [f"{CONTAINER}n0", f"{CONTAINER}n1"]
    assert first["items"][0]["body"] == NOTE["body"]


def test_a_client_may_prefer_names(full: FlaskClient) -> None:
    told = _preferring(full, NAMES).get_json()
    assert told["id"] == f"{CONTAINER}?iris=1"
    assert told["first"]["items"] == [f"{CONTAINER}n0", f"{CONTAINER}n1"]


def test_a_client_may_prefer_no_annotations(full: FlaskClient) -> None:
    assert _preferring(full, MINIMAL).get_json()["first"] == f"{CONTAINER}?iris=0&page=0"
    assert _preferring(full, f"{NAMES} {MINIMAL}").get_json()["first"] == f"{CONTAINER}?iris=1&page=0"


@pytest.mark.parametrize("iris", [0, 1])
def test_the_pages_hold_every_annotation_in_order(full: FlaskClient, iris: int) -> None:
    address = f"{CONTAINER}?iris={iris}&page=0"
    found: list[str] = []
    while address:
        page = full.get(address).get_json()
        assert page["startIndex"] == len(found)
        assert (page["partOf"]["id"], page["partOf"]["total"]) == (f"{CONTAINER}?iris={iris}", 5)
        found += [one if iris else one["id"] for one in page["items"]]
        address = page.get("next", "")
    assert found == [f"{CONTAINER}n{number}" for number in range(5)]
    assert page["prev"] == f"{CONTAINER}?iris={iris}&page=1"
    assert full.get(f"{CONTAINER}?page=3").status_code == 404


def test_headers_say_what_a_container_is(keeper: FlaskClient) -> None:
    for answer in (keeper.get(CONTAINER), keeper.head(CONTAINER), keeper.options(CONTAINER)):
        assert answer.headers.getlist("Link") == [
            '<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"',
            '<http://www.w3.org/TR/annotation-protocol/>; rel="http://www.w3.org/ns/ldp#constrainedBy"',
        ]
        assert answer.headers["Accept-Post"] == container.MEDIA_TYPE
        assert set(answer.allow) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert {"Accept", "Prefer"} <= set(keeper.get(CONTAINER).vary)


def test_headers_say_what_an_annotation_is(keeper: FlaskClient) -> None:
    id_ = keeper.post(CONTAINER, json=NOTE).location
    for answer in (keeper.get(id_), keeper.head(id_), keeper.options(id_)):
        assert '<http://www.w3.org/ns/ldp#Resource>; rel="type"' in answer.headers.getlist("Link")
        assert set(answer.allow) == {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
    assert "Accept" in keeper.get(id_).vary


def test_a_container_is_asked_about_by_its_tag(full: FlaskClient) -> None:
    tag = full.get(CONTAINER).headers["ETag"]
    assert _preferring(full, NAMES).headers["ETag"] != tag
    assert full.get(CONTAINER, headers={"If-None-Match": tag}).status_code == 304
    full.post(CONTAINER, json=NOTE)
    assert full.get(CONTAINER, headers={"If-None-Match": tag}).status_code == 200


def test_documents_name_the_container(keeper: FlaskClient) -> None:
    rel = 'rel="http://www.w3.org/ns/oa#annotationService"'
    assert keeper.get("/iiif/canvas/book-1").headers["Link"] == f"<{CONTAINER}>; {rel}"
    whole = f"<{BASE}/iiif/annotation/book-whole/>; {rel}"
    assert keeper.get("/iiif/manifest/book").headers["Link"] == whole


def test_a_script_of_another_site_may_write(app: Flask, keeper: FlaskClient) -> None:
    asked = {
        "Origin": "https://viewer.example",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,content-type,if-match,prefer,slug",
    }
    for path, method in ((CONTAINER, "POST"), (f"{CONTAINER}n1", "PUT"), (f"{CONTAINER}n1", "DELETE")):
        answer = app.test_client().options(path, headers=asked)
        assert answer.status_code == 204
        assert method in (answer.access_control_allow_methods or ())
        taken = {name.lower() for name in answer.access_control_allow_headers or ()}
        assert {"authorization", "content-type", "if-match", "prefer", "slug"} <= taken
    made = keeper.post(CONTAINER, json=NOTE)
    assert made.headers["Access-Control-Allow-Origin"] == "*"
    assert {"ETag", "Link", "Location"} <= set(made.access_control_expose_headers or ())


def test_a_script_of_another_site_may_only_read_what_is_not_for_notes(client: FlaskClient) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Origin": "https://viewer.example"}
    for path in ("/api/records", "/iiif/manifest/book", "/file/p1"):
        answer = client.options(path, headers=asked)
        assert set(answer.access_control_allow_methods or ()) == {"GET", "HEAD", "OPTIONS"}


def test_a_record_as_a_whole_has_a_container(keeper: FlaskClient) -> None:
    whole = "/iiif/annotation/book-whole/"
    made = keeper.post(whole, json={**NOTE, "target": f"{BASE}/iiif/manifest/book"})
    assert made.location == f"{BASE}{whole}3"
    assert keeper.post(whole, json=NOTE).status_code == 201
    named = keeper.get("/iiif/manifest/book").get_json()["annotations"]
    assert [one["target"] for one in keeper.get(named[0]["id"]).get_json()["items"]] == [
        f"{BASE}/iiif/manifest/book",
        CANVAS,
    ]
    assert keeper.get(whole).get_json()["total"] == 2
    assert keeper.get(CONTAINER).get_json()["total"] == 0


@pytest.mark.parametrize(
    ("holder", "target"),
    [
        ("book-1", f"{BASE}/iiif/canvas/book-2"),
        ("book-1", f"{BASE}/iiif/manifest/book"),
        ("book-1", "https://example.org/page"),
        ("book-1", [CANVAS, f"{BASE}/iiif/canvas/book-2#xywh=1,1,1,1"]),
        (
            "book-1",
            {"type": "SpecificResource", "source": {"id": f"{BASE}/iiif/canvas/book-2", "type": "Canvas"}},
        ),
        ("book-whole", f"{BASE}/iiif/canvas/other-1"),
        ("book-whole", f"{BASE}/iiif/manifest/other"),
    ],
)
def test_what_is_about_something_else_is_refused(
    app: Flask, keeper: FlaskClient, holder: str, target: object
) -> None:
    save(_context(app), Draft("other"), picture("p9"))
    answer = keeper.post(f"/iiif/annotation/{holder}/", json={**NOTE, "target": target})
    assert answer.status_code == 400
    assert [one["path"] for one in answer.get_json()["errors"]] == ["/target"]
    assert keeper.get(f"/iiif/annotation/{holder}/").get_json()["total"] == 0


def test_only_a_token_that_writes_there_writes(app: Flask, keeper: FlaskClient) -> None:
    save(_context(app), Draft("shelved", collections=("Shelf",)), picture("p9"))
    id_ = keeper.post(CONTAINER, json=NOTE).location
    tag = {"If-Match": keeper.get(id_).headers["ETag"]}
    shelf = _bearer(app, "shelf", collection="Shelf")
    for client, status in ((app.test_client(), 401), (_bearer(app, "r", Scope.READ), 403), (shelf, 403)):
        assert client.post(CONTAINER, json=NOTE).status_code == status
        assert client.put(id_, json=NOTE, headers=tag).status_code == status
        assert client.delete(id_, headers=tag).status_code == status
    there = {**NOTE, "target": f"{BASE}/iiif/canvas/shelved-1"}
    assert shelf.post("/iiif/annotation/shelved-1/", json=there).status_code == 201


def test_what_is_said_of_hidden_records_is_hidden(app: Flask, keeper: FlaskClient) -> None:
    save(_context(app), Draft("hidden", visibility="draft"), picture("p9"))
    address = "/iiif/annotation/hidden-1/"
    id_ = keeper.post(address, json={**NOTE, "target": f"{BASE}/iiif/canvas/hidden-1"}).location
    for path in (address, f"{address}?page=0", id_, "/iiif/annotations/hidden-1/contributed"):
        for accept in ("*/*", container.MEDIA_TYPE):
            assert app.test_client().get(path, headers={"Accept": accept}).status_code == 404
    for path in (address, id_):
        seen = keeper.get(path)
        assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "private, no-store")
    assert keeper.get(id_, headers={"Accept": container.MEDIA_TYPE}).status_code == 200


def test_what_is_said_of_withdrawn_records_is_gone(app: Flask, keeper: FlaskClient) -> None:
    id_ = keeper.post(CONTAINER, json=NOTE).location
    with _context(app).sessions.begin() as session:
        records.withdraw(session, "book")
    assert [keeper.get(path).status_code for path in (CONTAINER, id_)] == [410, 410]
    assert keeper.post(CONTAINER, json=NOTE).status_code == 410


@pytest.mark.parametrize("path", ["nobody-1/", "nobody-whole/", "book-9/", "book-1/nothing", "-whole/"])
def test_what_is_not_there_is_not_found(keeper: FlaskClient, path: str) -> None:
    path = f"/iiif/annotation/{path}"
    assert keeper.get(path).status_code == 404
    written = keeper.post(path, json=NOTE) if path.endswith("/") else _put(keeper, path, NOTE, '"a"')
    assert written.status_code == 404


def test_what_a_canvas_shows_is_no_note(keeper: FlaskClient) -> None:
    tag = keeper.get("/iiif/annotation/book-1").headers["ETag"]
    assert _put(keeper, "/iiif/annotation/book-1", NOTE, tag).status_code == 409
    assert keeper.get(CONTAINER).get_json()["total"] == 0


def test_what_came_with_a_sheet_is_edited_with_its_record(app: Flask, keeper: FlaskClient) -> None:
    page = Picture(**{**_fields(picture("p9")), "notes": (Note({"en": ["From the sheet"]}),)})
    save(_context(app), Draft("noted"), page)
    address = "/iiif/annotation/noted-1/"
    id_ = keeper.get(address).get_json()["first"]["items"][0]["id"]
    seen = keeper.get(id_)
    said = {**seen.get_json(), "body": {"type": "TextualBody", "value": "Mended"}}
    assert _put(keeper, id_, said, seen.headers["ETag"]).get_json()["body"]["value"] == "Mended"
    assert keeper.get("/api/records/noted").get_json()["revision"] == 2
    manifest = keeper.get("/iiif/manifest/noted").get_json()
    assert manifest["items"][0]["annotations"][0]["items"][0]["body"]["value"] == "Mended"
    tag = keeper.get(id_).headers["ETag"]
    assert keeper.delete(id_, headers={"If-Match": tag}).status_code == 204
    assert "annotations" not in keeper.get("/iiif/manifest/noted").get_json()["items"][0]
    assert keeper.get("/api/records/noted").get_json()["revision"] == 3


def test_a_request_that_comes_twice_is_done_once(keeper: FlaskClient) -> None:
    key = {"Idempotency-Key": "k1"}
    first, again = (keeper.post(CONTAINER, json=NOTE, headers=key) for _ in range(2))
    assert (again.status_code, again.location, again.get_json()) == (201, first.location, first.get_json())
    assert again.mimetype == "application/ld+json"
    assert keeper.get(CONTAINER).get_json()["total"] == 1


def test_a_large_annotation_is_refused(keeper: FlaskClient) -> None:
    body = {"type": "TextualBody", "value": "a" * 1_100_000}
    assert keeper.post(CONTAINER, json={**NOTE, "body": body}).status_code == 413
    assert keeper.post(CONTAINER, data=b"<a> <b> <c>", content_type="text/turtle").status_code == 415


def _context(app: Flask) -> Context:
    context: Context = app.extensions["mogao"]
    return context


def _bearer(app: Flask, name: str, scope: Scope = Scope.WRITE, collection: str | None = None) -> FlaskClient:
    with _context(app).sessions.begin() as session:
        secret = tokens.mint(session, name, scope, collection=collection)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def _preferring(client: FlaskClient, wish: str) -> TestResponse:
    return client.get(CONTAINER, headers={"Prefer": f'return=representation;include="{wish}"'})


def _put(client: FlaskClient, path: str, body: Json, tag: str) -> TestResponse:
    return client.put(path, json=body, headers={"If-Match": tag})


def _fields(one: Picture) -> Json:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
