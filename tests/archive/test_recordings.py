"""Sounds, films, models, layers and notes, from a folder and a sheet to the manifest."""

import re
from pathlib import Path
from typing import Any

import pytest
from factories import jpeg, photograph
from factories_media import glb, mp4, sound, wav
from flask import Flask
from flask.testing import FlaskClient
from intake import take_in, write_sheet

from archive.context import Context
from archive.services import jobs

Json = dict[str, Any]

CAPTIONS = "WEBVTT\n\n00:00.500 --> 00:01.500\n{}\n"


@pytest.fixture
def concert(tmp_path: Path) -> Path:
    folder = tmp_path / "concert"
    folder.mkdir()
    (folder / "tune.wav").write_bytes(wav())
    (folder / "tune.mp3").write_bytes(sound("mp3"))
    (folder / "tune.en.vtt").write_text(CAPTIONS.format("A zither"), encoding="utf-8")
    (folder / "tune.zh.vtt").write_text(CAPTIONS.format("古琴"), encoding="utf-8")
    jpeg(folder / "tune.poster.jpg", photograph(60, 40))
    return folder


def test_the_files_of_a_recording_are_one_canvas(app: Flask, concert: Path) -> None:
    context: Context = app.extensions["mogao"]
    report = take_in(context, concert)
    assert [(one.key, one.outcome, one.faults) for one in report.outcomes] == [("tune.mp3", "created", ())]
    client = app.test_client()
    (canvas,) = client.get("/iiif/manifest/tune").get_json()["items"]
    assert (canvas["duration"] > 2, "width" in canvas) == (True, False)
    choice = canvas["items"][0]["items"][0]["body"]
    assert [(one["label"]["none"], one["type"], one["format"]) for one in choice["items"]] == [
        (["MP3"], "Sound", "audio/mpeg"),
        (["WAV"], "Sound", "audio/wav"),
    ]
    captions = canvas["annotations"][0]["items"][0]
    assert captions["motivation"] == "supplementing"
    assert [(one["language"], one["label"], one["format"]) for one in captions["body"]["items"]] == [
        ("en", {"en": ["English"]}, "text/vtt"),
        ("zh", {"zh": ["中文"]}, "text/vtt"),
    ]
    assert canvas["accompanyingCanvas"]["width"] == 60
    _follow(client, canvas)


def test_a_recording_that_comes_again_is_unchanged_and_its_files_may_change(
    app: Flask, concert: Path
) -> None:
    context: Context = app.extensions["mogao"]
    take_in(context, concert)
    assert take_in(context, concert).counts() == {"unchanged": 1}
    before = app.test_client().get("/iiif/manifest/tune").get_json()["items"][0]
    (concert / "tune.zh.vtt").unlink()
    (concert / "tune.poster.jpg").unlink()
    assert take_in(context, concert).counts() == {"updated": 1}
    after = app.test_client().get("/iiif/manifest/tune").get_json()["items"][0]
    assert after["annotations"][0]["items"][0]["body"]["type"] == "Text"
    assert after["annotations"][0]["id"] == before["annotations"][0]["id"]
    assert "accompanyingCanvas" not in after
    # What is shown no more is given out no more.
    assert app.test_client().get("/file/tune.zh").status_code == 410


def test_only_pictures_ask_for_pyramids(app: Flask, concert: Path) -> None:
    context: Context = app.extensions["mogao"]
    take_in(context, concert)
    with context.sessions() as session:
        assert jobs.waiting(session) == 1
    answer = app.test_client().get("/iiif/image/3/tune.mp3/info.json")
    assert (answer.status_code, answer.get_json()["detail"]) == (
        404,
        '"tune.mp3" is no picture: ask for its file',
    )


