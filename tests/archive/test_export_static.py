"""The static copy of a record: complete, the same as the server's answers, gone on with where it stopped."""

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import factories
import intake
import museum
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from PIL import Image
from server import copied

from archive import cli
from archive.config import Settings
from archive.context import Context, open_context
from archive.errors import Conflict, Forbidden, Gone, Invalid, MogaoError, NotFound
from archive.export import static, static_page, tree
from archive.services import annotations, records
from archive.services.access import Reader
from iiif.image import request
from iiif.image.levels import TiledImage
from iiif.image.request import Limits
from iiif.presentation import gate, parsing

URL = "https://example.org/copies/one"


@pytest.fixture(scope="module")
def settings(on_sqlite: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a copy of the small archive, for tests that only read it."""
    return copied(on_sqlite, tmp_path_factory.mktemp("static"))


@pytest.fixture(scope="module")
def context(settings: Settings) -> Iterator[Context]:
    opened = open_context(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[FlaskClient]:
    with museum.application(settings) as app:
        yield app.test_client()


@pytest.fixture
def own_context(on_sqlite: Settings, tmp_path: Path) -> Iterator[Context]:
    """The opened things of a copy of the small archive, to be changed at will."""
    opened = open_context(copied(on_sqlite, tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def announced(info: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Every request that ``info.json`` tells of, and its size. Source: Image 3.0 Implementation Notes §3."""
    width, height = info["width"], info["height"]
    found = {
        f"full/{size['width']},{size['height']}": (size["width"], size["height"]) for size in info["sizes"]
    }
    for tile in info.get("tiles", []):
        for factor in tile["scaleFactors"]:
            side = tile["width"] * factor
            for column in range(-(-width // side)):
                for row in range(-(-height // side)):
                    x, y = column * side, row * side
                    w, h = min(side, width - x), min(side, height - y)
                    size = -(-w // factor), -(-h // factor)
                    region = "full" if (w, h) == (width, height) else f"{x},{y},{w},{h}"
                    found[f"{region}/{size[0]},{size[1]}"] = size
    return found


def images(folder: Path) -> dict[str, Path]:
    """Every image file of a tree by its path."""
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.jpg")}


def read(path: Path) -> Any:  # Any: values of JSON.
    return json.loads(path.read_text(encoding="utf-8"))


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        picture.load()
        return picture.width, picture.height


@pytest.mark.parametrize(("record", "image"), [("photograph", "view"), ("gray", "gray"), ("book", "leaf-1")])
def test_all_that_info_json_announces_is_a_file_of_that_size(
    context: Context, folder: Path, record: str, image: str
) -> None:
    static.write(context, record, folder=folder, url=URL)
    info = read(folder / image / "info.json")
    expected = {f"{path}/0/default.jpg": size for path, size in announced(info).items()}
    expected["full/max/0/default.jpg"] = info["width"], info["height"]
    assert {path: size(folder / image / path) for path in expected} == expected


def test_info_json_announces_level_0_and_no_more(context: Context, folder: Path) -> None:
    static.write(context, "photograph", folder=folder, url=URL)
    assert read(folder / "view" / "info.json") == {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": f"{URL}/view",
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level0",
        "width": 1200,
        "height": 900,
        "sizes": [
            {"width": 300, "height": 225},
            {"width": 600, "height": 450},
            {"width": 1200, "height": 900},
        ],
        "tiles": [{"width": 512, "height": 512, "scaleFactors": [1, 2, 4]}],
    }


def test_every_file_is_what_the_server_answers(context: Context, client: FlaskClient, folder: Path) -> None:
    written = static.write(context, "photograph", folder=folder, url=URL)
    found = images(folder)
    # 6 + 2 + 1 tiles, 3 sizes of which one is a tile too, the largest, the thumbnail.
    assert len(found) == written.written == 13
    answers = {path: client.get(f"/iiif/image/3/{path}").data for path in found}
    assert {path: file.read_bytes() for path, file in found.items()} == answers


def test_the_manifest_is_valid_and_all_of_it_is_in_the_tree(context: Context, folder: Path) -> None:
    static.write(context, "book", folder=folder, url=URL)
    manifest = read(folder / "manifest.json")
    gate.check(manifest)
    assert museum.PUBLIC_URL not in json.dumps(manifest)
    files = set(re.findall(rf'"{URL}/([^"]*\.(?:jpg|html|json))"', json.dumps(manifest)))
    assert {"manifest.json", "index.html", "leaf-3/full/max/0/default.jpg"} <= files
    assert [file for file in files if not (folder / file).is_file()] == []
    services = re.findall(
        r'{"id": "[^"]*", "type": "ImageService3", "profile": "[^"]*"}', json.dumps(manifest)
    )
    assert {json.loads(service)["profile"] for service in services} == {"level0"}
    assert {json.loads(service)["id"] for service in services} == {f"{URL}/leaf-{n}" for n in (1, 2, 3)}


def test_the_page_loads_and_links_only_what_is_in_the_tree(context: Context, folder: Path) -> None:
    static.write(context, "book", folder=folder, url=URL)
    page = (folder / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="(?!data:)([^"]*)"', page)
    assert len(named) >= 2 * 3
    assert [name for name in named if not (folder / name).is_file()] == []


def test_texts_stand_on_the_page_as_text_in_the_language_of_the_archive() -> None:
    texts = {
        "label": {"en": ["A & <i> view"], "fr": ["Une vue"]},
        "summary": {"en": ["<p>Fine &amp; <b>bold</b></p>"]},
        "requiredStatement": {"label": {"none": ["By"]}, "value": {"none": ["<script>"]}},
        "items": [],
    }
    page = static_page.files(texts, URL, ["en"])["index.html"].decode()
    assert "<title>A &amp; &lt;i&gt; view</title>" in page
    assert '<p dir="auto">Fine &amp; bold</p>' in page
    assert '<dd dir="auto">&lt;script&gt;</dd>' in page
    assert "<title>Une vue</title>" in static_page.files(texts, URL, ["fr"])["index.html"].decode()


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("draft", Forbidden, "is not public, and a copy is for everyone: make it public first"),
        ("restricted", Forbidden, "is not public"),
        ("embargoed", Forbidden, "is not public"),
        ("withdrawn", Gone, "was withdrawn on"),
        ("absent", NotFound, "is not in this archive: check its identifier"),
    ],
)
def test_only_what_anyone_may_see_is_copied(
    context: Context, folder: Path, name: str, kind: type[MogaoError], message: str
) -> None:
    with pytest.raises(kind, match=f'record "{name}" {message}'):
        static.write(context, name, folder=folder)
    assert not folder.exists()


def test_a_record_is_known_by_its_accession_number_too(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written = static.write(context, "Or.8210/S.1")
    assert (written.identifier, written.folder, written.url) == (
        "Or.8210-S.1",
        Path("Or.8210-S.1"),
        static.LOCAL,
    )
    assert (tmp_path / "Or.8210-S.1" / "manifest.json").is_file()


def test_a_run_that_was_stopped_is_gone_on_with(context: Context, folder: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        static.write(context, "photograph", folder=folder, url=URL, progress=stop)
    assert len(images(folder)) == 5
    assert not (folder / "manifest.json").exists()
    again = static.write(context, "photograph", folder=folder)
    assert (again.url, again.written, again.kept) == (URL, 8, 5)
    assert list(folder.rglob("*.partial")) == []


def test_what_is_whole_is_kept_and_what_is_lost_or_empty_written_again(
    context: Context, folder: Path
) -> None:
    static.write(context, "photograph", folder=folder, url=URL)
    whole = {path: file.read_bytes() for path, file in images(folder).items()}
    (folder / "view" / "full" / "max" / "0" / "default.jpg").unlink()
    (folder / "view" / "full" / "300,225" / "0" / "default.jpg").write_bytes(b"")
    again = static.write(context, "photograph", folder=folder)
    assert (again.written, again.kept) == (2, 11)
    assert {path: file.read_bytes() for path, file in images(folder).items()} == whole


def test_another_address_changes_documents_and_no_image(context: Context, folder: Path) -> None:
    static.write(context, "photograph", folder=folder, url=URL)
    again = static.write(context, "photograph", folder=folder, url="http://elsewhere.example/")
    assert (again.url, again.written) == ("http://elsewhere.example", 0)
    assert read(folder / "view" / "info.json")["id"] == "http://elsewhere.example/view"
    assert URL not in (folder / "manifest.json").read_text(encoding="utf-8")


def test_an_image_that_was_replaced_is_written_anew_and_one_that_is_gone_removed(
    own_context: Context, folder: Path
) -> None:
    static.write(own_context, "book", folder=folder, url=URL)
    source = own_context.settings.data_dir / "source"
    factories.png(source / "leaf-1.png", factories.photograph(80, 50))
    (source / "leaf-3.png").unlink()
    museum.take_in(
        own_context,
        "leaf-1.png;leaf-2.png;leaf-3.png,,Books,,,,i;ii;iii,1 Preface; 2-3 The rest",
        "leaf-1.png;leaf-2.png,,Books,,,,i;ii,1 Preface",
    )
    asset = intake.assets(own_context)["leaf-1.png"]
    museum.make_pyramid(own_context, asset)
    again = static.write(own_context, "book", folder=folder)
    assert again.kept == len([path for path in images(folder) if path.startswith("leaf-2/")])
    assert size(folder / asset / "full" / "max" / "0" / "default.jpg") == (80, 50)
    assert {path.name for path in folder.iterdir() if path.is_dir()} == {asset, "leaf-2"}


def test_another_quality_is_another_image(context: Context, folder: Path) -> None:
    static.write(context, "photograph", folder=folder, url=URL)
    coarse = dataclasses.replace(context, settings=dataclasses.replace(context.settings, jpeg_quality=40))
    assert static.write(coarse, "photograph", folder=folder).kept == 0


@pytest.mark.parametrize(
    ("name", "reason"), [("waiting", "is not made yet"), ("broken", "could not be made: it is cut short")]
)
def test_an_image_without_a_pyramid_is_named_and_left_out(
    context: Context, folder: Path, name: str, reason: str
) -> None:
    written = static.write(context, name, folder=folder, url=URL)
    assert [(image, reason in why) for image, why in written.missing] == [(name, True)]
    manifest = read(folder / "manifest.json")
    gate.check(manifest)
    assert manifest["items"][0]["items"] == []
    assert not (folder / name).exists()


def test_an_image_whose_pyramid_is_lost_is_named_and_left_out(own_context: Context, folder: Path) -> None:
    for pyramid in (own_context.settings.store_path / "pyramids").rglob("*.tif"):
        pyramid.write_bytes(b"II*")
    written = static.write(own_context, "photograph", folder=folder, url=URL)
    assert written.missing == (("view", "its pyramid is lost or damaged: it must be made again"),)
    assert "view" not in json.dumps(read(folder / "manifest.json")["items"])


def test_a_whole_copy_needs_no_pyramid(own_context: Context, folder: Path) -> None:
    static.write(own_context, "photograph", folder=folder, url=URL)
    own_context.pyramids.close()
    for pyramid in (own_context.settings.store_path / "pyramids").rglob("*.tif"):
        pyramid.unlink()
    again = static.write(own_context, "photograph", folder=folder)
    assert (again.written, again.kept, again.missing) == (0, 13, ())


def test_notes_that_the_manifest_names_are_in_the_copy(own_context: Context, folder: Path) -> None:
    said = parsing.Annotation(None, ("tagging",), {"type": "TextualBody", "value": "tag"}, None, {})
    with own_context.sessions.begin() as session:
        canvas = records.find(session, "photograph").canvases[0].identifier
        writer = Reader(1, "writer", writes=True, path="")
        annotations.create(session, canvas, said, slug="t1", reader=writer)
    static.write(own_context, "photograph", folder=folder, url=URL)
    [page] = read(folder / "manifest.json")["items"][0]["annotations"]
    assert [one["body"]["value"] for one in page["items"]] == ["tag"]


def test_a_folder_of_something_else_is_left_alone(context: Context, folder: Path) -> None:
    folder.mkdir()
    (folder / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(Conflict, match='folder "copy" holds something else than the copy of "photograph"'):
        static.write(context, "photograph", folder=folder)
    assert [path.name for path in folder.iterdir()] == ["index.html"]


def test_the_copy_of_another_record_is_left_alone(context: Context, folder: Path) -> None:
    static.write(context, "gray", folder=folder)
    with pytest.raises(Conflict, match="name an empty or new one"):
        static.write(context, "photograph", folder=folder)


def test_a_note_that_leads_out_of_the_folder_is_not_followed(context: Context, folder: Path) -> None:
    static.write(context, "gray", folder=folder)
    (folder.parent / "mine").mkdir()
    noted = read(folder / "export.json") | {"images": {"../mine": "", ".": ""}}
    (folder / "export.json").write_text(json.dumps(noted), encoding="utf-8")
    static.write(context, "gray", folder=folder)
    assert (folder.parent / "mine").exists()


@pytest.mark.parametrize(
    "url", ["example.org", "ftp://example.org", "https://", "https://a.example/?b", "https://a.example/#b"]
)
def test_an_address_that_is_none_is_refused(context: Context, folder: Path, url: str) -> None:
    with pytest.raises(Invalid, match="begin it with http:// or https://"):
        static.write(context, "gray", folder=folder, url=url)


@pytest.mark.parametrize(
    ("limits", "max_size", "sizes"),
    [
        ({"max_width": 200}, (200, 150), [(200, 150)]),
        ({"max_width": 512}, (512, 384), [(300, 225)]),
        ({"max_area": 600 * 450}, (600, 450), [(300, 225), (600, 450)]),
    ],
)
def test_limits_hold_and_leave_something_to_zoom_into(
    settings: Settings,
    folder: Path,
    limits: dict[str, int],
    max_size: tuple[int, int],
    sizes: list[tuple[int, int]],
) -> None:
    limited = open_context(dataclasses.replace(settings, **limits))  # type: ignore[arg-type]  # Only integers.
    static.write(limited, "photograph", folder=folder, url=URL)
    limited.close()
    info = read(folder / "view" / "info.json")
    assert [(one["width"], one["height"]) for one in info["sizes"]] == sizes
    assert size(folder / "view" / "full" / "max" / "0" / "default.jpg") == max_size
    expected = {f"{path}/0/default.jpg": size for path, size in announced(info).items()}
    assert {path: size(folder / "view" / path) for path in expected} == expected


@pytest.mark.parametrize("max_area", [None, 50_000_000])
@pytest.mark.parametrize("size", [(1, 1), (512, 512), (1025, 1), (60_000, 600), (7, 70_000), (9_000, 7_001)])
def test_what_is_announced_of_any_shape_can_be_drawn(size: tuple[int, int], max_area: int | None) -> None:
    image, limits = TiledImage(*size), static._as_jpeg(Limits(max_area=max_area))
    own = Limits() if limits.admit(*size) else limits
    asked = [path.split("/") for path in static._announced(image, own)]
    drawn = {
        f"{region}/{size_}": request.resolve(
            request.parse(region, size_, "0", "default.jpg"), *size, own
        ).size
        for region, size_ in asked
    }
    assert drawn.pop("full/max") == request.largest(size, own)
    assert drawn == announced(static._description(image, URL, own))


@pytest.mark.parametrize(
    ("names", "folders"),
    [
        (["view", "Or.8210-S.1"], ["view", "Or.8210-S.1"]),
        (["View", "view", "page"], ["<hash>-View", "<hash>-view", "page"]),
        (
            ["con", "AUX.jpg", "com1.x.y", "console"],
            ["<hash>-con", "<hash>-AUX.jpg", "<hash>-com1.x.y", "console"],
        ),
        (["index.html", "Manifest.json"], ["<hash>-index.html", "<hash>-Manifest.json"]),
        (["end.", "copy~"], ["<hash>-end", "<hash>-copy"]),
    ],
)
def test_folders_are_named_so_that_every_file_system_takes_them(names: list[str], folders: list[str]) -> None:
    made = tree.folders(names, static._TOP)
    assert [re.sub(r"^[0-9a-f]{8}-", "<hash>-", made[name]) for name in names] == folders
    assert len({folder.lower() for folder in made.values()}) == len(names)


def test_the_command_tells_what_it_did_and_what_is_missing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOGAO_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("COLUMNS", "300")
    done = CliRunner().invoke(cli.main, ["export", "static", "photograph", "out", "--url", URL])
    assert (done.exit_code, done.output) == (
        0,
        f"photograph is in out, for {URL}: 13 files written, 0 kept.\n",
    )
    done = CliRunner().invoke(cli.main, ["export", "static", "waiting"])
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "waiting is not in it: its pyramid is not made yet: run mogao work --once, then this again",
        f"waiting is in waiting, for {static.LOCAL}: 0 files written, 0 kept.",
        "Look at it with python -m http.server --directory waiting; "
        "for another place, run this again with --url.",
    ]


def test_the_command_stopped_by_hand_says_so(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setenv("MOGAO_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr(tree, "place", stop)
    done = CliRunner().invoke(cli.main, ["export", "static", "photograph", str(tmp_path / "out")])
    assert (done.exit_code, done.output) == (130, "Stopped: run it again, and it goes on.\n")
