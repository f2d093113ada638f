"""Files of text beside pages are taken in with them, by name and by a sheet's column."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import jpeg, photograph
from factories_media import wav
from flask.testing import FlaskClient
from intake import log, outcomes, take_in, write_sheet

from archive.app import create_app
from archive.context import Context
from archive.ingest.report import Report
from archive.services import records, texts
from iiif.presentation import gate
from iiif.presentation.canvas import canvas_document
from search.page_text import PageText

ALTO = (
    '<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Layout><Page WIDTH="{}" HEIGHT="{}">'
    '<TextBlock LANG="de"><TextLine HPOS="1" VPOS="2" WIDTH="30" HEIGHT="8">{}</TextLine></TextBlock>'
    "</Page></Layout></alto>"
)
STRING = '<String CONTENT="{}" HPOS="1" VPOS="2" WIDTH="20" HEIGHT="8" WC="0.5"/>'


def alto(path: Path, text: str = "Muth", size: tuple[int, int] = (40, 60)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ALTO.format(*size, STRING.format(text)), encoding="utf-8")
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A folder with a book of two pages."""
    folder = tmp_path / "scans"
    (folder / "Book").mkdir(parents=True)
    for number in (1, 2):
        jpeg(folder / "Book" / f"leaf-{number}.jpg", photograph(40, 60))
    return folder


def text(context: Context, canvas: str) -> PageText | None:
    with context.sessions() as session:
        return texts.of(session, canvas)


def told(report: Report) -> list[str]:
    return [fault.message for one in report.outcomes for fault in one.faults] + [
        fault.message for fault in report.faults if "same content" not in fault.message
    ]


@pytest.mark.parametrize("name", ["leaf-1.xml", "leaf-1.alto.xml", "LEAF-1.txt"])
def test_text_beside_a_page_is_its_text(context: Context, book: Path, name: str) -> None:
    alto(book / "Book" / name)

    report = take_in(context, book)

    assert (outcomes(report), told(report)) == ({"Book": "created"}, [])
    page = text(context, "Book-1")
    assert page is not None
    assert (page.text, page.language, page.boxes(0, 4)) == ("Muth", "de", [(1, 2, 20, 8)])
    assert text(context, "Book-2") is None


def test_text_that_changes_is_an_edit_and_one_that_does_not_is_none(context: Context, book: Path) -> None:
    file = alto(book / "Book" / "leaf-1.xml")
    take_in(context, book)
    assert outcomes(take_in(context, book)) == {"Book": "unchanged"}

    alto(file, "Mut")

    assert outcomes(take_in(context, book)) == {"Book": "updated"}
    assert (text(context, "Book-1") or PageText("")).text == "Mut"
    assert log(context) == [("Create", "Book"), ("Update", "Book")]


def test_text_whose_file_is_gone_is_gone(context: Context, book: Path) -> None:
    file = alto(book / "Book" / "leaf-1.xml")
    take_in(context, book)

    file.unlink()

    assert outcomes(take_in(context, book)) == {"Book": "updated"}
    assert text(context, "Book-1") is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<xmp/>", 'text "Book/leaf-1.xml": has the root element "xmp"'),
        ("<alto", 'text "Book/leaf-1.xml": is no sound XML'),
        (ALTO.format(60, 40, STRING.format("a")), "has another shape than the canvas of 40 × 60"),
        ("a\fb", "has 2 pages of text for one page: the first is taken"),
    ],
)
def test_odd_text_is_told_and_stops_nothing(context: Context, book: Path, content: str, message: str) -> None:
    (book / "Book" / "leaf-1.xml").write_text(content)

    report = take_in(context, book)

    assert outcomes(report) == {"Book": "created"}
    assert message in " ".join(told(report))


def test_two_texts_of_a_page_are_told(context: Context, book: Path) -> None:
    alto(book / "Book" / "leaf-1.alto.xml")
    (book / "Book" / "leaf-1.txt").write_text("other")

    report = take_in(context, book)

    assert (text(context, "Book-1") or PageText("")).text == "Muth"
    assert told(report) == ['"Book/leaf-1.txt" is no picture: it is left where it is']


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param("ocr/1.xml|ocr/2.xml", ["one", "two"], id="names"),
        pytest.param("|ocr/2.xml", [None, "two"], id="an empty place"),
        pytest.param("ocr/*.xml", ["one", "two"], id="a pattern"),
        pytest.param("whole.txt", ["first", "second"], id="one file for all"),
        pytest.param("", ["beside", None], id="none named"),
    ],
)
def test_column_names_the_texts_of_pages(
    context: Context, book: Path, cell: str, expected: list[str | None]
) -> None:
    alto(book / "ocr" / "1.xml", "one")
    alto(book / "ocr" / "2.xml", "two")
    alto(book / "Book" / "leaf-1.xml", "beside")
    (book / "whole.txt").write_text("first\fsecond")
    sheet = write_sheet(book.parent / "s.csv", ["identifier", "files", "texts"], ["b", "Book", cell])

    report = take_in(context, sheet, book)

    assert outcomes(report) == {"b": "created"}
    assert [page and page.text for page in (text(context, "b-1"), text(context, "b-2"))] == expected


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("no.xml", '"no.xml" is not in the folder: check its name'),
        ("ocr/*.hocr", "matches no file of text in the folder"),
        ("|||Book/leaf-1.jpg", "names 4 files of text for 2 pages"),
    ],
)
def test_column_that_can_not_be_read_stops_its_row(
    context: Context, book: Path, cell: str, message: str
) -> None:
    sheet = write_sheet(book.parent / "s.csv", ["identifier", "files", "texts"], ["b", "Book", cell])

    report = take_in(context, sheet, book)

    assert outcomes(report) == {"b": "refused"}
    assert message in " ".join(told(report))


