"""Canvases over the API: added, changed, moved, removed, each edit a revision of their record."""

from typing import Any

import pytest
from catalogue import picture, save
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.models import Scope
from archive.services import tokens
from archive.services.drafts import Draft

Json = dict[str, Any]


@pytest.fixture
def keeper(app: Flask) -> FlaskClient:
    """A client with a token that writes, and a book of three pages."""
    save(app.extensions["mogao"], Draft("book"), picture("p1"), picture("p2", 50, 60), picture("p3"))
    client = app.test_client()
    with app.extensions["mogao"].sessions.begin() as session:
        secret = tokens.mint(session, "keeper", Scope.WRITE)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def test_canvases_are_listed_in_pages(keeper: FlaskClient) -> None:
    first = keeper.get("/api/records/book/canvases?limit=2").get_json()
    assert [one["identifier"] for one in first["canvases"]] == ["book-1", "book-2"]
    rest = keeper.get(first["next"]).get_json()
    assert [one["identifier"] for one in rest["canvases"]] == ["book-3"]
    assert "next" not in rest


def test_a_canvas_is_told_whole(keeper: FlaskClient) -> None:
    assert keeper.get("/api/canvases/book-2").get_json() == {
        "identifier": "book-2",
        "label": {},
        "width": 50,
        "height": 60,
        "duration": None,
        "asset": "p2",
        "position": 2,
        "properties": {},
        "record": "book",
        "substitute": None,
        "canvas": "https://archive.example/iiif/canvas/book-2",
    }


def test_an_added_canvas_has_its_assets_size_and_its_place(keeper: FlaskClient) -> None:
    made = keeper.post("/api/records/book/canvases", json={"asset": "p2", "position": 1})
    assert made.status_code == 201
    assert made.location == "https://archive.example/api/canvases/book-4"
    assert (made.get_json()["width"], made.get_json()["height"]) == (50, 60)
    assert _order(keeper) == ["book-4", "book-1", "book-2", "book-3"]
    assert keeper.get("/api/records/book").get_json()["revision"] == 2
    items = keeper.get("/iiif/manifest/book").get_json()["items"]
    assert [one["id"].rpartition("/")[2] for one in items] == _order(keeper)


def test_the_first_canvas_takes_the_place_of_the_blank_one(keeper: FlaskClient) -> None:
    keeper.post("/api/records", json={"identifier": "film"})
    keeper.post("/api/records/film/canvases", json={"duration": 12.5, "label": {"en": ["Reel"]}})
    assert _order(keeper, "film") == ["film-2"]


@pytest.mark.parametrize(
    ("position", "order"),
    [(1, "312"), (2, "132"), (3, "123"), (99, "123")],
)
def test_a_canvas_is_moved(keeper: FlaskClient, position: int, order: str) -> None:
    assert _write(keeper, "PATCH", "/api/canvases/book-3", {"position": position}).status_code == 200
    assert _order(keeper) == [f"book-{number}" for number in order]


def test_a_canvas_that_moves_on_lets_the_others_close_up(keeper: FlaskClient) -> None:
    _write(keeper, "PATCH", "/api/canvases/book-1", {"position": 3})
    assert _order(keeper) == ["book-2", "book-3", "book-1"]
    assert [one["position"] for one in _listed(keeper)] == [1, 2, 3]


def test_another_asset_brings_its_size(keeper: FlaskClient) -> None:
    changed = _write(keeper, "PATCH", "/api/canvases/book-1", {"asset": "p2"}).get_json()
    assert (changed["asset"], changed["width"], changed["height"]) == ("p2", 50, 60)


def test_a_removed_canvas_leaves_no_gap_and_the_last_one_stays(keeper: FlaskClient) -> None:
    assert _write(keeper, "DELETE", "/api/canvases/book-2").status_code == 204
    assert keeper.get("/api/canvases/book-2").status_code == 404
    assert [one["position"] for one in _listed(keeper)] == [1, 2]
    assert _write(keeper, "DELETE", "/api/canvases/book-1").status_code == 204
    assert _write(keeper, "DELETE", "/api/canvases/book-3").status_code == 409
    assert len(keeper.get("/api/records/book?revision=1&fields=images").get_json()["images"]) == 3


def test_what_came_back_may_be_sent_back_and_changes_nothing(keeper: FlaskClient) -> None:
    told = keeper.get("/api/canvases/book-1").get_json()
    assert _write(keeper, "PUT", "/api/canvases/book-1", told).get_json() == told
    assert keeper.get("/api/records/book").get_json()["revision"] == 1


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"asset": "elsewhere"}, "/asset"),
        ({"width": 0, "height": 1}, "/width"),
        ({"width": 5}, "/height"),
        ({"width": None, "height": None}, "/width"),
        ({"label": {"en": ["<b>A</b>"]}}, "/label/en/0"),
        ({"position": 0}, "/position"),
        ({"properties": {"behavior": ["paged"]}}, "/properties/behavior"),
        ({"properties": {"items": []}}, "/properties/items"),
        ({"widht": 5}, "/widht"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(keeper: FlaskClient, body: Json, path: str) -> None:
    answer = keeper.post("/api/records/book/canvases", json=body)
    assert answer.status_code == 400
    assert path in [one["path"] for one in answer.get_json()["errors"]]
    assert _order(keeper) == ["book-1", "book-2", "book-3"]


def test_an_edit_of_one_canvas_leaves_the_tags_of_the_others(keeper: FlaskClient) -> None:
    tags = [keeper.get(f"/api/canvases/book-{number}").headers["ETag"] for number in (1, 2)]
    path = "/api/canvases/book-1"
    assert keeper.patch(path, json={"label": {"en": ["i"]}}, headers={"If-Match": tags[0]}).status_code == 200
    assert keeper.patch(path, json={"label": {}}, headers={"If-Match": tags[0]}).status_code == 412
    assert keeper.patch(path, json={"label": {}}).status_code == 428
    assert keeper.get("/api/canvases/book-2").headers["ETag"] == tags[1]


def test_canvases_of_hidden_records_are_hidden(app: Flask, keeper: FlaskClient) -> None:
    save(app.extensions["mogao"], Draft("draft", visibility="draft"), picture("d"))
    for path in ("/api/canvases/draft-1", "/api/records/draft/canvases"):
        assert app.test_client().get(path).status_code == 404
        assert keeper.get(path).status_code == 200
    assert app.test_client().delete("/api/canvases/book-1").status_code == 401


def _listed(client: FlaskClient, record: str = "book") -> list[Json]:
    found: list[Json] = client.get(f"/api/records/{record}/canvases").get_json()["canvases"]
    return found


def _order(client: FlaskClient, record: str = "book") -> list[str]:
    return [one["identifier"] for one in _listed(client, record)]


def _write(client: FlaskClient, method: str, path: str, body: Json | None = None) -> TestResponse:
    tag = client.get(path).headers["ETag"]
    return client.open(path, method=method, json=body, headers={"If-Match": tag})
