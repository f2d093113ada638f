"""Content Search: filters to the letter, walks that miss nothing and repeat nothing, and what is refused.

The numbers are those of the requirements, S2 for Content Search 2.0.
"""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from intake import take_in
from printed import LETTER, LINE, add, page
from sqlalchemy import event

from archive import follower
from archive.app import create_app
from archive.config import Settings
from archive.context import Context, initialise
from archive.services.drafts import Draft
from search.page_text import PageText, Span

Json = dict[str, Any]

BASE = "https://archive.example"
WIDTH, HEIGHT = 400, 100
"""Of the canvases that ``printed.add`` makes."""
WORDS = ("whale", "sea", "white", "a", "the")
LEAVES = 45
ANN, BOB = "https://people.example/ann", "https://people.example/bob"

NOTES: tuple[Json, ...] = (
    {"value": "an old whale", "created": "1999-05-01T00:00:00Z", "creator": [{"id": ANN}, BOB]},
    {"value": "a whale without a date", "creator": {"id": BOB, "type": "Person"}},
    {"value": "a late whale", "created": "2015-05-01T12:00:00+02:00"},
    {"value": "a whale of some day", "created": "one day"},
)


def leaf(number: int) -> PageText:
    """A page of a few words, as many whales as its number tells."""
    return page(*(f"{' '.join(WORDS[(number + line) % 5 :])} whale" for line in range(number % 4 + 1)))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An archive with a long book, one whose boxes lie, and a manifest with notes of others."""
    made = create_app(Settings(data_dir=tmp_path_factory.mktemp("rules"), public_url=BASE))
    context: Context = made.extensions["mogao"]
    initialise(context)
    add(context, Draft("long", "long", collections=("Books",)), [leaf(n) for n in range(LEAVES)])
    far = [Span(0, 5, (-10, 90, 600, 60)), Span(6, 9, (900, 900, 10, 10))]
    lies = PageText("whale sea", lines=(Span(0, 9, (-10, 80, 900, 60)),), words=tuple(far))
    add(context, Draft("lies", "lies", collections=("Books",)), [lies])
    take_in(context, _foreign(tmp_path_factory.mktemp("foreign")))
    follower.rebuild(context, context.kept[1])
    yield made
    context.close()


def _foreign(folder: Path) -> Path:
    """A manifest whose canvas has notes; each with the date and the creators that it came with."""
    about = "https://partner.example/canvas"
    notes = [
        {
            "id": f"https://partner.example/note/{number}",
            "type": "Annotation",
            "motivation": "commenting",
            **{name: said for name, said in note.items() if name != "value"},
            "body": {"type": "TextualBody", "value": note["value"], "format": "text/plain"},
            "target": about,
        }
        for number, note in enumerate(NOTES)
    ]
    said = {"id": "https://partner.example/notes", "type": "AnnotationPage", "items": notes}
    canvas = {"id": about, "type": "Canvas", "width": 100, "height": 100, "annotations": [said]}
    manifest = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": "https://partner.example/manifest",
        "type": "Manifest",
        "label": {"en": ["Notes"]},
        "items": [canvas],
    }
    path = folder / "manifest.json"
    path.write_text(json.dumps(manifest))
    return path


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def ask(client: FlaskClient, address: str, **asked: str) -> Json:
    answer = client.get(address, query_string=asked or None)
    assert answer.status_code == 200, answer.text
    found: Json = answer.get_json()
    return found


def everywhere(client: FlaskClient, **asked: str) -> list[Json]:
    """All that is found in the whole archive, page by page."""
    found = ask(client, "/iiif/search/2/collection/root", **asked)
    items: list[Json] = list(found["items"])
    while "next" in found:
        found = ask(client, found["next"]["id"])
        items += found["items"]
    return items


def said(items: list[Json]) -> set[str]:
    return {one["body"]["value"] for one in items if one["motivation"] == "commenting"}


OLD, UNDATED, LATE, SOMETIME = (note["value"] for note in NOTES)


@pytest.mark.parametrize(
    ("date", "notes", "texts"),
    [
        ("1999-01-01T00:00:00Z/1999-12-31T00:00:00Z", {OLD}, False),
        ("1999-05-01T00:00:00Z/1999-05-01T00:00:00Z", {OLD}, False),
        ("2015-05-01T10:00:00Z/2015-05-01T10:00:00Z", {LATE}, False),
        ("1998-01-01T00:00:00Z/1998-12-31T00:00:00Z 2990-01-01T00:00:00Z/2999-01-01T00:00:00Z", set(), False),
        ("1999-01-01T00:00:00Z/2000-01-01T00:00:00Z 2990-01-01T00:00:00Z/2999-01-01T00:00:00Z", {OLD}, False),
        ("1999-01-01T00:00:00Z/2000-01-01T00:00:00Z 2025-01-01T00:00:00Z/2999-01-01T00:00:00Z", {OLD}, True),
        ("1999-12-31T00:00:00Z/1999-01-01T00:00:00Z", set(), False),
        ("0001-01-01T00:00:00Z/9999-12-31T23:59:59Z", {OLD, LATE}, True),
    ],
)  # fmt: skip
def test_a_date_is_that_which_the_annotation_tells_s2_08(
    client: FlaskClient, date: str, notes: set[str], texts: bool
) -> None:
    items = everywhere(client, q="whale", date=date)
    assert said(items) == notes
    assert any(one["motivation"] == "supplementing" for one in items) == texts
    assert all("created" in one for one in items)


@pytest.mark.parametrize(
    ("user", "notes"),
    [(ANN, {OLD}), (BOB, {OLD, UNDATED}), (f"{ANN} https://people.example/x", {OLD}), ("x", set())],
)
def test_each_of_several_creators_is_a_user_s2_08(client: FlaskClient, user: str, notes: set[str]) -> None:
    items = everywhere(client, q="whale", user=user)
    assert (said(items), len(items)) == (notes, len(notes))


def test_without_filters_all_are_found_s2_08(client: FlaskClient) -> None:
    assert said(everywhere(client, q="whale", user="", date="")) == {OLD, UNDATED, LATE, SOMETIME}


@pytest.mark.parametrize("address", ["2/manifest/long", "2/collection/Books", "2/collection/root"])
@pytest.mark.parametrize(
    "words", ["whale", "sea", '"whale sea"', "white sea", "wh*", "elephant", "-sea whale"]
)
def test_a_walk_gives_all_once_and_back_the_same_s2_09(client: FlaskClient, address: str, words: str) -> None:
    pages = [ask(client, f"/iiif/search/{address}", q=words)]
    while "next" in pages[-1]:
        pages.append(ask(client, pages[-1]["next"]["id"]))
        assert pages[-1]["id"] == pages[-2]["next"]["id"]
    for before, after in pairwise(pages):
        assert ask(client, after["prev"]["id"]) == before
    ids = [one["id"] for one in _items(pages)]
    assert len(set(ids)) == len(ids)
    whole = [one["partOf"] for one in pages if "partOf" in one]
    assert all(one["last"]["id"] == pages[-1]["id"] for one in whole)
    assert all(one["total"] == len(ids) for one in whole if "total" in one)
    assert all(_is_inside(one) for one in _items(pages))


def test_a_walk_has_as_many_as_are_printed_s2_09(client: FlaskClient) -> None:
    printed = sum(leaf(number).text.split().count("whale") for number in range(LEAVES))
    pages = [ask(client, "/iiif/search/2/manifest/long", q="whale")]
    while "next" in pages[-1]:
        pages.append(ask(client, pages[-1]["next"]["id"]))
    found = "".join(f" {one['body']['value']}" for one in _items(pages)).split()
    assert found.count("whale") == printed


@given(st.lists(st.sampled_from((*WORDS, '"whale', 'sea"', "wh*", "-a", "(")), max_size=5))
def test_boxes_lie_within_canvases_whatever_is_sought_s2_04(client: FlaskClient, words: list[str]) -> None:
    found = ask(client, "/iiif/search/2/collection/Books", q=" ".join(words))
    assert all(_is_inside(one) for one in found["items"])
    sources = {one["id"] for one in found["items"]}
    for match in found.get("annotations", [{"items": []}])[0]["items"]:
        targets = match["target"] if isinstance(match["target"], list) else [match["target"]]
        assert {target["source"] for target in targets} <= sources


def test_the_box_of_a_word_is_its_own_s2_05(client: FlaskClient) -> None:
    found = ask(client, "/iiif/search/2/manifest/long", q="white")["items"][0]
    assert found["target"].endswith(f"#xywh={10 * LETTER},0,{5 * LETTER},{LINE}")


@pytest.mark.parametrize("service", ["search", "autocomplete"])
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_it_is_asked_by_get_alone_s2_02(client: FlaskClient, service: str, version: int, method: str) -> None:
    address = f"/iiif/{service}/{version}/manifest/long?q=whale"
    answer = client.open(address, method=method)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (405, "*")
    assert client.head(address).status_code == 200


def test_spans_without_number_are_refused_s2_11(client: FlaskClient) -> None:
    span = "1999-01-01T00:00:00Z/1999-12-31T00:00:00Z"
    address = "/iiif/search/2/manifest/long"
    assert client.get(address, query_string={"q": "sea", "date": " ".join([span] * 100)}).status_code == 200
    assert client.get(address, query_string={"q": "sea", "date": " ".join([span] * 101)}).status_code == 400


def test_notes_are_read_in_as_many_queries_for_few_as_for_many(app: Flask, client: FlaskClient) -> None:
    engine = app.extensions["mogao"].sessions.engine
    asked: list[str] = []

    def note(*told: Any) -> None:
        asked.append(told[2])

    event.listen(engine, "before_cursor_execute", note)
    counts = []
    for words in ("old whale", "old whale", "whale"):
        asked.clear()
        found = everywhere(client, q=words, motivation="commenting")
        counts.append((len(found), len(asked)))
    event.remove(engine, "before_cursor_execute", note)
    # The first asks for what is remembered afterwards.
    (_, _), (few, queries_of_few), (many, queries_of_many) = counts
    assert (few, many, queries_of_many) == (1, len(NOTES), queries_of_few)


def test_an_engine_that_is_down_is_waited_for(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, public_url=BASE, search_url="http://127.0.0.1:9/none"))
    context: Context = app.extensions["mogao"]
    initialise(context)
    add(context, Draft("book", "book"), [leaf(0)])
    client = app.test_client()
    for address in ("search/2/manifest/book", "search/1/manifest/book", "autocomplete/2/collection/root"):
        answer = client.get(f"/iiif/{address}?q=whale")
        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    context.close()


def _items(pages: list[Json]) -> list[Json]:
    return [one for each in pages for one in each["items"]]


def _is_inside(item: Json) -> bool:
    """Whether the target is a canvas, or a box on it that is neither empty nor reaches beyond."""
    target = item["target"]
    address = target["id"] if isinstance(target, dict) else target
    if "#" not in address:
        return True
    box = re.search(r"#xywh=(\d+),(\d+),(\d+),(\d+)$", address)
    assert box, address
    x, y, width, height = map(int, box.groups())
    return width > 0 and height > 0 and x + width <= WIDTH and y + height <= HEIGHT