@pytest.fixture
def client(context: Context, book: Path) -> Iterator[FlaskClient]:
    alto(book / "Book" / "leaf-1.xml")
    (book / "Book" / "leaf-2.txt").write_text("Nur Text")
    take_in(context, book)
    app = create_app(context.settings)
    yield app.test_client()
    app.extensions["mogao"].close()


def test_documents_lead_to_the_text_and_back(client: FlaskClient) -> None:
    drawn = client.get("/iiif/canvas/Book-1").get_json()

    lines, words = (client.get(page["id"]).get_json() for page in drawn["annotations"])
    assert [one["textGranularity"] for one in (*lines["items"], *words["items"])] == ["line", "word"]
    assert words["items"][0]["target"] == f"{drawn['id']}#xywh=1,2,20,8"
    source = client.get(drawn["seeAlso"][0]["id"])
    assert (source.status_code, source.mimetype) == (200, "application/alto+xml")
    plain = client.get(drawn["rendering"][-1]["id"])
    assert (plain.text, plain.headers["Content-Language"]) == ("Muth", "de")
    again = client.get(drawn["rendering"][-1]["id"], headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304


def test_records_with_a_text_stand_in_lists(client: FlaskClient) -> None:
    assert [
        one["id"].rpartition("/")[2] for one in client.get("/iiif/collection/root").get_json()["items"]
    ] == ["Book"]
    assert "/record/Book" in client.get("/").text


def test_text_without_boxes_is_that_of_the_whole_canvas(client: FlaskClient) -> None:
    drawn = client.get("/iiif/canvas/Book-2").get_json()

    (page,) = (client.get(one["id"]).get_json() for one in drawn["annotations"])
    assert [(one["body"]["value"], one["textGranularity"], one["target"]) for one in page["items"]] == [
        ("Nur Text", "page", drawn["id"])
    ]


def test_older_viewers_get_the_text_as_other_content(client: FlaskClient) -> None:
    drawn = client.get("/iiif/2/manifest/Book").get_json()

    named = drawn["sequences"][0]["canvases"][0]["otherContent"]
    assert [client.get(one["@id"]).get_json()["@type"] for one in named] == ["sc:AnnotationList"] * 2


@pytest.mark.parametrize("path", ["/iiif/text/Book-1", "/iiif/annotations/Book-1/lines", "/file/leaf-1"])
def test_text_is_hidden_with_its_record(client: FlaskClient, context: Context, path: str) -> None:
    with context.sessions.begin() as session:
        records.withdraw(session, "Book")

    assert client.get(path).status_code in {404, 410}


@pytest.mark.parametrize("path", ["/iiif/text/Book-9", "/iiif/annotations/Book-2/words", "/iiif/text/Book"])
def test_what_has_no_text_is_told_so(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in ({200} if path.endswith("words") else {404})


def test_captions_are_the_text_of_their_recording(context: Context, tmp_path: Path) -> None:
    folder = tmp_path / "sounds"
    folder.mkdir()
    (folder / "tune.wav").write_bytes(wav(4))
    (folder / "tune.de.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.500\nHabe\n<i>Muth</i>!\n")
    take_in(context, folder)

    page = text(context, "tune-1")
    assert page is not None
    assert (page.text, page.language, page.times(5, 9)) == ("Habe Muth!", "de", [(1.0, 2.5)])
    with context.sessions() as session:
        record = records.find(session, "tune")
        drawn = canvas_document(record.canvases[0], record, context.uris, context.publisher)
    gate.check(drawn)
    assert not {"seeAlso", "rendering"} & drawn.keys()
    assert [one["id"].rpartition("/")[2] for one in drawn["annotations"]] == ["texts"]  # type: ignore[attr-defined]  # JSON.
    assert [(one.value, one.fragment) for one in texts.pieces(page, "lines")] == [("Habe Muth!", "#t=1,2.5")]
