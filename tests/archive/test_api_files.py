"""Source files over HTTP: whole or in part, where rights allow."""

import dataclasses
from collections.abc import Callable
from email.parser import BytesParser
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from archive.config import Settings
from archive.context import Context
from archive.models import Asset
from iiif import media

VIEW = "/file/view/view.jpg"


@pytest.fixture
def source(museum_settings: Settings) -> bytes:
    return (museum_settings.data_dir / "source" / "view.jpg").read_bytes()


def test_a_source_is_given_as_it_came(visitor: FlaskClient, source: bytes) -> None:
    answer = visitor.get(VIEW, buffered=True)
    assert (answer.status_code, answer.content_type, answer.data) == (200, "image/jpeg", source)
    assert (answer.headers["Accept-Ranges"], answer.content_length) == ("bytes", len(source))
    assert answer.access_control_allow_origin == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_source_is_found_without_its_name(visitor: FlaskClient, source: bytes) -> None:
    assert visitor.get("/file/view", buffered=True).data == source


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("0-99", 0, 99), ("1000-", 1000, None), ("-10", -10, None), ("0-99999999", 0, None)],
)
def test_a_part_is_given_to_who_asks_for_it(
    visitor: FlaskClient, source: bytes, asked: str, first: int, last: int | None
) -> None:
    answer = visitor.get(VIEW, headers={"Range": f"bytes={asked}"}, buffered=True)
    expected = source[first:] if last is None else source[first : last + 1]
    start = first % len(source)
    assert (answer.status_code, answer.data) == (206, expected)
    assert answer.headers["Content-Range"] == f"bytes {start}-{start + len(expected) - 1}/{len(source)}"
    assert "Content-Range" in answer.headers["Access-Control-Expose-Headers"]


def test_a_part_beyond_the_end_is_refused_with_the_length(visitor: FlaskClient, source: bytes) -> None:
    answer = visitor.get(VIEW, headers={"Range": "bytes=99999999-"}, buffered=True)
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(source)}")
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=x-y", "pages=1-2", "garbage", "bytes=", ""])
def test_a_range_that_is_none_is_passed_over(visitor: FlaskClient, source: bytes, asked: str) -> None:
    answer = visitor.get(VIEW, headers={"Range": asked}, buffered=True)
    assert (answer.status_code, answer.data) == (200, source)


def test_several_parts_come_in_one_answer(visitor: FlaskClient, source: bytes) -> None:
    answer = visitor.get(VIEW, headers={"Range": "bytes=0-9, 100-149, -5"}, buffered=True)
    assert (answer.status_code, answer.content_length) == (206, len(answer.data))
    assert "Content-Range" not in answer.headers
    whole = BytesParser().parsebytes(f"Content-Type: {answer.content_type}\r\n\r\n".encode() + answer.data)
    parts = [
        (part["Content-Type"], part["Content-Range"], part.get_payload(decode=True))
        for part in whole.walk()
        if not part.is_multipart()
    ]
    size = len(source)
    assert parts == [
        ("image/jpeg", f"bytes 0-9/{size}", source[:10]),
        ("image/jpeg", f"bytes 100-149/{size}", source[100:150]),
        ("image/jpeg", f"bytes {size - 5}-{size - 1}/{size}", source[-5:]),
    ]


def test_one_of_several_parts_that_is_there_comes_alone(visitor: FlaskClient, source: bytes) -> None:
    answer = visitor.get(VIEW, headers={"Range": "bytes=5-9, 99999999-"}, buffered=True)
    assert (answer.status_code, answer.data, answer.content_type) == (206, source[5:10], "image/jpeg")


def test_a_download_goes_on_only_with_the_same_file(visitor: FlaskClient, source: bytes) -> None:
    tag = visitor.head(VIEW, buffered=True).headers["ETag"]
    part = {"Range": "bytes=10-19"}
    same = visitor.get(VIEW, headers={**part, "If-Range": tag}, buffered=True)
    assert (same.status_code, same.data) == (206, source[10:20])
    for other in ('"other"', f"W/{tag}", "Wed, 21 Oct 2015 07:28:00 GMT"):
        answer = visitor.get(VIEW, headers={**part, "If-Range": other}, buffered=True)
        assert (answer.status_code, answer.data) == (200, source)


