"""What every answer has in common: errors, request ids, public addresses behind proxies."""

import dataclasses
import inspect
import logging
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from museum import application

from archive import errors, http
from archive.config import Settings
from archive.errors import MogaoError, Unavailable
from iiif import errors as iiif_errors

MANIFEST = "/iiif/manifest/photograph"


@pytest.fixture
def own_app(museum_settings: Settings) -> Iterator[Flask]:
    """An application to which a test may add."""
    with application(museum_settings) as app:
        yield app


@pytest.mark.parametrize("module", [errors, iiif_errors])
def test_every_error_has_its_status(module: ModuleType) -> None:
    kinds = {
        kind for _, kind in inspect.getmembers(module, inspect.isclass) if kind.__module__ == module.__name__
    }
    # The parent of all is never raised itself.
    assert kinds - {MogaoError} <= set(http.STATUS)


@pytest.mark.parametrize(("kind", "status"), http.STATUS.items())
def test_an_error_answers_with_its_status_and_its_message(
    own_app: Flask, kind: type[Exception], status: HTTPStatus
) -> None:
    given: dict[type[Exception], object] = {
        iiif_errors.InvalidDocument: ["it is empty"],
        errors.Refused: [("", "it is empty")],
        errors.Misplaced: 5,
    }
    places = {"errors": [{"path": "", "detail": "it is empty"}]} if kind is errors.Refused else {}
    error = kind(given.get(kind, "it is empty"))
    answer = _failing(own_app, error).get("/api/fail")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.get_json() == {
        "type": "about:blank", "title": status.phrase, "status": status, "detail": str(error), **places,
    }  # fmt: skip
    assert answer.access_control_allow_origin == "*"
    assert answer.cache_control.no_store


def test_what_is_under_way_says_when_to_come_back(own_app: Flask) -> None:
    assert (
        _failing(own_app, Unavailable("wait", retry_after=9)).get("/api/fail").headers["Retry-After"] == "9"
    )


