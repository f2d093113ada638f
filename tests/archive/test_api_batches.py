"""Several records or canvases in one request: all are made, or none, and a fault names its place."""

from typing import Any

import pytest
from catalogue import picture, save
from flask import Flask
from flask.testing import FlaskClient
from sending import bearer
from sqlalchemy import func, select

from archive.models import Record, Scope
from archive.services.drafts import Draft

Json = dict[str, Any]


@pytest.fixture
def keeper(app: Flask) -> FlaskClient:
    """A client with a token that writes, and a book of two pages."""
    save(app.extensions["mogao"], Draft("book"), picture("p1"), picture("p2", 50, 60))
    return bearer(app, "keeper")


def test_records_are_made_in_their_order(keeper: FlaskClient) -> None:
    sent = [{"identifier": "bowl", "label": {"en": ["A bowl"]}}, {"label": {"zh": ["瓶"]}, "rights": "CC0"}]
    made = keeper.post("/api/records/batch", json={"records": sent})
    assert (made.status_code, made.location) == (201, "https://archive.example/api/records")
    told = made.get_json()["records"]
    assert [one["label"] for one in told] == [one["label"] for one in sent]
    for one in told:
        assert keeper.get(f"/api/records/{one['identifier']}").get_json() == one
        assert keeper.get(f"/iiif/manifest/{one['identifier']}").status_code == 200


@pytest.mark.parametrize(
    ("bad", "path"),
    [
        ({"label": {"en-": ["x"]}}, "/records/1/label"),
        ({"rights": "as you like"}, "/records/1/rights"),
        ({"identifier": "a b"}, "/records/1/identifier"),
        ({"collections": ["root", "nowhere"]}, "/records/1/collections/1"),
        ({"properties": {"seeAlso": [{"id": "x"}]}}, "/records/1/"),
    ],
)
def test_one_that_is_refused_lets_none_be_made(app: Flask, keeper: FlaskClient, bad: Json, path: str) -> None:
    refused = keeper.post("/api/records/batch", json={"records": [{"identifier": "good"}, bad]})
    assert refused.status_code == 400
    assert all(one["path"].startswith(path) for one in refused.get_json()["errors"])
    assert _records(app) == 1


def test_an_identifier_that_stands_there_twice_is_a_conflict(app: Flask, keeper: FlaskClient) -> None:
    refused = keeper.post("/api/records/batch", json={"records": [{"identifier": "a"}, {"identifier": "a"}]})
    assert refused.status_code == 409
    assert '"a"' in refused.get_json()["detail"]
    assert _records(app) == 1


@pytest.mark.parametrize("count", [0, 501])
def test_a_list_of_none_or_too_many_is_refused(keeper: FlaskClient, count: int) -> None:
    for path, name in (("/api/records/batch", "records"), ("/api/records/book/canvases/batch", "canvases")):
        refused = keeper.post(path, json={name: [{}] * count})
        assert (refused.status_code, refused.get_json()["errors"][0]["path"]) == (400, f"/{name}")


def test_canvases_are_one_revision(keeper: FlaskClient) -> None:
    sent = [{"asset": "p2"}, {"asset": "p1", "position": 1, "label": {"en": ["Cover"]}}, {"duration": 3.5}]
    made = keeper.post("/api/records/book/canvases/batch", json={"canvases": sent})
    assert made.status_code == 201
    told = made.get_json()["canvases"]
    assert [(one["identifier"], one["position"]) for one in told] == [
        ("book-3", 4),
        ("book-4", 1),
        ("book-5", 5),
    ]
    assert (told[0]["width"], told[0]["height"]) == (50, 60)
    assert keeper.get("/api/records/book").get_json()["revision"] == 2
    items = keeper.get("/iiif/manifest/book").get_json()["items"]
    assert [one["id"].rpartition("-")[2] for one in items] == ["4", "1", "2", "3", "5"]


@pytest.mark.parametrize(
    ("bad", "path"),
    [
        ({"asset": "strange"}, "/canvases/1/asset"),
        ({"width": 0}, "/canvases/1/width"),
        ({"width": 10}, "/canvases/1"),
    ],
)
def test_a_canvas_that_is_refused_lets_none_be_added(keeper: FlaskClient, bad: Json, path: str) -> None:
    refused = keeper.post("/api/records/book/canvases/batch", json={"canvases": [{"asset": "p1"}, bad]})
    assert refused.status_code == 400
    assert all(one["path"].startswith(path) for one in refused.get_json()["errors"])
    assert keeper.get("/api/records/book").get_json()["revision"] == 1
    assert len(keeper.get("/api/records/book/canvases").get_json()["canvases"]) == 2


def test_a_batch_that_may_have_been_lost_is_made_once(app: Flask, keeper: FlaskClient) -> None:
    for _ in range(2):
        answer = keeper.post(
            "/api/records/batch", json={"records": [{}, {}]}, headers={"Idempotency-Key": "k"}
        )
        assert answer.status_code == 201
    assert _records(app) == 3


def test_a_record_may_be_called_batch(keeper: FlaskClient) -> None:
    keeper.post("/api/records", json={"identifier": "batch"})
    assert keeper.get("/api/records/batch").get_json()["identifier"] == "batch"


def test_who_only_reads_makes_none(app: Flask, keeper: FlaskClient) -> None:
    reader = bearer(app, "reader", Scope.READ)
    for path, name in (("/api/records/batch", "records"), ("/api/records/book/canvases/batch", "canvases")):
        assert reader.post(path, json={name: [{}]}).status_code == 403


def test_the_most_at_once_are_made_to_the_last(app: Flask, keeper: FlaskClient) -> None:
    canvases = [{"width": 10 + number, "height": 10} for number in range(500)]
    assert keeper.post("/api/records/batch", json={"records": [{}] * 500}).status_code == 201
    assert _records(app) == 501
    made = keeper.post("/api/records/book/canvases/batch", json={"canvases": canvases})
    assert [one["position"] for one in made.get_json()["canvases"]] == list(range(3, 503))
    assert keeper.get("/api/records/book").get_json()["revision"] == 2


def _records(app: Flask) -> int:
    with app.extensions["mogao"].sessions() as session:
        return session.scalar(select(func.count()).select_from(Record)) or 0
