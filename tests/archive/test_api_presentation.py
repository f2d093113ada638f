"""Manifests, collections and their parts over HTTP: complete, dereferenceable, and of now."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from museum import application, take_in
from sqlalchemy import event

from archive.config import Settings
from archive.context import Context
from archive.services import records

BASE = "https://archive.example"
LINKED = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"'
PLAIN = "application/json"
CONTEXT = "http://iiif.io/api/presentation/3/context.json"
Document = dict[str, Any]  # Any: parsed JSON.

BOOK = "/iiif/manifest/book"
PARTS = [
    BOOK,
    "/iiif/collection/root",
    "/iiif/collection/Books",
    "/iiif/canvas/book-2",
    "/iiif/annotations/book-2/painting",
    "/iiif/annotation/book-2",
    "/iiif/range/book-4",
    "/iiif/range/book-contents",
]
SOURCES = {"photograph": "view", "gray": "gray", "book": "leaf-1", "lapsed": "lapsed"}


@pytest.mark.parametrize("path", PARTS)
def test_a_document_stands_at_its_own_address(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.content_type) == (200, LINKED)
    assert answer.get_json()["@context"] == CONTEXT
    assert answer.get_json()["id"] == BASE + path
    assert answer.access_control_allow_origin == "*"


def test_every_part_of_a_manifest_is_found_at_its_address(visitor: FlaskClient) -> None:
    parts = [part for part in _parts(visitor.get(BOOK).get_json()) if part["id"].startswith(f"{BASE}/iiif/")]
    kinds = {part["type"] for part in parts}
    assert kinds == {"Manifest", "Canvas", "AnnotationPage", "Annotation", "Range", "Collection", "Image"}
    for part in parts:
        found = visitor.get(part["id"].removeprefix(BASE))
        assert found.status_code == 200
        if part["type"] == "Image":
            assert found.content_type == part["format"]
        else:
            assert (found.get_json()["id"], found.get_json()["type"]) == (part["id"], part["type"])


def test_every_link_of_a_manifest_gives_what_it_promises(visitor: FlaskClient) -> None:
    manifest = visitor.get("/iiif/manifest/photograph").get_json()
    links = [*manifest["seeAlso"], *manifest["rendering"], *manifest["thumbnail"], *manifest["homepage"]]
    for link in links:
        found = visitor.get(link["id"].removeprefix(BASE), buffered=True)
        assert (found.status_code, found.mimetype) == (200, link["format"])


def test_a_part_on_its_own_says_what_it_says_in_its_manifest(visitor: FlaskClient) -> None:
    manifest = visitor.get(BOOK).get_json()
    canvas = visitor.get("/iiif/canvas/book-2").get_json()
    assert canvas == {
        "@context": CONTEXT, **manifest["items"][1], "partOf": [{"id": BASE + BOOK, "type": "Manifest"}],
    }  # fmt: skip
    page = visitor.get("/iiif/annotations/book-2/painting").get_json()
    assert page == {"@context": CONTEXT, **manifest["items"][1]["items"][0]}
    chapter = visitor.get("/iiif/range/book-4").get_json()
    assert {"@context": CONTEXT, **manifest["structures"][0]["items"][0]}.items() <= chapter.items()


def test_a_record_without_a_picture_has_a_manifest_and_nothing_painted(visitor: FlaskClient) -> None:
    assert visitor.get("/iiif/manifest/bare").get_json()["items"][0]["items"] == []
    assert visitor.get("/iiif/annotations/bare-1/painting").get_json()["items"] == []
    assert visitor.get("/iiif/annotation/bare-1").status_code == 404


def test_the_viewing_direction_of_the_sheet_is_that_of_the_manifest(visitor: FlaskClient) -> None:
    assert visitor.get("/iiif/manifest/Or.8210-S.1").get_json()["viewingDirection"] == "right-to-left"


def test_an_image_in_the_making_is_in_the_manifest_with_its_size(visitor: FlaskClient) -> None:
    canvas = visitor.get("/iiif/manifest/waiting").get_json()["items"][0]
    service = canvas["items"][0]["items"][0]["body"]["service"][0]["id"]
    assert visitor.get(f"{service.removeprefix(BASE)}/info.json").status_code == 503
    assert (canvas["height"], canvas["width"] > 90) == (60, True)


def test_a_collection_lists_what_is_public_and_nothing_else(visitor: FlaskClient) -> None:
    members = visitor.get("/iiif/collection/root").get_json()["items"]
    assert [(one["type"], one["id"].rpartition("/")[2], one["label"]) for one in members] == [
        ("Collection", "Books", {"none": ["Books"]}),
        ("Manifest", "photograph", {"en": ["A view"], "zh-Hant": ["風景"]}),
        ("Manifest", "gray", {"en": ["A gray one"]}),
        ("Manifest", "Or.8210-S.1", {"en": ["A sutra"]}),
        ("Manifest", "bare", {"en": ["No picture"]}),
        ("Manifest", "lapsed", {"en": ["No longer embargoed"]}),
        ("Manifest", "waiting", {"en": ["Waiting"]}),
        ("Manifest", "broken", {"en": ["Broken"]}),
    ]


def test_members_of_a_collection_are_found_under_the_same_label(visitor: FlaskClient) -> None:
    for member in visitor.get("/iiif/collection/root").get_json()["items"]:
        found = visitor.get(member["id"].removeprefix(BASE)).get_json()
        shown = [
            {key: value for key, value in one.items() if key != "service"}
            for one in found.get("thumbnail", [])
            if found["type"] == "Manifest"
        ]
        named = {key: found[key] for key in ("id", "type", "label")}
        assert member == (named | {"thumbnail": shown} if shown else named)
        assert f"{BASE}/iiif/collection/root" in [home["id"] for home in found["partOf"]]


def test_a_collection_is_shown_by_the_first_picture_in_it(visitor: FlaskClient) -> None:
    (shown,) = visitor.get("/iiif/collection/Books").get_json()["thumbnail"]
    picture = visitor.get(shown["id"].removeprefix(BASE))
    assert (picture.status_code, picture.mimetype) == (200, shown["format"])
    assert "/leaf-1/" in shown["id"]


@pytest.mark.parametrize("name", ["draft", "restricted", "embargoed"])
@pytest.mark.parametrize(
    "path",
    ["/iiif/manifest/{}", "/iiif/canvas/{}-1", "/iiif/annotations/{}-1/painting", "/iiif/annotation/{}-1",
     "/api/records/{}", "/file/{}", "/record/{}"],
)  # fmt: skip
def test_a_hidden_record_answers_as_one_that_is_not_there(visitor: FlaskClient, path: str, name: str) -> None:
    hidden, absent = visitor.get(path.format(name)), visitor.get(path.format("none"))
    assert hidden.status_code == 404
    assert hidden.text == absent.text.replace("none", name)
    assert hidden.access_control_allow_origin == "*"


@pytest.mark.parametrize(
    "path",
    ["/iiif/manifest/withdrawn", "/iiif/canvas/withdrawn-1", "/api/records/withdrawn", "/file/withdrawn"],
)
def test_a_withdrawn_record_leaves_a_tombstone(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.content_type) == (410, "application/problem+json")
    assert "was withdrawn on 20" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    "path",
    ["/iiif/collection/none", "/iiif/range/none", "/iiif/range/bare-contents", "/iiif/range/none-contents",
     "/iiif/manifest/%2e%2e%2f%2e%2e", f"/iiif/manifest/{'x' * 3000}", "/iiif/manifest/%FF",
     "/iiif/manifest/book/", "/iiif//manifest/book", "/iiif/manifest", "/iiif"],
)  # fmt: skip
def test_what_is_not_there_is_a_404(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.access_control_allow_origin) == (404, "*")


@pytest.mark.parametrize("path", ["/iiif/manifest/Or.8210/S.1", "/iiif/manifest/Or.8210%2FS.1"])
def test_a_name_that_no_address_can_show_leads_to_the_record(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.location) == (301, f"{BASE}/iiif/manifest/Or.8210-S.1")
    assert answer.access_control_allow_origin == "*"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, LINKED),
        ("*/*", LINKED),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", LINKED),
        ("application/json", PLAIN),
        ("APPLICATION/JSON", PLAIN),
        (LINKED, LINKED),
        ("application/ld+json;profile=http://iiif.io/api/presentation/3/context.json", LINKED),
        (f"{LINKED};charset=utf-8, application/json;q=0.9", LINKED),
        ("application/json;q=0.5, application/ld+json;q=0.4", PLAIN),
        ("application/ld+json;q=0, application/json", PLAIN),
        ("application/json;q=0", LINKED),
        ('application/ld+json;profile="http://example.org/unknown"', LINKED),
        ("text/html", LINKED),
        ("image/*", LINKED),
        ("/;q=,,;=;", LINKED),
        ("\x7f", LINKED),
    ],
)
def test_a_manifest_has_the_media_type_that_is_asked_for(
    visitor: FlaskClient, accept: str | None, media_type: str
) -> None:
    answer = visitor.get(BOOK, headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.content_type) == (200, media_type)
    assert "Accept" in answer.vary


@pytest.mark.parametrize("path", [BOOK, "/iiif/collection/root", "/iiif/canvas/book-1"])
def test_who_refuses_all_there_is_is_told_so(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path, headers={"Accept": "*/*;q=0"})
    assert (answer.status_code, answer.content_type) == (406, "application/problem+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("coding", ["br", "gzip", "gzip, deflate, br", "gzip;q=1, br;q=0"])
def test_a_manifest_travels_compressed(visitor: FlaskClient, coding: str) -> None:
    answer = visitor.get(BOOK, headers={"Accept-Encoding": coding})
    assert answer.headers["Content-Encoding"] == (
        "br" if "br" in coding and "br;q=0" not in coding else "gzip"
    )
    assert answer.content_length < 1500
    assert answer.vary.as_set() == {"accept", "accept-encoding", "authorization"}
    again = visitor.get(BOOK, headers={"Accept-Encoding": coding, "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])


@pytest.mark.parametrize("coding", ["", "identity", "zstd"])
def test_a_manifest_travels_as_it_is_where_nothing_else_is_wanted(visitor: FlaskClient, coding: str) -> None:
    answer = visitor.get(BOOK, headers={"Accept-Encoding": coding})
    assert "Content-Encoding" not in answer.headers
    assert "accept-encoding" in answer.vary


@pytest.mark.parametrize("path", PARTS)
def test_a_client_that_has_it_already_gets_no_body(visitor: FlaskClient, path: str) -> None:
    known = visitor.get(path)
    again = visitor.get(path, headers={"If-None-Match": known.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = visitor.get(path, headers={"If-None-Match": known.headers["ETag"], "Accept": PLAIN})
    assert other.status_code == 200


def test_no_two_documents_share_a_tag(visitor: FlaskClient) -> None:
    assert len({visitor.get(path).headers["ETag"] for path in PARTS}) == len(PARTS)


@pytest.mark.parametrize("path", [BOOK, "/iiif/canvas/book-2", "/iiif/collection/Books", "/api/records/book"])
def test_an_edit_of_a_record_is_seen_at_once_where_it_is_shown(
    own_museum: Flask, own_context: Context, path: str
) -> None:
    client = own_museum.test_client()
    tag = client.get(path).headers["ETag"]
    take_in(own_context, "A book", "Another title")
    answer = client.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "Another title" in answer.text or "canvas" in path


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("restricted.png,,,restricted", "restricted.png,,,public"),
        ("lapsed.png,,,embargo,2001-01-01", "lapsed.png,,,embargo,2998-01-01"),
        ("bare,No picture", "bare,Still none"),
    ],
)
def test_a_collection_changes_with_its_members(
    own_museum: Flask, own_context: Context, before: str, after: str
) -> None:
    client = own_museum.test_client()
    known = client.get("/iiif/collection/root")
    take_in(own_context, before, after)
    answer = client.get("/iiif/collection/root", headers={"If-None-Match": known.headers["ETag"]})
    assert answer.status_code == 200
    assert answer.get_json()["items"] != known.get_json()["items"]


def test_a_withdrawal_is_seen_at_once(own_museum: Flask, own_context: Context) -> None:
    client = own_museum.test_client()
    tags = {path: client.get(path).headers["ETag"] for path in (BOOK, "/iiif/collection/Books")}
    with own_context.sessions.begin() as session:
        records.withdraw(session, "book")
    answers = [client.get(path, headers={"If-None-Match": tag}) for path, tag in tags.items()]
    assert [answer.status_code for answer in answers] == [410, 200]
    assert answers[1].get_json()["items"] == []


def test_a_manifest_takes_the_same_few_queries_whatever_its_pages(own_museum: Flask) -> None:
    client = own_museum.test_client()
    with _queries(own_museum) as one_page:
        client.get("/iiif/manifest/photograph")
    with _queries(own_museum) as three_pages:
        client.get(BOOK)
    # Two queries more, for its chapters and for the pages of these.
    assert len(one_page) + 2 == len(three_pages) <= 8


def test_a_304_takes_less(museum: Flask) -> None:
    client = museum.test_client()
    tag = client.get(BOOK).headers["ETag"]
    with _queries(museum) as asked:
        client.get(BOOK, headers={"If-None-Match": tag})
    assert len(asked) == 1


def test_a_collection_takes_the_same_few_queries_whatever_its_members(own_museum: Flask) -> None:
    client = own_museum.test_client()
    with _queries(own_museum) as many:
        client.get("/iiif/collection/root")
    with _queries(own_museum) as few:
        client.get("/iiif/collection/Books")
    assert len(many) == len(few) <= 4


@pytest.mark.parametrize("path", PARTS)
def test_head_tells_what_get_would(visitor: FlaskClient, path: str) -> None:
    full, head = visitor.get(path), visitor.head(path)
    assert (head.status_code, head.data) == (200, b"")
    del full.headers["X-Request-ID"], head.headers["X-Request-ID"]
    assert head.headers == full.headers


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_documents_are_only_read(visitor: FlaskClient, method: str) -> None:
    answer = getattr(visitor, method)(BOOK)
    assert answer.status_code == 405
    assert set(answer.allow) == {"GET", "HEAD", "OPTIONS"}
    assert answer.access_control_allow_origin == "*"


def test_the_record_as_json(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/records/photograph")
    document = answer.get_json()
    assert document.pop("modified").endswith("+00:00")
    said: dict[str, object] = {
        "identifier": "photograph",
        "label": {"en": ["A view"], "zh-Hant": ["風景"]},
        "summary": {},
        "maker": {"en": ["A. Maker"]},
        "type": {},
        "subject": {},
        "place": {},
        "language": {},
        "date": {"none": ["1890"]},
        "firstYear": 1890,
        "lastYear": 1890,
        "accessionNumber": None,
        "rights": "http://creativecommons.org/publicdomain/zero/1.0/",
        "metadata": [{"label": {"none": ["technique"]}, "value": {"none": ["albumen print"]}}],
        "collections": ["root"],
        "images": ["view"],
        "manifest": "https://archive.example/iiif/manifest/photograph",
        "visibility": "public",
        "revision": 1,
    }
    assert {name: document[name] for name in said} == said
    assert answer.content_type == PLAIN
    assert (
        visitor.get("/api/records/photograph", headers={"If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )


def test_text_travels_unescaped(visitor: FlaskClient) -> None:
    assert "風景" in visitor.get("/iiif/manifest/photograph").text


@pytest.mark.parametrize("default", ["", "CC BY 4.0", "InC"])
def test_the_source_is_offered_exactly_where_it_is_given(museum_settings: Settings, default: str) -> None:
    with application(dataclasses.replace(museum_settings, rights=default)) as app:
        given = {record for record, file in SOURCES.items() if _is_given(app.test_client(), record, file)}
    assert given == {"photograph"} | ({"book", "lapsed"} if default.startswith("CC") else set())


def _is_given(client: FlaskClient, record: str, file: str) -> bool:
    """Whether the source is given; manifest, canvas and page must offer it then, and only then."""
    is_given = client.get(f"/file/{file}", buffered=True).status_code == 200
    for path in (f"/iiif/manifest/{record}", f"/iiif/canvas/{record}-1", f"/record/{record}"):
        assert (f"{BASE}/file/{file}/" in client.get(path).text) == is_given
    return is_given


def _parts(part: object) -> Iterator[Document]:
    """Everything in a document that has an address and a type, but for services."""
    if isinstance(part, list):
        for one in part:
            yield from _parts(one)
    if isinstance(part, dict):
        if "id" in part and "type" in part:
            yield part
        for key, value in part.items():
            if key != "service":
                yield from _parts(value)


@contextmanager
def _queries(app: Flask) -> Iterator[list[str]]:
    engine = app.extensions["mogao"].sessions.engine
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)
