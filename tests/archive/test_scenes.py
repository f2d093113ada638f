"""Models with files beside them: taken in with the model, given out beside it, and no pages of anything."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from factories import jpeg, photograph, png
from factories_media import gltf, triangle, wav
from flask import Flask
from flask.testing import FlaskClient
from intake import assets, log, outcomes, take_in, write_sheet
from sending import bearer, send
from werkzeug.test import TestResponse

from archive import work
from archive.config import Settings
from archive.context import Context, initialise, open_context
from archive.export import backup, static
from archive.services import jobs, records

Json = dict[str, Any]


@pytest.fixture
def bowl(tmp_path: Path) -> Path:
    """A folder with a folder: a model, its buffer, and a texture further below."""
    folder = tmp_path / "scans"
    (folder / "bowl" / "maps").mkdir(parents=True)
    scene, buffer = triangle("scene%20one.bin", "maps/w%C3%B6od.png")
    (folder / "bowl" / "scene.gltf").write_bytes(scene)
    (folder / "bowl" / "scene one.bin").write_bytes(buffer)
    png(folder / "bowl" / "maps" / "wöod.png", photograph(8, 8))
    return folder


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_model_opens_with_what_it_names_and_that_is_no_page(
    app: Flask, client: FlaskClient, bowl: Path
) -> None:
    report = take_in(app.extensions["mogao"], bowl)
    assert (outcomes(report), report.faults) == ({"bowl": "created"}, [])
    (canvas,) = client.get("/iiif/manifest/bowl").get_json()["items"]
    (model,) = canvas["rendering"]
    assert model["format"] == "model/gltf+json"
    scene = json.loads(_given(client, model["id"]).data)
    folder = model["id"].rpartition("/")[0]
    found = [_given(client, f"{folder}/{one['uri']}") for one in (*scene["buffers"], *scene["images"])]
    files = [bowl / "bowl" / name for name in ("scene one.bin", "maps/wöod.png")]
    assert [one.data for one in found] == [file.read_bytes() for file in files]
    assert [one.mimetype for one in found] == ["application/gltf-buffer", "image/png"]
    with app.extensions["mogao"].sessions() as session:
        assert jobs.waiting(session) == 0


def test_what_a_model_names_is_given_in_parts_and_revalidated(
    app: Flask, client: FlaskClient, bowl: Path
) -> None:
    take_in(app.extensions["mogao"], bowl)
    address = f"/file/{_model(app)}/scene%20one.bin"
    part = client.get(address, headers={"Range": "bytes=0-9"}, buffered=True)
    assert (part.status_code, part.data) == (206, (bowl / "bowl" / "scene one.bin").read_bytes()[:10])
    assert part.headers["Content-Range"] == "bytes 0-9/60"
    assert part.access_control_allow_origin == "*"
    again = client.get(address, headers={"If-None-Match": part.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    ["other.bin", "maps", "maps/none.png", "../bowl/scene%20one.bin", "bowl/scene%20one.bin",
     "%2e%2e/photograph.jpg", "photograph.jpg", "tune.wav", "//scene%20one.bin"],
)  # fmt: skip
def test_nothing_else_of_the_record_is_given_beside_a_model(
    app: Flask, client: FlaskClient, bowl: Path, path: str
) -> None:
    jpeg(bowl / "bowl" / "photograph.jpg", photograph(30, 20))
    (bowl / "bowl" / "tune.wav").write_bytes(wav())
    take_in(app.extensions["mogao"], bowl)
    answer = client.get(f"/file/{_model(app)}/{path}", follow_redirects=True)
    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["other.jpg", "vase.jpg/a", "VASE.jpg", "../vase.jpg"])
def test_a_picture_is_given_by_its_own_name_alone(
    app: Flask, client: FlaskClient, tmp_path: Path, name: str
) -> None:
    jpeg(tmp_path / "vase.jpg", photograph(30, 20))
    sheet = write_sheet(tmp_path / "sheet.csv", ["files", "rights"], ["vase.jpg", "CC0"])
    take_in(app.extensions["mogao"], sheet, tmp_path)
    assert client.get(f"/file/vase/{name}").status_code == 404
    assert _given(client, "/file/vase/vase.jpg").mimetype == "image/jpeg"


def test_what_a_model_names_is_seen_by_whom_sees_the_model(
    app: Flask, client: FlaskClient, bowl: Path
) -> None:
    columns = ["identifier", "files", "rights", "visibility"]
    sheet = bowl.parent / "sheet.csv"
    for visibility, status in (("public", 200), ("draft", 404)):
        take_in(app.extensions["mogao"], write_sheet(sheet, columns, ["b", "bowl", "InC", visibility]), bowl)
        for path in ("scene.gltf", "scene%20one.bin", "maps/w%C3%B6od.png"):
            answer = client.get(f"/file/{_model(app)}/{path}", buffered=True)
            assert answer.status_code == status


@pytest.mark.parametrize(
    "files", ["bowl", "bowl/scene.gltf", "bowl/*", "bowl/scene.gltf|bowl/scene one.bin|bowl/maps/wöod.png"]
)
def test_a_sheet_names_a_model_with_or_without_what_belongs_to_it(
    app: Flask, client: FlaskClient, bowl: Path, files: str
) -> None:
    sheet = write_sheet(bowl.parent / "sheet.csv", ["identifier", "label", "files"], ["b", "Bowl", files])
    report = take_in(app.extensions["mogao"], sheet, bowl)
    assert (outcomes(report), report.faults, report.outcomes[0].faults) == ({"b": "created"}, [], ())
    assert len(client.get("/iiif/manifest/b").get_json()["items"]) == 1
    assert _given(client, f"/file/{_model(app)}/maps/w%C3%B6od.png").mimetype == "image/png"


def test_a_row_that_names_the_texture_alone_has_it_as_its_picture(app: Flask, bowl: Path) -> None:
    sheet = write_sheet(bowl.parent / "sheet.csv", ["identifier", "files"], ["w", "bowl/maps/wöod.png"])
    take_in(app.extensions["mogao"], sheet, bowl)
    with app.extensions["mogao"].sessions() as session:
        assert jobs.waiting(session) == 1


def test_a_missing_file_is_named_with_the_remedy_and_taken_when_it_is_there(app: Flask, bowl: Path) -> None:
    context: Context = app.extensions["mogao"]
    buffer = (bowl / "bowl" / "scene one.bin").rename(bowl.parent / "aside")
    (row,) = take_in(context, bowl).outcomes
    assert (row.outcome, [fault.message for fault in row.faults]) == ("created", [
        '"bowl/scene one.bin" is missing, and the model "bowl/scene.gltf" needs it: '
        "put it there, or export the model as .glb, which holds everything"
    ])  # fmt: skip
    buffer.rename(bowl / "bowl" / "scene one.bin")
    assert outcomes(take_in(context, bowl)) == {"bowl": "updated"}
    assert _given(app.test_client(), f"/file/{_model(app)}/scene%20one.bin").content_length == 60


def test_a_model_that_names_files_elsewhere_is_refused_and_its_textures_are_no_record(
    app: Flask, bowl: Path
) -> None:
    scene = gltf(buffers=[{"uri": "%2e%2e/scene.bin"}], images=[{"uri": "maps/wöod.png"}])
    (bowl / "bowl" / "scene.gltf").write_bytes(scene)
    (bowl.parent / "scene.bin").write_bytes(b"private")
    (row,) = take_in(app.extensions["mogao"], bowl).outcomes
    (fault,) = row.faults
    assert 'the model needs "%2e%2e/scene.bin", which lies outside of its folder' in fault.message
    assert not any("bin" in name or "png" in name for name in assets(app.extensions["mogao"]))


def test_a_link_that_leads_out_of_the_folder_is_a_file_that_is_missing(app: Flask, bowl: Path) -> None:
    (bowl.parent / "private").write_bytes(b"private")
    (bowl / "bowl" / "scene one.bin").unlink()
    (bowl / "bowl" / "scene one.bin").symlink_to(bowl.parent / "private")
    (row,) = take_in(app.extensions["mogao"], bowl).outcomes
    assert [fault.message.partition(",")[0] for fault in row.faults] == ['"bowl/scene one.bin" is missing']


def test_a_file_that_changed_is_another_model_and_one_that_did_not_is_the_same(
    app: Flask, bowl: Path
) -> None:
    context: Context = app.extensions["mogao"]
    take_in(context, bowl)
    assert outcomes(take_in(context, bowl)) == {"bowl": "unchanged"}
    buffer = bowl / "bowl" / "scene one.bin"
    buffer.write_bytes(buffer.read_bytes())
    assert outcomes(take_in(context, bowl)) == {"bowl": "unchanged"}
    assert log(context) == [("Create", "bowl")]
    before = _given(app.test_client(), f"/file/{_model(app)}/scene%20one.bin").headers["ETag"]
    buffer.write_bytes(bytes(60))
    assert outcomes(take_in(context, bowl)) == {"bowl": "updated"}
    assert log(context) == [("Create", "bowl"), ("Update", "bowl")]
    with context.sessions() as session:
        assert records.find(session, "bowl").revision == 2
    after = _given(app.test_client(), f"/file/{_model(app)}/scene%20one.bin")
    assert (after.data, after.headers["ETag"] != before) == (bytes(60), True)


def test_a_page_that_becomes_a_texture_and_a_texture_that_becomes_a_page(app: Flask, bowl: Path) -> None:
    context: Context = app.extensions["mogao"]
    scene = (bowl / "bowl" / "scene.gltf").read_bytes()
    plain = gltf(buffers=[{"uri": "scene one.bin"}])
    picture = (bowl / "bowl" / "maps" / "wöod.png").rename(bowl / "bowl" / "wood.png")
    counts = []
    for content in (plain, scene.replace(b"maps/w%C3%B6od.png", b"wood.png"), plain):
        (bowl / "bowl" / "scene.gltf").write_bytes(content)
        take_in(context, bowl)
        canvases = app.test_client().get("/iiif/manifest/bowl").get_json()["items"]
        with context.sessions() as session:
            counts.append((len(canvases), jobs.waiting(session)))
    assert counts == [(2, 1), (1, 0), (2, 1)]
    work.drain(context)
    assert app.test_client().get("/iiif/image/3/wood/full/max/0/default.jpg").status_code == 200
    assert picture.is_file()


def test_a_static_copy_has_the_files_beside_the_model(context: Context, bowl: Path, tmp_path: Path) -> None:
    take_in(context, bowl)
    written = static.write(context, "bowl", folder=tmp_path / "out")
    assert (written.written, written.missing) == (3, ())
    (model,) = (tmp_path / "out").rglob("*.gltf")
    for path, source in (("scene one.bin", "scene one.bin"), ("maps/wöod.png", "maps/wöod.png")):
        assert (model.parent / path).read_bytes() == (bowl / "bowl" / source).read_bytes()
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["items"][0]["rendering"][0]["id"].endswith(f"{model.parent.name}/scene.gltf")
    assert static.write(context, "bowl", folder=tmp_path / "out").kept == 3
    (bowl / "bowl" / "scene one.bin").write_bytes(bytes(60))
    take_in(context, bowl)
    static.write(context, "bowl", folder=tmp_path / "out")
    assert (model.parent / "scene one.bin").read_bytes() == bytes(60)


def test_a_backup_brings_the_model_back_as_it_was(context: Context, bowl: Path, tmp_path: Path) -> None:
    (bowl / "tune.wav").write_bytes(wav())
    take_in(context, bowl)
    backup.write(context, tmp_path / "backup.tar")
    other = open_context(Settings(data_dir=tmp_path / "other", public_url="https://archive.example"))
    initialise(other)
    backup.restore(other, tmp_path / "backup.tar")
    assert assets(other) == assets(context)
    with other.sessions() as session:
        assert (records.find(session, "bowl").pending, records.find(session, "tune").pending) == (
            False,
            False,
        )
        assert jobs.waiting(session) == 0
    other.close()


@pytest.fixture
def keeper(app: Flask) -> FlaskClient:
    """A client with a token that writes, and a record with a model that was sent."""
    client = bearer(app, "keeper")
    client.post("/api/records", json={"identifier": "bowl"})
    scene, _ = triangle("scene.bin", "maps/wood.png")
    (model,) = _add(client, scene, "scene.gltf").get_json()["assets"]
    client.post("/api/records/bowl/canvases", json={"asset": model["identifier"]})
    return client


def test_what_a_model_names_is_sent_after_it(app: Flask, keeper: FlaskClient, tmp_path: Path) -> None:
    _, buffer = triangle("scene.bin", "maps/wood.png")
    texture = png(tmp_path / "wood.png", photograph(8, 8)).read_bytes()
    (first,) = _add(keeper, buffer, "scene.bin", model="scene").get_json()["assets"]
    made = _add(keeper, texture, "wood.png", model="scene", path="maps/wood.png")
    (second,) = made.get_json()["assets"]
    told = [(one["mediaType"], one["pyramid"], one["file"], one["image"]) for one in (first, second)]
    assert told == [("application/gltf-buffer", "none", None, None), ("image/png", "none", None, None)]
    visitor = app.test_client()
    assert _given(visitor, "/file/scene/scene.bin").data == buffer
    assert _given(visitor, "/file/scene/maps/wood.png").data == texture
    assert len(visitor.get("/iiif/manifest/bowl").get_json()["items"]) == 1
    again = _add(keeper, texture, "wood.png", model="scene", path="maps/wood.png")
    assert again.get_json()["assets"] == [second]
    assert _add(keeper, buffer, "wood.png", model="scene", path="maps/wood.png").status_code == 409


@pytest.mark.parametrize(
    ("said", "pointer", "reason"),
    [
        ({"model": "scene", "path": "../scene.bin"}, "/path", 'no "../scene.bin", but "maps/wood.png"'),
        ({"model": "scene", "path": "https://host.example/a"}, "/path", "names no"),
        ({"model": "nothing"}, "/model", '"nothing" is no model of this record: send the model first'),
        ({}, "/upload", "can't be read"),
    ],
)  # fmt: skip
def test_a_file_that_no_model_names_is_refused(
    app: Flask, keeper: FlaskClient, said: Json, pointer: str, reason: str
) -> None:
    refused = _add(keeper, b"\0" * 60, "scene.bin", **said)
    (fault,) = refused.get_json()["errors"]
    assert (refused.status_code, fault["path"]) == (400, pointer)
    assert reason in fault["detail"]
    assert [name for name in assets(app.extensions["mogao"]) if "bin" in name] == []


def test_a_model_of_another_record_names_nothing_of_this(keeper: FlaskClient) -> None:
    keeper.post("/api/records", json={"identifier": "cup"})
    refused = _add(keeper, b"\0" * 60, "scene.bin", record="cup", model="scene")
    assert refused.get_json()["errors"][0]["path"] == "/model"


def test_what_a_model_names_is_not_removed_before_it(app: Flask, keeper: FlaskClient) -> None:
    (part,) = _add(keeper, b"\0" * 60, "scene.bin", model="scene").get_json()["assets"]
    name = part["identifier"]
    tag = keeper.get(f"/api/assets/{name}").headers["ETag"]
    refused = keeper.delete(f"/api/assets/{name}", headers={"If-Match": tag})
    assert (refused.status_code, 'is named by model "scene": it stays' in refused.get_json()["detail"]) == (
        409,
        True,
    )
    assert re.fullmatch("scene.+", name)


def _add(
    client: FlaskClient, content: bytes, name: str, *, record: str = "bowl", **said: str
) -> TestResponse:
    upload = send(client, content, name)
    return client.post(f"/api/records/{record}/assets", json={"upload": upload, **said})


def _given(client: FlaskClient, address: str) -> TestResponse:
    answer = client.get(address, buffered=True)
    assert answer.status_code == 200, answer.data
    return answer


def _model(app: Flask) -> str:
    return next(one for name, one in assets(app.extensions["mogao"]).items() if name.endswith(".gltf"))
