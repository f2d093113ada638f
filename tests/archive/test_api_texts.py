"""The text of a canvas over the API: told, given in every form, replaced only by who has seen it, removed."""

from typing import Any

import pytest
from catalogue import picture, save
from flask import Flask
from flask.testing import FlaskClient
from test_texts_alto import SP, block, document, line, string
from test_texts_hocr import TESSERACT
from test_texts_page_xml import document as page_document
from test_texts_page_xml import line as page_line
from test_texts_page_xml import region, word
from werkzeug.test import TestResponse

from archive.ingest.texts import elements
from archive.models import Scope
from archive.services import tokens
from archive.services.drafts import Draft

PATH = "/api/canvases/book-1/text"
ALTO = document(block(line(string("Habe") + SP + string("Muth", (120, 0, 80, 40), 'WC="0.5"'))))
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.500\nHabe Muth\n"


@pytest.fixture
def keeper(app: Flask) -> FlaskClient:
    """A client with a token that writes, and a book of a page and a sound."""
    save(app.extensions["mogao"], Draft("book"), picture("p1", 1000, 2000))
    client = app.test_client()
    with app.extensions["mogao"].sessions.begin() as session:
        secret = tokens.mint(session, "keeper", Scope.WRITE)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    client.post("/api/records/book/canvases", json={"duration": 12.5, "label": {"en": ["Read aloud"]}})
    return client


def test_a_given_text_is_told_and_shown(keeper: FlaskClient) -> None:
    answer = _put(keeper, ALTO, "application/alto+xml", **{"Content-Language": "de"})

    assert answer.status_code == 201
    told = answer.get_json()
    assert told.pop("remarks") == []
    assert keeper.get(PATH).get_json() == told
    assert keeper.get(PATH).headers["ETag"] == answer.headers["ETag"]
    assert told.pop("modified")
    assert told == {
        "canvas": "book-1",
        "text": "Habe Muth",
        "language": "de",
        "direction": "ltr",
        "words": 2,
        "profile": "http://www.loc.gov/standards/alto/ns-v4#",
        "madeBy": "given",
        "engine": None,
        "confidence": 0.5,
        "revision": 1,
    }
    assert keeper.get("/iiif/text/book-1").text == "Habe Muth"
    assert keeper.get("/api/records/book").get_json()["revision"] == 3


@pytest.mark.parametrize(
    ("content", "media_type", "expected"),
    [
        pytest.param(ALTO, "text/xml", "Habe Muth", id="ALTO"),
        pytest.param(
            page_document(region(page_line(word("Habe") + word("Muth")))), "application/xml", "Habe Muth",
            id="PAGE XML",
        ),
        pytest.param(TESSERACT.encode(), "text/html", "Habe", id="hOCR"),
        pytest.param("獨坐\n\n幽篁".encode(), "text/plain", "獨坐\n\n幽篁", id="plain"),
        pytest.param(b"<lacuna> Muth", "text/plain", "<lacuna> Muth", id="plain, though it looks like XML"),
        pytest.param("سلام".encode("utf-16"), "text/plain;charset=utf-16", "سلام", id="UTF-16"),
    ],
)  # fmt: skip
def test_every_form_is_read(keeper: FlaskClient, content: bytes, media_type: str, expected: str) -> None:
    answer = _put(keeper, content, media_type)

    assert answer.status_code == 201
    assert answer.get_json()["text"].startswith(expected)


@pytest.mark.parametrize("media_type", ["text/vtt", "text/plain"])
def test_captions_are_the_text_of_what_lasts(keeper: FlaskClient, media_type: str) -> None:
    answer = _put(keeper, VTT, media_type, path="/api/canvases/book-2/text", **{"Content-Language": "de"})

    assert (answer.status_code, answer.get_json()["text"]) == (201, "Habe Muth")
    lines = keeper.get("/iiif/annotations/book-2/lines").get_json()["items"]
    assert lines[0]["target"].endswith("#t=1,2.5")
    refused = _put(keeper, VTT, media_type)
    assert refused.status_code == 400
    assert "the canvas has no duration" in refused.get_json()["detail"]


def test_what_is_odd_is_remarked(keeper: FlaskClient) -> None:
    content = document(block(line(string("Habe", (900, 0, 500, 40)))))

    remarks = _put(keeper, content, "application/alto+xml").get_json()["remarks"]

    assert "reach beyond the canvas of 1000 × 2000" in " ".join(remarks)


