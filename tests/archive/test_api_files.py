"""Source files over HTTP: whole or in part, where rights allow."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.config import Settings
from archive.context import Context

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


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=x-y", "pages=1-2", "garbage"])
def test_a_range_that_is_none_is_never_our_fault(visitor: FlaskClient, asked: str) -> None:
    assert visitor.get(VIEW, headers={"Range": asked}, buffered=True).status_code in {200, 416}


def test_a_download_goes_on_only_with_the_same_file(visitor: FlaskClient, source: bytes) -> None:
    tag = visitor.head(VIEW, buffered=True).headers["ETag"]
    part = {"Range": "bytes=10-19"}
    same = visitor.get(VIEW, headers={**part, "If-Range": tag}, buffered=True)
    other = visitor.get(VIEW, headers={**part, "If-Range": '"other"'}, buffered=True)
    assert (same.status_code, same.data) == (206, source[10:20])
    assert (other.status_code, other.data) == (200, source)


def test_a_client_that_has_it_already_gets_no_body(visitor: FlaskClient) -> None:
    tag = visitor.head(VIEW, buffered=True).headers["ETag"]
    again = visitor.get(VIEW, headers={"If-None-Match": tag}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


def test_head_tells_the_length(visitor: FlaskClient, source: bytes) -> None:
    answer = visitor.head(VIEW, buffered=True)
    assert (answer.status_code, answer.content_length, answer.data) == (200, len(source), b"")


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
