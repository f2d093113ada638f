"""The PDF of a record: its pages with their text, announced where there is one, in parts, never too long."""

from pathlib import Path

import numpy as np
import pytest
from factories import jpeg, photograph
from flask import Flask
from flask.testing import FlaskClient
from intake import take_in, write_sheet
from museum import make_pyramid
from reading_pdf import Reading, opened
from sqlalchemy import select

from archive.context import Context
from archive.models import Asset, PyramidState, Scope
from archive.services import access, records, texts, tokens
from iiif.presentation import rendering
from search.page_text import PageText, Span

SIZE = (600, 900)
LATIN = PageText(
    "Habe Muth\n\ndich",
    "de",
    lines=(Span(0, 9, (100, 100, 400, 50)), Span(11, 15, (100, 200, 90, 40))),
    words=(
        Span(0, 4, (100, 100, 180, 50)),
        Span(5, 9, (300, 105, 200, 45)),
        Span(11, 15, (100, 200, 90, 40)),
    ),
)
CHINESE = PageText(
    "獨坐幽篁裡\n彈琴復長嘯",
    "zh-Hant",
    "ttb",
    lines=(Span(0, 5, (450, 100, 60, 500)), Span(6, 11, (350, 100, 60, 500))),
    words=(Span(6, 11, (350, 100, 60, 500)),),
)
ARABIC = PageText(
    "بيت الحكمة",
    "ar",
    "rtl",
    lines=(Span(0, 10, (100, 100, 400, 50)),),
    words=(Span(0, 3, (400, 100, 100, 50)), Span(4, 10, (100, 100, 270, 50))),
)
PLAIN = PageText("Nur Text\n\nohne Boxen", "de")


@pytest.fixture
def client(app: Flask, tmp_path: Path) -> FlaskClient:
    """A client, and a book of five pages, the last without a text, and a picture without any."""
    context = app.extensions["mogao"]
    (tmp_path / "scans").mkdir()
    for number in range(1, 6):
        jpeg(tmp_path / "scans" / f"leaf-{number}.jpg", photograph(*SIZE))
    jpeg(tmp_path / "scans" / "alone.jpg", photograph(40, 30))
    sheet = write_sheet(
        tmp_path / "s.csv",
        ["identifier", "label@zh", "label@en", "files", "direction"],
        ["book", "書", "A book", "leaf-*.jpg", "right-to-left"],
        ["alone", "", "Alone", "alone.jpg", ""],
    )
    assert take_in(context, sheet, tmp_path / "scans").is_clean
    for number, text in enumerate((LATIN, CHINESE, ARABIC, PLAIN), 1):
        with context.sessions.begin() as session:
            texts.put(session, f"book-{number}", texts.written(text), reader=access.KEEPER)
    return app.test_client()


@pytest.fixture
def made(client: FlaskClient) -> FlaskClient:
    """A client, and the book with its pyramids."""
    for number in range(1, 6):
        make_pyramid(_context(client), f"leaf-{number}")
    return client


def test_every_page_is_there_with_its_text(made: FlaskClient) -> None:
    answer = made.get("/iiif/pdf/book")

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == "inline; filename=book.pdf"
    pages = [opened(answer.data, SIZE, number) for number in range(5)]
    # PDFium reads Latin lines of a book that is bound on the right from their last word to their first.
    assert [page.text for page in pages] == [
        "Muth Habe\ndich", "獨坐幽篁裡\n彈琴復長嘯", "بيت الحكمة", "Text Nur\nBoxen ohne", "",
    ]  # fmt: skip
    assert (pages[0].title, pages[0].language, pages[0].direction) == ("A book", "en", "R2L")
    assert np.abs(pages[4].draw(600).astype(int) - photograph(*SIZE)).mean() < 5


@pytest.mark.parametrize(
    ("number", "word", "box"),
    [
        (1, "Habe", (100, 100, 180, 50)),
        (1, "Muth", (300, 105, 200, 45)),
        (1, "dich", (100, 200, 90, 40)),
        (2, "幽篁", (450, 300, 60, 200)),
        (2, "彈琴", (350, 100, 60, 200)),
        (3, "بيت", (400, 100, 100, 50)),
        (3, "الحكمة", (100, 100, 270, 50)),
        (4, "ohne", (0, 450, 240, 450)),
    ],
)
def test_words_are_found_where_they_stand(
    made: FlaskClient, number: int, word: str, box: tuple[int, int, int, int]
) -> None:
    assert _page(made, f"/iiif/pdf/book?canvas=book-{number}").find(word) == pytest.approx(box, abs=1)


