"""The pages, as a reader gets them, over a small catalogue."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from archive import context as contexts
from archive.app import create_app
from archive.config import Settings
from archive.models import Alias, Asset, Canvas, CollectionRecord, PyramidState, Record
from archive.services import collections
from iiif.language import LanguageMap

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ZERO = "http://creativecommons.org/publicdomain/zero/1.0/"
SCROLL: LanguageMap = {"en": ["Autumn River"], "zh-Hant": ["秋江圖"], "ar": ["نهر الخريف"]}


def add(
    session: Session, identifier: str, label: LanguageMap, *sizes: tuple[int, int], **columns: object
) -> Record:
    """A public record with a picture of each size, all of them made."""
    record = Record(
        identifier=identifier, label=label, source="test", source_key=identifier, fingerprint="", created=NOW,
        modified=NOW, **columns,
    )  # fmt: skip
    session.add(record)
    for position, (width, height) in enumerate(sizes):
        name = f"{identifier}-{position}"
        asset = Asset(
            identifier=name, record=record, name=f"{name}.tif", digest=name, bytes=1, media_type="image/tiff",
            width=width, height=height, pyramid_state=PyramidState.READY, created=NOW, modified=NOW,
        )  # fmt: skip
        session.add(
            Canvas(identifier=name, record=record, position=position, width=width, height=height, asset=asset)
        )
    session.flush()
    return record


def fill(session: Session) -> None:
    paintings = collections.at(session, "Paintings")
    scroll = add(session, "scroll", SCROLL, (24000, 2400), rights=ZERO, maker={"en": ["A. Painter"]})
    session.add(CollectionRecord(collection_id=paintings.id, record_id=scroll.id))
    session.add(Alias(name="Or.8210/S.1", record_id=scroll.id))
    add(session, "book", {"none": ["<b>Bold</b> & <script>"]}, (600, 800), (600, 800))
    waiting = add(session, "waiting", {"en": ["Waiting"]}, (100, 100))
    waiting.assets[0].pyramid_state = PyramidState.PENDING
    add(session, "bare", {"en": ["No picture"]})
    add(session, "gone", {"en": ["Gone"]}, withdrawn=NOW)
    for number in range(30):
        add(session, f"leaf-{number}", {"en": [f"Leaf {number}"]})


def open_client(folder: Path) -> FlaskClient:
    app = create_app(
        Settings(data_dir=folder, public_url="https://museum.example/iiif-house", name="A Museum")
    )
    contexts.initialise(app.extensions["mogao"])
    return app.test_client()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    client = open_client(tmp_path_factory.mktemp("catalogue"))
    with client.application.extensions["mogao"].sessions.begin() as session:
        fill(session)
    yield client
    client.application.extensions["mogao"].close()


def page(client: FlaskClient, address: str, language: str = "en", status: int = 200) -> str:
    answer = client.get(address, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    return answer.text


def test_the_first_page_counts_all_public_records(client: FlaskClient) -> None:
    assert "34 records" in page(client, "/")


def test_a_search_finds_and_keeps_its_words(client: FlaskClient) -> None:
    found = page(client, "/?q=Painter")
    assert re.search(r"\b1 record\b", found)
    assert 'value="Painter"' in found


def test_a_search_for_markup_is_shown_as_it_was_written(client: FlaskClient) -> None:
    found = page(client, "/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in found
    assert "Nothing was found" in found


def test_a_collection_holds_its_own_records_only(client: FlaskClient) -> None:
    found = page(client, "/?collection=Paintings")
    assert "Autumn River" in found
    assert "No picture" not in found


def test_a_collection_that_is_not_there_is_a_404(client: FlaskClient) -> None:
    assert "This page is not here" in page(client, "/?collection=absent", status=404)


def test_results_are_shown_page_by_page(client: FlaskClient) -> None:
    assert "Page 2 of 2" in page(client, "/?page=2")
    assert 'rel="next"' in page(client, "/")


@pytest.mark.parametrize("number", ["3", "9" * 40])
def test_a_page_behind_the_last_is_a_404(client: FlaskClient, number: str) -> None:
    page(client, f"/?page={number}", status=404)


@pytest.mark.parametrize("number", ["0", "-1", "two", ""])
def test_a_page_number_that_is_none_means_the_first(client: FlaskClient, number: str) -> None:
    assert "Page 1 of 2" in page(client, f"/?page={number}")


def test_an_empty_archive_says_what_to_do_next(tmp_path: Path) -> None:
    client = open_client(tmp_path)
    assert "mogao ingest FOLDER" in page(client, "/")
    client.application.extensions["mogao"].close()


def test_a_handscroll_is_shown_by_a_detail_in_the_list(client: FlaskClient) -> None:
    assert "/scroll-0/10200,0,3600,2400/!400,400/0/default.jpg" in page(client, "/")


def test_a_picture_says_its_size_before_it_comes(client: FlaskClient) -> None:
    assert 'book-0/full/!400,400/0/default.jpg" width="300" height="400"' in page(client, "/")


def test_no_picture_is_asked_for_before_it_is_made(client: FlaskClient) -> None:
    shown = page(client, "/record/waiting")
    assert "/iiif/image/" not in shown
    assert "still being made" in shown


def test_a_record_without_a_picture_has_no_viewer(client: FlaskClient) -> None:
    assert "viewer.js" not in page(client, "/record/bare")


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", '<h1 lang="en" dir="auto">Autumn River</h1>'),
        ("zh-TW", '<h1 lang="zh-Hant" dir="auto">秋江圖</h1>'),
        ("ar", '<h1 lang="ar" dir="auto">نهر الخريف</h1>'),
        ("de", '<h1 lang="en" dir="auto">Autumn River</h1>'),
    ],
)
def test_a_record_has_its_label_in_its_readers_language(
    client: FlaskClient, language: str, heading: str
) -> None:
    assert heading in page(client, "/record/scroll", language)


def test_the_arabic_page_runs_from_right_to_left(client: FlaskClient) -> None:
    assert '<html lang="ar" dir="rtl">' in page(client, "/record/scroll", "ar")


def test_a_record_links_its_manifest_on_the_public_address(client: FlaskClient) -> None:
    shown = page(client, "/record/scroll")
    manifest = "https://museum.example/iiif-house/iiif/manifest/scroll"
    assert f'profile="http://iiif.io/api/presentation/3/context.json"\' href="{manifest}">' in shown
    assert f'href="{manifest}?manifest=https%3A//museum.example/iiif-house/iiif/manifest/scroll"' in shown
    assert f'data-manifest="{manifest}"' in shown


def test_a_source_is_offered_where_the_rights_allow_it(client: FlaskClient) -> None:
    assert "Download the source file" in page(client, "/record/scroll")
    assert "Download" not in page(client, "/record/book")


def test_labels_are_never_markup(client: FlaskClient) -> None:
    assert "<b>Bold" not in page(client, "/record/book")


def test_another_name_of_a_record_leads_to_it(client: FlaskClient) -> None:
    answer = client.get("/record/Or.8210/S.1")
    assert (answer.status_code, answer.location) == (301, "https://museum.example/iiif-house/record/scroll")


def test_a_withdrawn_record_leaves_a_tombstone(client: FlaskClient) -> None:
    assert "This record was withdrawn" in page(client, "/record/gone", status=410)


def test_errors_speak_the_readers_language(client: FlaskClient) -> None:
    assert 'lang="fr"' in page(client, "/nowhere", "fr", status=404)


@pytest.mark.parametrize(
    "state",
    ["", "manifest", "ftp://a.example/m", "javascript:alert(1)", "http://", "https:///m",
     "//a.example/m", "http://a b"],
)  # fmt: skip
def test_the_viewer_takes_web_addresses_only(client: FlaskClient, state: str) -> None:
    answer = client.get("/viewer", query_string={"iiif-content": state}, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "iiif-content" in answer.text


def test_the_viewer_opens_any_manifest(client: FlaskClient) -> None:
    shown = page(client, "/viewer?iiif-content=https://other.example/m%3Fa%3D1%26b%3D2")
    assert 'data-manifest="https://other.example/m?a=1&amp;b=2"' in shown