BOMB = b'<!DOCTYPE alto [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><alto>&b;</alto>'


@pytest.mark.parametrize(
    ("content", "media_type", "status", "detail"),
    [
        (ALTO.replace(b"ns-v4", b"ns-v9"), "application/alto+xml", 400, "ALTO"),
        (b"<alto", "application/xml", 400, "is no sound XML"),
        (ALTO[:-20], "application/xml", 400, "is no sound XML"),
        (b"<xmp/>", "application/xml", 400, 'has the root element "xmp"'),
        (BOMB, "application/xml", 400, ""),
        (b"Habe Muth", "application/alto+xml", 400, "send plain text as text/plain"),
        (b" \n ", "text/plain", 400, "has no words"),
        (b"\x89PNG\0\xff\0", "text/plain", 400, "save it as UTF-8"),
        (b"1\n00:01", "text/vtt", 400, "duration"),
        (b"Habe", "application/pdf", 415, "say so in Content-Type"),
        (b"a " * (elements.LARGEST // 2 + 1), "text/plain", 413, "divide it by pages"),
        (b"a " * 100_001, "text/plain", 400, "words on a page"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else value,
)
def test_what_can_not_be_read_is_refused(
    keeper: FlaskClient, content: bytes, media_type: str, status: int, detail: str
) -> None:
    answer = _put(keeper, content, media_type)

    assert answer.status_code == status
    assert detail in answer.get_json()["detail"]
    assert keeper.get(PATH).status_code == 404


@pytest.mark.parametrize("tag", ["zh_Hant", "none", "en, de", ""])
def test_a_language_is_one_tag(keeper: FlaskClient, tag: str) -> None:
    answer = _put(keeper, b"Muth", "text/plain", **{"Content-Language": tag})
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["path"] == "/Content-Language"


def test_nobody_replaces_what_they_have_not_seen(keeper: FlaskClient) -> None:
    assert _put(keeper, b"one", "text/plain", **{"If-Match": '"old"'}).status_code == 412
    first = _put(keeper, b"one", "text/plain", **{"If-None-Match": "*"})
    assert first.status_code == 201
    assert _put(keeper, b"two", "text/plain").status_code == 428
    assert _put(keeper, b"two", "text/plain", **{"If-None-Match": "*"}).status_code == 412
    second = _put(keeper, b"two", "text/plain", **{"If-Match": first.headers["ETag"]})
    assert (second.status_code, second.get_json()["revision"]) == (200, 2)
    assert _put(keeper, b"three", "text/plain", **{"If-Match": first.headers["ETag"]}).status_code == 412
    again = _put(keeper, b"two", "text/plain", **{"If-Match": second.headers["ETag"]})
    assert again.headers["ETag"] == second.headers["ETag"]
    assert keeper.get("/api/records/book").get_json()["revision"] == 4


def test_a_removed_text_is_gone(keeper: FlaskClient) -> None:
    tag = _put(keeper, b"one", "text/plain").headers["ETag"]
    assert keeper.delete(PATH).status_code == 428
    assert keeper.delete(PATH, headers={"If-Match": '"old"'}).status_code == 412

    assert keeper.delete(PATH, headers={"If-Match": tag}).status_code == 204

    assert keeper.get(PATH).status_code == 404
    assert keeper.delete(PATH, headers={"If-Match": tag}).status_code == 404
    assert keeper.get("/iiif/text/book-1").status_code == 404


def test_texts_of_hidden_records_are_hidden_and_only_their_keepers_write(
    app: Flask, keeper: FlaskClient
) -> None:
    save(app.extensions["mogao"], Draft("draft", visibility="draft"), picture("d"))
    path = "/api/canvases/draft-1/text"
    assert _put(keeper, b"secret", "text/plain", path=path).status_code == 201
    assert keeper.get(path).status_code == 200
    anyone = app.test_client()
    assert anyone.get(path).status_code == 404
    assert _put(anyone, b"mine", "text/plain").status_code == 401
    assert _put(keeper, b"mine", "text/plain", path="/api/canvases/book-9/text").status_code == 404


def _put(
    client: FlaskClient, content: bytes, media_type: str, *, path: str = PATH, **headers: Any
) -> TestResponse:  # Any: names of headers are no identifiers.
    return client.put(path, data=content, content_type=media_type, headers=headers)