def test_manifest_names_it_where_there_is_one(client: FlaskClient) -> None:
    named = client.get("/iiif/manifest/book").get_json()["rendering"]

    assert [(one["id"].partition("/iiif")[2], one["format"]) for one in named] == [
        ("/pdf/book", "application/pdf")
    ]
    assert "application/pdf" not in client.get("/iiif/manifest/alone").text
    refused = client.get("/iiif/pdf/alone")
    assert refused.status_code == 404
    assert "has no PDF" in refused.get_json()["detail"]
    assert "application/pdf" in client.get("/iiif/2/manifest/book").text


@pytest.mark.parametrize(
    ("part", "pages"), [("book-1", 1), ("book-2,book-4", 3), ("book-3,book-3", 1), ("book-1,book-5", 5)]
)
def test_parts_can_be_asked_for(made: FlaskClient, part: str, pages: int) -> None:
    assert _count(made.get(f"/iiif/pdf/book?canvas={part}").data) == pages


@pytest.mark.parametrize(
    ("part", "detail"),
    [
        ("book-9", "name a canvas of the record"),
        ("alone-1", "name a canvas of the record"),
        ("book-1,book-2,book-3", "name a canvas of the record"),
        (",", "name a canvas of the record"),
        ("book-3,book-1", "turn them round"),
    ],
)
def test_parts_that_are_none_are_refused(made: FlaskClient, part: str, detail: str) -> None:
    answer = made.get(f"/iiif/pdf/book?canvas={part}")
    assert answer.status_code == 400
    assert detail in answer.get_json()["detail"]


def test_long_book_is_asked_for_in_parts(made: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MOST_PAGES", 3)

    refused = made.get("/iiif/pdf/book")
    assert refused.status_code == 400
    assert "5 pages are too many" in refused.get_json()["detail"]
    assert "?canvas=book-1,book-3" in refused.get_json()["detail"]
    assert _count(made.get("/iiif/pdf/book?canvas=book-1,book-3").data) == 3
    assert "application/pdf" not in made.get("/iiif/manifest/book").text


def test_pictures_that_are_being_made_are_waited_for_and_lost_ones_are_white(client: FlaskClient) -> None:
    waiting = client.get("/iiif/pdf/book")
    assert (waiting.status_code, "Retry-After" in waiting.headers) == (503, True)
    context = _context(client)
    with context.sessions.begin() as session:
        for asset in session.scalars(select(Asset)):
            asset.pyramid_state = PyramidState.FAILED

    page = _page(client, "/iiif/pdf/book")

    assert page.draw(60).min() == 255
    assert page.text.endswith("dich")


def test_picture_that_the_store_lost_is_told_before_anything_is_sent(made: FlaskClient) -> None:
    context = _context(made)
    for key in context.store.keys("pyramids"):
        context.store.delete(key)

    assert made.get("/iiif/pdf/book").status_code == 503


def test_known_copy_is_good_until_the_record_changes(made: FlaskClient) -> None:
    tag = made.get("/iiif/pdf/book").headers["ETag"]
    assert made.get("/iiif/pdf/book", headers={"If-None-Match": tag}).status_code == 304
    assert made.head("/iiif/pdf/book").headers["ETag"] == tag
    with _context(made).sessions.begin() as session:
        texts.put(session, "book-5", texts.written(PLAIN), reader=access.KEEPER)
    assert made.get("/iiif/pdf/book", headers={"If-None-Match": tag}).status_code == 200


def test_pictures_are_no_larger_than_the_archive_gives_them(
    made: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = _context(made).publisher
    small = publisher.limits.__class__(max_width=100)
    monkeypatch.setattr(type(publisher), "limits", small, raising=False)
    object.__setattr__(publisher, "limits", small)

    assert b"/Width 67 /Height 100" in made.get("/iiif/pdf/book?canvas=book-1").data


def test_pdf_is_hidden_with_its_record(made: FlaskClient) -> None:
    context = _context(made)
    with context.sessions.begin() as session:
        secret = tokens.mint(session, "reader", Scope.READ)
        records.lock(session, "book", access.KEEPER).visibility = "draft"
    bearer = {"Authorization": f"Bearer {secret}"}

    assert made.get("/iiif/pdf/book").status_code == 404
    seen = made.get("/iiif/pdf/book", headers=bearer)
    assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "private, no-store")
    assert _count(seen.data) == 5
    with context.sessions.begin() as session:
        records.withdraw(session, "book")
    assert made.get("/iiif/pdf/book").status_code == 410
    assert made.get("/iiif/pdf/nothing").status_code == 404


def _context(client: FlaskClient) -> Context:
    found: Context = client.application.extensions["mogao"]
    return found


def _page(client: FlaskClient, path: str) -> Reading:
    return opened(client.get(path).data, SIZE)


def _count(content: bytes) -> int:
    return content.count(b"/Type /Page /")
