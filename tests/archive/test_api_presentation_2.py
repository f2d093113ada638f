"""Presentation 2.1 over HTTP: by ``Accept`` where the version is negotiated, by address where pinned."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from museum import take_in
from sqlalchemy import select

from archive import db
from archive.context import Context
from archive.models import Annotation, AnnotationPage, Canvas

BASE = "https://archive.example"
PREZI = "http://iiif.io/api/presentation"
LD, PLAIN = "application/ld+json", "application/json"
P2, P3 = (f'{LD};profile="{PREZI}/{version}/context.json"' for version in (2, 3))
Document = dict[str, Any]  # Any: parsed JSON.

BOOK = "/iiif/manifest/book"
TYPES = {
    BOOK: "sc:Manifest",
    "/iiif/collection/root": "sc:Collection",
    "/iiif/collection/Books": "sc:Collection",
    "/iiif/canvas/book-2": "sc:Canvas",
    "/iiif/annotations/bare-1/painting": "sc:AnnotationList",
    "/iiif/annotation/book-2": "oa:Annotation",
    "/iiif/range/book-4": "sc:Range",
    "/iiif/range/book-contents": "sc:Range",
}
OWN_ADDRESS = ("sc:Manifest", "sc:Collection", "sc:AnnotationList")
"""What is named by the address it stands at; the parts of a manifest have one name in all versions."""

NEGOTIATED = [
    ("no header", None, 3, P3),
    ("anything", "*/*", 3, P3),
    ("browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 3, P3),
    ("JSON-LD", LD, 3, P3),
    ("plain JSON", PLAIN, 3, PLAIN),
    ("2 quoted", P2, 2, P2),
    ("2 unquoted", f"{LD};profile={PREZI}/2/context.json", 2, P2),
    ("2 before anything", f"{P2}, */*;q=0.1", 2, P2),
    ("2 in another case", f'Application/LD+JSON;a=b;Profile="{PREZI}/2/context.json"', 2, P2),
    ("2 of plain JSON", f'{PLAIN};profile="{PREZI}/2/context.json"', 2, PLAIN),
    ("3 less than 2", f"{P3};q=0.5, {P2}", 2, P2),
    ("2 less than 3", f"{P3}, {P2};q=0.9", 3, P3),
    ("3 refused", f"{P3};q=0, {P2};q=0.1", 2, P2),
    ("both in one", f'{LD};profile="{PREZI}/2/context.json {PREZI}/3/context.json"', 3, P3),
    ("unknown profile", f'{LD};profile="http://example.org/x"', 3, P3),
]  # fmt: skip
PINNED = [
    ("no header", None, PLAIN),
    ("anything", "*/*", PLAIN),
    ("browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", PLAIN),
    ("JSON-LD", LD, P2),
    ("2", P2, P2),
    ("2 unquoted", f"{LD};profile={PREZI}/2/context.json", P2),
    ("3", P3, PLAIN),
    ("plain JSON", PLAIN, PLAIN),
    ("plain JSON preferred", f"{LD};q=0.5, {PLAIN}", PLAIN),
]


def pinned(path: str) -> str:
    return path.replace("/iiif/", "/iiif/2/", 1)


@pytest.mark.parametrize(
    ("accept", "version", "media_type"), [row[1:] for row in NEGOTIATED], ids=[row[0] for row in NEGOTIATED]
)
@pytest.mark.parametrize("path", [BOOK, "/iiif/collection/root", "/iiif/canvas/book-1"])
def test_accept_chooses_the_version(
    visitor: FlaskClient, path: str, accept: str | None, version: int, media_type: str
) -> None:
    answer = visitor.get(path, headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.content_type) == (200, media_type)
    assert answer.get_json()["@context"] == f"{PREZI}/{version}/context.json"
    assert "accept" in answer.vary


@pytest.mark.parametrize(
    ("accept", "media_type"), [row[1:] for row in PINNED], ids=[row[0] for row in PINNED]
)
def test_a_pinned_address_has_one_version_in_two_media_types(
    visitor: FlaskClient, accept: str | None, media_type: str
) -> None:
    answer = visitor.get(pinned(BOOK), headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.content_type) == (200, media_type)
    assert answer.get_json()["@context"] == f"{PREZI}/2/context.json"
    assert "accept" in answer.vary


@pytest.mark.parametrize(("path", "type_"), TYPES.items())
def test_a_document_stands_at_its_own_address(visitor: FlaskClient, path: str, type_: str) -> None:
    answer, negotiated = visitor.get(pinned(path)), visitor.get(path, headers={"Accept": P2})
    assert answer.status_code == negotiated.status_code == 200
    own = pinned(path) if type_ in OWN_ADDRESS else path
    assert (answer.get_json()["@id"], answer.get_json()["@type"]) == (BASE + own, type_)
    assert negotiated.get_json()["@id"] == BASE + path
    assert answer.access_control_allow_origin == negotiated.access_control_allow_origin == "*"


def test_whoever_follows_a_pinned_collection_stays_in_2_1(visitor: FlaskClient) -> None:
    root = visitor.get("/iiif/2/collection/root").get_json()
    assert [one["@id"].removeprefix(BASE) for one in root["collections"]] == ["/iiif/2/collection/Books"]
    for member in root["collections"] + root["manifests"]:
        found = visitor.get(member["@id"].removeprefix(BASE)).get_json()
        assert {key: found[key] for key in ("@id", "@type", "label")} == {
            key: member[key] for key in member if key != "thumbnail"
        }
        assert ("thumbnail" in member) == ("thumbnail" in found and found["@type"] == "sc:Manifest")
        assert found["within"] == f"{BASE}/iiif/2/collection/root"


def test_what_a_pinned_manifest_shows_is_there(visitor: FlaskClient) -> None:
    manifest = visitor.get("/iiif/2/manifest/photograph").get_json()
    (image,) = manifest["sequences"][0]["canvases"][0]["images"]
    for picture in (image["resource"], manifest["thumbnail"]):
        found = visitor.get(picture["@id"].removeprefix(BASE), buffered=True)
        assert (found.status_code, found.content_type) == (200, picture["format"])
    service = image["resource"]["service"]
    info = visitor.get(f"{service['@id'].removeprefix(BASE)}/info.json").get_json()
    assert (info["@id"], info["@context"]) == (service["@id"], service["@context"])
    assert info["profile"][0] == service["profile"]
    part = visitor.get(pinned(image["@id"].removeprefix(BASE))).get_json()
    assert (part["on"], part["resource"]["@type"]) == (image["on"], "dctypes:Image")


def test_the_chapters_of_a_pinned_manifest_are_found_on_their_own(visitor: FlaskClient) -> None:
    manifest = visitor.get(pinned(BOOK)).get_json()
    canvases = {canvas["@id"] for canvas in manifest["sequences"][0]["canvases"]}
    for chapter in manifest["structures"]:
        alone = visitor.get(pinned(chapter["@id"].removeprefix(BASE))).get_json()
        assert {*chapter.get("canvases", [])} <= canvases
        assert alone["within"] == f"{BASE}{pinned(BOOK)}"
        for key in ("@id", "label", "canvases", "ranges"):
            assert alone.get(key) == chapter.get(key)


@pytest.mark.parametrize("path", [path for path in TYPES if path != "/iiif/collection/Books"])
def test_each_representation_has_a_tag_of_its_own(visitor: FlaskClient, path: str) -> None:
    asked = [(where, accept) for where in (path, pinned(path)) for accept in (P3, P2, PLAIN)]
    # A pinned address answers those who want 3.0 as those who want plain JSON.
    answers = {key: visitor.get(key[0], headers={"Accept": key[1]}) for key in asked}
    tags = {key: answer.headers["ETag"] for key, answer in answers.items()}
    assert len(set(tags.values())) == 5
    assert tags[pinned(path), P3] == tags[pinned(path), PLAIN]
    for (where, accept), tag in tags.items():
        for other in set(tags.values()):
            again = visitor.get(where, headers={"Accept": accept, "If-None-Match": other})
            assert again.status_code == (304 if other == tag else 200)
            assert "accept" in again.vary


def test_an_edit_is_seen_at_once(own_museum: Flask, own_context: Context) -> None:
    client = own_museum.test_client()
    tags = {path: client.get(path).headers["ETag"] for path in (pinned(BOOK), "/iiif/2/collection/Books")}
    take_in(own_context, "A book", "Another title")
    for path, tag in tags.items():
        answer = client.get(path, headers={"If-None-Match": tag})
        assert (answer.status_code, "Another title" in answer.text) == (200, True)


@pytest.mark.parametrize("path", TYPES)
def test_head_tells_what_get_would(visitor: FlaskClient, path: str) -> None:
    full, head = visitor.get(pinned(path)), visitor.head(pinned(path))
    assert (head.status_code, head.data) == (200, b"")
    del full.headers["X-Request-ID"], head.headers["X-Request-ID"]
    assert head.headers == full.headers


def test_scripts_of_other_origins_may_ask(visitor: FlaskClient) -> None:
    answer = visitor.options(pinned(BOOK), headers={"Access-Control-Request-Method": "GET"})
    assert (answer.status_code, answer.access_control_allow_origin) == (204, "*")


@pytest.mark.parametrize("path", ["/iiif/manifest/Or.8210/S.1", "/iiif/manifest/Or.8210%2FS.1"])
def test_a_renamed_record_keeps_the_pin(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(pinned(path))
    assert (answer.status_code, answer.location) == (301, f"{BASE}/iiif/2/manifest/Or.8210-S.1")
    assert answer.access_control_allow_origin == "*"


PAGE = "/iiif/annotations/book-1/painting"
REASON = "has what paints images on the canvases themselves, and in no list: ask for Presentation 3.0"


@pytest.mark.parametrize(("path", "accept"), [(pinned(PAGE), P3), (pinned(PAGE), "*/*"), (PAGE, P2)])
def test_what_2_1_cannot_say_is_refused_with_the_reason(visitor: FlaskClient, path: str, accept: str) -> None:
    answer = visitor.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (406, "application/problem+json")
    assert answer.get_json()["detail"] == f"Presentation 2.1 {REASON}"
    assert answer.access_control_allow_origin == "*"


def test_who_takes_3_0_too_gets_what_2_1_cannot_say(visitor: FlaskClient) -> None:
    answer = visitor.get(PAGE, headers={"Accept": f"{P2}, {P3};q=0.5"})
    assert (answer.status_code, answer.content_type) == (200, P3)
    again = visitor.get(
        PAGE, headers={"Accept": f"{P2}, {P3};q=0.5", "If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/iiif/2/manifest/gray", "/iiif/2/canvas/gray-1", "/iiif/manifest/gray", "/iiif/canvas/gray-1"]
)
def test_a_record_of_films_is_refused_with_the_reason(
    own_museum: Flask, own_context: Context, path: str
) -> None:
    film = {"id": "https://films.example/1.mp4", "type": "Video"}
    _annotate(own_context, "gray-1", "painting", {"motivation": ("painting",), "body": film})
    client = own_museum.test_client()
    answer = client.get(path, headers={"Accept": P2})
    assert (answer.status_code, answer.content_type) == (406, "application/problem+json")
    assert "shows nothing but images, on canvases with width and height" in answer.get_json()["detail"]
    film_list = client.get("/iiif/2/annotations/gray-1/painting").get_json()
    assert film_list["resources"][0]["resource"] == {"@id": film["id"], "@type": "dctypes:MovingImage"}


def test_comments_are_lists_that_a_pinned_canvas_names(own_museum: Flask, own_context: Context) -> None:
    words = {"type": "TextualBody", "value": "Fine", "format": "text/plain"}
    _annotate(own_context, "gray-1", "comments", {"motivation": ("commenting",), "body": words})
    client = own_museum.test_client()
    (named,) = client.get("/iiif/2/canvas/gray-1").get_json()["otherContent"]
    assert named == {"@id": f"{BASE}/iiif/2/annotations/gray-1/comments", "@type": "sc:AnnotationList"}
    found = client.get(named["@id"].removeprefix(BASE)).get_json()
    said = {
        "@id": f"{BASE}/iiif/annotation/gray-1-comments",
        "@type": "oa:Annotation",
        "motivation": "oa:commenting",
        "resource": {"@type": "cnt:ContentAsText", "chars": "Fine", "format": "text/plain"},
        "on": f"{BASE}/iiif/canvas/gray-1",
    }
    context = {"@context": f"{PREZI}/2/context.json"}
    assert found == {**context, **named, "resources": [said]}
    assert client.get("/iiif/2/annotation/gray-1-comments").get_json() == {**context, **said}


@pytest.mark.parametrize("path", [BOOK, pinned(BOOK)])
def test_who_refuses_all_there_is_is_told_so(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path, headers={"Accept": "*/*;q=0"})
    assert (answer.status_code, answer.content_type) == (406, "application/problem+json")


@pytest.mark.parametrize("name", ["draft", "restricted", "embargoed"])
@pytest.mark.parametrize(
    "path",
    ["/iiif/2/manifest/{}", "/iiif/2/canvas/{}-1", "/iiif/2/annotations/{}-1/painting",
     "/iiif/2/annotation/{}-1", "/iiif/2/range/{}-contents"],
)  # fmt: skip
def test_a_hidden_record_answers_as_one_that_is_not_there(visitor: FlaskClient, path: str, name: str) -> None:
    hidden, absent = visitor.get(path.format(name)), visitor.get(path.format("none"))
    assert (hidden.status_code, hidden.access_control_allow_origin) == (404, "*")
    assert hidden.text == absent.text.replace("none", name)


def test_a_hidden_record_is_in_no_pinned_collection(visitor: FlaskClient) -> None:
    listed = visitor.get("/iiif/2/collection/root").text
    assert not re.search("manifest/(draft|restricted|embargoed|withdrawn)", listed)


@pytest.mark.parametrize("path", ["/iiif/2/manifest/withdrawn", "/iiif/2/canvas/withdrawn-1"])
def test_a_withdrawn_record_leaves_a_tombstone(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.content_type) == (410, "application/problem+json")
    assert answer.access_control_allow_origin == "*"


@pytest.mark.parametrize(
    "path",
    ["/iiif/2/manifest/Books", "/iiif/2/collection/book", "/iiif/2/canvas/book", "/iiif/2/range/book-2",
     "/iiif/2/annotation/book", "/iiif/2/sequence/book", "/iiif/2/manifest", "/iiif/2",
     "/iiif/3/manifest/book", "/iiif/2/2/manifest/book", "/iiif/2/manifest/2/book",
     "/iiif/2/range/bare-contents"],
)  # fmt: skip
def test_another_kind_of_thing_is_not_there(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.access_control_allow_origin) == (404, "*")


@pytest.mark.parametrize("name", ["photograph", "gray", "book", "Or.8210-S.1", "bare", "waiting", "broken"])
def test_a_manifest_in_2_1_has_what_2_1_demands_and_nothing_of_3(visitor: FlaskClient, name: str) -> None:
    manifest = visitor.get(f"/iiif/2/manifest/{name}").get_json()
    (sequence,) = manifest["sequences"]
    for canvas in sequence["canvases"]:
        assert {"@id", "@type", "label", "height", "width", "images"} <= canvas.keys()
        assert all(
            (one["on"], one["motivation"]) == (canvas["@id"], "sc:painting") for one in canvas["images"]
        )
    assert not {"id", "type", "items", "behavior", "rights", "provider"} & {*_keys(manifest)}


def _annotate(context: Context, canvas: str, name: str, said: Document) -> None:
    """Give a canvas a page with one annotation, as an import would."""
    with context.sessions.begin() as session:
        view = session.scalars(select(Canvas).where(Canvas.identifier == canvas)).one()
        paints, place = name == "painting", {"record_id": view.record_id, "canvas_id": view.id}
        page = AnnotationPage(**place, holder=canvas, name=name, paints=paints, position=0)
        session.add(page)
        session.flush()
        now = db.now()
        named = {"identifier": f"{canvas}-{name}", "page_id": page.id, "position": 0}
        session.add(Annotation(**named, **said, created=now, modified=now))


def _keys(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _keys(one)
    if isinstance(part, dict):
        for key, value in part.items():
            yield key
            yield from _keys(value)
