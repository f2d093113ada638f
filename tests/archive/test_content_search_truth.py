"""Ground truth: wherever a word is found in a book, its box is the one that the book's own files give."""

import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from intake import take_in
from requirements import SHARED

from archive import follower
from archive.app import create_app
from archive.config import Settings
from archive.context import Context, initialise

KANT = SHARED / "data" / "kant-1784"
Words = list[tuple[str, str]]
HYPHENS = "-⸗=¬"

pytestmark = pytest.mark.skipif(not KANT.is_dir(), reason="the shared books are not beside the project")


def alto_words(path: Path) -> Iterator[tuple[str, str]]:
    """Each word of a file with its box, in their order."""
    for string in ET.parse(path).iter():  # A file of our own.
        if string.tag.endswith("}String"):
            box = ",".join(string.attrib[name] for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
            yield string.attrib["CONTENT"], box


def page_words(path: Path) -> Iterator[tuple[str, str]]:
    """The same of PAGE XML: the box around the polygon of each word."""
    for word in ET.parse(path).iter():  # A file of our own.
        if word.tag.endswith("}Word"):
            parts = {part.tag.partition("}")[2]: part for part in word}
            points = [tuple(map(int, one.split(","))) for one in parts["Coords"].attrib["points"].split()]
            xs, ys = zip(*points, strict=True)
            box = f"{min(xs)},{min(ys)},{max(xs) - min(xs)},{max(ys) - min(ys)}"
            yield str(parts["TextEquiv"][0].text), box


@pytest.fixture(params=["ALTO", "PAGE"])
def truth(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[FlaskClient, list[Words]]]:
    """A client of an archive with the book, its texts from files of one kind; and their words by pages."""
    book = tmp_path / "kant"
    shutil.copytree(KANT, book)
    app: Flask = create_app(Settings(data_dir=tmp_path / "data"))
    context: Context = app.extensions["mogao"]
    initialise(context)
    folder = tmp_path / "pages"
    folder.mkdir()
    pages = []
    for number in ("0017", "0020"):
        shutil.copy(book / "OCR-D-IMG" / f"INPUT_{number}.tif", folder / f"{number}.tif")
        text = book / f"OCR-D-GT-{request.param}" / f"PAGE_{number}_{request.param}.xml"
        shutil.copy(text, folder / f"{number}.xml")
        read = alto_words if request.param == "ALTO" else page_words
        pages.append([(word, box) for word, box in read(text) if any(letter.isalpha() for letter in word)])
    take_in(context, folder.parent / "pages")
    follower.catch_up(context)
    yield app.test_client(), pages
    context.close()


def test_every_word_is_found_in_its_own_box(truth: tuple[FlaskClient, list[Words]]) -> None:
    client, pages = truth
    records = client.get("/api/records").get_json()["records"]
    canvases = [name for record in records for name in _canvases(client, record["identifier"])]
    assert sum(map(len, pages)) > 300
    for canvas, words in zip(canvases, pages, strict=True):
        for place, (word, box) in enumerate(words):
            assert any(box in _found(client, canvas, whole) for whole in _wholes(words, place)), word


def _wholes(words: Words, place: int) -> Iterator[str]:
    """The word at a place, and what it may be a part of, if it is parted at the end of its line."""
    word, before, after = (words[at % len(words)][0] for at in (place, place - 1, place + 1))
    yield word
    yield word.rstrip(HYPHENS) + after
    yield before.rstrip(HYPHENS) + word


def _canvases(client: FlaskClient, record: str) -> list[str]:
    items = client.get(f"/iiif/manifest/{record}").get_json()["items"]
    return [item["id"].rpartition("/")[2] for item in items]


def _found(client: FlaskClient, canvas: str, word: str) -> set[str]:
    record = canvas.rpartition("-")[0]
    answer = client.get(f"/iiif/search/2/manifest/{record}", query_string={"q": f'"{word}"'}).get_json()
    targets = [item["target"].partition("#xywh=") for item in answer["items"]]
    return {box for place, _, box in targets if place.endswith(f"/{canvas}")}