@pytest.mark.parametrize(
    ("accept", "media_type"), [("text/html", "text/html"), ("*/*", "application/problem+json")]
)
def test_a_fault_of_ours_is_logged_and_not_shown(
    own_app: Flask, caplog: pytest.LogCaptureFixture, accept: str, media_type: str
) -> None:
    client = _failing(own_app, RuntimeError("the secret of the house"))
    answer = client.get(
        "/fail" if "html" in accept else "/api/fail", headers={"Accept": accept, "X-Request-ID": "abc"}
    )
    assert (answer.status_code, answer.mimetype) == (500, media_type)
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    (line,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert (line.exc_info is not None, line.__dict__["request_id"]) == (True, "abc")


def test_a_part_that_fails_is_told_to_the_log(own_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    error = Unavailable("the store does not answer")
    error.__cause__ = OSError("disk 7 is on fire")
    answer = _failing(own_app, error).get("/api/fail")
    assert (answer.status_code, "disk 7" in answer.text) == (503, False)
    assert "disk 7 is on fire" in caplog.text


@pytest.mark.parametrize("url", ["", "postgresql://127.0.0.1:1/none"])
@pytest.mark.parametrize("path", [MANIFEST, "/iiif/image/3/view/info.json", "/api/records/photograph", "/"])
def test_a_lost_catalogue_is_a_503_that_names_no_place(tmp_path: Path, url: str, path: str) -> None:
    (tmp_path / "catalogue.sqlite").write_bytes(b"no database at all" * 999)
    with application(Settings(data_dir=tmp_path, database_url=url)) as app:
        answer = app.test_client().get(path)
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    assert not re.search(r"sqlite|127\.0\.0\.1|/tmp", answer.text)


def test_an_address_that_is_none_is_a_page_for_people_and_a_problem_for_programs(
    visitor: FlaskClient,
) -> None:
    page = visitor.get("/nowhere", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (404, "text/html")
    for path in ("/iiif/nowhere", "/api/nowhere", "/file/nowhere", "/health/nowhere"):
        problem = visitor.get(path, headers={"Accept": "text/html"})
        assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize("given", ["abc", "A.b_c-9", "f" * 64])
def test_the_id_of_a_request_is_kept(
    visitor: FlaskClient, caplog: pytest.LogCaptureFixture, given: str
) -> None:
    caplog.set_level(logging.INFO, "mogao.http")
    answer = visitor.get("/health/live", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == given
    line = caplog.records[-1].__dict__
    assert [line[key] for key in ("request_id", "method", "path", "status")] == [
        given,
        "GET",
        "/health/live",
        200,
    ]


@pytest.mark.parametrize("given", ["", "a b", "a\tb", "é", "f" * 65, "<script>", "a;b"])
def test_an_id_that_is_none_is_replaced(visitor: FlaskClient, given: str) -> None:
    made = visitor.get("/health/live", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", made)


@pytest.mark.parametrize(
    "path", ["/?q=%00", "/record/a%00", "/iiif/manifest/%00", "/api/records/a%00b", "/?lang=%00"]
)
def test_a_nul_is_refused_before_a_database_sees_it(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, "NUL" in answer.get_json()["detail"]) == (400, True)


def test_health(visitor: FlaskClient) -> None:
    assert visitor.get("/health/live").get_json() == {"status": "live"}
    assert visitor.get("/health/ready").get_json() == {"status": "ready"}


def test_an_archive_without_a_catalogue_lives_and_is_not_ready(tmp_path: Path) -> None:
    with application(Settings(data_dir=tmp_path)) as app:
        client = app.test_client()
        assert client.get("/health/live").status_code == 200
        answer = client.get("/health/ready")
    assert (answer.status_code, "mogao init" in answer.get_json()["detail"]) == (503, True)


@pytest.mark.parametrize(
    "header", ["Host", "X-Forwarded-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"]
)
def test_no_header_moves_the_archive(museum_settings: Settings, header: str) -> None:
    headers = {
        header: "host=evil.example" if header == "Forwarded" else "evil.example",
        "X-Forwarded-Proto": "https",
    }
    for public_url, base in (
        ("https://archive.example", "https://archive.example"),
        ("", "http://127.0.0.1:8000"),
    ):
        with application(dataclasses.replace(museum_settings, public_url=public_url)) as app:
            client = app.test_client()
            assert client.get(MANIFEST, headers=headers).get_json()["id"] == base + MANIFEST
            for path in ("/iiif/image/3/view", "/iiif/manifest/Or.8210/S.1", "/record/Or.8210/S.1"):
                assert client.get(path, headers=headers).location.startswith(base)
            for path in ("/iiif//manifest/book", "/record//book", "//evil.example/%2e%2e"):
                assert "evil" not in client.get(path, headers=headers).headers.get("Location", "")


@pytest.mark.parametrize("cut_off", [True, False])
def test_behind_a_path_every_address_bears_it(museum_settings: Settings, cut_off: bool) -> None:
    settings = dataclasses.replace(museum_settings, public_url="https://museum.example/archive/")
    prefix = "" if cut_off else "/archive"
    with application(settings) as app:
        client = app.test_client()
        manifest = client.get(prefix + MANIFEST).get_json()
        assert manifest["id"] == f"https://museum.example/archive{MANIFEST}"
        assert client.get(f"{prefix}/iiif/image/3/view").location == (
            "https://museum.example/archive/iiif/image/3/view/info.json"
        )
        page = client.get(f"{prefix}/?lang=fr", headers={"Accept": "text/html"})
        assert "Path=/archive/" in page.headers["Set-Cookie"]
        sheets = re.findall(r'href="(/[^"]+\.css[^"]*)"', page.text)
        assert sheets
        assert all(sheet.startswith("/archive/static/") for sheet in sheets)
        asked = sheets[0].removeprefix("/archive") if cut_off else sheets[0]
        assert client.get(asked, buffered=True).status_code == 200


@pytest.mark.parametrize("path", ["/archive", "/archive/"])
def test_the_path_itself_is_the_first_page(museum_settings: Settings, path: str) -> None:
    with application(
        dataclasses.replace(museum_settings, public_url="https://museum.example/archive")
    ) as app:
        assert app.test_client().get(path).status_code == 200


def test_a_path_that_only_begins_alike_is_another(museum_settings: Settings) -> None:
    with application(dataclasses.replace(museum_settings, public_url="https://museum.example/arch")) as app:
        assert app.test_client().get("/archive").status_code == 404


FORWARDED = {
    "Host": "127.0.0.1:8000",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "museum.example",
    "X-Forwarded-Prefix": "/archive",
}


def test_a_trusted_proxy_says_where_the_archive_is(museum_settings: Settings) -> None:
    with application(dataclasses.replace(museum_settings, public_url="", proxy_hops=1)) as app:
        client = app.test_client()
        assert (
            client.get(MANIFEST, headers=FORWARDED).get_json()["id"]
            == f"https://museum.example/archive{MANIFEST}"
        )
        info = client.get("/iiif/image/3/view/info.json", headers=FORWARDED)
        assert info.get_json()["id"] == "https://museum.example/archive/iiif/image/3/view"
        other = client.get(
            "/iiif/image/3/view/info.json", headers={**FORWARDED, "X-Forwarded-Host": "other.example"}
        )
        assert other.get_etag() != info.get_etag()
        page = client.get("/?lang=ar", headers={**FORWARDED, "Accept": "text/html"})
        assert "Path=/archive/" in page.headers["Set-Cookie"]
        assert "Secure" in page.headers["Set-Cookie"]


def test_only_as_many_proxies_are_trusted_as_there_are(museum_settings: Settings) -> None:
    chain = {
        **FORWARDED,
        "X-Forwarded-Host": "evil.example, museum.example",
        "X-Forwarded-Proto": "http, https",
    }
    with application(dataclasses.replace(museum_settings, public_url="", proxy_hops=1)) as app:
        assert (
            app.test_client()
            .get(MANIFEST, headers=chain)
            .get_json()["id"]
            .startswith("https://museum.example/")
        )


def test_the_address_of_the_settings_goes_before_that_of_a_proxy(museum_settings: Settings) -> None:
    settings = dataclasses.replace(museum_settings, public_url="https://public.example/a", proxy_hops=1)
    with application(settings) as app:
        answer = app.test_client().get(MANIFEST, headers=FORWARDED)
    assert answer.get_json()["id"] == f"https://public.example/a{MANIFEST}"


def test_scripts_of_other_origins_may_read_what_they_need(visitor: FlaskClient) -> None:
    exposed = set(visitor.get(MANIFEST).access_control_expose_headers or ())
    assert {"ETag", "Link", "Content-Range", "Accept-Ranges", "Retry-After"} <= exposed


def _failing(app: Flask, error: Exception) -> FlaskClient:
    """A client of the application, in which ``/fail`` and ``/api/fail`` raise ``error``."""

    def fail() -> str:
        raise error

    app.add_url_rule("/fail", "fail", fail)
    app.add_url_rule("/api/fail", "api_fail", fail)
    return app.test_client()
