"""What a page may load, who may keep it, and how static files are named."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from archive.config import Settings
from archive.web import headers


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    (tmp_path / "site.css").write_text("body { margin: 0 }")
    app = Flask(__name__, static_folder=tmp_path, static_url_path="/static")
    app.extensions["mogao"] = SimpleNamespace(settings=Settings())
    app.url_defaults(headers.fingerprint)
    app.after_request(headers.finish)
    for endpoint in ("pages.home", "pages.record"):
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: "<p>text</p>")
    app.add_url_rule("/json", "json", lambda: {"a": 1})
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def static(app: Flask, name: str) -> str:
    with app.test_request_context():
        return url_for("static", filename=name)


def test_no_page_allows_inline_scripts_or_styles(client: FlaskClient) -> None:
    for page in ("/pages.home", "/pages.record"):
        assert "unsafe" not in client.get(page).headers["Content-Security-Policy"]


def test_only_pages_with_a_viewer_may_ask_other_hosts(client: FlaskClient) -> None:
    assert "connect-src" not in client.get("/pages.home").headers["Content-Security-Policy"]
    assert "connect-src *" in client.get("/pages.record").headers["Content-Security-Policy"]


def test_a_page_names_its_language_and_what_it_varies_by(client: FlaskClient) -> None:
    answer = client.get("/pages.home", headers={"Accept-Language": "fr"})
    assert (answer.headers["Content-Language"], answer.headers["Vary"]) == ("fr", "Accept-Language, Cookie")


def test_a_choice_of_language_is_remembered_for_this_site_only(client: FlaskClient) -> None:
    cookie = client.get("/pages.home?lang=ar").headers["Set-Cookie"]
    assert cookie.startswith("mogao_language=ar;")
    assert "SameSite=Lax" in cookie
    assert "HttpOnly" in cookie


def test_no_cookie_is_set_unasked(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/pages.home").headers


def test_documents_get_none_of_this(client: FlaskClient) -> None:
    assert "Content-Security-Policy" not in client.get("/json").headers


def test_a_static_files_address_changes_with_its_content(app: Flask, tmp_path: Path) -> None:
    before = static(app, "site.css")
    (tmp_path / "site.css").write_text("body { margin: 1px }")
    assert static(app, "site.css") != before


def test_a_static_file_with_its_fingerprint_may_be_kept_for_ever(app: Flask, client: FlaskClient) -> None:
    answer = client.get(static(app, "site.css"))
    assert "immutable" in answer.headers["Cache-Control"]
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    answer.close()


@pytest.mark.parametrize("name", ["absent.css", "../secrets"])
def test_a_missing_static_file_gets_no_fingerprint(app: Flask, name: str) -> None:
    assert "v=" not in static(app, name)