def test_a_film_has_its_size_and_duration_and_its_poster_before_it(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(mp4())
    jpeg(tmp_path / "film.poster.jpg", photograph(60, 40))
    take_in(app.extensions["mogao"], tmp_path)
    (canvas,) = app.test_client().get("/iiif/manifest/film").get_json()["items"]
    body = canvas["items"][0]["items"][0]["body"]
    assert body["type"] == "Video"
    assert (canvas["width"], canvas["height"], canvas["duration"]) == (
        body["width"],
        body["height"],
        body["duration"],
    )
    assert canvas["placeholderCanvas"]["height"] == 40


def test_a_model_is_given_out_and_not_painted(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "bowl.glb").write_bytes(glb())
    take_in(app.extensions["mogao"], tmp_path)
    client = app.test_client()
    (canvas,) = client.get("/iiif/manifest/bowl").get_json()["items"]
    assert canvas["items"] == []
    (file,) = canvas["rendering"]
    assert (file["type"], file["format"]) == ("Model", "model/gltf-binary")
    with client.get(file["id"]) as answer:
        assert answer.data == glb()


def test_what_has_no_picture_is_drawn_by_its_kind_in_the_list(app: Flask, tmp_path: Path) -> None:
    for name, content in (("bowl.glb", glb()), ("dance.mp4", mp4()), ("tune.wav", wav())):
        (tmp_path / name).write_bytes(content)
    take_in(app.extensions["mogao"], write_sheet(tmp_path / "s.csv", ["id", "files"], ["bare", ""]), tmp_path)
    assert _drawings(app) == []
    (tmp_path / "s.csv").unlink()
    take_in(app.extensions["mogao"], tmp_path)
    assert len(set(_drawings(app))) == 3


@pytest.mark.parametrize("name", ["tune", "tune.mp3", "tune.wav"])
def test_a_sheet_names_one_file_of_a_recording(app: Flask, concert: Path, name: str) -> None:
    sheet = write_sheet(concert / "s.csv", ["identifier", "label", "files"], ["t", "A tune", name])
    report = take_in(app.extensions["mogao"], sheet, concert)
    assert [one.outcome for one in report.outcomes] == ["created"]
    assert report.faults == []
    (canvas,) = app.test_client().get("/iiif/manifest/t").get_json()["items"]
    assert len(canvas["items"][0]["items"][0]["body"]["items"]) == 2


def test_a_sheet_gives_layers_notes_and_properties(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "murals"
    folder.mkdir()
    for name in ("mural.jpg", "mural-ir.jpg", "back.jpg"):
        jpeg(folder / name, photograph(60 + len(name), 40))
    columns = {
        "identifier": "m",
        "label": "Mural",
        "files": "mural.jpg|back.jpg",
        "layers@en": "1 = Visible light\n1 mural-ir.jpg = Infrared",
        "layers@zh": "1 = 可见光\n1 mural-ir.jpg = 红外",
        "annotations@en": "1 10,5,20,10 A junk\n2 The back",
        "annotations@zh": "1 10,5,20,10 帆船\n2 背面",
        "nav date": "0868-05-11",
        "properties": '{"seeAlso": [{"id": "https://example.com/marc", "type": "Dataset"}]}',
        "page properties": '{"2": {"behavior": ["non-paged"]}}',
    }
    sheet = write_sheet(tmp_path / "s.csv", list(columns), list(columns.values()))
    report = take_in(app.extensions["mogao"], sheet, folder)
    assert [(one.outcome, one.faults) for one in report.outcomes] == [("created", ())]
    assert report.faults == []
    drawn = app.test_client().get("/iiif/manifest/m").get_json()
    assert drawn["navDate"] == "0868-05-11T00:00:00Z"
    assert drawn["seeAlso"][1]["id"] == "https://example.com/marc"
    first, second = drawn["items"]
    assert second["behavior"] == ["non-paged"]
    choice = first["items"][0]["items"][0]["body"]["items"]
    assert [one["label"] for one in choice] == [
        {"en": ["Visible light"], "zh": ["可见光"]},
        {"en": ["Infrared"], "zh": ["红外"]},
    ]
    note = first["annotations"][0]["items"][0]
    assert [(one["language"], one["value"]) for one in note["body"]] == [("en", "A junk"), ("zh", "帆船")]
    assert note["target"] == first["id"] + "#xywh=10,5,20,10"
    assert second["annotations"][0]["items"][0]["target"] == second["id"]


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("layers", "1 nowhere.jpg = X", '"nowhere.jpg" is not in the folder'),
        ("layers", "1 mural.jpg", "can't be read: write the page, the file and its label"),
        ("layers", "1 back.jpg = Other", "page 1: its own picture has no label"),
        ("layers", "3 = X", "there is no page 3, the record has 1"),
        ("annotations", "A junk", "can't be read: write the page, a box"),
        ("annotations", "9 A junk", "there is no page 9, the record has 1"),
        ("annotations", "1 1,2,0,4 A junk", "has no area"),
        ("nav date", "long ago", "write a year"),
        ("properties", "{", "write a JSON object"),
        ("properties", '{"rights": "mine"}', "rights"),
        ("page properties", '{"a": {}}', "the page's number"),
        ("page properties", '{"7": {}}', "there is no page 7"),
        ("range properties", '{"1": {}}', "there is no range 1, the record has 0"),
        ("range properties", '{"a": {}}', "the range's number"),
    ],
)
def test_what_is_wrong_in_a_cell_is_named(
    app: Flask, tmp_path: Path, column: str, text: str, reason: str
) -> None:
    for name in ("mural.jpg", "back.jpg"):
        jpeg(tmp_path / name, photograph(60 + len(name), 40))
    row = write_sheet(
        tmp_path / "s.csv", ["identifier", "label", "files", column], ["m", "M", "mural.jpg", text]
    )
    (outcome,) = take_in(app.extensions["mogao"], row, tmp_path).outcomes
    assert outcome.outcome == "refused"
    assert reason in " ".join(fault.message for fault in outcome.faults)


def _drawings(app: Flask) -> list[str]:
    """What the first page draws for records without a picture."""
    found = app.test_client().get("/", headers={"Accept": "text/html"}).text
    return re.findall(r'<svg class="kind".*?<path d="([^"]+)"/></svg>', found)


def _follow(client: FlaskClient, resource: Any) -> None:
    """Every file of ours that a document names is there, of the format that it says."""
    for one in resource if isinstance(resource, list) else [resource]:
        if isinstance(one, dict):
            if "/file/" in str(one.get("id")):
                with client.get(one["id"], headers={"Range": "bytes=0-3"}) as answer:
                    assert (answer.status_code, answer.mimetype) == (206, one["format"])
            _follow(client, list(one.values()))
        elif isinstance(one, list):
            _follow(client, one)