def test_a_client_that_has_it_already_gets_no_body(visitor: FlaskClient) -> None:
    tag = visitor.head(VIEW, buffered=True).headers["ETag"]
    again = visitor.get(VIEW, headers={"If-None-Match": tag}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


def test_what_a_client_has_is_told_before_its_range(visitor: FlaskClient) -> None:
    tag = visitor.head(VIEW).headers["ETag"]
    part = {"Range": "bytes=10-19"}
    assert visitor.get(VIEW, headers={**part, "If-None-Match": tag}).status_code == 304
    assert visitor.get(VIEW, headers={**part, "If-Match": '"other"'}).status_code == 412
    assert visitor.get(VIEW, headers={**part, "If-Match": tag}, buffered=True).status_code == 206


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}])
def test_head_tells_the_whole_length(visitor: FlaskClient, source: bytes, headers: dict[str, str]) -> None:
    answer = visitor.head(VIEW, headers=headers, buffered=True)
    assert (answer.status_code, answer.content_length, answer.data) == (200, len(source), b"")
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.fixture
def called(own_museum: Flask, own_context: Context) -> Callable[[str], TestResponse]:
    """Asks for the view as if it were of another media type."""

    def ask(media_type: str) -> TestResponse:
        with own_context.sessions.begin() as session:
            session.execute(update(Asset).where(Asset.identifier == "view").values(media_type=media_type))
        headers = {"Range": "bytes=0-999", "Accept-Encoding": "br, gzip, zstd"}
        return own_museum.test_client().get(VIEW, headers=headers, buffered=True)

    return ask


def test_media_are_played_where_they_are(called: Callable[[str], TestResponse]) -> None:
    for media_type in (*media.KINDS, "image/avif", "application/pdf"):
        answer = called(media_type)
        assert answer.content_type.removesuffix("; charset=utf-8") == media_type
        assert answer.headers["Content-Disposition"] == "inline; filename=view.jpg"


@pytest.mark.parametrize(
    "media_type", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "text/css"]
)
def test_what_a_browser_might_run_is_kept_as_a_file(
    called: Callable[[str], TestResponse], source: bytes, media_type: str
) -> None:
    answer = called(media_type)
    assert answer.headers["Content-Disposition"] == "attachment; filename=view.jpg"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    # Never compressed: the range counts the bytes of the file.
    assert (answer.status_code, answer.data) == (206, source[:1000])
    assert "Content-Encoding" not in answer.headers


def test_a_file_is_read_as_it_is_sent(own_museum: Flask, own_context: Context) -> None:
    reads: list[int] = []

    class Reader:
        def read_range(self, offset: int, length: int) -> bytes:
            reads.append(length)
            return bytes(length)

    with own_context.sessions.begin() as session:
        session.execute(update(Asset).where(Asset.identifier == "view").values(bytes=10**12))
    store = SimpleNamespace(reader=lambda _: Reader())
    own_museum.extensions["mogao"] = dataclasses.replace(own_context, store=store)
    answer = own_museum.test_client().get(VIEW)
    assert (answer.status_code, answer.content_length) == (200, 10**12)
    assert max(reads) <= 2**20
    assert len(reads) <= 4
    answer.close()
    own_museum.extensions["mogao"] = own_context


def test_a_name_in_any_script_comes_along(visitor: FlaskClient) -> None:
    address = visitor.get("/iiif/manifest/Or.8210-S.1").get_json()["rendering"][0]["id"]
    answer = visitor.get(address.removeprefix("https://archive.example"), buffered=True)
    assert answer.status_code == 200
    assert (
        "filename*=UTF-8''Blick%20%C3%BCber%20K%C3%B6ln%20%E2%80%93%20%E9%81%A0%E6%99%AF.png"
        in (answer.headers["Content-Disposition"])
    )


@pytest.mark.parametrize("identifier", ["gray", "leaf-1", "lapsed"])
def test_a_source_without_open_rights_is_kept_back(visitor: FlaskClient, identifier: str) -> None:
    answer = visitor.get(f"/file/{identifier}", headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.get_json()["detail"]) == (
        403, f'the source of "{identifier}" is not given out: its rights do not allow it',
    )  # fmt: skip


def test_a_source_that_the_store_has_lost_is_told_without_its_place(
    own_museum: Flask, own_context: Context
) -> None:
    for source in (own_context.settings.store_path / "sources").glob("*/*"):
        source.unlink()
    answer = own_museum.test_client().get(VIEW)
    assert (answer.status_code, answer.get_json()["detail"]) == (
        503, 'the source of "view" is lost from the store: its keeper must bring it back',
    )  # fmt: skip
