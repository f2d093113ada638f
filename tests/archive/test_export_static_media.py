"""The static copy of sounds, films, models and layers: their files stand in the tree as they were given."""

import json
import re
from pathlib import Path
from typing import Any

from factories import jpeg, photograph
from factories_media import glb, mp4, sound, wav
from intake import take_in, write_sheet

from archive import work
from archive.context import Context
from archive.export import static
from iiif.presentation import gate

URL = "https://example.org/copies/one"


def test_a_recording_is_copied_with_all_its_formats_and_captions(context: Context, tmp_path: Path) -> None:
    concert = tmp_path / "concert"
    concert.mkdir()
    files = {
        "曲.wav": wav(),
        "曲.mp3": sound("mp3"),
        "曲.en.vtt": b"WEBVTT\n\n00:00.500 --> 00:01.500\nA zither\n",
    }
    for name, content in files.items():
        (concert / name).write_bytes(content)
    (taken,) = take_in(context, concert).outcomes
    written, manifest, page = _copy(context, tmp_path / "out", str(taken.identifier))
    assert (written.written, written.kept, written.missing) == (3, 0, ())
    addresses = re.findall(rf'"{URL}/([^"]*\.(?:wav|mp3|vtt))"', json.dumps(manifest))
    assert sorted((tmp_path / "out" / one).read_bytes() for one in addresses) == sorted(files.values())
    assert all(one.isascii() and f'src="{one}"' in page for one in addresses)
    assert page.count("<audio") == page.count("<track") == 1
    assert static.write(context, written.identifier, folder=tmp_path / "out").kept == 3


def test_a_film_and_a_model_are_copied(context: Context, tmp_path: Path) -> None:
    works = tmp_path / "works"
    works.mkdir()
    (works / "dance.mp4").write_bytes(mp4(size=(640, 360)))
    (works / "bowl.glb").write_bytes(glb())
    take_in(context, works)
    _, manifest, page = _copy(context, tmp_path / "dance", "dance")
    assert manifest["items"][0]["items"][0]["items"][0]["body"]["id"] == f"{URL}/dance/dance.mp4"
    assert (tmp_path / "dance" / "dance" / "dance.mp4").is_file()
    assert "<video" in page
    _, manifest, page = _copy(context, tmp_path / "bowl", "bowl")
    assert [one["id"] for one in manifest["items"][0]["rendering"]] == [f"{URL}/bowl/bowl.glb"]
    assert (tmp_path / "bowl" / "bowl" / "bowl.glb").read_bytes() == glb()
    assert 'href="bowl/bowl.glb"' in page


def test_a_file_that_is_lost_is_named_and_left_out(context: Context, tmp_path: Path) -> None:
    (tmp_path / "works").mkdir()
    (tmp_path / "works" / "tune.mp3").write_bytes(sound("mp3"))
    take_in(context, tmp_path / "works")
    for source in (context.settings.data_dir / "store" / "sources").rglob("*"):
        if source.is_file():
            source.unlink()
    written, manifest, _ = _copy(context, tmp_path / "out", "tune")
    assert written.missing == (("tune", "its source is lost from the store: it must be brought back"),)
    assert "tune.mp3" not in json.dumps(manifest["items"])


def test_layers_are_shown_by_the_first(context: Context, tmp_path: Path) -> None:
    jpeg(tmp_path / "visible.jpg", photograph(60, 40))
    jpeg(tmp_path / "infrared.jpg", photograph(60, 40))
    row = ["mural", "visible.jpg", "1 = Visible\n1 infrared.jpg = Infrared"]
    take_in(context, write_sheet(tmp_path / "sheet.csv", ["id", "files", "layers"], row))
    work.drain(context)
    _, manifest, page = _copy(context, tmp_path / "out", "mural")
    assert '<a href="visible/full/max/0/default.jpg">' in page
    choice = manifest["items"][0]["items"][0]["items"][0]["body"]["items"]
    assert all((tmp_path / "out" / one["id"].removeprefix(f"{URL}/")).is_file() for one in choice)


def _copy(context: Context, folder: Path, name: str) -> tuple[static.Written, Any, str]:
    written = static.write(context, name, folder=folder, url=URL)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    gate.check(manifest)
    return written, manifest, (folder / "index.html").read_text(encoding="utf-8")
