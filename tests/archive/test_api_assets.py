"""Assets over the API: made of files that were sent, shown on canvases, removed while nobody knows them."""

from pathlib import Path
from typing import Any

import pytest
from factories import book, jpeg, photograph, png, tiff, truncated
from factories_media import glb, mp4, wav
from flask import Flask
from flask.testing import FlaskClient
from intake import take_in, write_sheet
from sending import announce, bearer, piece, send
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive import work
from archive.app import create_app
from archive.config import Settings
from archive.context import Context, initialise
from archive.models import Asset, Scope
from archive.services import jobs
from archive.services.collections import Shelves
from archive.services.jobs import Owner
from archive.storage import pieces

Json = dict[str, Any]


@pytest.fixture
def keeper(app: Flask) -> FlaskClient:
    """A client with a token that writes, and a record."""
    client = bearer(app, "keeper")
    client.post("/api/records", json={"identifier": "scroll", "rights": "CC0"})
    return client


def test_a_file_that_was_sent_is_shown_on_a_canvas(app: Flask, keeper: FlaskClient, tmp_path: Path) -> None:
    content = jpeg(tmp_path / "a.jpg", photograph(300, 200)).read_bytes()
    made = _make(keeper, content, "folio 1.jpg")
    assert (made.status_code, made.headers["Location"]) == (201, "https://archive.example/api/assets/folio-1")
    (asset,) = made.get_json()["assets"]
    told = {name: asset[name] for name in ("record", "name", "mediaType", "width", "height", "pyramid")}
    assert told == {
        "record": "scroll", "name": "folio 1.jpg", "mediaType": "image/jpeg", "width": 300, "height": 200,
        "pyramid": "pending",
    }  # fmt: skip
    assert keeper.post("/api/records/scroll/canvases", json={"asset": "folio-1"}).status_code == 201
    work.drain(app.extensions["mogao"])
    assert keeper.get("/api/assets/folio-1").get_json()["pyramid"] == "ready"
    visitor = app.test_client()
    (shown,) = visitor.get("/iiif/manifest/scroll").get_json()["items"]
    assert (shown["width"], shown["height"]) == (300, 200)
    assert visitor.get("/iiif/image/3/folio-1/full/max/0/default.jpg").status_code == 200
    with visitor.get(asset["file"]) as kept:
        assert kept.data == content


@pytest.mark.s3
def test_a_file_that_was_sent_becomes_an_asset_on_s3(s3_settings: Settings, tmp_path: Path) -> None:
    app = create_app(s3_settings)
    context: Context = app.extensions["mogao"]
    initialise(context)
    client = bearer(app, "keeper")
    client.post("/api/records", json={"identifier": "scroll"})
    content = png(tmp_path / "a.png", photograph(90, 60)).read_bytes()
    (asset,) = _make(client, content, "a.png").get_json()["assets"]
    assert context.store.size(f"sources/{asset['digest'][:2]}/{asset['digest']}") == len(content)
    assert pieces.names(context.store) == set()
    context.close()


def test_each_page_of_a_file_is_an_asset(keeper: FlaskClient, tmp_path: Path) -> None:
    content = book(tmp_path / "book.tif", [photograph(width, 50) for width in (60, 70, 80)]).read_bytes()
    made = _make(keeper, content, "book.tif").get_json()["assets"]
    told = [(one["identifier"], one["page"], one["width"]) for one in made]
    assert told == [("book", 0, 60), ("book-page-2", 1, 70), ("book-page-3", 2, 80)]


def test_a_sound_has_its_duration_and_no_pyramid(app: Flask, keeper: FlaskClient) -> None:
    (asset,) = _make(keeper, wav(), "tune.wav").get_json()["assets"]
    assert asset["duration"] > 0
    assert (asset["pyramid"], asset["image"], asset["width"]) == ("none", None, None)
    with app.extensions["mogao"].sessions() as session:
        assert jobs.waiting(session) == 0


def test_a_film_is_played_with_the_captions_that_were_sent(app: Flask, keeper: FlaskClient) -> None:
    film = _make(keeper, mp4(), "dance.mp4").get_json()["assets"][0]
    text = _make(keeper, b"WEBVTT\n\n00:00.000 --> 00:01.000\nHo!\n", "dance.en.vtt").get_json()["assets"][0]
    keeper.post("/api/records/scroll/canvases", json={"asset": film["identifier"]})
    (canvas,) = app.test_client().get("/iiif/manifest/scroll").get_json()["items"]
    body = {"id": text["file"], "type": "Text", "format": "text/vtt", "language": "en"}
    said = {"type": "Annotation", "motivation": "supplementing", "body": body, "target": canvas["id"]}
    visitor = app.test_client()
    assert (canvas["duration"], visitor.get(text["file"]).status_code) == (film["duration"], 410)
    assert keeper.post("/iiif/annotation/scroll-2/", json=said).status_code == 201
    assert [visitor.get(one["file"]).status_code for one in (film, text)] == [200, 200]
    assert "annotation" in _remove(keeper, text["identifier"]).get_json()["detail"]


