"""A whole archive whose sources and pyramids stand on S3: taken in, shown, saved, restored."""

import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path

import museum
import pytest
from factories import jpeg, photograph
from flask import Flask
from flask.testing import FlaskClient
from intake import take_in
from PIL import Image
from s3 import S3Server, running
from sqlalchemy import select

from archive.config import Settings
from archive.context import Context, initialise, open_context
from archive.export import backup
from archive.ingest import derive
from archive.models import Asset, Job
from archive.services import jobs
from archive.storage import s3

pytestmark = pytest.mark.s3
_ADDRESSES = (
    "/file/view",
    "/iiif/image/3/view/0,0,512,512/512,512/0/default.jpg",
    "/iiif/image/3/view/full/100,/0/default.jpg",
)
"""What only the store can answer: a source, a tile, a rendition."""


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one large and one small scan."""
    folder = tmp_path_factory.mktemp("scans")
    jpeg(folder / "view.jpg", photograph(1300, 900))
    jpeg(folder / "small.jpg", photograph(60, 40))
    return folder


@pytest.fixture(scope="module")
def filled(s3_server: S3Server, scans: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of an archive on S3 that has taken the folder in; everyone reads it."""
    return _filled(s3_server, scans, tmp_path_factory.mktemp("filled"))


@pytest.fixture(scope="module")
def app(filled: Settings) -> Iterator[Flask]:
    """The application on that archive."""
    with museum.application(filled) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of it."""
    return app.test_client()


def test_no_source_and_no_pyramid_is_left_on_this_machine(filled: Settings) -> None:
    assert not (filled.data_dir / "store").exists()
    assert list((filled.data_dir / "scratch").iterdir()) == []


def test_an_image_is_described_and_its_tiles_are_given(client: FlaskClient) -> None:
    info = client.get("/iiif/image/3/view/info.json").get_json()
    assert (info["width"], info["height"], info["tiles"][0]["width"]) == (1300, 900, 512)
    tile = client.get("/iiif/image/3/view/1024,512,276,388/276,388/0/default.jpg")
    assert (tile.status_code, Image.open(io.BytesIO(tile.data)).size) == (200, (276, 388))
    whole = client.get("/iiif/image/3/view/full/max/0/default.png")
    assert Image.open(io.BytesIO(whole.data)).size == (1300, 900)


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [(None, 200, 0, None), ("bytes=1000-1999", 206, 1000, 2000), ("bytes=-10", 206, -10, None)],
)
def test_a_source_is_given_whole_or_in_part(
    client: FlaskClient, scans: Path, asked: str | None, status: int, first: int, last: int | None
) -> None:
    source = (scans / "view.jpg").read_bytes()
    answer = client.get("/file/view/view.jpg", headers={"Range": asked} if asked else {}, buffered=True)
    assert (answer.status_code, answer.data) == (status, source[first:last])
    assert answer.content_length == len(source[first:last])


def test_a_part_beyond_the_end_of_a_source_is_refused(client: FlaskClient, scans: Path) -> None:
    answer = client.get("/file/view", headers={"Range": "bytes=99999999-"})
    size = (scans / "view.jpg").stat().st_size
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{size}")


def test_a_lost_source_and_a_lost_pyramid_are_told(s3_server: S3Server, scans: Path, tmp_path: Path) -> None:
    settings = _filled(s3_server, scans, tmp_path)
    for kept in (s3_server.buckets / settings.storage_url.removeprefix("s3://")).glob("*/*/*"):
        kept.unlink()
    with museum.application(settings) as app:
        for address in _ADDRESSES:
            answer = app.test_client().get(address)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3600")


def test_a_server_that_is_away_is_told_and_waited_for(
    scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path) as server:
        settings = _filled(server, scans, tmp_path)
    monkeypatch.setattr(s3, "_RETRIES", 0)
    (tmp_path / "more").mkdir()
    jpeg(tmp_path / "more" / "another.jpg", photograph(70, 50))
    with museum.application(settings) as app:
        for address in _ADDRESSES:
            answer = app.test_client().get(address)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert "the store on S3 can't be used" in answer.get_json()["detail"]
            assert "127.0.0.1" not in answer.text
        report = take_in(app.extensions["mogao"], tmp_path / "more")
        assert report.stopped
        assert report.stopped.startswith("the store on S3 can't be used")


def test_taking_in_again_asks_the_store_for_nothing(filled: Settings, scans: Path) -> None:
    away = dataclasses.replace(filled, s3_endpoint="http://127.0.0.1:1")
    context = open_context(away)
    assert take_in(context, scans).counts() == {"unchanged": 2}
    context.close()


@pytest.mark.parametrize("onto", ["s3", "a folder"])
def test_a_backup_of_it_goes_back_onto_any_store(
    filled: Settings, s3_server: S3Server, tmp_path: Path, onto: str
) -> None:
    other = s3_server.settings(tmp_path / "other") if onto == "s3" else Settings(data_dir=tmp_path / "other")
    full, empty = open_context(filled), open_context(other)
    initialise(empty)
    backup.write(full, tmp_path / "backup.tar")
    backup.restore(empty, tmp_path / "backup.tar")
    keys = sorted(full.store.keys("sources"))
    assert len(keys) == 2
    assert sorted(empty.store.keys("sources")) == keys
    for key in keys:
        with full.store.open(key) as before, empty.store.open(key) as after:
            assert before.read() == after.read()
    full.close()
    empty.close()


def _filled(server: S3Server, scans: Path, folder: Path) -> Settings:
    settings = dataclasses.replace(
        server.settings(folder / "data"), public_url=museum.PUBLIC_URL, rights="CC0"
    )
    context = open_context(settings)
    initialise(context)
    assert take_in(context, scans).is_clean
    _make_pyramids(context)
    context.close()
    return settings


def _make_pyramids(context: Context) -> None:
    # In this process: what a worker process does is tested with the job table.
    with context.sessions.begin() as session:
        for job, asset in session.execute(select(Job, Asset).join(Asset)).tuples().all():
            task = derive.Task.of(asset)
            derive.make(context.settings, task)
            jobs.finish(session, job.id, task.key)