def test_what_a_file_is_its_bytes_say_and_not_its_name(keeper: FlaskClient, tmp_path: Path) -> None:
    for content, kind in ((glb(), "model/gltf-binary"), (png(tmp_path / "a").read_bytes(), "image/png")):
        (asset,) = _make(keeper, content, f"{kind[:5]}.mp3").get_json()["assets"]
        assert asset["mediaType"] == kind


def test_a_file_that_is_nothing_known_is_refused_with_the_reason(
    app: Flask, keeper: FlaskClient, tmp_path: Path
) -> None:
    for content in (b"a letter, and no picture", truncated(tiff(tmp_path / "a.tif")).read_bytes()[:100]):
        refused = _make(keeper, content, "a.tif")
        assert refused.status_code == 400
        (fault,) = refused.get_json()["errors"]
        assert fault["path"] == "/upload"
        assert fault["detail"].startswith('"a.tif" can\'t be read: ')
    assert _listed(keeper) == []
    assert list(app.extensions["mogao"].store.keys("sources")) == []


def test_an_upload_that_is_not_whole_makes_no_asset(keeper: FlaskClient) -> None:
    address = announce(keeper, 10).headers["Location"]
    piece(keeper, address, 0, b"12345")
    answer = keeper.post("/api/records/scroll/assets", json={"upload": address.rpartition("/")[2]})
    assert (answer.status_code, "5 of 10 bytes" in answer.get_json()["detail"]) == (409, True)


def test_a_request_that_was_lost_may_be_sent_again(app: Flask, keeper: FlaskClient, tmp_path: Path) -> None:
    upload = send(keeper, png(tmp_path / "a.png").read_bytes(), "a.png")
    first = keeper.post("/api/records/scroll/assets", json={"upload": upload})
    again = keeper.post("/api/records/scroll/assets", json={"upload": upload})
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    other = keeper.post("/api/records/scroll/assets", json={"upload": upload, "name": "b.png"})
    assert other.get_json()["assets"][0]["identifier"] == "b"
    assert pieces.names(app.extensions["mogao"].store) == set()


def test_another_file_of_the_same_name_is_refused(keeper: FlaskClient, tmp_path: Path) -> None:
    _make(keeper, png(tmp_path / "a.png").read_bytes(), "a.png")
    refused = _make(keeper, png(tmp_path / "b.png", photograph(50, 50)).read_bytes(), "a.png")
    assert (refused.status_code, "choose another name" in refused.get_json()["detail"]) == (409, True)
    assert [one["width"] for one in _listed(keeper)] == [96]


def test_a_name_that_is_taken_elsewhere_gets_an_identifier_of_its_own(
    keeper: FlaskClient, tmp_path: Path
) -> None:
    content = png(tmp_path / "a.png").read_bytes()
    keeper.post("/api/records", json={"identifier": "vase"})
    _make(keeper, content, "a.png")
    (second,) = _make(keeper, content, "a.png", record="vase").get_json()["assets"]
    assert second["identifier"] == "a.png"


def test_assets_are_listed_in_pages(keeper: FlaskClient, tmp_path: Path) -> None:
    for name in ("c", "a", "b"):
        _make(keeper, png(tmp_path / name, photograph(50, 40)).read_bytes(), f"{name}.png")
    first = keeper.get("/api/records/scroll/assets?limit=2").get_json()
    assert [one["identifier"] for one in first["assets"]] == ["c", "a"]
    assert [one["identifier"] for one in keeper.get(first["next"]).get_json()["assets"]] == ["b"]


def test_the_world_sees_what_a_record_shows(app: Flask, keeper: FlaskClient, tmp_path: Path) -> None:
    for name in "ab":
        _make(keeper, png(tmp_path / name, photograph(50, 40)).read_bytes(), f"{name}.png")
    keeper.post("/api/records/scroll/canvases", json={"asset": "a"})
    visitor = app.test_client()
    assert [one["identifier"] for one in _listed(visitor)] == ["a"]
    assert visitor.get("/api/assets/a").status_code == 200
    assert visitor.get("/api/assets/b").status_code == 404
    keeper.patch(
        "/api/records/scroll",
        json={"visibility": "draft"},
        headers={"If-Match": keeper.get("/api/records/scroll").headers["ETag"]},
    )
    for address in ("/api/assets/a", "/api/records/scroll/assets"):
        assert visitor.get(address).status_code == 404


def test_only_who_writes_the_record_makes_and_removes_its_assets(
    app: Flask, keeper: FlaskClient, tmp_path: Path
) -> None:
    content = png(tmp_path / "a.png").read_bytes()
    _make(keeper, content, "a.png")
    with app.extensions["mogao"].sessions.begin() as session:
        Shelves().find(session, ["Cups"])
    cups = bearer(app, "cups", collection="Cups")
    assert _make(cups, content, "b.png").status_code == 403
    assert bearer(app, "reader", Scope.READ).delete("/api/assets/a").status_code == 403
    mine = send(keeper, content, "c.png")
    assert bearer(app, "second").post("/api/records/scroll/assets", json={"upload": mine}).status_code == 404


def test_an_asset_that_nobody_knows_is_removed(app: Flask, keeper: FlaskClient, tmp_path: Path) -> None:
    context: Context = app.extensions["mogao"]
    content = png(tmp_path / "a.png").read_bytes()
    for name in ("a.png", "b.png"):
        _make(keeper, content, name)
    work.drain(context)
    assert keeper.delete("/api/assets/a").status_code == 428
    assert _remove(keeper, "a").status_code == 204
    assert keeper.get("/api/assets/a").status_code == 404
    assert len(list(context.store.keys("pyramids"))) == 1
    assert _remove(keeper, "b").status_code == 204
    assert list(context.store.keys("pyramids")) == []
    assert len(list(context.store.keys("sources"))) == 1


def test_a_canvas_over_the_api_lasts_until_the_row_of_its_record_changes(
    app: Flask, keeper: FlaskClient, tmp_path: Path
) -> None:
    jpeg(tmp_path / "front.jpg", photograph(50, 40))
    sheet, columns = tmp_path / "sheet.csv", ["identifier", "label", "files"]
    counts = []
    take_in(app.extensions["mogao"], write_sheet(sheet, columns, ["vase", "Vase", "front.jpg"]))
    (back,) = _make(keeper, png(tmp_path / "b").read_bytes(), "back.png", "vase").get_json()["assets"]
    assert keeper.post("/api/records/vase/canvases", json={"asset": back["identifier"]}).status_code == 201
    for label in ("Vase", "A vase"):
        take_in(app.extensions["mogao"], write_sheet(sheet, columns, ["vase", label, "front.jpg"]))
        counts.append(len(keeper.get("/iiif/manifest/vase").get_json()["items"]))
    assert counts == [2, 1]
    assert len(keeper.get("/api/records/vase?revision=2&fields=images").get_json()["images"]) == 2


def test_an_asset_that_is_or_was_shown_stays(keeper: FlaskClient, tmp_path: Path) -> None:
    _make(keeper, png(tmp_path / "a.png").read_bytes(), "a.png")
    _make(keeper, png(tmp_path / "b.png").read_bytes(), "b.png")
    for name in "ab":
        keeper.post("/api/records/scroll/canvases", json={"asset": name})
    refused = _remove(keeper, "a")
    assert (refused.status_code, 'canvas "scroll-2"' in refused.get_json()["detail"]) == (409, True)
    tag = keeper.get("/api/canvases/scroll-2").headers["ETag"]
    keeper.delete("/api/canvases/scroll-2", headers={"If-Match": tag})
    assert "revision 2 of its record" in _remove(keeper, "a").get_json()["detail"]


def test_an_asset_that_a_property_names_stays(keeper: FlaskClient, tmp_path: Path) -> None:
    _make(keeper, png(tmp_path / "a.png").read_bytes(), "a.png")
    uri = "https://archive.example/iiif/image/3/a/full/max/0/default.jpg"
    tag = keeper.get("/api/records/scroll").headers["ETag"]
    said = {"properties": {"thumbnail": [{"id": uri, "type": "Image", "format": "image/jpeg"}]}}
    assert keeper.patch("/api/records/scroll", json=said, headers={"If-Match": tag}).status_code == 200
    assert "the properties of a record" in _remove(keeper, "a").get_json()["detail"]


def test_a_removed_assets_pyramid_may_still_be_under_way(
    app: Flask, keeper: FlaskClient, tmp_path: Path
) -> None:
    context: Context = app.extensions["mogao"]
    _make(keeper, png(tmp_path / "a.png").read_bytes(), "a.png")
    with context.sessions.begin() as session:
        ((job, asset),) = jobs.claim(session, Owner.current(), most=1)
    _remove(keeper, "a")
    with context.sessions.begin() as session:
        jobs.finish(session, job.id, asset.pyramid_key)
        jobs.put_back(session, job.id, asset.pyramid_key, "it died")
        jobs.release(session, job.id)
        assert session.scalars(select(Asset.id)).all() == []


def _make(client: FlaskClient, content: bytes, name: str, record: str = "scroll") -> TestResponse:
    upload = send(client, content, name)
    return client.post(f"/api/records/{record}/assets", json={"upload": upload})


def _listed(client: FlaskClient) -> list[Json]:
    found: list[Json] = client.get("/api/records/scroll/assets").get_json()["assets"]
    return found


def _remove(client: FlaskClient, name: str) -> TestResponse:
    tag = client.get(f"/api/assets/{name}").headers["ETag"]
    return client.delete(f"/api/assets/{name}", headers={"If-Match": tag})
